/** `POST /slack/interactions`: a press of a button in Slack, signed by Slack, cast as the vote of the person mapped to that account. */
import { describeDecision, type VoteOutcome, voteRefusal } from "@tw/shared/approvals/outcome";
import { questionOf } from "@tw/shared/approvals/request";
import { slackText } from "@tw/shared/approvals/slack-text";
import { findSlackVoter } from "@tw/shared/db/links";
import { castVote } from "@tw/shared/db/votes";
import { LIMITS } from "@tw/shared/limits";
import { sendHint } from "@tw/shared/queues/send";
import { type Context, Hono } from "hono";
import { z } from "zod";
import type { Env } from "./env.ts";
import { slackRefusal } from "./slack-signature.ts";

const SLACK_ORIGIN = "https://hooks.slack.com";
const interactionSchema = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string().max(64) }),
  response_url: z.string().max(2000).optional(),
  actions: z
    .array(z.object({ action_id: z.enum(["approve", "reject"]), value: z.string().max(2000) }))
    .min(1)
    .max(1),
});
/** What a button carries: the checkpoint and the plan that was shown with it. */
const buttonSchema = z.object({ checkpoint: z.string().max(200), digest: z.string().max(128) });

interface Answer {
  text: string;
  /** The message with the buttons is replaced by this, once there is nothing left to press. */
  final: boolean;
}

export function slackRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.post("/interactions", async (c) => {
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
    return await interaction(c, body);
  });
  app.onError((error, c) => {
    console.error(`approvals: Slack interaction failed: ${error.stack ?? String(error)}`);
    return c.json({
      response_type: "ephemeral",
      replace_original: false,
      text: "That failed here, and nothing was decided. Please press again in a moment.",
    });
  });
  return app;
}

async function interaction(c: Context<{ Bindings: Env }>, body: string): Promise<Response> {
  const parsed = interactionSchema.safeParse(fromJson(new URLSearchParams(body).get("payload")));
  // Links in our messages also send an interaction; it needs no more than a quick 200.
  if (!parsed.success) return c.body(null, 200);
  const [action] = parsed.data.actions;
  const button = buttonSchema.safeParse(fromJson(action?.value ?? null));
  if (!action || !button.success) return c.body(null, 200);
  const answer = await decide(c.env, parsed.data.user.id, action.action_id, button.data);
  const reply = answer.final
    ? { replace_original: true, text: answer.text }
    : { response_type: "ephemeral", replace_original: false, text: answer.text };
  // Slack shows what is sent to the response URL. If that is lost, the vote still stands.
  const url = responseUrl(parsed.data.response_url, c.env);
  if (url) c.executionCtx.waitUntil(tell(url, reply));
  return c.json(reply);
}

async function decide(
  env: Env,
  slackUser: string,
  decision: "approve" | "reject",
  button: z.infer<typeof buttonSchema>,
): Promise<Answer> {
  const voter = await findSlackVoter(env.DB, button.checkpoint, slackUser);
  if (!voter)
    return {
      text: "Your Slack account is not connected to a person of this workspace, so you cannot decide here. An owner can connect it under People.",
      final: false,
    };
  const outcome = await castVote(
    env.DB,
    {
      tenantId: voter.tenantId,
      checkpointId: button.checkpoint,
      user: voter.user,
      decision,
      channel: "slack",
      comment: null,
      inputs: null,
      planDigest: button.digest,
    },
    Date.now(),
  );
  if (outcome.kind === "decided") await sendHint(env.RUNS, [voter.runId]);
  return sayOutcome(outcome, env.PUBLIC_URL);
}

function sayOutcome(outcome: VoteOutcome, publicUrl: string): Answer {
  switch (outcome.kind) {
    case "decided":
    case "already": {
      const by = outcome.votes.find((v) => v.userId === outcome.checkpoint.decidedBy?.id) ?? null;
      const what = describeDecision(outcome.status, by, outcome.checkpoint.decidedAt);
      const prompt = slackText(questionOf(outcome.checkpoint).prompt, 500);
      return {
        text: `${outcome.status === "approved" ? "✓" : "✕"} *${prompt}*\n${slackText(what, 1000)}`,
        final: true,
      };
    }
    case "voted":
      return {
        text: `Your vote is counted: ${outcome.approvals} of ${outcome.checkpoint.policy.quorum} approvals.`,
        final: false,
      };
    case "invalid":
      return {
        text: `This one asks you to fill in a form first: ${publicUrl}/approvals`,
        final: false,
      };
    default:
      return { text: slackText(voteRefusal(outcome)?.message ?? "Nothing was decided.", 1000), final: false };
  }
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
    console.warn(`approvals: Slack's response URL could not be reached: ${String(error)}`);
  }
}

function fromJson(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
