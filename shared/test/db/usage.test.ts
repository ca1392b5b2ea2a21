/** Usage is counted once whatever happens, by person and by tenant, and never for a run that may still be joined by an older one. */
import { expect, test } from "vitest";
import { listRuns } from "../../src/db/read-runs.ts";
import { readResolving } from "../../src/db/resolving.ts";
import type { Row } from "../../src/db/rows.ts";
import { readRunStats } from "../../src/db/run-stats.ts";
import { countUsage, usageFromRows, usageStatement } from "../../src/db/usage.ts";
import { LIMITS } from "../../src/limits.ts";
import { openTestD1, type TestD1 } from "../../src/testing/sqlite-d1.ts";

const NOW = 1_800_000_000_000;
function addRun(db: TestD1, at: number, tenant: string, person: string, command: string, n = 0): void {
  const id = `run_${at.toString(36).padStart(9, "0")}${String(n).padStart(14, "0")}`;
  db.sqlite.exec(`INSERT OR IGNORE INTO tenants (id, name, created_at) VALUES ('${tenant}', '${tenant}', 0)`);
  db.sqlite
    .prepare(
      `INSERT INTO workflow_executions (id, tenant_id, command, command_version, status, txn, event_seq, plan_json, plan_digest,
         requested_by_json, created_at, finished_at) VALUES (?, ?, ?, 1, 'succeeded', 't', 1, '{}', 'd', ?, ?, ?)`,
    )
    .run(id, tenant, command, JSON.stringify({ id: person, name: person, type: "person" }), at, at);
}
async function usage(db: TestD1, tenant: string, person: string) {
  const { results } = await usageStatement(db, tenant, person).all<Row>();
  return Object.fromEntries([...usageFromRows(results)].map(([slug, { mine, all }]) => [slug, [mine, all]]));
}

test("each run counts once, for its person and its tenant only", async () => {
  const db = openTestD1();
  addRun(db, NOW - 60_000, "ten_a", "olga", "noop", 1);
  addRun(db, NOW - 50_000, "ten_a", "olga", "noop", 2);
  addRun(db, NOW - 40_000, "ten_a", "max", "noop", 3);
  addRun(db, NOW - 40_000, "ten_b", "olga", "deploy", 4);
  expect(await countUsage(db, NOW)).toBe(true);
  expect(await countUsage(db, NOW + 1)).toBe(false);
  expect(await usage(db, "ten_a", "olga")).toEqual({ noop: [2, 3] });
  expect(await usage(db, "ten_a", "nobody")).toEqual({ noop: [0, 3] });
  expect(await usage(db, "ten_b", "olga")).toEqual({ deploy: [1, 1] });
  addRun(db, NOW + 1_000, "ten_a", "max", "noop", 5);
  await countUsage(db, NOW + LIMITS.usageEveryMs);
  await countUsage(db, NOW + 2 * LIMITS.usageEveryMs);
  expect(await usage(db, "ten_a", "max")).toEqual({ noop: [2, 4] });
  db.close();
});

test("an undo is no run of the command whose name it bears, neither for its person nor in the figures", async () => {
  const db = openTestD1();
  addRun(db, NOW - 60_000, "ten_a", "olga", "noop", 1);
  addRun(db, NOW - 50_000, "ten_a", "olga", "noop", 2);
  db.sqlite.exec(
    "UPDATE workflow_executions SET parent_run_id = (SELECT min(id) FROM workflow_executions) WHERE id = (SELECT max(id) FROM workflow_executions)",
  );
  await countUsage(db, NOW);
  expect(await usage(db, "ten_a", "olga")).toEqual({ noop: [1, 1] });
  const { commands, days } = await readRunStats(db, { tenantId: "ten_a", since: NOW - 100_000, offsetMs: 0 });
  expect(commands).toMatchObject([{ command: "noop", runs: 1 }]);
  expect(days).toMatchObject([{ runs: 2 }]);
  db.sqlite.exec(`UPDATE workflow_executions SET plan_json = '{"steps":[]}'`);
  const filter = {
    tenantId: "ten_a",
    status: null,
    command: null,
    requestedBy: null,
    since: null,
    before: null,
    limit: 9,
  };
  const { items } = await listRuns(db, filter);
  expect(items.map(({ undone_by }) => undone_by)).toEqual([null, items[0]?.id]);
  expect(items[0]?.parent_run_id).toBe(items[1]?.id);
  db.close();
});

test("what a run waited for people is told apart from what it took, once where two questions were open", async () => {
  const db = openTestD1();
  for (const n of [1, 2, 3]) addRun(db, NOW - 90_000, "ten_a", "olga", "deploy", n);
  const { results } = await db
    .prepare("SELECT id FROM workflow_executions ORDER BY id")
    .all<{ id: string }>();
  const [plain, asked, under] = results.map(({ id }) => id) as [string, string, string];
  // Over after 60 s, over after 80 s, and not over.
  db.sqlite.exec(
    `UPDATE workflow_executions SET finished_at = created_at + iif(id = '${plain}', 60000, 80000);
     UPDATE workflow_executions SET status = 'waiting', finished_at = NULL, next_check_at = 1 WHERE id = '${under}'`,
  );
  const question = (n: number, run: string, from: number, to: number | null) =>
    db.sqlite
      .prepare(
        `INSERT INTO command_checkpoints (id, tenant_id, run_id, step_id, name, prompt, status, policy_json, plan_digest,
           created_at, decided_at) VALUES (?, 'ten_a', ?, 's', 's', '?', ?, '{}', 'd', ?, ?)`,
      )
      .run(
        `chk_${n}`,
        run,
        to === null ? "pending" : "approved",
        NOW - 90_000 + from,
        to === null ? null : NOW - 90_000 + to,
      );
  question(1, asked, 10_000, 40_000);
  question(2, asked, 20_000, 50_000);
  question(3, asked, 60_000, 65_000);
  question(4, under, 10_000, null);
  const { commands } = await readRunStats(db, { tenantId: "ten_a", since: NOW - 100_000, offsetMs: 0 });
  expect(commands).toMatchObject([
    { command: "deploy", runs: 3, durations_ms: [60_000, 35_000], waited_ms: [0, 45_000] },
  ]);
  db.close();
});

test("two ticks at once count once, and a run that is being made now waits for the next time", async () => {
  const db = openTestD1();
  addRun(db, NOW - 60_000, "ten_a", "olga", "noop");
  addRun(db, NOW - 1, "ten_a", "olga", "noop", 1);
  await Promise.all([countUsage(db, NOW), countUsage(db, NOW)]);
  expect(await usage(db, "ten_a", "olga")).toEqual({ noop: [1, 1] });
  await countUsage(db, NOW + LIMITS.usageEveryMs);
  expect(await usage(db, "ten_a", "olga")).toEqual({ noop: [2, 2] });
  db.close();
});

test("what resolving reads: one round trip, and only this tenant's", async () => {
  const db = openTestD1();
  addRun(db, NOW - 60_000, "ten_a", "olga", "noop");
  db.sqlite.exec(
    `INSERT INTO agents (id, tenant_id, name, status, facts_json, last_seen_at, created_at) VALUES
       ('agt_b', 'ten_a', 'old', 'offline', '{}', 9, 1), ('agt_a', 'ten_a', 'laptop', 'online', '{"git":{"branch":"main"}}', 5, 1)`,
  );
  let trips = 0;
  const seen = db.view({ before: () => void trips++ });
  const found = await readResolving(seen, { tenantId: "ten_a", personId: "olga", agentId: null });
  expect(trips).toBe(1);
  expect(found.agent).toMatchObject({ id: "agt_a", online: true, facts: { git: { branch: "main" } } });
  expect(found.active).toEqual([]);
  const named = await readResolving(db, { tenantId: "ten_a", personId: "olga", agentId: "old" });
  expect(named.agent?.id).toBe("agt_b");
  const strange = await readResolving(db, { tenantId: "ten_b", personId: "olga", agentId: "agt_a" });
  expect(strange.agent).toBeNull();
  const before = found.libraryMark;
  db.sqlite.exec(
    `INSERT INTO agent_commands (id, tenant_id, name, slug, implementation_type, code_json, created_at, updated_at, digest)
     VALUES ('cmd_1', 'ten_a', 'x', 'x', 'api', '{}', 1, ${NOW}, 'd')`,
  );
  const after = await readResolving(db, { tenantId: "ten_a", personId: "olga", agentId: null });
  expect(after.libraryMark).not.toBe(before);
  db.close();
});
