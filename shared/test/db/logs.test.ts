import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import { CAP_MARK, type LogPiece, logBytes, logSources, readLog, storeLogs } from "../../src/db/logs.ts";
import { LIMITS } from "../../src/limits.ts";
import { openTestD1 } from "../../src/testing/sqlite-d1.ts";

const NOW = 1_000_000;
const db = openTestD1();
const run = { tenantId: "ten_a", runId: "run_1" };

beforeEach(() => {
  db.reset();
  db.sqlite.exec(`
    INSERT INTO jobs (id, tenant_id, run_id, kind, purpose, status, steps_json, headroom, fence, agent_id, lease_expires_at, created_at)
    VALUES ('job_1', 'ten_a', 'run_1', 'agent', 'forward', 'leased', '[{"step":"build","attempt":1}]', 0, 3, 'agt_1', ${NOW + 1}, 0)`);
});

const piece = (start: number, text: string, more: Partial<LogPiece> = {}): LogPiece => ({
  agentId: "agt_1",
  job: "job_1",
  fence: 3,
  step: "build",
  attempt: 1,
  start,
  text,
  ...more,
});
const rows = () =>
  db.sqlite.prepare("SELECT start, bytes, text FROM log_chunks ORDER BY start").all() as {
    start: number;
    bytes: number;
    text: string;
  }[];

/** Halves of surrogate pairs too. */
const wild = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
  .map((units) => String.fromCharCode(...units));

/** The text cut between characters, with the offset of each piece in bytes. */
function cut(text: string, sizes: number[]): LogPiece[] {
  const characters = [...text];
  const pieces: LogPiece[] = [];
  let start = 0;
  for (let i = 0; characters.length > 0; i++) {
    const part = characters.splice(0, sizes[i % sizes.length]).join("");
    pieces.push(piece(start, part));
    start += Buffer.byteLength(part);
  }
  return pieces;
}

test("pieces cut in two ways, in any order, each once or more, are the log they were cut from", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 }),
      sizes,
      sizes,
      fc.infiniteStream(fc.nat()),
      async (text, one, other, keys) => {
        db.sqlite.exec("DELETE FROM log_chunks");
        const pieces = [...cut(text, one), ...cut(text, other), ...cut(text, one)]
          .map((value) => ({ value, key: keys.next().value as number }))
          .sort((a, b) => a.key - b.key);
        const told: { start: number; text: string }[] = [];
        for (const { value } of pieces) {
          const { outcomes, stored: news } = await storeLogs(db, "ten_a", [value], NOW);
          expect(outcomes).toEqual(["stored"]);
          told.push(...news.map(({ start, text: news }) => ({ start, text: news })));
        }
        const stored = rows();
        // Watchers are told what is stored, no more and no less.
        expect(told.sort((a, b) => a.start - b.start)).toEqual(
          stored.map(({ start, text: kept }) => ({ start, text: kept })),
        );
        let at = 0;
        for (const row of stored) {
          expect(row.start).toBe(at);
          expect(Buffer.byteLength(row.text)).toBe(row.bytes);
          at += row.bytes;
        }
        expect(stored.map((row) => row.text).join("")).toBe(text);
      },
    ),
    { numRuns: 150 },
  );
});

test("nothing is stored for another tenant, agent, fence, job, step, or after the lease", async () => {
  const strangers = [
    piece(0, "x", { agentId: "agt_2" }),
    piece(0, "x", { fence: 2 }),
    piece(0, "x", { fence: 4 }),
    piece(0, "x", { job: "job_2" }),
  ];
  expect((await storeLogs(db, "ten_a", strangers, NOW)).outcomes).toEqual(["lost", "lost", "lost", "lost"]);
  expect((await storeLogs(db, "ten_b", [piece(0, "x")], NOW)).outcomes).toEqual(["lost"]);
  expect((await storeLogs(db, "ten_a", [piece(0, "x")], NOW + 1)).outcomes).toEqual(["lost"]);
  const wrong = [piece(0, "x", { step: "test" }), piece(0, "x", { attempt: 2 })];
  expect((await storeLogs(db, "ten_a", wrong, NOW)).outcomes).toEqual(["not_in_job", "not_in_job"]);
  expect(rows()).toEqual([]);
});

test("one that is wrong does not hurt its neighbours, and only what is new is told", async () => {
  await storeLogs(db, "ten_a", [piece(0, "abc")], NOW);
  const { outcomes, stored } = await storeLogs(
    db,
    "ten_a",
    [piece(0, "abc"), piece(9, "old", { fence: 1 }), piece(3, "def"), piece(6, "")],
    NOW,
  );
  expect(outcomes).toEqual(["stored", "lost", "stored", "stored"]);
  expect(stored).toEqual([{ runId: "run_1", step: "build", attempt: 1, start: 3, text: "def" }]);
});

test("at the cap the log is cut between characters and marked once", async () => {
  const cap = LIMITS.logBytes;
  await storeLogs(db, "ten_a", [piece(cap - 4, "ab✓d and more")], NOW);
  await storeLogs(db, "ten_a", [piece(cap + 9, "z"), piece(cap, "y")], NOW);
  await storeLogs(db, "ten_a", [piece(cap * 3, "z")], NOW);
  expect(rows()).toEqual([
    { start: cap - 4, bytes: 4, text: "ab" },
    { start: cap, bytes: 0, text: CAP_MARK },
  ]);
  expect(await logSources(db, { ...run, step: null, attempt: null })).toEqual([
    { step: "build", attempt: 1, end: cap },
  ]);
});

test("offsets count the bytes of UTF-8, whatever the text", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "grapheme" }), wild), (text) => {
      expect(logBytes(text)).toBe(new TextEncoder().encode(text).length);
    }),
  );
});

test("what several jobs of several runs wrote at once is told under the run that wrote it", async () => {
  db.sqlite.exec(`
    INSERT INTO jobs (id, tenant_id, run_id, kind, purpose, status, steps_json, headroom, fence, agent_id, lease_expires_at, created_at)
    VALUES ('job_2', 'ten_a', 'run_2', 'agent', 'rollback', 'leased', '[{"step":"build","attempt":1}]', 0, 3, 'agt_1', ${NOW + 1}, 0)`);
  await storeLogs(db, "ten_a", [piece(2, "cd", { job: "job_2" })], NOW);
  const pieces = [piece(0, ""), piece(0, "one"), piece(0, "abcdef", { job: "job_2" }), piece(3, "two")];
  const { stored } = await storeLogs(db, "ten_a", pieces, NOW);
  const told = { step: "build", attempt: 1 };
  expect(stored).toEqual([
    { ...told, runId: "run_1", start: 0, text: "one" },
    { ...told, runId: "run_2", step: "build:undo", start: 0, text: "ab" },
    { ...told, runId: "run_1", start: 3, text: "two" },
  ]);
});

test("a page of a log has so many bytes, wherever the log has holes", async () => {
  const chunk = "x".repeat(30_000);
  for (const at of [0, 1, 2, 40, 41, 80, 200]) await storeLogs(db, "ten_a", [piece(at * 30_000, chunk)], NOW);
  const seen: number[][] = [];
  for (let after = 0, more = true; more; ) {
    const page = await readLog(db, { ...run, step: "build", attempt: 1, after });
    seen.push(page.chunks.map(({ start }) => start / 30_000));
    more = page.more;
    after = page.chunks.at(-1)!.start + 30_000;
  }
  expect(seen).toEqual([[0, 1, 2], [40, 41], [80], [200]]);
});

test("reading begins with the piece that reaches past the offset, and goes page by page", async () => {
  for (let i = 0; i < 100; i++) await storeLogs(db, "ten_a", [piece(i * 2, "ab")], NOW);
  const ask = { ...run, step: "build", attempt: 1 };
  const first = await readLog(db, { ...ask, after: 3 });
  expect([first.chunks[0]?.start, first.chunks.length, first.more]).toEqual([2, 64, true]);
  const second = await readLog(db, { ...ask, after: 130 });
  expect([second.chunks[0]?.start, second.chunks.length, second.more]).toEqual([130, 35, false]);
  expect((await readLog(db, { ...ask, after: 200 })).chunks).toEqual([]);
  expect((await readLog(db, { ...ask, tenantId: "ten_b", after: 0 })).chunks).toEqual([]);
});
