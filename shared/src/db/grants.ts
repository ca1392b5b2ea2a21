/** Scopes beyond a person's role, the groups they may be given to, and what a run's requester may do now. */
import type { Actor } from "../engine/state.ts";
import type { Role } from "../engine/statuses.ts";
import { personScopes, type Scope, widen } from "../scopes.ts";
import type { Row } from "./rows.ts";

export interface Grant {
  subject_type: "user" | "group";
  subject: string;
  scope: Scope;
  granted_by: Actor;
  created_at: number;
  expires_at: number | null;
}

/** SQL of a person's grants as `[{scope, expires_at}]`; `users` is the alias of the person's row. */
export function grantsOf(users: string): string {
  return `(SELECT json_group_array(json_object('scope', g.scope, 'expires_at', g.expires_at)) FROM grants g
    WHERE g.tenant_id = ${users}.tenant_id AND (g.subject_type = 'user' AND g.subject = ${users}.id
      OR g.subject_type = 'group' AND g.subject IN (SELECT value FROM json_each(${users}.groups_json))))`;
}

/** The scopes of `grantsOf` that have not expired. */
export function liveGrants(json: unknown, now: number): Scope[] {
  if (typeof json !== "string") return [];
  return (JSON.parse(json) as { scope: Scope; expires_at: number | null }[])
    .filter(({ expires_at }) => expires_at === null || expires_at > now)
    .map(({ scope }) => scope);
}

/** Every grant of the tenant that has not expired. */
export async function listGrants(db: D1Database, tenantId: string, now: number): Promise<Grant[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM grants WHERE tenant_id = ?1 AND (expires_at IS NULL OR expires_at > ?2)
       ORDER BY subject_type, subject, scope LIMIT 1000`,
    )
    .bind(tenantId, now)
    .all<Row>();
  return results.map(({ tenant_id: _, granted_by_json, ...row }) => ({
    ...(row as unknown as Omit<Grant, "granted_by">),
    granted_by: JSON.parse(granted_by_json as string),
  }));
}

export function grantStatement(db: D1Database, tenantId: string, grant: Grant): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO grants (tenant_id, subject_type, subject, scope, granted_by_json, created_at, expires_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       ON CONFLICT DO UPDATE SET granted_by_json = excluded.granted_by_json, created_at = excluded.created_at, expires_at = excluded.expires_at`,
    )
    .bind(
      tenantId,
      grant.subject_type,
      grant.subject,
      grant.scope,
      JSON.stringify(grant.granted_by),
      grant.created_at,
      grant.expires_at,
    );
}

export function revokeStatement(
  db: D1Database,
  tenantId: string,
  grant: Pick<Grant, "subject_type" | "subject" | "scope">,
): D1PreparedStatement {
  return db
    .prepare("DELETE FROM grants WHERE tenant_id = ?1 AND subject_type = ?2 AND subject = ?3 AND scope = ?4")
    .bind(tenantId, grant.subject_type, grant.subject, grant.scope);
}

/** Who asked for the run, and what they may do at this moment; nothing for those who are gone. */
export async function readRequester(
  db: D1Database,
  tenantId: string,
  runId: string,
  now: number,
): Promise<{ actor: Actor; scopes: Scope[] }> {
  const row = await db
    .prepare(
      `SELECT r.requested_by_json, u.role, ${grantsOf("u")} AS grants_json, t.scopes_json
       FROM workflow_executions r
         LEFT JOIN users u ON u.id = r.requested_by_json ->> 'id' AND u.tenant_id = ?1 AND u.status = 'active'
         LEFT JOIN tokens t ON t.id = r.requested_by_json ->> 'id' AND t.tenant_id = ?1 AND t.revoked_at IS NULL
       WHERE r.id = ?2 AND r.tenant_id = ?1`,
    )
    .bind(tenantId, runId)
    .first<Row>();
  const actor: Actor = row
    ? JSON.parse(row.requested_by_json as string)
    : { id: "", name: "nobody", type: "system" };
  if (row?.role) return { actor, scopes: personScopes(row.role as Role, liveGrants(row.grants_json, now)) };
  if (row?.scopes_json) return { actor, scopes: widen(JSON.parse(row.scopes_json as string)) };
  return { actor, scopes: [] };
}
