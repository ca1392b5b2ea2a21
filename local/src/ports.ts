/** Where the product lies, and ports of this machine. Apart from server.ts, whose Miniflare is large to load. */
import { createServer } from "node:net";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Refused } from "./refused.ts";

/** The product's own folder. */
export const ROOT = resolve(import.meta.dirname, "..", "..");

/** A port nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((done, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => done(port));
    });
  });
}

/**
 * `wanted` if it is free within `waitMs`, any free one for 0.
 * @throws Refused when it is taken, or cannot be used at all
 */
export async function choosePort(wanted: number, waitMs = 0): Promise<number> {
  if (wanted === 0) return freePort();
  const until = Date.now() + waitMs;
  for (;;) {
    const code = await unusable(wanted);
    if (code === null) return wanted;
    if (code === "EADDRINUSE" && Date.now() < until) {
      await delay(50);
      continue;
    }
    const why = code === "EADDRINUSE" ? "is already in use" : `cannot be used (${code})`;
    throw new Refused(
      `Port ${wanted} of 127.0.0.1 ${why}; give another one with --port, or 0 for a free one.`,
    );
  }
}

/** Why nobody can listen there now; null when one can. */
function unusable(port: number): Promise<string | null> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    probe.listen(port, "127.0.0.1", () => probe.close(() => done(null)));
  });
}
