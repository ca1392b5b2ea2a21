/** Slack, through an incoming webhook. */
import type { Env } from "../env.ts";
import type { Message } from "../render.ts";
import { slackOf } from "../render-slack.ts";
import { SendFailure } from "./failure.ts";
import { postJson } from "./http.ts";

export async function sendSlack(message: Message, env: Env): Promise<string> {
  if (!env.SLACK_WEBHOOK_URL)
    throw new SendFailure("Slack is not set up: SLACK_WEBHOOK_URL is missing", { again: false });
  const body = slackOf(message, env.SLACK_BUTTONS === "true");
  return await postJson(env.SLACK_WEBHOOK_URL, JSON.stringify(body), {}, "Slack");
}
