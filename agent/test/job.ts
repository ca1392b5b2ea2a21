import type { JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";

type Run = NonNullable<JobStep["run"]>;
let made = 0;

/** A step that runs a program; what is not said is empty. */
export function step(
  id: string,
  program: string,
  argv: Run["argv"] = [],
  more: Partial<Run> & { timeout_s?: number; attempt?: number } = {},
): JobStep {
  const { timeout_s = 60, attempt = 1, ...run } = more;
  return {
    step: id,
    attempt,
    command: `test-${id}`,
    effect: "write",
    timeout_s,
    run: {
      program,
      argv,
      cwd: null,
      env: {},
      stdin: null,
      ok_codes: [0],
      outputs: null,
      file: null,
      before: [],
      after: [],
      requires: [],
      ...run,
    },
  };
}

/** A leased job of these steps. */
export function job(steps: JobStep[], more: Partial<LeasedJob> = {}): LeasedJob {
  const run = `run_${++made}x${process.pid}`;
  return {
    job: `job_${run.slice(4)}.${steps[0]!.step}.1`,
    run,
    fence: 1,
    lease_ms: 60_000,
    purpose: "forward",
    plan_digest: "0".repeat(64),
    steps,
    ...more,
  };
}
