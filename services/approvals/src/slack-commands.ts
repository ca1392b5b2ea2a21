/** `/tw`: find a command, start it as the person who asks, see what waits. Everything goes the way of the HTTP API, with that person's rights. */
import type { Button, KnownBlock } from "@slack/types";
import { questionOf } from "@tw/shared/approvals/request";
import { slackCode, slackText } from "@tw/shared/approvals/slack-text";
import { duration, oneLine } from "@tw/shared/approvals/visible";
import { listCheckpoints } from "@tw/shared/db/checkpoints";
import { lendToken, type SlackPerson } from "@tw/shared/db/slack-people";
import { newId } from "@tw/shared/ids";
import { hashToken, newToken } from "@tw/shared/tokens";
import * as z from "zod";
import type { Env } from "./env.ts";
import type { StartValue } from "./slack-payloads.ts";

export interface Reply {
  text: string;
  blocks?: KnownBlock[];
}

const SHOWN = 8;
const BUTTON_VALUE = 2_000;
const SCOPES = ["commands:read", "runs:read", "runs:execute"];

/** What `/tw …` answers. */
export async function slashCommand(
  env: Env,
  person: SlackPerson,
  said: { command: string; text: string; slackUser: string; key: string },
  now: number,
): Promise<Reply> {
  const text = said.text.trim();
  const [word = "", ...rest] = text.split(/\s+/);
  switch (word.toLowerCase()) {
    case "":
    case "help":
    case "?":
      return help(said.command);
    case "waiting":
      return await waiting(env, person, now);
    case "run":
    case "start":
      return rest.length > 0 ? await startTyped(env, person, rest, said) : help(said.command);
    case "find":
      return await find(env, person, rest.join(" "), said.command);
    default:
      return await find(env, person, text, said.command);
  }
}

function help(command: string): Reply {
  const c = slackText(command, 60);
  return say(
    [
      `*${c} deploy staging*  finds commands by what you want to do; start one with its button`,
      `*${c} run* _command_ _name=value …_  starts a command`,
      `*${c} waiting*  lists what waits for your decision`,
      "What you start runs with your own rights in the workspace, and asks for approval where it would anyway.",
    ].join("\n"),
  );
}

/** What waits for this person, with the buttons that decide it. */
async function waiting(env: Env, person: SlackPerson, now: number): Promise<Reply> {
  const { items, nextCursor } = await listCheckpoints(env.DB, {
    tenantId: person.tenantId,
    mineUserId: person.user.id,
    now,
    limit: SHOWN,
  });
  if (items.length === 0) return say("Nothing waits for your decision.");
  const blocks: KnownBlock[] = items.flatMap(({ checkpoint }): KnownBlock[] => {
    const q = questionOf(checkpoint);
    const left = checkpoint.expiresAt === null ? "" : ` Expires in ${duration(checkpoint.expiresAt - now)}.`;
    const value = JSON.stringify({ checkpoint: checkpoint.id, digest: checkpoint.planDigest });
    const press = (id: "approve" | "reject", label: string, style: "primary" | "danger"): Button => ({
      type: "button",
      action_id: id,
      style,
      text: { type: "plain_text", text: label },
      value,
    });
    const buttons = checkpoint.form.length === 0 || env.SLACK_BOT_TOKEN;
    return [
      section(
        `*${slackText(q.prompt, 500)}*\n${slackText(q.requestedBy, 80)} asks.${left}\n${slackCode((q.argv.length > 0 ? q.argv : [q.command]).join("\n"), 800)}`,
      ),
      {
        type: "actions",
        elements: [
          ...(buttons ? [press("approve", "Approve", "primary"), press("reject", "Reject", "danger")] : []),
          {
            type: "button",
            action_id: "open",
            text: { type: "plain_text", text: "Read" },
            url: `${env.PUBLIC_URL.replace(/\/+$/, "")}/approvals/${encodeURIComponent(checkpoint.id)}`,
          },
        ],
      },
    ];
  });
  if (nextCursor) blocks.push(section(`There is more: ${env.PUBLIC_URL.replace(/\/+$/, "")}/approvals`));
  return { text: `${items.length}${nextCursor ? "+" : ""} waiting for your decision`, blocks };
}

const candidateSchema = z.object({
  slug: z.string().nullish(),
  name: z.string().optional(),
  description: z.string().optional(),
  args: z.record(z.string(), z.json()).default({}),
  missing: z.array(z.union([z.string(), z.object({ name: z.string() })])).default([]),
  reasons: z.array(z.string()).default([]),
  steps: z.array(z.object({ command: z.string().optional(), slug: z.string().optional() })).optional(),
});
const resolvedSchema = z.object({ kind: z.string().optional(), candidates: z.array(candidateSchema) });
const listedSchema = z.object({ items: z.array(candidateSchema) });

/** Commands for what somebody wants to do, by the same rules as everywhere; where there is no such route, by search. */
async function find(env: Env, person: SlackPerson, text: string, command: string): Promise<Reply> {
  if (text === "") return help(command);
  const wanted = text.slice(0, 500);
  const found = await asPerson(env, person, async (call) => {
    const resolved = await call("/api/resolve", { body: { text: wanted } });
    if (resolved.status === 200) return resolvedSchema.parse(resolved.body).candidates;
    const listed = await call(`/api/commands?q=${encodeURIComponent(wanted.slice(0, 200))}&limit=${SHOWN}`);
    if (listed.status !== 200) throw new Error(refusalIn(listed.body));
    return listedSchema.parse(listed.body).items;
  });
  const candidates = found.slice(0, SHOWN);
  if (candidates.length === 0) return say(`Nothing here answers to “${slackText(wanted, 200)}”.`);
  const blocks = candidates.flatMap((one) => candidateBlocks(one, command));
  return { text: `${candidates.length} for “${slackText(wanted, 200)}”`, blocks };
}

/** One candidate: what it is, what it would be started with, and the button. Pure. */
export function candidateBlocks(one: z.output<typeof candidateSchema>, command: string): KnownBlock[] {
  const steps = (one.steps ?? []).flatMap((step) => step.command ?? step.slug ?? []);
  const title = one.slug ?? steps.join(", then ");
  const missing = one.missing.map((m) => (typeof m === "string" ? m : m.name));
  const args = Object.entries(one.args).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const lines = [
    `*${slackText(title, 200)}*${one.description ? `  ${slackText(one.description, 200)}` : ""}`,
    one.slug && steps.length > 0 ? slackText(steps.join(" → "), 400) : "",
    args.length > 0 ? slackCode(args.join("\n"), 600) : "",
    missing.length > 0
      ? `It also needs ${missing.map((name) => slackText(name, 64)).join(", ")}: ${slackText(`${command} run ${title} ${missing.map((name) => `${name}=…`).join(" ")}`, 300)}`
      : "",
  ];
  const text = section(lines.filter((line) => line !== "").join("\n"));
  const value = one.slug ? JSON.stringify({ start: one.slug, args: one.args }) : "";
  if (!one.slug || missing.length > 0 || value.length > BUTTON_VALUE) return [text];
  const start: Button = {
    type: "button",
    action_id: "start",
    text: { type: "plain_text", text: "Start" },
    value,
    confirm: {
      title: { type: "plain_text", text: "Start it?" },
      text: { type: "plain_text", text: oneLine(`${one.slug} ${args.join(" ")}`, 280) },
      confirm: { type: "plain_text", text: "Start" },
      deny: { type: "plain_text", text: "Not now" },
    },
  };
  return [text, { type: "actions", elements: [start] }];
}

async function startTyped(
  env: Env,
  person: SlackPerson,
  [slug = "", ...words]: string[],
  said: { slackUser: string; key: string; text: string },
): Promise<Reply> {
  const args = typedArgs(words.length === 0 ? "" : said.text.slice(said.text.indexOf(slug) + slug.length));
  if (typeof args === "string") return say(args);
  return await start(env, person, { start: slug, args }, said);
}

/** `a=1 b="two words"`: values as JSON where they are (numbers, true), else text. Words, when something is not of that shape. Pure. */
export function typedArgs(text: string): StartValue["args"] | string {
  const args: StartValue["args"] = {};
  // Slack writes typographic quotes on phones.
  let rest = text.replaceAll(/[“”]/g, '"').trim();
  while (rest !== "") {
    const match = /^([A-Za-z]\w{0,63})=(?:"([^"]*)"|(\S*))(?:\s+|$)/.exec(rest);
    if (!match)
      return `“${slackText(rest, 80)}” is not of the form name=value. Values with spaces stand in quotes.`;
    const [whole, name = "", quoted, bare = ""] = match;
    args[name] = quoted ?? (/^(?:-?\d+(?:\.\d+)?|true|false)$/.test(bare) ? JSON.parse(bare) : bare);
    rest = rest.slice(whole.length);
  }
  return args;
}

/** Start a command as this person. `key`: the same request never starts it twice. */
export async function start(
  env: Env,
  person: SlackPerson,
  what: StartValue,
  by: { slackUser: string; key: string },
): Promise<Reply> {
  if (!/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(what.start))
    return say(`There is no command “${slackText(what.start, 80)}”.`);
  const { status, body } = await asPerson(env, person, (call) =>
    call(`/api/commands/${what.start}/execute`, {
      body: { args: what.args, context: { slack: { user: by.slackUser } }, note: "Started in Slack" },
      headers: { "idempotency-key": by.key },
    }),
  );
  const run = z.object({ run: z.object({ id: z.string() }) }).safeParse(body);
  if (status !== 202 || !run.success)
    return say(`*${slackText(what.start, 80)}* was not started. ${slackText(refusalIn(body), 1500)}`);
  const url = `${env.PUBLIC_URL.replace(/\/+$/, "")}/runs/${encodeURIComponent(run.data.run.id)}`;
  const told = env.SLACK_BOT_TOKEN ? " You are told here when it has ended." : "";
  return say(`▸ *${slackText(what.start, 80)}* is started: <${url}|open the run>.${told}`);
}

type Call = (
  path: string,
  init?: { body: unknown; headers?: Record<string, string> },
) => Promise<{ status: number; body: unknown }>;

/** Calls of the HTTP API with a token that lives as long as they do. Role, policies, limits: all as over HTTP. */
async function asPerson<T>(env: Env, person: SlackPerson, work: (call: Call) => Promise<T>): Promise<T> {
  const api = env.API;
  if (!api) throw new Error("the service binding API is missing");
  const token = newToken();
  const now = Date.now();
  const giveBack = await lendToken(
    env.DB,
    {
      id: newId("token", now),
      hash: await hashToken(token),
      tenantId: person.tenantId,
      userId: person.user.id,
      scopes: SCOPES,
    },
    now,
  );
  try {
    return await work(async (path, init) => {
      const answer = await api.fetch(new URL(path, env.PUBLIC_URL).href, {
        method: init ? "POST" : "GET",
        headers: {
          authorization: `Bearer ${token}`,
          ...(init ? { "content-type": "application/json" } : {}),
          ...init?.headers,
        },
        ...(init ? { body: JSON.stringify(init.body) } : {}),
      });
      return { status: answer.status, body: await answer.json().catch(() => null) };
    });
  } finally {
    await giveBack();
  }
}

const errorSchema = z.object({
  error: z.object({
    message: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
});

function refusalIn(body: unknown): string {
  const parsed = errorSchema.safeParse(body);
  if (!parsed.success) return "The workspace gave no reason. Try again in a moment.";
  const { message, issues = [] } = parsed.data.error;
  return [message, ...issues.map((issue) => `• ${issue.path}: ${issue.message}`)].join("\n");
}

function say(text: string): Reply {
  return { text, blocks: [section(text)] };
}
function section(text: string): KnownBlock {
  return { type: "section", text: { type: "mrkdwn", text: text.slice(0, 3_000) } };
}
