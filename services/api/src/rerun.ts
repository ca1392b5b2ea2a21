/** Which results a rerun keeps. Pure. */
import type { Plan, PlanStep } from "@tw/shared/contracts/plan";
import type { Step } from "@tw/shared/engine/state";

/**
 * Settled steps of an earlier run that stay as they are when it runs again from `fromStep`: those that come before it in the
 * plan and do not depend on it. What failed, was undone, or rests on a step that runs again, runs again too.
 */
export function keptSteps(plan: Plan, rows: Step[], fromStep: string): Step[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const from = plan.steps.findIndex((step) => step.id === fromStep);
  const again = new Set<string>([fromStep]);
  const kept: Step[] = [];
  for (const [index, step] of plan.steps.entries()) {
    const row = byId.get(step.id);
    const stays =
      index < from &&
      !again.has(step.id) &&
      !step.needs.some((need) => again.has(need)) &&
      row !== undefined &&
      holds(row, step);
    if (!stays) {
      again.add(step.id);
      continue;
    }
    kept.push(...[row, ...childrenOf(step, rows)].map(asKept));
  }
  return kept;
}

/** Without a place in the order of starts: a run undoes only what it did itself. */
function asKept(row: Step): Step {
  return { ...row, jobId: null, startedSeq: null };
}

/** Did the step end in a way its successors could go on from, and does that still stand? */
function holds(row: Step, step: PlanStep): boolean {
  if (row.rollbackStatus !== "none") return false;
  return (
    row.status === "succeeded" ||
    row.status === "skipped" ||
    (row.status === "failed" && step.continue_on_error)
  );
}

function childrenOf(step: PlanStep, rows: Step[]): Step[] {
  if (step.for_each === null) return [];
  const child = new RegExp(`^${step.id.replaceAll(".", "\\.")}\\.\\d+$`);
  return rows.filter((row) => row.item !== undefined && child.test(row.id));
}
