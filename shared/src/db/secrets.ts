/** Secrets the workspace keeps, as ciphertext: this module never sees a value. */
import type { Actor } from "../engine/state.ts";
import { type AuditEntry, auditStatement } from "./audit.ts";
import type { Row } from "./rows.ts";

/** What people may know of a secret. */
export interface SecretFace {
  name: string;
  /** Counts its values, from 1. */
  version: number;
  updatedBy: Actor;
  createdAt: number;
  updatedAt: number;
}
export interface SealedSecret {
  name: string;
  keyId: string;
  sealed: string;
  version: number;
}

/** Store a value, new or changed, with its audit entry. Answers what is known of it now. */
export async function putSecret(
  db: D1Database,
  secret: { tenantId: string; name: string; keyId: string; sealed: string; by: Actor },
  entry: AuditEntry,
  now: number,
): Promise<SecretFace> {
  const [stored] = (await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO secrets (tenant_id, name, key_id, sealed, version, updated_by_json, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, 1, ?5, ?6, ?6)
         ON CONFLICT (tenant_id, name) DO UPDATE SET key_id = excluded.key_id, sealed = excluded.sealed,
           version = secrets.version + 1, updated_by_json = excluded.updated_by_json, updated_at = excluded.updated_at
         RETURNING name, version, updated_by_json, created_at, updated_at`,
      )
      .bind(secret.tenantId, secret.name, secret.keyId, secret.sealed, JSON.stringify(secret.by), now),
    auditStatement(db, entry),
  ])) as [D1Result<Row>];
  return faceFromRow(stored.results[0] as Row);
}

/** Forget a secret; recorded only when there was one. */
export async function deleteSecret(
  db: D1Database,
  ask: { tenantId: string; name: string },
  entry: AuditEntry,
): Promise<boolean> {
  const there = "EXISTS (SELECT 1 FROM secrets WHERE tenant_id = ?7 AND name = ?8)";
  const [, gone] = await db.batch([
    auditStatement(db, entry, { sql: there, values: [ask.tenantId, ask.name] }),
    db.prepare("DELETE FROM secrets WHERE tenant_id = ?1 AND name = ?2").bind(ask.tenantId, ask.name),
  ]);
  return gone?.meta.changes === 1;
}

/** A page of the tenant's secrets by name. */
export async function listSecrets(
  db: D1Database,
  ask: { tenantId: string; after: string | null; limit: number },
): Promise<SecretFace[]> {
  const { results } = await db
    .prepare(
      `SELECT name, version, updated_by_json, created_at, updated_at FROM secrets
       WHERE tenant_id = ?1 AND name > ?2 ORDER BY name LIMIT ?3 + 0`,
    )
    .bind(ask.tenantId, ask.after ?? "", ask.limit)
    .all<Row>();
  return results.map(faceFromRow);
}

/**
 * The ciphertexts of these secrets for a step that is about to start, each recorded as given out, in one batch.
 * Those that are not there are left out.
 */
export async function leaseSecrets(
  db: D1Database,
  ask: {
    tenantId: string;
    agentId: string;
    runId: string;
    job: string;
    step: string;
    attempt: number;
    names: string[];
  },
  now: number,
): Promise<SealedSecret[]> {
  const { tenantId, agentId, runId, job, step, attempt } = ask;
  const actor: Actor = { id: agentId, name: agentId, type: "agent" };
  const [found] = (await db.batch<Row>([
    db
      .prepare(
        `SELECT name, key_id, sealed, version FROM secrets
         WHERE tenant_id = ?1 AND name IN (SELECT value FROM json_each(?2))`,
      )
      .bind(tenantId, JSON.stringify(ask.names)),
    ...ask.names.map((name) =>
      auditStatement(
        db,
        {
          tenantId,
          at: now,
          actor,
          action: "secret.leased",
          target: name,
          detail: { run: runId, job, step, attempt },
        },
        {
          sql: "EXISTS (SELECT 1 FROM secrets WHERE tenant_id = ?7 AND name = ?8)",
          values: [tenantId, name],
        },
      ),
    ),
  ])) as [D1Result<Row>];
  return found.results.map((r) => ({
    name: r.name as string,
    keyId: r.key_id as string,
    sealed: r.sealed as string,
    version: r.version as number,
  }));
}

function faceFromRow(r: Row): SecretFace {
  return {
    name: r.name as string,
    version: r.version as number,
    updatedBy: JSON.parse(r.updated_by_json as string),
    createdAt: r.created_at as number,
    updatedAt: r.updated_at as number,
  };
}
