import type { JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import type { Json } from "@tw/shared/contracts/json";
import type { TestHub } from "./hub.ts";
import { job } from "./job.ts";

/** A step the agent does itself. */
export function action(
  name: string,
  args: { [name: string]: Json } = {},
  more: { cwd?: string; effect?: JobStep["effect"]; timeout_s?: number } = {},
): JobStep {
  const { cwd = null, effect = "write", timeout_s = 120 } = more;
  return {
    step: name,
    attempt: 1,
    command: `cursor-${name}`,
    effect,
    timeout_s,
    action: { name, args, cwd, requires: [] },
  };
}

/** Gives it out and waits for its report. */
export async function act(hub: TestHub, ...of: Parameters<typeof action>) {
  const one: LeasedJob = job([action(...of)]);
  hub.give(one);
  const report = (await hub.result(one.job, 90_000))[of[0]]!;
  return {
    report,
    outputs: (report.outputs ?? {}) as { [name: string]: Json },
    log: () => hub.log(one.job, of[0]),
  };
}
