/** Runs that fail, and what is undone then. */
import { newId } from "@tw/shared/ids";
import { describe, expect, test } from "vitest";
import { statuses, useRuns } from "./run-scene.ts";
import { untilRun, viewRun } from "./views.ts";
import { compile } from "./workflows.ts";

const runs = useRuns();
const { peer, start, finish, cancel, checkHistory } = runs;

describe("failure", () => {
  test("ends the run, with the step that failed and what it said", async () => {
    const view = await finish({
      steps: [
        { id: "a", command: "noop" },
        { id: "b", command: "fail", args: { message: "out of milk" } },
        { id: "c", command: "noop" },
      ],
    });
    expect(view.status).toBe("failed");
    expect(view.error).toEqual({ code: "failed", message: "out of milk", step: "b" });
    expect(statuses(view)).toEqual({ a: "succeeded", b: "failed", c: "cancelled" });
  });

  test("with continue_on_error does not, and is visible to what follows", async () => {
    const view = await finish({
      steps: [
        { id: "a", command: "fail", continue_on_error: true },
        { id: "b", command: "noop", when: { from: "steps.a.status", equals: "failed" } },
      ],
    });
    expect([view.status, view.error]).toEqual(["succeeded", null]);
    expect(statuses(view)).toEqual({ a: "failed", b: "succeeded" });
  });

  test("is tried again with growing pauses, as often as was said", async () => {
    const at: number[] = [];
    const server = await peer((_, response) => {
      at.push(Date.now());
      response.writeHead(503).end();
    });
    const view = await finish({
      steps: [{ id: "a", command: "get", args: { url: server.url }, retry: { max: 3, backoff_s: 0.2 } }],
    });
    expect([view.status, view.steps.a?.attempt, view.steps.a?.error?.code]).toEqual([
      "failed",
      3,
      "unexpected_status",
    ]);
    const pauses = at.slice(1).map((t, i) => t - (at[i] ?? 0));
    expect(pauses[0]).toBeGreaterThanOrEqual(200);
    expect(pauses[1]).toBeGreaterThanOrEqual(400);
    expect([...server.effects.values()]).toEqual([1, 1, 1]);
  });

  test("a pure step is tried again too", async () => {
    const view = await finish({ steps: [{ id: "a", command: "fail", retry: { max: 3, backoff_s: 0 } }] });
    expect([view.status, view.steps.a?.attempt]).toEqual(["failed", 3]);
  });

  test("of what was never to be: an argument of the wrong kind", async () => {
    const view = await finish({
      steps: [
        { id: "a", command: "echo", args: { value: "soon" } },
        { id: "b", command: "sleep", args: { seconds: { from: "steps.a.outputs.value" } } },
      ],
    });
    expect([view.status, view.error?.code, view.error?.step]).toEqual(["failed", "invalid_args", "b"]);
  });

  test("a step's time-out ends the call, the run's ends the run", async () => {
    const server = await peer(() => {});
    const step = await finish({
      steps: [{ id: "a", command: "get", args: { url: server.url }, timeout_s: 0.3, retry: { max: 1 } }],
    });
    expect([step.status, step.error?.code]).toEqual(["failed", "timeout"]);
    const run = await finish(
      { steps: [{ id: "a", command: "sleep", args: { seconds: 60 } }] },
      {},
      { timeout_s: 0.3 },
    );
    expect([run.status, run.error?.code]).toEqual(["failed", "timeout"]);
    expect(statuses(run)).toEqual({ a: "cancelled" });
  });

  test("a run whose row cannot be read is failed alone", async () => {
    const broken = await runs.bench.run(await compile({ steps: [{ id: "a", command: "noop" }] }));
    await runs.bench.db
      .prepare("UPDATE workflow_executions SET plan_json = '{' WHERE id = ?")
      .bind(broken)
      .run();
    const good = await runs.bench.run(await compile({ steps: [{ id: "a", command: "noop" }] }));
    await runs.bench.hint([broken, good]);
    expect((await untilRun(runs.bench, good)).status).toBe("succeeded");
    expect((await untilRun(runs.bench, broken)).error?.code).toBe("internal");
  });
});

describe("a run that cannot be stored", () => {
  test("is failed alone: its neighbours of the same commit are stored", async () => {
    const plan = await compile({ steps: [{ id: "a", command: "noop" }] });
    const poisoned = newId("run", Date.now());
    await runs.bench.db
      .prepare(
        `CREATE TRIGGER refuse BEFORE INSERT ON step_executions WHEN NEW.run_id = '${poisoned}' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
      )
      .run();
    try {
      await runs.bench.run(plan, { id: poisoned });
      const good = await Promise.all(Array.from({ length: 6 }, () => runs.bench.run(plan)));
      await runs.bench.hint([...good.slice(0, 3), poisoned, ...good.slice(3)]);
      for (const run of good) expect((await untilRun(runs.bench, run)).status).toBe("succeeded");
      const view = await untilRun(runs.bench, poisoned);
      expect([view.status, view.error?.code]).toEqual(["failed", "internal"]);
    } finally {
      await runs.bench.db.prepare("DROP TRIGGER refuse").run();
    }
  });
});

describe("rollback", () => {
  const undo = (url: string, id: string) => ({
    id,
    command: "post",
    args: { url: `${url}/do/${id}`, body: {} },
    rollback: { command: "post", args: { url: `${url}/undo/${id}`, body: { from: "outputs.id" } } },
  });

  test("undoes what started, newest first, with the step's own outputs, each once", async () => {
    const server = await peer((request, response) =>
      response.end(JSON.stringify({ id: `id of ${request.url}` })),
    );
    const view = await finish({
      rollback_on_error: true,
      steps: [
        undo(server.url, "a"),
        undo(server.url, "b"),
        { id: "c", command: "fail" },
        undo(server.url, "d"),
      ],
    });
    expect([view.status, view.rollback_status]).toEqual(["failed", "succeeded"]);
    expect(server.seen.map((r) => r.path)).toEqual(["/do/a", "/do/b", "/undo/b", "/undo/a"]);
    expect(server.seen[2]?.body).toBe("id of /do/b");
    expect(new Set(server.effects.values())).toEqual(new Set([1]));
    expect(view.steps.d?.rollback_status ?? "none").toBe("none");
  });

  test("a compensation that fails leaves the others to run, and is said", async () => {
    const server = await peer((request, response) =>
      response.writeHead(request.url === "/undo/b" ? 500 : 200).end("{}"),
    );
    const view = await finish({
      rollback_on_error: true,
      steps: [undo(server.url, "a"), undo(server.url, "b"), { id: "c", command: "fail" }],
    });
    expect([view.status, view.rollback_status]).toEqual(["failed", "failed"]);
    expect([view.steps.a?.rollback_status, view.steps.b?.rollback_status]).toEqual(["succeeded", "failed"]);
  });

  test("does nothing unless it was asked for", async () => {
    const server = await peer((_, response) => response.end("{}"));
    const view = await finish({ steps: [undo(server.url, "a"), { id: "c", command: "fail" }] });
    expect([view.status, view.rollback_status, server.seen.length]).toEqual(["failed", "none", 1]);
  });

  test("runs after a cancel too", async () => {
    const server = await peer((_, response) => response.end("{}"));
    const run = await start({
      rollback_on_error: true,
      steps: [undo(server.url, "a"), { id: "wait", command: "sleep", args: { seconds: 60 } }],
    });
    await expect
      .poll(async () => (await viewRun(runs.bench.db, run)).steps.wait?.status, { timeout: 20_000 })
      .toBe("waiting");
    await cancel(run);
    const view = await untilRun(runs.bench, run);
    await checkHistory(run);
    expect([view.status, view.rollback_status]).toEqual(["cancelled", "succeeded"]);
    expect(server.seen.map((r) => r.path)).toEqual(["/do/a", "/undo/a"]);
  });
});
