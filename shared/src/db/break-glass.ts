/** Going past a gate: an owner's own decision, with a reason, in one conditional statement; and the review of it afterwards. */
import { checkInputs, type Inputs } from "../approvals/form.ts";
import type { Actor, Checkpoint } from "../engine/state.ts";
import { Refusal } from "../errors.ts";
import { newId } from "../ids.ts";
import { auditStatement } from "./audit.ts";
import { type CheckpointWithVotes, getCheckpoint } from "./checkpoints.ts";

export interface BreakGlassRequest {
  tenantId: string;
  checkpointId: string;
  by: Actor;
  reason: string;
  inputs: Inputs | null;
  planDigest: string | null;
}

// The marks of an approval, by somebody who needs no others: the same state, expiry, run, plan and form as a vote asks for.
const BREAK = `UPDATE command_checkpoints AS c SET status = 'approved', decided_at = ?4, decided_by_json = ?5, inputs_json = ?6,
    txn = ?3, next_tell_at = ?4, break_glass_json = json_object('by', json(?5), 'reason', ?7, 'at', ?4, 'review', NULL)
  WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.status = 'pending' AND (c.expires_at IS NULL OR c.expires_at > ?4)
    AND (?8 IS NULL OR c.plan_digest = ?8) AND coalesce(c.form_json, '[]') = ?9
    AND coalesce(json_extract(c.policy_json, '$.break_glass'), 1) = 1
    AND EXISTS (SELECT 1 FROM workflow_executions r WHERE r.id = c.run_id AND r.tenant_id = c.tenant_id
      AND r.plan_digest = c.plan_digest AND r.finished_at IS NULL AND r.outcome IS NULL AND r.cancel_requested_at IS NULL)
    AND EXISTS (SELECT 1 FROM users u WHERE u.id = ?10 AND u.tenant_id = c.tenant_id AND u.status = 'active' AND u.role = 'owner')`;
const RUN_DUE = `UPDATE workflow_executions SET version = version + 1, txn = ?3, event_seq = event_seq + 1, next_check_at = min(next_check_at, ?4)
  WHERE tenant_id = ?1 AND id = (SELECT c.run_id FROM command_checkpoints c WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3)`;
const EVENT = `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json)
  SELECT r.id, r.event_seq, r.tenant_id, r.event_seq, ?4, ?3, json_array(json_object('seq', r.event_seq, 'type', 'checkpoint.approved',
    'at', ?4, 'step', c.step_id, 'data', json_object('checkpoint', c.id, 'by', json(c.decided_by_json), 'break_glass', json('true'),
    'reason', c.break_glass_json ->> '$.reason')))
  FROM command_checkpoints c JOIN workflow_executions r ON r.id = c.run_id AND r.txn = ?3
  WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3`;

/**
 * Approve without the votes the policy asks for. Marked, told to everybody who may vote, in the audit trail, and listed until
 * somebody has reviewed it.
 * @returns null when there is no such checkpoint
 * @throws Refusal `forbidden`, `conflict` with the outcome, `expired`, `invalid_args` (the form)
 */
export async function breakGlass(
  db: D1Database,
  ask: BreakGlassRequest,
  now: number,
): Promise<CheckpointWithVotes | null> {
  const before = await getCheckpoint(db, ask.tenantId, ask.checkpointId, now);
  if (!before) return null;
  const { form } = before.checkpoint;
  const checked = checkInputs(form, ask.inputs);
  if ("issues" in checked)
    throw new Refusal("invalid_args", "The form is not filled in correctly.", { issues: checked.issues });
  const stamp = newId("txn", now);
  const by = JSON.stringify(ask.by);
  const key = [ask.tenantId, ask.checkpointId, stamp, now];
  const inputs = form.length > 0 ? JSON.stringify(checked.inputs) : null;
  const [done] = await db.batch([
    db.prepare(BREAK).bind(...key, by, inputs, ask.reason, ask.planDigest, JSON.stringify(form), ask.by.id),
    db.prepare(RUN_DUE).bind(...key),
    db.prepare(EVENT).bind(...key),
    auditStatement(
      db,
      {
        tenantId: ask.tenantId,
        at: now,
        actor: ask.by,
        action: "checkpoint.break_glass",
        target: ask.checkpointId,
        detail: { run: before.checkpoint.runId, step: before.checkpoint.stepId, reason: ask.reason },
      },
      {
        sql: "EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.id = ?7 AND c.txn = ?8)",
        values: [ask.checkpointId, stamp],
      },
    ),
  ]);
  const after = await getCheckpoint(db, ask.tenantId, ask.checkpointId, now);
  if (done?.meta.changes === 1 || !after) return after;
  throw whyNot(after.checkpoint, ask, now);
}

function whyNot(c: Checkpoint, ask: BreakGlassRequest, now: number): Refusal {
  if (c.status === "expired" || (c.expiresAt !== null && c.expiresAt <= now && c.status === "pending"))
    return new Refusal(
      "expired",
      "This checkpoint expired without a decision. Start the run again to ask anew.",
    );
  if (c.status !== "pending")
    return new Refusal(
      "conflict",
      `This checkpoint is already ${c.status}${c.decidedBy ? ` by ${c.decidedBy.name}` : ""}.`,
    );
  if (c.policy.break_glass === false)
    return new Refusal("forbidden", "Its policy lets nobody go past this checkpoint.");
  if (ask.planDigest !== null && ask.planDigest !== c.planDigest)
    return new Refusal("conflict", "The plan changed since you looked at it. Read it again.", {
      issues: [{ path: "plan_digest", message: `the plan is now ${c.planDigest}` }],
    });
  return new Refusal(
    "conflict",
    "The run is over or being cancelled, or you are no owner any more; nothing was decided.",
  );
}

/**
 * Take note of a broken glass: it leaves the list of what is to be reviewed. Whoever broke it does not review it, unless
 * nobody else could.
 * @returns null when there is no such checkpoint
 */
export async function reviewBreakGlass(
  db: D1Database,
  ask: { tenantId: string; checkpointId: string; by: Actor; comment: string | null },
  now: number,
): Promise<CheckpointWithVotes | null> {
  const review = JSON.stringify({ by: ask.by, comment: ask.comment, at: now });
  const [done] = await db.batch([
    db
      .prepare(
        `UPDATE command_checkpoints AS c SET break_glass_json = json_set(c.break_glass_json, '$.review', json(?3))
         WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.break_glass_json IS NOT NULL AND json_extract(c.break_glass_json, '$.review') IS NULL
           AND (c.break_glass_json ->> '$.by.id' <> ?4 OR (SELECT count(*) FROM users u WHERE u.tenant_id = ?1 AND u.status = 'active'
             AND u.role IN ('owner', 'approver')) <= 1)`,
      )
      .bind(ask.tenantId, ask.checkpointId, review, ask.by.id),
    auditStatement(
      db,
      {
        tenantId: ask.tenantId,
        at: now,
        actor: ask.by,
        action: "checkpoint.review",
        target: ask.checkpointId,
        detail: { comment: ask.comment },
      },
      {
        sql: "EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.id = ?7 AND json_extract(c.break_glass_json, '$.review') = json(?8))",
        values: [ask.checkpointId, review],
      },
    ),
  ]);
  const after = await getCheckpoint(db, ask.tenantId, ask.checkpointId, now);
  if (!after || done?.meta.changes === 1) return after;
  const glass = after.checkpoint.breakGlass;
  if (!glass) throw new Refusal("conflict", "Nobody went past this checkpoint; there is nothing to review.");
  if (glass.review) throw new Refusal("conflict", `${glass.review.by.name} has reviewed this already.`);
  throw new Refusal("forbidden", "You went past it yourself; somebody else has to review it.");
}
