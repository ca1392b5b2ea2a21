import type { JobStep, StepReport } from "../contracts/agent-protocol.ts";

const NOTHING = {
  exit_code: null,
  signal: null,
  error: null,
  outputs: null,
  duration_ms: null,
  log_bytes: 0,
  log_truncated: false,
  escapees: [],
};

/** A step's report; what is not said is empty. */
export function stepReport(
  step: Pick<JobStep, "step" | "attempt">,
  state: StepReport["state"],
  more: Partial<StepReport> = {},
): StepReport {
  return { ...NOTHING, step: step.step, attempt: step.attempt, state, ...more };
}
