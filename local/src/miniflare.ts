/** Miniflare, loaded as what it is: Node would parse its six megabytes once more to find out that they are CommonJS. */
import { createRequire } from "node:module";

export const { Miniflare, NoOpLog } = createRequire(import.meta.url)(
  "miniflare",
) as typeof import("miniflare");
