/** Bearer tokens to callers. The tenant comes from the token and from nowhere else. */

import type { Row } from "@tw/shared/db/rows";
import { type Bearer, bearerFromRow, bearerStatement, type TokenType } from "@tw/shared/db/tokens";
import type { Actor } from "@tw/shared/engine/state";
import type { Role } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import { hashToken, looksLikeToken } from "@tw/shared/tokens";
import { effectiveScopes, type Scope } from "./scopes.ts";

export type { TokenType };

/** Who calls: a token, and the person or agent it belongs to. */
export interface Caller {
  tenantId: string;
  tenantName: string;
  type: TokenType;
  tokenId: string;
  tokenName: string;
  tokenExpiresAt: number | null;
  /** SHA-256 of the token. */
  tokenHash: string;
  /** What it may do now: the token's scopes cut down to the person's role. */
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
  scopes: [],
  user: null,
  agent: null,
  actor: { id: "", name: "nobody", type: "system" },
};

const unauthorized = (message: string) => new Refusal("unauthorized", message);

/** The token of `Authorization: Bearer tw_…`. One that has not the shape of a token needs no look-up. */
export function bearerToken(request: Request): string {
  const header = request.headers.get("authorization");
  if (!header) throw unauthorized("Send your token as Authorization: Bearer tw_…");
  const token = /^Bearer +(\S+)$/i.exec(header)?.[1];
  if (!token || !looksLikeToken(token))
    throw unauthorized("This is not a whole token. A token is tw_ and 43 characters.");
  return token;
}

/** Looks the token up, in one round trip with whatever else the request reads. */
export async function authenticate(
  db: D1Database,
  token: string,
  preload: (hash: string) => D1PreparedStatement[],
): Promise<{ caller: Caller; preloaded: Row[][]; now: number }> {
  const hash = await hashToken(token);
  const results = await db.batch<Row>([bearerStatement(db, hash), ...preload(hash)]);
  // Read after the look-up: one clock, the server's, decides expiry (I18).
  const now = Date.now();
  const row = results[0]?.results[0];
  if (!row) throw unauthorized("This token is not known. Make a new one.");
  return {
    caller: callerOf(bearerFromRow(row), hash, now),
    preloaded: results.slice(1).map((r) => r.results),
    now,
  };
}

function callerOf(bearer: Bearer, hash: string, now: number): Caller {
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
    scopes: bearer.type === "agent" ? [] : effectiveScopes(bearer.scopes as Scope[], user?.role ?? null),
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
