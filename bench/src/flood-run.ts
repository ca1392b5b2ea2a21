/** A flood of output through a whole workspace, and the memory of every process it goes through. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Workspace } from "@tw/local/src/testing/workspace.ts";

export interface MemoryOf {
  /** MiB of resident memory before anything was run (the watcher: as soon as it watched), before the flood, and the highest while it lasted. */
  rest: number;
  before: number;
  highest: number;
  /** How much the highest rose in each half: what is constant does not rise in the second. */
  firstHalf: number;
  secondHalf: number;
}
export interface Flood {
  status: string;
  error: string | null;
  /** What the watcher was shown. */
  seenMiB: number;
  memory: { agent: MemoryOf; forker: MemoryOf; workers: MemoryOf; watcher: MemoryOf };
}

/** Runs `yes` (of this word) for so long on the agent with this pid, with `tw logs --follow` watching. The policy must let `yes` run. */
export async function flood(
  workspace: Workspace,
  agentPid: number,
  seconds: number,
  word = "y",
): Promise<Flood> {
  const body = {
    name: "Flood",
    type: "builtin",
    effect: "read",
    category: "bench",
    timeout_s: seconds,
    retry: { max: 1 },
    definition: { program: "yes", argv: [word] },
  };
  await json(workspace, "/api/commands/bench-flood", { method: "PUT", body });
  const resting: { [name: string]: number } = { agent: rssMiB(agentPid), workers: rssMiB(workerd()) };
  // A short one first, so that what is loaded once is loaded.
  const warm = { ...body, timeout_s: 0.5 };
  await json(workspace, "/api/commands/bench-flood-warm", { method: "PUT", body: warm });
  await over(workspace, await start(workspace, "bench-flood-warm"));

  const run = await start(workspace, "bench-flood");
  const watcher = watch(workspace, run);
  await within(5_000, () => watcher.seen() > 0);
  const pids = {
    agent: agentPid,
    forker: childOf(agentPid, "perl"),
    workers: workerd(),
    watcher: watcher.pid,
  };
  const began = performance.now();
  const tracks = Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => {
      const before = rssMiB(pid);
      return [name, { pid, rest: resting[name] ?? before, before, atHalf: before, highest: before }];
    }),
  );
  const sampling = setInterval(() => {
    const half = performance.now() - began < (seconds * 1000) / 2;
    for (const track of Object.values(tracks)) {
      track.highest = Math.max(track.highest, rssMiB(track.pid));
      if (half) track.atHalf = track.highest;
    }
  }, 50);
  const ended = await over(workspace, run);
  clearInterval(sampling);
  await watcher.ended;
  const memory = Object.fromEntries(
    Object.entries(tracks).map(([name, { rest, before, atHalf, highest }]) => [
      name,
      { rest, before, highest, firstHalf: atHalf - before, secondHalf: highest - atHalf },
    ]),
  ) as Flood["memory"];
  const seenMiB = Math.round((watcher.seen() / 1024 / 1024) * 10) / 10;
  return { status: ended.status, error: ended.steps[0]?.error?.code ?? null, seenMiB, memory };
}

/** The command line as a person uses it. */
function watch(workspace: Workspace, run: string) {
  const main = new URL(import.meta.resolve("@tw/agent/src/main.ts")).pathname;
  const child = spawn(process.execPath, [main, "logs", run, "--follow"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, HOME: workspace.data, TW_URL: workspace.url, TW_TOKEN: workspace.token },
  });
  let seen = 0;
  child.stdout.on("data", (bytes: Buffer) => {
    seen += bytes.length;
  });
  return {
    pid: child.pid as number,
    seen: () => seen,
    ended: new Promise<void>((go) => child.once("exit", () => go())),
  };
}

async function start(workspace: Workspace, slug: string): Promise<string> {
  const { run } = await json<{ run: { id: string } }>(workspace, `/api/commands/${slug}/execute`, {
    body: {},
  });
  return run.id;
}
interface RunView {
  status: string;
  finished_at: number | null;
  steps: { error: { code: string } | null }[];
}
async function over(workspace: Workspace, run: string): Promise<RunView> {
  for (;;) {
    const view = await json<RunView>(workspace, `/api/runs/${run}?wait_s=20`, {});
    if (view.finished_at !== null) return view;
  }
}
async function json<T>(
  workspace: Workspace,
  path: string,
  init: { method?: string; body?: unknown },
): Promise<T> {
  const response = await workspace.request(path, init);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
async function within(ms: number, holds: () => boolean): Promise<void> {
  for (const end = performance.now() + ms; !holds() && performance.now() < end; )
    await new Promise((go) => setTimeout(go, 20));
}

/** Resident memory in MiB; what it was last when the process has ended. */
function rssMiB(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
function childOf(parent: number, name: string): number {
  const pid = processes().find((one) => one.parent === parent && one.name === name)?.pid;
  if (pid === undefined) throw new Error(`process ${parent} has no child ${name}`);
  return pid;
}
/** The Workers of this process' workspace. */
function workerd(): number {
  return childOf(process.pid, "workerd");
}
function processes(): { pid: number; parent: number; name: string }[] {
  return readdirSync("/proc").flatMap((entry) => {
    try {
      const status = readFileSync(`/proc/${Number(entry)}/status`, "utf8");
      const name = /^Name:\t(.*)/.exec(status)?.[1] ?? "";
      return [{ pid: Number(entry), parent: Number(/PPid:\t(\d+)/.exec(status)?.[1]), name }];
    } catch {
      return [];
    }
  });
}
