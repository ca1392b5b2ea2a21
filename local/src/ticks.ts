/** Cron does not fire by itself on one machine: this is what calls the cron handlers. */
import { setTimeout as delay } from "node:timers/promises";
import type { Service } from "./workers.ts";

/** The dispatcher's sweep and the api's schedules every `everyMs`, the notifier's every three times that. Never two of one at once; an error is told once and the next tick comes. */
export function startTicks(
  scheduled: (service: Service) => Promise<void>,
  everyMs: number,
  onError: (message: string) => void,
): { stop(): Promise<void> } {
  if (everyMs === 0) return { stop: async () => {} };
  const stopping = new AbortController();
  const loop = async (service: Service, pauseMs: number): Promise<void> => {
    let told = "";
    while (!stopping.signal.aborted) {
      try {
        await scheduled(service);
        told = "";
      } catch (error) {
        const message = String(error);
        if (message !== told && !stopping.signal.aborted) onError(message);
        told = message;
      }
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const loops = [loop("dispatcher", everyMs), loop("api", everyMs), loop("notifier", everyMs * 3)];
  return {
    async stop() {
      stopping.abort();
      await Promise.race([Promise.all(loops), delay(2_000, undefined, { ref: false })]);
    },
  };
}
