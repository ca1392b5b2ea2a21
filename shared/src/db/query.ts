/**
 * A person's own SELECT, over the tenant's rows only. The statement becomes a table in brackets of ours, so the grammar admits
 * nothing but a SELECT; the names of tables mean stand-ins that hold the tenant's rows; and before anything runs, the database
 * itself says what it would do: a program that writes, opens another table or could visit too much is not begun.
 */
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { type PlanLine, type Size, visits } from "../platform/query-cost.ts";
import { checkProgram, type Instruction } from "../platform/query-program.ts";
import { checkShape, numberParameters, type SqlToken, sqlTokens } from "../platform/sql-tokens.ts";
import type { Scope } from "../scopes.ts";
import { QUERY_TABLES, type QueryTable, queryTable, standIn } from "./query-tables.ts";

export type QueryValue = string | number | null;
export interface QueryAnswer {
  columns: string[];
  rows: QueryValue[][];
  /** More rows or longer texts were there than are shown. */
  truncated: boolean;
  /** Rows that the database read for it. */
  rows_read: number;
  duration_ms: number;
}

const refuse = (message: string) =>
  new Refusal("invalid_args", message, { issues: [{ path: "sql", message }] });

/**
 * Answers one SELECT.
 * @param limit rows of the answer, at most `LIMITS.queryRows`
 * @param scopes of whoever asks: a table is there only for those who may read its rows over HTTP
 * @throws Refusal 422 when it is not one read-only SELECT, could visit too much, takes too long or is wrong; 403 for a table
 */
export async function runQuery(
  db: D1Database,
  ask: {
    tenantId: string;
    scopes: readonly Scope[];
    sql: string;
    params: readonly QueryValue[];
    limit: number;
  },
): Promise<QueryAnswer> {
  const tokens = sqlTokens(ask.sql);
  checkShape(tokens);
  const numbered = numberParameters(ask.sql, tokens);
  if (numbered.needed !== ask.params.length)
    throw refuse(
      `The statement has ${numbered.needed} parameter(s), but ${ask.params.length} value(s) were given.`,
    );
  const tables = mentioned(tokens);
  for (const table of tables.values())
    if (!ask.scopes.includes(table.scope))
      throw new Refusal("forbidden", `Reading ${table.name} needs the scope ${table.scope}.`);

  const standIns = [...tables].map(([name, table]) => standIn(name, table));
  const bind = (statement: D1PreparedStatement) => statement.bind(ask.tenantId, ...ask.params);
  const inner = `SELECT * FROM (\n${numbered.sql}\n)`;
  const head = `WITH ${[...standIns, '"q:tenant" AS (SELECT ?1)'].join(", ")} `;
  const shape = `${head}${inner} LIMIT 0`;
  const reads = [...new Map([...tables.values()].map((table) => [table.name, table])).values()].flatMap(
    (table) => table.reads,
  );

  return guarded(async () => {
    const [roots, program, ...counts] = await db.batch<Record<string, never>>([
      rootsStatement(
        db,
        reads.map(({ table }) => table),
      ),
      bind(db.prepare(`EXPLAIN ${shape}`)),
      ...reads.map((read) => countStatement(db, read, ask.tenantId)),
    ]);
    const open = new Map((roots?.results ?? []).map((row) => [Number(row.rootpage), String(row.name)]));
    checkProgram((program?.results ?? []) as unknown as Instruction[], open);
    const sizes = new Map(
      reads.map((read, i): [string, Size] => [
        read.alias,
        {
          rows: Number(counts[i]?.results[0]?.n ?? 0),
          unique: read.unique,
          fan: read.fan ?? {},
          whole: read.whole ?? false,
        },
      ]),
    );

    const [columns = []] = await bind(db.prepare(shape)).raw({ columnNames: true });
    if (columns.length > LIMITS.queryColumns)
      throw refuse(
        `The answer would have ${columns.length} columns; at most ${LIMITS.queryColumns} are shown.`,
      );
    const limit = Math.min(ask.limit, LIMITS.queryRows);
    const final = `${head}${bounded(inner, columns.length, limit + 1)}`;
    const [compiled, plan] = await db.batch<Record<string, never>>([
      bind(db.prepare(`EXPLAIN ${final}`)),
      bind(db.prepare(`EXPLAIN QUERY PLAN ${final}`)),
    ]);
    checkProgram((compiled?.results ?? []) as unknown as Instruction[], open);
    checkVisits((plan?.results ?? []) as unknown as PlanLine[], sizes, tokens);

    const asked = Date.now();
    const answered = await bind(db.prepare(final)).all<Record<string, QueryValue>>();
    const all = answered.results;
    const rows = all.slice(0, limit).map((row) => columns.map((_, i) => row[`c${i}`] ?? null));
    const first = all[0];
    return {
      columns: columns.map(String),
      rows,
      truncated: Number(first?.n ?? 0) > rows.length || Number(first?.long ?? 0) > 0,
      rows_read: answered.meta.rows_read ?? 0,
      duration_ms: Date.now() - asked,
    };
  });
}

/** The tables that can be queried by somebody with these scopes, and how many rows each has for the tenant. */
export async function describeTables(
  db: D1Database,
  tenantId: string,
  scopes: readonly Scope[],
): Promise<{ name: string; description: string; rows: number; columns: { name: string; type: string }[] }[]> {
  const tables = QUERY_TABLES.filter((table) => scopes.includes(table.scope));
  const counted = await db.batch<{ n: number }>(
    tables.map((table) =>
      db.prepare(`SELECT count(*) AS n FROM (SELECT 1 FROM ${table.from} LIMIT ${COUNT_MAX})`).bind(tenantId),
    ),
  );
  return tables.map(({ name, also, description, columns }, i) => ({
    name,
    also,
    description,
    rows: counted[i]?.results[0]?.n ?? 0,
    columns: columns.map((column) => ({ name: column.name, type: column.type })),
  }));
}

/** Every table that the statement could mean: whatever of its words is the name of one. */
function mentioned(tokens: SqlToken[]): Map<string, QueryTable> {
  const found = new Map<string, QueryTable>();
  for (const token of tokens) {
    if (token.kind === "number" || token.kind === "sign" || token.kind === "parameter") continue;
    const table = queryTable(token.text);
    if (table) found.set(token.text.toLowerCase(), table);
  }
  return found;
}

/** First pages of these tables and their indexes, as the schema holds them now. */
function rootsStatement(db: D1Database, tables: string[]): D1PreparedStatement {
  return db
    .prepare(
      "SELECT name, rootpage FROM sqlite_master WHERE tbl_name IN (SELECT value FROM json_each(?1)) AND rootpage > 0",
    )
    .bind(JSON.stringify(tables));
}

const COUNT_MAX = LIMITS.queryVisits + 1;
function countStatement(
  db: D1Database,
  read: QueryTable["reads"][number],
  tenantId: string,
): D1PreparedStatement {
  const where = read.whole ? "" : "WHERE tenant_id = ?1";
  // Steps have no index over the tenant; what is behind one run is reckoned, not counted.
  if (read.fan) return db.prepare(`SELECT ${COUNT_MAX} AS n`);
  const statement = db.prepare(
    `SELECT count(*) AS n FROM (SELECT 1 FROM ${read.table} ${where} LIMIT ${COUNT_MAX})`,
  );
  return read.whole ? statement : statement.bind(tenantId);
}

/** The answer cut to so many rows, each text to its length, and the whole to its bytes: all by the database. */
function bounded(inner: string, columns: number, rows: number): string {
  const names = Array.from({ length: columns }, (_, i) => `c${i}`);
  const max = LIMITS.queryCellChars;
  const cut = names.map(
    (c) =>
      `CASE typeof(${c}) WHEN 'text' THEN substr(${c}, 1, ${max}) WHEN 'blob' THEN '(binary)' ELSE ${c} END AS ${c}`,
  );
  const long = names.map((c) => `(typeof(${c}) = 'text' AND length(${c}) > ${max})`).join(" OR ");
  const size = names.map((c) => `coalesce(length(${c}), 4)`).join(" + ");
  return `, "q:asked" (${names.join(", ")}) AS (${inner} LIMIT ${rows}),
    "q:cut" AS (SELECT ${cut.join(", ")}, (${long}) AS long FROM "q:asked"),
    "q:sized" AS (SELECT ${names.join(", ")}, sum(${size} + 8) OVER (ROWS UNBOUNDED PRECEDING) AS size,
      count(*) OVER () AS n, max(long) OVER () AS long FROM "q:cut")
    SELECT ${names.join(", ")}, n, long FROM "q:sized" WHERE size <= ${LIMITS.queryAnswerBytes}`;
}

function checkVisits(plan: PlanLine[], sizes: ReadonlyMap<string, Size>, tokens: SqlToken[]): void {
  const words = new Set(tokens.filter(({ kind }) => kind === "word").map(({ text }) => text));
  const lists = words.has("in") || words.has("or");
  const listed = lists ? 1 + tokens.filter(({ text }) => text === "," || text === "or").length : 1;
  let most = visits(plan, sizes, listed);
  // A frame of a window is walked again for each row.
  const windowed = words.has("over") || words.has("window");
  if (windowed && ["rows", "range", "groups", "exclude"].some((word) => words.has(word))) most **= 2;
  const joined = ["group_concat", "string_agg", "json_group_array", "json_group_object"].some((word) =>
    words.has(word),
  );
  const allowed = joined ? LIMITS.queryVisitsJoined : LIMITS.queryVisits;
  if (most > allowed)
    throw refuse(
      `This could visit ${most.toExponential(1)} rows; at most ${allowed.toLocaleString("en")} are allowed. Join by ids, or narrow it down with WHERE.`,
    );
}

/** Within its time, and with the database's own complaint as an answer to the person whose statement it is. */
async function guarded<T>(work: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => late.reject(refuse(`The query did not end within ${LIMITS.queryTimeoutMs / 1000} s.`)),
    LIMITS.queryTimeoutMs,
  );
  try {
    return await Promise.race([work(), late.promise]);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    const said = error instanceof Error ? error.message : String(error);
    const reason =
      /^(?:D1_ERROR: )?(.*?)(?: at offset \d+)?(?:: SQLITE_(ERROR|AUTH|TOOBIG|MISMATCH|RANGE|NOMEM|LIMIT))?(?:: extended.*)?$/s.exec(
        said,
      );
    if (/SQLITE_|syntax error|no such|not authorized|too many|malformed|overflow/i.test(said))
      throw refuse(`The database refuses this statement: ${reason?.[1] ?? said}.`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
