/** Gates: when one opens, and what its end leads to. Who may vote is the approvals service's business; here only outcomes count. */

import type { FormField } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanCall, PlanStep, PlanValue } from "../contracts/plan.ts";
import { checkpointId } from "../ids.ts";
import { lineText } from "../library/line-text.ts";
import { LIMITS } from "../limits.ts";
import { applies, beginEnd, undoScope } from "./decide-end.ts";
import { closeCheckpoint, type Draft, emit, moveStep, planOf, scopeOf, stepOf } from "./draft.ts";
import { finalArgs, renderStep } from "./make-job.ts";
import type { Checkpoint, Difference, Step, StepError } from "./state.ts";
import { isSettled } from "./statuses.ts";
import { resolveArgs, resolveValue } from "./values.ts";

type Gate = NonNullable<PlanStep["checkpoint"]>;

/** The newest gate in front of a step. */
export function gateOf(draft: Draft, stepId: string): Checkpoint | undefined {
  return draft.checkpoints.findLast((c) => c.stepId === stepId && c.reason === "gate");
}

/** Stop before a step and ask. */
export function openCheckpoint(draft: Draft, step: Step, planned: PlanStep): void {
  const gate = planned.checkpoint as Gate;
  const checkpoint = ask(draft, step, planned, gate, null);
  moveStep(draft, step, "waiting", { wakeAt: null }, { checkpoint: checkpoint.id });
}

/**
 * What people agreed to is not what would run: they are asked again, and shown the difference. Their votes were for another
 * checkpoint and are void with it. A step on its way (`pending`) waits again.
 */
export function askAgain(draft: Draft, step: Step, changed: Difference[]): void {
  const planned = planOf(draft, step.id);
  const gate = gateBefore(draft, planned);
  if (!gate) return;
  const checkpoint = ask(draft, step, planned, gate, changed);
  if (step.status !== "waiting")
    moveStep(draft, step, "waiting", { wakeAt: null }, { checkpoint: checkpoint.id });
}

/** The step's own gate, or that of the step it stands behind, which did nothing but ask. */
function gateBefore(draft: Draft, planned: PlanStep): Gate | null {
  return planned.checkpoint ?? planned.needs.map((id) => planOf(draft, id).checkpoint).find(Boolean) ?? null;
}

/** HEAD as it was when the gate in front of this step was approved; null when nobody was asked or no step told. */
export function approvedHead(draft: Draft, step: Step): string | null {
  const planned = planOf(draft, step.id);
  const asked = [step.id, ...planned.needs]
    .map((id) => gateOf(draft, id))
    .find((c) => c?.status === "approved");
  const pinned = asked?.context.pinned;
  const head = typeof pinned === "object" && pinned !== null && !Array.isArray(pinned) ? pinned.head : null;
  return typeof head === "string" ? head : null;
}

function ask(
  draft: Draft,
  step: Step,
  planned: PlanStep,
  gate: Gate,
  changed: Difference[] | null,
): Checkpoint {
  const after = [
    gate.expires_s === "never" ? null : gate.expires_s,
    gate.remind_every_s ?? null,
    gate.escalate?.after_s ?? null,
  ].map((seconds) => (seconds === null ? null : draft.now + seconds * 1000));
  const [expiresAt = null, ...tells] = after;
  const tellAt = tells.filter((at) => at !== null);
  return add(draft, step, {
    name: gate.name,
    prompt: gate.prompt,
    reason: "gate",
    policy: gate,
    form: gate.form.map((field) => withDefault(draft, step, field)),
    context: {
      ...shown(draft, step, planned),
      ...(changed
        ? { difference: changed.map((one) => ({ ...one })), pinned: pinnedAfter(draft, changed) }
        : {}),
    },
    expiresAt,
    nextTellAt: tellAt.length > 0 ? Math.min(...tellAt) : null,
  });
}

/** What is agreed to now: HEAD as it was found, not as the steps before had told it. */
function pinnedAfter(draft: Draft, changed: Difference[]): Json {
  const pinned = pinnedHead(draft);
  const head = changed.find(({ what }) => what === "HEAD")?.after;
  return pinned && head !== undefined && COMMIT.test(head) ? { ...pinned, head } : (pinned as Json);
}

/** A field's default that is a result of an earlier step, looked up. One that leads to nothing, or does not fit, is none. */
function withDefault(draft: Draft, step: Step, field: FormField): FormField {
  const { default: written, ...rest } = field;
  if (typeof written !== "object" || written === null || Array.isArray(written) || !("ref" in written))
    return field;
  const found = resolveValue(written as unknown as PlanValue, scopeOf(draft, step));
  const value = field.type === "string" && typeof found === "number" ? String(found) : found;
  return value === undefined || value === null || typeof value === "object"
    ? rest
    : { ...rest, default: value };
}

/** A step may or may not have run and running it twice could do harm: only a person can say. */
export function openUnknown(
  draft: Draft,
  step: Step,
  planned: PlanStep,
  error: StepError = {
    code: "lease_lost",
    message: "The agent's lease ended before it reported this step.",
  },
): void {
  const on = step.agentId && step.agentId !== "dispatcher" ? ` on agent ${step.agentId}` : "";
  const checkpoint = add(draft, step, {
    name: `unknown-${step.id}`,
    prompt: `${planned.command} may have run${on}, but its result was lost. Look there first. Approve: run it again. Reject: end the run${draft.plan.rollback_on_error ? " and roll back" : ""}.`,
    reason: "unknown",
    policy: {
      quorum: 1,
      groups: [],
      form: [],
      requester_may_vote: true,
      expires_s: LIMITS.checkpointExpiryS,
    },
    form: [],
    context: shown(draft, step, planned),
    expiresAt: draft.now + LIMITS.checkpointExpiryS * 1000,
    nextTellAt: null,
  });
  moveStep(
    draft,
    step,
    "unknown",
    {
      wakeAt: null,
      jobId: null,
      error,
    },
    { checkpoint: checkpoint.id, error: { ...error } },
  );
}

function add(
  draft: Draft,
  step: Step,
  of: Pick<
    Checkpoint,
    "name" | "prompt" | "reason" | "policy" | "form" | "context" | "expiresAt" | "nextTellAt"
  >,
): Checkpoint {
  const round = draft.checkpoints.filter((c) => c.stepId === step.id).length + 1;
  const checkpoint: Checkpoint = {
    ...of,
    id: checkpointId(draft.run.id, step.id, round),
    tenantId: draft.run.tenantId,
    runId: draft.run.id,
    stepId: step.id,
    status: "pending",
    inputs: null,
    planDigest: draft.run.planDigest,
    announcedAt: null,
    escalatedAt: null,
    changed: null,
    breakGlass: null,
    createdAt: draft.now,
    decidedAt: null,
    decidedBy: null,
  };
  draft.checkpoints.push(checkpoint);
  draft.newCheckpoints.push(checkpoint);
  emit(
    draft,
    "checkpoint.created",
    {
      checkpoint: checkpoint.id,
      name: checkpoint.name,
      reason: checkpoint.reason,
      expires_at: checkpoint.expiresAt,
    },
    step.id,
  );
  return checkpoint;
}

/** Take in what people decided, and let the unanswered expire. One clock decides: the server's (I18). */
export function absorbCheckpoints(draft: Draft): void {
  for (const checkpoint of draft.checkpoints) {
    if (
      checkpoint.status === "pending" &&
      checkpoint.expiresAt !== null &&
      checkpoint.expiresAt <= draft.now
    ) {
      closeCheckpoint(draft, checkpoint, "expired");
    }
    if (draft.run.outcome !== null) continue;
    const step = stepOf(draft, checkpoint.stepId);
    const asked =
      checkpoint.reason === "gate"
        ? step.status === "waiting" && step.wakeAt === null
        : step.status === "unknown";
    if (!asked || checkpoint !== draft.checkpoints.findLast((c) => c.stepId === step.id)) continue;
    const changed = checkpoint.reason === "gate" ? changedSince(draft, checkpoint) : null;
    if (changed) {
      if (checkpoint.status === "pending") closeCheckpoint(draft, checkpoint, "withdrawn", changed);
      // The new plan may not ask at all before this step.
      if (planOf(draft, step.id).checkpoint) askAgain(draft, step, changed);
      else moveStep(draft, step, "ready", {}, { reason: "the plan asks nobody any more" });
    } else if (checkpoint.status === "approved") {
      if (checkpoint.reason === "unknown") allowAgain(draft);
      moveStep(draft, step, "ready", { error: null }, { checkpoint: checkpoint.id });
    } else if (checkpoint.status === "rejected" || checkpoint.status === "expired") {
      const what =
        checkpoint.status === "rejected" ? `was rejected${by(checkpoint)}` : "expired without a decision";
      const code = checkpoint.reason === "unknown" ? "lease_lost" : checkpoint.status;
      beginEnd(draft, checkpoint.reason === "unknown" ? "failed" : "rejected", {
        code,
        message: `Checkpoint ${checkpoint.name} ${what}.`,
        step: step.id,
      });
    }
  }
}

/** What is different from what this open or passed gate was about; null when it is the same. A rejection stands whatever changed. */
function changedSince(draft: Draft, checkpoint: Checkpoint): Difference[] | null {
  if (checkpoint.status === "rejected" || checkpoint.status === "expired") return null;
  if (checkpoint.changed) return checkpoint.changed;
  const { planDigest } = draft.run;
  if (checkpoint.status === "withdrawn" || checkpoint.planDigest === planDigest) return null;
  return [{ what: "plan", before: checkpoint.planDigest.slice(0, 12), after: planDigest.slice(0, 12) }];
}

/** A person agreed to run it again: whatever was lost with it gets one more attempt too. */
function allowAgain(draft: Draft): void {
  for (const step of draft.steps.values()) {
    const open = step.status === "unknown" || step.status === "pending";
    if (!open || step.attempt < step.maxAttempts) continue;
    step.maxAttempts = step.attempt + 1;
    draft.changedSteps.add(step.id);
  }
}

function by(checkpoint: Checkpoint): string {
  return checkpoint.decidedBy ? ` by ${checkpoint.decidedBy.name}` : "";
}

/** What the approver is shown: what will run as it will run, what has happened, how it would be undone. */
function shown(draft: Draft, step: Step, planned: PlanStep): { [name: string]: Json } {
  const behind = draft.plan.steps.slice(draft.plan.steps.indexOf(planned) + 1);
  // One that failed before its program started has no time of a start, and is what an approver must not miss.
  const results = [...draft.steps.values()].filter((s) => s.startedAt !== null || isSettled(s.status));
  return {
    command: planned.command,
    effect: planned.effect,
    cwd: draft.plan.cwd,
    agent: draft.plan.agent.id ?? draft.plan.agent.labels.join(",") ?? null,
    args: resolveArgs(planned.args, scopeOf(draft, step)),
    argv: [line(draft, planned)],
    next: behind.map((p) => line(draft, p)),
    version: planned.version,
    pinned: pinnedHead(draft) as Json,
    results: results.map((s) => ({
      step: s.id,
      status: s.status,
      outputs: s.outputs,
      exit_code: s.exitCode,
    })),
    rollback: draft.plan.rollback_on_error
      ? results
          .filter((s) => s.startedSeq !== null && s.children === null && applies(draft, s))
          .sort((a, b) => (b.startedSeq ?? 0) - (a.startedSeq ?? 0))
          .map((s) => undone(draft, s))
      : [],
    requested_by: { ...draft.run.requestedBy },
    note: draft.run.note,
  };
}

/** What undoing a finished step would run, as it would run. */
function undone(draft: Draft, step: Step): { [name: string]: Json } {
  const rollback = planOf(draft, step.id).rollback as NonNullable<PlanStep["rollback"]>;
  const line = lineOf(draft, rollback, () => resolveArgs(rollback.args, undoScope(draft, step)));
  return { step: step.id, command: rollback.command, line };
}

/** git commands that move HEAD and do not say where to. */
const MOVES_HEAD = new Set([
  "reset",
  "merge",
  "pull",
  "checkout",
  "switch",
  "rebase",
  "cherry-pick",
  "revert",
  "am",
  "update-ref",
]);
const COMMIT = /^[0-9a-f]{40,64}$/;

/** Where the repository is, by what the steps so far reported: the newest commit made, or HEAD as git-status saw it. */
function pinnedHead(draft: Draft): { head: string; agent: string; cwd: string | null } | null {
  let pinned: { head: string; agent: string; cwd: string | null } | null = null;
  const ran = [...draft.steps.values()].filter((s) => s.startedSeq !== null && s.status === "succeeded");
  for (const step of ran.sort((a, b) => (a.startedSeq as number) - (b.startedSeq as number))) {
    const { exec } = planOf(draft, step.id);
    if (exec.type !== "builtin" || exec.program !== "git" || exec.cwd !== undefined) continue;
    const head = step.outputs?.commit ?? step.outputs?.head;
    if (typeof head === "string" && COMMIT.test(head))
      pinned = { head, agent: step.agentId ?? "", cwd: draft.plan.cwd };
    else if (MOVES_HEAD.has(String(exec.argv[0]))) pinned = null;
  }
  return pinned;
}

function line(draft: Draft, planned: PlanStep): string {
  return lineOf(draft, planned, () => finalArgs(draft, stepOf(draft, planned.id), planned));
}

/** A command line for reading; the command's name where it has none, or where its arguments come from what has not run yet. */
function lineOf(draft: Draft, call: PlanCall, args: () => { [name: string]: Json }): string {
  try {
    const { run } = renderStep(call, args(), call.command, 1, [], draft.plan.cwd);
    if (!run) return call.command;
    const words = run.argv.map((a) => (typeof a === "string" ? a : `<secret ${a.secret}>`));
    return lineText([run.program, ...words]);
  } catch {
    return call.command;
  }
}
