import { recordDeadLetters } from "@tw/shared/db/dead-letters";
import { consume } from "@tw/shared/queues/consume";
import { reconcile } from "@tw/shared/reconcile/reconcile";
import { tellThrough } from "@tw/shared/reconcile/tell-through";
import type { Env } from "./env.ts";

/** The queue `runs`: every run hinted at in the batch is brought as far as it can go, all in one group commit. */
export async function onRuns(batch: MessageBatch<unknown>, env: Env): Promise<void> {
  await consume(
    batch,
    (runIds) => reconcile(env.DB, runIds, tellThrough(env), Date.now),
    (message) =>
      recordDeadLetters(env.DB, [{ ...message, queue: batch.queue, reason: "not a hint" }], Date.now()),
  );
}
