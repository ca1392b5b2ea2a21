/** Approval policies as data, and who stands in for whom. */
import { approvalPolicyInputSchema, policyNameSchema } from "@tw/shared/contracts/approval-policy";
import { deletePolicy, putPolicy, readPolicies } from "@tw/shared/db/approval-policies";
import { createStandIn, deleteStandIn, listStandIns, type StandIn } from "@tw/shared/db/stand-ins";
import { Refusal } from "@tw/shared/errors";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf, paging } from "../schemas.ts";

const time = z.int().min(0).max(8_640_000_000_000_000).describe("milliseconds since the epoch");
const policySchema = z
  .strictObject({
    tenant_id: z.string(),
    name: z.string(),
    ...approvalPolicyInputSchema.shape,
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "ApprovalPolicy" });
const standInSchema = z
  .strictObject({
    id: z.string(),
    user_id: z.string(),
    stand_in_id: z.string(),
    from: time,
    until: time,
    created_by: z.string(),
    created_at: time,
  })
  .meta({ id: "StandIn" });

function policyName(params: { [name: string]: string }): string {
  const name = policyNameSchema.safeParse(params.name);
  if (name.success) return name.data;
  throw new Refusal("invalid_args", "The policy's name: small letters, digits and hyphens, at most 64.", {
    issues: [{ path: "name", message: "small letters, digits and hyphens" }],
  });
}

export const policyRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/policies",
    summary:
      "Approval policies that bind this workspace: its own, and those of the installation (tenant_id `system`)",
    tag: "Policies",
    scope: "admin",
    answers: {
      200: { description: "All of them", schema: z.strictObject({ items: z.array(policySchema) }) },
    },
    async handle({ env, caller }) {
      return answer(200, { items: await readPolicies(env.DB, caller.tenantId) });
    },
  }),
  route({
    method: "PUT",
    path: "/api/policies/{name}",
    summary: "Write an approval policy; it binds every plan made from now on",
    tag: "Policies",
    scope: "admin",
    body: approvalPolicyInputSchema,
    answers: { 200: { description: "The policy", schema: z.strictObject({ policy: policySchema }) } },
    async handle({ env, caller, params, body, now }) {
      const of = { tenantId: caller.tenantId, name: policyName(params), policy: body, by: caller.actor };
      return answer(200, { policy: await putPolicy(env.DB, of, now) });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/policies/{name}",
    summary: "Delete an approval policy; runs that are planned keep what it asked",
    tag: "Policies",
    scope: "admin",
    answers: { 200: { description: "Deleted", schema: z.strictObject({ deleted: z.string() }) } },
    async handle({ env, caller, params, now }) {
      const name = policyName(params);
      if (!(await deletePolicy(env.DB, { tenantId: caller.tenantId, name, by: caller.actor }, now)))
        throw notFound("policy");
      return answer(200, { deleted: name });
    },
  }),
  route({
    method: "GET",
    path: "/api/stand-ins",
    summary: "Who stands in for whom, now and later",
    tag: "Policies",
    scope: "runs:read",
    query: z.strictObject({
      ...paging,
      ended: z.enum(["true", "false"]).default("false").describe("also those that are over"),
    }),
    answers: { 200: { description: "A page of stand-ins", schema: pageOf(standInSchema) } },
    async handle({ env, caller, query, now }) {
      const { limit, cursor = null } = query;
      const of = {
        tenantId: caller.tenantId,
        after: cursor,
        limit: limit + 1,
        endedToo: query.ended === "true",
      };
      const rows = await listStandIns(env.DB, of, now);
      const items = rows.slice(0, limit);
      return answer(200, { items, next_cursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null });
    },
  }),
  route({
    method: "POST",
    path: "/api/stand-ins",
    summary: "Let somebody stand in: between two times they vote with the absent person's role and groups",
    tag: "Policies",
    scope: "checkpoints:decide",
    callers: ["person"],
    body: z.strictObject({
      user_id: z.string().min(1).max(100).optional().describe("who is away; you, unless an owner says"),
      stand_in_id: z.string().min(1).max(100),
      from: time,
      until: time,
    }),
    answers: { 201: { description: "Stored", schema: z.strictObject({ stand_in: standInSchema }) } },
    creates: "plain",
    async handle(call) {
      const { env, caller, body, now } = call;
      const own = caller.user?.id ?? "";
      const userId = body.user_id ?? own;
      if (userId !== own && caller.user?.role !== "owner")
        throw new Refusal(
          "forbidden",
          "You can name a stand-in for yourself; only owners name one for others.",
        );
      const wrong = whatIsWrong(userId, body, now);
      if (wrong) throw new Refusal("invalid_args", wrong.message, { issues: [wrong] });
      const made: StandIn | "unknown_person" | "overlaps" = await createStandIn(
        env.DB,
        {
          id: call.newId("standIn"),
          tenantId: caller.tenantId,
          userId,
          standInId: body.stand_in_id,
          from: body.from,
          until: body.until,
          by: caller.actor,
        },
        now,
      );
      if (made === "unknown_person") throw notFound("person");
      if (made === "overlaps")
        throw new Refusal(
          "conflict",
          "Somebody stands in for this person in that time already. Delete that first.",
        );
      return answer(201, { stand_in: made });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/stand-ins/{id}",
    summary: "End a stand-in at once",
    tag: "Policies",
    scope: "checkpoints:decide",
    callers: ["person"],
    answers: { 200: { description: "Ended", schema: z.strictObject({ deleted: z.string() }) } },
    async handle({ env, caller, params, now }) {
      const id = params.id as string;
      const onlyOf = caller.user?.role === "owner" ? null : (caller.user?.id ?? "");
      if (!(await deleteStandIn(env.DB, { tenantId: caller.tenantId, id, onlyOf, by: caller.actor }, now)))
        throw notFound("stand-in");
      return answer(200, { deleted: id });
    },
  }),
];

function whatIsWrong(
  userId: string,
  body: { stand_in_id: string; from: number; until: number },
  now: number,
): { path: string; message: string } | null {
  if (body.stand_in_id === userId) return { path: "stand_in_id", message: "nobody stands in for themselves" };
  if (body.until <= body.from) return { path: "until", message: "must be after from" };
  return body.until <= now ? { path: "until", message: "is over already" } : null;
}
