/** Puts the simulation's clock and timers under the code that asks the platform for them, and takes them away again. */
import { createHash, createHmac } from "node:crypto";
import type { Scheduler } from "./scheduler.ts";

const real = {
  now: Date.now,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  warn: console.warn,
  error: console.error,
};

// The platform's hashing ends on another thread, at a time no seed decides; these end at once.
const subtle = {
  digest: async (_name: string, data: Uint8Array) =>
    new Uint8Array(createHash("sha256").update(data).digest()).buffer,
  importKey: async (_format: string, key: Uint8Array) => key,
  sign: async (_name: string, key: Uint8Array, data: Uint8Array) =>
    new Uint8Array(createHmac("sha256", key).update(data).digest()).buffer,
};

/** While `body` runs, `Date.now`, `setTimeout` and the console belong to the simulation. */
export async function inVirtualTime<T>(
  scheduler: Scheduler,
  log: (text: string) => void,
  body: () => Promise<T>,
): Promise<T> {
  Date.now = () => scheduler.now;
  globalThis.setTimeout = ((fire: () => void, ms = 0) => ({
    cancel: scheduler.timer(ms, fire),
  })) as unknown as typeof setTimeout;
  globalThis.clearTimeout = ((handle?: { cancel?: () => void }) =>
    handle?.cancel?.()) as unknown as typeof clearTimeout;
  Object.assign(crypto.subtle, subtle);
  console.warn = (...said) => log(said.map(String).join(" "));
  console.error = (...said) => log(said.map(String).join(" "));
  try {
    return await body();
  } finally {
    for (const name of Object.keys(subtle))
      delete (crypto.subtle as unknown as Record<string, unknown>)[name];
    Date.now = real.now;
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    console.warn = real.warn;
    console.error = real.error;
  }
}
