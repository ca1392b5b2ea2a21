/** People of a tenant. */
import type { Role } from "../engine/statuses.ts";
import type { Row } from "./rows.ts";

export interface User {
  id: string;
  tenantId: string;
  email: string;
  name: string;
  role: Role;
  groups: string[];
  slackUserId: string | null;
  status: "active" | "removed";
  createdAt: number;
  updatedAt: number;
}
export type NewUser = Pick<User, "id" | "tenantId" | "email" | "name" | "role" | "groups" | "slackUserId">;

/**
 * Add a person; `also` is written with it, unless the e-mail address is taken. Made again with the same id it changes nothing.
 * @returns false when somebody else of the tenant has the address
 */
export async function createUser(
  db: D1Database,
  user: NewUser,
  also: D1PreparedStatement[],
  now: number,
): Promise<boolean> {
  const results = await db.batch([
    ...also,
    db
      .prepare(
        `INSERT INTO users (id, tenant_id, email, name, role, groups_json, slack_user_id, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8) ON CONFLICT DO NOTHING`,
      )
      .bind(
        user.id,
        user.tenantId,
        user.email,
        user.name,
        user.role,
        JSON.stringify(user.groups),
        user.slackUserId,
        now,
      ),
    db.prepare("SELECT id FROM users WHERE tenant_id = ?1 AND email = ?2").bind(user.tenantId, user.email),
  ]);
  const holder = results.at(-1)?.results[0] as { id: string } | undefined;
  return holder?.id === user.id;
}

/** A page of a tenant's people, oldest first. */
export async function listUsers(
  db: D1Database,
  ask: { tenantId: string; after: string | null; limit: number },
): Promise<User[]> {
  const { results } = await db
    .prepare(
      "SELECT * FROM users WHERE tenant_id = ?1 AND id > ?2 AND status = 'active' ORDER BY id LIMIT ?3 + 0",
    )
    .bind(ask.tenantId, ask.after ?? "", ask.limit)
    .all<Row>();
  return results.map(userFromRow);
}

/** One person of the tenant, or null. */
export async function readUser(db: D1Database, tenantId: string, userId: string): Promise<User | null> {
  const row = await db
    .prepare("SELECT * FROM users WHERE id = ?1 AND tenant_id = ?2")
    .bind(userId, tenantId)
    .first<Row>();
  return row ? userFromRow(row) : null;
}

/** A condition under which nobody of the tenant has this address yet: for the audit entry of `createUser`. */
export function addressIsFree(user: Pick<NewUser, "tenantId" | "email">): { sql: string; values: unknown[] } {
  return {
    sql: "NOT EXISTS (SELECT 1 FROM users WHERE tenant_id = ?7 AND email = ?8)",
    values: [user.tenantId, user.email],
  };
}

function userFromRow(r: Row): User {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    email: r.email as string,
    name: r.name as string,
    role: r.role as Role,
    groups: JSON.parse(r.groups_json as string),
    slackUserId: r.slack_user_id as string | null,
    status: r.status as User["status"],
    createdAt: r.created_at as number,
    updatedAt: r.updated_at as number,
  };
}
