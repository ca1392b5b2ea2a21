/** A person's own query against the real database of workerd: what it answers, and everything it must not do. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeTables, type QueryValue, runQuery } from "@tw/shared/db/query";
import { LIMITS } from "@tw/shared/limits";
import { ROLE_SCOPES, SCOPES } from "@tw/shared/scopes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../src/local-database.ts";

let db: D1Database;
let close: () => Promise<void>;
let state: string;
const CLIENTS = 1_500;

beforeAll(async () => {
  state = await mkdtemp(join(tmpdir(), "tw-query-"));
  ({ db, close } = await openDatabase(state));
  const numbers = JSON.stringify(Array.from({ length: CLIENTS }, (_, i) => i));
  await db.batch([
    db.prepare("INSERT INTO tenants (id, name, created_at) VALUES ('ten_a', 'A', 0), ('ten_b', 'B', 0)"),
    db
      .prepare(
        `INSERT INTO clients (tenant_id, id, name, notes, created_at, updated_at)
         SELECT 'ten_a', 'cli_' || value, 'Name ' || value, 'kept', value, value FROM json_each(?1)`,
      )
      .bind(numbers),
    db.prepare(
      `INSERT INTO clients (tenant_id, id, name, notes, created_at, updated_at) VALUES ('ten_b', 'cli_0', 'SECRET of B', '', 0, 0)`,
    ),
    db.prepare(
      `INSERT INTO users (id, tenant_id, email, name, role, created_at, updated_at) VALUES ('usr_a', 'ten_a', 'a@example.com', 'Ann', 'owner', 0, 0)`,
    ),
    db.prepare(
      `INSERT INTO tokens (hash, id, tenant_id, type, user_id, name, scopes_json, created_at) VALUES ('SECRET-HASH', 'tok_a', 'ten_a', 'person', 'usr_a', 't', '[]', 0)`,
    ),
    db.prepare(
      `INSERT INTO costs (tenant_id, id, spent_on, category, amount_minor, currency, source, created_at) VALUES ('ten_a', 'cost_1', '2026-01-05', 'hosting', 1250, 'EUR', 'manual', 0), ('ten_b', 'cost_1', '2026-01-05', 'SECRET', 9, 'EUR', 'manual', 0)`,
    ),
    db.prepare(
      `INSERT INTO knowledge (tenant_id, id, title, body, created_by_json, created_at, updated_at) VALUES ('ten_b', 'know_1', 'SECRET', 'SECRET', '{}', 0, 0)`,
    ),
  ]);
});
afterAll(async () => {
  await close?.();
  await rm(state, { recursive: true, force: true });
});

const ask = (
  sql: string,
  params: QueryValue[] = [],
  more: { scopes?: readonly (typeof SCOPES)[number][]; limit?: number } = {},
) => runQuery(db, { tenantId: "ten_a", scopes: SCOPES, sql, params, limit: 100, ...more });

/** Every row of every table, and the schema. */
async function everything(): Promise<string> {
  const { results } = await db
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all<{ name: string; sql: string }>();
  const rows = await db.batch(results.map(({ name }) => db.prepare(`SELECT * FROM "${name}"`)));
  return JSON.stringify([results, rows.map((one) => one.results)]);
}

describe("what it answers", () => {
  const NUMBERS: [string, QueryValue[], unknown[][]][] = [
    ["SELECT count(*) FROM clients", [], [[CLIENTS]]],
    ["SELECT name FROM clients WHERE id = ?", ["cli_7"], [["Name 7"]]],
    ["SELECT ?2 || ?1", ["b", "a"], [["ab"]]],
    [
      "select NAME from CLIENTS where ID in ('cli_1', 'cli_2') order by name desc -- newest first",
      [],
      [["Name 2"], ["Name 1"]],
    ],
    [
      "WITH few AS (SELECT * FROM clients WHERE created_at < 3) SELECT count(*), sum(f.created_at) FROM few f JOIN clients c USING (id)",
      [],
      [[3, 3]],
    ],
    [
      "SELECT substr(spent_on, 1, 7) AS month, category, sum(amount_minor) FROM costs GROUP BY 1, 2",
      [],
      [["2026-01", "hosting", 1250]],
    ],
    [
      "SELECT c.name, (SELECT count(*) FROM deployments d WHERE d.worker = c.name) FROM clients c LIMIT 1",
      [],
      [["Name 0", 0]],
    ],
    [
      "SELECT id FROM clients WHERE id = 'cli_1' UNION ALL SELECT id FROM clients WHERE id = 'cli_2'",
      [],
      [["cli_1"], ["cli_2"]],
    ],
    [
      "SELECT name, row_number() OVER (ORDER BY created_at DESC) FROM clients LIMIT 1",
      [],
      [[`Name ${CLIENTS - 1}`, 1]],
    ],
    [
      "VALUES (1, 'it''s'), (2, null)",
      [],
      [
        [1, "it's"],
        [2, null],
      ],
    ],
    ["SELECT status, count(*) FROM runs GROUP BY status", [], []],
    ["SELECT s.status, count(*) FROM runs r JOIN steps s ON s.run_id = r.id GROUP BY 1", [], []],
    ["SELECT email, role FROM users", [], [["a@example.com", "owner"]]],
    ["SELECT count(*) FROM clients LEFT JOIN knowledge ON knowledge.id = clients.id", [], [[CLIENTS]]],
    [
      "SELECT ';', '-- no', 'DROP TABLE clients', \"name\" FROM clients LIMIT 1",
      [],
      [[";", "-- no", "DROP TABLE clients", "Name 0"]],
    ],
  ];
  test.each(NUMBERS)("%s", async (sql, params, rows) => {
    expect((await ask(sql, params)).rows).toEqual(rows);
  });

  test("it names the columns, says when there is more, and cuts long texts", async () => {
    const some = await ask("SELECT id, name FROM clients", [], { limit: 2 });
    expect(some).toMatchObject({ columns: ["id", "name"], truncated: true });
    expect(some.rows).toHaveLength(2);
    expect(some.rows_read).toBeGreaterThan(0);
    expect((await ask("SELECT 1 AS a, 2 AS a")).rows).toEqual([[1, 2]]);
    const most = await ask("SELECT * FROM clients", [], { limit: 1_000_000 });
    expect(most).toMatchObject({ truncated: true });
    expect(most.rows).toHaveLength(LIMITS.queryRows);
    const long = await ask(`SELECT '${"x".repeat(5_000)}' FROM clients`, [], { limit: 1_000 });
    expect(long.truncated).toBe(true);
    expect(JSON.stringify(long.rows).length).toBeLessThan(LIMITS.queryAnswerBytes * 1.1);
    expect(String(long.rows[0]?.[0])).toHaveLength(LIMITS.queryCellChars);
  });

  test("tables are described with their columns and rows, for those who may read them", async () => {
    const tables = await describeTables(db, "ten_a", SCOPES);
    expect(tables.find(({ name }) => name === "clients")).toMatchObject({ rows: CLIENTS });
    expect(tables.map(({ name }) => name)).not.toContain("tokens");
    const viewer = (await describeTables(db, "ten_a", ROLE_SCOPES.viewer)).map(({ name }) => name);
    expect(viewer).toContain("clients");
    expect(viewer).not.toContain("costs");
    for (const sql of [
      "SELECT * FROM costs",
      "SELECT 1 FROM clients, users",
      'SELECT (SELECT max(at) FROM "audit")',
    ])
      await expect(ask(sql, [], { scopes: ROLE_SCOPES.viewer }), sql).rejects.toMatchObject({
        code: "forbidden",
      });
  });

  test("every table that is listed can be read, all its columns", async () => {
    for (const { name, columns } of await describeTables(db, "ten_a", SCOPES))
      expect((await ask(`SELECT * FROM ${name}`)).columns, name).toEqual(
        columns.map((column) => column.name),
      );
  });
});

/** What must come of it: refused, or nothing but the tenant's own rows. */
const ATTACKS: { [kind: string]: string[] } = {
  "other statements": [
    "DELETE FROM clients",
    "INSERT INTO clients (tenant_id, id, name, created_at, updated_at) VALUES ('ten_a', 'x', 'x', 0, 0)",
    "UPDATE clients SET name = 'x'",
    "REPLACE INTO clients SELECT * FROM clients",
    "DROP TABLE clients",
    "ALTER TABLE clients RENAME TO x",
    "CREATE TABLE x (a)",
    "CREATE TEMP TABLE clients AS SELECT * FROM main.tokens",
    "CREATE TRIGGER t AFTER INSERT ON clients BEGIN DELETE FROM clients; END",
    "VACUUM",
    "VACUUM INTO '/tmp/copy.db'",
    "ATTACH DATABASE ':memory:' AS x",
    "DETACH DATABASE main",
    "PRAGMA writable_schema = 1",
    "PRAGMA table_info(clients)",
    "REINDEX clients",
    "ANALYZE",
    "BEGIN",
    "SAVEPOINT s",
    "EXPLAIN SELECT 1",
  ],
  "writes in a SELECT's clothes": [
    "WITH gone AS (DELETE FROM clients RETURNING *) SELECT * FROM gone",
    "WITH c AS (SELECT 1) DELETE FROM clients",
    "WITH c AS (SELECT 1) UPDATE clients SET name = 'x' RETURNING *",
    "WITH c AS (SELECT 1) INSERT INTO clients SELECT * FROM c",
    "SELECT * FROM (DELETE FROM clients RETURNING *)",
    "SELECT * FROM (UPDATE clients SET name = 'x' RETURNING name)",
    "SELECT (INSERT INTO costs DEFAULT VALUES)",
    "VALUES (1) RETURNING 1",
    "SELECT load_extension('x.so')",
    "SELECT writefile('/tmp/x', 'x')",
    "SELECT readfile('/etc/passwd')",
    "SELECT edit('x')",
    "SELECT fts5(1)",
    "SELECT knowledge_index FROM knowledge_index('rebuild')",
  ],
  "several statements and brackets": [
    "SELECT 1; DELETE FROM clients",
    "SELECT 1;",
    "SELECT 1) ; DROP TABLE clients; SELECT (1",
    "SELECT 1) UNION SELECT hash FROM tokens --",
    "SELECT 1 LIMIT 0) UNION ALL SELECT hash FROM tokens WHERE (1",
    "SELECT 1 /* unclosed",
    "SELECT 1 -- ) ; DELETE FROM clients\n; DELETE FROM clients",
    "SELECT 'unclosed",
    'SELECT "unclosed',
    "SELECT 1 \u0000; DELETE FROM clients",
    "SELECT 1 \\; DELETE FROM clients",
  ],
  "tables that are not to be read": [
    "SELECT * FROM tokens",
    "SELECT hash FROM sessions",
    "SELECT * FROM bearers",
    "SELECT * FROM approval_links",
    "SELECT * FROM sqlite_master",
    "SELECT sql FROM sqlite_schema",
    "SELECT * FROM sqlite_temp_master",
    "SELECT * FROM d1_migrations",
    "SELECT * FROM grants",
    "SELECT * FROM knowledge_index",
    "SELECT * FROM knowledge_index_data",
    "SELECT * FROM knowledge_index WHERE knowledge_index MATCH 'secret'",
    "SELECT * FROM pragma_table_info('tokens')",
    "SELECT * FROM pragma_table_list",
    "SELECT * FROM dbstat",
    "SELECT * FROM json_each('[1]')",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM tokens)",
    "SELECT id FROM clients WHERE id IN (SELECT hash FROM tokens)",
    "SELECT id FROM clients ORDER BY (SELECT hash FROM tokens LIMIT 1)",
    "SELECT id FROM clients WHERE id IN tokens",
    "SELECT t.* FROM clients LEFT JOIN tokens AS t",
    "SELECT clients.hash FROM tokens AS clients",
    "WITH clients AS (SELECT * FROM tokens) SELECT * FROM clients",
    'SELECT * FROM "tokens"',
    "SELECT * FROM [tokens]",
    "SELECT * FROM `tokens`",
    "SELECT * FROM 'tokens'",
    "SELECT code_json FROM agent_commands",
    "SELECT secret FROM hooks",
  ],
  "other tenants' rows": [
    "SELECT * FROM main.clients",
    'SELECT * FROM "main".clients',
    "SELECT * FROM 'main'.clients",
    "SELECT * FROM [main] . clients",
    "SELECT * FROM main/**/.clients",
    "SELECT * FROM temp.clients",
    "WITH clients AS (SELECT * FROM clients) SELECT * FROM clients",
    "WITH x AS (SELECT * FROM main.clients) SELECT * FROM x",
    "SELECT tenant_id FROM clients",
    "SELECT * FROM clients WHERE tenant_id = 'ten_b'",
    'SELECT "tw:clients".tenant_id FROM clients',
    'SELECT * FROM "q:tenant"',
    "SELECT * FROM clients NOT INDEXED",
    "SELECT rowid FROM knowledge",
    "SELECT name FROM clients WHERE 1 OR name LIKE '%SECRET%' AND created_at < 0",
  ],
  "no end": [
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c",
    "WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c",
    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 10) SELECT x FROM c",
    "SELECT (WITH c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c)",
    "SELECT count(*) FROM clients a, clients b, clients c",
    "SELECT count(*) FROM clients a JOIN clients b JOIN clients c ON a.name < b.name",
    "SELECT (SELECT count(*) FROM clients b, clients c WHERE b.name > a.name) FROM clients a",
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM clients a, clients b, clients c WHERE a.name || b.name || c.name = 'x')",
    "WITH x AS (SELECT 1 FROM clients a, clients b) SELECT count(*) FROM x p, x q",
    "WITH x AS MATERIALIZED (SELECT 1 FROM clients) SELECT count(*) FROM x a, x b, x c",
    "SELECT count(*) FROM clients a WHERE name IN (SELECT b.name FROM clients b, clients c WHERE c.name > a.name)",
    `WITH v(x) AS (VALUES ${Array(300).fill("(1)").join(",")}) SELECT count(*) FROM v a, v b, v c, v d`,
    'WITH v(x) AS (SELECT 1 FROM clients) SELECT count(*) FROM v "CONSTANT ROW", v b, v c',
    "WITH v(x) AS (SELECT 1 FROM clients) SELECT count(*) FROM v 'CONSTANT ROW', v b, v c",
    'WITH v(x) AS (SELECT 1 FROM clients) SELECT count(*) FROM v "a USING PRIMARY KEY (id=?)", v b, v c',
    "SELECT sum(created_at) OVER (ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING EXCLUDE TIES) FROM clients, (VALUES (1), (2), (3), (4))",
    "SELECT count(*) FROM clients a LEFT JOIN clients b ON 1 RIGHT JOIN clients c ON 1",
    "SELECT 1 FROM clients UNION SELECT a.created_at * b.created_at + c.created_at FROM clients a, clients b, clients c",
  ],
  "too much": [
    "SELECT hex(zeroblob(1000000000))",
    "SELECT randomblob(1000000000)",
    "SELECT printf('%.*c', 100000000, 'x')",
    "SELECT format('%.*c', 100000000, 'x')",
    "SELECT replace(replace('aaaaaaaa', 'a', 'aaaaaaaaaaaaaaaa'), 'a', 'aaaaaaaaaaaaaaaaaaaaaaaa')",
    `SELECT ${"x||".repeat(30)}x FROM (SELECT 'y' AS x)`,
    "SELECT group_concat(a.name || b.name) FROM clients a, clients b",
    `SELECT ${Array(101).fill("1").join(",")}`,
    `SELECT '${"x".repeat(10_000)}'`,
    `SELECT ${"(".repeat(3_000)}1${")".repeat(3_000)}`,
  ],
  parameters: ["SELECT ?", "SELECT ?99", "SELECT ?0", "SELECT :tenant", "SELECT @x", "SELECT $x"],
};

/** These are allowed to answer, with what is the tenant's own. */
const HARMLESS = new Set([
  "SELECT * FROM clients NOT INDEXED",
  "SELECT name FROM clients WHERE 1 OR name LIKE '%SECRET%' AND created_at < 0",
]);

describe("what it refuses, with every table as it was", () => {
  test.each(Object.entries(ATTACKS))("%s", async (_, statements) => {
    const before = await everything();
    for (const sql of statements) {
      const shown = sql.slice(0, 120);
      if (HARMLESS.has(sql)) {
        expect(JSON.stringify((await ask(sql)).rows), shown).not.toContain("SECRET of B");
        continue;
      }
      const outcome = await ask(sql).then(
        (answer) => `answered: ${JSON.stringify(answer.rows).slice(0, 200)}`,
        (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
      );
      expect(outcome, shown).toMatch(/^invalid_args: /);
      // Refused, not stopped: none of them was begun.
      expect(outcome, shown).not.toContain("did not end within");
      expect(outcome, shown).not.toContain("SECRET");
    }
    expect(await everything()).toBe(before);
  });

  test("the largest join that is allowed ends within seconds", async () => {
    // One that takes longer than a query may is refused, and has no rows.
    const { rows } = await ask("SELECT count(*) FROM clients a JOIN clients b ON a.notes = b.notes");
    expect(rows).toEqual([[CLIENTS * CLIENTS]]);
  });
});
