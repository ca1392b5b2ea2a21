import { HOOK_SCHEMES, newHookSecret } from "@tw/shared/automation/webhook-in";
import { auditStatement } from "@tw/shared/db/audit";
import {
  DELIVERY_STATUSES,
  type Delivery,
  deleteHook,
  type Hook,
  listDeliveries,
  listHooks,
  putHook,
  readHook,
} from "@tw/shared/db/hooks";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import { hookKey } from "../automation/receive-hook.ts";
import { notFound } from "../errors.ts";
import { answer, type Call, type Route, route } from "../route.ts";
import { errorSchema, pageOf, paging } from "../schemas.ts";
import { seal } from "../seal.ts";
import { checkAsk, storedAskFields } from "./schedules.ts";

const time = z.int();
const path = z
  .string()
  .max(200)
  .regex(/^[\w$-]+(?:\.[\w$-]+)*$/, "a path such as head_commit.id or commits.0.id");
const scalar = z.union([z.string().max(1_000), z.number(), z.boolean(), z.null()]);
const fields = {
  name: z.string().trim().min(1).max(100),
  ...storedAskFields,
  map: z.record(z.string().max(100), path).describe("argument → path into the JSON body"),
  when: z
    .record(path, scalar)
    .describe("path → the value the body must have there; else the message is ignored"),
  events: z.array(z.string().min(1).max(64)).max(50).describe("of GitHub: only these; empty for all"),
  enabled: z.boolean(),
};
const newSchema = z.strictObject({
  ...fields,
  map: fields.map.default({}),
  when: fields.when.default({}),
  events: fields.events.default([]),
  enabled: fields.enabled.default(true),
  scheme: z
    .enum(HOOK_SCHEMES)
    .default("standard")
    .describe("standard: webhook-id, -timestamp, -signature; github: X-Hub-Signature-256"),
});
const changeSchema = z.strictObject({ ...fields, args: fields.args.unwrap() }).partial();
const hookSchema = z
  .strictObject({
    id: z.string(),
    url: z.string().describe("where its messages go"),
    ...fields,
    scheme: z.enum(HOOK_SCHEMES),
    user_id: z
      .string()
      .describe("who last set it: runs are asked for by them, with the rights they have then"),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Hook" });
const deliverySchema = z.strictObject({
  id: z.string().describe("what the sender calls it"),
  status: z.enum(DELIVERY_STATUSES),
  run_id: z.string().nullable(),
  run_status: z.string().nullable().optional().describe("how its run stands now"),
  run_error: errorSchema.nullable().optional().describe("why its run failed, where it did"),
  message: z.string().nullable(),
  tries: z.int(),
  at: time,
});
const one = z.strictObject({ hook: hookSchema });
const withSecret = one.extend({ secret: z.string().describe("shown once") });

/** Webhooks that come in: signed messages that start a command. */
export const hookRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/hooks",
    summary: "Webhooks that start commands, newest first",
    tag: "Automation",
    scope: "runs:read",
    query: z.strictObject(paging),
    answers: { 200: { description: "A page of webhooks", schema: pageOf(hookSchema) } },
    async handle({ env, caller, query }) {
      const ask = { tenantId: caller.tenantId, before: query.cursor ?? null, limit: query.limit + 1 };
      const found = await listHooks(env.DB, ask);
      const items = found.slice(0, query.limit);
      return answer(200, {
        items: items.map((hook) => hookBody(hook, env.PUBLIC_URL)),
        next_cursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/hooks",
    summary: "Let signed messages start a command, asked for by you; the secret is shown once",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    body: newSchema,
    answers: { 201: { description: "The webhook and its secret", schema: withSecret } },
    creates: "sealed",
    async handle(call) {
      const { name, command, map, when, events, enabled, scheme, ...ask } = call.body;
      const id = call.newId("hook");
      const secret = newHookSecret(scheme);
      const hook: Hook = {
        id,
        tenantId: call.caller.tenantId,
        name,
        command,
        ask,
        map,
        when,
        events,
        scheme,
        secretSealed: await seal(secret, hookKey(call.env, id)),
        oldSecretSealed: null,
        oldSecretUntil: null,
        enabled,
        userId: call.caller.actor.id,
        createdAt: call.now,
        updatedAt: call.now,
      };
      const body = await save(call, hook, "hook.created");
      return answer(201, { hook: body, secret }, { Location: `/api/hooks/${id}` });
    },
  }),
  route({
    method: "GET",
    path: "/api/hooks/{id}",
    summary: "One webhook; never its secret",
    tag: "Automation",
    scope: "runs:read",
    answers: { 200: { description: "The webhook", schema: one } },
    async handle({ env, caller, params }) {
      const hook = await readHook(env.DB, caller.tenantId, params.id as string);
      if (!hook) throw notFound("webhook");
      return answer(200, { hook: hookBody(hook, env.PUBLIC_URL) });
    },
  }),
  route({
    method: "PUT",
    path: "/api/hooks/{id}",
    summary: "Change a webhook; what is left out stays. From then on it is asked for by you",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    body: changeSchema,
    answers: { 200: { description: "The webhook as changed", schema: one } },
    async handle(call) {
      const before = await owned(call);
      const { name, command, map, when, events, enabled, ...ask } = call.body;
      const hook: Hook = {
        ...before,
        name: name ?? before.name,
        command: command ?? before.command,
        map: map ?? before.map,
        when: when ?? before.when,
        events: events ?? before.events,
        enabled: enabled ?? before.enabled,
        ask: { ...before.ask, ...ask },
        // Else whoever may change it could have things done with somebody else's rights.
        userId: call.caller.actor.id,
        updatedAt: call.now,
      };
      return answer(200, { hook: await save(call, hook, "hook.changed") });
    },
  }),
  route({
    method: "POST",
    path: "/api/hooks/{id}/secret",
    summary: "A new secret, shown once; the old one signs for one more day",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    answers: { 201: { description: "The webhook and its new secret", schema: withSecret } },
    async handle(call) {
      const before = await owned(call);
      const secret = newHookSecret(before.scheme);
      const hook: Hook = {
        ...before,
        secretSealed: await seal(secret, hookKey(call.env, before.id)),
        oldSecretSealed: before.secretSealed,
        oldSecretUntil: call.now + LIMITS.hookOldSecretMs,
        updatedAt: call.now,
      };
      return answer(201, { hook: await save(call, hook, "hook.secret_changed"), secret });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/hooks/{id}",
    summary: "Delete a webhook; runs it has started go on",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    answers: { 204: { description: "It starts nothing any more" } },
    async handle(call) {
      const { id } = await owned(call);
      const { tenantId, actor } = call.caller;
      const audit = auditStatement(call.env.DB, {
        tenantId,
        at: call.now,
        actor,
        action: "hook.deleted",
        target: id,
      });
      await deleteHook(call.env.DB, { tenantId, id }, [audit]);
      return answer(204, null);
    },
  }),
  route({
    method: "GET",
    path: "/api/hooks/{id}/deliveries",
    summary: "What came in, newest first, and what became of it",
    tag: "Automation",
    scope: "runs:read",
    query: z.strictObject({ ...paging, cursor: z.coerce.number().int().optional() }),
    answers: { 200: { description: "A page of deliveries", schema: pageOf(deliverySchema) } },
    async handle(call) {
      const { id } = await owned(call);
      const { limit, cursor } = call.query;
      const ask = { tenantId: call.caller.tenantId, hookId: id, before: cursor ?? null, limit: limit + 1 };
      const found = await listDeliveries(call.env.DB, ask);
      const items = found.slice(0, limit);
      const more = found.length > limit ? items.at(-1) : undefined;
      return answer(200, { items: items.map(deliveryBody), next_cursor: more ? String(more.at) : null });
    },
  }),
];

async function owned({ env, caller, params }: Pick<Call, "env" | "caller" | "params">): Promise<Hook> {
  const hook = await readHook(env.DB, caller.tenantId, params.id as string);
  if (!hook) throw notFound("webhook");
  return hook;
}

/** Refuses what could never start anything, when it is written down: the command, its fixed arguments, where the others come from. */
async function save(call: Call, hook: Hook, action: string) {
  const { env, caller, now } = call;
  const mapped = Object.keys(hook.map);
  const command = await checkAsk(call, hook.command, hook.ask, mapped);
  const issues = mapped.flatMap((name) => {
    const parameter = command.parameters.find((one) => one.name === name);
    if (!parameter) return [{ path: `map.${name}`, message: `${hook.command} has no parameter ${name}` }];
    // Its value names a stored secret: nobody outside chooses which.
    if (parameter.type === "secret")
      return [{ path: `map.${name}`, message: "a secret cannot come from outside" }];
    return [];
  });
  if (issues.length > 0)
    throw new Refusal("invalid_args", `${issues[0]?.path}: ${issues[0]?.message}`, { issues });
  const audit = auditStatement(env.DB, {
    tenantId: caller.tenantId,
    at: now,
    actor: caller.actor,
    action,
    target: hook.id,
    detail: { command: hook.command, scheme: hook.scheme, enabled: hook.enabled },
  });
  await putHook(env.DB, hook, [audit]);
  return hookBody(hook, env.PUBLIC_URL);
}

function hookBody(h: Hook, publicUrl: string): z.input<typeof hookSchema> {
  return {
    id: h.id,
    url: `${publicUrl.replace(/\/+$/, "")}/hooks/${h.id}`,
    name: h.name,
    command: h.command,
    ...h.ask,
    map: h.map,
    when: h.when as { [path: string]: string },
    events: h.events,
    scheme: h.scheme,
    enabled: h.enabled,
    user_id: h.userId,
    created_at: h.createdAt,
    updated_at: h.updatedAt,
  };
}

function deliveryBody(d: Delivery): z.infer<typeof deliverySchema> {
  return {
    id: d.label,
    status: d.status,
    run_id: d.runId,
    run_status: d.runStatus ?? null,
    run_error: d.runError ?? null,
    message: d.message,
    tries: d.tries,
    at: d.at,
  };
}
