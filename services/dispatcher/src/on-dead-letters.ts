import { recordDeadLetters } from "@tw/shared/db/dead-letters";
import { LIMITS } from "@tw/shared/limits";
import { hintSchema } from "@tw/shared/queues/catalogue";
import type { HintBatch } from "@tw/shared/queues/consume";
import type { Env } from "./env.ts";

/**
 * Hints that were given up after all their deliveries: written down to be seen, and their runs made due, since a run
 * may be in the best of health while its hint was not. `attempts` starts again at 1 on this queue, so it is not looked at.
 */
export async function onDeadLetters(batch: HintBatch, env: Env): Promise<void> {
  const runs = new Set<string>();
  const letters = batch.messages.map(({ id, body }) => {
    const hint = hintSchema.safeParse(body);
    for (const run of hint.data?.runs ?? []) runs.add(run);
    return {
      id,
      queue: batch.queue,
      body,
      reason: hint.success ? "given up after all deliveries" : "not a hint",
    };
  });
  try {
    await recordDeadLetters(env.DB, letters, Date.now(), [...runs]);
    for (const message of batch.messages) message.ack();
  } catch (error) {
    // The only way to lose a letter is that D1 stays away for every delivery; the sweep looks after its runs even then.
    console.error(`${batch.queue}: ${letters.length} letter(s) could not be recorded: ${String(error)}`);
    for (const message of batch.messages) message.retry({ delaySeconds: LIMITS.hintRetryS });
  }
}
