import { requestCancel } from "@tw/shared/db/cancel-run";
import { loadRuns } from "@tw/shared/db/load-runs";
import { stepFromRow } from "@tw/shared/db/rows";
import { castVote } from "@tw/shared/db/votes";
import type { Step } from "@tw/shared/engine/state";
import { newId } from "@tw/shared/ids";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type HttpPeer, httpPeer } from "./http-peer.ts";
import { eventsOf, type RunView, untilRun, viewRun } from "./views.ts";
import { startWorkbench, TENANT, type Workbench } from "./workbench.ts";
import { compile, type Workflow } from "./workflows.ts";

let bench: Workbench;
let stopTicks: () => Promise<void>;
const peers: HttpPeer[] = [];
beforeAll(async () => {
  bench = await startWorkbench();
  stopTicks = bench.tick(100);
});
afterAll(async () => {
  await stopTicks?.();
  await bench?.stop();
});
afterEach(async () => {
  await Promise.all(peers.splice(0).map((p) => p.close()));
});
async function peer(answer: Answer): Promise<HttpPeer> {
  const made = await httpPeer(answer);
  peers.push(made);
  return made;
}

async function start(definition: Workflow, args = {}, more = {}): Promise<string> {
  const run = await bench.run(await compile(definition, args, more));
  await bench.hint([run]);
  return run;
}
async function finish(definition: Workflow, args = {}, more = {}): Promise<RunView & { run: string }> {
  const run = await start(definition, args, more);
  const view = await untilRun(bench, run);
  await checkHistory(run);
  return { run, ...view };
}
const statuses = (view: RunView) =>
  Object.fromEntries(Object.entries(view.steps).map(([id, s]) => [id, s.status]));

/** Events are numbered without gaps, end with the run's own end, and say the row's state. */
async function checkHistory(run: string): Promise<void> {
  const { results } = await bench.db
    .prepare("SELECT seq, first_seq, events_json FROM run_events WHERE run_id = ? ORDER BY seq")
    .bind(run)
    .all<{ seq: number; first_seq: number; events_json: string }>();
  const events = results.flatMap(
    (r) =>
      JSON.parse(r.events_json) as { seq: number; type: string; step?: string; data: { status?: string } }[],
  );
  expect(events.map((e) => e.seq)).toEqual(events.map((_, i) => i + 1));
  const row = await bench.db
    .prepare("SELECT status, event_seq FROM workflow_executions WHERE id = ?")
    .bind(run)
    .first<{ status: string; event_seq: number }>();
  expect(row?.event_seq).toBe(events.length);
  expect(events.at(-1)?.type).toBe(`run.${row?.status}`);
  const said = new Map<string, string>();
  for (const e of events)
    if (e.step && e.type.startsWith("step.") && e.data.status) said.set(e.step, e.data.status);
  const view = await viewRun(bench.db, run);
  for (const [id, status] of said) expect(view.steps[id]?.status, `${run} ${id}`).toBe(status);
}

describe("the order of steps", () => {
  test("one after another when nothing is said, results flowing on", async () => {
    const view = await finish(
      {
        steps: [
          { id: "a", command: "echo", args: { value: { from: "args.x" } } },
          {
            id: "b",
            command: "echo",
            args: { value: { from: "steps.a.outputs.value" }, other: [1, { z: null }] },
          },
          { id: "c", command: "noop" },
        ],
      },
      { x: { deep: ["Grüße", 1] } },
    );
    expect(view.status).toBe("succeeded");
    expect(view.steps.b?.outputs).toEqual({ value: { deep: ["Grüße", 1] }, other: [1, { z: null }] });
    expect(Object.values(view.steps).map((s) => s.started_seq)).toEqual([1, 2, 3]);
  });

  test("with needs, each starts when what it needs is done", async () => {
    const view = await finish({
      parallel_execution: true,
      steps: [
        { id: "last", command: "noop", needs: ["left", "right"] },
        { id: "left", command: "sleep", args: { seconds: 0.3 }, needs: ["first"] },
        { id: "right", command: "noop", needs: ["first"] },
        { id: "first", command: "noop" },
      ],
    });
    expect(view.status).toBe("succeeded");
    const events = await eventsOf(bench.db, view.run);
    const at = (event: string) => events.indexOf(event);
    expect(at("step.succeeded first")).toBeLessThan(at("step.started right"));
    expect(at("step.succeeded right")).toBeLessThan(at("step.started last"));
    expect(at("step.succeeded left")).toBeLessThan(at("step.started last"));
  });

  test("in parallel, HTTP steps really run at the same time", async () => {
    let inside = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const server = await peer((_, response) => {
      inside += 1;
      most = Math.max(most, inside);
      waiting.push(() => {
        inside -= 1;
        response.end("{}");
      });
      if (waiting.length === 3) for (const answer of waiting.splice(0)) answer();
    });
    const view = await finish({
      parallel_execution: true,
      steps: ["a", "b", "c"].map((id) => ({ id, command: "get", args: { url: `${server.url}/${id}` } })),
    });
    expect([view.status, most]).toEqual(["succeeded", 3]);
  });

  test("conditions skip steps, and what follows a skipped step goes on", async () => {
    const view = await finish(
      {
        steps: [
          { id: "probe", command: "echo", args: { value: 3 } },
          { id: "yes", command: "noop", when: { from: "steps.probe.outputs.value", greater_than: 2 } },
          { id: "no", command: "fail", when: { from: "args.env", equals: "production" } },
          { id: "not", command: "noop", when: { not: { from: "steps.no.status", equals: "skipped" } } },
          {
            id: "any",
            command: "noop",
            when: {
              any: [
                { from: "args.env", equals: "x" },
                { from: "steps.probe.outputs.value", present: true },
              ],
            },
          },
          { id: "end", command: "noop" },
        ],
      },
      { env: "staging" },
    );
    expect(view.status).toBe("succeeded");
    expect(statuses(view)).toEqual({
      probe: "succeeded",
      yes: "succeeded",
      no: "skipped",
      not: "skipped",
      any: "succeeded",
      end: "succeeded",
    });
  });
});

describe("fan-out", () => {
  test("one child per item, joined once, outputs in order", async () => {
    const view = await finish({
      steps: [
        { id: "list", command: "echo", args: { value: ["a", "b", { c: 1 }] } },
        {
          id: "each",
          command: "echo",
          args: { value: { from: "item" } },
          for_each: { from: "steps.list.outputs.value" },
        },
        {
          id: "join",
          command: "echo",
          args: { value: { from: "steps.each.outputs.items" }, other: { from: "steps.each.outputs.count" } },
        },
      ],
    });
    expect(view.status).toBe("succeeded");
    expect(view.steps.join?.outputs).toEqual({
      value: [{ value: "a" }, { value: "b" }, { value: { c: 1 } }],
      other: 3,
    });
    expect((await eventsOf(bench.db, view.run)).filter((e) => e === "step.succeeded each")).toHaveLength(1);
  });

  test("of no items joins at once", async () => {
    const view = await finish({
      steps: [
        { id: "each", command: "noop", for_each: [] },
        { id: "join", command: "noop" },
      ],
    });
    expect([view.status, view.steps.each?.outputs]).toEqual(["succeeded", { items: [], count: 0 }]);
  });

  test("of a thousand items", async () => {
    const view = await finish({
      steps: [
        { id: "each", command: "noop", for_each: Array.from({ length: 1_000 }, (_, i) => i) },
        { id: "join", command: "noop" },
      ],
    });
    expect(view.status).toBe("succeeded");
    expect(Object.values(view.steps).filter((s) => s.status === "succeeded")).toHaveLength(1_002);
  });

  test("over HTTP: every item called once, one failing item fails the whole after the others have ended", async () => {
    const server = await peer((request, response) =>
      response.writeHead(request.url === "/7" ? 500 : 200).end("{}"),
    );
    const view = await finish({
      steps: [
        {
          id: "each",
          command: "get",
          args: { url: { from: "item" } },
          retry: { max: 1, backoff_s: 0 },
          for_each: Array.from({ length: 20 }, (_, i) => `${server.url}/${i}`),
        },
        { id: "after", command: "noop" },
      ],
    });
    expect(view.status).toBe("failed");
    expect(view.error?.message).toContain("each.7");
    expect(view.steps["each.7"]?.status).toBe("failed");
    expect(
      Object.values(view.steps).filter((s) => s.id.startsWith("each.") && s.status === "succeeded"),
    ).toHaveLength(19);
    expect([view.steps.after?.status, server.seen.length]).toEqual(["cancelled", 20]);
    expect(new Set(server.effects.values())).toEqual(new Set([1]));
  });

  test("over something that is no list fails with a reason", async () => {
    const view = await finish({
      steps: [
        { id: "list", command: "echo", args: { value: "abc" } },
        { id: "each", command: "noop", for_each: { from: "steps.list.outputs.value" } },
      ],
    });
    expect([view.status, view.error?.code, view.error?.step]).toEqual(["failed", "invalid_args", "each"]);
  });
});

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
    const broken = await bench.run(await compile({ steps: [{ id: "a", command: "noop" }] }));
    await bench.db.prepare("UPDATE workflow_executions SET plan_json = '{' WHERE id = ?").bind(broken).run();
    const good = await bench.run(await compile({ steps: [{ id: "a", command: "noop" }] }));
    await bench.hint([broken, good]);
    expect((await untilRun(bench, good)).status).toBe("succeeded");
    expect((await untilRun(bench, broken)).error?.code).toBe("internal");
  });
});

describe("a run that cannot be stored", () => {
  test("is failed alone: its neighbours of the same commit are stored", async () => {
    const plan = await compile({ steps: [{ id: "a", command: "noop" }] });
    const poisoned = newId("run", Date.now());
    await bench.db
      .prepare(
        `CREATE TRIGGER refuse BEFORE INSERT ON step_executions WHEN NEW.run_id = '${poisoned}' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
      )
      .run();
    try {
      await bench.run(plan, { id: poisoned });
      const good = await Promise.all(Array.from({ length: 6 }, () => bench.run(plan)));
      await bench.hint([...good.slice(0, 3), poisoned, ...good.slice(3)]);
      for (const run of good) expect((await untilRun(bench, run)).status).toBe("succeeded");
      const view = await untilRun(bench, poisoned);
      expect([view.status, view.error?.code]).toEqual(["failed", "internal"]);
    } finally {
      await bench.db.prepare("DROP TRIGGER refuse").run();
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
      .poll(async () => (await viewRun(bench.db, run)).steps.wait?.status, { timeout: 20_000 })
      .toBe("waiting");
    await cancel(run);
    const view = await untilRun(bench, run);
    await checkHistory(run);
    expect([view.status, view.rollback_status]).toEqual(["cancelled", "succeeded"]);
    expect(server.seen.map((r) => r.path)).toEqual(["/do/a", "/undo/a"]);
  });
});

describe("gates", () => {
  const gated: Workflow = {
    rollback_on_error: true,
    steps: [
      { id: "a", command: "echo", args: { value: 1 }, rollback: { command: "noop" } },
      {
        id: "b",
        command: "echo",
        args: { value: { from: "steps.b.inputs.why" } },
        checkpoint: { form: [{ name: "why" }] },
      },
    ],
  };
  async function vote(run: string, decision: "approve" | "reject", inputs: { why: string } | null = null) {
    await untilRun(bench, run, "waiting");
    const checkpoint = await bench.db
      .prepare("SELECT id, plan_digest FROM command_checkpoints WHERE run_id = ? AND status = 'pending'")
      .bind(run)
      .first<{ id: string; plan_digest: string }>();
    const outcome = await castVote(
      bench.db,
      {
        tenantId: TENANT,
        checkpointId: checkpoint?.id ?? "",
        user: { id: "usr_voter", name: "Voter", role: "owner", groups: [] },
        decision,
        channel: "api",
        comment: null,
        inputs,
        planDigest: checkpoint?.plan_digest ?? null,
      },
      Date.now(),
    );
    await bench.hint([run]);
    return outcome;
  }
  beforeAll(async () => {
    await bench.db
      .prepare(
        "INSERT INTO users (id, tenant_id, email, name, role, created_at, updated_at) VALUES ('usr_voter', ?, 'v@example.com', 'Voter', 'owner', 0, 0)",
      )
      .bind(TENANT)
      .run();
  });

  test("hold the run until a person agrees; what was filled in flows on", async () => {
    const run = await start(gated);
    await vote(run, "approve", { why: "because" });
    const view = await untilRun(bench, run);
    await checkHistory(run);
    expect([view.status, view.steps.b?.outputs]).toEqual(["succeeded", { value: "because" }]);
  });

  test("a rejection ends and undoes the run", async () => {
    const run = await start(gated);
    await vote(run, "reject");
    const view = await untilRun(bench, run);
    await checkHistory(run);
    expect([view.status, view.rollback_status, view.error?.code]).toEqual([
      "rejected",
      "succeeded",
      "rejected",
    ]);
    expect([view.steps.a?.rollback_status, view.steps.b?.status]).toEqual(["succeeded", "cancelled"]);
  });

  test("nobody's answer does too, when its time is over", async () => {
    const run = await start({
      rollback_on_error: true,
      steps: [
        { id: "a", command: "noop", rollback: { command: "noop" } },
        { id: "b", command: "noop", checkpoint: { expires_s: 1 } },
      ],
    });
    const view = await untilRun(bench, run);
    await checkHistory(run);
    expect([view.status, view.rollback_status, view.error?.code]).toEqual([
      "rejected",
      "succeeded",
      "expired",
    ]);
  });

  test("a cancel withdraws the gate", async () => {
    const run = await start(gated);
    await untilRun(bench, run, "waiting");
    await cancel(run);
    expect((await untilRun(bench, run)).status).toBe("cancelled");
    const status = await bench.db
      .prepare("SELECT status FROM command_checkpoints WHERE run_id = ?")
      .bind(run)
      .first("status");
    expect(status).toBe("withdrawn");
  });

  test("a write whose answer was lost runs again only when a person says so", async () => {
    let answers = false;
    const server = await peer((request, response) => {
      if (answers) response.end("{}");
      else request.socket.destroy();
    });
    const run = await start({
      steps: [{ id: "post", command: "post", args: { url: server.url, body: "x" } }],
    });
    await untilRun(bench, run, "waiting");
    answers = true;
    await vote(run, "approve");
    const view = await untilRun(bench, run);
    await checkHistory(run);
    expect([view.status, view.steps.post?.attempt]).toEqual(["succeeded", 2]);
    expect([...server.effects.values()]).toEqual([1, 1]);
  });
});

async function cancel(run: string): Promise<unknown> {
  const by = { id: "usr_test", name: "Test", type: "person" as const };
  const outcome = await requestCancel(
    bench.db,
    { tenantId: TENANT, runId: run, by, reason: "enough" },
    Date.now(),
  );
  await bench.hint([run]);
  return outcome;
}

describe("cancel", () => {
  test("ends a run that waits for a time, once, and says so afterwards", async () => {
    const run = await start({
      steps: [
        { id: "a", command: "sleep", args: { seconds: 60 } },
        { id: "b", command: "noop" },
      ],
    });
    await untilRun(bench, run, "running");
    expect(await cancel(run)).toBe("requested");
    const view = await untilRun(bench, run);
    await checkHistory(run);
    expect([view.status, view.error?.message]).toEqual(["cancelled", "Cancelled by Test: enough"]);
    expect(await cancel(run)).toEqual({ terminal: "cancelled" });
  });

  test("before the first step nothing starts", async () => {
    const server = await peer((_, response) => response.end("{}"));
    const run = await bench.run(
      await compile({ steps: [{ id: "a", command: "get", args: { url: server.url } }] }),
    );
    await cancel(run);
    expect((await untilRun(bench, run)).status).toBe("cancelled");
    expect(server.seen).toHaveLength(0);
  });
});

describe("cancelling a call that is under way", () => {
  test("stops it; of a write nobody knows whether it was done", async () => {
    const server = await peer(() => {});
    const get = await start({ steps: [{ id: "get", command: "get", args: { url: `${server.url}/get` } }] });
    const post = await start({
      steps: [{ id: "post", command: "post", args: { url: `${server.url}/post`, body: 1 } }],
    });
    await expect.poll(() => server.seen.length, { timeout: 20_000 }).toBe(2);
    await Promise.all([cancel(get), cancel(post)]);
    const [read, write] = [await untilRun(bench, get), await untilRun(bench, post)];
    expect([read.status, read.steps.get?.status]).toEqual(["cancelled", "cancelled"]);
    expect([write.status, write.steps.post?.status]).toEqual(["cancelled", "unknown"]);
    await checkHistory(get);
    await checkHistory(post);
  });
});

describe("concurrency groups", () => {
  const grouped = (
    group: string,
    on_conflict: "queue" | "refuse" | "supersede",
    seconds: number,
  ): Workflow => ({
    concurrency: { group, on_conflict, scope: "workspace" },
    steps: [{ id: "a", command: "sleep", args: { seconds } }],
  });

  test("queue: one at a time, in order", async () => {
    const first = await start(grouped("q", "queue", 0.5));
    await untilRun(bench, first, "running");
    const second = await start(grouped("q", "queue", 0));
    const third = await start(grouped("q", "queue", 0));
    expect((await viewRun(bench.db, second)).status).toBe("queued");
    expect((await untilRun(bench, third)).status).toBe("succeeded");
    const { results } = await bench.db
      .prepare(
        "SELECT id, started_at, finished_at FROM workflow_executions WHERE id IN (?1, ?2, ?3) ORDER BY started_at, id",
      )
      .bind(first, second, third)
      .all<{ id: string; started_at: number; finished_at: number }>();
    expect(results.map((r) => r.id)).toEqual([first, second, third]);
    for (const [i, r] of results.slice(1).entries())
      expect(r.started_at).toBeGreaterThanOrEqual(results[i]?.finished_at ?? 0);
  });

  test("refuse: a second one is a conflict, until the first is over", async () => {
    const first = await start(grouped("r", "refuse", 60));
    await expect(start(grouped("r", "refuse", 0))).rejects.toThrow(/concurrency group/);
    await cancel(first);
    await untilRun(bench, first);
    expect((await finish(grouped("r", "refuse", 0))).status).toBe("succeeded");
  });

  test("supersede: the newer one ends the older", async () => {
    const first = await start(grouped("s", "supersede", 60));
    await untilRun(bench, first, "running");
    const second = await start(grouped("s", "supersede", 0));
    expect((await untilRun(bench, second)).status).toBe("succeeded");
    const old = await untilRun(bench, first);
    expect([old.status, old.error?.message]).toEqual([
      "cancelled",
      `Cancelled by Test: superseded by ${second}`,
    ]);
  });
});

describe("a rerun", () => {
  test("keeps the results it was given and starts with the rest", async () => {
    const server = await peer((request, response) => response.end(JSON.stringify({ n: request.url })));
    const plan = await compile({
      steps: [
        { id: "a", command: "get", args: { url: `${server.url}/a` } },
        { id: "b", command: "echo", args: { value: { from: "steps.a.outputs.n" } } },
      ],
    });
    const first = await bench.run(plan);
    await bench.hint([first]);
    await untilRun(bench, first);
    const { results } = await bench.db
      .prepare("SELECT * FROM step_executions WHERE run_id = ? AND id = 'a'")
      .bind(first)
      .all();
    const keep = results.map((r) => stepFromRow(r as never)) as Step[];
    const again = await bench.run(plan, { rerunOf: first, keep });
    await bench.hint([again]);
    const view = await untilRun(bench, again);
    expect(view.status).toBe("succeeded");
    expect(view.steps.b?.outputs).toEqual({ value: "/a" });
    expect(server.seen).toHaveLength(1);
  });

  test("the same id never makes two runs", async () => {
    const plan = await compile({ steps: [{ id: "a", command: "noop" }] });
    const id = newId("run", Date.now());
    await Promise.all([bench.run(plan, { id }), bench.run(plan, { id })]);
    await bench.hint([id]);
    expect((await untilRun(bench, id)).status).toBe("succeeded");
    expect((await eventsOf(bench.db, id)).filter((e) => e === "run.created")).toHaveLength(1);
  });
});

describe("hints", () => {
  test("handled never, often, at once and late lead to the same end", async () => {
    const server = await peer((_, response) => response.end("{}"));
    const definition: Workflow = {
      steps: [
        { id: "a", command: "get", args: { url: `${server.url}/a` } },
        { id: "b", command: "noop" },
        { id: "c", command: "get", args: { url: `${server.url}/c` } },
      ],
    };
    const hinted = await bench.run(await compile(definition));
    const body = { v: 1, runs: [hinted, hinted] };
    await Promise.all(Array.from({ length: 4 }, () => bench.deliver("tw-runs", [{ body }, { body }])));
    await Promise.all([bench.deliver("tw-calls", [{ body }]), bench.deliver("tw-runs", [{ body }])]);
    expect((await untilRun(bench, hinted)).status).toBe("succeeded");
    await bench.deliver("tw-runs", [{ body, timestamp: new Date(Date.now() - 13 * 86_400_000) }]);
    await checkHistory(hinted);
    expect(server.seen.map((r) => r.path)).toEqual(["/a", "/c"]);
    // Never hinted at all: the sweep finds it.
    const forgotten = await bench.run(await compile(definition));
    await bench.db
      .prepare("UPDATE workflow_executions SET next_check_at = 1 WHERE id = ?")
      .bind(forgotten)
      .run();
    expect((await untilRun(bench, forgotten)).status).toBe("succeeded");
    expect(new Set(server.effects.values())).toEqual(new Set([1]));
    expect((await loadRuns(bench.db, [hinted, forgotten])).snapshots).toEqual([]);
  });
});
