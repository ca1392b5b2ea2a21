import { auditStatement } from "@tw/shared/db/audit";
import { SIGN_IN_METHODS } from "@tw/shared/db/sessions";
import { addressIsFree, createUser, listUsers, type User } from "@tw/shared/db/users";
import { CHANNELS, ROLES } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import { z } from "zod";
import { answer, type Route, route } from "../route.ts";
import { actorSchema, pageOf, paging, userSchema } from "../schemas.ts";
import { ROLE_SCOPES, SCOPES } from "../scopes.ts";

const newUserSchema = z.strictObject({
  email: z.email().max(254).toLowerCase(),
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES),
  groups: z.array(z.string().trim().min(1).max(64)).max(20).default([]),
  slack_user_id: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,20}$/, "a Slack member id, such as U012AB3CD")
    .optional(),
});

/** Who I am, who else there is, and what roles may do. */
export const peopleRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/me",
    summary: "Who you are here and what you may do",
    tag: "People",
    scope: "any",
    callers: ["person", "service", "agent"],
    answers: {
      200: {
        description: "The caller",
        schema: z.strictObject({
          ...actorSchema.shape,
          tenant: z.strictObject({ id: z.string(), name: z.string() }),
          user: z
            .strictObject({
              id: z.string(),
              name: z.string(),
              email: z.string(),
              role: z.enum(ROLES),
              groups: z.array(z.string()),
            })
            .nullable(),
          role: z.enum(ROLES).nullable().describe("null for what is no person"),
          groups: z.array(z.string()),
          scopes: z.array(z.enum(SCOPES)).describe("what this request may do"),
          channel: z.enum(CHANNELS).describe("how a vote of yours would be recorded"),
          csrf: z.string().nullable().describe("for the header X-TW-CSRF; null with a token"),
          session: z
            .strictObject({ id: z.string(), method: z.enum(SIGN_IN_METHODS), expires_at: z.int() })
            .nullable(),
          token: z
            .strictObject({
              id: z.string(),
              name: z.string(),
              type: z.enum(["person", "service", "agent"]),
              scopes: z.array(z.enum(SCOPES)),
              expires_at: z.int().nullable(),
            })
            .nullable()
            .describe("null with a session"),
        }),
      },
    },
    async handle({ caller }) {
      return answer(200, {
        ...caller.actor,
        tenant: { id: caller.tenantId, name: caller.tenantName },
        user: caller.user,
        role: caller.user?.role ?? null,
        groups: caller.user?.groups ?? [],
        scopes: caller.scopes,
        channel: caller.channel,
        csrf: caller.session?.csrf ?? null,
        session: caller.session && {
          id: caller.tokenId,
          method: caller.session.method,
          expires_at: caller.session.expiresAt,
        },
        token: caller.session
          ? null
          : {
              id: caller.tokenId,
              name: caller.tokenName,
              type: caller.type,
              scopes: caller.scopes,
              expires_at: caller.tokenExpiresAt,
            },
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/iam/users",
    summary: "People of the workspace",
    tag: "People",
    scope: "audit:read",
    query: z.strictObject(paging),
    answers: { 200: { description: "A page of people, oldest first", schema: pageOf(userSchema) } },
    async handle({ env, caller, query }) {
      const found = await listUsers(env.DB, {
        tenantId: caller.tenantId,
        after: query.cursor ?? null,
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit);
      return answer(200, {
        items: items.map(userBody),
        next_cursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/iam/users",
    summary: "Add a person to the workspace",
    tag: "People",
    scope: "admin",
    body: newUserSchema,
    answers: { 201: { description: "The person", schema: z.strictObject({ user: userSchema }) } },
    creates: "plain",
    async handle({ env, caller, body, now, newId }) {
      const user = {
        id: newId("user"),
        tenantId: caller.tenantId,
        email: body.email,
        name: body.name,
        role: body.role,
        groups: [...new Set(body.groups)],
        slackUserId: body.slack_user_id ?? null,
      };
      const entry = auditStatement(
        env.DB,
        {
          tenantId: caller.tenantId,
          at: now,
          actor: caller.actor,
          action: "user.created",
          target: user.id,
          detail: { email: user.email, role: user.role, groups: user.groups },
        },
        addressIsFree(user),
      );
      if (!(await createUser(env.DB, user, [entry], now)))
        throw new Refusal(
          "conflict",
          `Somebody with the address ${user.email} is in the workspace already.`,
          {
            issues: [{ path: "email", message: "is taken" }],
          },
        );
      const stored: User = { ...user, status: "active", createdAt: now, updatedAt: now };
      return answer(201, { user: userBody(stored) }, { Location: "/api/iam/users" });
    },
  }),
  route({
    method: "GET",
    path: "/api/iam/permissions",
    summary: "What each role may do, and what you may",
    tag: "People",
    scope: "any",
    answers: {
      200: {
        description: "Roles and scopes",
        schema: z.strictObject({
          scopes: z.array(z.enum(SCOPES)),
          roles: z.record(z.enum(ROLES), z.array(z.enum(SCOPES))),
          mine: z.array(z.enum(SCOPES)),
        }),
      },
    },
    async handle({ caller }) {
      return answer(200, { scopes: SCOPES, roles: ROLE_SCOPES, mine: caller.scopes });
    },
  }),
];

function userBody(user: User): z.infer<typeof userSchema> {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    groups: user.groups,
    slack_user_id: user.slackUserId,
    created_at: user.createdAt,
  };
}
