/** Plans written by hand: what the compiler of the library would make of a workflow, with only what a test is about. */
import type { HttpExternal } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import type { Plan, PlanArgs, PlanCall, PlanStep } from "@tw/shared/contracts/plan";
import { httpSchemaOf } from "./http-definition.ts";

type Args = { [name: string]: Json };

/** Plain values as plan arguments; `{ref}` objects are kept. */
export function planArgs(args: Args): PlanArgs {
  const isRef = (value: Json) => value !== null && typeof value === "object" && "ref" in value;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [name, isRef(value) ? value : { value }]),
  ) as unknown as PlanArgs;
}

/** A call of one of the flow's own handlers. */
export function api(handler: string, args: Args = {}): PlanCall {
  return {
    command: handler,
    version: 1,
    effect: "read",
    exec: { type: "api", handler },
    parameters: Object.keys(args).map((name) => ({ name, type: "json", required: false, description: "" })),
    args: planArgs(args),
    timeout_s: 30,
    retry: { max: 1, backoff_s: 0 },
  };
}

/** An HTTP call. */
export function http(
  definition: Partial<HttpExternal> & { url: HttpExternal["url"] },
  args: Args = {},
): PlanCall {
  return { ...api("http", args), exec: { type: "external", ...httpSchemaOf(definition) } };
}

/** A step of a plan. */
export function step(id: string, call: PlanCall, more: Partial<PlanStep> = {}): PlanStep {
  return {
    ...call,
    id,
    needs: [],
    when: null,
    checkpoint: null,
    continue_on_error: false,
    for_each: null,
    requires: [],
    rollback: null,
    ...more,
  };
}

/** The same steps one after another. */
export function inSequence(...steps: PlanStep[]): PlanStep[] {
  return steps.map((s, i) => ({ ...s, needs: i === 0 ? [] : [steps[i - 1]?.id ?? ""] }));
}

export function planOf(steps: PlanStep[], more: Partial<Plan> = {}): Plan {
  return {
    v: 1,
    command: "test",
    version: 1,
    type: "workflow",
    effect: "read",
    args: {},
    cwd: null,
    agent: { id: null, labels: [] },
    steps,
    rollback_on_error: false,
    concurrency: null,
    timeout_s: 3_600,
    ...more,
  };
}
