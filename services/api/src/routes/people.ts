import type { Json } from "@tw/shared/contracts/json";
import { auditStatement } from "@tw/shared/db/audit";
import { SIGN_IN_METHODS } from "@tw/shared/db/sessions";
import { handedLinkStatement } from "@tw/shared/db/sign-in-links";
import {
  addressIsFree,
  changedAt,
  createUser,
  listUsers,
  readUser,
  removeUser,
  reviveUser,
  type User,
  type UserChange,
  updateUser,
} from "@tw/shared/db/users";
import { CHANNELS, ROLES } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { iamPermissions } from "@tw/shared/platform/iam";
import { newLinkToken } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { contextOf, grantShape, groupShape } from "../platform-route.ts";
import { answer, type Call, type Route, route } from "../route.ts";
import { actorSchema, notificationsSchema, pageOf, paging, time, userSchema } from "../schemas.ts";
import { SCOPES } from "../scopes.ts";
import { invite, mailIsSetUp } from "../sign-in/ask.ts";

const newUserSchema = z.strictObject({
  email: z.email().max(254).toLowerCase(),
  name: z.string().trim().min(1).max(100),
  role: z.enum(ROLES),
  groups: z.array(z.string().trim().min(1).max(64)).max(20).default([]),
  slack_user_id: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,20}$/, "a Slack member id, such as U012AB3CD")
    .optional(),
  invite: z.boolean().default(true).describe("mail a link to sign in with, where mail is set up"),
});
const changeSchema = z
  .strictObject({
    name: newUserSchema.shape.name,
    role: newUserSchema.shape.role,
    groups: newUserSchema.shape.groups.unwrap(),
    slack_user_id: newUserSchema.shape.slack_user_id.unwrap().nullable(),
    notifications: notificationsSchema,
  })
  .partial();
const onePerson = z.strictObject({ user: userSchema });

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
      const entry = (id: string, only: { sql: string; values: unknown[] }) =>
        auditStatement(
          env.DB,
          {
            tenantId: caller.tenantId,
            at: now,
            actor: caller.actor,
            action: "user.created",
            target: id,
            detail: { email: user.email, role: user.role, groups: user.groups },
          },
          only,
        );
      const invited = async (person: User) => {
        if (body.invite) await invite(env, person, caller.actor.name, now);
        return answer(201, { user: userBody(person) }, { Location: `/api/iam/users/${person.id}` });
      };
      if (!(await createUser(env.DB, user, [entry(user.id, addressIsFree(user))], now))) {
        const back = await reviveUser(env.DB, user, (id) => entry(id, changedAt(id, now)), now);
        if (back) return invited(back);
        throw new Refusal(
          "conflict",
          `Somebody with the address ${user.email} is in the workspace already.`,
          {
            issues: [{ path: "email", message: "is taken" }],
          },
        );
      }
      return invited({ ...user, preferences: {}, status: "active", createdAt: now, updatedAt: now });
    },
  }),
  route({
    method: "GET",
    path: "/api/iam/users/{id}",
    summary: "One person",
    tag: "People",
    scope: "audit:read",
    answers: { 200: { description: "The person", schema: onePerson } },
    async handle({ env, caller, params }) {
      const user = await readUser(env.DB, caller.tenantId, params.id as string);
      if (user?.status !== "active") throw notFound("user");
      return answer(200, { user: userBody(user) });
    },
  }),
  route({
    method: "PUT",
    path: "/api/iam/users/{id}",
    summary: "Change a person's name, role, groups, Slack account or notifications; what is left out stays",
    tag: "People",
    scope: "admin",
    body: changeSchema,
    answers: { 200: { description: "The person as changed", schema: onePerson } },
    async handle(call) {
      const { slack_user_id, notifications, groups, ...rest } = call.body;
      const change = {
        ...rest,
        slackUserId: slack_user_id,
        preferences: notifications,
        groups: groups && [...new Set(groups)],
      };
      return answer(200, {
        user: userBody(await changed(call, call.params.id as string, change, call.body)),
      });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/iam/users/{id}",
    summary: "Take a person out of the workspace: their tokens, sessions and links open nothing any more",
    tag: "People",
    scope: "admin",
    answers: { 204: { description: "They are out" } },
    async handle({ env, caller, params, now }) {
      const { tenantId, actor } = caller;
      const userId = params.id as string;
      const audit = auditStatement(
        env.DB,
        { tenantId, at: now, actor, action: "user.removed", target: userId },
        changedAt(userId, now),
      );
      const outcome = await removeUser(env.DB, { tenantId, userId, audit }, now);
      if (outcome === null) throw notFound("user");
      if (outcome === "last owner") throw lastOwner();
      return answer(204, null);
    },
  }),
  route({
    method: "POST",
    path: "/api/iam/users/{id}/invite",
    summary: "Mail a person a link to sign in with, once more",
    tag: "People",
    scope: "admin",
    answers: {
      202: { description: "The mail is on its way", schema: z.strictObject({ message: z.string() }) },
    },
    async handle({ env, caller, params, now }) {
      const user = await readUser(env.DB, caller.tenantId, params.id as string);
      if (user?.status !== "active") throw notFound("user");
      if (!(await invite(env, user, caller.actor.name, now)))
        throw new Refusal(
          "conflict",
          "No mail can be sent from here. Set up e-mail, or make a link and hand it over.",
        );
      return answer(202, { message: `A link was mailed to ${user.email}.` });
    },
  }),
  route({
    method: "POST",
    path: "/api/iam/users/{id}/link",
    summary: "Make a link that signs a person in once, to be handed over; only where no mail can be sent",
    tag: "People",
    scope: "admin",
    callers: ["person"],
    answers: {
      201: {
        description: "The link; it is shown this once",
        schema: z.strictObject({ url: z.string(), expires_at: time }),
      },
    },
    creates: "sealed",
    async handle({ env, caller, params, now, newId }) {
      const user = await readUser(env.DB, caller.tenantId, params.id as string);
      if (user?.status !== "active") throw notFound("user");
      if (mailIsSetUp(env))
        throw new Refusal(
          "conflict",
          "Mail is set up here: have the link mailed, so that only its reader has it.",
        );
      const token = newLinkToken();
      const link = {
        id: newId("link"),
        hash: await hashToken(token),
        tenantId: user.tenantId,
        userId: user.id,
      };
      await env.DB.batch([
        handedLinkStatement(env.DB, link, now),
        auditStatement(env.DB, {
          tenantId: caller.tenantId,
          at: now,
          actor: caller.actor,
          action: "user.link_made",
          target: user.id,
          detail: { email: user.email },
        }),
      ]);
      const made = { url: `${env.PUBLIC_URL}/sign-in/${token}`, expires_at: now + LIMITS.handedLinkMs };
      return answer(201, made, { Location: `/api/iam/users/${user.id}` });
    },
  }),
  route({
    method: "PUT",
    path: "/api/me/notifications",
    summary: "Through what you want to be told; what is left out is the workspace's default",
    tag: "People",
    scope: "any",
    callers: ["person"],
    body: notificationsSchema,
    answers: { 200: { description: "You, as changed", schema: onePerson } },
    async handle(call) {
      const user = await changed(
        call,
        call.caller.actor.id,
        { preferences: call.body },
        { notifications: call.body },
      );
      return answer(200, { user: userBody(user) });
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
          grants: z.array(grantShape).describe("beyond the role; empty without audit:read"),
          groups: z.array(groupShape).describe("empty without audit:read"),
        }),
      },
    },
    handle: async (call) => answer(200, await iamPermissions.run(contextOf(call), {})),
  }),
];

async function changed(
  { env, caller, now }: Call,
  userId: string,
  change: UserChange,
  detail: { [name: string]: unknown },
): Promise<User> {
  const { tenantId, actor } = caller;
  const audit = auditStatement(
    env.DB,
    {
      tenantId,
      at: now,
      actor,
      action: "user.changed",
      target: userId,
      detail: detail as { [name: string]: Json },
    },
    changedAt(userId, now),
  );
  const outcome = await updateUser(env.DB, { tenantId, userId, change, audit }, now);
  if (outcome === null) throw notFound("user");
  if (outcome === "last owner") throw lastOwner();
  return outcome;
}

const lastOwner = () =>
  new Refusal(
    "conflict",
    "This is the last owner; without one nobody could manage the workspace. Make somebody else owner first.",
  );

function userBody(user: User): z.infer<typeof userSchema> {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    role: user.role,
    groups: user.groups,
    slack_user_id: user.slackUserId,
    notifications: user.preferences,
    created_at: user.createdAt,
  };
}
