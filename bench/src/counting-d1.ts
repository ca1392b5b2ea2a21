/** A D1 that counts what D1 would bill: rows read and written, and round trips. */

export interface Counts {
  rowsRead: number;
  rowsWritten: number;
  roundTrips: number;
  statements: number;
}

const originals = new WeakMap<object, D1PreparedStatement>();

/** Wrap a database; `counts` grows with every answer. */
export function countingD1(db: D1Database): { db: D1Database; counts: Counts; reset(): void } {
  const counts: Counts = { rowsRead: 0, rowsWritten: 0, roundTrips: 0, statements: 0 };
  const add = (results: D1Result<unknown>[]) => {
    counts.roundTrips += 1;
    for (const { meta } of results) {
      counts.statements += 1;
      counts.rowsRead += meta.rows_read ?? 0;
      counts.rowsWritten += meta.rows_written ?? 0;
    }
  };
  const wrap = (statement: D1PreparedStatement): D1PreparedStatement => {
    const all = async <T>() => {
      const result = await statement.all<T>();
      add([result]);
      return result;
    };
    const wrapped = {
      bind: (...values: unknown[]) => wrap(statement.bind(...values)),
      all,
      run: all,
      first: async (column?: string) => {
        const row = (await all<Record<string, unknown>>()).results[0] ?? null;
        return row !== null && column !== undefined ? row[column] : row;
      },
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, statement);
    return wrapped;
  };
  const counted = {
    prepare: (sql: string) => wrap(db.prepare(sql)),
    batch: async (statements: D1PreparedStatement[]) => {
      const results = await db.batch(statements.map((s) => originals.get(s) ?? s));
      add(results);
      return results;
    },
  } as unknown as D1Database;
  const reset = () => Object.assign(counts, { rowsRead: 0, rowsWritten: 0, roundTrips: 0, statements: 0 });
  return { db: counted, counts, reset };
}
