/** A real agent on a test's workspace, with a root, a home and a state of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../src/ports.ts";
import type { Workspace } from "../src/testing/workspace.ts";
import { environment } from "./run-library.ts";

export interface TestAgent {
  root: string;
  home: string;
  state: string;
  said(): string;
  pid(): number;
  /** Ends it and waits; `start` brings it back. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its folders. */
  remove(): Promise<void>;
}

/** Starts it and waits until the workspace shows it online. `path` stands before everything else in its PATH. */
export async function startAgent(
  workspace: Workspace,
  options: { path?: string; env?: { [name: string]: string }; policy?: object } = {},
): Promise<TestAgent> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "tw-agent-")));
  const [root, home, state] = [join(dir, "root"), join(dir, "home"), join(dir, "state")];
  for (const one of [root, home, state]) mkdirSync(one, { mode: 0o700 });
  if (options.policy) writeFileSync(join(state, "policy.json"), JSON.stringify(options.policy));
  let child: ChildProcess | undefined;
  let said = "";
  const stop = async () => {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const over = new Promise((go) => ending.once("exit", go));
    ending.kill("SIGTERM");
    await over;
    await until(async () => (await status(workspace)) !== "online", "the agent is offline");
  };
  const start = async () => {
    const env = environment(home);
    child = spawn(process.execPath, [join(ROOT, "agent/src/main.ts"), "agent", "start"], {
      stdio: ["ignore", "ignore", "pipe"],
      env: {
        ...env,
        PATH: [...(options.path ? [options.path] : []), env.PATH].join(delimiter),
        XDG_CACHE_HOME: join(ROOT, "node_modules/.cache"),
        TW_URL: workspace.url,
        TW_TOKEN: workspace.agent.token,
        TW_ROOT: root,
        TW_STATE: state,
        ...options.env,
      },
    });
    child.stderr?.on("data", (bytes) => {
      said += bytes;
    });
    await until(
      async () => (await status(workspace)) === "online",
      "the agent is online",
      () => said,
    );
  };
  await start();
  return {
    root,
    home,
    state,
    said: () => said,
    pid: () => child?.pid ?? 0,
    stop,
    start,
    async remove() {
      await stop();
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function status(workspace: Workspace): Promise<string | undefined> {
  const row = await workspace.db
    .prepare("SELECT status FROM agents WHERE id = ?1 AND tenant_id = ?2")
    .bind(workspace.agent.id, workspace.tenant)
    .first<{ status: string }>();
  return row?.status;
}

/** Waits for a condition, at most 100 s. */
export async function until(
  holds: () => Promise<boolean>,
  what: string,
  detail: () => string = () => "",
): Promise<void> {
  const end = Date.now() + 100_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}. ${detail()}`);
    await delay(20);
  }
}

/** A request as the owner that must be answered with this status. */
export async function call(
  workspace: Workspace,
  path: string,
  body?: unknown,
  wanted?: number,
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tested
): Promise<any> {
  const answer = await workspace.request(path, body === undefined ? {} : { body });
  const json = await answer.json();
  if (wanted === undefined ? !answer.ok : answer.status !== wanted)
    throw new Error(`${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

/** The run once it is over or waits for a person. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export async function ended(workspace: Workspace, id: string): Promise<any> {
  for (let i = 0; i < 4; i += 1) {
    const run = await call(workspace, `/api/runs/${id}?wait_s=20`);
    if (["waiting", "succeeded", "failed", "rejected", "cancelled"].includes(run.status)) return run;
  }
  throw new Error(`the run ${id} did not end`);
}

/** Waits until the run is over, saying yes where a person is asked. */
// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tested
export async function approvedToEnd(workspace: Workspace, id: string): Promise<any> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  let run: any;
  // A run that somebody has voted on waits for a moment longer; it answers at once as long as it does.
  await until(
    async () => {
      run = await ended(workspace, id);
      const open = run.checkpoints.find(({ status }: { status: string }) => status === "pending");
      if (open) await call(workspace, `/api/checkpoints/${open.id}/approve`, { approved: true });
      return run.status !== "waiting";
    },
    `${id} ends`,
    () => JSON.stringify(run),
  );
  return run;
}
