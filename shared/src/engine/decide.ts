/**
 * The heart: committed rows and the time in, what is to be written and said out. Pure: no clock, random, fetch, D1 or queue.
 * It may be called at any time, any number of times; when nothing is due it changes nothing.
 */
import { absorbCheckpoints } from "./decide-checkpoint.ts";
import { beginEnd, end, succeed } from "./decide-end.ts";
import { advance, isComplete, markWaiting } from "./decide-forward.ts";
import { absorbJobs } from "./decide-jobs.ts";
import { type CheckpointPatch, type JobPatch, moveRun, openDraft } from "./draft.ts";
import { nextCheck } from "./next-check.ts";
import type { Checkpoint, Job, Run, RunEvent, Snapshot, Step } from "./state.ts";
import { isTerminal } from "./statuses.ts";

/** What one decision writes, and what must be told to others after the commit. */
export interface Decision {
  /** The run as read; the commit is a compare-and-swap on its version. */
  before: Run;
  run: Run;
  steps: Step[];
  jobs: Job[];
  jobPatches: JobPatch[];
  checkpoints: Checkpoint[];
  checkpointPatches: CheckpointPatch[];
  events: RunEvent[];
  /** A transition to commit. When false only `run.nextCheckAt` may have moved. */
  changed: boolean;
}

/** What follows from the rows at this time. */
export function decide(snapshot: Snapshot, now: number): Decision {
  const draft = openDraft(snapshot, now);
  const run = draft.run;
  if (!isTerminal(run.status)) {
    absorbJobs(draft);
    absorbCheckpoints(draft);
    if (run.cancelRequestedAt !== null) {
      const why = run.cancel?.reason ? `: ${run.cancel.reason}` : "";
      beginEnd(draft, "cancelled", {
        code: "cancelled",
        message: `Cancelled by ${run.cancel?.by.name ?? "somebody"}${why}`,
        step: null,
      });
    } else if (run.deadlineAt !== null && run.deadlineAt <= now) {
      beginEnd(draft, "failed", {
        code: "timeout",
        message: `The run did not end within ${run.plan.timeout_s} s.`,
        step: null,
      });
    }
    if (run.outcome === null && run.status === "queued" && draft.blockedBy === null) {
      run.startedAt = now;
      moveRun(draft, "running", "run.started");
    }
    if (run.outcome === null && run.status !== "queued") advance(draft);
    if (run.outcome !== null) end(draft);
    else if (run.status !== "queued") {
      if (isComplete(draft)) {
        if (run.status === "waiting") moveRun(draft, "running", "run.resumed");
        succeed(draft);
      } else markWaiting(draft);
    }
  }
  run.nextCheckAt = nextCheck(draft);
  return {
    before: snapshot.run,
    run,
    steps: [...draft.changedSteps].map((id) => draft.steps.get(id) as Step),
    jobs: draft.newJobs,
    jobPatches: [...draft.jobPatches.values()],
    checkpoints: draft.newCheckpoints,
    checkpointPatches: draft.checkpointPatches,
    events: draft.events,
    changed: draft.events.length > 0 || draft.changedSteps.size > 0,
  };
}
