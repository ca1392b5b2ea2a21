/** `/slack/*`: presses, modals and `/tw`, signed by Slack, each taken once, done as the person mapped to the account. */

import { slackText } from "@tw/shared/approvals/slack-text";
import { takeSlackRequest } from "@tw/shared/db/slack-people";
import { LIMITS } from "@tw/shared/limits";
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Env } from "./env.ts";
import { type Reply, slashCommand, start } from "./slack-commands.ts";
import { pressed, type Said, sayStanding, submitted } from "./slack-decide.ts";
import { DECIDE, type Pending } from "./slack-modal.ts";
import {
  actionsSchema,
  buttonSchema,
  commandSchema,
  fromJson,
  type StartValue,
  startSchema,
  submissionSchema,
} from "./slack-payloads.ts";
import { whoIs } from "./slack-person.ts";
import { slackRefusal } from "./slack-signature.ts";

type Ctx = Context<{ Bindings: Env }>;
const SLACK_ORIGIN = "https://hooks.slack.com";
const FAILED = "That failed here, and nothing was done. Please try again in a moment.";
const TAKEN = "Refused: this very request was handled already.";

export function slackRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.post("/interactions", async (c) => {
    const request = await signed(c);
    return request instanceof Response ? request : await interaction(c, request);
  });
  app.post("/commands", async (c) => {
    const request = await signed(c);
    return request instanceof Response ? request : await command(c, request);
  });
  app.onError((error, c) => {
    console.error(`approvals: a request of Slack failed: ${error.stack ?? String(error)}`);
    return c.json({ response_type: "ephemeral", replace_original: false, text: FAILED });
  });
  return app;
}

interface Signed {
  form: URLSearchParams;
  /** Slack's signature: unique to these bytes at this time. */
  signature: string;
}

/** The form of a request that Slack signed a moment ago, or the refusal. */
async function signed(c: Ctx): Promise<Signed | Response> {
  const secret = c.env.SLACK_SIGNING_SECRET;
  if (!secret) return c.text("not found", 404);
  if (Number(c.req.header("content-length") ?? 0) > LIMITS.voteBodyBytes) return c.text("too large", 413);
  const body = await c.req.text();
  if (body.length > LIMITS.voteBodyBytes) return c.text("too large", 413);
  const headers = {
    timestamp: c.req.header("x-slack-request-timestamp"),
    signature: c.req.header("x-slack-signature"),
  };
  const refusal = await slackRefusal(secret, headers, body, Date.now());
  if (refusal) return c.text(`refused: ${refusal}`, 401);
  return { form: new URLSearchParams(body), signature: headers.signature ?? "" };
}

/** A signature proves that Slack sent it, not from which of Slack's workspaces. */
function wrongTeam(env: Env, ...teams: (string | undefined)[]): boolean {
  if (!env.SLACK_TEAM_ID) return false;
  const named = teams.filter((team) => team !== undefined);
  return named.length === 0 || named.some((team) => team !== env.SLACK_TEAM_ID);
}

async function interaction(c: Ctx, { form, signature }: Signed): Promise<Response> {
  const payload = fromJson(form.get("payload"));
  const actions = actionsSchema.safeParse(payload);
  if (actions.success) {
    const { user, team, actions: pressedOnes, trigger_id, response_url } = actions.data;
    if (wrongTeam(c.env, team?.id, user.team_id)) return c.text("refused: another Slack workspace", 403);
    const [action] = pressedOnes;
    const decision =
      action?.action_id === "approve" || action?.action_id === "reject" ? action.action_id : null;
    const button = buttonSchema.safeParse(decision ? fromJson(action?.value) : null);
    const starts = startSchema.safeParse(action?.action_id === "start" ? fromJson(action.value) : null);
    const press = { triggerId: trigger_id ?? null, responseUrl: responseUrl(response_url, c.env) };
    if (decision && button.success) {
      const taken = await take(c.env, signature, user.id, button.data.checkpoint);
      if (!taken.fresh)
        return ephemeral(c, { text: await sayStanding(c.env, taken.tenantId, button.data.checkpoint) }, null);
      const who = await whoIs(c.env, user.id, taken.people, taken.tenantId);
      if ("refusal" in who) return ephemeral(c, { text: who.refusal }, press.responseUrl);
      const said = await pressed(c.env, who.person, decision, button.data, press);
      return said ? answerOf(c, said, press.responseUrl) : c.body(null, 200);
    }
    if (starts.success) return await started(c, signature, user.id, starts.data, press.responseUrl);
    // Links in our messages also send an interaction; it needs no more than a quick 200.
    return c.body(null, 200);
  }
  const submission = submissionSchema.safeParse(payload);
  if (submission.success && submission.data.view.callback_id === DECIDE)
    return await modal(c, signature, submission.data);
  return c.body(null, 200);
}

async function take(env: Env, signature: string, slackUserId: string, checkpointId: string | null) {
  return await takeSlackRequest(env.DB, { signature, slackUserId, checkpointId }, Date.now());
}

const pendingSchema = z.object({
  ...buttonSchema.shape,
  decision: z.enum(["approve", "reject"]),
  response_url: z.string().nullable(),
}) satisfies z.ZodType<Pending>;

async function modal(c: Ctx, signature: string, sent: z.infer<typeof submissionSchema>): Promise<Response> {
  if (wrongTeam(c.env, sent.team?.id, sent.user.team_id))
    return c.text("refused: another Slack workspace", 403);
  const pending = pendingSchema.safeParse(fromJson(sent.view.private_metadata));
  if (!pending.success) return c.body(null, 200);
  const error = (text: string): Response =>
    c.json({ response_action: "errors", errors: { comment: text.slice(0, 300) } });
  const taken = await take(c.env, signature, sent.user.id, pending.data.checkpoint);
  if (!taken.fresh) return error(await sayStanding(c.env, taken.tenantId, pending.data.checkpoint));
  const who = await whoIs(c.env, sent.user.id, taken.people, taken.tenantId);
  if ("refusal" in who) return error(who.refusal);
  const { reply, said } = await submitted(c.env, who.person, pending.data, sent.view.state.values);
  const url = responseUrl(pending.data.response_url ?? undefined, c.env);
  // The message itself is changed by the notifier; only what is for this person alone is said here.
  if (said && !said.final && url) c.executionCtx.waitUntil(tell(url, onlyYou({ text: said.text })));
  return c.json(reply);
}

async function started(
  c: Ctx,
  signature: string,
  user: string,
  what: StartValue,
  url: string | null,
): Promise<Response> {
  const taken = await take(c.env, signature, user, null);
  if (!taken.fresh) return ephemeral(c, { text: TAKEN }, null);
  const who = await whoIs(c.env, user, taken.people, null);
  if ("refusal" in who) return ephemeral(c, { text: who.refusal }, url);
  const { person } = who;
  return await soon(c, start(c.env, person, what, { slackUser: user, key: keyOf(signature) }), url, true);
}

async function command(c: Ctx, { form, signature }: Signed): Promise<Response> {
  const parsed = commandSchema.safeParse(Object.fromEntries(form));
  if (!parsed.success) return c.text("this is not a slash command", 400);
  const { command: name, text, user_id: user, team_id: team, response_url } = parsed.data;
  if (wrongTeam(c.env, team)) return c.text("refused: another Slack workspace", 403);
  const taken = await take(c.env, signature, user, null);
  if (!taken.fresh) return ephemeral(c, { text: TAKEN }, null);
  const who = await whoIs(c.env, user, taken.people, null);
  if ("refusal" in who) return ephemeral(c, { text: who.refusal }, null);
  const said = { command: name, text, slackUser: user, key: keyOf(signature) };
  return await soon(
    c,
    slashCommand(c.env, who.person, said, Date.now()),
    responseUrl(response_url, c.env),
    false,
  );
}

/** An idempotency key: the same request of Slack is the same request to us. */
function keyOf(signature: string): string {
  return `slack-${signature.replaceAll(/[^0-9a-f]/g, "").slice(0, 64)}`;
}

/** The answer itself when it is quick, else that it is on its way, and the answer behind it. */
async function soon(c: Ctx, work: Promise<Reply>, url: string | null, always: boolean): Promise<Response> {
  const safe = work.catch((error): Reply => {
    console.error(
      `approvals: a command from Slack failed: ${error instanceof Error ? error.stack : String(error)}`,
    );
    return { text: FAILED };
  });
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), LIMITS.slackAnswerMs / 2);
  });
  const reply = await Promise.race([safe, late]);
  clearTimeout(timer);
  if (reply) return ephemeral(c, reply, always ? url : null);
  if (url) c.executionCtx.waitUntil(safe.then((one) => tell(url, onlyYou(one))));
  return c.json(onlyYou({ text: "Working on it…" }));
}

/** A press is answered through its response URL; a slash command by the answer itself. */
function ephemeral(c: Ctx, reply: Reply, url: string | null): Response {
  if (url) c.executionCtx.waitUntil(tell(url, onlyYou(reply)));
  return c.json(onlyYou(reply));
}

function onlyYou(reply: Reply): object {
  return { response_type: "ephemeral", replace_original: false, ...reply };
}

function answerOf(c: Ctx, said: Said, url: string | null): Response {
  if (!said.final) return ephemeral(c, { text: said.text }, url);
  const reply = { replace_original: true, text: said.text };
  // With a bot token the notifier changes every copy of the message, this one too.
  if (url && !c.env.SLACK_BOT_TOKEN) c.executionCtx.waitUntil(tell(url, reply));
  return c.json(reply);
}

/** Only Slack's own address: what a caller names is never fetched for them. */
function responseUrl(given: string | undefined, env: Env): string | null {
  if (!given || !URL.canParse(given)) return null;
  const { origin } = new URL(given);
  return origin === SLACK_ORIGIN || origin === env.SLACK_RESPONSE_ORIGIN ? given : null;
}

async function tell(url: string, reply: object): Promise<void> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(reply),
      redirect: "manual",
      signal: AbortSignal.timeout(LIMITS.sendTimeoutMs),
    });
    if (!answer.ok) console.warn(`approvals: Slack's response URL answered ${answer.status}`);
    await answer.body?.cancel();
  } catch (error) {
    console.warn(`approvals: Slack's response URL could not be reached: ${slackText(String(error), 200)}`);
  }
}
