/** The flags of `npm start`, checked before anything is made. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { Refused } from "./refused.ts";

export type Options = {
  port: number;
  data: string;
  /** Undefined: a folder below `data`. */
  root: string | undefined;
  smtp: string | undefined;
  slackWebhook: string | undefined;
  slackSigningSecret: string | undefined;
  slackBotToken: string | undefined;
  slackChannel: string | undefined;
  slackTeam: string | undefined;
  slackApiUrl: string | undefined;
  notifyWebhook: string | undefined;
  agent: boolean;
  demo: boolean;
  json: boolean;
};

/** Reads the flags; `from` is the folder relative paths are meant from. Gives undefined when only help was asked for. */
export function readOptions(argv: string[], from: string): Options | undefined {
  const program = new Command("npm start --")
    .description("The whole workspace on this machine: the four Workers, the library and an agent.")
    .option("--port <number>", "port on 127.0.0.1; 0 takes a free one", "8787")
    .option("--data <folder>", "where everything is kept", ".tw")
    .option(
      "--root <folder>",
      "what the agent may work in; by default a folder below --data, with a demo project",
    )
    .option("--smtp <host:port>", "send approval requests by e-mail through this server")
    .option("--slack-webhook <url>", "send them to Slack")
    .option("--slack-signing-secret <secret>", "take answers from Slack's buttons")
    .option("--slack-bot-token <token>", "a Slack app's token (docs/slack.md), instead of --slack-webhook")
    .option("--slack-channel <channel>", "the channel it asks; without one it writes to people")
    .option("--slack-team <id>", "the Slack workspace that is answered")
    .option("--slack-api-url <url>", "another address than https://slack.com/api")
    .option("--notify-webhook <url>", "send them, signed, to this address")
    .option("--no-agent", "start no agent")
    .option("--no-demo", "make no demo project")
    .option("--json", "print one line of JSON when all is ready", false)
    .allowExcessArguments(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  try {
    program.parse(argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return undefined;
    throw new Refused(
      `${error.message.replace(/^error: /, "").replace(/\.?\s*$/, "")}; --help lists the flags.`,
    );
  }
  const given = program.opts();
  const port = Number(given.port);
  if (!/^\d{1,5}$/.test(given.port) || port > 65_535) {
    throw new Refused(`--port ${given.port} is not a port; give a number from 0 to 65535.`);
  }
  const root = given.root === undefined ? undefined : resolve(from, given.root);
  if (root !== undefined && !(existsSync(root) && statSync(root).isDirectory())) {
    throw new Refused(`--root ${root} is not a folder.`);
  }
  if (given.slackSigningSecret?.trim() === "") {
    throw new Refused(
      "--slack-signing-secret is empty: anybody could sign for Slack. Copy it from Basic Information of the Slack app.",
    );
  }
  if (given.slackBotToken !== undefined && !(given.slackSigningSecret && given.slackTeam)) {
    throw new Refused(
      "--slack-bot-token needs --slack-signing-secret and --slack-team; docs/slack.md says where they stand.",
    );
  }
  return {
    port,
    data: resolve(from, given.data),
    root,
    smtp: given.smtp === undefined ? undefined : smtpUrl(given.smtp),
    slackWebhook: url("--slack-webhook", given.slackWebhook),
    slackSigningSecret: given.slackSigningSecret,
    slackBotToken: given.slackBotToken,
    slackChannel: given.slackChannel,
    slackTeam: given.slackTeam,
    slackApiUrl: url("--slack-api-url", given.slackApiUrl),
    notifyWebhook: url("--notify-webhook", given.notifyWebhook),
    agent: given.agent,
    demo: given.demo,
    json: given.json,
  };
}

function smtpUrl(value: string): string {
  const match = /^(?:smtp:\/\/)?(\[[0-9a-f:]+\]|[a-z0-9.-]+):(\d{1,5})$/i.exec(value);
  if (!match || Number(match[2]) < 1 || Number(match[2]) > 65_535) {
    throw new Refused(`--smtp ${value} is not an address; give host:port, for example 127.0.0.1:1025.`);
  }
  return `smtp://${match[1]}:${match[2]}`;
}

function url(flag: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
    throw new Refused(`${flag} ${value} is not an http(s) address.`);
  }
  return value;
}
