import type { Hint } from "@tw/shared/queues/catalogue";

/** What wrangler.jsonc binds to the dispatcher. */
export interface Env {
  DB: D1Database;
  /** Files of every tenant, each under its own prefix. */
  FILES: R2Bucket;
  RUNS: Queue<Hint>;
  CALLS: Queue<Hint>;
  CHECKPOINTS: Queue<Hint>;
  NOTIFICATIONS: Queue<Hint>;
  /** Durable Object namespace of tw-api's AgentHub, one object per tenant and pool. */
  HUB: DurableObjectNamespace;
  /** "true" only on one machine: HTTP steps may use http and reach loopback. */
  ALLOW_PRIVATE_FETCH?: string;
  VERSION?: string;
}

const BINDINGS = ["DB", "FILES", "RUNS", "CALLS", "CHECKPOINTS", "NOTIFICATIONS", "HUB"] as const;

/** Stops the Worker at its first event when a binding is missing, instead of in the middle of a run. */
export function requireBindings(env: Env): void {
  const missing = BINDINGS.filter((name) => env[name] === undefined);
  if (missing.length > 0)
    throw new Error(
      `tw-dispatcher has no binding ${missing.join(", ")}; add it to services/dispatcher/wrangler.jsonc`,
    );
}
