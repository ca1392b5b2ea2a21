/** The tools. They find, plan, run and wait; none of them decides a checkpoint: machines may ask, people decide. */
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { listVoters } from "@tw/shared/db/voters";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import type { Env } from "../env.ts";

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is described by its own schemas
type Body = any;
/** A request to the HTTP API with the caller's own token. */
export type AskApi = (
  method: "GET" | "POST",
  path: string,
  body?: unknown,
) => Promise<{ ok: boolean; body: Body }>;
interface From {
  env: Env;
  tenantId: string;
  tenantName: string;
  api: AskApi;
}
type Result = { content: { type: "text"; text: string }[]; isError?: boolean };

/** Of a log the end is what tells how it went; longer ones are read piece by piece. */
const LOG_CHARS = 20_000;
const READS = { readOnlyHint: true, openWorldHint: false };
const INSTRUCTIONS = `Commands of the team's workspace: find one with search_commands or resolve, look with plan at what it would do, start it with run,
then wait_for_run. Some runs stop and wait until people agree. You cannot agree for them: tell the person you work with who has to approve
and give them the link, then wait_for_run again. A run that is rejected is undone by itself.`;

const run = {
  command: z.string().min(1).max(80).describe("slug of the command, as search_commands and resolve name it"),
  args: z.record(z.string(), z.json()).optional().describe("its arguments by name"),
  agent: z.string().max(100).optional().describe("id of the agent to run on; any that fits unless said"),
  cwd: z.string().max(1_000).optional().describe("folder of the project, relative to the agent's root"),
};
const runId = z.string().min(5).max(100).describe("run_…");

/** A server with the tools of one caller. */
export function toolServer(from: From): McpServer {
  const { env, api } = from;
  const server = new McpServer(
    { name: "turbocharged-workspace", title: `Workspace ${from.tenantName}`, version: env.VERSION },
    { instructions: INSTRUCTIONS },
  );
  const ask = async (
    method: "GET" | "POST",
    path: string,
    body: unknown,
    show: (body: Body) => unknown,
  ): Promise<Result> => {
    const answer = await api(method, path, body);
    return answer.ok ? said(await show(answer.body)) : refused(answer.body);
  };
  const seen = (body: Body) => runWithPeople(from, body);

  server.registerTool(
    "search_commands",
    {
      title: "Search commands",
      description: "Commands of the library whose name, words or description fit, best first.",
      inputSchema: {
        query: z.string().min(1).max(200),
        limit: z.int().min(1).max(50).default(10),
      },
      annotations: READS,
    },
    ({ query, limit }) =>
      ask(
        "GET",
        `/api/commands?${new URLSearchParams({ q: query, limit: String(limit) })}`,
        undefined,
        (body) => ({
          commands: body.items.map(shortCommand),
        }),
      ),
  );
  server.registerTool(
    "resolve",
    {
      title: "Words to commands",
      description:
        "What plain words such as “commit and push” mean here: commands with arguments, reasons and what is missing. Nothing is done.",
      inputSchema: {
        text: z.string().min(1).max(2_000),
        context: z.record(z.string(), z.json()).optional().describe("agent, cwd, and facts that are known"),
      },
      annotations: READS,
    },
    ({ text, context }) => ask("POST", "/api/resolve", { text, context: context ?? {} }, (body) => body),
  );
  server.registerTool(
    "plan",
    {
      title: "Plan",
      description: "What a run would do, exactly, and who would have to approve. Nothing is done.",
      inputSchema: run,
      annotations: READS,
    },
    ({ command, args, agent, cwd }) =>
      ask("POST", "/api/plan", { command, args: args ?? {}, ...target(agent, cwd) }, (body) => body),
  );
  server.registerTool(
    "run",
    {
      title: "Run",
      description:
        "Starts a command and answers at once with the run's id. It really happens, on the team's machines; look at the plan first.",
      inputSchema: {
        ...run,
        note: z.string().max(1_000).optional().describe("why, for the people who approve"),
      },
      annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
    },
    ({ command, args, agent, cwd, note }) =>
      ask(
        "POST",
        `/api/commands/${encodeURIComponent(command)}/execute`,
        { args: args ?? {}, ...target(agent, cwd), ...(note ? { note } : {}) },
        (body) => seen(body.run),
      ),
  );
  server.registerTool(
    "get_run",
    {
      title: "Look at a run",
      description: "How a run stands: steps, outputs, errors, and whom it waits for.",
      inputSchema: { run_id: runId },
      annotations: READS,
    },
    ({ run_id }) => ask("GET", `/api/runs/${encodeURIComponent(run_id)}`, undefined, seen),
  );
  server.registerTool(
    "wait_for_run",
    {
      title: "Wait for a run",
      description: `Answers as soon as the run is over or waits for people, or after wait_s seconds (at most ${LIMITS.waitMaxS}). Call it again to wait longer.`,
      inputSchema: { run_id: runId, wait_s: z.number().min(0).max(LIMITS.waitMaxS).default(20) },
      annotations: READS,
    },
    ({ run_id, wait_s }) =>
      ask("GET", `/api/runs/${encodeURIComponent(run_id)}?wait_s=${wait_s}`, undefined, seen),
  );
  server.registerTool(
    "get_log",
    {
      title: "Read a log",
      description: `The log of a step, or of the whole run. Of a long one the last ${LOG_CHARS} characters.`,
      inputSchema: { run_id: runId, step: z.string().max(200).optional() },
      annotations: READS,
    },
    async ({ run_id, step }) => {
      const query = step ? `?${new URLSearchParams({ step })}` : "";
      const answer = await api("GET", `/api/runs/${encodeURIComponent(run_id)}/logs${query}`);
      if (!answer.ok) return refused(answer.body);
      const text = String(answer.body);
      const left = text.length - LOG_CHARS;
      return said(left > 0 ? `… ${left} characters before this\n${text.slice(-LOG_CHARS)}` : text);
    },
  );
  server.registerTool(
    "list_waiting",
    {
      title: "What waits for people",
      description: "Checkpoints that wait for somebody, who may approve them, and where they do it.",
      inputSchema: { limit: z.int().min(1).max(50).default(20) },
      annotations: READS,
    },
    ({ limit }) =>
      ask("GET", `/api/checkpoints?status=pending&limit=${limit}`, undefined, async (body) => ({
        waiting: await Promise.all(body.items.map((checkpoint: Body) => waiting(from, checkpoint))),
      })),
  );
  return server;
}

const target = (agent?: string, cwd?: string) => ({
  ...(agent ? { agent: { id: agent } } : {}),
  ...(cwd ? { cwd } : {}),
});

const shortCommand = (command: Body) => ({
  slug: command.slug,
  name: command.name,
  description: command.description,
  effect: command.effect,
  type: command.type,
  parameters: command.parameters,
});

/** A run with where people see it and, while it waits, who has to approve. */
async function runWithPeople(from: From, body: Body): Promise<object> {
  const open = (body.checkpoints ?? []).filter((one: Body) => one.status === "pending");
  return {
    ...body,
    url: `${originOf(from.env)}/runs/${body.id}`,
    ...(open.length > 0
      ? { waiting_for: await Promise.all(open.map((checkpoint: Body) => waiting(from, checkpoint))) }
      : {}),
  };
}

async function waiting({ env, tenantId }: From, checkpoint: Body): Promise<object> {
  const voters = await listVoters(env.DB, tenantId, checkpoint.id, Date.now());
  return {
    checkpoint: checkpoint.id,
    run: checkpoint.run_id,
    question: checkpoint.prompt,
    approvals_needed: checkpoint.required,
    approvals_given: checkpoint.votes.filter((vote: Body) => vote.decision === "approve").length,
    who_may_approve: voters.map(({ name }) => name),
    link: `${originOf(env)}/approvals/${encodeURIComponent(checkpoint.id)}`,
    expires_at: checkpoint.expires_at,
    what_to_do: "Only people decide this. Give them the link, then wait_for_run again.",
  };
}

const originOf = (env: Env) => env.PUBLIC_URL.replace(/\/+$/, "");

function said(what: unknown): Result {
  return { content: [{ type: "text", text: typeof what === "string" ? what : JSON.stringify(what) }] };
}

function refused(body: Body): Result {
  return { ...said(body?.error ?? body), isError: true };
}
