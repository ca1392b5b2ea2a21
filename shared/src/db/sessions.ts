/** Sessions of browsers: stored by hash only, ended by the clock, by their person, and with the person or the role. */
import type { Role } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";
import { auditStatement } from "./audit.ts";
import { grantsOf } from "./grants.ts";
import type { Row } from "./rows.ts";

export const SIGN_IN_METHODS = ["mail", "console", "oidc", "access"] as const;
export type SignInMethod = (typeof SIGN_IN_METHODS)[number];

export interface StoredSession {
  id: string;
  method: SignInMethod;
  userAgent: string | null;
  createdAt: number;
  lastSeenAt: number;
  expiresAt: number;
}
/** A session with whom it speaks for. */
export interface SessionBearer extends StoredSession {
  tenantId: string;
  tenantName: string;
  tenantStatus: "active" | "suspended";
  /** The role the person had when they signed in. */
  roleAtSignIn: Role;
  revokedAt: number | null;
  user: {
    id: string;
    name: string;
    email: string;
    role: Role;
    groups: string[];
    status: "active" | "removed";
  };
}

/** The look-up of a session by its cookie's hash, to be batched with what the request reads besides. */
export function sessionStatement(db: D1Database, hash: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT s.*, n.name AS tenant_name, n.status AS tenant_status, u.name AS user_name, u.email,
         u.role AS user_role, u.groups_json, u.status AS user_status, ${grantsOf("u")} AS grants_json
       FROM sessions s JOIN tenants n ON n.id = s.tenant_id
         JOIN users u ON u.id = s.user_id AND u.tenant_id = s.tenant_id
       WHERE s.hash = ?1`,
    )
    .bind(hash);
}

/** The session of a row of `sessionStatement`. */
export function sessionFromRow(r: Row): SessionBearer {
  return {
    ...storedFromRow(r),
    tenantId: r.tenant_id as string,
    tenantName: r.tenant_name as string,
    tenantStatus: r.tenant_status as SessionBearer["tenantStatus"],
    roleAtSignIn: r.role as Role,
    revokedAt: r.revoked_at as number | null,
    user: {
      id: r.user_id as string,
      name: r.user_name as string,
      email: r.email as string,
      role: r.user_role as Role,
      groups: JSON.parse(r.groups_json as string),
      status: r.user_status as "active" | "removed",
    },
  };
}

/** Why a session opens nothing any more; null while it does. Pure. */
export function whySessionEnded(
  s: Pick<SessionBearer, "revokedAt" | "expiresAt" | "lastSeenAt" | "roleAtSignIn" | "user" | "tenantStatus">,
  now: number,
): "signed out" | "expired" | "idle" | "person removed" | "role changed" | "workspace suspended" | null {
  if (s.revokedAt !== null) return "signed out";
  if (s.expiresAt <= now) return "expired";
  if (s.lastSeenAt + LIMITS.sessionIdleMs <= now) return "idle";
  if (s.user.status !== "active") return "person removed";
  if (s.user.role !== s.roleAtSignIn) return "role changed";
  return s.tenantStatus === "active" ? null : "workspace suspended";
}

/** The live session of a cookie's hash, or null: for whoever needs no more than that (one read). */
export async function findSession(db: D1Database, hash: string, now: number): Promise<SessionBearer | null> {
  const row = await sessionStatement(db, hash).first<Row>();
  const session = row && sessionFromRow(row);
  return session && whySessionEnded(session, now) === null ? session : null;
}

/** Notes that a session was used; called at most once per `LIMITS.sessionTouchMs` and session. */
export async function touchSession(
  db: D1Database,
  session: { tenantId: string; id: string },
  now: number,
): Promise<void> {
  await db
    .prepare("UPDATE sessions SET last_seen_at = max(last_seen_at, ?1) WHERE id = ?2 AND tenant_id = ?3")
    .bind(now, session.id, session.tenantId)
    .run();
}

export interface NewSession {
  id: string;
  hash: string;
  tenantId: string;
  userId: string;
  userName: string;
  method: SignInMethod;
  userAgent: string | null;
  /** Hash of the cookie the browser came with: that session ends, so that nobody keeps one across a sign-in. */
  replaces: string | null;
}

/**
 * The statements that begin a session of an active person, with its audit entry, for the batch of what lets them in; the
 * last one answers a row if it was begun.
 * @param only SQL of a condition, and its values (numbered from ?9), that must hold: the single use of a link
 */
export function sessionStatements(
  db: D1Database,
  session: NewSession,
  now: number,
  only?: { sql: string; values: unknown[] },
): D1PreparedStatement[] {
  const condition = only ? ` AND ${only.sql}` : "";
  return [
    db
      .prepare(
        `INSERT INTO sessions (hash, id, tenant_id, user_id, role, method, user_agent, created_at, last_seen_at, expires_at)
         SELECT ?1, ?2, u.tenant_id, u.id, u.role, ?5, ?6, ?7, ?7, ?8
         FROM users u JOIN tenants t ON t.id = u.tenant_id AND t.status = 'active'
         WHERE u.id = ?4 AND u.tenant_id = ?3 AND u.status = 'active'${condition}`,
      )
      .bind(
        session.hash,
        session.id,
        session.tenantId,
        session.userId,
        session.method,
        session.userAgent?.slice(0, 200) ?? null,
        now,
        now + LIMITS.sessionMs,
        ...(only?.values ?? []),
      ),
    db
      .prepare(
        `UPDATE sessions SET revoked_at = ?1 WHERE hash = ?2 AND revoked_at IS NULL
         AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?3 AND s.tenant_id = ?4)`,
      )
      .bind(now, session.replaces ?? "", session.id, session.tenantId),
    // What ended long ago is of no use to anybody.
    db
      .prepare("DELETE FROM sessions WHERE tenant_id = ?1 AND user_id = ?2 AND expires_at < ?3")
      .bind(session.tenantId, session.userId, now - LIMITS.sessionMs),
    auditStatement(
      db,
      {
        tenantId: session.tenantId,
        at: now,
        actor: { id: session.userId, name: session.userName, type: "person" },
        action: "session.created",
        target: session.id,
        detail: { method: session.method },
      },
      { sql: "EXISTS (SELECT 1 FROM sessions WHERE id = ?7)", values: [session.id] },
    ),
    db
      .prepare("SELECT user_id, tenant_id FROM sessions WHERE id = ?1 AND tenant_id = ?2")
      .bind(session.id, session.tenantId),
  ];
}

/** A person's sessions that are neither revoked nor past their end, newest first. */
export async function listSessions(
  db: D1Database,
  ask: { tenantId: string; userId: string; before: string | null; limit: number },
  now: number,
): Promise<StoredSession[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM sessions WHERE tenant_id = ?1 AND user_id = ?2 AND id < ?3 AND revoked_at IS NULL
         AND expires_at > ?4 AND last_seen_at > ?5 ORDER BY id DESC LIMIT ?6 + 0`,
    )
    .bind(ask.tenantId, ask.userId, ask.before ?? "~", now, now - LIMITS.sessionIdleMs, ask.limit)
    .all<Row>();
  return results.map(storedFromRow);
}

/**
 * End sessions of a person, one of them or all but one, and record it if there was any to end.
 * @returns how many it ended
 */
export async function revokeSessions(
  db: D1Database,
  of: { tenantId: string; user: { id: string; name: string }; id?: string; except?: string },
  now: number,
): Promise<number> {
  const { tenantId, user, id = null, except = null } = of;
  const [, ended] = await db.batch([
    auditStatement(
      db,
      {
        tenantId,
        at: now,
        actor: { ...user, type: "person" },
        action: "session.revoked",
        target: id ?? user.id,
      },
      {
        sql: `EXISTS (SELECT 1 FROM sessions WHERE tenant_id = ?1 AND user_id = ?7 AND revoked_at IS NULL
          AND (?8 IS NULL OR id = ?8) AND (?9 IS NULL OR id <> ?9))`,
        values: [user.id, id, except],
      },
    ),
    db
      .prepare(
        `UPDATE sessions SET revoked_at = ?1 WHERE tenant_id = ?2 AND user_id = ?3 AND revoked_at IS NULL
         AND (?4 IS NULL OR id = ?4) AND (?5 IS NULL OR id <> ?5)`,
      )
      .bind(now, tenantId, user.id, id, except),
  ]);
  return ended?.meta.changes ?? 0;
}

function storedFromRow(r: Row): StoredSession {
  return {
    id: r.id as string,
    method: r.method as SignInMethod,
    userAgent: r.user_agent as string | null,
    createdAt: r.created_at as number,
    lastSeenAt: r.last_seen_at as number,
    expiresAt: r.expires_at as number,
  };
}
