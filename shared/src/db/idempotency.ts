/** Idempotency keys: a reservation is made before anything else, and filled with the answer after. */
import { LIMITS } from "../limits.ts";
import type { Row } from "./rows.ts";

export interface KeyAsk {
  /** Id of the person, or of a machine's token. */
  owner: string;
  tenantId: string;
  route: string;
  key: string;
  bodyHash: string;
}
export interface Reservation {
  /** Did this call make it? Otherwise an earlier one did. */
  fresh: boolean;
  bodyHash: string;
  /** Of the stored answer; null while in flight, 0 when the first try gave up half-way. */
  status: number | null;
  response: string | null;
  createdAt: number;
}

/** Reserve a key, or find who did. A key past its age is forgotten first. */
export async function reserveKey(db: D1Database, ask: KeyAsk, now: number): Promise<Reservation> {
  const [, made, found] = await db.batch([
    db
      .prepare(
        "DELETE FROM idempotency_keys WHERE owner = ?1 AND route = ?2 AND key = ?3 AND tenant_id = ?4 AND created_at <= ?5",
      )
      .bind(ask.owner, ask.route, ask.key, ask.tenantId, now - LIMITS.idempotencyMs),
    db
      .prepare(
        `INSERT INTO idempotency_keys (owner, route, key, tenant_id, body_hash, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING`,
      )
      .bind(ask.owner, ask.route, ask.key, ask.tenantId, ask.bodyHash, now),
    db
      .prepare(
        "SELECT * FROM idempotency_keys WHERE owner = ?1 AND route = ?2 AND key = ?3 AND tenant_id = ?4",
      )
      .bind(ask.owner, ask.route, ask.key, ask.tenantId),
  ]);
  const row = (found as D1Result<Row>).results[0] as Row;
  return {
    fresh: made?.meta.changes === 1,
    bodyHash: row.body_hash as string,
    status: row.status as number | null,
    response: row.response_json as string | null,
    createdAt: row.created_at as number,
  };
}

/** Store the answer. The first one stays. */
export async function answerKey(
  db: D1Database,
  ask: KeyAsk,
  answer: { status: number; response: string },
): Promise<void> {
  await db
    .prepare(
      `UPDATE idempotency_keys SET status = ?1, response_json = ?2
       WHERE owner = ?3 AND route = ?4 AND key = ?5 AND tenant_id = ?6 AND (status IS NULL OR status = 0)`,
    )
    .bind(answer.status, answer.response, ask.owner, ask.route, ask.key, ask.tenantId)
    .run();
}

/** The request was refused and changed nothing: the key is free again. */
export async function releaseKey(db: D1Database, ask: KeyAsk): Promise<void> {
  await db
    .prepare(
      `DELETE FROM idempotency_keys WHERE owner = ?1 AND route = ?2 AND key = ?3 AND tenant_id = ?4
         AND (status IS NULL OR status = 0)`,
    )
    .bind(ask.owner, ask.route, ask.key, ask.tenantId)
    .run();
}

/** The request failed half-way: whoever comes again with the key goes on from what it made. */
export async function giveUpKey(db: D1Database, ask: KeyAsk): Promise<void> {
  await db
    .prepare(
      `UPDATE idempotency_keys SET status = 0 WHERE owner = ?1 AND route = ?2 AND key = ?3 AND tenant_id = ?4 AND status IS NULL`,
    )
    .bind(ask.owner, ask.route, ask.key, ask.tenantId)
    .run();
}

/** Forget keys past their age, a bounded number at a time. */
export async function forgetKeys(db: D1Database, now: number, limit: number): Promise<number> {
  const result = await db
    .prepare(
      `DELETE FROM idempotency_keys WHERE (owner, route, key) IN (
         SELECT owner, route, key FROM idempotency_keys WHERE created_at <= ?1 ORDER BY created_at LIMIT ?2 + 0)`,
    )
    .bind(now - LIMITS.idempotencyMs, limit)
    .run();
  return result.meta.changes;
}
