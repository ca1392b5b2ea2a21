/** A flood of output through a whole workspace, and the memory of every process it goes through. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import type { Workspace } from "@tw/local/src/testing/workspace.ts";

export interface MemoryOf {
  /** MiB of resident memory before anything was run (the watcher: as soon as it watched), before the flood, the most in its first 5 s, and the most of all. */
  rest: number;
  before: number;
  warm: number;
  highest: number;
  /** How much the highest rose in each half: what is constant does not rise in the second. */
  firstHalf: number;
  secondHalf: number;
  /** MiB a minute over the last 30 s of the flood (the last half of a shorter one): of a straight line through all samples. */
  slope: number;
}
export interface Flood {
  status: string;
  error: string | null;
  /** What the watcher was shown, and how many lines the stored log has: each is to be shown once. */
  seenMiB: number;
  seenLines: number;
  logLines: number;
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
  const samples = Object.fromEntries(Object.keys(pids).map((name) => [name, [] as Sample[]]));
  const before = Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, rssMiB(pid)]));
  const began = performance.now();
  const sampling = setInterval(() => {
    const at = (performance.now() - began) / 1000;
    for (const [name, pid] of Object.entries(pids)) {
      const mib = rssMiB(pid);
      if (mib > 0) samples[name]?.push({ at, mib });
    }
  }, 50);
  const ended = await over(workspace, run);
  await watcher.ended;
  clearInterval(sampling);
  const memory = Object.fromEntries(
    Object.entries(samples).map(([name, taken]) => {
      const start = before[name] ?? 0;
      return [name, { rest: resting[name] ?? start, before: start, ...figuresOf(taken, start, seconds) }];
    }),
  ) as Flood["memory"];
  const seenMiB = Math.round((watcher.seen() / 1024 / 1024) * 10) / 10;
  const log = await workspace.request(`/api/runs/${run}/logs`);
  const logLines = (await log.text()).split("\n").length - 1;
  const error = ended.steps[0]?.error?.code ?? null;
  return { status: ended.status, error, seenMiB, seenLines: watcher.lines(), logLines, memory };
}

interface Sample {
  /** Seconds since the flood began. */
  at: number;
  mib: number;
}
const WARM_S = 5;

function figuresOf(samples: Sample[], before: number, seconds: number) {
  const most = (until: number) =>
    Math.max(before, ...samples.filter(({ at }) => at < until).map(({ mib }) => mib));
  const half = most(seconds / 2);
  const highest = most(Number.POSITIVE_INFINITY);
  const late = samples.filter(({ at }) => at > seconds - Math.min(30, seconds / 2) && at < seconds);
  return {
    warm: most(WARM_S),
    highest,
    firstHalf: half - before,
    secondHalf: highest - half,
    slope: 60 * slopeOf(late),
  };
}
/** Least squares; MiB a second. */
function slopeOf(samples: Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, one) => sum + of(one), 0) / samples.length;
  const [at, mib] = [mean((one) => one.at), mean((one) => one.mib)];
  const spread = samples.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  return spread > 0 ? samples.reduce((sum, one) => sum + (one.at - at) * (one.mib - mib), 0) / spread : 0;
}

/** The command line as a person uses it. */
function watch(workspace: Workspace, run: string) {
  const main = new URL(import.meta.resolve("@tw/agent/src/main.ts")).pathname;
  const child = spawn(process.execPath, [main, "logs", run, "--follow"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH, HOME: workspace.data, TW_URL: workspace.url, TW_TOKEN: workspace.token },
  });
  let [seen, lines] = [0, 0];
  child.stdout.on("data", (bytes: Buffer) => {
    seen += bytes.length;
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) lines++;
  });
  return {
    pid: child.pid as number,
    seen: () => seen,
    lines: () => lines,
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
