/**
 * Every arrow there is. Read this first: what is not listed here cannot happen, and `draft.ts` throws when code tries.
 * Tests walk every arrow and fail for one that nobody walked.
 */
import type { RunStatus, StepStatus } from "./statuses.ts";

export const RUN_ARROWS: { [from in RunStatus]: readonly RunStatus[] } = {
  queued: ["running", "cancelled", "failed"],
  running: ["waiting", "rolling_back", "succeeded", "failed", "rejected", "cancelled"],
  waiting: ["running", "rolling_back", "failed", "rejected", "cancelled"],
  rolling_back: ["failed", "rejected", "cancelled"],
  succeeded: [],
  failed: [],
  rejected: [],
  cancelled: [],
};

export const STEP_ARROWS: { [from in StepStatus]: readonly StepStatus[] } = {
  /** Its needs are not met, or nobody has looked yet. */
  pending: ["queued", "running", "waiting", "skipped", "failed", "cancelled", "unknown"],
  /** A gate was passed or a time has come; it moves on in the same commit. */
  ready: ["queued", "running", "failed", "cancelled"],
  /** In a job that waits for an agent, or whose agent has not come to it yet. */
  queued: ["running", "pending", "waiting", "failed", "cancelled", "unknown"],
  running: ["succeeded", "failed", "waiting", "cancelled", "unknown"],
  /** For a person (a checkpoint) or for a time (`wakeAt`: a back-off, a sleep). */
  waiting: ["ready", "succeeded", "cancelled"],
  /** Its lease was lost after it may have started; a person says whether it runs again. */
  unknown: ["ready"],
  succeeded: [],
  failed: [],
  skipped: [],
  cancelled: [],
};

/** May a run go from one status to the other? */
export function runMay(from: RunStatus, to: RunStatus): boolean {
  return RUN_ARROWS[from].includes(to);
}

/** May a step go from one status to the other? */
export function stepMay(from: StepStatus, to: StepStatus): boolean {
  return STEP_ARROWS[from].includes(to);
}
