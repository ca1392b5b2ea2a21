/** The two processes below the launcher: the Workers, and the agent. */
import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, join } from "node:path";
import { publicPart } from "@tw/shared/receipts/sign";
import type { DataFolder } from "./data-folder.ts";
import type { Options } from "./options.ts";
import { ROOT } from "./ports.ts";
import { killAll, MARK_DATA, MARK_PART, marked } from "./processes.ts";
import type { ServerNews, ServerOrder } from "./server-process.ts";
import { type Supervised, supervise } from "./supervisor.ts";

/** Together less than the ten seconds that most who stop a process wait. */
const SERVER_STOPS_WITHIN_MS = 3_000;
const AGENT_STOPS_WITHIN_MS = 6_000;

/** The Workers' address, and the link that signs the owner in there. */
export type ServerReady = { url: string; consoleUrl: string };
type Said = (line: string) => void;

/** Starts the Workers; `ready` has their address once they answer for the first time, and fails when they cannot. */
export function startServerPart(
  options: Options,
  data: DataFolder,
  port: number,
  ownerEmail: string,
  console: string | undefined,
  say: Said,
): { part: Supervised; ready: Promise<ServerReady> } {
  const order: ServerOrder = {
    settings: {
      state: data.state,
      port,
      smtp: options.smtp,
      mailFrom: ownerEmail.endsWith("@localhost") ? undefined : ownerEmail,
      slackWebhook: options.slackWebhook,
      slackSigningSecret: options.slackSigningSecret,
      slackBotToken: options.slackBotToken,
      slackChannel: options.slackChannel,
      slackTeam: options.slackTeam,
      slackApiUrl: options.slackApiUrl,
      notifyWebhook: options.notifyWebhook,
      console,
    },
    identity: data.identity,
    ownerEmail,
  };
  const first = Promise.withResolvers<ServerReady>();
  const part = supervise({
    name: "server",
    logFile: join(data.logs, "server.log"),
    stopWithinMs: SERVER_STOPS_WITHIN_MS,
    echo: true,
    say,
    async start() {
      // A killed server leaves its workerd behind, with the port and the databases in its hands.
      await killAll(marked(data.path, "server"));
      // A small young generation: Miniflare's start would leave 80 MB behind that are never needed again.
      const argv = ["--max-semi-space-size=1", join(import.meta.dirname, "server-process.ts")];
      const child = spawn(process.execPath, argv, {
        stdio: ["ignore", "pipe", "pipe", "ipc"],
        detached: true,
        env: partEnvironment(data, "server"),
      });
      child.on("message", (news: ServerNews) => {
        if ("ready" in news) first.resolve(news.ready);
        else first.reject(new Error(news.failed));
      });
      child.send(order);
      return child;
    },
  });
  return { part, ready: first.promise };
}

/** Starts the agent of this machine on `root`. */
export function startAgentPart(data: DataFolder, url: string, root: string, say: Said): Supervised {
  return supervise({
    name: "agent",
    logFile: join(data.logs, "agent.log"),
    stopWithinMs: AGENT_STOPS_WITHIN_MS,
    echo: false,
    say,
    async start(): Promise<ChildProcess> {
      await killAll(marked(data.path, "agent"));
      return spawn(process.execPath, [join(ROOT, "agent", "src", "main.ts"), "agent", "start"], {
        // It watches its stdin: when this process is gone, so is that pipe.
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
        env: {
          ...partEnvironment(data, "agent"),
          TW_URL: url,
          TW_TOKEN: data.identity.agentToken,
          TW_ROOT: root,
          TW_STATE: data.agent,
          TW_APPROVAL_KEY: publicPart(data.identity.receiptKey),
          TW_LABELS: "local",
          TW_PARENT_WATCH: "1",
        },
      });
    },
  });
}

/** The product's own programs come first, so that `wrangler` is the pinned one wherever none is installed in a project. */
function partEnvironment(data: DataFolder, part: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: [join(ROOT, "node_modules", ".bin"), process.env.PATH].filter(Boolean).join(delimiter),
    TMPDIR: data.temp,
    // Loading Miniflare leaves glibc's arenas full of holes; with fewer of them a third less memory is kept.
    MALLOC_ARENA_MAX: "2",
    MALLOC_TRIM_THRESHOLD_: "131072",
    NODE_COMPILE_CACHE: join(ROOT, "node_modules", ".cache", "turbocharged-workspace", "compiled"),
    [MARK_DATA]: data.path,
    [MARK_PART]: part,
  };
}
