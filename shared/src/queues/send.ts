import { LIMITS } from "../limits.ts";
import type { Hint } from "./catalogue.ts";

/** The part of a queue binding that is used. */
export interface HintQueue {
  send(body: Hint, options?: { delaySeconds?: number }): Promise<unknown>;
  sendBatch(messages: { body: Hint }[], options?: { delaySeconds?: number }): Promise<unknown>;
}

/**
 * Send "look at these runs". Never throws: a hint that is lost is found again by the sweep, so a failure is only said.
 * Awaited by the caller and never left in `waitUntil`, which hides errors; our own time-out since the platform's can hang for 57 s.
 * @param delaySeconds deliver it no sooner than that; only ever a quicker way to what the sweep would do
 * @returns whether every hint was accepted in time
 */
export async function sendHint(queue: HintQueue, runIds: string[], delaySeconds = 0): Promise<boolean> {
  const unique = [...new Set(runIds)];
  if (unique.length === 0) return true;
  const hints: { body: Hint }[] = [];
  for (let i = 0; i < unique.length; i += LIMITS.hintRuns)
    hints.push({ body: { v: 1, runs: unique.slice(i, i + LIMITS.hintRuns) } });
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer in ${LIMITS.sendTimeoutMs} ms`)),
        LIMITS.sendTimeoutMs,
      );
    });
    const first = hints[0] as { body: Hint };
    const options = delaySeconds > 0 ? { delaySeconds } : undefined;
    const sent = hints.length === 1 ? queue.send(first.body, options) : queue.sendBatch(hints, options);
    await Promise.race([sent, late]);
    return true;
  } catch (error) {
    console.warn(
      `A hint for ${unique.length} run(s) was not sent; the sweep will find them: ${String(error)}`,
    );
    return false;
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
