import { TryAgain } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { hintSchema } from "./catalogue.ts";

/** The part of a queue batch that is used. */
export interface HintBatch {
  readonly queue: string;
  readonly messages: readonly {
    readonly id: string;
    readonly body: unknown;
    readonly attempts: number;
    ack(): void;
    retry(options?: { delaySeconds?: number }): void;
  }[];
}

/**
 * Handle one batch of hints: parse each, hand all run ids to `handle` at once, then ack.
 * A body that is not a hint goes to `poison` and is acked, so that it neither loops nor hurts its neighbours.
 * When `handle` throws, the hints are retried (a `TryAgain` says after how long); nothing is ever thrown past here,
 * since that would bring back the messages already acked.
 */
export async function consume(
  batch: HintBatch,
  handle: (runIds: string[]) => Promise<void>,
  poison: (message: { id: string; body: unknown }) => Promise<void>,
): Promise<void> {
  const good: (typeof batch.messages)[number][] = [];
  const runs = new Set<string>();
  for (const message of batch.messages) {
    const hint = hintSchema.safeParse(message.body);
    if (hint.success) {
      good.push(message);
      for (const run of hint.data.runs) runs.add(run);
      continue;
    }
    try {
      await poison({ id: message.id, body: message.body });
      message.ack();
    } catch {
      message.retry({ delaySeconds: LIMITS.hintRetryS });
    }
  }
  try {
    if (runs.size > 0) await handle([...runs]);
    for (const message of good) message.ack();
  } catch (error) {
    const delaySeconds = error instanceof TryAgain ? error.afterS : LIMITS.hintRetryS;
    console.error(
      `${batch.queue}: ${good.length} hint(s) are tried again in ${delaySeconds} s: ${String(error)}`,
    );
    for (const message of good) message.retry({ delaySeconds });
  }
}
