/** The whole workspace for a test file: the Workers with the console, an agent at work in a demo project, one browser. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { consoleFiles } from "../../local/src/console-files.ts";
import { makeDemo } from "../../local/src/demo.ts";
import { ROOT } from "../../local/src/ports.ts";
import { startWorkspace, type Workspace, type WorkspaceOptions } from "../../local/src/testing/workspace.ts";
import { startBrowser, type Visit, visit } from "./browser.ts";

export interface Stack {
  workspace: Workspace;
  browser: Browser;
  /** The agent's root; `demo` in it is a git project with a remote. */
  root: string;
  /** A window in which the owner is signed in, at `path`. */
  open(path: string, options?: Parameters<typeof visit>[2]): Promise<Visit>;
  /** Starts a run, as the owner over the API. Gives its id. */
  run(slug: string, body?: unknown): Promise<string>;
  /** GET as the owner. */
  get<T>(path: string): Promise<T>;
  /** Creates or replaces a command of the workspace. */
  put(slug: string, body: unknown): Promise<void>;
  /** Ends the Workers and starts them again on the same port and data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts all of it; `agent: false` leaves the agent out. */
export async function startStack(options: WorkspaceOptions & { agent?: boolean } = {}): Promise<Stack> {
  const [folder, browser] = await Promise.all([consoleFiles(ROOT), startBrowser()]);
  let workspace = await startWorkspace({ ...options, console: folder });
  const root = join(workspace.data, "root");
  mkdirSync(root, { recursive: true });
  await makeDemo(root, "owner@example.com");
  const agent = options.agent === false ? undefined : startAgent(workspace, root);
  const stack: Stack = {
    get workspace() {
      return workspace;
    },
    browser,
    root,
    async open(path, look) {
      const made = await visit(browser, workspace.url, look);
      await made.page.goto(await workspace.consoleUrl());
      await made.page.waitForURL((url) => !url.pathname.startsWith("/sign-in"));
      if (new URL(made.page.url()).pathname !== path) await made.page.goto(workspace.url + path);
      return made;
    },
    async run(slug, body = {}) {
      const answer = await workspace.request(`/api/commands/${slug}/execute`, { body });
      if (answer.status !== 202) throw new Error(`${slug}: ${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { run: { id: string } }).run.id;
    },
    async get<T>(path: string) {
      const answer = await workspace.request(path);
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async put(slug, body) {
      const answer = await workspace.request(`/api/commands/${slug}`, { method: "PUT", body });
      if (!answer.ok) throw new Error(`${slug}: ${answer.status} ${await answer.text()}`);
    },
    async restart() {
      const port = Number(new URL(workspace.url).port);
      await workspace.stop({ keep: true });
      workspace = await startWorkspace({
        ...options,
        console: folder,
        data: workspace.data,
        identity: workspace.identity,
        port,
      });
    },
    async stop() {
      await browser.close();
      if (agent) {
        const over = agent.exitCode !== null || agent.signalCode !== null ? null : once(agent, "exit");
        agent.kill("SIGTERM");
        await over;
      }
      await workspace.stop();
    },
  };
  if (agent)
    await until("the agent is online", async () =>
      (await stack.get<{ items: { status: string }[] }>("/api/agents")).items.some(
        ({ status }) => status === "online",
      ),
    );
  return stack;
}

function startAgent(workspace: Workspace, root: string): ChildProcess {
  return spawn(process.execPath, [join(ROOT, "agent", "src", "main.ts"), "agent", "start"], {
    stdio: ["pipe", "ignore", "inherit"],
    env: {
      ...process.env,
      PATH: [join(ROOT, "node_modules", ".bin"), process.env.PATH].filter(Boolean).join(delimiter),
      TW_URL: workspace.url,
      TW_TOKEN: workspace.agent.token,
      TW_ROOT: root,
      TW_STATE: join(workspace.data, "agent"),
      TW_LABELS: "local",
      TW_PARENT_WATCH: "1",
    },
  });
}

/** Waits for a condition, at most 100 s. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 100_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await delay(25);
  }
}
