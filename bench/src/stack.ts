/** A whole workspace of its own for the benchmarks: the four Workers and a real agent on a temporary folder. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorkspace, type Workspace } from "@tw/local/src/testing/workspace.ts";
import type { BenchCommand } from "./plans.ts";

export interface Stack {
  workspace: Workspace;
  /** Of the agent, when there is one. */
  agentPid: number | undefined;
  /** The agent's. */
  root: string;
  put(command: BenchCommand): Promise<void>;
  execute(slug: string): Promise<string>;
  /** Answers when the run is over or waits for a person. */
  wait(runId: string): Promise<RunView>;
  stop(): Promise<void>;
}
export interface RunView {
  id: string;
  status: string;
  created_at: number;
  finished_at: number | null;
  checkpoints: { id: string; plan_digest: string }[];
}

/** `policy`: of the agent, beside the defaults. */
export async function startStack(options: { agent: boolean; policy?: object }): Promise<Stack> {
  const root = await mkdtemp(join(tmpdir(), "tw-bench-"));
  if (options.policy) {
    await mkdir(join(root, ".agent"), { mode: 0o700 });
    await writeFile(join(root, ".agent", "policy.json"), JSON.stringify(options.policy));
  }
  const workspace = await startWorkspace({});
  const agent = options.agent ? startAgent(workspace, root) : null;
  const json = async <T>(path: string, init?: { method?: string; body?: unknown }): Promise<T> => {
    const response = await workspace.request(path, init);
    if (!response.ok)
      throw new Error(`${init?.method ?? "GET"} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const stop = async () => {
    if (agent) {
      agent.kill("SIGTERM");
      await new Promise((done) => (agent.exitCode === null ? agent.once("exit", done) : done(null)));
    }
    await workspace.stop();
    await rm(root, { recursive: true, force: true });
  };
  if (agent) {
    for (;;) {
      const { items } = await json<{ items: { status: string }[] }>("/api/agents");
      if (items.some((a) => a.status === "online")) break;
      if (agent.exitCode !== null) throw new Error(`the agent ended with exit code ${agent.exitCode}`);
    }
  }
  return {
    workspace,
    root,
    agentPid: agent?.pid,
    stop,
    put: async ({ slug, body }) => void (await json(`/api/commands/${slug}`, { method: "PUT", body })),
    execute: async (slug) =>
      (await json<{ run: { id: string } }>(`/api/commands/${slug}/execute`, { body: {} })).run.id,
    wait: async (runId) => {
      for (;;) {
        const { run } = normalise(await json<RunView | { run: RunView }>(`/api/runs/${runId}?wait_s=25`));
        if (run.finished_at !== null || run.status === "waiting") return run;
      }
    },
  };
}

function normalise(answer: RunView | { run: RunView }): { run: RunView } {
  return "run" in answer ? answer : { run: answer };
}

function startAgent(workspace: Workspace, root: string) {
  const main = new URL(import.meta.resolve("@tw/agent/src/main.ts")).pathname;
  const args = [
    "agent",
    "start",
    "--url",
    workspace.url,
    "--token",
    workspace.agent.token,
    "--root",
    root,
    "--state",
    join(root, ".agent"),
  ];
  return spawn(process.execPath, [main, ...args], { stdio: ["ignore", "ignore", "inherit"] });
}
