/** Every queue of the workspace: its binding, who consumes it and how it is delivered. Bodies are all the same: a hint. */
import * as z from "zod";
import { LIMITS } from "../limits.ts";

/** "Look at these runs." Never a fact: what is to be done is read from D1. */
export const hintSchema = z.strictObject({
  v: z.literal(1),
  runs: z.array(z.string().max(64)).min(1).max(LIMITS.hintRuns),
});
export type Hint = z.infer<typeof hintSchema>;

export const QUEUES = {
  runs: { binding: "RUNS", queue: "tw-runs", consumer: "dispatcher" },
  calls: { binding: "CALLS", queue: "tw-calls", consumer: "dispatcher" },
  checkpoints: { binding: "CHECKPOINTS", queue: "tw-checkpoints", consumer: "approvals" },
  notifications: { binding: "NOTIFICATIONS", queue: "tw-notifications", consumer: "notifier" },
  deadLetters: { binding: "DEAD_LETTERS", queue: "tw-dead-letters", consumer: "dispatcher" },
} as const;
export type QueueName = keyof typeof QUEUES;

/** Consumer settings every wrangler.jsonc must repeat; a test compares them. */
export const DELIVERY = {
  max_batch_size: 100,
  max_batch_timeout: 0,
  max_retries: 5,
  retry_delay: LIMITS.hintRetryS,
  dead_letter_queue: "tw-dead-letters",
} as const;
