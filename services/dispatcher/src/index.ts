/** Wiring of the dispatcher: which handler takes which queue, and what the minute's tick does. It has no fetch handler. */
import { forgetKeys } from "@tw/shared/db/idempotency";
import { countUsage } from "@tw/shared/db/usage";
import { LIMITS } from "@tw/shared/limits";
import { QUEUES } from "@tw/shared/queues/catalogue";
import { type Env, requireBindings } from "./env.ts";
import { onCalls } from "./on-calls.ts";
import { onDeadLetters } from "./on-dead-letters.ts";
import { onRuns } from "./on-runs.ts";
import { sealAudit } from "./seal-audit.ts";
import { sweep } from "./sweep.ts";

export default {
  async queue(batch, env) {
    requireBindings(env);
    switch (batch.queue) {
      case QUEUES.runs.queue:
        return onRuns(batch, env);
      case QUEUES.calls.queue:
        return onCalls(batch, env);
      case QUEUES.deadLetters.queue:
        return onDeadLetters(batch, env);
      default:
        throw new Error(`tw-dispatcher consumes no queue named ${batch.queue}`);
    }
  },

  async scheduled(_controller, env) {
    requireBindings(env);
    // The seal comes second and on its own: a broken audit entry must not keep runs from being swept, nor the reverse.
    const results = [
      ...(await Promise.allSettled([sweep(env, Date.now())])),
      ...(await Promise.allSettled([sealAudit(env.DB, Date.now())])),
      ...(await Promise.allSettled([countUsage(env.DB, Date.now())])),
      ...(await Promise.allSettled([forgetKeys(env.DB, Date.now(), LIMITS.sweepRuns)])),
    ];
    for (const result of results) if (result.status === "rejected") console.error("tick:", result.reason);
  },
} satisfies ExportedHandler<Env, unknown>;
