/** A message as the JSON of the signed webhook: everything a system of somebody's own needs to ask its people. Pure. */
import type { Vote } from "@tw/shared/approvals/outcome";
import type { Due } from "@tw/shared/db/claim-notifications";
import type { Checkpoint } from "@tw/shared/engine/state";
import type { Message } from "./render.ts";

type Body = { [key: string]: unknown };

const TYPES: { [kind: string]: string | undefined } = {
  request: "checkpoint.requested",
  reminder: "checkpoint.reminded",
  escalation: "checkpoint.escalated",
  changed: "checkpoint.changed",
  break_glass: "checkpoint.bypassed",
};

/** A question for people, or the news that one was passed by. */
export function webhookOf(m: Message, notificationId: string): Body {
  const { checkpoint, question } = m;
  return {
    id: notificationId,
    type: TYPES[m.kind] ?? "checkpoint.requested",
    workspace: m.workspace,
    checkpoint: {
      ...checkpointOf(checkpoint),
      prompt: checkpoint.prompt,
      required: checkpoint.policy.quorum,
      form: checkpoint.form,
      plan_digest: checkpoint.planDigest,
    },
    command: question.command,
    effect: question.effect,
    argv: question.argv,
    results: question.results.map((r) => ({
      step: r.step,
      status: r.status,
      exit_code: r.exitCode,
      outputs: r.outputs,
    })),
    rollback: question.rollback,
    requested_by: question.requestedBy,
    note: question.note,
    ...(m.changes.length > 0 ? { changes: m.changes } : {}),
    ...(m.bypass ? { bypass: m.bypass } : {}),
    console_url: m.console,
    links: m.links.map((link) => ({ user_id: link.id, name: link.name, email: link.email, url: link.url })),
  };
}

/** What became of a question. */
export function decidedOf(
  checkpoint: Checkpoint,
  votes: Vote[],
  workspace: string,
  notificationId: string,
): Body {
  return {
    id: notificationId,
    type: "checkpoint.decided",
    workspace,
    checkpoint: {
      ...checkpointOf(checkpoint),
      prompt: checkpoint.prompt,
      decided_at: checkpoint.decidedAt,
      decided_by: checkpoint.decidedBy,
    },
    votes: votes.map((v) => ({
      by: { id: v.userId, name: v.name },
      decision: v.decision,
      channel: v.channel,
      comment: v.comment,
      at: v.at,
    })),
  };
}

/** How a run ended. */
export function finishedBodyOf(
  run: NonNullable<Due["run"]>,
  workspace: string,
  notificationId: string,
): Body {
  return {
    id: notificationId,
    type: "run.finished",
    workspace,
    run: {
      id: run.id,
      command: run.command,
      status: run.status,
      rollback: run.rollback,
      requested_by: run.requestedBy,
      note: run.note,
      error: run.error,
      finished_at: run.finishedAt,
    },
  };
}

function checkpointOf(checkpoint: Checkpoint): Body {
  return {
    id: checkpoint.id,
    run_id: checkpoint.runId,
    step: checkpoint.stepId,
    name: checkpoint.name,
    status: checkpoint.status,
    created_at: checkpoint.createdAt,
    expires_at: checkpoint.expiresAt,
  };
}
