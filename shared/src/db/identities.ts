/** Who somebody is at a sign-in provider, and the redirects to one that are still under way. */
import { LIMITS } from "../limits.ts";
import type { Row } from "./rows.ts";
import { type NewSession, sessionStatements } from "./sessions.ts";

/** What a provider vouched for; the address is verified by it. */
export interface ProviderIdentity {
  issuer: string;
  subject: string;
  email: string;
}
export interface KnownPerson {
  tenantId: string;
  userId: string;
  name: string;
  /** Bound to this very identity at an earlier sign-in; else found by the address. */
  bound: boolean;
}

/**
 * The active people this identity may be, those bound to it first. Somebody found by the address who is bound to another
 * identity of the same provider is not among them: the address was given to another person there.
 */
export async function findPeople(db: D1Database, who: ProviderIdentity): Promise<KnownPerson[]> {
  const person = "u.id, u.tenant_id, u.name";
  const [bound, byAddress] = await db.batch<Row>([
    db
      .prepare(
        `SELECT ${person} FROM identities i JOIN users u ON u.id = i.user_id AND u.tenant_id = i.tenant_id
           JOIN tenants t ON t.id = u.tenant_id AND t.status = 'active'
         WHERE i.issuer = ?1 AND i.subject = ?2 AND u.status = 'active' ORDER BY i.last_used_at DESC`,
      )
      .bind(who.issuer, who.subject),
    db
      .prepare(
        `SELECT ${person} FROM users u JOIN tenants t ON t.id = u.tenant_id AND t.status = 'active'
         WHERE u.email = ?2 AND u.status = 'active'
           AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.tenant_id = u.tenant_id AND i.user_id = u.id AND i.issuer = ?1)
         ORDER BY u.id`,
      )
      .bind(who.issuer, who.email),
  ]);
  const people = (rows: Row[] | undefined, isBound: boolean): KnownPerson[] =>
    (rows ?? []).map((r) => ({
      tenantId: r.tenant_id as string,
      userId: r.id as string,
      name: r.name as string,
      bound: isBound,
    }));
  const known = people(bound?.results, true);
  const taken = new Set(known.map((one) => one.tenantId));
  return [...known, ...people(byAddress?.results, false).filter((one) => !taken.has(one.tenantId))];
}

/** Begin the session of an identity's person and bind the two. @returns false when the person is gone by now */
export async function createIdentitySession(
  db: D1Database,
  who: ProviderIdentity,
  session: NewSession,
  now: number,
): Promise<boolean> {
  const results = await db.batch<Row>([
    ...sessionStatements(db, session, now),
    db
      .prepare(
        `INSERT INTO identities (tenant_id, issuer, subject, user_id, created_at, last_used_at)
         SELECT tenant_id, ?1, ?2, user_id, ?3, ?3 FROM sessions WHERE id = ?4 AND tenant_id = ?5
         ON CONFLICT (issuer, subject, tenant_id) DO UPDATE SET last_used_at = excluded.last_used_at`,
      )
      .bind(who.issuer, who.subject, now, session.id, session.tenantId),
  ]);
  return (results.at(-2)?.results.length ?? 0) === 1;
}

export interface OauthState {
  browserHash: string;
  nonce: string;
  verifier: string;
  returnTo: string;
  workspace: string | null;
}

/** Remember a redirect until its answer comes; forgets those that never got one. */
export async function createOauthState(
  db: D1Database,
  stateHash: string,
  state: OauthState,
  now: number,
): Promise<void> {
  await db.batch([
    db.prepare("DELETE FROM oauth_states WHERE expires_at <= ?1").bind(now),
    db
      .prepare(
        `INSERT INTO oauth_states (state_hash, browser_hash, nonce, verifier, return_to, workspace, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)`,
      )
      .bind(
        stateHash,
        state.browserHash,
        state.nonce,
        state.verifier,
        state.returnTo,
        state.workspace,
        now,
        now + LIMITS.oauthStateMs,
      ),
  ]);
}

/** Take a redirect's state, once. @returns null when there is none, it was taken, or it is too old */
export async function takeOauthState(
  db: D1Database,
  stateHash: string,
  now: number,
): Promise<OauthState | null> {
  const row = await db
    .prepare("DELETE FROM oauth_states WHERE state_hash = ?1 RETURNING *")
    .bind(stateHash)
    .first<Row>();
  if (!row || (row.expires_at as number) <= now) return null;
  return {
    browserHash: row.browser_hash as string,
    nonce: row.nonce as string,
    verifier: row.verifier as string,
    returnTo: row.return_to as string,
    workspace: row.workspace as string | null,
  };
}
