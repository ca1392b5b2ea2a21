/**
 * No hot query walks a table that grows. The queries are those the code really runs: captured while the simulator plays,
 * and while each verb that it does not use is called once.
 */
import { expect, test } from "vitest";
import { openTestD1, type TestD1 } from "../../src/testing/sqlite-d1.ts";
import { simulate } from "../simulation/simulator.ts";
import { callReads } from "./reads.ts";

const GROWING = [
  "workflow_executions",
  "probes",
  "imported_commands",
  "step_executions",
  "jobs",
  "run_events",
  "command_checkpoints",
  "checkpoint_votes",
  "approval_links",
  "notifications",
  "log_chunks",
  "audit",
  "audit_seals",
  "idempotency_keys",
  "tokens",
  "sessions",
  "sign_in_links",
  "identities",
  "schedule_fires",
  "hook_deliveries",
  "command_versions",
  "clients",
  "deployments",
  "employees",
  "costs",
  "knowledge",
];

/** Statements that read everything on purpose, with the reason. */
const ALLOWED: { sql: RegExp; why: string }[] = [];

async function capture(play: (db: TestD1) => Promise<void>): Promise<Map<string, TestD1>> {
  const seen = new Map<string, TestD1>();
  const db = openTestD1({
    intercept: {
      rewrite(sql) {
        seen.set(sql, db);
        return sql;
      },
    },
  });
  await play(db);
  return seen;
}

/** Lines of the plan that walk a growing table from end to end. */
function scans(db: TestD1, sql: string): string[] {
  const alias = new Map<string, string>();
  for (const [, table, name] of sql.matchAll(
    /(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?([a-z]\w*))?/g,
  ))
    if (table)
      alias.set(name && !/^(where|set|on|order|using|select|indexed)$/i.test(name) ? name : table, table);
  const plan = db.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[];
  return plan
    .map((row) => row.detail)
    .filter((detail) => {
      // An automatic index is made by reading the whole table, at every call.
      const name = /^(?:SCAN|SEARCH(?=.* AUTOMATIC)) (\w+)/.exec(detail)?.[1];
      return name !== undefined && GROWING.includes(alias.get(name) ?? name);
    });
}

test("a walk of a whole table is seen, by any name", () => {
  const db = openTestD1();
  for (const sql of [
    "SELECT * FROM jobs j WHERE j.fence = 1",
    "UPDATE step_executions SET attempt = 1 WHERE attempt = 2",
    "SELECT 1 FROM tenants t JOIN audit AS a ON a.at = t.created_at",
  ])
    expect(scans(db, sql), sql).toHaveLength(1);
  expect(scans(db, "SELECT * FROM jobs j WHERE j.id = 'x'")).toEqual([]);
  db.close();
});

test("no statement of a running workspace walks a table that grows", { timeout: 60_000 }, async () => {
  const seen = await capture(async (db) => {
    for (let seed = 1; seed <= 12; seed++) expect((await simulate(seed, { db })).failure).toBeNull();
  });
  expect(seen.size).toBeGreaterThan(30);
  expect(report(seen)).toEqual([]);
});

test("no verb that reads for people walks a table that grows", async () => {
  const seen = await capture(callReads);
  expect(seen.size).toBeGreaterThan(15);
  expect(report(seen)).toEqual([]);
});

function report(seen: Map<string, TestD1>): string[] {
  return [...seen].flatMap(([sql, db]) => {
    if (ALLOWED.some((one) => one.sql.test(sql))) return [];
    return scans(db, sql).map((line) => `${line}  in  ${sql.replaceAll(/\s+/g, " ").slice(0, 160)}`);
  });
}
