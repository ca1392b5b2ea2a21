import {
  type Agent,
  createAgent,
  listAgents,
  matchingLabels,
  readAgent,
  revokeAgent,
} from "@tw/shared/db/agents";
import { tokenStatement } from "@tw/shared/db/tokens";
import { Refusal } from "@tw/shared/errors";
import { hubOf } from "@tw/shared/hub";
import { LIMITS } from "@tw/shared/limits";
import { hashToken, newToken } from "@tw/shared/tokens";
import * as z from "zod";
import type { Caller } from "../auth.ts";
import type { Env } from "../env.ts";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";

const labelSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:/-]*$/, "letters, digits and _ . : / -")
  .max(64);
const agentSchema = z.object({
  id: z.string(),
  name: z.string(),
  labels: z.array(z.string()),
  status: z.enum(["online", "offline", "draining"]),
  last_seen_at: z.int().nullable(),
  platform: z.string().nullable(),
  version: z.string().nullable(),
  tools: z.record(z.string(), z.string()),
  root: z.string().nullable(),
  policy_hash: z.string().nullable().describe("of the policy in force on its machine"),
  running_jobs: z.int(),
  created_at: z.int(),
});

function agentBody(agent: Agent, now: number): z.infer<typeof agentSchema> {
  // A half-open socket looks open to us; an agent that lives is heard of more often than this.
  const silent = agent.lastSeenAt === null || now - agent.lastSeenAt > LIMITS.agentSilentMs;
  return {
    id: agent.id,
    name: agent.name,
    labels: matchingLabels(agent),
    status: silent ? "offline" : agent.status,
    last_seen_at: agent.lastSeenAt,
    platform: agent.hello?.platform ?? null,
    version: agent.hello?.version ?? null,
    tools: agent.hello?.tools ?? {},
    root: agent.hello?.root ?? null,
    policy_hash: agent.hello?.policy_hash ?? null,
    running_jobs: agent.runningJobs,
    created_at: agent.createdAt,
  };
}

/** Registering agents, and the two ways in for them. */
export const agentRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/agents",
    summary: "Register an agent; its token is shown once",
    tag: "Agents",
    scope: "agents:manage",
    body: z.strictObject({
      name: z.string().trim().min(1).max(100),
      labels: z.array(labelSchema).max(32).default([]),
    }),
    creates: "sealed",
    answers: {
      201: {
        description: "The agent and its token",
        schema: z.object({ agent: agentSchema, token: z.string() }),
      },
    },
    async handle({ env, caller, body, now, newId }) {
      const { tenantId } = caller;
      const id = newId("agent");
      const token = newToken();
      const labels = [...new Set(body.labels)];
      await createAgent(
        env.DB,
        { id, tenantId, name: body.name, labels },
        [
          tokenStatement(
            env.DB,
            {
              id: newId("token"),
              hash: await hashToken(token),
              tenantId,
              type: "agent",
              userId: null,
              agentId: id,
              name: `agent ${body.name}`,
              scopes: [],
              expiresAt: null,
            },
            now,
          ),
        ],
        {
          tenantId,
          at: now,
          actor: caller.actor,
          action: "agent.registered",
          target: id,
          detail: { name: body.name, labels },
        },
        now,
      );
      const agent: Agent = {
        id,
        tenantId,
        name: body.name,
        labels,
        status: "offline",
        session: 0,
        hello: null,
        facts: {},
        lastSeenAt: null,
        revokedAt: null,
        createdAt: now,
        runningJobs: 0,
      };
      return answer(201, { agent: agentBody(agent, now), token }, { Location: `/api/agents/${id}` });
    },
  }),

  route({
    method: "GET",
    path: "/api/agents",
    summary: "The agents of the workspace",
    tag: "Agents",
    scope: "runs:read",
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
      cursor: z.string().max(100).optional(),
    }),
    answers: {
      200: {
        description: "A page of agents, oldest first",
        schema: z.object({ items: z.array(agentSchema), next_cursor: z.string().nullable() }),
      },
    },
    async handle({ env, caller, query, now }) {
      const found = await listAgents(env.DB, {
        tenantId: caller.tenantId,
        after: query.cursor ?? null,
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit);
      const next_cursor = found.length > query.limit ? (items.at(-1)?.id ?? null) : null;
      return answer(200, { items: items.map((agent) => agentBody(agent, now)), next_cursor });
    },
  }),

  route({
    method: "GET",
    path: "/api/agents/{id}",
    summary: "One agent, with what it knows of its projects",
    tag: "Agents",
    scope: "runs:read",
    answers: {
      200: {
        description: "The agent",
        schema: z.object({
          agent: agentSchema.extend({
            capacity: z.int().nullable().describe("steps it runs at the same time"),
            facts: z.record(z.string(), z.json()).describe("projects, branches, files: what it last told"),
          }),
        }),
      },
    },
    async handle({ env, caller, params, now }) {
      const agent = await readAgent(env.DB, caller.tenantId, params.id as string);
      if (!agent) throw notFound("agent");
      const { hello, facts } = agent;
      const more = { capacity: hello?.capacity ?? null, facts };
      return answer(200, { agent: { ...agentBody(agent, now), ...more } });
    },
  }),

  route({
    method: "DELETE",
    path: "/api/agents/{id}",
    summary: "Take an agent out of service: its token is refused and its connection closed at once",
    tag: "Agents",
    scope: "agents:manage",
    answers: { 204: { description: "It is revoked" } },
    async handle({ env, caller, params, now }) {
      const { tenantId } = caller;
      const agentId = params.id as string;
      const revoked = await revokeAgent(
        env.DB,
        { tenantId, agentId },
        { at: now, actor: caller.actor, action: "agent.revoked", target: agentId, tenantId },
        now,
      );
      if (!revoked) throw notFound("agent");
      await disconnectAgent(env, tenantId, agentId);
      return answer(204, null);
    },
  }),

  route({
    method: "GET",
    path: "/api/approval-key",
    summary: "The public key that receipts of approvals are signed with; agents pin it",
    tag: "Agents",
    scope: "any",
    callers: ["person", "service", "agent"],
    answers: {
      200: {
        description: "Ed25519, base64url, and its fingerprint for people to compare",
        schema: z.object({ key: z.string(), key_id: z.string(), fingerprint: z.string() }),
      },
    },
    async handle({ env }) {
      const answered = await env.APPROVALS.fetch("https://approvals/approval-key");
      if (!answered.ok)
        throw new Refusal("not_found", "This workspace signs no receipts: no RECEIPT_KEY is set.");
      return answer(200, await answered.json());
    },
  }),

  route({
    method: "GET",
    path: "/api/agents/connect",
    summary: "WebSocket of an agent; the protocol is in agent-protocol.md",
    tag: "Agents",
    scope: "any",
    callers: ["agent"],
    answers: { 101: { description: "Switching protocols" } },
    async handle({ env, request, caller }) {
      if (request.headers.get("upgrade")?.toLowerCase() !== "websocket")
        throw new Refusal("bad_request", "Connect with a WebSocket: send Upgrade: websocket.");
      return hubFetch(env, caller, "connect", { headers: { Upgrade: "websocket" } });
    },
  }),

  route({
    method: "POST",
    path: "/api/agents/poll",
    summary: "The same messages for agents where WebSockets are blocked",
    tag: "Agents",
    scope: "any",
    callers: ["agent"],
    // What is in it is checked by the hub, message by message: one that is wrong is answered and hurts no other.
    body: z.looseObject({}),
    answers: {
      200: {
        description: "Answers to the messages, then what was pushed",
        schema: z.object({ messages: z.array(z.unknown()) }),
      },
    },
    async handle({ env, caller, body }) {
      return hubFetch(env, caller, "poll", { method: "POST", body: JSON.stringify(body) });
    },
  }),
];

/** Forwards to the tenant's hub. Whose hub and which agent is said by the token, never by the request. */
async function hubFetch(env: Env, caller: Caller, path: string, init: RequestInit): Promise<Response> {
  if (!caller.agent) throw new Refusal("forbidden", "This takes the token of an agent.");
  const who = new URLSearchParams({ tenant: caller.tenantId, agent: caller.agent.id, token: caller.tokenId });
  const hub = hubOf(env.HUB as unknown as DurableObjectNamespace, caller.tenantId);
  const answered = await hub.fetch(`https://hub/${path}?${who}`, init);
  // Copied, since the headers of a fetched answer cannot be changed; a socket goes through as it is.
  return answered.status === 101 ? answered : new Response(answered.body, answered);
}

/** Closes the connections of an agent that is refused from now on. */
export async function disconnectAgent(env: Env, tenantId: string, agentId: string): Promise<void> {
  try {
    await hubOf(env.HUB as unknown as DurableObjectNamespace, tenantId).revoke(agentId);
  } catch (error) {
    // Its token is refused already, and the hub looks by itself before long.
    console.warn(`revoking ${agentId}: the hub could not be told: ${String(error)}`);
  }
}
