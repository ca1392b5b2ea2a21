/** Bearer tokens and session cookies to callers. The tenant comes from them and from nowhere else. */

import { liveGrants } from "@tw/shared/db/grants";
import type { Row } from "@tw/shared/db/rows";
import {
  type SessionBearer,
  type SignInMethod,
  sessionFromRow,
  sessionStatement,
  touchSession,
  whySessionEnded,
} from "@tw/shared/db/sessions";
import {
  type Bearer,
  bearerFromRow,
  bearerStatement,
  type TokenType,
  touchToken,
} from "@tw/shared/db/tokens";
import { personFromRow, personStatement } from "@tw/shared/db/users";
import type { Actor } from "@tw/shared/engine/state";
import type { Channel, Role } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { sessionCookie } from "@tw/shared/sign-in/cookie";
import { csrfOf } from "@tw/shared/sign-in/tokens";
import { hashToken, looksLikeToken } from "@tw/shared/tokens";
import { checkCsrf } from "./csrf.ts";
import { effectiveScopes, SCOPES, type Scope } from "./scopes.ts";
import { sharedRead } from "./shared-read.ts";

export type { TokenType };

/** What a request proves who it is with. */
export interface Credential {
  kind: "bearer" | "session";
  value: string;
}

/** Who calls: a token or a session, and the person or agent it belongs to. A session is of type person; its id stands as the token's. */
export interface Caller {
  tenantId: string;
  tenantName: string;
  type: TokenType;
  tokenId: string;
  tokenName: string;
  tokenExpiresAt: number | null;
  /** SHA-256 of the token, or of the session's cookie. */
  tokenHash: string;
  /** The browser's session, when the request came with a cookie. */
  session: { method: SignInMethod; expiresAt: number; csrf: string } | null;
  /** What a vote of this caller is recorded with. */
  channel: Channel;
  /** What it may do now: the token's scopes cut down to the person's role and what was granted beyond it. */
  scopes: readonly Scope[];
  user: { id: string; name: string; email: string; role: Role; groups: string[] } | null;
  agent: { id: string; name: string } | null;
  /** As it stands in runs, votes and the audit trail. */
  actor: Actor;
}

/** The caller of a route that takes no token. */
export const PUBLIC_CALLER: Caller = {
  tenantId: "",
  tenantName: "",
  type: "service",
  tokenId: "",
  tokenName: "",
  tokenExpiresAt: null,
  tokenHash: "",
  session: null,
  channel: "api",
  scopes: [],
  user: null,
  agent: null,
  actor: { id: "", name: "nobody", type: "system" },
};

const unauthorized = (message: string) => new Refusal("unauthorized", message);

/** What the request proves who it is with: `Authorization: Bearer tw_…`, else the cookie of a session. */
export function credentialOf(request: Request, env: { PUBLIC_URL: string }): Credential {
  const header = request.headers.get("authorization");
  if (header) return { kind: "bearer", value: tokenOf(header) };
  const value = sessionCookie(request, env);
  if (value) return { kind: "session", value };
  throw unauthorized("Send your token as Authorization: Bearer tw_…, or sign in at /sign-in.");
}

function tokenOf(header: string): string {
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (!token || !looksLikeToken(token))
    throw unauthorized("This is not a whole token. A token is tw_ and 43 characters.");
  return token;
}

/**
 * Looks the credential up, in one round trip with whatever else the request reads; `what` names that. A session that changes something must
 * also prove that our own page asked (`csrf.ts`).
 */
export async function authenticate(
  env: { DB: D1Database; PUBLIC_URL: string },
  request: Request,
  { kind, value }: Credential,
  preload: (hash: string) => D1PreparedStatement[],
  what: string,
): Promise<{ caller: Caller; preloaded: Row[][]; now: number }> {
  const db = env.DB;
  const hash = await hashToken(value);
  const results = await sharedRead(`${hash} ${what}`, () => {
    const own = kind === "bearer" ? bearerStatement(db, hash) : sessionStatement(db, hash);
    return db.batch<Row>([own, ...preload(hash)]);
  });
  // Read after the look-up: one clock, the server's, decides expiry (I18).
  const now = Date.now();
  const row = results[0]?.results[0];
  const preloaded = results.slice(1).map((r) => r.results);
  if (kind === "bearer") {
    if (!row) throw unauthorized("This token is not known. Make a new one.");
    const cli = request.headers.get("x-tw-channel") === "cli";
    const granted = liveGrants(row.grants_json, now);
    const bearer = bearerFromRow(row);
    const caller = callerOf(bearer, granted, hash, cli ? "cli" : "api", now);
    if (now - (bearer.lastUsedAt ?? 0) > LIMITS.tokenTouchMs) await touchToken(db, bearer, now);
    return { caller, preloaded, now };
  }
  if (!row) throw unauthorized("You are not signed in any more. Sign in at /sign-in.");
  const session = sessionFromRow(row);
  const caller = sessionCaller(session, liveGrants(row.grants_json, now), hash, await csrfOf(value), now);
  checkCsrf(request, caller.session?.csrf ?? "", env.PUBLIC_URL);
  if (now - session.lastSeenAt > LIMITS.sessionTouchMs) await touchSession(db, session, now);
  return { caller, preloaded, now };
}

const ENDED: { [why in NonNullable<ReturnType<typeof whySessionEnded>>]: string } = {
  "signed out": "You were signed out here. Sign in at /sign-in.",
  expired: "Your session has ended. Sign in again at /sign-in.",
  idle: "Your session ended because nobody used it for a while. Sign in again at /sign-in.",
  "person removed": "You are no longer in this workspace. Its owner can say why.",
  "role changed": "Your role was changed. Sign in again at /sign-in.",
  "workspace suspended": "This workspace is suspended. Its owner can say why.",
};

function sessionCaller(
  session: SessionBearer,
  granted: Scope[],
  hash: string,
  csrf: string,
  now: number,
): Caller {
  const ended = whySessionEnded(session, now);
  if (ended === "workspace suspended") throw new Refusal("forbidden", ENDED[ended]);
  if (ended) throw unauthorized(ENDED[ended]);
  const { id, name, email, role, groups } = session.user;
  return {
    tenantId: session.tenantId,
    tenantName: session.tenantName,
    type: "person",
    tokenId: session.id,
    tokenName: "session",
    // A token made in the console may outlive the session it was made with: the person made it, not the session.
    tokenExpiresAt: null,
    tokenHash: hash,
    session: { method: session.method, expiresAt: session.expiresAt, csrf },
    channel: "console",
    scopes: effectiveScopes(SCOPES, role, granted),
    user: { id, name, email, role, groups },
    agent: null,
    actor: { id, name, type: "person" },
  };
}

function callerOf(bearer: Bearer, granted: Scope[], hash: string, channel: Channel, now: number): Caller {
  const { user, agent } = bearer;
  if (bearer.revokedAt !== null) throw unauthorized("This token was revoked. Make a new one.");
  if (bearer.expiresAt !== null && bearer.expiresAt <= now)
    throw unauthorized("This token has expired. Make a new one.");
  if (bearer.type === "person" && user?.status !== "active")
    throw unauthorized("The person of this token is no longer in the workspace.");
  if (bearer.type === "agent" && (agent === null || agent.revokedAt !== null))
    throw unauthorized("The agent of this token was revoked.");
  if (bearer.tenantStatus !== "active")
    throw new Refusal("forbidden", "This workspace is suspended. Its owner can say why.");
  return {
    tenantId: bearer.tenantId,
    tenantName: bearer.tenantName,
    type: bearer.type,
    tokenId: bearer.id,
    tokenName: bearer.name,
    tokenExpiresAt: bearer.expiresAt,
    tokenHash: hash,
    session: null,
    channel,
    scopes:
      bearer.type === "agent" ? [] : effectiveScopes(bearer.scopes as Scope[], user?.role ?? null, granted),
    user: user && { id: user.id, name: user.name, email: user.email, role: user.role, groups: user.groups },
    agent: agent && { id: agent.id, name: agent.name },
    actor: actorOf(bearer),
  };
}

function actorOf(bearer: Bearer): Actor {
  if (bearer.type === "person" && bearer.user)
    return { id: bearer.user.id, name: bearer.user.name, type: "person" };
  if (bearer.type === "agent" && bearer.agent)
    return { id: bearer.agent.id, name: bearer.agent.name, type: "agent" };
  return { id: bearer.id, name: bearer.name, type: "service" };
}

/** A person of the tenant as a caller of their own, for what they have set up to happen without them; null when they are gone. */
export async function callerOfPerson(
  db: D1Database,
  tenantId: string,
  userId: string,
): Promise<Caller | null> {
  const row = await personStatement(db, tenantId, userId).first<Row>();
  if (!row) return null;
  const user = personFromRow(row);
  return {
    ...PUBLIC_CALLER,
    tenantId,
    tenantName: row.tenant_name as string,
    type: "person",
    scopes: effectiveScopes(SCOPES, user.role, liveGrants(row.grants_json, Date.now())),
    user,
    actor: { id: user.id, name: user.name, type: "person" },
  };
}

/** Refuses a caller whose type or scopes do not reach the route. */
export function authorize(caller: Caller, scope: Scope | "any", callers: readonly TokenType[]): void {
  if (!callers.includes(caller.type))
    throw new Refusal(
      "forbidden",
      `Tokens of type ${caller.type} cannot do this; it takes ${callers.join(" or ")}.`,
    );
  if (scope !== "any" && !caller.scopes.includes(scope))
    throw new Refusal(
      "forbidden",
      `This needs the scope ${scope}, which your token${caller.user ? " or role" : ""} does not hold.`,
    );
}
