/** Webhooks that come in: what they start, and what became of each message. */
import type { HookScheme } from "../automation/webhook-in.ts";
import type { Json } from "../contracts/json.ts";
import { LIMITS } from "../limits.ts";
import type { Row } from "./rows.ts";
import { type RunError, runErrorOf } from "./run-error.ts";
import type { StoredAsk } from "./schedules.ts";

export interface Hook {
  id: string;
  tenantId: string;
  name: string;
  command: string;
  ask: StoredAsk;
  map: { [argument: string]: string };
  when: { [path: string]: Json };
  events: string[];
  scheme: HookScheme;
  /** Encrypted; see the api's `seal.ts`. */
  secretSealed: string;
  oldSecretSealed: string | null;
  oldSecretUntil: number | null;
  enabled: boolean;
  userId: string;
  createdAt: number;
  updatedAt: number;
}
export const DELIVERY_STATUSES = ["pending", "started", "ignored", "refused"] as const;
export interface Delivery {
  messageId: string;
  label: string;
  status: (typeof DELIVERY_STATUSES)[number];
  runId: string | null;
  message: string | null;
  tries: number;
  at: number;
  /** How its run stands now, where it was asked for. */
  runStatus?: string | null;
  /** Why its run failed, where it did and was asked for. */
  runError?: RunError | null;
}

/** Store a hook, new or changed; `also` is recorded with it. */
export async function putHook(db: D1Database, h: Hook, also: D1PreparedStatement[]): Promise<void> {
  await db.batch([
    db
      .prepare(
        `INSERT INTO hooks (id, tenant_id, name, command, ask_json, map_json, when_json, events_json, scheme, secret_sealed,
           old_secret_sealed, old_secret_until, enabled, user_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, command = excluded.command, ask_json = excluded.ask_json,
           map_json = excluded.map_json, when_json = excluded.when_json, events_json = excluded.events_json,
           secret_sealed = excluded.secret_sealed, old_secret_sealed = excluded.old_secret_sealed,
           old_secret_until = excluded.old_secret_until, enabled = excluded.enabled, user_id = excluded.user_id,
           updated_at = excluded.updated_at
         WHERE hooks.tenant_id = excluded.tenant_id`,
      )
      .bind(
        h.id,
        h.tenantId,
        h.name,
        h.command,
        JSON.stringify(h.ask),
        JSON.stringify(h.map),
        JSON.stringify(h.when),
        JSON.stringify(h.events),
        h.scheme,
        h.secretSealed,
        h.oldSecretSealed,
        h.oldSecretUntil,
        Number(h.enabled),
        h.userId,
        h.createdAt,
        h.updatedAt,
      ),
    ...also,
  ]);
}

/** A page of the tenant's hooks, newest first. */
export async function listHooks(
  db: D1Database,
  ask: { tenantId: string; before: string | null; limit: number },
): Promise<Hook[]> {
  const { results } = await db
    .prepare("SELECT * FROM hooks WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3 + 0")
    .bind(ask.tenantId, ask.before ?? "~", ask.limit)
    .all<Row>();
  return results.map(hookFromRow);
}

/** One hook of the tenant, or null. */
export async function readHook(db: D1Database, tenantId: string, id: string): Promise<Hook | null> {
  const row = await db
    .prepare("SELECT * FROM hooks WHERE id = ?1 AND tenant_id = ?2")
    .bind(id, tenantId)
    .first<Row>();
  return row && hookFromRow(row);
}

/** The hook a message is addressed to. Its signature is the authority, so its row names the tenant. */
export async function findHook(db: D1Database, id: string): Promise<Hook | null> {
  const row = await db
    .prepare(
      "SELECT h.* FROM hooks h JOIN tenants t ON t.id = h.tenant_id AND t.status = 'active' WHERE h.id = ?1",
    )
    .bind(id)
    .first<Row>();
  return row && hookFromRow(row);
}

/** Delete a hook and its deliveries. @returns whether there was one */
export async function deleteHook(
  db: D1Database,
  of: { tenantId: string; id: string },
  also: D1PreparedStatement[],
): Promise<boolean> {
  const results = await db.batch([
    ...also,
    db.prepare("DELETE FROM hooks WHERE id = ?1 AND tenant_id = ?2").bind(of.id, of.tenantId),
    db.prepare("DELETE FROM hook_deliveries WHERE hook_id = ?1 AND tenant_id = ?2").bind(of.id, of.tenantId),
  ]);
  return results.at(-2)?.meta.changes === 1;
}

/**
 * Note a genuine message. One that has started a run, or was ignored, stays as it is; one that was refused or never got to
 * its end is tried again.
 * @returns the delivery as it stands, and whether this call may go on with it
 */
export async function takeDelivery(
  db: D1Database,
  hook: Pick<Hook, "id" | "tenantId">,
  message: { messageId: string; label: string },
  now: number,
): Promise<{ delivery: Delivery; taken: boolean }> {
  const results = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO hook_deliveries (hook_id, message_id, tenant_id, label, status, at) VALUES (?1, ?2, ?3, ?4, 'pending', ?5)
         ON CONFLICT (hook_id, message_id) DO UPDATE SET status = 'pending', tries = tries + 1
         WHERE hook_deliveries.status IN ('pending', 'refused') AND hook_deliveries.tenant_id = excluded.tenant_id`,
      )
      .bind(hook.id, message.messageId, hook.tenantId, message.label.slice(0, 200), now),
    db
      .prepare("DELETE FROM hook_deliveries WHERE hook_id = ?1 AND tenant_id = ?2 AND at < ?3")
      .bind(hook.id, hook.tenantId, now - LIMITS.hookDeliveriesMs),
    db
      .prepare("SELECT * FROM hook_deliveries WHERE hook_id = ?1 AND message_id = ?2 AND tenant_id = ?3")
      .bind(hook.id, message.messageId, hook.tenantId),
  ]);
  return {
    delivery: deliveryFromRow(results[2]?.results[0] as Row),
    taken: results[0]?.meta.changes === 1,
  };
}

/** What became of a message. */
export async function settleDelivery(
  db: D1Database,
  hook: Pick<Hook, "id" | "tenantId">,
  messageId: string,
  outcome: { status: "started" | "ignored" | "refused"; runId: string | null; message: string | null },
): Promise<void> {
  await db
    .prepare(
      `UPDATE hook_deliveries SET status = ?4, run_id = ?5, message = ?6
       WHERE hook_id = ?1 AND message_id = ?2 AND tenant_id = ?3 AND status = 'pending'`,
    )
    .bind(
      hook.id,
      messageId,
      hook.tenantId,
      outcome.status,
      outcome.runId,
      outcome.message?.slice(0, 1000) ?? null,
    )
    .run();
}

/** A page of a hook's deliveries, newest first. */
export async function listDeliveries(
  db: D1Database,
  ask: { tenantId: string; hookId: string; before: number | null; limit: number },
): Promise<Delivery[]> {
  const { results } = await db
    .prepare(
      `SELECT d.*, r.status AS run_status, r.error_json FROM hook_deliveries d
       LEFT JOIN workflow_executions r ON r.id = d.run_id AND r.tenant_id = d.tenant_id
       WHERE d.hook_id = ?1 AND d.tenant_id = ?2 AND d.at < ?3 ORDER BY d.at DESC LIMIT ?4 + 0`,
    )
    .bind(ask.hookId, ask.tenantId, ask.before ?? Number.MAX_SAFE_INTEGER, ask.limit)
    .all<Row>();
  return results.map(deliveryFromRow);
}

function hookFromRow(r: Row): Hook {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    name: r.name as string,
    command: r.command as string,
    ask: JSON.parse(r.ask_json as string),
    map: JSON.parse(r.map_json as string),
    when: JSON.parse(r.when_json as string),
    events: JSON.parse(r.events_json as string),
    scheme: r.scheme as HookScheme,
    secretSealed: r.secret_sealed as string,
    oldSecretSealed: r.old_secret_sealed as string | null,
    oldSecretUntil: r.old_secret_until as number | null,
    enabled: r.enabled === 1,
    userId: r.user_id as string,
    createdAt: r.created_at as number,
    updatedAt: r.updated_at as number,
  };
}

function deliveryFromRow(r: Row): Delivery {
  return {
    messageId: r.message_id as string,
    label: r.label as string,
    status: r.status as Delivery["status"],
    runId: r.run_id as string | null,
    message: r.message as string | null,
    tries: r.tries as number,
    at: r.at as number,
    runStatus: (r.run_status as string | undefined) ?? null,
    runError: runErrorOf(r.error_json),
  };
}
