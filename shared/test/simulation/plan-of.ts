import type { Plan, PlanStep } from "../../src/contracts/plan.ts";
import { Violation } from "./scheduler.ts";

/** The planned step, of a fan-out's child its parent without needs and gate. */
export function planOf(plan: Plan, stepId: string): PlanStep {
  const own = plan.steps.find((step) => step.id === stepId);
  if (own) return own;
  const parent = plan.steps.find((step) => step.id === stepId.slice(0, stepId.lastIndexOf(".")));
  if (!parent) throw new Violation("I10", `no step ${stepId} in the plan`);
  return { ...parent, id: stepId, needs: [], checkpoint: null };
}
