/** Starts the stand-in of Cloudflare's API. */
import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { State } from "./cloudflare-thread.ts";

export interface Cloudflare {
  /** What leads wrangler to it. */
  env: { [name: string]: string };
  state(): Promise<State>;
  set(state: Partial<State>): Promise<void>;
  stop(): Promise<unknown>;
}

/** On loopback, with nothing in it. */
export async function startCloudflare(): Promise<Cloudflare> {
  const thread = new Worker(join(import.meta.dirname, "cloudflare-thread.ts"));
  const [port] = (await once(thread, "message")) as [number];
  const address = `http://127.0.0.1:${port}`;
  return {
    env: {
      CLOUDFLARE_API_TOKEN: "token-of-the-test",
      CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
      CLOUDFLARE_API_BASE_URL: address,
    },
    state: async () => (await (await fetch(`${address}/state`)).json()) as State,
    set: async (state) => {
      const body = JSON.stringify({ values: {}, queues: {}, ...state });
      await fetch(`${address}/state`, { method: "PUT", body });
    },
    stop: () => thread.terminate(),
  };
}
