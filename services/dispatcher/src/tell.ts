import { hubOf } from "@tw/shared/hub";
import { sendHint } from "@tw/shared/queues/send";
import type { Env } from "./env.ts";
import type { Tell } from "./reconcile.ts";

/** The real ways to tell others: queues and the tenant's hub. A failure is said in the log and repaired by the sweep. */
export function tellThrough(env: Env): Tell {
  const queues = {
    runs: env.RUNS,
    calls: env.CALLS,
    checkpoints: env.CHECKPOINTS,
    notifications: env.NOTIFICATIONS,
  } as const;
  return {
    async hint(queue, runIds, delaySeconds) {
      await sendHint(queues[queue], runIds, delaySeconds);
    },
    async hub(tenantId, note) {
      try {
        await hubOf(env.HUB, tenantId).committed(note);
      } catch (error) {
        console.warn(`The hub of ${tenantId} was not told of ${note.runs.length} run(s): ${String(error)}`);
      }
    },
  };
}
