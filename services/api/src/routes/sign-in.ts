import { listSessions, revokeSessions, SIGN_IN_METHODS, type StoredSession } from "@tw/shared/db/sessions";
import { Refusal } from "@tw/shared/errors";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Call, type Route, route } from "../route.ts";
import { pageOf, paging } from "../schemas.ts";
import { clearSessionCookie } from "../session.ts";
import { addressSchema, askForLink, limitSignIns } from "../sign-in/ask.ts";

const time = z.int();
const sessionSchema = z
  .strictObject({
    id: z.string(),
    current: z.boolean().describe("the one this very request came with"),
    method: z.enum(SIGN_IN_METHODS).describe("how it was begun"),
    user_agent: z.string().nullable(),
    created_at: time,
    last_seen_at: time.describe("to within a few minutes"),
    expires_at: time,
  })
  .meta({ id: "Session" });

/** Signing in by mail, signing out, and one's own sessions. */
export const signInRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/sign-in",
    summary: "Mail a link to sign in with; the answer is the same whether or not the address is known",
    tag: "Sign-in",
    scope: "public",
    body: z.strictObject({
      email: addressSchema,
      return_to: z.string().max(500).optional().describe("a path of this workspace to go to afterwards"),
    }),
    answers: {
      202: { description: "Taken", schema: z.strictObject({ message: z.string() }) },
    },
    async handle({ env, request, body, now }) {
      limitSignIns(request, now);
      await askForLink(env, { email: body.email, returnTo: body.return_to }, now);
      return answer(202, {
        message: "If this address belongs to somebody in a workspace here, a link was mailed to it.",
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/sign-out",
    summary: "End the session this request came with",
    tag: "Sign-in",
    scope: "any",
    answers: { 204: { description: "Signed out, here" } },
    async handle(call) {
      if (!call.caller.session)
        throw new Refusal(
          "conflict",
          `You came with a token, which has no session. DELETE /api/tokens/${call.caller.tokenId} revokes it.`,
        );
      await revoke(call, { id: call.caller.tokenId });
      return { ...answer(204, null), headers: { "Set-Cookie": clearSessionCookie(call.env) } };
    },
  }),
  route({
    method: "GET",
    path: "/api/sessions",
    summary: "Where you are signed in",
    tag: "Sign-in",
    scope: "any",
    callers: ["person"],
    query: z.strictObject(paging),
    answers: { 200: { description: "A page of your sessions, newest first", schema: pageOf(sessionSchema) } },
    async handle({ env, caller, query, now }) {
      const ask = { tenantId: caller.tenantId, userId: caller.actor.id };
      const found = await listSessions(
        env.DB,
        { ...ask, before: query.cursor ?? null, limit: query.limit + 1 },
        now,
      );
      const items = found.slice(0, query.limit);
      return answer(200, {
        items: items.map((session) => sessionBody(session, caller.tokenId)),
        next_cursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/sessions/{id}",
    summary: "Sign yourself out somewhere",
    tag: "Sign-in",
    scope: "any",
    callers: ["person"],
    answers: { 204: { description: "It is refused from now on" } },
    async handle(call) {
      if (!(await revoke(call, { id: call.params.id as string }))) throw notFound("session");
      return answer(204, null);
    },
  }),
  route({
    method: "DELETE",
    path: "/api/sessions",
    summary: "Sign yourself out everywhere else",
    tag: "Sign-in",
    scope: "any",
    callers: ["person"],
    answers: { 204: { description: "Only the session this request came with is left" } },
    async handle(call) {
      await revoke(call, { except: call.caller.session ? call.caller.tokenId : undefined });
      return answer(204, null);
    },
  }),
];

async function revoke(call: Call, which: { id?: string; except?: string }): Promise<boolean> {
  const { tenantId, actor } = call.caller;
  const user = { id: actor.id, name: actor.name };
  return (await revokeSessions(call.env.DB, { tenantId, user, ...which }, call.now)) > 0;
}

function sessionBody(session: StoredSession, current: string): z.infer<typeof sessionSchema> {
  return {
    id: session.id,
    current: session.id === current,
    method: session.method,
    user_agent: session.userAgent,
    created_at: session.createdAt,
    last_seen_at: session.lastSeenAt,
    expires_at: session.expiresAt,
  };
}
