/**
 * `npm run fleet [-- --agents 50 --jobs 500]`: many real agents on one workspace. Every job runs once, the work is spread by capacity, and after the
 * server's restart all of them are back before long. Prints figures; exits with 1 when one of these does not hold.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startWorkspace, type Workspace } from "@tw/local/src/testing/workspace.ts";
import { figures } from "./stats.ts";

const { values } = parseArgs({
  options: { agents: { type: "string", default: "50" }, jobs: { type: "string", default: "500" } },
});
const AGENTS = Number(values.agents);
const JOBS = Number(values.jobs);
const CAPACITIES = [1, 2, 4, 8];
const SETTLED_S = 30;
const AT_ONCE = 32;
const START_AT_ONCE = 4;
const MAIN = new URL(import.meta.resolve("@tw/agent/src/main.ts")).pathname;

interface Fleet {
  id: string;
  capacity: number;
  child: ChildProcess;
}

const dir = mkdtempSync(join(tmpdir(), "tw-fleet-"));
const root = join(dir, "root");
mkdirSync(join(root, "ran"), { recursive: true });
writeFileSync(join(root, "mark.sh"), 'echo once >> "ran/$TW_RUN_ID"\nsleep 0.4\n');
const port = await freePort();
let workspace: Workspace = await startWorkspace({ port });
const fleet: Fleet[] = [];
const faults: string[] = [];
try {
  await api("/api/commands/fleet-mark", "PUT", {
    name: "Mark",
    category: "bench",
    type: "builtin",
    effect: "write",
    definition: { program: "sh", argv: ["mark.sh"] },
  });
  const started = Date.now();
  await inTurns(AGENTS, START_AT_ONCE, enlist);
  console.log(
    `${AGENTS} agents connected in ${seconds(Date.now() - started)}, capacities ${CAPACITIES.join(", ")}`,
  );

  await burst(JOBS);
  await restart();
  await burst(Math.min(JOBS, 2 * AGENTS));
} finally {
  for (const { child } of fleet) {
    child.kill("SIGCONT");
    child.kill("SIGTERM");
  }
  await Promise.all(
    fleet.map(({ child }) => (child.exitCode === null ? new Promise((go) => child.once("exit", go)) : null)),
  );
  await workspace.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
for (const fault of faults) console.log(`NOT AS IT SHOULD BE: ${fault}`);
process.exit(faults.length > 0 ? 1 : 0);

/** Registers one agent and starts it. */
async function enlist(i: number): Promise<void> {
  const capacity = CAPACITIES[i % CAPACITIES.length] ?? 1;
  const { agent, token } = await api<{ agent: { id: string }; token: string }>("/api/agents", "POST", {
    name: `fleet-${i}`,
    labels: ["fleet"],
  });
  const state = join(dir, `state-${i}`);
  const argv = [
    "agent",
    "start",
    "--url",
    workspace.url,
    "--root",
    root,
    "--state",
    state,
    "--capacity",
    `${capacity}`,
  ];
  const child = spawn(process.execPath, [MAIN, ...argv], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, HOME: dir, TW_TOKEN: token },
  });
  let said = "";
  child.stderr?.on("data", (bytes) => {
    if (said.length < 10_000) said += bytes;
  });
  fleet.push({ id: agent.id, capacity, child });
  await until(() => said.includes("connected to") || child.exitCode !== null, 180, `agent ${i}: ${said}`);
  if (child.exitCode !== null) throw new Error(`agent ${i} ended: ${said}`);
}

/** Starts that many runs at once and looks at where and how often each ran. */
async function burst(count: number): Promise<void> {
  const asking = Date.now();
  const ids: string[] = [];
  // Nobody takes anything until all are in the queue: asking for 500 takes longer than doing them.
  for (const { child } of fleet) child.kill("SIGSTOP");
  // What they had asked just before is answered by then, with nothing.
  await new Promise((go) => setTimeout(go, 10_000));
  await inTurns(count, AT_ONCE, async () => {
    const body = { agent: { labels: ["fleet"] } };
    const { run } = await api<{ run: { id: string } }>("/api/commands/fleet-mark/execute", "POST", body);
    ids.push(run.id);
  });
  const queued = async () =>
    (
      await workspace.db
        .prepare("SELECT count(*) AS n FROM jobs WHERE finished_at IS NULL")
        .first<{ n: number }>()
    )?.n;
  await until(async () => (await queued()) === count, 300, "all jobs are queued");
  const asked = Date.now() - asking;
  const from = Date.now();
  for (const { child } of fleet) child.kill("SIGCONT");
  const open = async () =>
    (
      await workspace.db
        .prepare("SELECT count(*) AS n FROM workflow_executions WHERE finished_at IS NULL")
        .first<{ n: number }>()
    )?.n;
  await until(async () => (await open()) === 0, 600, "all runs are over");
  const took = Date.now() - from;
  const { results } = await workspace.db
    .prepare(
      "SELECT run_id, agent_id, attempt, status FROM step_executions WHERE run_id IN (SELECT value FROM json_each(?1))",
    )
    .bind(JSON.stringify(ids))
    .all<{ run_id: string; agent_id: string; attempt: number; status: string }>();
  const ran = new Map(
    readdirSync(join(root, "ran")).map((name) => [name, readFileSync(join(root, "ran", name), "utf8")]),
  );
  const wrong = ids.filter((id) => ran.get(id) !== "once\n");
  const failed = results.filter(({ status }) => status !== "succeeded").length;
  console.log(
    `${count} jobs: queued in ${seconds(asked)}, then let loose: all over in ${seconds(took)}; ran once: ${count - wrong.length}, not succeeded: ${failed}`,
  );
  if (wrong.length > 0) faults.push(`${wrong.length} of ${count} jobs did not run exactly once`);
  if (failed > 0) faults.push(`${failed} of ${count} jobs did not succeed`);
  const total = fleet.reduce((sum, { capacity }) => sum + capacity, 0);
  for (const capacity of CAPACITIES) {
    const each = fleet
      .filter((one) => one.capacity === capacity)
      .map(({ id }) => results.filter(({ agent_id }) => agent_id === id).length);
    if (each.length === 0) continue;
    const mean = each.reduce((a, b) => a + b, 0) / each.length;
    console.log(
      `  capacity ${capacity}: ${mean.toFixed(1)} jobs an agent (${Math.min(...each)} to ${Math.max(...each)}), its part by capacity ${((count * capacity) / total).toFixed(1)}`,
    );
  }
}

/** Stops the server, starts it again on the same data and port, and waits until every agent has a new session. */
async function restart(): Promise<void> {
  const before = await sessions();
  const { data, identity, url } = workspace;
  const down = Date.now();
  await workspace.stop({ keep: true });
  const answers = answering(url);
  workspace = await startWorkspace({ port, data, identity });
  const up = await answers;
  console.log(`the server was away for ${seconds(up - down)}`);
  const back: number[] = [];
  const missing = new Set(before.keys());
  await until(
    async () => {
      for (const [id, { session, at }] of await sessions())
        if (missing.has(id) && session > (before.get(id)?.session ?? 0)) {
          missing.delete(id);
          back.push(Math.max(0, at - up) / 1000);
        }
      return missing.size === 0;
    },
    120,
    `all agents are back, ${missing.size} missing`,
  );
  const { p50 } = figures(back);
  const last = Math.max(...back);
  console.log(
    `all ${AGENTS} agents are back ${last.toFixed(1)} s after it (half of them after ${p50} s), to be within ${SETTLED_S} s`,
  );
  if (last > SETTLED_S) faults.push(`the last agent came back after ${last.toFixed(1)} s`);
}

/** When the server takes requests again. */
async function answering(url: string): Promise<number> {
  for (;;) {
    const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2_000) }).catch(() => null);
    if (answer?.ok) return Date.now();
    await new Promise((go) => setTimeout(go, 50));
  }
}

/** Each agent's connection: its number, and when it was heard of. */
async function sessions(): Promise<Map<string, { session: number; at: number }>> {
  const { results } = await workspace.db
    .prepare("SELECT id, session, last_seen_at FROM agents WHERE name LIKE 'fleet-%'")
    .all<{ id: string; session: number; last_seen_at: number }>();
  return new Map(results.map(({ id, session, last_seen_at }) => [id, { session, at: last_seen_at }]));
}

async function api<T>(path: string, method: string, body: unknown): Promise<T> {
  const answer = await workspace.request(path, { method, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** `work` so many times, `width` at a time. */
async function inTurns(times: number, width: number, work: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < times) await work(next++);
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** A look that fails (a connection closed just then) is only a look in vain. */
async function until(holds: () => boolean | Promise<boolean>, limitS: number, what: string): Promise<void> {
  let why = "";
  const look = async () => {
    try {
      return await holds();
    } catch (error) {
      why = ` (${(error as Error).message})`;
      return false;
    }
  };
  for (const end = Date.now() + limitS * 1000; !(await look()); ) {
    if (Date.now() > end) throw new Error(`waited ${limitS} s in vain until ${what}${why}`);
    await new Promise((go) => setTimeout(go, 200));
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer();
    server.once("error", fail).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => settle(port));
    });
  });
}
