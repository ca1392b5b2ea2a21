/** The flow's own small commands. They need nothing outside, so `decide` settles them in the same pass. */
import type { Json } from "../contracts/json.ts";

type Args = { [name: string]: Json };
export type PureResult = { outputs: Args } | { failure: string } | { sleepMs: number };

export const PURE_HANDLERS: { [handler: string]: (args: Args) => PureResult } = {
  noop: () => ({ outputs: {} }),
  echo: (args) => ({ outputs: args }),
  fail: (args) => ({
    failure: typeof args.message === "string" ? args.message : "The step was asked to fail.",
  }),
  sleep: (args) => ({ sleepMs: Math.max(0, Number(args.seconds ?? 0)) * 1000 }),
};
