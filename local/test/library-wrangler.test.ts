/** Commands of wrangler with the pinned wrangler itself, offline. Each call takes seconds, so there are few tests. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "./run-library.ts";

const MINUTES = 60_000;
let home: string;
let work: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "tw-wrangler-"));
  work = join(home, "work");
  mkdirSync(join(work, "migrations"), { recursive: true });
  write(
    "wrangler.jsonc",
    JSON.stringify({
      name: "demo",
      main: "index.js",
      compatibility_date: "2026-10-01",
      d1_databases: [
        { binding: "DB", database_name: "demo", database_id: "5b0f7f2e-3d5c-4f0f-8a43-0c6d3c7d9e10" },
      ],
      r2_buckets: [{ binding: "ASSETS", bucket_name: "assets" }],
      env: { production: {} },
    }),
  );
  write("index.js", "export default { fetch() { return new Response('ok') } }");
  write(
    "migrations/0001_first.sql",
    `CREATE TABLE guests (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, b BLOB);
     CREATE TABLE notes (guest INTEGER REFERENCES guests (id), text TEXT);
     CREATE VIEW names AS SELECT name FROM guests;
     CREATE INDEX by_name ON guests (name);
     CREATE TRIGGER noted AFTER INSERT ON guests BEGIN INSERT INTO notes VALUES (new.id, 'it''s; new'); END;
     INSERT INTO guests (name, b) VALUES ('a "b"; c', x'00ff'), ('multi
line', NULL);`,
  );
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const write = (name: string, text: string) => writeFileSync(join(work, name), text);
const read = (name: string) => readFileSync(join(work, name), "utf8");
const run = (slug: string, args: Parameters<typeof runCommand>[1] = {}) => runCommand(slug, args, work, home);
const ok = async (slug: string, args: Parameters<typeof runCommand>[1]) => {
  const ran = await run(slug, args);
  expect(ran.code, ran.said).toBe(0);
  return ran;
};

it(
  "workflow-migrate: a broken migration leaves the database as it was, a good one is verified",
  async () => {
    const database = "demo";
    await ok("wrangler-d1-migrations-apply", { database, copy: false });
    write(
      "migrations/0002_good.sql",
      "ALTER TABLE guests ADD COLUMN more TEXT; CREATE TABLE extra (a); INSERT INTO guests (name) VALUES ('new');",
    );
    write("migrations/0003_bad.sql", "CREATE TABLE never (a); INSERT INTO nowhere VALUES (1);");
    const broken = await run("workflow-migrate", { database, backup_file: "before.sql" });
    expect(broken.done.map(({ step, code }) => [step.id, code])).toEqual([
      ["backup", 0],
      ["migrate", 1],
    ]);
    write("half.sql", "mine");
    const half = await ok("wrangler-d1-export", { database, output: "half.sql" });
    expect(read("half.sql")).not.toBe(read("before.sql"));
    expect(await half.undo()).toEqual({ "wrangler-d1-export": 0 });
    expect(read("half.sql")).toBe("mine");
    expect(await broken.undo()).toEqual({ migrate: 0 });
    const after = await ok("wrangler-d1-export", { database, output: "after.sql" });
    expect(read("after.sql")).toBe(read("before.sql"));
    expect(read("after.sql")).toMatch(/multi/);
    expect(await after.undo()).toEqual({ "wrangler-d1-export": 0 });
    expect(existsSync(join(work, "after.sql"))).toBe(false);

    rmSync(join(work, "migrations", "0003_bad.sql"));
    const good = await ok("workflow-migrate", { database, backup_file: "before.sql" });
    expect(good.done.map(({ step }) => step.id)).toEqual(["backup", "migrate", "verify"]);
    write("migrations/0004_later.sql", "CREATE TABLE later (a);");
    const pending = await run("wrangler-d1-verify", { database });
    expect(pending.code).not.toBe(0);
    expect(pending.said).toMatch(/0004_later\.sql/);
  },
  10 * MINUTES,
);

it(
  "wrangler-d1-execute: SQL arrives whole, and a change is undone",
  async () => {
    const database = "demo";
    const added = await ok("wrangler-d1-execute", {
      database,
      command: "-- a comment\nCREATE TABLE t (v); INSERT INTO t VALUES ('it''s $(x)')",
    });
    const found = await ok("wrangler-d1-execute", { database, copy: false, command: "SELECT v FROM t" });
    expect(found.outputs).toMatchObject({ results: [{ v: "it's $(x)" }] });
    expect(await added.undo()).toEqual({ "wrangler-d1-execute": 0 });
    expect(
      (await run("wrangler-d1-execute", { database, copy: false, command: "SELECT v FROM t" })).code,
    ).not.toBe(0);
  },
  5 * MINUTES,
);

it(
  "wrangler-r2-object-put and -delete: what was there is put back",
  async () => {
    write("one", "1");
    write("two", "2");
    const object = { bucket: "assets", key: "img/a b.txt" };
    const first = await ok("wrangler-r2-object-put", { ...object, file: "one" });
    expect(first.outputs).toEqual({ existed: false });
    const second = await ok("wrangler-r2-object-put", { ...object, file: "two" });
    expect(await second.undo()).toEqual({ "wrangler-r2-object-put": 0 });
    write("got", "mine");
    const got = await ok("wrangler-r2-object-get", { ...object, file: "got" });
    expect(read("got")).toBe("1");
    expect(await got.undo()).toEqual({ "wrangler-r2-object-get": 0 });
    expect(read("got")).toBe("mine");
    const gone = await ok("wrangler-r2-object-delete", object);
    expect(await gone.undo()).toEqual({ "wrangler-r2-object-delete": 0 });
    expect(await first.undo()).toEqual({ "wrangler-r2-object-put": 0 });
    expect((await run("wrangler-r2-object-get", { ...object, file: "none" })).code).not.toBe(0);
  },
  10 * MINUTES,
);

it(
  "backup-r2: whole or not at all, and what it replaces is put back",
  async () => {
    write("one", "1");
    const object = { bucket: "assets", key: "img/c d.txt" };
    const first = await ok("wrangler-r2-object-put", { ...object, file: "one" });
    mkdirSync(join(work, "saved"));
    write("saved/mine", "mine");
    const missing = await run("backup-r2", { bucket: "assets", keys: [object.key, "none"], output: "saved" });
    expect(missing.code).not.toBe(0);
    expect(readdirSync(join(work, "saved"))).toEqual(["mine"]);
    const saved = await ok("backup-r2", { bucket: "assets", keys: [object.key], output: "saved" });
    expect(saved.outputs).toMatchObject({ objects: 1, bytes: 1 });
    expect([readdirSync(join(work, "saved")), read("saved/img/c d.txt")]).toEqual([["img"], "1"]);
    expect(await saved.undo()).toEqual({ "backup-r2": 0 });
    expect(readdirSync(join(work, "saved"))).toEqual(["mine"]);
    const anew = await ok("backup-r2", { bucket: "assets", keys: [object.key], output: "deep/er" });
    expect(read("deep/er/img/c d.txt")).toBe("1");
    expect(await anew.undo()).toEqual({ "backup-r2": 0 });
    expect(existsSync(join(work, "deep"))).toBe(false);
    const all = await run("backup-r2", { bucket: "assets", keys: [object.key], output: "." });
    expect([all.code, all.said]).toEqual([1, expect.stringMatching(/holds the working directory/)]);
    const dropped = { bucket: "assets", keys: [object.key], output: "saved", copy: false };
    expect(await (await ok("backup-r2", dropped)).undo()).toEqual({});
    expect(await first.undo()).toEqual({ "wrangler-r2-object-put": 0 });
  },
  10 * MINUTES,
);

it(
  "wrangler-deploy: a dry run really builds, and needs no login",
  async () => {
    const ran = await ok("wrangler-deploy", { dry_run: true, env: "production", message: "-m 'x'" });
    expect(ran.said).toMatch(/--dry-run: exiting now/);
    expect(await ran.undo()).toEqual({});
    write("index.js", "export default {");
    expect((await run("wrangler-dev-check")).code).not.toBe(0);
  },
  2 * MINUTES,
);
