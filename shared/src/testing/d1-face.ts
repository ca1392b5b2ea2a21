/** The face of D1: what `prepare`, `bind`, `all`, `batch` look like, over whatever runs the operations. */
import { LIMITS } from "../limits.ts";

const VALUE_BYTES = 2_000_000;

export interface Operation {
  kind: "batch" | "first" | "all" | "run" | "raw" | "exec";
  statements: { sql: string; params: readonly unknown[] }[];
  writes: boolean;
}

export interface Runner {
  run(kind: Operation["kind"], list: Statement[]): Promise<D1Result[]>;
  columns(sql: string): string[];
}

export class Face implements Runner {
  readonly runner: Runner | null;
  constructor(runner: Runner | null) {
    this.runner = runner;
  }

  run(kind: Operation["kind"], list: Statement[]): Promise<D1Result[]> {
    return this.runner!.run(kind, list);
  }

  columns(sql: string): string[] {
    return this.runner!.columns(sql);
  }

  prepare(sql: string): D1PreparedStatement {
    return new Statement(this, sql, []) as unknown as D1PreparedStatement;
  }

  async batch<T = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]> {
    if (statements.length === 0) throw d1Error("No SQL statements detected.");
    return (await this.run("batch", statements as unknown as Statement[])) as D1Result<T>[];
  }

  async exec(sql: string): Promise<D1ExecResult> {
    const lines = sql.split("\n").filter((line) => line.trim() !== "");
    await this.run(
      "exec",
      lines.map((line) => new Statement(this, line, [])),
    );
    return { count: lines.length, duration: 0 };
  }

  withSession(): D1DatabaseSession {
    return {
      prepare: (sql: string) => this.prepare(sql),
      batch: <T>(list: D1PreparedStatement[]) => this.batch<T>(list),
      getBookmark: () => null,
    } as D1DatabaseSession;
  }

  dump(): Promise<ArrayBuffer> {
    return Promise.reject(d1Error("dump is not supported"));
  }
}

export class Statement {
  readonly #db: Runner;
  readonly sql: string;
  readonly params: readonly unknown[];

  constructor(db: Runner, sql: string, params: readonly unknown[]) {
    this.#db = db;
    this.sql = sql;
    this.params = params;
  }

  bind(...params: unknown[]): Statement {
    const bound = new Statement(this.#db, this.sql, params);
    for (const value of params)
      if (
        value === undefined ||
        typeof value === "function" ||
        typeof value === "symbol" ||
        typeof value === "bigint"
      )
        throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`);
      else if (value !== null && typeof value === "object" && !isBytes(value))
        throw new Error(`D1_TYPE_ERROR: Type 'object' not supported for value '${String(value)}'`);
    return bound;
  }

  async first<T>(column?: string): Promise<T | null> {
    const [result] = await this.#db.run("first", [this]);
    const row = result!.results[0] as Record<string, unknown> | undefined;
    if (!row) return null;
    if (column === undefined) return row as T;
    if (!(column in row)) throw d1Error(`Column not found (${column})`);
    return row[column] as T;
  }

  async all<T>(): Promise<D1Result<T>> {
    return (await this.#db.run("all", [this]))[0] as D1Result<T>;
  }

  async run<T>(): Promise<D1Result<T>> {
    return (await this.#db.run("run", [this]))[0] as D1Result<T>;
  }

  async raw(options?: { columnNames?: boolean }): Promise<unknown[][]> {
    const rows = (await this.#db.run("raw", [this]))[0]!.results as unknown[][];
    return options?.columnNames ? [this.#db.columns(this.sql), ...rows] : rows;
  }

  /** What D1 refuses before it looks at the database. */
  check(): void {
    if (this.params.length > LIMITS.d1Parameters) throw d1Error("too many SQL variables: SQLITE_ERROR");
    for (const value of this.params)
      if (
        typeof value === "string" &&
        value.length > VALUE_BYTES / 4 &&
        Buffer.byteLength(value) > VALUE_BYTES
      )
        throw d1Error("string or blob too big: SQLITE_TOOBIG");
  }
}

function isBytes(value: object): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
}

/** An error as D1 words it. */
export function d1Error(message: string): Error {
  return new Error(`D1_ERROR: ${message}`, { cause: new Error(message) });
}
