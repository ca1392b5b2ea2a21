/**
 * Looks at the tables after every committed write and tells what changed, row by row. It reads past every fault and
 * beside the code under test.
 */
import type { StatementSync } from "node:sqlite";
import type { Operation } from "../../src/testing/d1-face.ts";
import type { TestD1 } from "../../src/testing/sqlite-d1.ts";

export type Value = string | number | null;
export type RowOf<C extends string> = { [column in C]: Value };

const TABLES = {
  workflow_executions: {
    key: ["id"],
    columns: [
      "id",
      "tenant_id",
      "status",
      "rollback_status",
      "version",
      "txn",
      "event_seq",
      "fence",
      "next_check_at",
      "plan_digest",
      "outcome",
      "cancel_requested_at",
      "concurrency_group",
      "finished_at",
    ],
  },
  step_executions: {
    key: ["run_id", "id"],
    columns: [
      "run_id",
      "id",
      "tenant_id",
      "status",
      "attempt",
      "max_attempts",
      "job_id",
      "children",
      "wake_at",
      "started_at",
      "started_seq",
      "finished_at",
      "exit_code",
      "outputs_json",
      "error_json",
      "rollback_status",
      "rollback_attempt",
    ],
  },
  jobs: {
    key: ["id"],
    columns: [
      "id",
      "run_id",
      "tenant_id",
      "kind",
      "purpose",
      "status",
      "fence",
      "headroom",
      "agent_id",
      "lease_expires_at",
      "cancel_requested_at",
      "report_seq",
      "finished_at",
      "report_json",
      "steps_json",
    ],
  },
  command_checkpoints: {
    key: ["id"],
    columns: [
      "id",
      "run_id",
      "step_id",
      "tenant_id",
      "reason",
      "status",
      "plan_digest",
      "policy_json",
      "expires_at",
      "decided_at",
      "txn",
    ],
  },
} as const;
export type Table = keyof typeof TABLES;
export type Row<T extends Table> = RowOf<(typeof TABLES)[T]["columns"][number]>;
export type AnyRow = { [column: string]: Value };
export interface Change {
  table: Table;
  key: string;
  before: AnyRow | null;
  after: AnyRow | null;
}

export class Observer {
  readonly rows: { [table in Table]: Map<string, AnyRow> } = {
    workflow_executions: new Map(),
    step_executions: new Map(),
    jobs: new Map(),
    command_checkpoints: new Map(),
  };
  readonly #reads: [Table, StatementSync][];
  readonly #touches = new Map<string, Set<Table>>();

  constructor(db: TestD1) {
    this.#reads = (Object.keys(TABLES) as Table[]).map((table) => {
      const read = db.sqlite.prepare(`SELECT ${TABLES[table].columns.join(", ")} FROM ${table}`);
      read.setReturnArrays(true);
      return [table, read];
    });
  }

  /** What a committed operation changed. */
  changes(operation: Operation | null): Change[] {
    const touched = new Set(
      operation?.statements.flatMap((one) => [...this.#touched(one.sql)]) ?? Object.keys(TABLES),
    );
    const changes: Change[] = [];
    for (const [table, read] of this.#reads) {
      if (!touched.has(table)) continue;
      const { columns, key } = TABLES[table];
      const known = this.rows[table];
      const found = read.all() as unknown as Value[][];
      for (const values of found) {
        const id = key.length === 1 ? String(values[0]) : `${values[0]}/${values[1]}`;
        const before = known.get(id) ?? null;
        if (before && columns.every((column, i) => before[column] === values[i])) continue;
        const after: AnyRow = {};
        for (let i = 0; i < columns.length; i++) after[columns[i] as string] = values[i] as Value;
        known.set(id, after);
        changes.push({ table, key: id, before, after });
      }
      if (found.length < known.size) {
        const alive = new Set(
          found.map((values) => (key.length === 1 ? String(values[0]) : `${values[0]}/${values[1]}`)),
        );
        for (const [id, before] of known)
          if (!alive.has(id)) {
            known.delete(id);
            changes.push({ table, key: id, before, after: null });
          }
      }
    }
    return changes;
  }

  forget(): void {
    for (const rows of Object.values(this.rows)) rows.clear();
  }

  #touched(sql: string): Set<Table> {
    let tables = this.#touches.get(sql);
    if (!tables) {
      tables = new Set(
        (Object.keys(TABLES) as Table[]).filter((table) =>
          new RegExp(`(INTO|UPDATE|FROM)\\s+${table}\\b`).test(sql),
        ),
      );
      this.#touches.set(sql, tables);
    }
    return tables;
  }
}
