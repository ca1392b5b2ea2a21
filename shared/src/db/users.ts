/** People of a tenant. */
import type { Role } from "../engine/statuses.ts";
import { grantsOf } from "./grants.ts";
import type { Row } from "./rows.ts";

/** Through what a person wants to be told; unset is the workspace's default. Read by the notifier. */
export interface NotificationPreferences {
  email?: boolean;
  slack?: boolean;
}
export interface User {
  id: string;
  tenantId: string;
  email: string;
  name: string;
  role: Role;
  groups: string[];
  slackUserId: string | null;
  preferences: NotificationPreferences;
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

/** What may be changed about a person; what is undefined stays. */
export interface UserChange {
  name?: string;
  role?: Role;
  groups?: string[];
  slackUserId?: string | null;
  preferences?: NotificationPreferences;
}

/** A condition, over the person `?1` of tenant `?2`: an owner is left without them. */
const OTHER_OWNER = `EXISTS (SELECT 1 FROM users o WHERE o.tenant_id = ?2 AND o.id <> ?1 AND o.role = 'owner' AND o.status = 'active')`;

/**
 * Change a person. A new role ends their sessions, since each remembers the role it was begun with; their tokens go on,
 * cut down to it.
 * @returns the person as changed; null when there is no active one; "last owner" when nobody else could manage the workspace
 */
export async function updateUser(
  db: D1Database,
  of: { tenantId: string; userId: string; change: UserChange; audit: D1PreparedStatement },
  now: number,
): Promise<User | "last owner" | null> {
  const { tenantId, userId, change } = of;
  const before = await readUser(db, tenantId, userId);
  if (before?.status !== "active") return null;
  const next = { ...before, ...defined(change) };
  const [updated] = await db.batch<Row>([
    db
      .prepare(
        `UPDATE users SET name = ?3, role = ?4, groups_json = ?5, slack_user_id = ?6, preferences_json = ?7, updated_at = ?8
         WHERE id = ?1 AND tenant_id = ?2 AND status = 'active' AND (?4 = 'owner' OR role <> 'owner' OR ${OTHER_OWNER}) RETURNING *`,
      )
      .bind(
        userId,
        tenantId,
        next.name,
        next.role,
        JSON.stringify(next.groups),
        next.slackUserId,
        JSON.stringify(next.preferences),
        now,
      ),
    of.audit,
  ]);
  const row = updated?.results[0];
  return row ? userFromRow(row) : "last owner";
}

/**
 * Take a person out of the workspace: their tokens, sessions and links open nothing from now on. The row stays, for what
 * they did.
 * @param of.audit the entry, under the condition `changedAt`
 */
export async function removeUser(
  db: D1Database,
  of: { tenantId: string; userId: string; audit: D1PreparedStatement },
  now: number,
): Promise<"removed" | "last owner" | null> {
  const { tenantId, userId } = of;
  const gone = "EXISTS (SELECT 1 FROM users u WHERE u.id = ?1 AND u.tenant_id = ?2 AND u.status = 'removed')";
  const on = (sql: string) => db.prepare(sql).bind(userId, tenantId, now);
  const [removed, , seen] = await db.batch<Row>([
    on(
      `UPDATE users SET status = 'removed', updated_at = ?3
       WHERE id = ?1 AND tenant_id = ?2 AND status = 'active' AND (role <> 'owner' OR ${OTHER_OWNER}) RETURNING id`,
    ),
    of.audit,
    db.prepare("SELECT status FROM users WHERE id = ?1 AND tenant_id = ?2").bind(userId, tenantId),
    on(
      `UPDATE tokens SET revoked_at = ?3 WHERE tenant_id = ?2 AND user_id = ?1 AND revoked_at IS NULL AND ${gone}`,
    ),
    on(
      `UPDATE sessions SET revoked_at = ?3 WHERE tenant_id = ?2 AND user_id = ?1 AND revoked_at IS NULL AND ${gone}`,
    ),
    on(
      `UPDATE sign_in_links SET expires_at = ?3 WHERE tenant_id = ?2 AND user_id = ?1 AND expires_at > ?3 AND ${gone}`,
    ),
    on(
      `UPDATE approval_links SET expires_at = ?3 WHERE tenant_id = ?2 AND user_id = ?1 AND expires_at > ?3 AND ${gone}
       AND checkpoint_id IN (SELECT id FROM command_checkpoints WHERE tenant_id = ?2 AND status = 'pending')`,
    ),
    db
      .prepare(`DELETE FROM identities WHERE tenant_id = ?2 AND user_id = ?1 AND ${gone}`)
      .bind(userId, tenantId),
  ]);
  if (removed?.results.length) return "removed";
  return (seen?.results[0] as { status?: string } | undefined)?.status === "active" ? "last owner" : null;
}

/** Bring back somebody who was removed, as the new person says; their id and history are the old ones. @returns null when nobody was */
export async function reviveUser(
  db: D1Database,
  user: NewUser,
  audit: (id: string) => D1PreparedStatement,
  now: number,
): Promise<User | null> {
  const row = await db
    .prepare("SELECT id FROM users WHERE tenant_id = ?1 AND email = ?2 AND status = 'removed'")
    .bind(user.tenantId, user.email)
    .first<{ id: string }>();
  if (!row) return null;
  const [revived] = await db.batch<Row>([
    db
      .prepare(
        `UPDATE users SET status = 'active', name = ?3, role = ?4, groups_json = ?5, slack_user_id = ?6, updated_at = ?7
         WHERE id = ?1 AND tenant_id = ?2 AND status = 'removed' RETURNING *`,
      )
      .bind(row.id, user.tenantId, user.name, user.role, JSON.stringify(user.groups), user.slackUserId, now),
    audit(row.id),
  ]);
  return revived?.results[0] ? userFromRow(revived.results[0]) : null;
}

function defined(change: UserChange): UserChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

/** The look-up of an active person of an active tenant, with its name. */
export function personStatement(db: D1Database, tenantId: string, userId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT u.*, t.name AS tenant_name, ${grantsOf("u")} AS grants_json FROM users u JOIN tenants t ON t.id = u.tenant_id AND t.status = 'active'
       WHERE u.id = ?1 AND u.tenant_id = ?2 AND u.status = 'active'`,
    )
    .bind(userId, tenantId);
}

/** The person of a row of `personStatement`. */
export function personFromRow(row: Row): Pick<User, "id" | "name" | "email" | "role" | "groups"> {
  const { id, name, email, role, groups } = userFromRow(row);
  return { id, name, email, role, groups };
}

/** One person of the tenant, or null. */
export async function readUser(db: D1Database, tenantId: string, userId: string): Promise<User | null> {
  const row = await db
    .prepare("SELECT * FROM users WHERE id = ?1 AND tenant_id = ?2")
    .bind(userId, tenantId)
    .first<Row>();
  return row ? userFromRow(row) : null;
}

/** A condition under which this very request changed the person: for the audit entry that goes with it. */
export function changedAt(userId: string, now: number): { sql: string; values: unknown[] } {
  return {
    sql: "EXISTS (SELECT 1 FROM users WHERE tenant_id = ?1 AND id = ?7 AND updated_at = ?8)",
    values: [userId, now],
  };
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
    preferences: JSON.parse(r.preferences_json as string),
    status: r.status as User["status"],
    createdAt: r.created_at as number,
    updatedAt: r.updated_at as number,
  };
}
