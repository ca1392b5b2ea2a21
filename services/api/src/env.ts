import type { HintQueue } from "@tw/shared/queues/send";

/** What wrangler.jsonc binds to this Worker. */
export interface Env {
  DB: D1Database;
  /** Files of every tenant, each under its own prefix. */
  FILES: R2Bucket;
  RUNS: HintQueue;
  CALLS: HintQueue;
  CHECKPOINTS: HintQueue;
  NOTIFICATIONS: HintQueue;
  HUB: DurableObjectNamespace;
  APPROVALS: Fetcher;
  VERSION: string;
  PUBLIC_URL: string;
}
