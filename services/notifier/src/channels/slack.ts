/** Slack: an incoming webhook, or the Web API with a bot token, which also changes what it sent and writes to single people. */
import { SlackError, type SlackSetup, slackCall } from "@tw/shared/approvals/slack-api";
import type { Person, Receipt } from "@tw/shared/db/claim-notifications";
import { rememberSlackUser } from "@tw/shared/db/slack-people";
import type { Env } from "../env.ts";
import type { SlackMessage } from "../render-slack.ts";
import { SendFailure } from "./failure.ts";
import { postJson } from "./http.ts";

/** Where a message goes: a channel or conversation (below `thread`), the sent message `ts`, or a person. */
export interface SlackPlace {
  channel: string | null;
  thread?: string | null;
  ts?: string | null;
}

export function slackSetup(env: Env): SlackSetup | null {
  return env.SLACK_BOT_TOKEN ? { token: env.SLACK_BOT_TOKEN, apiUrl: env.SLACK_API_URL } : null;
}

/** Through the incoming webhook: one channel, and nothing to change it by later. */
export async function sendSlackHook(message: SlackMessage, env: Env): Promise<Receipt> {
  if (!env.SLACK_WEBHOOK_URL)
    throw new SendFailure("Slack is not set up: neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is there", {
      again: false,
    });
  return { receipt: await postJson(env.SLACK_WEBHOOK_URL, JSON.stringify(message), {}, "Slack") };
}

/** Sends a new message, or (with `ts`) puts this one in the place of what was sent. */
export async function sendSlackApi(
  setup: SlackSetup,
  message: SlackMessage,
  place: SlackPlace,
): Promise<Receipt> {
  const body = { ...message, channel: place.channel, unfurl_links: false, unfurl_media: false };
  return await classed(async () => {
    const answer = place.ts
      ? await slackCall(setup, "chat.update", { ...body, ts: place.ts })
      : await slackCall(setup, "chat.postMessage", {
          ...body,
          ...(place.thread ? { thread_ts: place.thread } : {}),
        });
    return { channel: text(answer.channel) ?? place.channel ?? "", ts: text(answer.ts) ?? place.ts ?? "" };
  });
}

/** The conversation with one person: by their Slack account, or by their address where that is not known yet. */
export async function directChannel(
  setup: SlackSetup,
  db: D1Database,
  tenantId: string,
  person: Person,
  now: number,
): Promise<string> {
  return await classed(async () => {
    let account = person.slackUserId ?? null;
    if (!account) {
      const found = await slackCall(setup, "users.lookupByEmail", { email: person.email });
      account = text((found.user as { id?: unknown } | undefined)?.id);
      if (!account) throw new SlackError("users.lookupByEmail", "users_not_found");
      await rememberSlackUser(db, { tenantId, userId: person.id, slackUserId: account }, now);
    }
    const opened = await slackCall(setup, "conversations.open", { users: account });
    const channel = text((opened.channel as { id?: unknown } | undefined)?.id);
    if (!channel) throw new SlackError("conversations.open", "channel_not_found");
    return channel;
  });
}

/** Errors of Slack as what to do next. */
async function classed<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    const hint = HINTS[error.code];
    throw new SendFailure(`${error.message}${hint ? `: ${hint}` : ""}`, {
      // A token can be replaced while the message waits; nobody has to find all of them afterwards.
      again: error.again || error.refused,
      retryAfterS: error.retryAfterS,
      channelDown: error.slow || error.outage || error.refused,
    });
  }
}

const HINTS: { [code: string]: string | undefined } = {
  channel_not_found: "there is no such channel, or it is private and the app is not in it",
  not_in_channel: "invite the app into the channel",
  is_archived: "the channel is archived",
  users_not_found: "nobody in Slack has this person's e-mail address",
  invalid_auth: "SLACK_BOT_TOKEN is not valid",
  missing_scope: "the app lacks a scope of slack/manifest.yaml; install it again",
};

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
