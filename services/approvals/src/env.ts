/** What the service is given, and the check that it is enough to start. */
import { slackProblems } from "@tw/shared/approvals/slack-setup";
import type { HintQueue } from "@tw/shared/queues/send";

export interface Env {
  DB: D1Database;
  RUNS: HintQueue;
  NOTIFICATIONS: HintQueue;
  /** Where people reach the workspace: the origin in every link. */
  PUBLIC_URL: string;
  /** Signs links and pages. */
  LINK_KEY: string;
  /** Signs receipts for agents, `d.x` of an Ed25519 key; no other service has it. Without it none are issued. */
  RECEIPT_KEY?: string;
  /** Channels that are set up, by commas: email, slack, slack-dm (a bot token), webhook. */
  CHANNELS?: string;
  /** The API, for what somebody starts in Slack. */
  API?: Fetcher;
  /** Without it Slack cannot prove itself and /slack/* answers 404. */
  SLACK_SIGNING_SECRET?: string;
  /** The Slack app's token, with which forms are shown in Slack and people are found by their address. */
  SLACK_BOT_TOKEN?: string;
  /** The one Slack workspace that is answered (`T…`). */
  SLACK_TEAM_ID?: string;
  /** The only workspace of ours that Slack is for, where there are several. */
  SLACK_TENANT?: string;
  /** Instead of https://slack.com/api. */
  SLACK_API_URL?: string;
  /** Another origin that may be answered besides hooks.slack.com, for a relay or a test. */
  SLACK_RESPONSE_ORIGIN?: string;
  VERSION?: string;
}

const KEY_CHARS = 16;

/** Stops the service, with words that say what to set, rather than let it send links nobody can open. */
export function checkEnv(env: Env): Env {
  const wrong: string[] = [];
  if (!env.LINK_KEY || env.LINK_KEY.length < KEY_CHARS)
    wrong.push(
      `LINK_KEY must be a secret of at least ${KEY_CHARS} characters (wrangler secret put LINK_KEY)`,
    );
  if (!/^https?:\/\/[^/]+/.test(env.PUBLIC_URL ?? ""))
    wrong.push("PUBLIC_URL must be the address people open, such as https://workspace.example.com");
  if (!env.DB) wrong.push("the D1 binding DB is missing");
  if (!env.RUNS || !env.NOTIFICATIONS) wrong.push("the queue bindings RUNS and NOTIFICATIONS are needed");
  wrong.push(...slackProblems(env));
  if (wrong.length === 0) return env;
  // Said as well as thrown: what a queue or cron handler throws is not shown everywhere.
  const message = `approvals cannot start: ${wrong.join("; ")}`;
  console.error(message);
  throw new Error(message);
}
