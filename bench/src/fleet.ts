/**
 * `npm run fleet [-- --agents 50 --jobs 500 --sockets 1000]`: many real agents on one workspace. Every job runs once, the work is spread by
 * capacity, and after the server's restart all of them are back before long; `--sockets`: so are that many connections alone. Prints figures;
 * exits with 1 when one of these does not hold.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startWorkspace, type Workspace } from "@tw/local/src/testing/workspace.ts";
import { answering, inTurns, patiently, seconds, until } from "./fleet-parts.ts";
import { storm } from "./fleet-sockets.ts";
import { figures } from "./stats.ts";

const { values } = parseArgs({
  options: {
    agents: { type: "string", default: "50" },
    jobs: { type: "string", default: "500" },
    sockets: { type: "string", default: "0" },
  },
});
const AGENTS = Number(values.agents);
const JOBS = Number(values.jobs);
const CAPACITIES = [1, 2, 4, 8];
const SETTLED_S = 30;
/** An agent's mean part may be so many times what its capacity promises, or the like part of it. */
const SPREAD = 2;
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
// Opening a pipe to read it waits until somebody writes to it, and costs nothing meanwhile.
writeFileSync(
  join(root, "mark.sh"),
  'echo once >> "ran/$TW_RUN_ID"\n[ -p gate ] && read -r _ 2>/dev/null < gate\nsleep 0.4\n',
);
const port = await freePort();
let workspace: Workspace = await startWorkspace({ port });
const fleet: Fleet[] = [];
const faults: string[] = [];
// Stopped agents would stay behind for ever.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    for (const { child } of fleet) child.kill("SIGKILL");
    process.exit(1);
  });
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

  console.log("Until all jobs are asked for, those that agents have taken wait at a gate.");
  await burst(JOBS);
  await restart();
  await burst(Math.min(JOBS, 2 * AGENTS));
  if (Number(values.sockets) > 0) {
    await endAgents();
    const { workspace: after, fault } = await storm(workspace, Number(values.sockets), SETTLED_S);
    workspace = after;
    if (fault) faults.push(fault);
  }
} catch (error) {
  faults.push((error as Error).message);
} finally {
  await endAgents();
  await workspace.stop();
  rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
}
for (const fault of faults) console.log(`NOT AS IT SHOULD BE: ${fault}`);
console.log(
  `load average ${loadavg()[0]?.toFixed(1)} on ${cpus().length} cores; ${faults.length > 0 ? "failed" : "all as it should be"}`,
);
process.exit(faults.length > 0 ? 1 : 0);

async function endAgents(): Promise<void> {
  const ending = fleet.splice(0);
  for (const { child } of ending) child.kill("SIGTERM");
  await Promise.all(
    ending.map(({ child }) =>
      child.exitCode === null && child.signalCode === null
        ? new Promise((go) => child.once("exit", go))
        : null,
    ),
  );
}

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
  // None is over before all are there: asking for 500 takes longer than doing them.
  execFileSync("mkfifo", [join(root, "gate")]);
  await inTurns(count, AT_ONCE, async () => {
    const body = { agent: { labels: ["fleet"] } };
    const { run } = await api<{ run: { id: string } }>("/api/commands/fleet-mark/execute", "POST", body);
    ids.push(run.id);
  });
  const open = (table: string) => async () =>
    (await workspace.db
      .prepare(`SELECT count(*) AS n FROM ${table} WHERE finished_at IS NULL`)
      .first<number>("n")) ?? -1;
  const queued = open("jobs");
  await until(async () => (await queued()) === count, 300, "all jobs are there");
  const asked = Date.now() - asking;
  const from = Date.now();
  await openGate();
  const unfinished = open("workflow_executions");
  // What is not over by then is counted below, and is a fault.
  await until(async () => (await unfinished()) === 0, 300, "all runs are over").catch((error: Error) =>
    faults.push(error.message),
  );
  const took = Date.now() - from;
  const { results } = await patiently(() =>
    workspace.db
      .prepare(
        `SELECT run_id, agent_id, attempt, status, error_json ->> 'code' AS error FROM step_executions
         WHERE run_id IN (SELECT value FROM json_each(?1))`,
      )
      .bind(JSON.stringify(ids))
      .all<{ run_id: string; agent_id: string; attempt: number; status: string; error: string | null }>(),
  );
  // What each program wrote itself, whatever the workspace believes.
  const ran = new Map(
    readdirSync(join(root, "ran")).map((name) => [name, readFileSync(join(root, "ran", name), "utf8")]),
  );
  const times = ids.map((id) => (ran.get(id) ?? "").split("\n").length - 1).map((n) => Math.max(0, n));
  const [never, twice] = [times.filter((n) => n === 0).length, times.filter((n) => n > 1).length];
  const failed = results.filter(({ status }) => status !== "succeeded");
  const errors = [...new Set(failed.map(({ error }) => error))].join(", ");
  console.log(
    `${count} jobs: all there in ${seconds(asked)}, then the gate opens: all over in ${seconds(took)}; ran once ${count - never - twice}, twice or more ${twice}, never ${never}; not succeeded ${failed.length}${errors ? ` (${errors})` : ""}`,
  );
  if (twice > 0) faults.push(`${twice} of ${count} jobs ran twice or more`);
  if (never > 0) faults.push(`${never} of ${count} jobs never ran`);
  if (failed.length > 0) faults.push(`${failed.length} of ${count} jobs did not succeed (${errors})`);
  const total = fleet.reduce((sum, { capacity }) => sum + capacity, 0);
  for (const capacity of CAPACITIES) {
    const each = fleet
      .filter((one) => one.capacity === capacity)
      .map(({ id }) => results.filter(({ agent_id }) => agent_id === id).length);
    if (each.length === 0) continue;
    const mean = each.reduce((a, b) => a + b, 0) / each.length;
    const part = (count * capacity) / total;
    console.log(
      `  capacity ${capacity}: ${mean.toFixed(1)} jobs an agent (${Math.min(...each)} to ${Math.max(...each)}), its part by capacity ${part.toFixed(1)}`,
    );
    if (count >= 2 * total && (mean > part * SPREAD || mean < part / SPREAD))
      faults.push(`agents of capacity ${capacity} had ${mean.toFixed(1)} jobs, not about ${part.toFixed(1)}`);
  }
}

/** Lets those go that wait at the gate, and whoever comes later. */
async function openGate(): Promise<void> {
  const opened = join(dir, "opened");
  renameSync(join(root, "gate"), opened);
  // For reading too, since else it would itself wait. A second is for those who were just about to open it.
  const end = openSync(opened, "r+");
  await new Promise((go) => setTimeout(go, 1_000));
  closeSync(end);
  rmSync(opened);
}

/** Stops the server, starts it again on the same data and port, and waits until every agent has a new session. */
async function restart(): Promise<void> {
  const before = await patiently(sessions);
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
  const last = Math.max(...back);
  console.log(
    `${back.length} of ${AGENTS} agents are back: half of them ${figures(back).p50} s after it, the last ${last.toFixed(1)} s, to be within ${SETTLED_S} s`,
  );
  if (last > SETTLED_S) faults.push(`the last agent came back after ${last.toFixed(1)} s`);
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

function freePort(): Promise<number> {
  return new Promise((settle, fail) => {
    const server = createServer();
    server.once("error", fail).listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => settle(port));
    });
  });
}
