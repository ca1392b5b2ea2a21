/** New runs, decided before they are stored: one commit for many, each all or nothing, and none twice. */
import { expect, test, vi } from "vitest";
import type { NewRun } from "../../src/db/create-run.ts";
import { openRuns } from "../../src/reconcile/open-runs.ts";
import type { Tell } from "../../src/reconcile/tell.ts";
import { openTestD1 } from "../../src/testing/sqlite-d1.ts";
import { scriptedPlan, scriptedStep } from "../simulation/scenarios.ts";
import { seedTables } from "../simulation/simulator.ts";

const NOW = 1_800_000_000_000;
const noop = (id: string, needs: string[] = []) =>
  scriptedStep(id, { needs, exec: { type: "api", handler: "noop" } } as Parameters<typeof scriptedStep>[1]);

function setUp() {
  const db = openTestD1();
  seedTables(db);
  const told: { hints: [string, string[]][]; nudges: number; notes: number } = {
    hints: [],
    nudges: 0,
    notes: 0,
  };
  const tell: Tell = {
    hint: async (queue, runIds) => void told.hints.push([queue, runIds]),
    hub: async (_tenant, note) => {
      told.notes += 1;
      if (note.nudge) told.nudges += 1;
    },
  };
  return { db, tell, told };
}
const ask = (id: string, tenantId: string, plan: NewRun["plan"], more: Partial<NewRun> = {}): NewRun => ({
  id,
  tenantId,
  plan,
  planDigest: "digest",
  args: {},
  context: {},
  note: null,
  requestedBy: { id: "usr_a0", name: "A", type: "person" },
  ...more,
});

test("runs that need nobody are over with the commit that makes them, and nothing has to be told", async () => {
  const { db, tell, told } = setUp();
  const plan = scriptedPlan([noop("a"), noop("b", ["a"])]);
  const opened = await openRuns(
    db,
    [ask("run_1", "ten_a", plan), ask("run_2", "ten_b", plan), ask("run_3", "ten_a", plan)],
    tell,
    NOW,
  );
  expect(opened.map((one) => "run" in one && [one.fresh, one.run.status])).toEqual([
    [true, "succeeded"],
    [true, "succeeded"],
    [true, "succeeded"],
  ]);
  expect(told).toEqual({ hints: [], nudges: 0, notes: 0 });
  const tables = db.tables();
  expect(tables.workflow_executions?.map((row) => [row.status, row.next_check_at])).toEqual(
    Array(3).fill(["succeeded", null]),
  );
  expect(tables.step_executions?.map((row) => row.status)).toEqual(Array(6).fill("succeeded"));
  // One row of events for each commit of a run, and entries of each tenant without gaps.
  expect(tables.run_events).toHaveLength(3);
  expect(tables.audit?.map((row) => [row.tenant_id, row.seq, row.target]).sort()).toEqual([
    ["ten_a", 1, "run_1"],
    ["ten_a", 2, "run_3"],
    ["ten_b", 1, "run_2"],
  ]);
  db.close();
});

test("one id makes one run, also beside others that are new, and what its first try left out is told again", async () => {
  const { db, tell, told } = setUp();
  const plan = scriptedPlan([scriptedStep("a")]);
  await openRuns(db, [ask("run_1", "ten_a", plan)], tell, NOW);
  expect(told).toMatchObject({ hints: [], nudges: 1 });
  const before = db.tables();
  const again = await openRuns(db, [ask("run_1", "ten_a", plan), ask("run_2", "ten_a", plan)], tell, NOW + 5);
  expect(again.map((one) => "run" in one && one.fresh)).toEqual([false, true]);
  expect(told.hints).toEqual([["runs", ["run_1"]]]);
  const after = db.tables();
  expect(after.workflow_executions?.[0]).toEqual(before.workflow_executions?.[0]);
  expect(after.jobs).toHaveLength(2);
  expect(after.audit).toHaveLength(2);
  db.close();
});

test("the same id under another tenant gives nothing away", async () => {
  const { db, tell } = setUp();
  const plan = scriptedPlan([noop("a")]);
  await openRuns(db, [ask("run_1", "ten_a", plan)], tell, NOW);
  const [foreign] = await openRuns(db, [ask("run_1", "ten_b", plan)], tell, NOW);
  expect(foreign).toMatchObject({ error: { code: "conflict" } });
  expect(db.tables().workflow_executions).toHaveLength(1);
  db.close();
});

test("a run with a concurrency group is stored as asked for and left to the dispatcher; refuse refuses", async () => {
  const { db, tell, told } = setUp();
  const grouped = (on_conflict: "queue" | "refuse") => ({
    ...scriptedPlan([noop("a")]),
    concurrency: { group: "g", on_conflict },
  });
  const [first, second, third] = await openRuns(
    db,
    [
      ask("run_1", "ten_a", grouped("queue")),
      ask("run_2", "ten_a", grouped("refuse")),
      ask("run_3", "ten_a", scriptedPlan([noop("a")])),
    ],
    tell,
    NOW,
  );
  expect(first).toMatchObject({ run: { status: "queued" }, decision: null, fresh: true });
  expect(second).toMatchObject({ error: { code: "conflict" } });
  expect(third).toMatchObject({ run: { status: "succeeded" } });
  expect(told.hints).toEqual([["runs", ["run_1"]]]);
  db.close();
});

test("a run that D1 does not take fails alone", async () => {
  vi.spyOn(console, "error").mockReturnValue();
  const { db, tell } = setUp();
  const plan = scriptedPlan([noop("a")]);
  const [good, bad, other] = await openRuns(
    db,
    [ask("run_1", "ten_a", plan), ask("run_2", "ten_of_nobody", plan), ask("run_3", "ten_a", plan)],
    tell,
    NOW,
  );
  expect(good).toMatchObject({ run: { status: "succeeded" } });
  expect(bad).toHaveProperty("error");
  expect(other).toMatchObject({ run: { status: "succeeded" } });
  expect(db.tables().workflow_executions).toHaveLength(2);
  db.close();
});
