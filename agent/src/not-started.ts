import { stepReport } from "@tw/shared/agents/step-report";
import type { JobStep, StepReport } from "@tw/shared/contracts/agent-protocol";
import type { StopReason } from "./leases.ts";

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
