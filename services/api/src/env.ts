import type { HintQueue } from "@tw/shared/queues/send";

/** What wrangler.jsonc binds to this Worker. */
export interface Env {
  DB: D1Database;
  RUNS: HintQueue;
  CALLS: HintQueue;
  CHECKPOINTS: HintQueue;
  NOTIFICATIONS: HintQueue;
  HUB: DurableObjectNamespace;
  APPROVALS: Fetcher;
  VERSION: string;
  PUBLIC_URL: string;
}
