/** Gates: when one opens, and what its end leads to. Who may vote is the approvals service's business; here only outcomes count. */
import type { Json } from "../contracts/json.ts";
import type { PlanCall, PlanStep } from "../contracts/plan.ts";
import { checkpointId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { beginEnd } from "./decide-end.ts";
import { type Draft, emit, moveStep, planOf, scopeOf, stepOf } from "./draft.ts";
import { finalArgs, renderStep } from "./make-job.ts";
import type { Checkpoint, Step, StepError } from "./state.ts";
import { resolveArgs } from "./values.ts";

/** The newest gate in front of a step. */
export function gateOf(draft: Draft, stepId: string): Checkpoint | undefined {
  return draft.checkpoints.findLast((c) => c.stepId === stepId && c.reason === "gate");
}

/** Stop before a step and ask. */
export function openCheckpoint(draft: Draft, step: Step, planned: PlanStep): void {
  const gate = planned.checkpoint as NonNullable<PlanStep["checkpoint"]>;
  const expiresAt = gate.expires_s === "never" ? null : draft.now + gate.expires_s * 1000;
  const checkpoint = add(draft, step, {
    name: gate.name,
    prompt: gate.prompt,
    reason: "gate",
    policy: gate,
    form: gate.form,
    context: shown(draft, step, planned),
    expiresAt,
  });
  moveStep(draft, step, "waiting", { wakeAt: null }, { checkpoint: checkpoint.id });
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
  of: Pick<Checkpoint, "name" | "prompt" | "reason" | "policy" | "form" | "context" | "expiresAt">,
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
      close(draft, checkpoint, "expired");
    }
    if (draft.run.outcome !== null) continue;
    const step = stepOf(draft, checkpoint.stepId);
    const asked =
      checkpoint.reason === "gate"
        ? step.status === "waiting" && step.wakeAt === null
        : step.status === "unknown";
    if (!asked || checkpoint !== draft.checkpoints.findLast((c) => c.stepId === step.id)) continue;
    if (checkpoint.status === "approved") {
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

/** The engine's own ends of a checkpoint: nobody answered, or the answer no longer matters. */
export function close(draft: Draft, checkpoint: Checkpoint, status: "expired" | "withdrawn"): void {
  checkpoint.status = status;
  checkpoint.decidedAt = draft.now;
  draft.checkpointPatches.push({ id: checkpoint.id, status, decidedAt: draft.now });
  emit(draft, `checkpoint.${status}`, { checkpoint: checkpoint.id }, checkpoint.stepId);
}

/** What the approver is shown: what will run as it will run, what has happened, how it would be undone. */
function shown(draft: Draft, step: Step, planned: PlanStep): { [name: string]: Json } {
  const behind = draft.plan.steps.slice(draft.plan.steps.indexOf(planned) + 1);
  const results = [...draft.steps.values()].filter((s) => s.startedAt !== null || s.status === "skipped");
  return {
    command: planned.command,
    effect: planned.effect,
    cwd: draft.plan.cwd,
    agent: draft.plan.agent.id ?? draft.plan.agent.labels.join(",") ?? null,
    args: resolveArgs(planned.args, scopeOf(draft, step)),
    argv: [line(draft, planned)],
    next: behind.map((p) => line(draft, p)),
    results: results.map((s) => ({
      step: s.id,
      status: s.status,
      outputs: s.outputs,
      exit_code: s.exitCode,
    })),
    rollback: draft.plan.rollback_on_error
      ? results
          .filter((s) => s.startedSeq !== null && planOf(draft, s.id).rollback)
          .sort((a, b) => (b.startedSeq ?? 0) - (a.startedSeq ?? 0))
          .map((s) => ({ step: s.id, command: planOf(draft, s.id).rollback?.command ?? "" }))
      : [],
    requested_by: { ...draft.run.requestedBy },
    note: draft.run.note,
  };
}

function line(draft: Draft, planned: PlanStep): string {
  try {
    const step = stepOf(draft, planned.id);
    const rendered = renderStep(
      planned,
      finalArgs(draft, step, planned as PlanCall),
      planned.id,
      step.attempt + 1,
      [],
      draft.plan.cwd,
    );
    if (!rendered.run) return planned.command;
    const words = rendered.run.argv.map((a) => (typeof a === "string" ? a : `<secret ${a.secret}>`));
    return [rendered.run.program, ...words]
      .map((w) => (/^[\w@%+=:,./-]+$/.test(w) ? w : JSON.stringify(w)))
      .join(" ");
  } catch {
    // Its arguments come from steps that have not run yet.
    return planned.command;
  }
}
