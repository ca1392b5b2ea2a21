import { expect, test } from "vitest";
import { onRuns } from "../../../services/dispatcher/src/on-runs.ts";
import { stepReport } from "../../src/agents/step-report.ts";
import { createRun } from "../../src/db/create-run.ts";
import { leaseJobs, reportJob } from "../../src/db/jobs.ts";
import { LIMITS } from "../../src/limits.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { Operation } from "../../src/testing/d1-face.ts";
import { openTestD1 } from "../../src/testing/sqlite-d1.ts";
import { scriptedPlan, scriptedStep } from "./scenarios.ts";
import { seedTables } from "./simulator.ts";

const NOW = 1_800_000_000_000;
const RUN = "run_wide";
const silent = { hint: async () => {}, hub: async () => {} };

async function wide(items: number) {
  const operations: Operation[] = [];
  const db = openTestD1({ intercept: { before: (operation) => void operations.push(operation) } });
  seedTables(db);
  const plan = scriptedPlan([
    scriptedStep("each", { for_each: { value: Array.from({ length: items }, (_, i) => i) } }),
    scriptedStep("join", { needs: ["each"] }),
  ]);
  const requestedBy = { id: "usr_a0", name: "A", type: "person" as const };
  await createRun(
    db,
    { id: RUN, tenantId: "ten_a", plan, planDigest: "d", args: {}, context: {}, note: null, requestedBy },
    NOW,
  );
  operations.length = 0;
  return { db, operations };
}

test("a fan-out of a thousand is committed whole, in as few statements as one of three (F10, F19)", async () => {
  const counts: number[] = [];
  for (const items of [3, LIMITS.forEachItems]) {
    const { db, operations } = await wide(items);
    await reconcile(db, [RUN], silent, () => NOW, "hint");
    counts.push(operations.flatMap((one) => one.statements).length);
    const { n } = db.sqlite.prepare("SELECT count(*) AS n FROM jobs WHERE status = 'queued'").get() as {
      n: number;
    };
    expect(n).toBe(items);
    db.close();
  }
  expect(counts[1]).toBeLessThanOrEqual((counts[0] as number) + 3);
});

test("its thousand results, in any order and all at once, join once (I11)", { timeout: 60_000 }, async () => {
  const { db } = await wide(LIMITS.forEachItems);
  await reconcile(db, [RUN], silent, () => NOW, "hint");
  for (let taken = 0; taken < LIMITS.forEachItems; taken += 100) {
    const jobs = await leaseJobs(
      db,
      {
        tenantId: "ten_a",
        kind: "agent",
        agentId: "agt_a1",
        labels: [],
        requestId: `ask-${taken}`,
        max: 100,
        leaseMs: 60_000,
      },
      NOW,
    );
    expect(jobs).toHaveLength(100);
    for (const job of jobs.reverse()) {
      const steps = job.steps.map((step) =>
        stepReport(step, "succeeded", { exit_code: 0, outputs: {}, duration_ms: 1 }),
      );
      await reportJob(
        db,
        { tenantId: "ten_a", agentId: "agt_a1", job: job.job, fence: job.fence, seq: 1, steps, done: true },
        NOW + 1,
      );
    }
  }
  await Promise.all([1, 2, 3].map((ms) => reconcile(db, [RUN], silent, () => NOW + ms, "hint")));
  const joins = db.sqlite.prepare("SELECT count(*) AS n FROM jobs WHERE id LIKE '%.join.%'").get() as {
    n: number;
  };
  expect(joins.n).toBe(1);
  db.close();
});

test("a hint of a run whose job somebody holds is acked and writes nothing (F15)", async () => {
  const { db, operations } = await wide(2);
  await reconcile(db, [RUN], silent, () => NOW, "hint");
  const ask = {
    tenantId: "ten_a",
    kind: "agent" as const,
    agentId: "agt_a1",
    labels: [],
    requestId: "ask",
    max: 2,
    leaseMs: 60_000,
  };
  await leaseJobs(db, ask, Date.now());
  const queue = { send: async () => {}, sendBatch: async () => {} };
  const env = {
    DB: db,
    RUNS: queue,
    CALLS: queue,
    CHECKPOINTS: queue,
    NOTIFICATIONS: queue,
    HUB: { getByName: () => ({ committed: async () => {} }) },
  };
  const look = async (attempts: number) => {
    const answers: string[] = [];
    const message = {
      id: `m${attempts}`,
      body: { v: 1, runs: [RUN] },
      attempts,
      ack: () => void answers.push("ack"),
      retry: () => void answers.push("retry"),
    };
    await onRuns({ queue: "tw-runs", messages: [message] } as never, env as never);
    return answers;
  };
  await look(0);
  operations.length = 0;
  for (let attempts = 1; attempts <= 11; attempts++) expect(await look(attempts)).toEqual(["ack"]);
  expect(operations.filter((one) => one.writes)).toEqual([]);
  db.close();
});
