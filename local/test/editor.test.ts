/** Editor commands and services through the whole workspace: as a person runs them, rolled back, undone later, shown by the API. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ROOT } from "../src/ports.ts";
import { killAll } from "../src/processes.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent } from "./agent.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;
const FILES = {
  "tsconfig.json":
    '{ "compilerOptions": { "module": "nodenext", "strict": true, "noEmit": true, "types": [] } }',
  "users.ts": "\uFEFFexport function loadUser(id: string) {\r\n  return { id };\r\n}\r\n",
  "index.ts": 'import { loadUser } from "./users.js";\nexport const first = loadUser("1");',
};
beforeAll(async () => {
  ws = await startWorkspace();
  agent = await startAgent(ws, { env: { TW_SERVICE_BACKOFF_MS: "50" } });
  mkdirSync(join(agent.root, "shop/node_modules"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules/typescript"), join(agent.root, "shop/node_modules/typescript"));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(agent.root, "shop", name), text);
});
afterAll(async () => {
  await killAll(processesOf(agent?.state ?? "none"));
  await agent?.remove();
  await ws?.stop();
});

const execute = async (command: string, args: object, cwd = "shop") => {
  const { run } = await call(ws, `/api/commands/${command}/execute`, { cwd, args });
  return ended(ws, run.id);
};
const texts = () =>
  Object.fromEntries(
    Object.keys(FILES).map((name) => [name, readFileSync(join(agent.root, "shop", name), "utf8")]),
  );

test("a rename is rolled back with its workflow, and undone later from its run", async () => {
  await ws.request("/api/commands/rename-and-fail", {
    method: "PUT",
    body: {
      name: "rename and fail",
      type: "workflow",
      definition: {
        rollback_on_error: true,
        steps: [
          {
            id: "rename",
            command: "cursor-rename-symbol",
            args: { symbol: "loadUser", new_name: "readUser" },
          },
          { id: "check", command: "cursor-diagnostics" },
          { id: "fail", command: "fail", args: { message: "on purpose" } },
        ],
      },
    },
  });
  const failed = await execute("rename-and-fail", {});
  const [rename, check] = failed.steps;
  expect(rename, JSON.stringify(failed, null, 1)).toMatchObject({
    status: "succeeded",
    rollback: { status: "succeeded" },
    outputs: { file_count: 2, edits: 3, old_name: "loadUser" },
  });
  expect(rename.outputs.patch).toContain("export function readUser(id: string) {");
  expect(check.outputs).toMatchObject({ errors: 0, problems: [] });
  expect(failed).toMatchObject({ status: "failed", rollback: { status: "succeeded" } });
  expect(texts()).toEqual(FILES);

  const done = await execute("cursor-rename-symbol", { symbol: "loadUser", new_name: "readUser" });
  expect(done.status).toBe("succeeded");
  expect(texts()["index.ts"]).toBe(FILES["index.ts"].replaceAll("loadUser", "readUser"));
  const { run } = await call(ws, `/api/runs/${done.id}/undo`, {}, 202);
  const asked = await ended(ws, run.id);
  const open = asked.checkpoints.find(({ status }: { status: string }) => status === "pending");
  await call(ws, `/api/checkpoints/${open.id}/approve`, { approved: true });
  expect(await ended(ws, run.id)).toMatchObject({ status: "succeeded" });
  expect(texts()).toEqual(FILES);
});

test("a service is defined, started, killed, started again and shown; a failed workflow stops what it started", async () => {
  const service = { driver: "process", command: ["sleep", "1000"], description: "rests" };
  const put = await ws.request("/api/services/rest", { method: "PUT", body: service });
  expect(put.status).toBe(201);
  const start = await execute("service-start", { name: "rest" });
  expect(start.steps[0], JSON.stringify(start, null, 1)).toMatchObject({
    status: "succeeded",
    outputs: { status: "running", changed: true },
  });
  const pid = start.steps[0].outputs.pid as number;
  await shown({ status: "running", status_detail: { pid, restarts: 0, agent_id: ws.agent.id } });
  process.kill(pid, "SIGKILL");
  await shown({ status: "running", status_detail: { restarts: 1 } });
  const { items } = await call(ws, "/api/services");
  expect(items).toMatchObject([{ name: "rest", driver: "process", status: "running" }]);
  const list = await execute("service-list", {});
  expect(list.steps[0].outputs).toMatchObject({
    count: 1,
    running: 1,
    services: [{ name: "rest", restarts: 1 }],
  });
  expect((await ws.request("/api/services/rest", { method: "DELETE" })).status).toBe(409);
  await execute("service-stop", { name: "rest" });
  await shown({ status: "stopped" });

  await ws.request("/api/commands/start-and-fail", {
    method: "PUT",
    body: {
      name: "start and fail",
      type: "workflow",
      definition: {
        rollback_on_error: true,
        steps: [
          { id: "start", command: "service-start", args: { name: "rest" } },
          { id: "fail", command: "fail", args: { message: "on purpose" } },
        ],
      },
    },
  });
  expect(await execute("start-and-fail", {})).toMatchObject({
    status: "failed",
    rollback: { status: "succeeded" },
  });
  await shown({ status: "stopped" });
});

async function shown(expected: object): Promise<void> {
  await vi.waitFor(
    async () => expect((await call(ws, "/api/services/rest")).service).toMatchObject(expected),
    {
      timeout: 30_000,
      interval: 50,
    },
  );
}

/** The supervisor and what it keeps: their command line or environment names the state directory. */
function processesOf(state: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return words.includes("supervisor-process") && words.includes(state);
      } catch {
        return false;
      }
    });
}
