/** Runs that go forward: order, conditions, fan-out, reruns, hints. */
import { loadRuns } from "@tw/shared/db/load-runs";
import { stepFromRow } from "@tw/shared/db/rows";
import type { Step } from "@tw/shared/engine/state";
import { newId } from "@tw/shared/ids";
import { describe, expect, test } from "vitest";
import { statuses, useRuns } from "./run-scene.ts";
import { eventsOf, untilRun } from "./views.ts";
import { compile, type Workflow } from "./workflows.ts";

const runs = useRuns();
const { peer, finish, checkHistory } = runs;

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
    const events = await eventsOf(runs.bench.db, view.run);
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
    expect((await eventsOf(runs.bench.db, view.run)).filter((e) => e === "step.succeeded each")).toHaveLength(
      1,
    );
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

describe("a rerun", () => {
  test("keeps the results it was given and starts with the rest", async () => {
    const server = await peer((request, response) => response.end(JSON.stringify({ n: request.url })));
    const plan = await compile({
      steps: [
        { id: "a", command: "get", args: { url: `${server.url}/a` } },
        { id: "b", command: "echo", args: { value: { from: "steps.a.outputs.n" } } },
      ],
    });
    const first = await runs.bench.run(plan);
    await runs.bench.hint([first]);
    await untilRun(runs.bench, first);
    const { results } = await runs.bench.db
      .prepare("SELECT * FROM step_executions WHERE run_id = ? AND id = 'a'")
      .bind(first)
      .all();
    const keep = results.map((r) => stepFromRow(r as never)) as Step[];
    const again = await runs.bench.run(plan, { rerunOf: first, keep });
    await runs.bench.hint([again]);
    const view = await untilRun(runs.bench, again);
    expect(view.status).toBe("succeeded");
    expect(view.steps.b?.outputs).toEqual({ value: "/a" });
    expect(server.seen).toHaveLength(1);
  });

  test("the same id never makes two runs", async () => {
    const plan = await compile({ steps: [{ id: "a", command: "noop" }] });
    const id = newId("run", Date.now());
    await Promise.all([runs.bench.run(plan, { id }), runs.bench.run(plan, { id })]);
    await runs.bench.hint([id]);
    expect((await untilRun(runs.bench, id)).status).toBe("succeeded");
    expect((await eventsOf(runs.bench.db, id)).filter((e) => e === "run.created")).toHaveLength(1);
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
    const hinted = await runs.bench.run(await compile(definition));
    const body = { v: 1, runs: [hinted, hinted] };
    await Promise.all(Array.from({ length: 4 }, () => runs.bench.deliver("tw-runs", [{ body }, { body }])));
    await Promise.all([
      runs.bench.deliver("tw-calls", [{ body }]),
      runs.bench.deliver("tw-runs", [{ body }]),
    ]);
    expect((await untilRun(runs.bench, hinted)).status).toBe("succeeded");
    await runs.bench.deliver("tw-runs", [{ body, timestamp: new Date(Date.now() - 13 * 86_400_000) }]);
    await checkHistory(hinted);
    expect(server.seen.map((r) => r.path)).toEqual(["/a", "/c"]);
    // Never hinted at all: the sweep finds it.
    const forgotten = await runs.bench.run(await compile(definition));
    await runs.bench.db
      .prepare("UPDATE workflow_executions SET next_check_at = 1 WHERE id = ?")
      .bind(forgotten)
      .run();
    expect((await untilRun(runs.bench, forgotten)).status).toBe("succeeded");
    expect(new Set(server.effects.values())).toEqual(new Set([1]));
    expect((await loadRuns(runs.bench.db, [hinted, forgotten])).snapshots).toEqual([]);
  });
});
