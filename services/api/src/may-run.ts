/** A command does no more than its caller may do over HTTP: seen when the run is asked for, and again when a step begins. */
import type { Plan, PlanCall } from "@tw/shared/contracts/plan";
import { Refusal } from "@tw/shared/errors";
import { ACTIONS } from "@tw/shared/platform/actions";
import type { Caller } from "./auth.ts";

/** @throws Refusal (403) for a step whose handler, or the handler of its undo, asks for a scope that the caller lacks */
export function mayRun(caller: Caller, plan: Plan): void {
  for (const step of plan.steps)
    for (const { exec, command } of [step, step.rollback].filter((call) => call !== null) as PlanCall[]) {
      const needed = exec.type === "api" ? ACTIONS[exec.handler]?.scope : undefined;
      if (needed && !caller.scopes.includes(needed))
        throw new Refusal(
          "forbidden",
          `The step ${step.id} (${command}) needs the scope ${needed}, which you do not hold.`,
        );
    }
}
