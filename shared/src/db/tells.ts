/** Questions whose people are to be told again: reminders, escalation, and the alert that a gate was passed by an owner. */
import type { Recipient } from "../approvals/audience.ts";
import type { Checkpoint } from "../engine/state.ts";
import { notificationStatements, recipientFromRow, type Telling } from "./notifications.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { mayVote } from "./vote-rule.ts";

export const DUE_TELLS_SQL = `SELECT run_id FROM command_checkpoints INDEXED BY checkpoints_tell WHERE next_tell_at <= ?1
  ORDER BY next_tell_at LIMIT ?2 + 0`;

/** Runs with somebody to be told again, the longest waiting first. */
export async function dueTells(db: D1Database, now: number, limit: number): Promise<string[]> {
  const { results } = await db.prepare(DUE_TELLS_SQL).bind(now, limit).all<{ run_id: string }>();
  return [...new Set(results.map((row) => row.run_id))];
}

export interface DueTelling {
  checkpoint: Checkpoint;
  reminders: number;
  /** Who may vote and has not. */
  waitedFor: Recipient[];
  /** Who would be asked besides once it is escalated. */
  others: Recipient[];
  /** Owners and approvers of the workspace: who hears of a broken glass. */
  voters: Recipient[];
}

/** What is due to be told again of these runs. */
export async function readDueTells(db: D1Database, runIds: string[], now: number): Promise<DueTelling[]> {
  const due = `c.run_id IN (SELECT value FROM json_each(?1)) AND c.next_tell_at <= ?2`;
  const voted =
    "EXISTS (SELECT 1 FROM checkpoint_votes v WHERE v.checkpoint_id = c.id AND v.user_id = u.id AND v.plan_digest = c.plan_digest)";
  const [rows, people] = await db.batch<Row>([
    db.prepare(`SELECT c.* FROM command_checkpoints c WHERE ${due}`).bind(JSON.stringify(runIds), now),
    db
      .prepare(
        `SELECT c.id AS checkpoint_id, u.id, u.name, u.email, u.preferences_json, (${mayVote("?2")}) AS may, ${voted} AS voted,
           EXISTS (SELECT 1 FROM json_each(u.groups_json) g WHERE g.value = json_extract(c.policy_json, '$.escalate.to')) AS other
         FROM command_checkpoints c JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
         JOIN users u ON u.tenant_id = c.tenant_id AND u.status = 'active' AND (u.role IN ('owner', 'approver') OR ${mayVote("?2")})
         WHERE ${due} ORDER BY u.id`,
      )
      .bind(JSON.stringify(runIds), now),
  ]);
  return (rows?.results ?? []).map((row) => {
    const of = (people?.results ?? []).filter((person) => person.checkpoint_id === row.id);
    return {
      checkpoint: checkpointFromRow(row),
      reminders: row.reminders as number,
      waitedFor: of.filter((person) => person.may && !person.voted).map(recipientFromRow),
      others: of.filter((person) => person.other && !person.voted).map(recipientFromRow),
      voters: of.map(recipientFromRow),
    };
  });
}

/** What one due question comes to: its marks moved on, and the messages. */
export interface Told {
  checkpoint: Pick<Checkpoint, "id" | "tenantId" | "nextTellAt">;
  reminders: number;
  escalatedAt: number | null;
  nextTellAt: number | null;
  tellings: Telling[];
}

/**
 * Move the marks on and write the messages down, all or nothing for each question. Whoever comes second (a double tick, a
 * repeated hint) finds the mark moved and writes nothing.
 */
export async function storeTold(db: D1Database, told: Told[], stamp: string, now: number): Promise<void> {
  if (told.length === 0) return;
  await db.batch([
    ...told.map(({ checkpoint: c, reminders, escalatedAt, nextTellAt }) =>
      db
        .prepare(
          `UPDATE command_checkpoints SET txn = ?4, reminders = ?5, escalated_at = coalesce(escalated_at, ?6), next_tell_at = ?7
           WHERE id = ?2 AND tenant_id = ?1 AND next_tell_at = ?3`,
        )
        .bind(c.tenantId, c.id, c.nextTellAt, stamp, reminders, escalatedAt, nextTellAt),
    ),
    ...notificationStatements(
      db,
      told.flatMap(({ tellings }) => tellings),
      now,
      stamp,
    ),
  ]);
}
