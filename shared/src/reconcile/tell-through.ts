import { hubOf } from "../hub.ts";
import { type HintQueue, sendHint } from "../queues/send.ts";
import type { Tell } from "./tell.ts";

/** The bindings it takes. */
export interface Telling {
  RUNS: HintQueue;
  CALLS: HintQueue;
  CHECKPOINTS: HintQueue;
  NOTIFICATIONS: HintQueue;
  HUB: DurableObjectNamespace;
}

/** The real ways to tell others: queues and the tenant's hub. A failure is said in the log and repaired by the sweep. */
export function tellThrough(env: Telling): Tell {
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
