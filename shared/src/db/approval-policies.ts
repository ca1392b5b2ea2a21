/** Approval policies of a tenant, and those of the whole installation (tenant `system`), which bind every tenant. */
import type { ApprovalPolicy, ApprovalPolicyInput } from "../contracts/approval-policy.ts";
import type { Actor } from "../engine/state.ts";
import { auditStatement } from "./audit.ts";
import type { Row } from "./rows.ts";

/** All policies that bind this tenant, the installation's first, by name. */
export async function readPolicies(db: D1Database, tenantId: string): Promise<ApprovalPolicy[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM approval_policies WHERE tenant_id IN ('system', ?1) ORDER BY tenant_id <> 'system', name`,
    )
    .bind(tenantId)
    .all<Row>();
  return results.map(policyFromRow);
}

/** The same for the tenant of a token or session, to be read along with it. Rows for `policyFromRow`. */
export function policiesStatement(db: D1Database, tokenHash: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT * FROM approval_policies
       WHERE tenant_id IN ('system', (SELECT tenant_id FROM bearers WHERE hash = ?1)) ORDER BY tenant_id <> 'system', name`,
    )
    .bind(tokenHash);
}

/** Write a policy of the tenant, with its audit entry; put again with the same content it is written again. */
export async function putPolicy(
  db: D1Database,
  of: { tenantId: string; name: string; policy: ApprovalPolicyInput; by: Actor },
  now: number,
): Promise<ApprovalPolicy> {
  const { tenantId, name, policy, by } = of;
  const detail = { enabled: policy.enabled, match: policy.match, require: policy.require };
  const [, , read] = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO approval_policies (tenant_id, name, description, enabled, match_json, require_json, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
         ON CONFLICT (tenant_id, name) DO UPDATE SET description = excluded.description, enabled = excluded.enabled,
           match_json = excluded.match_json, require_json = excluded.require_json, updated_at = excluded.updated_at`,
      )
      .bind(
        tenantId,
        name,
        policy.description,
        policy.enabled ? 1 : 0,
        JSON.stringify(policy.match),
        JSON.stringify(policy.require),
        now,
      ),
    auditStatement(db, {
      tenantId,
      at: now,
      actor: by,
      action: "policy.put",
      target: name,
      detail: JSON.parse(JSON.stringify(detail)),
    }),
    db.prepare("SELECT * FROM approval_policies WHERE tenant_id = ?1 AND name = ?2").bind(tenantId, name),
  ]);
  return policyFromRow(read?.results[0] as Row);
}

/** @returns false when the tenant has no policy of that name */
export async function deletePolicy(
  db: D1Database,
  of: { tenantId: string; name: string; by: Actor },
  now: number,
): Promise<boolean> {
  const { tenantId, name, by } = of;
  const results = await db.batch([
    auditStatement(
      db,
      { tenantId, at: now, actor: by, action: "policy.delete", target: name },
      {
        sql: "EXISTS (SELECT 1 FROM approval_policies WHERE tenant_id = ?7 AND name = ?8)",
        values: [tenantId, name],
      },
    ),
    db.prepare("DELETE FROM approval_policies WHERE tenant_id = ?1 AND name = ?2").bind(tenantId, name),
  ]);
  return results[1]?.meta.changes === 1;
}

/** A row of `policiesStatement`. */
export function policyFromRow(r: Row): ApprovalPolicy {
  return {
    tenant_id: r.tenant_id as string,
    name: r.name as string,
    description: r.description as string,
    enabled: r.enabled === 1,
    match: JSON.parse(r.match_json as string),
    require: JSON.parse(r.require_json as string),
    created_at: r.created_at as number,
    updated_at: r.updated_at as number,
  };
}
