/** What the programs of a run leave behind, in a whole workspace: a cancel, a flood of output, an agent whose token is taken away. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { flood } from "../../bench/src/flood-run.ts";
import { isAlive } from "../src/processes.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent, until } from "./agent.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let workspace: Workspace;
let agent: TestAgent;
beforeAll(async () => {
  workspace = await startWorkspace();
  agent = await startAgent(workspace, {
    policy: { programs: ["sh", "setsid", "yes", "seq"] },
    env: { TW_KILL_GRACE_MS: "500" },
  });
});
afterAll(async () => {
  await agent?.remove();
  await workspace?.stop();
});

function pidIn(file: string): number {
  try {
    return Number(readFileSync(join(agent.root, file), "utf8")) || 0;
  } catch {
    return 0;
  }
}
function commandOf(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
}
async function put(slug: string, script: string): Promise<void> {
  // A definition holds no shell's sentences; it may name a script.
  writeFileSync(join(agent.root, `${slug}.sh`), script);
  const body = {
    name: slug,
    type: "builtin",
    effect: "write",
    category: "test",
    definition: { program: "sh", argv: [`${slug}.sh`] },
  };
  const answer = await workspace.request(`/api/commands/${slug}`, { method: "PUT", body });
  expect(answer.status, await answer.clone().text()).toBeLessThan(300);
}
const begin = async (slug: string): Promise<string> =>
  (await call(workspace, `/api/commands/${slug}/execute`, {})).run.id;

test("cancelled with a background child, a program deaf to SIGTERM and one in a session of its own: none lives, and the run names who left", async () => {
  await put(
    "leaves-much-behind",
    `sleep 301 & echo $! > background
     sh -c "trap '' TERM; echo \\$\\$ > deaf; while :; do sleep 0.2; done" &
     setsid sh -c 'echo $$ > away; exec sleep 302' &
     echo all are up; echo $$ > self; wait`,
  );
  const run = await begin("leaves-much-behind");
  const names = ["self", "background", "deaf", "away"];
  // The one away is told of by its command line, which is another a moment after its id is written.
  await until(
    async () => names.every((name) => pidIn(name) > 0) && commandOf(pidIn("away")) === "sleep 302",
    "all four are up",
  );
  const pids = names.map(pidIn);
  expect(pids.map(isAlive)).toEqual([true, true, true, true]);
  await call(workspace, `/api/runs/${run}/cancel`, {});
  const view = await ended(workspace, run);
  // When the run says that it is cancelled, nobody lives: it says so only then.
  expect(pids.map(isAlive)).toEqual([false, false, false, false]);
  expect(view.status).toBe("cancelled");
  expect(view.steps[0]).toMatchObject({ status: "cancelled", error: { code: "cancelled" } });
  expect(view.steps[0].error.message).toBe(
    `It was stopped on the agent. [outside its process group: ${pidIn("away")} sleep 302 (ended)]`,
  );
  const log = await (await workspace.request(`/api/runs/${run}/logs`)).text();
  expect(log).toContain("all are up");
  expect(log).toContain(`outside the step's process group: ${pidIn("away")} sleep 302 (ended)`);
});

test("a daemon that a successful step leaves on purpose goes on, and the run's history names it", async () => {
  await put(
    "leaves-a-daemon",
    `setsid sh -c 'echo $$ > daemon; exec sleep 303 >/dev/null 2>&1' &
     until [ -s daemon ] && [ "$(cat "/proc/$(cat daemon)/comm")" = sleep ]; do sleep 0.02; done`,
  );
  const run = await begin("leaves-a-daemon");
  expect((await ended(workspace, run)).status).toBe("succeeded");
  const daemon = pidIn("daemon");
  expect(isAlive(daemon)).toBe(true);
  process.kill(daemon, "SIGKILL");
  const row = await workspace.db
    .prepare(
      "SELECT group_concat(events_json) AS events FROM run_events WHERE run_id = ?1 AND tenant_id = ?2",
    )
    .bind(run, workspace.tenant)
    .first<{ events: string }>();
  expect(row?.events).toContain(`${daemon} sleep 303 (left running)`);
});

test("a flood of output costs agent, Worker and watcher a memory that does not grow with it", async () => {
  const { status, error, memory } = await flood(workspace, agent.pid(), 3, "y".repeat(200));
  expect({ status, error }).toEqual({ status: "failed", error: "timeout" });
  // In three seconds `yes` prints hundreds of megabytes; ten are kept of them.
  expect(memory.agent.highest - memory.agent.rest).toBeLessThan(128);
  expect(memory.agent.highest - memory.agent.before).toBeLessThan(64);
  expect(memory.forker.highest).toBeLessThan(64);
  expect(memory.workers.highest - memory.workers.before).toBeLessThan(192);
  expect(memory.watcher.highest - memory.watcher.before).toBeLessThan(96);
});

test("at the cap a watcher is shown what is kept: each line once and in order, one mark for the middle, and the end", async () => {
  const count = 2_000_000;
  const body = { name: "Count", type: "builtin", effect: "read", category: "test" };
  const definition = { program: "seq", argv: [`${count}`] };
  const put = await workspace.request("/api/commands/count-up", {
    method: "PUT",
    body: { ...body, definition },
  });
  expect(put.status, await put.clone().text()).toBeLessThan(300);
  const run = await begin("count-up");
  const watched = await workspace.request(`/api/runs/${run}/logs`, {
    headers: { accept: "text/event-stream" },
  });
  const pieces = [...(await watched.text()).matchAll(/^event: log\ndata: (.*)$/gm)].map(
    ([, data = ""]) => JSON.parse(data) as { start: number; text: string },
  );
  // No piece is doubled and none is missing.
  let end = 0;
  for (const { start, text } of pieces) {
    expect(start).toBe(end);
    end += Buffer.byteLength(text);
  }
  const shown = pieces.map(({ text }) => text).join("");
  expect(shown === (await (await workspace.request(`/api/runs/${run}/logs`)).text())).toBe(true);
  const [head = "", left = "", tail = ""] = shown.split(
    /\n\[\.\.\. (\d+) bytes of output left out here: more than 10 MiB \.\.\.\]\n/,
  );
  const whole = Array.from({ length: count }, (_, i) => `${i + 1}\n`).join("");
  expect(head === whole.slice(0, head.length)).toBe(true);
  expect(tail === whole.slice(-tail.length)).toBe(true);
  expect(head.length + Number(left) + tail.length).toBe(whole.length);
  expect(end).toBeLessThanOrEqual(10 * 1024 * 1024);
  expect(end).toBeGreaterThan(10 * 1024 * 1024 - 4_096);
});

test("an agent whose token is taken away in the middle of a job ends its program and itself", async () => {
  await put("waits", "echo $$ > waiting; sleep 304");
  await begin("waits");
  await until(async () => pidIn("waiting") > 0, "the program is up");
  const gone = await workspace.request(`/api/agents/${workspace.agent.id}`, { method: "DELETE" });
  expect(gone.status).toBe(204);
  await until(async () => !isAlive(pidIn("waiting")), "the program has ended");
  await until(async () => !isAlive(agent.pid()), "the agent has ended", agent.said);
  expect(agent.said()).toContain("token is not valid");
});
