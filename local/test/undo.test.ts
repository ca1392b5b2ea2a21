/** Undo of finished runs with a real agent: files, git and a local D1 database; refusals; an undo taken back. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "@tw/shared/limits";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { pruneKept } from "../../agent/src/prune-kept.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { approvedToEnd, call, ended, startAgent, type TestAgent } from "./agent.ts";
import { environment } from "./run-library.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;
let project: string;
beforeAll(async () => {
  ws = await startWorkspace();
  agent = await startAgent(ws, { env: { WRANGLER_SEND_METRICS: "false" } });
  project = join(agent.root, "shop");
  mkdirSync(project);
});
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
});

const execute = async (command: string, args: object) => {
  const { run } = await call(ws, `/api/commands/${command}/execute`, { cwd: "shop", args });
  const done = await approvedToEnd(ws, run.id);
  expect(done, JSON.stringify(done, null, 1)).toMatchObject({ status: "succeeded" });
  return done;
};
/** Asks for the undo, which must wait for a person, and lets it happen. */
const undo = async (id: string) => {
  const { run } = await call(ws, `/api/runs/${id}/undo`, {}, 202);
  const waiting = await ended(ws, run.id);
  expect(waiting).toMatchObject({ status: "waiting", parent_run_id: id });
  const done = await approvedToEnd(ws, run.id);
  expect(done, JSON.stringify(done, null, 1)).toMatchObject({ status: "succeeded" });
  return done;
};
const refused = async (id: string, status: number) =>
  (await call(ws, `/api/runs/${id}/undo`, {}, status)).error;
const read = (name: string) =>
  existsSync(join(project, name)) ? readFileSync(join(project, name), "utf8") : null;
const git = (...argv: string[]) =>
  execFileSync("git", argv, { cwd: project, env: environment(agent.home), encoding: "utf8" });

test("files: what each step kept and until when is in the run; the undo waits for a person; an undo can be taken back, and again", async () => {
  writeFileSync(join(project, "a.txt"), "a\n");
  writeFileSync(join(project, "b.txt"), "b\n");
  await ws.request("/api/commands/shuffle", {
    method: "PUT",
    body: {
      name: "shuffle",
      type: "workflow",
      definition: {
        steps: [
          { command: "cp", args: { from: "a.txt", to: "b.txt" } },
          { command: "mv", args: { from: "a.txt", to: "c.txt" } },
          { command: "rm", args: { paths: ["b.txt"] } },
          { command: "ls" },
        ],
      },
    },
  });
  const done = await execute("shuffle", {});
  const state = () => ["a.txt", "b.txt", "c.txt"].map(read);
  expect(state()).toEqual([null, null, "a\n"]);
  expect(done.undo).toMatchObject({ possible: true, reason: null, undone_by: null, left: [] });
  expect(done.undo.steps.map(({ id, command }: { id: string; command: string }) => [id, command])).toEqual([
    ["rm", "files-restore"],
    ["mv", "files-restore"],
    ["cp", "files-restore"],
  ]);
  for (const step of done.undo.steps) {
    expect(step.captured.kept).toMatch(/^[a-z0-9]+-[a-f0-9]{18}$/);
    expect(step.until).toBeGreaterThan(done.finished_at + (LIMITS.undoS - 60) * 1_000);
    expect(step.until).toBeLessThanOrEqual(done.finished_at + LIMITS.undoS * 1_000);
  }
  const first = await undo(done.id);
  expect(state()).toEqual(["a\n", "b\n", null]);
  const marked = await call(ws, `/api/runs/${done.id}`);
  expect(marked.undo).toMatchObject({
    possible: false,
    undone_by: first.id,
    reason: expect.stringContaining(first.id),
  });
  const twice = await refused(done.id, 409);
  expect(twice).toMatchObject({ code: "conflict", issues: [{ path: "id", message: first.id }] });
  // Taken back: as it was after the run; then undone once more, by the run that took it back.
  const back = await undo(first.id);
  expect(state()).toEqual([null, null, "a\n"]);
  const again = await refused(done.id, 409);
  expect(again.message).toContain(`undo ${back.id} instead`);
  await undo(back.id);
  expect(state()).toEqual(["a\n", "b\n", null]);
});

test("git: index and commit are put back; somebody's newer commit stops it and is named", async () => {
  git("init", "--quiet", "--initial-branch=main");
  git("config", "user.name", "Ada");
  git("config", "user.email", "ada@example.com");
  writeFileSync(join(project, ".gitignore"), "*.txt\n.wrangler\n");
  git("add", ".gitignore");
  git("commit", "--quiet", "-m", "first");
  const head = git("rev-parse", "HEAD").trim();
  writeFileSync(join(project, "page.md"), "hello\n");
  await ws.request("/api/commands/save", {
    method: "PUT",
    body: {
      name: "save",
      type: "workflow",
      definition: { steps: [{ command: "git-add" }, { command: "git-commit", args: { message: "page" } }] },
    },
  });
  const index = git("ls-files", "--stage");
  const saved = await execute("save", {});
  const commit = git("rev-parse", "HEAD").trim();
  expect(saved.undo.steps).toMatchObject([
    { id: "git-commit", captured: { commit, before: head }, command: "git-undo-commit" },
    {
      id: "git-add",
      captured: { tree: expect.stringMatching(/^[0-9a-f]{40}$/) },
      command: "git-restore-index",
    },
  ]);
  // git drops the tree first, so that is when the whole ends.
  expect(saved.undo.until).toBe(saved.undo.steps[1].until);
  expect(saved.undo.until).toBeLessThanOrEqual(saved.finished_at + 14 * 86_400_000);
  const staged = git("ls-files", "--stage");
  const undone = await undo(saved.id);
  expect(git("rev-parse", "HEAD").trim()).toBe(head);
  expect(git("ls-files", "--stage")).toBe(index);
  expect(read("page.md")).toBe("hello\n");
  const back = await undo(undone.id);
  expect(git("rev-parse", "HEAD").trim()).toBe(commit);
  expect(git("ls-files", "--stage")).toBe(staged);
  await undo(back.id);
  expect(git("rev-parse", "HEAD").trim()).toBe(head);

  const second = await execute("save", {});
  writeFileSync(join(project, "more.md"), "more\n");
  git("add", "more.md");
  git("commit", "--quiet", "-m", "on top");
  const top = git("rev-parse", "HEAD").trim();
  const { run } = await call(ws, `/api/runs/${second.id}/undo`, {}, 202);
  const failed = await approvedToEnd(ws, run.id);
  expect(failed.status).toBe("failed");
  expect(git("rev-parse", "HEAD").trim()).toBe(top);
  // An undo that failed does not count: it may be tried again.
  expect((await call(ws, `/api/runs/${second.id}`)).undo).toMatchObject({ possible: true, undone_by: null });
});

test("D1: a local database is what it was before the run", async () => {
  writeFileSync(
    join(project, "wrangler.jsonc"),
    JSON.stringify({
      name: "shop",
      compatibility_date: "2026-01-01",
      d1_databases: [{ binding: "DB", database_name: "shop", database_id: "0" }],
    }),
  );
  // Only the change that is to be undone needs its copy.
  const sql = (command: string, copy = false) =>
    execute("wrangler-d1-execute", { database: "shop", command, local: true, copy });
  await sql("CREATE TABLE cats (name TEXT); INSERT INTO cats VALUES ('Minka')");
  const changed = await sql("DELETE FROM cats", true);
  expect(changed.undo).toMatchObject({
    possible: true,
    steps: [{ command: "wrangler-d1-restore", captured: { kept: expect.any(String) } }],
  });
  await undo(changed.id);
  const looked = await sql("SELECT name FROM cats");
  expect(JSON.stringify(looked.steps[0].outputs)).toContain("Minka");
});

test("too late is 410 with the time; what has no undo, failed or still runs is 409; another workspace's run is 404", async () => {
  writeFileSync(join(project, "late.txt"), "late\n");
  const late = await execute("rm", { paths: ["late.txt"] });
  const long = LIMITS.undoS * 1_000 + 1;
  await ws.db
    .prepare("UPDATE step_executions SET finished_at = finished_at - ?1 WHERE run_id = ?2")
    .bind(long, late.id)
    .run();
  const error = await refused(late.id, 410);
  expect(error).toMatchObject({
    code: "expired",
    message: expect.stringContaining("rm kept was kept until"),
  });
  expect((await call(ws, `/api/runs/${late.id}`)).undo).toMatchObject({
    possible: false,
    reason: error.message,
  });

  const plain = await execute("ls", {});
  expect(plain.undo).toMatchObject({ possible: false, until: null, steps: [] });
  expect((await refused(plain.id, 409)).message).toContain("none of them has a rollback");
  const { run } = await call(ws, "/api/commands/fail/execute", {});
  const failed = await approvedToEnd(ws, run.id);
  expect((await refused(failed.id, 409)).message).toContain("this one is failed");
  const waits = await call(ws, "/api/commands/ls/execute", { cwd: "shop", checkpoint: true });
  const waiting = await ended(ws, waits.run.id);
  expect(waiting.undo).toBeNull();
  await refused(waiting.id, 409);
  await call(ws, `/api/runs/${waiting.id}/cancel`, {});
  expect((await ws.request("/api/runs/run_0000000000000/undo", { body: {} })).status).toBe(404);
});

test("the agent gives up copies that no undo can ask for any more, and nothing else", async () => {
  const folder = join(agent.home, "data", "tw", "kept");
  const before = readdirSync(folder);
  const [old = "", young = ""] = before;
  mkdirSync(join(folder, "not-ours"));
  const past = (Date.now() - LIMITS.keptMs - 60_000) / 1_000;
  for (const name of [old, "not-ours"]) utimesSync(join(folder, name), past, past);
  expect(await pruneKept({ XDG_DATA_HOME: join(agent.home, "data") }, Date.now())).toBe(1);
  const after = readdirSync(folder);
  expect(after).not.toContain(old);
  expect(after).toContain(young);
  expect(after).toContain("not-ours");
  expect(LIMITS.keptMs).toBeGreaterThan(LIMITS.undoS * 1_000);
});
