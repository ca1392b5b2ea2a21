/** What agents said of their jobs, and what silence means. */
import type { JobStep, StepReport } from "../contracts/agent-protocol.ts";
import { backoffMs } from "./backoff.ts";
import { askAgain, openUnknown } from "./decide-checkpoint.ts";
import { moveRollback, undoFailed } from "./decide-end.ts";
import { fail, settle } from "./decide-forward.ts";
import { type Draft, moveStep, planOf, started } from "./draft.ts";
import type { Difference, Job, Step, StepError } from "./state.ts";

/** Failures that leave open whether the step took effect. */
const UNKNOWN_ERRORS = new Set(["outcome_unknown"]);

/** Take in every report, newest knowledge first in the order the job runs its steps, and let leases end. */
export function absorbJobs(draft: Draft): void {
  for (const job of [...draft.jobs.values()]) {
    if (job.status === "leased" && job.leaseExpiresAt !== null && job.leaseExpiresAt <= draft.now) {
      draft.jobPatches.set(job.id, {
        id: job.id,
        status: "lost",
        cancelRequestedAt: null,
        seen: { status: job.status, reportSeq: job.reportSeq, leaseExpiresAt: job.leaseExpiresAt },
      });
      draft.jobs.set(job.id, { ...job, status: "lost" });
    }
    const now = draft.jobs.get(job.id) as Job;
    if (now.purpose === "forward") absorbForward(draft, now);
    else absorbRollback(draft, now);
  }
}

function absorbForward(draft: Draft, job: Job): void {
  for (const sent of job.steps) {
    const step = draft.steps.get(sent.step);
    if (!step || step.jobId !== job.id || (step.status !== "queued" && step.status !== "running")) continue;
    const report = reportOf(job, sent);
    if (report) takeReport(draft, job, step, sent, report);
    if (job.status === "leased" || job.status === "queued") continue;
    if (step.status === "running" || step.status === "queued") leftOver(draft, job, step, sent);
  }
}

function reportOf(job: Job, sent: JobStep): StepReport | undefined {
  return job.reports.find((r) => r.step === sent.step && r.attempt === sent.attempt);
}

function takeReport(draft: Draft, job: Job, step: Step, sent: JobStep, report: StepReport): void {
  const began = report.state !== "not_started";
  if (began && step.status === "queued") {
    const at = job.steps[0]?.step === step.id ? (job.leasedAt ?? draft.now) : draft.now;
    moveStep(
      draft,
      step,
      "running",
      { ...started(draft, step, sent.attempt, at), agentId: job.agentId },
      { agent: job.agentId, job: job.id },
    );
  }
  const escaped =
    report.escapees.length > 0 ? ` [outside its process group: ${report.escapees.join(", ")}]` : "";
  switch (report.state) {
    case "running":
      break;
    case "succeeded":
      settle(draft, step, {
        outputs: report.outputs ?? {},
        exitCode: report.exit_code,
        escapees: report.escapees,
      });
      break;
    case "failed":
      // What its probes captured is kept: the rollback needs it.
      step.outputs = report.outputs;
      if (report.error && UNKNOWN_ERRORS.has(report.error.code)) loseAnswer(draft, step, report.error);
      else fail(draft, step, withMore(errorOf(report), escaped), report.exit_code);
      break;
    case "cancelled": {
      step.outputs = report.outputs;
      const stopped = { code: "cancelled", message: "It was stopped on the agent." };
      const error = withMore(report.error ?? stopped, escaped);
      const of = { error, exitCode: report.exit_code, finishedAt: draft.now };
      if (draft.run.outcome === null) fail(draft, step, error, report.exit_code);
      else moveStep(draft, step, "cancelled", of, { error: { ...error } });
      break;
    }
    case "not_started":
      if (report.error?.code === "plan_changed" && draft.run.outcome === null && step.status === "queued") {
        moveStep(draft, step, "pending", { jobId: null }, { error: { ...report.error } });
        askAgain(draft, step, differenceOf(report.error));
        break;
      }
      // An agent that went down before the start did no harm: the step goes out again.
      if (report.error && report.error.code !== "interrupted" && draft.run.outcome === null)
        fail(draft, step, report.error, null);
      else if (job.status === "leased") break;
      else if (draft.run.outcome === null) moveStep(draft, step, "pending", { jobId: null });
      else moveStep(draft, step, "cancelled", { finishedAt: draft.now });
  }
}

/** `HEAD is B; A was approved.` */
function differenceOf(error: StepError): Difference[] {
  const [after = "another", before = "as approved"] = error.message.match(/[0-9a-f]{40,64}/g) ?? [];
  return [{ what: "HEAD", before, after }];
}

/** A request was sent and its answer never came. Who declared a retry said that it may be sent again; else a person is asked. */
function loseAnswer(draft: Draft, step: Step, error: StepError): void {
  const planned = planOf(draft, step.id);
  if (draft.run.outcome !== null)
    moveStep(draft, step, "unknown", { error, jobId: null }, { error: { ...error } });
  else if (planned.retry.max > 1) fail(draft, step, error, null);
  else openUnknown(draft, step, planned, error);
}

/** The job is over and said nothing (more) of this step. */
function leftOver(draft: Draft, job: Job, step: Step, sent: JobStep): void {
  if (job.status === "cancelled") {
    moveStep(draft, step, "cancelled", { finishedAt: draft.now });
    return;
  }
  if (job.status === "done" && draft.run.outcome !== null) {
    moveStep(draft, step, "cancelled", { finishedAt: draft.now });
    return;
  }
  if (job.status === "done" && step.status === "queued") {
    // A job that ended in order without a word of this step never came to it.
    moveStep(draft, step, "pending", { jobId: null });
    return;
  }
  // Its lease ran out, or the agent called the job done with the step still running: how it ended is not known.
  loseStep(draft, job, step, sent);
}

/** The lease ended first. A read runs again; of anything else only a person can say whether it may. */
function loseStep(draft: Draft, job: Job, step: Step, sent: JobStep): void {
  const planned = planOf(draft, step.id);
  const first = !job.steps.some(
    (s) =>
      s !== sent && s.step !== sent.step && job.steps.indexOf(s) < job.steps.indexOf(sent) && !isOver(job, s),
  );
  const error: StepError = { code: "lease_lost", message: `Agent ${job.agentId} did not report in time.` };
  if (step.status === "queued") {
    // It may have started without a word; the attempt is spent and the start is counted, so that a rollback undoes it.
    Object.assign(step, started(draft, step, sent.attempt, job.leasedAt ?? draft.now), {
      agentId: job.agentId,
    });
    draft.changedSteps.add(step.id);
  }
  if (draft.run.outcome !== null) {
    moveStep(draft, step, "unknown", { error, jobId: null }, { error: { ...error } });
    return;
  }
  if (!first && step.status === "queued") {
    // One at a time: the first lost step runs again or asks; those behind it are looked at when their turn comes.
    const reason = "sent out with a step whose lease was lost";
    moveStep(draft, step, "pending", { jobId: null }, { reason });
    return;
  }
  const again = planned.effect === "read" || planned.retry.max > 1;
  if (again && step.attempt < step.maxAttempts) {
    const wakeAt = draft.now + backoffMs(planned.retry, step.attempt);
    moveStep(
      draft,
      step,
      "waiting",
      { error, wakeAt, jobId: null },
      { error: { ...error }, wake_at: wakeAt },
    );
  } else if (again) {
    if (step.status === "queued") moveStep(draft, step, "running", {}, {});
    fail(draft, step, error, null);
  } else {
    openUnknown(draft, step, planned);
  }
}

function isOver(job: Job, sent: JobStep): boolean {
  const state = reportOf(job, sent)?.state;
  return state === "succeeded" || state === "failed" || state === "cancelled" || state === "not_started";
}

function absorbRollback(draft: Draft, job: Job): void {
  const sent = job.steps[0] as JobStep;
  const step = draft.steps.get(sent.step);
  if (!step || step.rollback?.jobId !== job.id || step.rollbackStatus !== "running") return;
  const report = reportOf(job, sent);
  if (report?.state === "succeeded") {
    moveRollback(draft, step, "succeeded", {
      attempt: sent.attempt,
      jobId: job.id,
      exitCode: report.exit_code,
    });
  } else if (
    report &&
    report.state !== "running" &&
    (job.status === "done" || report.state !== "not_started")
  ) {
    undoFailed(draft, step, errorOf(report), report.exit_code);
  } else if (job.status === "lost" || job.status === "done" || job.status === "cancelled") {
    undoFailed(
      draft,
      step,
      { code: "lease_lost", message: `Agent ${job.agentId} did not report this compensation.` },
      null,
    );
  }
}

function errorOf(report: StepReport): StepError {
  if (report.error) return report.error;
  const how = report.signal ? `was ended by ${report.signal}` : `ended with exit code ${report.exit_code}`;
  return { code: "failed", message: `The program ${how}.` };
}

function withMore(error: StepError, more: string): StepError {
  return more === "" ? error : { ...error, message: error.message + more };
}
