/**
 * The four Workers in one workerd process, with everything they store under one folder. Miniflare directly: no watching,
 * no proxy in front, no recording of traces; DECISIONS.md has the measured comparison with `wrangler dev`.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { slackProblems } from "@tw/shared/approvals/slack-setup";
import { recheckAll } from "@tw/shared/db/due-runs";
import { bundleWorkers } from "./bundle.ts";
import { migrate } from "./migrations.ts";
import { Miniflare, NoOpLog } from "./miniflare.ts";
import { freePort, ROOT } from "./ports.ts";
import { startTicks } from "./ticks.ts";
import { miniflareWorker, readConfig, SERVICES, type Service } from "./workers.ts";

export type ServerSettings = {
  /** Folder of the databases; made when missing. */
  state: string;
  /** 0 takes a free one. */
  port?: number;
  /** Signs approval links. */
  linkKey: string;
  /** Encrypts the secrets the workspace keeps. */
  secretsKey?: string;
  /** Private key of receipts; only the approvals service gets it. */
  receiptKey?: string;
  smtp?: string;
  mailFrom?: string;
  slackWebhook?: string;
  slackSigningSecret?: string;
  /** A Slack app instead of an incoming webhook; `slackApiUrl` for a relay or a test. */
  slackBotToken?: string;
  slackChannel?: string;
  slackTeam?: string;
  slackApiUrl?: string;
  notifyWebhook?: string;
  notifyWebhookKey?: string;
  notifyWebhookKeyBefore?: string;
  mailReplyTo?: string;
  /** Sign-in providers, as the api's own variables: OIDC_…, ACCESS_…; docs/sign-in.md. */
  signIn?: Record<string, string>;
  /** Where another `services/…` and `migrations/` lie; the product's own by default. */
  root?: string;
  /** Folder of the built console; without it there is only the API. */
  console?: string;
  /** How often the two cron handlers are called; 0 never (a test calls them itself). */
  tickMs?: number;
  /** What the Workers print, line by line. */
  onLog?: (level: string, message: string) => void;
};

export type Server = {
  url: string;
  port: number;
  db: D1Database;
  /** Calls a Worker's cron handler once, as the platform would. */
  scheduled(service: Service): Promise<void>;
  stop(): Promise<void>;
};

/** A free port that another program takes before we do is not ours; then another one, at most so often. */
const PORT_TRIES = 5;

/** Starts the Workers on 127.0.0.1, applies the migrations and begins to tick. */
export async function startServer(settings: ServerSettings): Promise<Server> {
  const problems = slackProblems({
    SLACK_SIGNING_SECRET: settings.slackSigningSecret,
    SLACK_BOT_TOKEN: settings.slackBotToken,
    SLACK_TEAM_ID: settings.slackTeam,
  });
  if (problems.length > 0) throw new Error(`approvals cannot start: ${problems.join("; ")}`);
  for (let tries = 1; ; tries++)
    try {
      return await startOn(settings.port || (await freePort()), settings);
    } catch (error) {
      const taken = (error as { code?: unknown }).code === "ERR_ADDRESS_IN_USE";
      if (!taken || settings.port || tries === PORT_TRIES) throw error;
    }
}

async function startOn(port: number, settings: ServerSettings): Promise<Server> {
  const root = settings.root ?? ROOT;
  const url = `http://127.0.0.1:${port}`;
  await mkdir(settings.state, { recursive: true });
  const [code, configs] = await Promise.all([
    bundleWorkers(root, SERVICES),
    Promise.all(SERVICES.map(async (service) => [service, await readConfig(root, service)] as const)),
  ]);
  // Read from the environment by Miniflare; it would otherwise ask the network for the data behind request.cf.
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port,
    cf: false,
    log: new NoOpLog(),
    logRequests: false,
    resourcePersistencePath: settings.state,
    // Else the Workers of every workspace on this machine would find each other by name and take each other's hints.
    enableDevRegistry: false,
    unsafeLocalExplorer: false,
    unsafeObservability: false,
    handleStructuredLogs: ({ level, message }) => settings.onLog?.(level, message),
    workers: configs.map(([service, config]) => {
      const script = code.get(service) ?? "";
      return miniflareWorker(config, script, values(service, url, settings), settings.console);
    }),
  });
  try {
    await miniflare.ready;
    const db = (await miniflare.getD1Database("DB", "tw-api")) as unknown as D1Database;
    await migrate(db, join(root, "migrations"));
    // The queues live in memory: whatever was on its way when the last server ended is looked for again.
    await recheckAll(db, Date.now());
    const scheduled = async (service: Service): Promise<void> => {
      const worker = await miniflare.getWorker(`tw-${service}`);
      const { outcome } = await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
      if (outcome !== "ok") throw new Error(`The cron handler of ${service} ended with ${outcome}.`);
    };
    const ticks = startTicks(scheduled, settings.tickMs ?? 1_000, (message) =>
      settings.onLog?.("error", message),
    );
    return {
      url,
      port,
      db,
      scheduled,
      async stop() {
        await ticks.stop();
        await miniflare.dispose();
      },
    };
  } catch (error) {
    await miniflare.dispose();
    throw error;
  }
}

/** The ways people can be told of a checkpoint here; "none" when there is only the console. */
function channels(settings: ServerSettings): string {
  const bot = settings.slackBotToken;
  const set = {
    email: settings.smtp,
    slack: bot ? settings.slackChannel : settings.slackWebhook,
    "slack-dm": bot,
    webhook: settings.notifyWebhook,
  };
  const names = Object.entries(set).flatMap(([name, value]) => (value ? [name] : []));
  return names.join(",") || "none";
}

/** What a service gets besides its own variables: the address, and the secrets of this machine. */
function values(service: Service, url: string, settings: ServerSettings): Record<string, string> {
  const all: Record<string, Record<string, string | undefined>> = {
    api: {
      LINK_KEY: settings.linkKey,
      SECRETS_KEY: settings.secretsKey,
      CHANNELS: channels(settings),
      ...settings.signIn,
    },
    dispatcher: { ALLOW_PRIVATE_FETCH: "true" },
    approvals: {
      LINK_KEY: settings.linkKey,
      RECEIPT_KEY: settings.receiptKey,
      SLACK_SIGNING_SECRET: settings.slackSigningSecret,
      SLACK_BOT_TOKEN: settings.slackBotToken,
      SLACK_TEAM_ID: settings.slackTeam,
      SLACK_API_URL: settings.slackApiUrl,
      SLACK_RESPONSE_ORIGIN: settings.slackApiUrl && new URL(settings.slackApiUrl).origin,
      CHANNELS: channels(settings),
    },
    notifier: {
      LINK_KEY: settings.linkKey,
      SMTP_URL: settings.smtp,
      MAIL_FROM: settings.mailFrom ?? "workspace@localhost",
      MAIL_REPLY_TO: settings.mailReplyTo,
      SLACK_BOT_TOKEN: settings.slackBotToken,
      SLACK_CHANNEL: settings.slackChannel,
      SLACK_API_URL: settings.slackApiUrl,
      SLACK_WEBHOOK_URL: settings.slackWebhook,
      SLACK_BUTTONS: settings.slackSigningSecret && "true",
      NOTIFY_WEBHOOK_URL: settings.notifyWebhook,
      NOTIFY_WEBHOOK_KEY: settings.notifyWebhook && settings.notifyWebhookKey,
      NOTIFY_WEBHOOK_KEY_BEFORE: settings.notifyWebhook && settings.notifyWebhookKeyBefore,
    },
  };
  const given = Object.entries(all[service] ?? {}).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  return { PUBLIC_URL: url, ...Object.fromEntries(given) };
}
