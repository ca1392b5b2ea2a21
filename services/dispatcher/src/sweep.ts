import { dueRuns } from "@tw/shared/db/due-runs";
import { dueTells } from "@tw/shared/db/tells";
import { LIMITS } from "@tw/shared/limits";
import { reconcile } from "@tw/shared/reconcile/reconcile";
import { tellThrough } from "@tw/shared/reconcile/tell-through";
import type { Env } from "./env.ts";

/**
 * Catch what any hint lost: take the runs whose time has come, the longest waiting first, a bounded slice per tick.
 * Each group is committed by itself, so a crash keeps what was done; two sweeps at once only do work twice.
 */
export async function sweep(env: Env, now: number): Promise<void> {
  const due = await dueRuns(env.DB, now, LIMITS.sweepRuns);
  for (let i = 0; i < due.length; i += LIMITS.hintRuns) {
    const slice = due.slice(i, i + LIMITS.hintRuns);
    try {
      await reconcile(env.DB, slice, tellThrough(env), Date.now, "sweep");
    } catch (error) {
      console.error(`sweep: ${slice.length} run(s) could not be looked at now:`, error);
    }
  }
  // Reminders, escalations and alerts whose time has come; a hint that is lost is repeated by the next tick.
  const tells = await dueTells(env.DB, now, LIMITS.sweepRuns);
  for (let i = 0; i < tells.length; i += LIMITS.hintRuns)
    await tellThrough(env).hint("checkpoints", tells.slice(i, i + LIMITS.hintRuns));
}
