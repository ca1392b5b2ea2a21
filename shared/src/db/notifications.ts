/** What people are to be told, through which channel, and how far that has come. A row is the promise; a message is never the truth (I16). */
import type { Actor, Checkpoint } from "../engine/state.ts";
import type { RunStatus } from "../engine/statuses.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { MAY_VOTE } from "./votes.ts";

export const NOTIFICATION_CHANNELS = ["email", "slack", "webhook"] as const;
export type NotificationChannel = (typeof NOTIFICATION_CHANNELS)[number];
/** `request` asks for a decision; `finished` tells the requester how a run ended that had to wait for people. */
export type NotificationKind = "request" | "finished";

/** Derived, so that a second one cannot be made: checkpoint, person (or the channel's audience), channel and kind. */
export function notificationId(
  subjectId: string,
  userId: string | null,
  channel: NotificationChannel,
  kind: NotificationKind,
): string {
  return `ntf_${subjectId}.${userId ?? "all"}.${channel}.${kind}`;
}

export interface Approver {
  id: string;
  name: string;
  email: string;
}
/** A pending checkpoint nobody was told of, and the people who may vote on it. */
export interface Unannounced {
  id: string;
  tenantId: string;
  runId: string;
  expiresAt: number | null;
  approvers: Approver[];
}

/** Pending checkpoints of these runs that were not announced yet. */
export async function readUnannounced(db: D1Database, runIds: string[]): Promise<Unannounced[]> {
  const open = `c.run_id IN (SELECT value FROM json_each(?1)) AND c.status = 'pending' AND c.announced_at IS NULL`;
  const runs = JSON.stringify(runIds);
  const [checkpoints, people] = await db.batch<Row>([
    db
      .prepare(`SELECT c.id, c.tenant_id, c.run_id, c.expires_at FROM command_checkpoints c WHERE ${open}`)
      .bind(runs),
    db
      .prepare(
        `SELECT c.id AS checkpoint_id, u.id, u.name, u.email FROM command_checkpoints c
         JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
         JOIN users u ON ${MAY_VOTE} WHERE ${open} ORDER BY u.id`,
      )
      .bind(runs),
  ]);
  return (checkpoints?.results ?? []).map((row) => ({
    id: row.id as string,
    tenantId: row.tenant_id as string,
    runId: row.run_id as string,
    expiresAt: row.expires_at as number | null,
    approvers: (people?.results ?? [])
      .filter((person) => person.checkpoint_id === row.id)
      .map((p) => ({ id: p.id as string, name: p.name as string, email: p.email as string })),
  }));
}

export interface Announcement {
  checkpointId: string;
  tenantId: string;
  runId: string;
  links: { hash: string; userId: string; expiresAt: number }[];
  notifications: { id: string; userId: string | null; channel: NotificationChannel; salt: string }[];
}

/**
 * Store links and notifications of some checkpoints and mark these announced, in one batch. A checkpoint that was
 * announced or decided meanwhile gets nothing: everything hangs on the mark.
 * @returns the ids of the checkpoints this call announced
 */
export async function announce(
  db: D1Database,
  announcements: Announcement[],
  stamp: string,
  now: number,
): Promise<string[]> {
  const ids = JSON.stringify(announcements.map((a) => a.checkpointId));
  const links = announcements.flatMap((a) =>
    a.links.map((l) => ({ ...l, checkpoint: a.checkpointId, tenant: a.tenantId })),
  );
  const rows = announcements.flatMap((a) =>
    a.notifications.map((n) => ({ ...n, checkpoint: a.checkpointId, tenant: a.tenantId, run: a.runId })),
  );
  const mine = `EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.id = j.value ->> 'checkpoint'
    AND c.tenant_id = j.value ->> 'tenant' AND c.txn = ?2)`;
  const [marked] = await db.batch<Row>([
    db
      .prepare(
        `UPDATE command_checkpoints SET announced_at = ?3, txn = ?2 WHERE id IN (SELECT value FROM json_each(?1))
         AND status = 'pending' AND announced_at IS NULL RETURNING id`,
      )
      .bind(ids, stamp, now),
    db
      .prepare(
        `INSERT INTO approval_links (token_hash, tenant_id, checkpoint_id, user_id, created_at, expires_at)
         SELECT j.value ->> 'hash', j.value ->> 'tenant', j.value ->> 'checkpoint', j.value ->> 'userId', ?3, j.value ->> 'expiresAt'
         FROM json_each(?1) j WHERE ${mine} ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(links), stamp, now),
    db
      .prepare(
        `INSERT INTO notifications (id, tenant_id, run_id, checkpoint_id, user_id, channel, kind, salt, status, next_try_at, created_at)
         SELECT j.value ->> 'id', j.value ->> 'tenant', j.value ->> 'run', j.value ->> 'checkpoint', j.value ->> 'userId',
           j.value ->> 'channel', 'request', j.value ->> 'salt', 'pending', ?3, ?3
         FROM json_each(?1) j WHERE ${mine} ON CONFLICT DO NOTHING`,
      )
      .bind(JSON.stringify(rows), stamp, now),
  ]);
  return (marked?.results ?? []).map((row) => row.id as string);
}

/**
 * Write down that the requesters of ended runs are to be told: of runs that had to ask somebody else. Whoever voted
 * themselves was there. Derived from the rows, so that it happens once however often it is called.
 */
export async function noteEnds(db: D1Database, runIds: string[], now: number): Promise<number> {
  const { meta } = await db
    .prepare(
      `INSERT INTO notifications (id, tenant_id, run_id, user_id, channel, kind, status, next_try_at, created_at)
       SELECT 'ntf_' || r.id || '.' || u.id || '.email.finished', r.tenant_id, r.id, u.id, 'email', 'finished', 'pending', ?2, ?2
       FROM workflow_executions r
       JOIN users u ON u.id = json_extract(r.requested_by_json, '$.id') AND u.tenant_id = r.tenant_id
         AND u.status = 'active' AND instr(u.email, '@') > 0
       WHERE r.id IN (SELECT value FROM json_each(?1)) AND r.finished_at IS NOT NULL
         AND EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.run_id = r.id AND c.announced_at IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM command_checkpoints c JOIN checkpoint_votes v ON v.checkpoint_id = c.id
           WHERE c.run_id = r.id AND v.user_id = u.id)
       ON CONFLICT DO NOTHING`,
    )
    .bind(JSON.stringify(runIds), now)
    .run();
  return meta.changes;
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
  user: Approver | null;
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
  };
  checkpoint: Checkpoint | null;
  /** Everybody with a link that still opens a decision. */
  linked: (Approver & { hash: string })[];
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
  const [details, checkpoints, links] = await db.batch<Row>([
    db
      .prepare(
        `SELECT n.id AS notification_id, t.name AS tenant_name, u.id AS user_id, u.name AS user_name, u.email AS user_email,
           r.command, r.status AS run_status, r.requested_by_json, r.note, r.error_json, r.finished_at, r.rollback_status,
           (SELECT json_group_array(json_object('prompt', c.prompt, 'status', c.status, 'by', c.decided_by_json ->> 'name', 'comment',
             (SELECT v.comment FROM checkpoint_votes v WHERE v.checkpoint_id = c.id AND v.user_id = c.decided_by_json ->> 'id')))
             FROM command_checkpoints c WHERE c.run_id = r.id AND c.tenant_id = r.tenant_id) AS decisions_json
         FROM notifications n JOIN tenants t ON t.id = n.tenant_id
         JOIN workflow_executions r ON r.id = n.run_id AND r.tenant_id = n.tenant_id
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
  ]);
  const detail = new Map((details?.results ?? []).map((row) => [row.notification_id, row]));
  const checkpoint = new Map((checkpoints?.results ?? []).map((row) => [row.id, checkpointFromRow(row)]));
  return claimed.flatMap((row) => {
    const d = detail.get(row.id);
    return d ? [dueFromRows(row, d, checkpoint.get(row.checkpoint_id) ?? null, links?.results ?? [])] : [];
  });
}

function dueFromRows(row: Row, d: Row, checkpoint: Checkpoint | null, links: Row[]): Due {
  const error = d.error_json ? (JSON.parse(d.error_json as string) as { message?: string }) : null;
  return {
    id: row.id as string,
    tenantId: row.tenant_id as string,
    tenantName: d.tenant_name as string,
    channel: row.channel as NotificationChannel,
    kind: row.kind as NotificationKind,
    salt: row.salt as string | null,
    attempts: row.attempts as number,
    createdAt: row.created_at as number,
    user: d.user_id
      ? { id: d.user_id as string, name: d.user_name as string, email: d.user_email as string }
      : null,
    run: {
      id: row.run_id as string,
      command: d.command as string,
      status: d.run_status as RunStatus,
      requestedBy: JSON.parse(d.requested_by_json as string) as Actor,
      note: d.note as string | null,
      error: error?.message ?? null,
      finishedAt: d.finished_at as number | null,
      rollback: d.rollback_status as string,
      decisions: JSON.parse(d.decisions_json as string),
    },
    checkpoint,
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
  | { status: "sent"; receipt: string }
  | { status: "pending"; error: string; nextTryAt: number }
  | { status: "failed"; error: string };

/** Mark a notification, if the claim it was sent under is still the newest. */
export async function markNotification(
  db: D1Database,
  due: Pick<Due, "id" | "tenantId" | "attempts">,
  sending: Sending,
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE notifications SET status = ?4, claimed_until = NULL, next_try_at = ?5, error = ?6, receipt_json = ?7, sent_at = ?8
       WHERE id = ?2 AND tenant_id = ?1 AND attempts = ?3 AND status = 'pending'`,
    )
    .bind(
      due.tenantId,
      due.id,
      due.attempts,
      sending.status,
      sending.status === "pending" ? sending.nextTryAt : null,
      sending.status === "sent" ? null : sending.error.slice(0, 500),
      sending.status === "sent" ? JSON.stringify({ receipt: sending.receipt.slice(0, 500) }) : null,
      sending.status === "sent" ? now : null,
    )
    .run();
  return meta.changes === 1;
}

/** How the notifications of some checkpoints stand, for whoever wonders why nobody answers. */
export async function notificationsOf(
  db: D1Database,
  tenantId: string,
  runId: string,
): Promise<
  {
    checkpointId: string | null;
    userId: string | null;
    channel: string;
    kind: string;
    status: string;
    attempts: number;
    error: string | null;
    sentAt: number | null;
  }[]
> {
  const { results } = await db
    .prepare("SELECT * FROM notifications WHERE run_id = ?2 AND tenant_id = ?1 ORDER BY id")
    .bind(tenantId, runId)
    .all<Row>();
  return results.map((r) => ({
    checkpointId: r.checkpoint_id as string | null,
    userId: r.user_id as string | null,
    channel: r.channel as string,
    kind: r.kind as string,
    status: r.status as string,
    attempts: r.attempts as number,
    error: r.error as string | null,
    sentAt: r.sent_at as number | null,
  }));
}
