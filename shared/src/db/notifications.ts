/** What people are to be told, through which channel. A row is the promise; a message is never the truth (I16). */
import {
  NOTIFICATION_CHANNELS,
  type NotificationChannel,
  preferencesFrom,
  type Recipient,
  type To,
} from "../approvals/audience.ts";
import type { NotificationKind } from "../approvals/request.ts";
import type { Notify } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Row } from "./rows.ts";
import { MAY_VOTE } from "./votes.ts";

export { NOTIFICATION_CHANNELS, type NotificationChannel, type NotificationKind };

/** Derived, so that a second one cannot be made: what it is about, person (or the channel's audience), channel, kind and round. */
export function notificationId(
  subjectId: string,
  userId: string | null,
  channel: NotificationChannel,
  kind: NotificationKind,
  round = 1,
): string {
  return `ntf_${subjectId}.${userId ?? "all"}.${channel}.${kind}${round > 1 ? `.${round}` : ""}`;
}

/** A pending checkpoint nobody was told of, and the people who may vote on it. */
export interface Unannounced {
  id: string;
  tenantId: string;
  runId: string;
  expiresAt: number | null;
  notify: Notify | undefined;
  /** People were asked before, and what they were shown has changed. */
  changed: boolean;
  approvers: Recipient[];
}

/** Pending checkpoints of these runs that were not announced yet. */
export async function readUnannounced(db: D1Database, runIds: string[]): Promise<Unannounced[]> {
  const open = `c.run_id IN (SELECT value FROM json_each(?1)) AND c.status = 'pending' AND c.announced_at IS NULL`;
  const runs = JSON.stringify(runIds);
  const [checkpoints, people] = await db.batch<Row>([
    db
      .prepare(
        `SELECT c.id, c.tenant_id, c.run_id, c.expires_at, c.policy_json, c.context_json -> '$.difference' AS difference FROM command_checkpoints c WHERE ${open}`,
      )
      .bind(runs),
    db
      .prepare(
        `SELECT c.id AS checkpoint_id, u.id, u.name, u.email, u.preferences_json FROM command_checkpoints c
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
    notify: (JSON.parse(row.policy_json as string) as { notify?: Notify }).notify,
    changed: row.difference !== null,
    approvers: (people?.results ?? [])
      .filter((person) => person.checkpoint_id === row.id)
      .map(recipientFromRow),
  }));
}

/** A row of `users` as somebody who can be told something. */
export function recipientFromRow(row: Row): Recipient {
  return {
    id: row.id as string,
    name: row.name as string,
    email: row.email as string,
    preferences: preferencesFrom(row.preferences_json),
  };
}

/** Messages of one kind about one thing, and the links that go with them. */
export interface Telling {
  tenantId: string;
  /** The run. Of a message that belongs to no run (`sign_in`, `invitation`): the id of what it is about. */
  runId: string;
  checkpointId: string | null;
  kind: NotificationKind;
  /** Sets messages of the same kind to the same person apart: the second reminder is round 2. */
  round?: number;
  to: To[];
  /** Makes the links of these messages. Without one they carry the newest links of the checkpoint. */
  salt?: string | null;
  /** Links that begin to open with this. */
  links?: { hash: string; userId: string; expiresAt: number }[];
  /** What this kind says besides: the difference of a changed plan, the reason of a break-glass. */
  data?: { [name: string]: Json };
}

/**
 * The statements that write messages (and their links) down, for the batch of the fact they tell of. Made twice they change
 * nothing. Afterwards `sendHint(NOTIFICATIONS, [runId])` gets them sent at once; the notifier's own clock finds them anyway.
 * @param stamp only those whose checkpoint carries this stamp (`command_checkpoints.txn`) are written
 */
export function notificationStatements(
  db: D1Database,
  tellings: Telling[],
  now: number,
  stamp: string | null = null,
): D1PreparedStatement[] {
  const mine = `(?2 IS NULL OR EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.id = j.value ->> 'checkpoint'
    AND c.tenant_id = j.value ->> 'tenant' AND c.txn = ?2))`;
  const links = tellings.flatMap((t) =>
    (t.links ?? []).map((l) => ({ ...l, checkpoint: t.checkpointId, tenant: t.tenantId })),
  );
  const rows = tellings.flatMap((t) =>
    t.to.map(({ channel, userId }) => ({
      id: notificationId(t.checkpointId ?? t.runId, userId, channel, t.kind, t.round),
      tenant: t.tenantId,
      run: t.runId,
      checkpoint: t.checkpointId,
      user: userId,
      channel,
      kind: t.kind,
      salt: t.salt ?? null,
      data: t.data === undefined ? null : JSON.stringify(t.data),
    })),
  );
  const statements: D1PreparedStatement[] = [];
  if (links.length > 0)
    statements.push(
      db
        .prepare(
          `INSERT INTO approval_links (token_hash, tenant_id, checkpoint_id, user_id, created_at, expires_at)
           SELECT j.value ->> 'hash', j.value ->> 'tenant', j.value ->> 'checkpoint', j.value ->> 'userId', ?3, j.value ->> 'expiresAt'
           FROM json_each(?1) j WHERE ${mine} ON CONFLICT DO NOTHING`,
        )
        .bind(JSON.stringify(links), stamp, now),
    );
  if (rows.length > 0)
    statements.push(
      db
        .prepare(
          `INSERT INTO notifications (id, tenant_id, run_id, checkpoint_id, user_id, channel, kind, salt, data_json, status, next_try_at, created_at)
           SELECT j.value ->> 'id', j.value ->> 'tenant', j.value ->> 'run', j.value ->> 'checkpoint', j.value ->> 'user',
             j.value ->> 'channel', j.value ->> 'kind',
             coalesce(j.value ->> 'salt', (SELECT n.salt FROM notifications n WHERE n.checkpoint_id = j.value ->> 'checkpoint'
               AND n.salt IS NOT NULL ORDER BY n.created_at DESC LIMIT 1)),
             j.value ->> 'data', 'pending', ?3, ?3
           FROM json_each(?1) j WHERE ${mine} ON CONFLICT DO NOTHING`,
        )
        .bind(JSON.stringify(rows), stamp, now),
    );
  return statements;
}

/**
 * Store links and notifications of some checkpoints and mark these announced, in one batch. A checkpoint that was
 * announced or decided meanwhile gets nothing: everything hangs on the mark.
 * @returns the ids of the checkpoints this call announced
 */
export async function announce(
  db: D1Database,
  tellings: (Telling & { checkpointId: string })[],
  stamp: string,
  now: number,
): Promise<string[]> {
  const ids = JSON.stringify(tellings.map((t) => t.checkpointId));
  const [marked] = await db.batch<Row>([
    db
      .prepare(
        `UPDATE command_checkpoints SET announced_at = ?3, txn = ?2 WHERE id IN (SELECT value FROM json_each(?1))
         AND status = 'pending' AND announced_at IS NULL RETURNING id`,
      )
      .bind(ids, stamp, now),
    ...notificationStatements(db, tellings, now, stamp),
  ]);
  return (marked?.results ?? []).map((row) => row.id as string);
}
