import { afterEach, expect, test } from "vitest";
import { openTestD1, type TestD1 } from "../../src/testing/sqlite-d1.ts";

let open: TestD1[] = [];
function database(): TestD1 {
  const db = openTestD1();
  open.push(db);
  return db;
}
afterEach(() => {
  for (const db of open) db.close();
  open = [];
});

const insert = "INSERT INTO tenants (id, name, created_at) VALUES (?1, ?2, ?3)";

test("a batch is one transaction: a failing statement takes all others back", async () => {
  const db = database();
  await expect(
    db.batch([db.prepare(insert).bind("a", "A", 1), db.prepare(insert).bind("a", "again", 1)]),
  ).rejects.toThrow(/^D1_ERROR: UNIQUE constraint failed: tenants.id/);
  expect(await db.prepare("SELECT count(*) AS n FROM tenants").first("n")).toBe(1);
});

test("an update that matches no row does not stop a batch, as on D1", async () => {
  const db = database();
  const results = await db.batch([
    db.prepare("UPDATE tenants SET name = 'x' WHERE id = ?").bind("nobody"),
    db.prepare(insert).bind("b", "B", 1),
  ]);
  expect(results.map((one) => one.meta.changes)).toEqual([0, 1]);
});

test("RETURNING gives rows and changes; numbered and repeated parameters bind by number", async () => {
  const db = database();
  const result = await db.prepare(`${insert} RETURNING id, name || ?2 AS twice`).bind("c", "C", 1).all();
  expect(result.results).toEqual([{ id: "c", twice: "CC" }]);
  expect(result.meta.changes).toBe(1);
  expect(await db.prepare("SELECT '?' AS q, ? AS a, ? AS b").bind(1, "z").raw()).toEqual([["?", 1, "z"]]);
});

test("what D1 refuses is refused", async () => {
  const db = database();
  await expect(db.prepare("BEGIN").run()).rejects.toThrow(/D1_ERROR/);
  await expect(db.prepare("SELECT ?").bind().all()).rejects.toThrow(/Wrong number of parameter bindings/);
  expect(() => db.prepare("SELECT ?").bind(undefined)).toThrow(/D1_TYPE_ERROR/);
  const many = Array.from({ length: 101 }, (_, i) => i);
  await expect(
    db
      .prepare(`SELECT ${many.map(() => "?").join(", ")}`)
      .bind(...many)
      .all(),
  ).rejects.toThrow(/too many SQL variables/);
  await expect(db.prepare(`SELECT '${"x".repeat(100_001)}'`).all()).rejects.toThrow(/SQLITE_TOOBIG/);
  await expect(db.prepare("SELECT nosuch FROM tenants").all()).rejects.toThrow(/^D1_ERROR: no such column/);
});

test("an intercept fails an operation before its effect, or after it", async () => {
  const db = database();
  db.intercept = {
    before(operation) {
      if (operation.writes) throw new Error("Network connection lost");
    },
  };
  await expect(db.prepare(insert).bind("d", "D", 1).run()).rejects.toThrow("Network connection lost");
  expect(await db.prepare("SELECT name FROM tenants WHERE id = 'd'").first()).toBeNull();
  db.intercept = {
    after(operation) {
      if (operation.writes) throw new Error("Network connection lost");
    },
  };
  await expect(db.prepare(insert).bind("d", "D", 1).run()).rejects.toThrow("Network connection lost");
  expect(await db.prepare("SELECT name FROM tenants WHERE id = 'd'").first("name")).toBe("D");
});

test("a snapshot is put back whole, and reset leaves what the migrations left", async () => {
  const db = database();
  const before = db.snapshot();
  await db.prepare(insert).bind("e", "E", 1).run();
  const after = db.snapshot();
  db.restore(before);
  expect(db.tables()).toEqual(before);
  db.restore(after);
  expect(db.tables()).toEqual(after);
  db.reset();
  expect(db.tables()).toEqual(before);
});
