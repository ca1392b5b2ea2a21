import type { JobStep, StepReport } from "@tw/shared/contracts/agent-protocol";
import type { StopReason } from "./leases.ts";

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

/** The report of a step that was stopped before its program started. */
export function stopped(step: JobStep, reason: StopReason): StepReport {
  const error =
    reason === "quit"
      ? { code: "interrupted", message: "The agent was stopped before this step started." }
      : { code: "cancelled", message: "Cancelled before this step started." };
  return stepReport(step, "not_started", { error });
}

/** An error that ends a step before its program starts. */
export class NotStarted extends Error {
  override name = "NotStarted";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
