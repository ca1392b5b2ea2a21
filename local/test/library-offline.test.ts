/** The rest of wrangler that works without an account, and what needs one against a stand-in of Cloudflare's API. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { environment, runCommand } from "./run-library.ts";

let home: string;
let work: string;
let api: Server;
/** Requests to the stand-in: method and path below the account. */
const asked: string[] = [];
const ID = "5b0f7f2e-3d5c-4f0f-8a43-0c6d3c7d9e10";

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "tw-offline-"));
  work = join(home, "work");
  mkdirSync(work);
  api = createServer(async (request, response) => {
    for await (const _ of request) {
      // Only what is asked counts.
    }
    const path = new URL(request.url ?? "/", "http://x").pathname.replace(/^\/accounts\/\w+/, "");
    asked.push(`${request.method} ${path}`);
    const made = asked.includes("POST /d1/database");
    const answers: { [request: string]: unknown } = {
      "GET /d1/database": made ? [{ uuid: ID, name: "shop" }] : [],
      "POST /d1/database": { uuid: ID, name: "shop" },
      "GET /r2/buckets/files": {
        name: "files",
        creation_date: "2026-01-01T00:00:00Z",
        storage_class: "Standard",
      },
      "POST /graphql": { viewer: { accounts: [] } },
    };
    const result = answers[asked.at(-1) as string];
    response.writeHead(result ? 200 : 404, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        success: result !== undefined,
        result: result ?? null,
        errors: result ? [] : [{ code: 7003, message: "no such route" }],
        messages: [],
        result_info: { page: 1, count: 1, total_count: 1 },
      }),
    );
  });
  await new Promise<void>((listening) => api.listen(0, "127.0.0.1", listening));
});
afterAll(() => {
  api.close();
  rmSync(home, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFileSync(join(work, name), text);
const ok = async (slug: string, args: Parameters<typeof runCommand>[1] = {}) => {
  const ran = await runCommand(slug, args, work, home);
  expect(ran.code, ran.said).toBe(0);
  return ran;
};

it("worker-new begins a project that wrangler reads, types and would upload", async () => {
  const made = await ok("worker-new", { name: "shop", database: "shop", bucket: "files" });
  expect(made.outputs).toMatchObject({
    config: "wrangler.jsonc",
    made: expect.arrayContaining(["src/index.js"]),
  });
  // A second time there is nothing to do, and so nothing to undo.
  expect(await (await ok("worker-new", { name: "other" })).undo()).toEqual({});
  const checked = await ok("wrangler-config-check");
  expect(checked.outputs).toMatchObject({
    name: "shop",
    databases: ["shop"],
    buckets: ["files"],
    database: "shop",
  });
  const typed = await ok("wrangler-types", { path: "env.d.ts" });
  expect(readFileSync(join(work, "env.d.ts"), "utf8")).toMatch(/DB: D1Database/);
  expect(await typed.undo()).toEqual({ "wrangler-types": 0 });
  expect(existsSync(join(work, "env.d.ts"))).toBe(false);
  const upload = await ok("wrangler-versions-upload", { dry_run: true, message: "-m" });
  expect(upload.said).toMatch(/--dry-run: exiting now/);
  expect(await made.undo()).toEqual({ "worker-new": 0 });
  expect(existsSync(join(work, "wrangler.jsonc"))).toBe(false);
}, 300_000);

it("migrations are made and listed, a seed is imported, a start is measured", async () => {
  await ok("worker-new", { name: "shop", database: "shop" });
  await ok("wrangler-d1-migrations-create", { database: "shop", name: "add notes" });
  const pending = await ok("wrangler-d1-migrations-list", { database: "shop" });
  expect(pending.said).toMatch(/0002_add_notes\.sql/);
  expect(pending.outputs).toEqual({});
  write("seed.sql", "CREATE TABLE seeds (name); INSERT INTO seeds VALUES ('it''s; one');");
  await ok("wrangler-d1-import", { database: "shop", file: "seed.sql", copy: false });
  write("worker-startup.cpuprofile", "mine");
  const measured = await ok("wrangler-check-startup");
  expect(measured.outputs).toMatchObject({ file: "worker-startup.cpuprofile" });
  expect(await measured.undo()).toEqual({ "wrangler-check-startup": 0 });
  expect(readFileSync(join(work, "worker-startup.cpuprofile"), "utf8")).toBe("mine");
  rmSync(join(work, "wrangler.jsonc"));
}, 300_000);

it("many values of KV go in and out", async () => {
  await ok("worker-new", { name: "shop" });
  const namespace_id = "0f2ac74b498b48028cb68387c421e279";
  write(
    "values.json",
    JSON.stringify([
      { key: "a", value: "1" },
      { key: "b c", value: "2" },
    ]),
  );
  write("keys.json", JSON.stringify(["a"]));
  await ok("wrangler-kv-bulk-put", { file: "values.json", namespace_id });
  await ok("wrangler-kv-bulk-delete", { file: "keys.json", namespace_id });
  await ok("wrangler-kv-key-put", { key: "d", value: "it's $(x)", namespace_id });
  await ok("wrangler-kv-key-delete", { key: "b c", namespace_id });
  expect(JSON.parse((await ok("wrangler-kv-key-list", { namespace_id })).said)).toEqual([{ name: "d" }]);
  expect((await ok("wrangler-kv-key-get", { key: "d", namespace_id })).said.trim()).toBe("it's $(x)");
}, 300_000);

it("wrangler-resources makes what the account lacks and writes its id down", async () => {
  rmSync(join(work, "wrangler.jsonc"));
  await ok("worker-new", { name: "shop", database: "shop", bucket: "files" });
  const { stdout } = await promisify(execFile)("tw-kit", ["resources", "--remote"], {
    cwd: work,
    env: {
      ...environment(home),
      CLOUDFLARE_API_TOKEN: "token",
      CLOUDFLARE_ACCOUNT_ID: "0123456789abcdef0123456789abcdef",
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${(api.address() as AddressInfo).port}`,
    },
  });
  expect(JSON.parse(stdout)).toMatchObject({ created: ["d1 shop"], buckets: ["files"] });
  expect(asked.filter((one) => one.startsWith("POST /d1") || one.startsWith("POST /r2"))).toEqual([
    "POST /d1/database",
  ]);
  expect(readFileSync(join(work, "wrangler.jsonc"), "utf8")).toContain(`"database_id": "${ID}"`);
  expect(execFileSync("cat", ["wrangler.jsonc"], { cwd: work, encoding: "utf8" })).toContain(
    '"binding": "DB"',
  );
}, 300_000);
