import { LIMITS } from "../limits.ts";
import type { Draft } from "./draft.ts";
import { isTerminal } from "./statuses.ts";

/**
 * When the sweep must look at the run again if no hint comes: the nearest timer, expiry, end of a lease or deadline.
 * An earlier time that stands already is kept: looking once too often is cheaper than writing the index again.
 */
export function nextCheck(draft: Draft): number | null {
  if (isTerminal(draft.run.status)) return null;
  let at = draft.now + LIMITS.recheckMs;
  const consider = (time: number | null | undefined) => {
    if (time !== null && time !== undefined && time < at) at = time;
  };
  if (draft.run.deadlineAt !== null && draft.run.outcome === null) consider(draft.run.deadlineAt);
  // It waits for its concurrency group; the word that the group is free may have been lost.
  if (draft.run.status === "queued") consider(draft.now + LIMITS.blockedMs);
  for (const step of draft.steps.values()) {
    if (step.status === "waiting") consider(step.wakeAt);
    if (step.rollbackStatus === "pending") consider(step.rollback?.wakeAt);
  }
  for (const checkpoint of draft.checkpoints) {
    if (checkpoint.status !== "pending") continue;
    consider(checkpoint.expiresAt);
    // The word that people are to be asked may have been lost.
    if (checkpoint.announcedAt === null) consider(draft.now + LIMITS.announceMs);
  }
  for (const job of draft.jobs.values()) {
    if (job.status === "leased") consider(job.leaseExpiresAt);
    // Somebody may take it at any time; its lease ends no sooner than this.
    if (job.status === "queued") consider(draft.now + LIMITS.leaseMs);
  }
  const standing = draft.run.nextCheckAt;
  return standing !== null && standing > draft.now && standing <= at ? standing : at;
}
