/** The way out: why a run ends, stopping what still runs, undoing what was done, and the last word. */
import type { Json } from "../contracts/json.ts";
import { Refusal } from "../errors.ts";
import { finalArgs as typedArgs } from "../library/render.ts";
import { backoffMs } from "./backoff.ts";
import { closeCheckpoint, type Draft, emit, moveRun, moveStep, planOf, scopeOf } from "./draft.ts";
import { kindOf, queueJob, renderStep } from "./make-job.ts";
import { PURE_HANDLERS } from "./pure-handlers.ts";
import type { Run, Step, StepError } from "./state.ts";
import type { TerminalRunStatus } from "./statuses.ts";
import { resolveArgs, type Scope, testCondition } from "./values.ts";

/**
 * The run will end with `outcome`. From here on nothing new starts forward: gates are withdrawn, queued jobs cancelled,
 * running ones asked to stop. The first reason wins.
 */
export function beginEnd(draft: Draft, outcome: TerminalRunStatus, error: Run["error"]): void {
  if (draft.run.outcome !== null) return;
  draft.run.outcome = outcome;
  draft.run.error = error;
  for (const checkpoint of draft.checkpoints)
    if (checkpoint.status === "pending") closeCheckpoint(draft, checkpoint, "withdrawn");
  for (const job of draft.jobs.values()) {
    if (job.purpose !== "forward") continue;
    if (job.status === "queued") {
      const isNew = draft.newJobs.includes(job);
      if (isNew) draft.newJobs.splice(draft.newJobs.indexOf(job), 1);
      else {
        draft.jobPatches.set(job.id, {
          id: job.id,
          status: "cancelled",
          cancelRequestedAt: draft.now,
          seen: { status: job.status, reportSeq: job.reportSeq, leaseExpiresAt: job.leaseExpiresAt },
        });
      }
      draft.jobs.set(job.id, { ...job, status: "cancelled" });
    } else if (job.status === "leased" && job.cancelRequestedAt === null) {
      draft.jobPatches.set(job.id, { id: job.id, status: null, cancelRequestedAt: draft.now, seen: null });
      draft.jobs.set(job.id, { ...job, cancelRequestedAt: draft.now });
    }
  }
  emit(draft, "run.ending", { outcome, error: error as unknown as Json });
}

/** Bring an ending run to its end, as far as it goes now. */
export function end(draft: Draft): void {
  const outcome = draft.run.outcome as TerminalRunStatus;
  // Children first: a fan-out is over when they are.
  for (const step of draft.steps.values()) if (step.children === null) stopStep(draft, step, outcome);
  for (const step of draft.steps.values()) if (step.children !== null) stopStep(draft, step, outcome);
  const live = [...draft.jobs.values()].some((j) => j.purpose === "forward" && j.status === "leased");
  if (draft.run.status !== "rolling_back" && draft.run.status !== "queued" && mayUndo(draft)) {
    draft.run.rollbackStatus = "running";
    moveRun(draft, "rolling_back", "run.rolling_back", { outcome });
  }
  if (live) return;
  if (draft.run.status === "rolling_back" && !rollBack(draft)) return;
  finish(draft, outcome);
}

/** What never started will not; what runs on an agent is waited for, since only the agent knows when it has stopped. */
function stopStep(draft: Draft, step: Step, outcome: TerminalRunStatus): void {
  const job = step.jobId ? draft.jobs.get(step.jobId) : undefined;
  const atWork = (step.status === "queued" || step.status === "running") && job?.status === "leased";
  if (atWork) return;
  const parentAtWork =
    step.children !== null &&
    [...draft.steps.values()].some(
      (c) =>
        c.item !== undefined &&
        c.id.startsWith(`${step.id}.`) &&
        (c.status === "queued" || c.status === "running"),
    );
  if (step.status === "running" && step.children !== null && parentAtWork) return;
  if (["pending", "ready", "queued", "waiting", "running"].includes(step.status)) {
    moveStep(
      draft,
      step,
      "cancelled",
      { finishedAt: draft.now, wakeAt: null },
      { reason: `the run ends as ${outcome}` },
    );
  }
}

/** Steps that started and know how to be undone, newest start first. */
function undoable(draft: Draft): Step[] {
  return [...draft.steps.values()]
    .filter((s) => s.startedSeq !== null && s.children === null && planOf(draft, s.id).rollback !== null)
    .sort((a, b) => (b.startedSeq as number) - (a.startedSeq as number));
}

/** Nobody answered, and the checkpoint says that what is done then stays as it is. */
function staysDone(draft: Draft): boolean {
  const { error } = draft.run;
  if (error?.code !== "expired" || error.step === null) return false;
  const expired = draft.checkpoints.findLast((c) => c.stepId === error.step && c.status === "expired");
  return expired?.policy.on_expiry === "stop";
}

function mayUndo(draft: Draft): boolean {
  return (
    draft.plan.rollback_on_error &&
    !staysDone(draft) &&
    undoable(draft).some((s) => s.rollbackStatus === "none" && applies(draft, s))
  );
}

export function undoScope(draft: Draft, step: Step): Scope {
  const scope = scopeOf(draft, step);
  return { ...scope, ownOutputs: step.outputs, ownArgs: resolveArgs(planOf(draft, step.id).args, scope) };
}

/** A rollback whose condition does not hold has nothing to undo: the step never got as far as leaving something behind. */
export function applies(draft: Draft, step: Step): boolean {
  const rollback = planOf(draft, step.id).rollback;
  return (
    rollback !== null && (rollback.when === null || testCondition(rollback.when, undoScope(draft, step)))
  );
}

/** One compensation after the other, newest start first (I21). True when nothing is left to do. */
function rollBack(draft: Draft): boolean {
  for (const step of undoable(draft)) {
    if (step.rollbackStatus === "succeeded" || step.rollbackStatus === "failed") continue;
    if (step.rollbackStatus === "none" && !applies(draft, step)) continue;
    const job = step.rollback?.jobId ? draft.jobs.get(step.rollback.jobId) : undefined;
    if (step.rollbackStatus === "running" && job && (job.status === "queued" || job.status === "leased"))
      return false;
    if (step.rollback?.wakeAt && step.rollback.wakeAt > draft.now) return false;
    if (!compensate(draft, step)) return false;
  }
  draft.run.rollbackStatus = [...draft.steps.values()].some((s) => s.rollbackStatus === "failed")
    ? "failed"
    : "succeeded";
  return true;
}

/** Start a step's compensation. True when it is already over (settled here, or impossible). */
function compensate(draft: Draft, step: Step): boolean {
  const rollback = planOf(draft, step.id).rollback as NonNullable<ReturnType<typeof planOf>["rollback"]>;
  const attempt = step.rollbackAttempt + 1;
  try {
    const args = typedArgs(rollback.parameters, resolveArgs(rollback.args, undoScope(draft, step)));
    const pure = rollback.exec.type === "api" ? PURE_HANDLERS[rollback.exec.handler] : undefined;
    if (pure) {
      moveRollback(draft, step, "running", { attempt, jobId: null });
      const result = pure(args);
      if ("failure" in result)
        return undoFailed(draft, step, { code: "failed", message: result.failure }, null);
      moveRollback(draft, step, "succeeded", { attempt, jobId: null });
      return true;
    }
    const rendered = renderStep(rollback, args, step.id, attempt, [], draft.plan.cwd);
    const job = queueJob(draft, [rendered], {
      kind: kindOf(rollback),
      purpose: "rollback",
      headroom: rollback.retry.max - step.rollbackAttempt,
    });
    // The agent that did it is the one that can undo it.
    if (job.kind === "agent" && step.agentId && step.agentId !== "dispatcher")
      job.wantedAgentId = step.agentId;
    moveRollback(draft, step, "running", { attempt, jobId: job.id });
    return false;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const where = error.issues?.map((i) => `${i.path}: ${i.message}`).join("; ");
    step.rollbackAttempt = rollback.retry.max;
    return undoFailed(
      draft,
      step,
      { code: error.code, message: where ? `${error.message} (${where})` : error.message },
      null,
    );
  }
}

/** A compensation failed: again after a while if it may, else it stays undone and the others still run. True when it is over. */
export function undoFailed(draft: Draft, step: Step, error: StepError, exitCode: number | null): boolean {
  const retry = planOf(draft, step.id).rollback?.retry ?? { max: 1, backoff_s: 0 };
  if (step.rollbackAttempt < retry.max) {
    const wakeAt = draft.now + backoffMs(retry, step.rollbackAttempt);
    moveRollback(draft, step, "pending", {
      attempt: step.rollbackAttempt,
      jobId: null,
      error,
      exitCode,
      wakeAt,
    });
    return false;
  }
  moveRollback(draft, step, "failed", { attempt: step.rollbackAttempt, jobId: null, error, exitCode });
  return true;
}

/** Change a step's rollback and say so. */
export function moveRollback(
  draft: Draft,
  step: Step,
  to: Step["rollbackStatus"],
  of: { attempt: number; jobId: string | null; exitCode?: number | null; error?: StepError; wakeAt?: number },
): void {
  const command = planOf(draft, step.id).rollback?.command ?? "";
  step.rollbackStatus = to;
  step.rollbackAttempt = of.attempt;
  step.rollback = {
    command,
    jobId: of.jobId,
    exitCode: of.exitCode ?? null,
    error: of.error ?? null,
    wakeAt: of.wakeAt ?? null,
  };
  draft.changedSteps.add(step.id);
  emit(
    draft,
    `step.rollback_${to === "running" ? "started" : to}`,
    { rollback: to, rollback_attempt: of.attempt, command, ...(of.error ? { error: { ...of.error } } : {}) },
    step.id,
  );
}

function finish(draft: Draft, outcome: TerminalRunStatus): void {
  draft.run.finishedAt = draft.now;
  moveRun(draft, outcome, `run.${outcome}`, { error: draft.run.error as unknown as Json });
}

/** The good end. */
export function succeed(draft: Draft): void {
  draft.run.outcome = "succeeded";
  finish(draft, "succeeded");
}
