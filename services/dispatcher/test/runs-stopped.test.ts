/** Runs that wait, are cancelled, or stand in each other's way. */
import { castVote } from "@tw/shared/db/votes";
import { beforeAll, describe, expect, test } from "vitest";
import { useRuns } from "./run-scene.ts";
import { untilRun, viewRun } from "./views.ts";
import { TENANT } from "./workbench.ts";
import { compile, type Workflow } from "./workflows.ts";

const runs = useRuns();
const { peer, start, finish, cancel, checkHistory } = runs;

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
    await untilRun(runs.bench, run, "waiting");
    const checkpoint = await runs.bench.db
      .prepare("SELECT id, plan_digest FROM command_checkpoints WHERE run_id = ? AND status = 'pending'")
      .bind(run)
      .first<{ id: string; plan_digest: string }>();
    const outcome = await castVote(
      runs.bench.db,
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
    await runs.bench.hint([run]);
    return outcome;
  }
  beforeAll(async () => {
    await runs.bench.db
      .prepare(
        "INSERT INTO users (id, tenant_id, email, name, role, created_at, updated_at) VALUES ('usr_voter', ?, 'v@example.com', 'Voter', 'owner', 0, 0)",
      )
      .bind(TENANT)
      .run();
  });

  test("hold the run until a person agrees; what was filled in flows on", async () => {
    const run = await start(gated);
    await vote(run, "approve", { why: "because" });
    const view = await untilRun(runs.bench, run);
    await checkHistory(run);
    expect([view.status, view.steps.b?.outputs]).toEqual(["succeeded", { value: "because" }]);
  });

  test("a rejection ends and undoes the run", async () => {
    const run = await start(gated);
    await vote(run, "reject");
    const view = await untilRun(runs.bench, run);
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
    const view = await untilRun(runs.bench, run);
    await checkHistory(run);
    expect([view.status, view.rollback_status, view.error?.code]).toEqual([
      "rejected",
      "succeeded",
      "expired",
    ]);
  });

  test("a cancel withdraws the gate", async () => {
    const run = await start(gated);
    await untilRun(runs.bench, run, "waiting");
    await cancel(run);
    expect((await untilRun(runs.bench, run)).status).toBe("cancelled");
    const status = await runs.bench.db
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
    await untilRun(runs.bench, run, "waiting");
    answers = true;
    await vote(run, "approve");
    const view = await untilRun(runs.bench, run);
    await checkHistory(run);
    expect([view.status, view.steps.post?.attempt]).toEqual(["succeeded", 2]);
    expect([...server.effects.values()]).toEqual([1, 1]);
  });
});

describe("cancel", () => {
  test("ends a run that waits for a time, once, and says so afterwards", async () => {
    const run = await start({
      steps: [
        { id: "a", command: "sleep", args: { seconds: 60 } },
        { id: "b", command: "noop" },
      ],
    });
    await untilRun(runs.bench, run, "running");
    expect(await cancel(run)).toBe("requested");
    const view = await untilRun(runs.bench, run);
    await checkHistory(run);
    expect([view.status, view.error?.message]).toEqual(["cancelled", "Cancelled by Test: enough"]);
    expect(await cancel(run)).toEqual({ terminal: "cancelled" });
  });

  test("before the first step nothing starts", async () => {
    const server = await peer((_, response) => response.end("{}"));
    const run = await runs.bench.run(
      await compile({ steps: [{ id: "a", command: "get", args: { url: server.url } }] }),
    );
    await cancel(run);
    expect((await untilRun(runs.bench, run)).status).toBe("cancelled");
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
    const [read, write] = [await untilRun(runs.bench, get), await untilRun(runs.bench, post)];
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
    const first = await start(grouped("q", "queue", 60));
    await untilRun(runs.bench, first, "running");
    const second = await start(grouped("q", "queue", 0));
    const third = await start(grouped("q", "queue", 0));
    expect((await viewRun(runs.bench.db, second)).status).toBe("queued");
    await cancel(first);
    expect((await untilRun(runs.bench, third)).status).toBe("succeeded");
    const { results } = await runs.bench.db
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
    await untilRun(runs.bench, first);
    expect((await finish(grouped("r", "refuse", 0))).status).toBe("succeeded");
  });

  test("supersede: the newer one ends the older", async () => {
    const first = await start(grouped("s", "supersede", 60));
    await untilRun(runs.bench, first, "running");
    const second = await start(grouped("s", "supersede", 0));
    expect((await untilRun(runs.bench, second)).status).toBe("succeeded");
    const old = await untilRun(runs.bench, first);
    expect([old.status, old.error?.message]).toEqual([
      "cancelled",
      `Cancelled by Test: superseded by ${second}`,
    ]);
  });
});
