import type { AfterVote } from "@tw/shared/db/votes";
import { sendHint } from "@tw/shared/queues/send";
import { reconcile } from "@tw/shared/reconcile/reconcile";
import { tellThrough } from "@tw/shared/reconcile/tell-through";
import type { Env } from "./env.ts";

/**
 * Go on with a run at once, where its fact was learnt: whoever waits for a vote need not wait for a hint too. When it does not
 * work here it is hinted at; the fact is stored, and the sweep knows that the run is due.
 * @param after how the run stands, when that was read together with the fact
 */
export async function goOn(env: Env, runId: string, after?: AfterVote): Promise<void> {
  try {
    const seen = after && { loaded: after.loaded, events: new Map([[runId, after.events]]) };
    await reconcile(env.DB, [runId], tellThrough(env), Date.now, "hint", seen);
  } catch (error) {
    console.warn(`${runId} goes on by a hint: ${String(error)}`);
    await sendHint(env.RUNS, [runId]);
  }
}
