/** Identity and access: people, what roles and grants let them do, groups. */
import * as z from "zod";
import { type Grant, grantStatement, listGrants, revokeStatement } from "../db/grants.ts";
import { findPeople, type Group, groupStatements, listGroups, removeGroupStatements } from "../db/groups.ts";
import { listUsers } from "../db/users.ts";
import { Refusal } from "../errors.ts";
import { ROLE_SCOPES, SCOPES } from "../scopes.ts";
import { action, json, missing, noted, type PlatformContext, page } from "./action.ts";
import { paging } from "./fields.ts";

const groupName = z.string().trim().min(1).max(64);
/** A role is what makes an owner; nobody becomes one by a grant. */
const GRANTABLE = SCOPES.filter((scope) => scope !== "admin");
const subject = {
  user: z.string().min(1).max(254).optional().describe("id or e-mail address"),
  group: groupName.optional(),
  scope: z.enum(GRANTABLE),
};
export const grantSchema = z.strictObject({
  ...subject,
  expires_at: z.int().min(0).max(8_640_000_000_000_000).optional(),
});
export const revokeSchema = z.strictObject(subject);
export const groupSchema = z.strictObject({
  description: z.string().max(1_000).default(""),
  members: z.array(z.string().min(1).max(254)).max(500).describe("ids or e-mail addresses"),
});

export const iamUsers = action({
  scope: "audit:read",
  input: z.strictObject(paging),
  async run({ db, tenantId }, { limit, cursor }) {
    const found = await listUsers(db, { tenantId, after: cursor ?? null, limit: limit + 1 });
    const { items, next_cursor } = page(found, limit, (user) => user.id);
    return {
      items: items.map(({ id, email, name, role, groups }) => ({ id, email, name, role, groups })),
      next_cursor,
    };
  },
});

/** What roles may do, what you may, and, for those who may read the audit, what was granted beyond it and to which groups. */
export const iamPermissions = action({
  scope: "runs:read",
  input: z.strictObject({}),
  async run({ db, tenantId, scopes, now }) {
    const base = { scopes: json(SCOPES), roles: json(ROLE_SCOPES), mine: json(scopes) };
    if (!scopes.includes("audit:read")) return { ...base, grants: [], groups: [] };
    const [grants, groups] = await Promise.all([listGrants(db, tenantId, now), listGroups(db, tenantId)]);
    return { ...base, grants: json(grants), groups: json(groups) };
  },
});

export const iamGrant = action({
  scope: "admin",
  input: grantSchema,
  async run(context, input) {
    const { db, tenantId, actor, now } = context;
    if (input.expires_at !== undefined && input.expires_at <= now)
      throw new Refusal("invalid_args", "expires_at has passed.", {
        issues: [{ path: "expires_at", message: "has passed" }],
      });
    const to = await subjectOf(context, input);
    const grant: Grant = {
      ...to,
      scope: input.scope,
      granted_by: actor,
      created_at: now,
      expires_at: input.expires_at ?? null,
    };
    const detail = { scope: grant.scope, expires_at: grant.expires_at };
    await db.batch([
      noted(context, { action: "permission.granted", target: `${to.subject_type}:${to.subject}`, detail }),
      grantStatement(db, tenantId, grant),
    ]);
    return { grant: json(grant) };
  },
});

export const iamRevoke = action({
  scope: "admin",
  input: revokeSchema,
  async run(context, input) {
    const { db, tenantId, now } = context;
    const of = await subjectOf(context, input);
    const held = (await listGrants(db, tenantId, now)).find(
      (grant) =>
        grant.subject_type === of.subject_type && grant.subject === of.subject && grant.scope === input.scope,
    );
    // A grant that is gone is what was asked for.
    if (!held) return { revoked: false, ...of, scope: input.scope };
    await db.batch([
      noted(context, {
        action: "permission.revoked",
        target: `${of.subject_type}:${of.subject}`,
        detail: { scope: input.scope },
      }),
      revokeStatement(db, tenantId, { ...of, scope: input.scope }),
    ]);
    return { revoked: true, ...of, scope: input.scope };
  },
});

export const groupsList = action({
  scope: "audit:read",
  input: z.strictObject({}),
  run: async ({ db, tenantId }) => ({ items: json(await listGroups(db, tenantId)), next_cursor: null }),
});

/** Makes the group what is said: its description and exactly these members. */
export const groupsPut = action({
  scope: "admin",
  input: z.strictObject({ name: groupName, ...groupSchema.shape }),
  async run(context, { name, description, members }) {
    const { db, tenantId, now } = context;
    const people = await findPeople(db, tenantId, members);
    const unknown = members.filter(
      (member) => !people.some(({ id, email }) => id === member || email === member.toLowerCase()),
    );
    if (unknown.length > 0)
      throw new Refusal("invalid_args", `Nobody here is ${unknown.slice(0, 5).join(", ")}.`, {
        issues: unknown.map((member) => ({ path: "members", message: `nobody is ${member}` })),
      });
    const memberIds = people.map((person) => person.id);
    await db.batch([
      noted(context, { action: "group.changed", target: name, detail: { members: memberIds } }),
      ...groupStatements(db, tenantId, { name, description, memberIds }, now),
    ]);
    return { group: json(await need(context, name)) };
  },
});

export const groupsRemove = action({
  scope: "admin",
  input: z.strictObject({ name: groupName }),
  async run(context, { name }) {
    const group = await need(context, name);
    const { db, tenantId, now } = context;
    await db.batch([
      noted(context, {
        action: "group.removed",
        target: name,
        detail: { members: group.members.map((member) => member.id) },
      }),
      ...removeGroupStatements(db, tenantId, name, now),
    ]);
    return { removed: name };
  },
});

async function need({ db, tenantId }: PlatformContext, name: string): Promise<Group> {
  const group = (await listGroups(db, tenantId)).find((one) => one.name === name);
  if (!group) throw missing("group");
  return group;
}

async function subjectOf(
  context: PlatformContext,
  input: { user?: string | undefined; group?: string | undefined },
): Promise<Pick<Grant, "subject_type" | "subject">> {
  if ((input.user === undefined) === (input.group === undefined))
    throw new Refusal("invalid_args", "Say either user or group.", {
      issues: [{ path: "user", message: "either user or group" }],
    });
  if (input.group !== undefined)
    return { subject_type: "group", subject: (await need(context, input.group)).name };
  const [person] = await findPeople(context.db, context.tenantId, [input.user as string]);
  if (!person) throw missing("person");
  return { subject_type: "user", subject: person.id };
}
