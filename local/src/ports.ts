/** Where the product lies, and ports of this machine. Apart from server.ts, whose Miniflare is large to load. */
import { createServer } from "node:net";
import { resolve } from "node:path";
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

/** `wanted` if it is free, any free one for 0. */
export async function choosePort(wanted: number): Promise<number> {
  if (wanted === 0) return freePort();
  await new Promise<void>((done, reject) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) => {
      const why = error.code === "EADDRINUSE" ? "is already in use" : `cannot be used (${error.code})`;
      reject(
        new Refused(`Port ${wanted} of 127.0.0.1 ${why}; give another one with --port, or 0 for a free one.`),
      );
    });
    probe.listen(wanted, "127.0.0.1", () => probe.close(() => done()));
  });
  return wanted;
}
