import { auditStatement } from "@tw/shared/db/audit";
import { createToken, listTokens, readToken, revokeToken, type StoredToken } from "@tw/shared/db/tokens";
import { readUser } from "@tw/shared/db/users";
import { Refusal } from "@tw/shared/errors";
import { hashToken, newToken } from "@tw/shared/tokens";
import * as z from "zod";
import type { Caller } from "../auth.ts";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf, paging, tokenSchema } from "../schemas.ts";
import { effectiveScopes, SCOPES, type Scope } from "../scopes.ts";
import { disconnectAgent } from "./agents.ts";

const MAX_LIFE_S = 10 * 365 * 86_400;
const newTokenSchema = z.strictObject({
  name: z.string().trim().min(1).max(100),
  type: z.enum(["person", "service"]).default("service"),
  scopes: z.array(z.enum(SCOPES)).min(1).max(SCOPES.length),
  expires_in_s: z.int().min(1).max(MAX_LIFE_S).optional(),
  expires_at: z.int().min(0).max(8_640_000_000_000_000).optional(),
  user_id: z
    .string()
    .max(100)
    .optional()
    .describe(
      "whose token it is, of type person; yourself when left out, somebody else with the scope admin",
    ),
});

/** Tokens: made, seen once, revoked. */
export const tokenRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/tokens",
    summary: "Your tokens; with the scope admin all of the workspace. Never their values",
    tag: "Tokens",
    scope: "any",
    query: z.strictObject(paging),
    answers: { 200: { description: "A page of tokens, newest first", schema: pageOf(tokenSchema) } },
    async handle({ env, caller, query }) {
      const found = await listTokens(env.DB, {
        tenantId: caller.tenantId,
        ...ownedBy(caller),
        before: query.cursor ?? null,
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit);
      return answer(200, {
        items: items.map(tokenBody),
        next_cursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/tokens",
    summary: "Make a token of your own scopes or fewer; its value is shown once",
    tag: "Tokens",
    scope: "any",
    body: newTokenSchema,
    answers: {
      201: { description: "The token", schema: tokenSchema.extend({ token: z.string() }) },
    },
    creates: "sealed",
    async handle({ env, caller, body, now, newId }) {
      const owner = await ownerOf(env.DB, caller, body);
      const mayHold = owner ? effectiveScopes([...caller.scopes], owner.role) : caller.scopes;
      refuseBroader(body.scopes, mayHold);
      const expiresAt = expiry(body, caller, now);
      const token = newToken();
      const id = newId("token");
      const made = {
        id,
        tenantId: caller.tenantId,
        hash: await hashToken(token),
        type: body.type,
        userId: owner?.id ?? null,
        agentId: null,
        name: body.name,
        scopes: [...new Set(body.scopes)],
        expiresAt,
      };
      await createToken(
        env.DB,
        made,
        [
          auditStatement(env.DB, {
            tenantId: caller.tenantId,
            at: now,
            actor: caller.actor,
            action: "token.created",
            target: id,
            detail: {
              name: made.name,
              type: made.type,
              scopes: made.scopes,
              user: made.userId,
              expires_at: expiresAt,
            },
          }),
        ],
        now,
      );
      const stored: StoredToken = { ...made, createdAt: now, revokedAt: null, lastUsedAt: null };
      return answer(201, { ...tokenBody(stored), token }, { Location: "/api/tokens" });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/tokens/{id}",
    summary: "Revoke a token at once",
    tag: "Tokens",
    scope: "any",
    answers: { 204: { description: "It is refused from now on" } },
    async handle({ env, caller, params, now }) {
      const token = await readToken(env.DB, caller.tenantId, params.id as string);
      const { userId, tokenId } = ownedBy(caller);
      const mine =
        token !== null &&
        (userId === null || token.userId === userId) &&
        (tokenId === null || token.id === tokenId);
      if (!token || !mine || token.revokedAt !== null) throw notFound("token");
      await revokeToken(
        env.DB,
        { tenantId: caller.tenantId, tokenId: token.id },
        [
          auditStatement(env.DB, {
            tenantId: caller.tenantId,
            at: now,
            actor: caller.actor,
            action: "token.revoked",
            target: token.id,
            detail: { name: token.name },
          }),
        ],
        now,
      );
      if (token.agentId) await disconnectAgent(env, caller.tenantId, token.agentId);
      return answer(204, null);
    },
  }),
];

/** Whose tokens the caller may see and revoke: everybody's with admin, else a person's own, else only itself. */
function ownedBy(caller: Caller): { userId: string | null; tokenId: string | null } {
  if (caller.scopes.includes("admin")) return { userId: null, tokenId: null };
  return caller.user ? { userId: caller.user.id, tokenId: null } : { userId: null, tokenId: caller.tokenId };
}

async function ownerOf(db: D1Database, caller: Caller, body: z.output<typeof newTokenSchema>) {
  if (body.type === "service") {
    if (body.user_id === undefined) return null;
    throw wrong("user_id", "only a token of type person belongs to a person");
  }
  // A machine that could make itself a person would have a vote.
  if (!caller.user) throw new Refusal("forbidden", "Only people make tokens of type person.");
  if (body.user_id === undefined || body.user_id === caller.user.id) return caller.user;
  if (!caller.scopes.includes("admin"))
    throw new Refusal("forbidden", "A token for somebody else needs the scope admin.");
  const user = await readUser(db, caller.tenantId, body.user_id);
  if (user?.status !== "active") throw notFound("user");
  return user;
}

function refuseBroader(asked: readonly Scope[], held: readonly Scope[]): void {
  const issues = asked
    .map((scope, index) => ({ scope, path: `scopes.${index}` }))
    .filter(({ scope }) => !held.includes(scope))
    .map(({ scope, path }) => ({ path, message: `${scope} is more than you, or the person, may hold` }));
  if (issues.length > 0)
    throw new Refusal(
      "forbidden",
      `A token cannot reach further than the one it is made with: ${issues[0]?.message}.`,
      {
        issues,
      },
    );
}

/** A token never outlives the one it was made with. */
function expiry(body: z.output<typeof newTokenSchema>, caller: Caller, now: number): number | null {
  if (body.expires_at !== undefined && body.expires_in_s !== undefined)
    throw wrong("expires_at", "say either expires_at or expires_in_s");
  const asked = body.expires_in_s === undefined ? (body.expires_at ?? null) : now + body.expires_in_s * 1000;
  if (asked !== null && asked <= now) throw wrong("expires_at", "is in the past");
  if (asked !== null && asked > now + MAX_LIFE_S * 1000)
    throw wrong("expires_at", "is more than ten years away");
  if (caller.tokenExpiresAt === null) return asked;
  return asked === null ? caller.tokenExpiresAt : Math.min(asked, caller.tokenExpiresAt);
}

function wrong(path: string, message: string): Refusal {
  return new Refusal("invalid_args", `${path}: ${message}`, { issues: [{ path, message }] });
}

function tokenBody(token: StoredToken): z.infer<typeof tokenSchema> {
  return {
    id: token.id,
    name: token.name,
    type: token.type,
    scopes: token.scopes as Scope[],
    user_id: token.userId,
    agent_id: token.agentId,
    created_at: token.createdAt,
    expires_at: token.expiresAt,
    last_used_at: token.lastUsedAt,
  };
}
