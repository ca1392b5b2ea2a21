/** What the service is given, and the check that it is enough to start. */

import type { Channels } from "@tw/shared/approvals/audience";

export interface Env {
  DB: D1Database;
  PUBLIC_URL: string;
  LINK_KEY: string;
  /** `Name <address>` or an address. */
  MAIL_FROM?: string;
  /** Where answers go, if not to MAIL_FROM. */
  MAIL_REPLY_TO?: string;
  /** Cloudflare's e-mail service, where it is bound. */
  EMAIL?: { send(message: EmailMessage): Promise<unknown> };
  /** `smtp://[user:password@]host[:port][?tls=required|optional]`, `smtps://…` */
  SMTP_URL?: string;
  /** A Slack app's token (`xoxb-…`): messages to channels and people, changed after the decision. */
  SLACK_BOT_TOKEN?: string;
  /** The channel that is asked unless a policy names another; without one people are asked directly. */
  SLACK_CHANNEL?: string;
  /** Instead of https://slack.com/api. */
  SLACK_API_URL?: string;
  /** Without a bot: an incoming webhook. */
  SLACK_WEBHOOK_URL?: string;
  /** "true" when Slack can reach us, so that messages may carry buttons. */
  SLACK_BUTTONS?: string;
  NOTIFY_WEBHOOK_URL?: string;
  NOTIFY_WEBHOOK_KEY?: string;
  /** The key before, while receivers still check with it. */
  NOTIFY_WEBHOOK_KEY_BEFORE?: string;
  VERSION?: string;
}

/** What can be sent through, from what is set. */
export function channelsOf(env: Env): Channels {
  return {
    email: Boolean(env.SMTP_URL || env.EMAIL),
    slack: Boolean(env.SLACK_BOT_TOKEN ? env.SLACK_CHANNEL : env.SLACK_WEBHOOK_URL),
    slackDirect: Boolean(env.SLACK_BOT_TOKEN),
    webhook: Boolean(env.NOTIFY_WEBHOOK_URL),
  };
}

const KEY_CHARS = 16;

/** Stops the service, with words that say what to set, rather than let it lose messages one by one. */
export function checkEnv(env: Env): Env {
  const wrong: string[] = [];
  if (!env.DB) wrong.push("the D1 binding DB is missing");
  if (!env.LINK_KEY || env.LINK_KEY.length < KEY_CHARS)
    wrong.push(`LINK_KEY must be the same secret as in approvals, at least ${KEY_CHARS} characters`);
  if (!/^https?:\/\/[^/]+/.test(env.PUBLIC_URL ?? ""))
    wrong.push("PUBLIC_URL must be the address people open, such as https://workspace.example.com");
  for (const name of ["SMTP_URL", "SLACK_WEBHOOK_URL", "SLACK_API_URL", "NOTIFY_WEBHOOK_URL"] as const)
    if (env[name] && !URL.canParse(env[name])) wrong.push(`${name} is not a URL`);
  if (env.NOTIFY_WEBHOOK_URL && !env.NOTIFY_WEBHOOK_KEY)
    wrong.push("NOTIFY_WEBHOOK_URL needs NOTIFY_WEBHOOK_KEY, which signs what is sent there");
  for (const name of ["NOTIFY_WEBHOOK_KEY", "NOTIFY_WEBHOOK_KEY_BEFORE"] as const)
    if (env[name]?.startsWith("whsec_") && !/^whsec_[A-Za-z0-9+/]{16,}={0,2}$/.test(env[name]))
      wrong.push(`${name} begins with whsec_, so the rest of it must be base64`);
  if (wrong.length === 0) return env;
  // Said as well as thrown: what a queue or cron handler throws is not shown everywhere.
  const message = `notifier cannot start: ${wrong.join("; ")}`;
  console.error(message);
  throw new Error(message);
}
