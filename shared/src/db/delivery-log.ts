/** What became of each message: for whoever wonders why nobody answers. */
import type { NotificationChannel, Recipient } from "../approvals/audience.ts";
import { ASKING_KINDS, type NotificationKind } from "../approvals/request.ts";
import { recipientFromRow } from "./notifications.ts";
import type { Row } from "./rows.ts";

export const DELIVERY_STATUSES = ["pending", "sent", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A message as the HTTP API answers it. `to` is a person's name, or what reads the channel. */
export interface Delivery {
  id: string;
  run_id: string | null;
  checkpoint_id: string | null;
  channel: NotificationChannel;
  kind: NotificationKind;
  to: string;
  user_id: string | null;
  status: DeliveryStatus;
  attempts: number;
  /** Of the last try that failed. */
  error: string | null;
  created_at: number;
  next_try_at: number | null;
  sent_at: number | null;
}

const COLUMNS = "n.*, u.name AS user_name, u.email AS user_email";
const JOIN = "LEFT JOIN users u ON u.id = n.user_id AND u.tenant_id = n.tenant_id";

/** The messages of some checkpoints, by checkpoint. */
export async function deliveriesOf(
  db: D1Database,
  tenantId: string,
  checkpointIds: string[],
): Promise<Map<string, Delivery[]>> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM notifications n ${JOIN} WHERE n.checkpoint_id IN (SELECT value FROM json_each(?2))
       AND n.checkpoint_id IS NOT NULL AND n.tenant_id = ?1 ORDER BY n.created_at, n.id`,
    )
    .bind(tenantId, JSON.stringify(checkpointIds))
    .all<Row>();
  const byCheckpoint = new Map<string, Delivery[]>();
  for (const row of results) {
    const id = row.checkpoint_id as string;
    byCheckpoint.set(id, [...(byCheckpoint.get(id) ?? []), deliveryFromRow(row)]);
  }
  return byCheckpoint;
}

/**
 * A page of the delivery log, newest first. The cursor is the `created_at.id` of the last one seen.
 * @returns one more than `limit` when there are more
 */
export async function listDeliveries(
  db: D1Database,
  ask: {
    tenantId: string;
    runId: string | null;
    status: DeliveryStatus | null;
    before: { at: number; id: string } | null;
    limit: number;
  },
): Promise<Delivery[]> {
  const at = ask.before?.at ?? Number.MAX_SAFE_INTEGER;
  const older = "(n.created_at < ?2 OR (n.created_at = ?2 AND n.id < ?3))";
  const page = (condition: string, ...values: (string | number)[]): D1PreparedStatement =>
    db
      .prepare(
        `SELECT ${COLUMNS} FROM notifications n ${JOIN} WHERE n.tenant_id = ?1 AND ${older} AND ${condition}
         ORDER BY n.created_at DESC, n.id DESC LIMIT ?4 + 0`,
      )
      .bind(ask.tenantId, at, ask.before?.id ?? "~", ask.limit, ...values);
  // A run's messages are few; else there is one index walk per status, never a sort of all.
  const statements =
    ask.runId !== null
      ? [
          page(
            ask.status === null ? "n.run_id = ?5" : "n.run_id = ?5 AND n.status = ?6",
            ask.runId,
            ...(ask.status === null ? [] : [ask.status]),
          ),
        ]
      : (ask.status === null ? DELIVERY_STATUSES : [ask.status]).map((status) =>
          page("n.status = ?5", status),
        );
  const results = await db.batch<Row>(statements);
  return results
    .flatMap((result) => result.results)
    .map(deliveryFromRow)
    .sort((a, b) => b.created_at - a.created_at || (a.id < b.id ? 1 : -1))
    .slice(0, ask.limit);
}

/**
 * Have a message that was given up tried again, at once and with all its tries.
 * @returns the message as it is now, with `again` when this call did it; null when the tenant has none of that id
 */
export async function retryNotification(
  db: D1Database,
  ask: { tenantId: string; id: string },
  also: (condition: { sql: string; values: unknown[] }) => D1PreparedStatement[],
  now: number,
): Promise<{ delivery: Delivery; again: boolean } | null> {
  const failed = {
    sql: "EXISTS (SELECT 1 FROM notifications WHERE id = ?7 AND tenant_id = ?8 AND status = 'failed')",
    values: [ask.id, ask.tenantId],
  };
  const results = await db.batch<Row>([
    ...also(failed),
    db
      .prepare(
        `UPDATE notifications SET status = 'pending', next_try_at = ?3, claimed_until = NULL, attempts_before = attempts
         WHERE id = ?2 AND tenant_id = ?1 AND status = 'failed'`,
      )
      .bind(ask.tenantId, ask.id, now),
    db
      .prepare(`SELECT ${COLUMNS} FROM notifications n ${JOIN} WHERE n.id = ?2 AND n.tenant_id = ?1`)
      .bind(ask.tenantId, ask.id),
  ]);
  const row = results.at(-1)?.results[0];
  return row ? { delivery: deliveryFromRow(row), again: results.at(-2)?.meta.changes === 1 } : null;
}

function deliveryFromRow(row: Row): Delivery {
  const runId = row.run_id as string;
  const data = JSON.parse((row.data_json as string | null) ?? "{}") as {
    channel?: string;
    slack_channel?: string;
  };
  const receipt = JSON.parse((row.receipt_json as string | null) ?? "{}") as { channel?: string };
  const channel = row.channel as NotificationChannel;
  const readers =
    channel === "slack"
      ? (receipt.channel ?? data.channel ?? data.slack_channel ?? "the channel")
      : "the webhook";
  const email = row.user_email as string | null;
  return {
    id: row.id as string,
    run_id: runId.startsWith("run_") ? runId : null,
    checkpoint_id: row.checkpoint_id as string | null,
    channel,
    kind: row.kind as NotificationKind,
    to:
      row.user_id === null
        ? readers
        : channel === "email"
          ? (email ?? "somebody who left")
          : ((row.user_name as string | null) ?? "somebody who left"),
    user_id: row.user_id as string | null,
    status: row.status as DeliveryStatus,
    attempts: row.attempts as number,
    error: row.error as string | null,
    created_at: row.created_at as number,
    next_try_at: row.next_try_at as number | null,
    sent_at: row.sent_at as number | null,
  };
}

/** What became of a checkpoint's questions, and who could still be told. */
export interface Asked {
  checkpointId: string;
  tenantId: string;
  runId: string;
  messages: {
    userId: string | null;
    to: string;
    channel: NotificationChannel;
    status: DeliveryStatus;
    error: string | null;
  }[];
  /** Everybody a message was for. */
  people: Recipient[];
  owners: Recipient[];
}

/** The questions of some checkpoints that are still pending. */
export async function readAsked(db: D1Database, checkpointIds: string[]): Promise<Asked[]> {
  const ids = JSON.stringify(checkpointIds);
  const [messages, owners] = await db.batch<Row>([
    db
      .prepare(
        `SELECT ${COLUMNS}, u.name, u.email, u.preferences_json FROM notifications n ${JOIN}
         JOIN command_checkpoints c ON c.id = n.checkpoint_id AND c.tenant_id = n.tenant_id AND c.status = 'pending'
         WHERE n.checkpoint_id IN (SELECT value FROM json_each(?1)) AND n.checkpoint_id IS NOT NULL
           AND n.kind IN (SELECT value FROM json_each(?2)) ORDER BY n.created_at, n.id`,
      )
      .bind(ids, JSON.stringify(ASKING_KINDS)),
    db
      .prepare(
        `SELECT c.id AS checkpoint_id, u.id, u.name, u.email, u.preferences_json FROM command_checkpoints c
         JOIN users u ON u.tenant_id = c.tenant_id AND u.role = 'owner' AND u.status = 'active'
         WHERE c.id IN (SELECT value FROM json_each(?1)) ORDER BY u.id`,
      )
      .bind(ids),
  ]);
  const asked = new Map<string, Asked>();
  for (const row of messages?.results ?? []) {
    const id = row.checkpoint_id as string;
    const one = asked.get(id) ?? {
      checkpointId: id,
      tenantId: row.tenant_id as string,
      runId: row.run_id as string,
      messages: [],
      people: [],
      owners: (owners?.results ?? []).filter((owner) => owner.checkpoint_id === id).map(recipientFromRow),
    };
    const delivery = deliveryFromRow(row);
    one.messages.push({
      userId: delivery.user_id,
      to: delivery.to,
      channel: delivery.channel,
      status: delivery.status,
      error: delivery.error,
    });
    if (
      delivery.user_id !== null &&
      row.email !== null &&
      !one.people.some((person) => person.id === delivery.user_id)
    )
      one.people.push(recipientFromRow({ ...row, id: delivery.user_id }));
    asked.set(id, one);
  }
  return [...asked.values()];
}
