/**
 * How many rows a query could visit at most, from SQLite's own plan (EXPLAIN QUERY PLAN) and the sizes of the tables. D1 gives
 * no way to stop a statement that runs, so one that could run for long is not begun.
 */
import { Refusal } from "../errors.ts";

export interface PlanLine {
  id: number;
  parent: number;
  detail: string;
}

/** What is known of a table that a query may read, by the alias it carries in the plan (`tw:…`). */
export interface Size {
  /** Rows of the tenant, or of the whole table where no index leads to the tenant's. */
  rows: number;
  /** Sets of columns that lead to one row at most. */
  unique: readonly (readonly string[])[];
  /** Rows behind one value of a column, where that is known to be few. */
  fan: { readonly [column: string]: number };
  /** A walk of the whole table is expected and `rows` counts it. */
  whole: boolean;
}

const refuse = (message: string) =>
  new Refusal("invalid_args", message, { issues: [{ path: "sql", message }] });

interface Found {
  rows: number;
  cost: number;
}

/**
 * @param listed how many values lists in the statement could hold at most: an index is walked once for each
 * @throws Refusal (422) for recursion, and for what cannot be told beforehand
 */
export function visits(lines: PlanLine[], sizes: ReadonlyMap<string, Size>, listed: number): number {
  const children = Map.groupBy(lines, (line) => line.parent);
  /** The largest intermediate result so far: what an unknown name can stand for. */
  let largest = 0;
  let lists = listed;

  const scope = (parent: number): Found => {
    let rows = 1;
    let cost = 0;
    let repeated = 0;
    let sum: number | null = null;
    for (const line of children.get(parent) ?? []) {
      const { detail, id } = line;
      if (/^(RECURSIVE STEP|SETUP)/.test(detail))
        throw refuse(
          "A query that calls itself (recursive WITH) cannot be asked: nothing says when it ends.",
        );
      if (/^(SCAN|SEARCH) /.test(detail)) rows *= Math.max(1, loop(detail));
      else if (/^MULTI-INDEX OR/.test(detail)) rows *= Math.max(1, alternatives(id));
      else if (/^(MATERIALIZE|CO-ROUTINE) /.test(detail)) {
        const inner = scope(id);
        cost += inner.cost;
        largest = Math.max(largest, inner.rows);
      } else if (/^CORRELATED /.test(detail)) {
        const inner = scope(id);
        repeated += Math.max(1, inner.cost);
        lists = Math.max(lists, inner.rows);
      } else if (/^(SCALAR|LIST|REUSE LIST) SUBQUERY/.test(detail)) {
        const inner = scope(id);
        cost += inner.cost;
        lists = Math.max(lists, inner.rows);
      } else if (/^(COMPOUND QUERY|MERGE)/.test(detail)) {
        const inner = scope(id);
        rows *= Math.max(1, inner.rows);
        cost += inner.cost;
      } else if (/^(LEFT-MOST SUBQUERY|UNION|INTERSECT|EXCEPT|LEFT$|RIGHT$)/.test(detail)) {
        const inner = scope(id);
        sum = (sum ?? 0) + inner.rows;
        cost += inner.cost;
      } else if (/^RIGHT-JOIN /.test(detail)) {
        const inner = scope(id);
        sum = (sum ?? 0) + inner.rows;
        cost += inner.cost;
      } else if (!/^(USE TEMP B-TREE|BLOOM FILTER|REUSE )/.test(detail))
        throw refuse(`It cannot be told how much this would read (${detail.slice(0, 80)}).`);
    }
    const all = rows + (sum ?? 0);
    return { rows: sum === null ? rows : all, cost: cost + all * (1 + repeated) };
  };

  const alternatives = (parent: number): number => {
    let total = 0;
    for (const line of children.get(parent) ?? []) {
      if (/^(SCAN|SEARCH) /.test(line.detail)) total += loop(line.detail);
      else if (/^INDEX \d/.test(line.detail)) total += alternatives(line.id);
      else total += scope(line.id).cost;
    }
    return total;
  };

  const loop = (detail: string): number => {
    if (/^SCAN CONSTANT ROW/.test(detail)) return 1;
    const constants = /^SCAN (\d+)[ -](?:CONSTANT )?ROW/.exec(detail);
    if (constants) return Number(constants[1]);
    if (/VIRTUAL TABLE/.test(detail))
      throw refuse("Table-valued functions and virtual tables cannot be read here.");
    const name = /^(?:SCAN|SEARCH) (tw:\w+|.*?)(?= USING | LEFT-JOIN| EXISTS|$)/.exec(detail)?.[1] ?? "";
    const size = sizes.get(name);
    if (!size) {
      if (name.startsWith("tw:")) throw refuse("It cannot be told how much this would read.");
      if (largest === 0)
        throw refuse("This reads a table that cannot be queried; db-tables lists those that can.");
      return largest;
    }
    const given = [...detail.matchAll(/(\w+)=\?/g)].map(([, column]) => column as string);
    // Each value of a list is looked up on its own.
    if (size.unique.some((set) => set.every((column) => given.includes(column))))
      return Math.min(Math.max(1, size.rows), lists);
    const fans = given.flatMap((column) =>
      Object.hasOwn(size.fan, column) ? [size.fan[column] as number] : [],
    );
    if (fans.length > 0) return Math.min(...fans) * lists;
    if (!given.includes("tenant_id") && !size.whole)
      throw refuse("This would walk rows of the whole database; ask for the table without hints.");
    return size.rows;
  };

  return scope(0).cost;
}
