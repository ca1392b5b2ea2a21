/** Folding a run's events gives its row again: status, rollback and each step's place (I15). Used by checks and by readers of history. */
import type { RunEvent } from "./state.ts";
import type { RollbackStatus, RunStatus, StepStatus } from "./statuses.ts";

export interface Folded {
  status: RunStatus;
  rollback: RollbackStatus;
  seq: number;
  steps: Map<string, { status: StepStatus; attempt: number; rollback: RollbackStatus }>;
}

/** The state that events in order of `seq` lead to. Throws when a seq is missing or doubled. */
export function foldEvents(events: RunEvent[]): Folded {
  const folded: Folded = { status: "queued", rollback: "none", seq: 0, steps: new Map() };
  for (const event of events) evolve(folded, event);
  return folded;
}

/** Apply one event. */
export function evolve(folded: Folded, event: RunEvent): void {
  if (event.seq !== folded.seq + 1) throw new Error(`event ${event.seq} does not follow ${folded.seq}`);
  folded.seq = event.seq;
  if (event.type.startsWith("run.") && typeof event.data.status === "string") {
    folded.status = event.data.status as RunStatus;
    if (typeof event.data.rollback === "string") folded.rollback = event.data.rollback as RollbackStatus;
  }
  if (!event.type.startsWith("step.") || event.step === undefined) return;
  const step = folded.steps.get(event.step) ?? { status: "pending", attempt: 0, rollback: "none" };
  if (typeof event.data.status === "string") step.status = event.data.status as StepStatus;
  if (typeof event.data.attempt === "number") step.attempt = event.data.attempt;
  if (typeof event.data.rollback === "string") step.rollback = event.data.rollback as RollbackStatus;
  folded.steps.set(event.step, step);
}
