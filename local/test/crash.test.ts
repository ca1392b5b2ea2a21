/** Twenty runs under way while the server, the agent and in the end the launcher are killed: every one goes on and ends. */
import { afterEach, expect, test, vi } from "vitest";
import { freePort } from "../src/ports.ts";
import { isAlive, marked } from "../src/processes.ts";
import { ask, cleanUp, folder, launch, type Ready, until } from "./launcher.ts";

vi.setConfig({ testTimeout: 300_000 });
afterEach(cleanUp);

const RUNS = 20;
const workflow = {
  name: "look around",
  category: "test",
  type: "workflow",
  effect: "read",
  definition: {
    steps: [
      { id: "where", command: "pwd" },
      { id: "rest", command: "sleep", args: { seconds: 1 } },
      { id: "what", command: "git-status" },
      { id: "again", command: "sleep", args: { seconds: 1 } },
      { id: "files", command: "ls" },
    ],
    human_checkpoints: [],
    rollback_on_error: false,
    parallel_execution: false,
  },
};

test("killed in the middle, every run ends as it would have", async () => {
  const data = folder();
  const flags = ["--json", "--port", String(await freePort()), "--data", data];
  const first = launch(...flags);
  const ready = await first.ready();
  const put = await fetch(`${ready.url}/api/commands/look-around`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ready.token}`, "content-type": "application/json" },
    body: JSON.stringify(workflow),
  });
  expect(put.status, await put.clone().text()).toBeLessThan(300);
  const runs = await Promise.all(
    Array.from({ length: RUNS }, async () => {
      const { run } = await ask<{ run: { id: string } }>(ready, "/api/workflows/look-around/execute", {
        cwd: "demo",
      });
      return run.id;
    }),
  );
  await until(async () => (await statuses(ready)).includes("running"), "a run is under way");
  const [agent] = marked(data, "agent");
  process.kill(agent!, "SIGKILL");
  await until(() => !isAlive(agent!) && marked(data, "agent").length > 0, "there is another agent");
  for (const pid of marked(data, "server")) process.kill(pid, "SIGKILL");
  await until(() => marked(data, "server").length === 2, "there is another server");
  await until(async () => (await statuses(ready).catch(() => [])).length > 0, "it answers");
  process.kill(first.pid, "SIGKILL");
  const second = launch(...flags);
  expect(await second.ready()).toEqual({ ...ready, console_url: expect.stringContaining("/sign-in/") });
  for (const id of runs) {
    let run: { status: string; steps: unknown[] } = { status: "", steps: [] };
    await until(
      async () => {
        run = await ask(ready, `/api/runs/${id}?wait_s=10`);
        return !["queued", "running"].includes(run.status);
      },
      `run ${id} has ended`,
      () => JSON.stringify(run),
    );
    expect(run, JSON.stringify(run.steps)).toMatchObject({ status: "succeeded" });
  }
  second.child.kill("SIGTERM");
  expect(await second.exit).toBe(0);
  expect(marked(data)).toEqual([]);
});

async function statuses(ready: Ready): Promise<string[]> {
  const { items } = await ask<{ items: { status: string }[] }>(ready, "/api/runs?limit=100");
  return items.map((run) => run.status);
}
