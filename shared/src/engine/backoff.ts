import type { Retry } from "../contracts/definition.ts";
import { LIMITS } from "../limits.ts";

/** Milliseconds to wait after attempt `attempt` failed: the step's own `backoff_s`, doubled each time, at most an hour. */
export function backoffMs(retry: Retry, attempt: number): number {
  return Math.min(retry.backoff_s * 2 ** Math.max(0, attempt - 1), LIMITS.backoffMaxS) * 1000;
}
