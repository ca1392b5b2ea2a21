import { expect, test } from "vitest";
import { openTestD1, type TestD1 } from "../../src/testing/sqlite-d1.ts";

/** The whole schema as the migrations leave it, so that a review sees what a migration did. `vitest -u` writes it anew. */
test("schema.sql is what the migrations make", async () => {
  const db = openTestD1();
  const rows = db.sqlite
    .prepare(
      "SELECT name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY tbl_name, type DESC, name",
    )
    .all() as { sql: string }[];
  const text = rows.map((row) => `${row.sql.replaceAll(/[ \t]+--[^\n]*/g, "")};\n`).join("\n");
  await expect(text).toMatchFileSnapshot("./schema.sql");
  db.close();
});

test("every table of a tenant's rows has a tenant_id that cannot be null", () => {
  const db = openTestD1();
  const withoutTenant = [
    "workspace",
    "tenants",
    "dead_letters",
    "oauth_states",
    "slack_requests",
    "sqlite_sequence",
  ];
  const tables = Object.keys(db.tables()).filter((name) => !withoutTenant.includes(name));
  const lacking = tables.filter((name) => {
    const columns = db.sqlite
      .prepare(`SELECT name, "notnull" AS must FROM pragma_table_info(?)`)
      .all(name) as {
      name: string;
      must: number;
    }[];
    return !columns.some((column) => column.name === "tenant_id" && column.must === 1);
  });
  expect(lacking).toEqual([]);
  db.close();
});

const RUN = {
  id: "run_1",
  tenant_id: "system",
  command: "noop",
  command_version: 1,
  status: "queued",
  txn: "txn_1",
  event_seq: 1,
  next_check_at: 1 as number | null,
  plan_json: "{}",
  plan_digest: "d",
  requested_by_json: "{}",
  created_at: 1,
  finished_at: null as number | null,
};

function insert(db: TestD1, table: string, row: Record<string, unknown>) {
  const names = Object.keys(row);
  return db
    .prepare(`INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`)
    .bind(...Object.values(row))
    .run();
}

test("a run that could be forgotten cannot be stored (I4)", async () => {
  const db = openTestD1();
  for (const status of ["queued", "running", "waiting", "rolling_back"])
    await expect(
      insert(db, "workflow_executions", { ...RUN, status, next_check_at: null }),
      status,
    ).rejects.toThrow(/CHECK constraint failed/);
  await insert(db, "workflow_executions", RUN);
  await expect(db.prepare("UPDATE workflow_executions SET next_check_at = NULL").run()).rejects.toThrow(
    /CHECK constraint failed/,
  );
  db.close();
});

test("a run is finished exactly when it has a time of finishing (I3)", async () => {
  const db = openTestD1();
  await expect(insert(db, "workflow_executions", { ...RUN, finished_at: 2 })).rejects.toThrow(/CHECK/);
  for (const status of ["succeeded", "failed", "rejected", "cancelled"])
    await expect(insert(db, "workflow_executions", { ...RUN, status, next_check_at: null })).rejects.toThrow(
      /CHECK/,
    );
  await insert(db, "workflow_executions", {
    ...RUN,
    status: "succeeded",
    next_check_at: null,
    finished_at: 2,
  });
  db.close();
});

test("unknown statuses cannot be stored, and a person has one vote per checkpoint (I22)", async () => {
  const db = openTestD1();
  await expect(insert(db, "workflow_executions", { ...RUN, status: "done" })).rejects.toThrow(/CHECK/);
  const vote = {
    checkpoint_id: "chk_1",
    user_id: "usr_1",
    tenant_id: "system",
    decision: "approve",
    channel: "api",
    name: "A",
    plan_digest: "d",
    txn: "t",
    at: 1,
  };
  await insert(db, "checkpoint_votes", vote);
  await expect(insert(db, "checkpoint_votes", { ...vote, decision: "reject" })).rejects.toThrow(/UNIQUE/);
  await expect(
    insert(db, "checkpoint_votes", { ...vote, user_id: "usr_2", decision: "maybe" }),
  ).rejects.toThrow(/CHECK/);
  db.close();
});
