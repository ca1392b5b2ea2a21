/** Tokens: stored by hash only. A token names its tenant; nothing else in a request can. */
import type { Role } from "../engine/statuses.ts";
import { grantsOf } from "./grants.ts";
import type { Row } from "./rows.ts";

export const TOKEN_TYPES = ["person", "service", "agent"] as const;
export type TokenType = (typeof TOKEN_TYPES)[number];

export interface NewToken {
  id: string;
  hash: string;
  tenantId: string;
  type: TokenType;
  userId: string | null;
  agentId: string | null;
  name: string;
  scopes: string[];
  expiresAt: number | null;
}
export interface StoredToken {
  id: string;
  type: TokenType;
  userId: string | null;
  agentId: string | null;
  name: string;
  scopes: string[];
  createdAt: number;
  expiresAt: number | null;
  revokedAt: number | null;
  /** Within `LIMITS.tokenTouchMs`; null when it never was. */
  lastUsedAt: number | null;
}
/** A token with whom it speaks for. */
export interface Bearer extends StoredToken {
  tenantId: string;
  tenantName: string;
  tenantStatus: "active" | "suspended";
  user: {
    id: string;
    name: string;
    email: string;
    role: Role;
    groups: string[];
    status: "active" | "removed";
  } | null;
  agent: { id: string; name: string; revokedAt: number | null } | null;
}

/** The look-up of a bearer by its token's hash, to be batched with what the request reads besides. */
export function bearerStatement(db: D1Database, hash: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT t.*, n.name AS tenant_name, n.status AS tenant_status,
         u.name AS user_name, u.email, u.role, u.groups_json, u.status AS user_status, ${grantsOf("u")} AS grants_json,
         a.name AS agent_name, a.revoked_at AS agent_revoked_at
       FROM tokens t JOIN tenants n ON n.id = t.tenant_id
         LEFT JOIN users u ON u.id = t.user_id AND u.tenant_id = t.tenant_id
         LEFT JOIN agents a ON a.id = t.agent_id AND a.tenant_id = t.tenant_id
       WHERE t.hash = ?1`,
    )
    .bind(hash);
}

/** The bearer of a row of `bearerStatement`. */
export function bearerFromRow(r: Row): Bearer {
  return {
    ...tokenFromRow(r),
    tenantId: r.tenant_id as string,
    tenantName: r.tenant_name as string,
    tenantStatus: r.tenant_status as Bearer["tenantStatus"],
    user:
      r.user_name === null
        ? null
        : {
            id: r.user_id as string,
            name: r.user_name as string,
            email: r.email as string,
            role: r.role as Role,
            groups: JSON.parse(r.groups_json as string),
            status: r.user_status as "active" | "removed",
          },
    agent:
      r.agent_name === null
        ? null
        : {
            id: r.agent_id as string,
            name: r.agent_name as string,
            revokedAt: r.agent_revoked_at as number | null,
          },
  };
}

/**
 * The insert of a token, for the batch of what it belongs to. The same id again replaces the hash: a request that died before
 * its answer is made again, and the token nobody ever saw is gone.
 */
export function tokenStatement(db: D1Database, token: NewToken, now: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO tokens (hash, id, tenant_id, type, user_id, agent_id, name, scopes_json, created_at, expires_at)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
       ON CONFLICT (id) DO UPDATE SET hash = excluded.hash WHERE tokens.tenant_id = excluded.tenant_id`,
    )
    .bind(
      token.hash,
      token.id,
      token.tenantId,
      token.type,
      token.userId,
      token.agentId,
      token.name,
      JSON.stringify(token.scopes),
      now,
      token.expiresAt,
    );
}

/** Make a token and record it. */
export async function createToken(
  db: D1Database,
  token: NewToken,
  also: D1PreparedStatement[],
  now: number,
): Promise<void> {
  await db.batch([tokenStatement(db, token, now), ...also]);
}

/** A page of a tenant's tokens, newest first; only one person's or one token's own when `userId` or `tokenId` is given. */
export async function listTokens(
  db: D1Database,
  ask: {
    tenantId: string;
    userId: string | null;
    tokenId: string | null;
    before: string | null;
    limit: number;
  },
): Promise<StoredToken[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM tokens WHERE tenant_id = ?1 AND id < ?2 AND (?3 IS NULL OR user_id = ?3) AND (?4 IS NULL OR id = ?4)
         AND revoked_at IS NULL ORDER BY id DESC LIMIT ?5 + 0`,
    )
    .bind(ask.tenantId, ask.before ?? "~", ask.userId, ask.tokenId, ask.limit)
    .all<Row>();
  return results.map(tokenFromRow);
}

/** One token of the tenant, revoked or not. */
export async function readToken(
  db: D1Database,
  tenantId: string,
  tokenId: string,
): Promise<StoredToken | null> {
  const row = await db
    .prepare("SELECT * FROM tokens WHERE id = ?1 AND tenant_id = ?2")
    .bind(tokenId, tenantId)
    .first<Row>();
  return row ? tokenFromRow(row) : null;
}

/** Revoke a token at once; `also` is recorded with it. */
export async function revokeToken(
  db: D1Database,
  ask: { tenantId: string; tokenId: string },
  also: D1PreparedStatement[],
  now: number,
): Promise<void> {
  await db.batch([
    ...also,
    db
      .prepare("UPDATE tokens SET revoked_at = ?1 WHERE id = ?2 AND tenant_id = ?3 AND revoked_at IS NULL")
      .bind(now, ask.tokenId, ask.tenantId),
  ]);
}

/** Notes that a token was used; called at most once per `LIMITS.tokenTouchMs` and token. */
export async function touchToken(
  db: D1Database,
  token: { tenantId: string; id: string },
  now: number,
): Promise<void> {
  await db
    .prepare(
      "UPDATE tokens SET last_used_at = max(coalesce(last_used_at, 0), ?1) WHERE id = ?2 AND tenant_id = ?3",
    )
    .bind(now, token.id, token.tenantId)
    .run();
}

function tokenFromRow(r: Row): StoredToken {
  return {
    id: r.id as string,
    type: r.type as TokenType,
    userId: r.user_id as string | null,
    agentId: r.agent_id as string | null,
    name: r.name as string,
    scopes: JSON.parse(r.scopes_json as string),
    createdAt: r.created_at as number,
    expiresAt: r.expires_at as number | null,
    revokedAt: r.revoked_at as number | null,
    lastUsedAt: r.last_used_at as number | null,
  };
}
