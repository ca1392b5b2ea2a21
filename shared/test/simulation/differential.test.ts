/**
 * The database of the tests against the real one: what some seeds did is done again in workerd's D1, operation by
 * operation. Both must give the same answers, and end in the same tables.
 */
import { Miniflare, NoOpLog } from "miniflare";
import { afterAll, beforeAll, expect, test } from "vitest";
import { splitStatements } from "../../src/db/migrate.ts";
import { migrations, openTestD1, type Tables } from "../../src/testing/sqlite-d1.ts";
import { simulate } from "./simulator.ts";
import type { Recorded } from "./world.ts";

// In the Worker, since every call from outside costs a round trip. It answers with the first difference and its tables.
const REPLAY = `
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
export default {
  async fetch(request, { DB }) {
    const { setup, start, operations, tables } = await request.json();
    for (const sql of setup) await DB.prepare(sql).run();
    const begin = [DB.prepare("PRAGMA defer_foreign_keys = on"), ...tables.map((table) => DB.prepare('DELETE FROM "' + table + '"'))];
    for (const [table, rows] of Object.entries(start))
      for (const row of rows) {
        const names = Object.keys(row);
        begin.push(DB.prepare("INSERT INTO " + table + " (" + names.join(", ") + ") VALUES (" + names.map(() => "?").join(", ") + ")").bind(...Object.values(row)));
      }
    await DB.batch(begin);
    let done = 0;
    for (const { statements, results } of operations) {
      const bound = statements.map(({ sql, params }) => DB.prepare(sql).bind(...params));
      const got = (bound.length === 1 ? [await bound[0].all()] : await DB.batch(bound)).map((one) => ({ rows: one.results, changes: one.meta.changes }));
      for (const [i, expected] of results.entries())
        if (!same(got[i], expected)) return Response.json({ done, sql: statements[i].sql, params: statements[i].params, expected, got: got[i] });
      done++;
    }
    const end = {};
    for (const table of tables) end[table] = (await DB.prepare('SELECT * FROM "' + table + '"').all()).results;
    return Response.json({ done, end });
  },
};`;

interface Answer {
  done: number;
  end?: Tables;
  sql?: string;
  expected?: unknown;
  got?: unknown;
}

let miniflare: Miniflare;
const db = openTestD1();

beforeAll(async () => {
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  miniflare = new Miniflare({
    cf: false,
    log: new NoOpLog(),
    enableDevRegistry: false,
    unsafeLocalExplorer: false,
    unsafeObservability: false,
    workers: [
      {
        config: {
          name: "replay",
          compatibilityDate: "2026-10-01",
          env: { DB: { type: "d1", id: "replay" } },
          manifest: { mainModule: "replay.js", modules: { "replay.js": { type: "esm", contents: REPLAY } } },
        },
      },
    ],
  });
  await miniflare.ready;
});
afterAll(async () => {
  db.close();
  await miniflare?.dispose();
});

let prepared = false;
async function replay(start: Tables, operations: Recorded[]): Promise<Answer> {
  const setup = prepared ? [] : migrations().flatMap(({ sql }) => splitStatements(sql));
  prepared = true;
  const body = JSON.stringify({ setup, start, operations, tables: Object.keys(start) });
  const answer = await miniflare.dispatchFetch("http://replay/", { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Answer;
}

test.for([1, 2, 4, 5, 7, 8, 10, 12])(
  "seed %i gives the same answers and tables in workerd's D1",
  { timeout: 120_000 },
  async (seed) => {
    let start: Tables = {};
    const outcome = await simulate(seed, {
      db,
      record: true,
      started: () => (start = db.tables()),
      onlyThroughD1: true,
    });
    expect(outcome.failure).toBeNull();
    expect(outcome.recorded.length).toBeGreaterThan(40);
    const answer = await replay(start, outcome.recorded);
    const { end, ...difference } = answer;
    expect(difference).toEqual({ done: outcome.recorded.length });
    const sorted = (tables: Tables) =>
      Object.fromEntries(
        Object.entries(tables).map(([table, rows]) => [table, rows.map((row) => JSON.stringify(row)).sort()]),
      );
    expect(sorted(end ?? {})).toEqual(sorted(db.tables()));
  },
);
