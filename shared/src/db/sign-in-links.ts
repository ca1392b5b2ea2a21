/** Links that sign somebody in, once: mailed on request, mailed as an invitation, or printed by the launcher. */
import type { Role } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";
import type { Row } from "./rows.ts";
import { type NewSession, sessionStatements } from "./sessions.ts";

export const SIGN_IN_LINK_KINDS = ["mail", "invitation", "console"] as const;
export type SignInLinkKind = (typeof SIGN_IN_LINK_KINDS)[number];

export interface SignInLink {
  id: string;
  tenantId: string;
  tenantName: string;
  hash: string;
  kind: SignInLinkKind;
  returnTo: string;
  expiresAt: number;
  usedAt: number | null;
  user: { id: string; name: string; email: string; role: Role };
  /** Person and workspace are active. */
  open: boolean;
}

const SELECT_LINK = `SELECT l.*, t.name AS tenant_name, u.name AS user_name, u.email AS user_email, u.role AS user_role,
    (u.status = 'active' AND t.status = 'active') AS open
  FROM sign_in_links l JOIN users u ON u.id = l.user_id AND u.tenant_id = l.tenant_id JOIN tenants t ON t.id = l.tenant_id`;

/**
 * Promise a mail with a link to whoever has this address: one for each of their workspaces, as many as there are
 * candidates. Known or not, the same statements run. Somebody with enough open links gets no further one.
 */
export async function requestSignInLinks(
  db: D1Database,
  ask: { email: string; returnTo: string; candidates: { id: string; hash: string; salt: string }[] },
  now: number,
): Promise<void> {
  const candidates = JSON.stringify(ask.candidates);
  await db.batch([
    db
      .prepare(
        `INSERT INTO sign_in_links (hash, id, tenant_id, user_id, kind, return_to, created_at, expires_at)
         SELECT j.value ->> 'hash', j.value ->> 'id', x.tenant_id, x.id, 'mail', ?3, ?4, ?5
         FROM (SELECT u.id, u.tenant_id, row_number() OVER (ORDER BY u.id) - 1 AS place
             FROM users u JOIN tenants t ON t.id = u.tenant_id AND t.status = 'active'
             WHERE u.email = ?2 AND u.status = 'active' AND (SELECT count(*) FROM sign_in_links l WHERE l.tenant_id = u.tenant_id
               AND l.user_id = u.id AND l.created_at > ?4 - ?6 AND l.kind = 'mail' AND l.used_at IS NULL) < ?7) x
           JOIN json_each(?1) j ON j.key = x.place`,
      )
      .bind(
        candidates,
        ask.email,
        ask.returnTo,
        now,
        now + LIMITS.signInLinkMs,
        LIMITS.signInLinkMs,
        LIMITS.signInLinksOpen,
      ),
    notificationStatement(db, candidates, null, now),
  ]);
}

/**
 * The statements of an invitation: a link for a person who was just added, and the promise of its mail.
 * For the batch that adds the person.
 */
export function invitationStatements(
  db: D1Database,
  of: { id: string; hash: string; salt: string; tenantId: string; userId: string; by: string },
  now: number,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO sign_in_links (hash, id, tenant_id, user_id, kind, created_at, expires_at)
         SELECT ?1, ?2, u.tenant_id, u.id, 'invitation', ?5, ?6 FROM users u
         WHERE u.id = ?4 AND u.tenant_id = ?3 AND u.status = 'active' ON CONFLICT DO NOTHING`,
      )
      .bind(of.hash, of.id, of.tenantId, of.userId, now, now + LIMITS.invitationMs),
    notificationStatement(db, JSON.stringify([{ id: of.id, salt: of.salt }]), of.by, now),
  ];
}

/** A link that an owner hands over: as an invitation is, without a mail. For the batch that records it. */
export function handedLinkStatement(
  db: D1Database,
  of: { id: string; hash: string; tenantId: string; userId: string },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO sign_in_links (hash, id, tenant_id, user_id, kind, created_at, expires_at)
       SELECT ?1, ?2, u.tenant_id, u.id, 'invitation', ?5, ?6 FROM users u
       WHERE u.id = ?4 AND u.tenant_id = ?3 AND u.status = 'active' ON CONFLICT DO NOTHING`,
    )
    .bind(of.hash, of.id, of.tenantId, of.userId, now, now + LIMITS.handedLinkMs);
}

/** The notification's `run_id` is the link's id: so a hint of that id finds it, and the notifier knows which link it is. */
function notificationStatement(
  db: D1Database,
  candidates: string,
  invitedBy: string | null,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO notifications (id, tenant_id, run_id, user_id, channel, kind, salt, data_json, status, next_try_at, created_at)
       SELECT 'ntf_' || l.id || '.' || l.user_id || '.email.' || ?2, l.tenant_id, l.id, l.user_id, 'email', ?2,
         j.value ->> 'salt', json_object('by', ?4, 'expires_at', l.expires_at), 'pending', ?3, ?3
       FROM json_each(?1) j JOIN sign_in_links l ON l.id = j.value ->> 'id' WHERE true ON CONFLICT DO NOTHING`,
    )
    .bind(candidates, invitedBy === null ? "sign_in" : "invitation", now, invitedBy);
}

/** Make the link that the launcher prints. */
export async function createConsoleLink(
  db: D1Database,
  link: { id: string; hash: string; tenantId: string; userId: string },
  now: number,
): Promise<void> {
  await db.batch([
    db
      .prepare(
        "DELETE FROM sign_in_links WHERE tenant_id = ?1 AND user_id = ?2 AND created_at < ?3 AND expires_at < ?3",
      )
      .bind(link.tenantId, link.userId, now - LIMITS.sessionMs),
    db
      .prepare(
        `INSERT INTO sign_in_links (hash, id, tenant_id, user_id, kind, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, 'console', ?5, ?6)`,
      )
      .bind(link.hash, link.id, link.tenantId, link.userId, now, now + LIMITS.consoleLinkMs),
  ]);
}

/** The link of a token's hash: a read that changes nothing, for the page. The token is the authority, so its row names the tenant. */
export async function readSignInLink(db: D1Database, hash: string): Promise<SignInLink | null> {
  const row = await db.prepare(`${SELECT_LINK} WHERE l.hash = ?1`).bind(hash).first<Row>();
  return row && linkFromRow(row);
}

/** Links by id, for the notifier that mails them. */
export async function readSignInLinks(db: D1Database, ids: string[]): Promise<SignInLink[]> {
  const { results } = await db
    .prepare(`${SELECT_LINK} WHERE l.id IN (SELECT value FROM json_each(?1))`)
    .bind(JSON.stringify(ids))
    .all<Row>();
  return results.map(linkFromRow);
}

/** Use up the link and begin the session, both or neither. @returns whether this call did */
export async function useSignInLink(
  db: D1Database,
  link: { hash: string },
  session: NewSession,
  now: number,
): Promise<boolean> {
  // The session goes in first, under the condition that the link is unused: two at once cannot both see that.
  const only = {
    sql: `EXISTS (SELECT 1 FROM sign_in_links l WHERE l.hash = ?9 AND l.tenant_id = ?3 AND l.user_id = ?4
      AND l.used_at IS NULL AND l.expires_at > ?7)`,
    values: [link.hash],
  };
  const results = await db.batch<Row>([
    ...sessionStatements(db, session, now, only),
    db
      .prepare(
        `UPDATE sign_in_links SET used_at = ?1 WHERE hash = ?2 AND tenant_id = ?4
         AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ?3 AND s.tenant_id = ?4)`,
      )
      .bind(now, link.hash, session.id, session.tenantId),
  ]);
  return (results.at(-2)?.results.length ?? 0) === 1;
}

/** May this link still sign somebody in? */
export function linkIsOpen(link: SignInLink, now: number): boolean {
  return link.open && link.usedAt === null && link.expiresAt > now;
}

function linkFromRow(r: Row): SignInLink {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    tenantName: r.tenant_name as string,
    hash: r.hash as string,
    kind: r.kind as SignInLinkKind,
    returnTo: r.return_to as string,
    expiresAt: r.expires_at as number,
    usedAt: r.used_at as number | null,
    user: {
      id: r.user_id as string,
      name: r.user_name as string,
      email: r.user_email as string,
      role: r.user_role as Role,
    },
    open: r.open === 1,
  };
}
