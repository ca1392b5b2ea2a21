/**
 * D1 for tests: the same SQL on Node's SQLite, in this process. It refuses what D1 refuses (more than 100 bound
 * parameters, long statements, BEGIN, undefined), fails with messages of D1's shape, and lets a test stand between the
 * caller and the database: to wait, to fail before the effect, or after it (commit unknown).
 */
import { readdirSync, readFileSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { LIMITS } from "../limits.ts";
import { d1Error, Face, type Operation, type Statement } from "./d1-face.ts";
import { parseParameters, type SqlParameters } from "./sql-parameters.ts";

const MIGRATIONS = `${import.meta.dirname}/../../../migrations/`;
const SQL_BYTES = 100_000;

/** Stands in the way of every operation: throwing in `before` fails it clean, in `after` leaves it committed. */
export interface Intercept {
  before?(operation: Operation): void | Promise<void>;
  after?(operation: Operation, results: D1Result[]): void | Promise<void>;
  /** Applied once per distinct SQL text: a named mutant takes a guard out of it. */
  rewrite?(sql: string): string;
}
export interface TestD1Options {
  /** A file, or memory if not given. */
  file?: string;
  intercept?: Intercept;
  /** Without migrations: an empty database. */
  migrate?: boolean;
}
/** Rows of every table, by table. */
export type Tables = { [table: string]: { [column: string]: unknown }[] };

export interface TestD1 extends D1Database {
  /** The database itself, past every check and intercept. */
  readonly sqlite: DatabaseSync;
  intercept: Intercept | null;
  /** The same database seen by somebody else: own `before` and `after`. */
  view(intercept: Intercept): D1Database;
  /** All tables, rows in key order, for a comparison. */
  tables(): Tables;
  snapshot(): Tables;
  /** Puts all tables back to a snapshot, as a restore in time does. */
  restore(snapshot: Tables): void;
  /** Back to the state right after the migrations; much cheaper than opening another. */
  reset(): void;
  close(): void;
}

interface Prepared {
  statement: StatementSync;
  parameters: SqlParameters;
  columns: string[];
  writes: boolean;
}

/** All files of `migrations/`, in order. */
export function migrations(): { name: string; sql: string }[] {
  return readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => ({ name, sql: readFileSync(`${MIGRATIONS}${name}`, "utf8") }));
}

/** Opens a database with every migration applied. */
export function openTestD1(options: TestD1Options = {}): TestD1 {
  const sqlite = new DatabaseSync(options.file ?? ":memory:");
  if (options.migrate !== false) for (const { sql } of migrations()) sqlite.exec(sql);
  return new SqliteD1(sqlite, options.intercept ?? null);
}

class SqliteD1 extends Face implements TestD1 {
  readonly sqlite: DatabaseSync;
  intercept: Intercept | null;
  readonly #cache = new Map<string, Prepared>();
  readonly #changes: StatementSync;
  readonly #empty: Tables;

  constructor(sqlite: DatabaseSync, intercept: Intercept | null) {
    super(null);
    this.sqlite = sqlite;
    this.intercept = intercept;
    this.#changes = sqlite.prepare("SELECT changes() AS n");
    this.#empty = this.snapshot();
  }

  view(intercept: Intercept): D1Database {
    return new Face({
      run: (kind, list) => this.#run(kind, list, intercept),
      columns: (sql) => this.columns(sql),
    });
  }

  tables(): Tables {
    return this.snapshot();
  }

  snapshot(): Tables {
    const all: Tables = {};
    for (const table of this.#tableNames()) {
      const key = this.sqlite
        .prepare(
          `SELECT group_concat(quote(name)) AS k FROM (SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk)`,
        )
        .get(table) as { k: string | null };
      const order = key.k ? ` ORDER BY ${key.k.replaceAll("'", '"')}` : "";
      all[table] = this.sqlite
        .prepare(`SELECT * FROM "${table}"${order}`)
        .all()
        .map((row) => ({ ...row }));
    }
    return all;
  }

  restore(snapshot: Tables): void {
    this.sqlite.exec("PRAGMA foreign_keys = OFF; BEGIN");
    for (const [table, rows] of Object.entries(snapshot)) {
      this.sqlite.exec(`DELETE FROM "${table}"`);
      const columns = Object.keys(rows[0] ?? {});
      if (columns.length === 0) continue;
      const insert = this.sqlite.prepare(
        `INSERT INTO "${table}" (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      );
      for (const row of rows) insert.run(...columns.map((name) => row[name] as SQLInputValue));
    }
    this.sqlite.exec("COMMIT; PRAGMA foreign_keys = ON");
  }

  reset(): void {
    this.restore(this.#empty);
  }

  override columns(sql: string): string[] {
    return this.#prepared(sql).columns;
  }

  close(): void {
    this.#cache.clear();
    this.sqlite.close();
  }

  override run(kind: Operation["kind"], list: Statement[]): Promise<D1Result[]> {
    return this.#run(kind, list, this.intercept);
  }

  /** Runs one operation: all its statements in one transaction, or none. */
  async #run(kind: Operation["kind"], list: Statement[], intercept: Intercept | null): Promise<D1Result[]> {
    for (const statement of list) statement.check();
    const prepared = list.map((statement) => this.#prepared(statement.sql));
    for (const [i, statement] of list.entries()) {
      if (prepared[i]!.parameters.count !== statement.params.length)
        throw d1Error(`Wrong number of parameter bindings for SQL query.`);
    }
    if (!intercept) return this.#execute(kind, list, prepared);
    const operation: Operation = {
      kind,
      statements: list,
      writes: prepared.some((one) => one.writes),
    };
    await intercept.before?.(operation);
    const results = this.#execute(kind, list, prepared);
    await intercept.after?.(operation, results);
    return results;
  }

  #execute(kind: Operation["kind"], list: Statement[], prepared: Prepared[]): D1Result[] {
    const transaction = kind === "batch" && list.length > 1;
    if (transaction) this.sqlite.exec("BEGIN IMMEDIATE");
    try {
      const results = list.map((statement, i) => this.#one(kind, statement, prepared[i]!));
      if (transaction) this.sqlite.exec("COMMIT");
      return results;
    } catch (error) {
      // SQLite itself may have rolled back already (a full disk, say).
      if (transaction && this.sqlite.isTransaction) this.sqlite.exec("ROLLBACK");
      throw fromSqlite(error);
    }
  }

  #one(kind: Operation["kind"], statement: Statement, prepared: Prepared): D1Result {
    const bound = prepared.parameters.arrange(statement.params).map(toSqlite);
    let results: unknown[] = [];
    let changes = 0;
    if (prepared.columns.length === 0) {
      changes = Number(prepared.statement.run(...bound).changes);
      if (!prepared.writes) changes = 0;
    } else {
      const rows = prepared.statement.all(...bound) as unknown as unknown[][];
      results = kind === "raw" ? rows : rows.map((row) => toObject(prepared.columns, row));
      if (prepared.writes) changes = (this.#changes.get() as { n: number }).n;
    }
    return {
      success: true,
      results,
      meta: {
        duration: 0,
        size_after: 0,
        rows_read: results.length,
        rows_written: changes,
        last_row_id: 0,
        changed_db: changes > 0,
        changes,
        served_by: "test",
      },
    } as D1Result;
  }

  #prepared(sql: string): Prepared {
    const known = this.#cache.get(sql);
    if (known) return known;
    const text = this.intercept?.rewrite?.(sql) ?? sql;
    if (Buffer.byteLength(text) > SQL_BYTES) throw d1Error("statement too long: SQLITE_TOOBIG");
    if (/^\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|ATTACH|DETACH|VACUUM)\b/i.test(text))
      throw d1Error(
        "To execute a transaction, use batch(); BEGIN, SAVEPOINT and ATTACH are refused: SQLITE_AUTH",
      );
    const parameters = parseParameters(text);
    if (parameters.count > LIMITS.d1Parameters) throw d1Error("too many SQL variables: SQLITE_ERROR");
    try {
      const statement = this.sqlite.prepare(parameters.sql);
      statement.setReturnArrays(true);
      const prepared = {
        statement,
        parameters,
        columns: statement.columns().map((column) => column.name ?? ""),
        writes: /\b(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER)\b/i.test(text.replace(/'[^']*'/g, "''")),
      };
      this.#cache.set(sql, prepared);
      return prepared;
    } catch (error) {
      throw fromSqlite(error);
    }
  }

  #tableNames(): string[] {
    // Without virtual tables and what they keep: triggers write those.
    const rows = this.sqlite
      .prepare(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .all() as { name: string }[];
    return rows.map((row) => row.name);
  }
}

function toObject(columns: string[], row: unknown[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let i = 0; i < columns.length; i++) object[columns[i]!] = row[i];
  return object;
}

function toSqlite(value: unknown): SQLInputValue {
  if (typeof value === "boolean") return value ? 1 : 0;
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return value as SQLInputValue;
}

/** SQLite's own error, worded as D1 words it. */
function fromSqlite(error: unknown): Error {
  if (!(error instanceof Error)) return d1Error(String(error));
  if (error.message.startsWith("D1_")) return error;
  const code = (error as { errcode?: number }).errcode ?? 1;
  const name =
    { 5: "SQLITE_BUSY", 18: "SQLITE_TOOBIG", 19: "SQLITE_CONSTRAINT" }[code & 255] ?? "SQLITE_ERROR";
  return d1Error(`${error.message}: ${name}`);
}
