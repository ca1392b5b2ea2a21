/** Messages that are due: taken by one notifier at a time, sent, marked. At least once; a holder that dies lets go by the clock. */
import type { Vote } from "../approvals/outcome.ts";
import type { NotificationKind } from "../approvals/request.ts";
import type { Json } from "../contracts/json.ts";
import type { Actor, Checkpoint } from "../engine/state.ts";
import type { RunStatus } from "../engine/statuses.ts";
import type { NotificationChannel } from "./notifications.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { voteFromRow } from "./votes.ts";

export interface Person {
  id: string;
  name: string;
  email: string;
  slackUserId?: string | null;
}
/** What is kept of a sending. A message of Slack's Web API has `channel` and `ts`, by which it is changed later. */
export interface Receipt {
  receipt?: string;
  channel?: string;
  ts?: string;
  /** The plan it asked about. */
  digest?: string;
  /** The run's newest event that it told of. */
  seq?: number;
}

/** A claimed notification with everything its message says. */
export interface Due {
  id: string;
  tenantId: string;
  tenantName: string;
  channel: NotificationChannel;
  kind: NotificationKind;
  salt: string | null;
  /** Rises with each claim: whoever marks a row names the claim it held. */
  attempts: number;
  createdAt: number;
  /** Claims before the tries that count: a person may have had it tried anew. */
  attemptsBefore: number;
  /** What its kind says besides. */
  data: { [name: string]: Json };
  /** What the sending of an earlier round left: of progress in Slack, the message to change. */
  receipt: Receipt | null;
  user: Person | null;
  /** Null: the message belongs to no run, and `subject` is the id of what it is about. */
  subject: string;
  run: {
    id: string;
    command: string;
    status: RunStatus;
    requestedBy: Actor;
    note: string | null;
    error: string | null;
    finishedAt: number | null;
    rollback: string;
    /** What people decided on the way. */
    decisions: { prompt: string; status: string; by: string | null; comment: string | null }[];
    eventSeq: number;
  } | null;
  checkpoint: Checkpoint | null;
  votes: Vote[];
  /** Everybody with a link that still opens a decision. */
  linked: (Person & { hash: string })[];
}

/**
 * Take due notifications for `claimMs`: of some runs, or of all (`runIds: null`). Two claims never hold the same row.
 * A holder that dies lets it go by the clock, and it is sent again: at least once.
 */
export async function claimDue(
  db: D1Database,
  of: { runIds: string[] | null; limit: number; claimMs: number },
  now: number,
): Promise<Due[]> {
  const free = "status = 'pending' AND next_try_at <= ?1 AND (claimed_until IS NULL OR claimed_until <= ?1)";
  const { results: claimed } = await db
    .prepare(
      `UPDATE notifications SET claimed_until = ?2, attempts = attempts + 1
       WHERE id IN (SELECT id FROM notifications WHERE ${free}
         ${of.runIds ? "AND run_id IN (SELECT value FROM json_each(?4))" : ""} ORDER BY next_try_at LIMIT ?3 + 0)
       AND ${free} RETURNING *`,
    )
    .bind(...[now, now + of.claimMs, of.limit, ...(of.runIds ? [JSON.stringify(of.runIds)] : [])])
    .all<Row>();
  if (claimed.length === 0) return [];
  const ids = JSON.stringify(claimed.map((row) => row.id));
  const [details, checkpoints, links, votes] = await db.batch<Row>([
    db
      .prepare(
        `SELECT n.id AS notification_id, t.name AS tenant_name, u.id AS user_id, u.name AS user_name, u.email AS user_email,
           u.slack_user_id, r.command, r.status AS run_status, r.event_seq, r.requested_by_json, r.note, r.error_json, r.finished_at, r.rollback_status,
           (SELECT json_group_array(json_object('prompt', c.prompt, 'status', c.status, 'by', c.decided_by_json ->> 'name', 'comment',
             (SELECT v.comment FROM checkpoint_votes v WHERE v.checkpoint_id = c.id AND v.user_id = c.decided_by_json ->> 'id')))
             FROM command_checkpoints c WHERE c.run_id = r.id AND c.tenant_id = r.tenant_id) AS decisions_json
         FROM notifications n JOIN tenants t ON t.id = n.tenant_id
         LEFT JOIN workflow_executions r ON r.id = n.run_id AND r.tenant_id = n.tenant_id
         LEFT JOIN users u ON u.id = n.user_id AND u.tenant_id = n.tenant_id AND u.status = 'active'
         WHERE n.id IN (SELECT value FROM json_each(?1))`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT c.* FROM command_checkpoints c WHERE c.id IN
         (SELECT n.checkpoint_id FROM notifications n WHERE n.id IN (SELECT value FROM json_each(?1)) AND n.tenant_id = c.tenant_id)`,
      )
      .bind(ids),
    db
      .prepare(
        `SELECT l.checkpoint_id, l.token_hash, u.id, u.name, u.email FROM approval_links l
         JOIN users u ON u.id = l.user_id AND u.tenant_id = l.tenant_id AND u.status = 'active'
         WHERE l.checkpoint_id IN (SELECT n.checkpoint_id FROM notifications n WHERE n.id IN (SELECT value FROM json_each(?1)))
           AND l.used_at IS NULL AND l.expires_at > ?2 ORDER BY u.id`,
      )
      .bind(ids, now),
    db
      .prepare(
        `SELECT v.* FROM checkpoint_votes v WHERE v.checkpoint_id IN
         (SELECT n.checkpoint_id FROM notifications n WHERE n.id IN (SELECT value FROM json_each(?1)) AND n.tenant_id = v.tenant_id)
         ORDER BY v.at, v.user_id`,
      )
      .bind(ids),
  ]);
  const detail = new Map((details?.results ?? []).map((row) => [row.notification_id, row]));
  const checkpoint = new Map((checkpoints?.results ?? []).map((row) => [row.id, checkpointFromRow(row)]));
  return claimed.flatMap((row) => {
    const d = detail.get(row.id);
    if (!d) return [];
    const votesOf = (votes?.results ?? []).filter((vote) => vote.checkpoint_id === row.checkpoint_id);
    return [dueFromRows(row, d, checkpoint.get(row.checkpoint_id) ?? null, links?.results ?? [], votesOf)];
  });
}

function dueFromRows(row: Row, d: Row, checkpoint: Checkpoint | null, links: Row[], votes: Row[]): Due {
  const error = d.error_json ? (JSON.parse(d.error_json as string) as { message?: string }) : null;
  return {
    id: row.id as string,
    tenantId: row.tenant_id as string,
    tenantName: d.tenant_name as string,
    channel: row.channel as NotificationChannel,
    kind: row.kind as NotificationKind,
    salt: row.salt as string | null,
    attempts: row.attempts as number,
    attemptsBefore: row.attempts_before as number,
    data: JSON.parse((row.data_json as string | null) ?? "{}"),
    receipt: JSON.parse((row.receipt_json as string | null) ?? "null"),
    createdAt: row.created_at as number,
    user: d.user_id
      ? {
          id: d.user_id as string,
          name: d.user_name as string,
          email: d.user_email as string,
          slackUserId: d.slack_user_id as string | null,
        }
      : null,
    subject: row.run_id as string,
    run:
      d.command === null
        ? null
        : {
            id: row.run_id as string,
            command: d.command as string,
            status: d.run_status as RunStatus,
            requestedBy: JSON.parse(d.requested_by_json as string) as Actor,
            note: d.note as string | null,
            error: error?.message ?? null,
            finishedAt: d.finished_at as number | null,
            rollback: d.rollback_status as string,
            decisions: JSON.parse(d.decisions_json as string),
            eventSeq: d.event_seq as number,
          },
    checkpoint,
    votes: votes.map(voteFromRow),
    linked: links
      .filter((l) => l.checkpoint_id === row.checkpoint_id)
      .map((l) => ({
        id: l.id as string,
        name: l.name as string,
        email: l.email as string,
        hash: l.token_hash as string,
      })),
  };
}

/** What became of a claimed notification: sent, to be tried again, or given up. */
export type Sending =
  | { status: "sent"; receipt: Receipt; open: boolean }
  | { status: "pending"; error: string; nextTryAt: number }
  | { status: "failed"; error: string };

/** Mark a notification, if the claim it was sent under is still the newest. */
export async function markNotification(
  db: D1Database,
  due: Pick<Due, "id" | "tenantId" | "attempts" | "receipt">,
  sending: Sending,
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE notifications SET status = ?4, claimed_until = NULL, next_try_at = ?5, error = ?6,
         receipt_json = coalesce(?7, receipt_json), sent_at = coalesce(?8, sent_at), open = ?9
       WHERE id = ?2 AND tenant_id = ?1 AND attempts = ?3 AND status = 'pending'`,
    )
    .bind(
      due.tenantId,
      due.id,
      due.attempts,
      sending.status,
      sending.status === "pending" ? sending.nextTryAt : null,
      sending.status === "sent" ? null : sending.error.slice(0, 500),
      sending.status === "sent" ? JSON.stringify(sending.receipt) : null,
      sending.status === "sent" ? now : null,
      sending.status === "sent"
        ? Number(sending.open)
        : Number(sending.status === "pending" && due.receipt !== null),
    )
    .run();
  return meta.changes === 1;
}
