/** Forward: which steps may go on now, and how. */
import type { Json } from "../contracts/json.ts";
import type { PlanStep } from "../contracts/plan.ts";
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { backoffMs } from "./backoff.ts";
import { approvedHead, gateOf, openCheckpoint, openUnknown } from "./decide-checkpoint.ts";
import { beginEnd } from "./decide-end.ts";
import {
  childPlan,
  type Draft,
  emit,
  moveStep,
  newStep,
  parentOf,
  planOf,
  queueStep,
  scopeOf,
  started,
  stepOf,
} from "./draft.ts";
import { finalArgs, fusedBehind, isSatisfied, kindOf, queueJob, renderStep } from "./make-job.ts";
import { PURE_HANDLERS } from "./pure-handlers.ts";
import type { Step, StepError } from "./state.ts";
import { isSettled } from "./statuses.ts";
import { resolveValue, testCondition } from "./values.ts";

/** Errors that another attempt would only repeat. */
const FINAL_ERRORS = new Set([
  "policy_denied",
  "prerequisite_missing",
  "invalid_args",
  "secret_missing",
  "not_supported",
]);

/** Settle everything that needs no waiting, until nothing moves. A failure ends the loop by ending the run. */
export function advance(draft: Draft): void {
  for (const step of draft.steps.values()) wake(draft, step);
  for (let moved = true; moved && draft.run.outcome === null; ) {
    moved = false;
    for (const planned of draft.plan.steps) {
      if (draft.run.outcome !== null) return;
      const step = stepOf(draft, planned.id);
      if (step.status === "pending" && planned.needs.every((id) => isSatisfied(draft, id))) {
        moved = startStep(draft, step, planned) || moved;
      } else if (step.status === "ready") {
        moved = goOn(draft, step, planned) || moved;
      } else if (step.children !== null && step.status === "running") {
        moved = advanceChildren(draft, step, planned) || moved;
      }
    }
  }
}

/** A timer that has come: a back-off makes the step ready again, a sleep is over. */
function wake(draft: Draft, step: Step): void {
  if (step.status !== "waiting" || step.wakeAt === null || step.wakeAt > draft.now) return;
  if (step.error === null) settle(draft, step, { outputs: {} });
  else moveStep(draft, step, "ready", { wakeAt: null });
}

/** A step whose needs are met: skipped by its condition, stopped at its gate, or on its way. Says whether anything moved. */
function startStep(draft: Draft, step: Step, planned: PlanStep): boolean {
  if (planned.when && !testCondition(planned.when, scopeOf(draft, step))) {
    moveStep(draft, step, "skipped", { finishedAt: draft.now }, { reason: "its condition does not hold" });
    return true;
  }
  if (planned.checkpoint && gateOf(draft, step.id)?.status !== "approved") {
    openCheckpoint(draft, step, planned);
    return true;
  }
  return goOn(draft, step, planned);
}

/** Nothing more stands before the step: fan it out, settle it here, or queue a job. */
function goOn(draft: Draft, step: Step, planned: PlanStep): boolean {
  if (planned.for_each) return fanOut(draft, step, planned);
  try {
    if (planned.exec.type === "api" && PURE_HANDLERS[planned.exec.handler])
      return settleHere(draft, step, planned);
    if (step.attempt >= step.maxAttempts) {
      // Sent out with others whose lease was lost; whether it ran is not known.
      openUnknown(draft, step, planned);
      return true;
    }
    return queue(draft, step, planned);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const where = error.issues?.map((i) => `${i.path}: ${i.message}`).join("; ");
    fail(
      draft,
      step,
      { code: error.code, message: where ? `${error.message} (${where})` : error.message },
      null,
    );
    return true;
  }
}

function queue(draft: Draft, step: Step, planned: PlanStep): boolean {
  const kind = kindOf(planned);
  const steps = [step, ...(kind === "agent" ? fusedBehind(draft, step) : [])];
  const rendered = steps.map((s) => {
    const p = planOf(draft, s.id);
    return renderStep(p, finalArgs(draft, s, p), s.id, s.attempt + 1, p.requires, draft.plan.cwd);
  });
  const head = approvedHead(draft, step);
  // What was approved was about this very commit; the agent looks once more before it starts.
  if (head !== null) (rendered[0]?.run ?? rendered[0]?.action)?.requires.push({ git_head: head });
  const headroom = Math.min(...steps.map((s) => s.maxAttempts - s.attempt));
  const job = queueJob(draft, rendered, { kind, purpose: "forward", headroom });
  for (const s of steps) queueStep(draft, s, job.id);
  return true;
}

/** The flow's own commands are settled in the same pass. */
function settleHere(draft: Draft, step: Step, planned: PlanStep): boolean {
  const handler = PURE_HANDLERS[
    (planned.exec as { handler: string }).handler
  ] as (typeof PURE_HANDLERS)[string];
  const result = handler(finalArgs(draft, step, planned));
  moveStep(draft, step, "running", started(draft, step, step.attempt + 1, draft.now));
  if ("failure" in result) fail(draft, step, { code: "failed", message: result.failure }, null);
  else if ("sleepMs" in result && result.sleepMs > 0)
    moveStep(draft, step, "waiting", { wakeAt: draft.now + result.sleepMs });
  else settle(draft, step, { outputs: "outputs" in result ? result.outputs : {} });
  return true;
}

/** One child per item; the planned number is stored first, and the join counts rows against it (I11). */
function fanOut(draft: Draft, step: Step, planned: PlanStep): boolean {
  const items = resolveValue(planned.for_each as NonNullable<PlanStep["for_each"]>, scopeOf(draft, step));
  if (!Array.isArray(items)) {
    fail(draft, step, { code: "invalid_args", message: "for_each did not lead to a list." }, null);
    return true;
  }
  if (items.length > LIMITS.forEachItems) {
    fail(
      draft,
      step,
      {
        code: "invalid_args",
        message: `for_each got ${items.length} items; ${LIMITS.forEachItems} is the most.`,
      },
      null,
    );
    return true;
  }
  moveStep(
    draft,
    step,
    "running",
    { startedAt: draft.now, wakeAt: null, attempt: step.attempt + 1, children: items.length },
    { children: items.length },
  );
  items.forEach((item: Json, i) => {
    const id = `${step.id}.${i}`;
    const child = { ...newStep(planned, id, step.position + i + 1), item };
    draft.steps.set(id, child);
    draft.planSteps.set(id, childPlan(planned, id));
    draft.changedSteps.add(id);
  });
  return true;
}

function advanceChildren(draft: Draft, parent: Step, planned: PlanStep): boolean {
  let moved = false;
  let settled = 0;
  let failed: Step | null = null;
  const outputs: Json[] = [];
  for (let i = 0; i < (parent.children ?? 0); i++) {
    const child = stepOf(draft, `${parent.id}.${i}`);
    if (child.status === "pending" || child.status === "ready")
      moved = goOn(draft, child, planOf(draft, child.id)) || moved;
    if (draft.run.outcome !== null) return true;
    if (!isSettled(child.status)) continue;
    settled += 1;
    outputs.push(child.outputs ?? null);
    if (child.status === "failed") failed ??= child;
  }
  if (settled < (parent.children ?? 0)) return moved;
  if (failed && !planned.continue_on_error) {
    fail(
      draft,
      parent,
      { code: "failed", message: `${failed.id} failed: ${failed.error?.message ?? ""}` },
      null,
    );
  } else {
    const tooLarge = JSON.stringify(outputs).length > LIMITS.outputBytes;
    settle(draft, parent, { outputs: tooLarge ? { count: settled } : { items: outputs, count: settled } });
  }
  return true;
}

/** The step is done. */
export function settle(
  draft: Draft,
  step: Step,
  of: { outputs: { [name: string]: Json }; exitCode?: number | null; escapees?: string[] },
): void {
  const left: { [name: string]: Json } = of.escapees?.length ? { outside_group: of.escapees } : {};
  moveStep(
    draft,
    step,
    "succeeded",
    { outputs: of.outputs, exitCode: of.exitCode ?? null, finishedAt: draft.now, wakeAt: null, error: null },
    { exit_code: of.exitCode ?? null, ...left },
  );
}

/** An attempt failed: wait and try again while attempts are left and it can help; else the step has failed. */
export function fail(draft: Draft, step: Step, error: StepError, exitCode: number | null): void {
  const planned = planOf(draft, step.id);
  const retryable =
    !FINAL_ERRORS.has(error.code) && step.attempt < step.maxAttempts && step.children === null;
  if (retryable && step.status === "running") {
    const wakeAt = draft.now + Math.max(backoffMs(planned.retry, step.attempt), retryAfterMs(error));
    moveStep(
      draft,
      step,
      "waiting",
      { error, exitCode, wakeAt, jobId: null },
      { error: { ...error }, exit_code: exitCode, wake_at: wakeAt },
    );
    return;
  }
  moveStep(
    draft,
    step,
    "failed",
    { error, exitCode, finishedAt: draft.now, wakeAt: null },
    { error: { ...error }, exit_code: exitCode },
  );
  if (planned.continue_on_error) return;
  // A fan-out fails as a whole, once its other children have ended.
  if (parentOf(step) !== null) return;
  beginEnd(draft, "failed", { ...error, step: step.id });
}

/** What a server asked for with Retry-After, in the error's message as whole seconds. */
function retryAfterMs(error: StepError): number {
  const seconds = error.code === "retry_after" ? Number(/\d+/.exec(error.message)?.[0] ?? 0) : 0;
  return Math.min(seconds, LIMITS.retryAfterMaxS) * 1000;
}

/** A run whose every step has ended, and none of them badly, is done. */
export function isComplete(draft: Draft): boolean {
  return draft.plan.steps.every((p) => isSatisfied(draft, p.id));
}

/** Say that the run waits for a person, or no longer does. */
export function markWaiting(draft: Draft): void {
  const person = draft.checkpoints.some((c) => c.status === "pending") || draft.newCheckpoints.length > 0;
  let busy = false;
  for (const step of draft.steps.values()) {
    const timer = step.status === "waiting" && step.wakeAt !== null;
    const job = step.status === "queued" || (step.status === "running" && step.children === null);
    if (timer || job) busy = true;
  }
  const waits = person && !busy;
  if (waits && draft.run.status === "running") {
    draft.run.status = "waiting";
    emit(draft, "run.waiting", { status: "waiting", rollback: draft.run.rollbackStatus });
  } else if (!waits && draft.run.status === "waiting") {
    draft.run.status = "running";
    emit(draft, "run.resumed", { status: "running", rollback: draft.run.rollbackStatus });
  }
}
