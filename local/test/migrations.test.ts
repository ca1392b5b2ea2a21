import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appliedMigrations, applyMigration, splitStatements } from "@tw/shared/db/migrate";
import { afterAll, expect, test } from "vitest";
import { openDatabase } from "../src/local-database.ts";
import { migrate } from "../src/migrations.ts";
import { ROOT } from "../src/ports.ts";

const folder = mkdtempSync(join(tmpdir(), "tw-migrations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("statements end where SQL says, not at every semicolon", () => {
  expect(
    splitStatements(`-- a comment; with one
      CREATE TABLE a (b TEXT DEFAULT ';' /* ; */); INSERT INTO a VALUES ('it''s; "so"');
      CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 'x' ELSE 'y' END; SELECT 1; END;
      SELECT "end;begin" FROM a`),
  ).toEqual([
    "CREATE TABLE a (b TEXT DEFAULT ';' )",
    `INSERT INTO a VALUES ('it''s; "so"')`,
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 'x' ELSE 'y' END; SELECT 1; END",
    'SELECT "end;begin" FROM a',
  ]);
});

test("applied once, in order, each file whole or not at all", async () => {
  const { db, close } = await openDatabase(join(folder, "state"));
  try {
    const files = readdirSync(join(ROOT, "migrations")).filter((name) => name.endsWith(".sql"));
    expect(await appliedMigrations(db)).toEqual(files.sort());
    expect(await migrate(db, join(ROOT, "migrations"))).toEqual([]);
    writeFileSync(join(folder, "9001_good.sql"), "CREATE TABLE good (a);");
    writeFileSync(join(folder, "9002_bad.sql"), "CREATE TABLE half (a); CREATE TABLE good (a);");
    await expect(migrate(db, folder)).rejects.toThrow("migrations/9002_bad.sql could not be applied");
    expect(await appliedMigrations(db)).toEqual([...files, "9001_good.sql"]);
    await applyMigration(db, "9003_half.sql", "CREATE TABLE half (a);");
  } finally {
    await close();
  }
});
