/** The platform's commands as real runs: the four Workers, a real agent, undo; each does what its requester may, and no more. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { approvedToEnd, call, ended, startAgent, type TestAgent } from "./agent.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;
beforeAll(async () => {
  ws = await startWorkspace();
  agent = await startAgent(ws);
});
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tested
type Any = any;
async function run(command: string, args: object = {}, more: object = {}): Promise<Any> {
  const { run: begun } = await call(ws, `/api/commands/${command}/execute`, { args, ...more });
  return approvedToEnd(ws, begun.id);
}
/** Outputs of the one step of a run that must succeed. */
async function outputs(command: string, args: object = {}, more: object = {}): Promise<Any> {
  const done = await run(command, args, more);
  expect(done.status, `${command}: ${JSON.stringify(done.error)}`).toBe("succeeded");
  return done.steps.at(-1).outputs;
}
async function undo(id: string): Promise<void> {
  const { run: begun } = await call(ws, `/api/runs/${id}/undo`, {}, 202);
  const done = await approvedToEnd(ws, begun.id);
  expect(done.status, JSON.stringify(done)).toBe("succeeded");
}

test("clients: list, get, create, update, archive; each change undone", async () => {
  const made = await run("clients-create", { name: "Acme", email: "ann@acme.example" });
  const id = made.steps[0].outputs.id;
  expect((await outputs("clients-list", { q: "acme" })).items).toMatchObject([{ id, name: "Acme" }]);
  const changed = await run("clients-update", { id, name: "Acme Ltd", phone: "123" });
  expect((await outputs("clients-get", { id })).client).toMatchObject({ name: "Acme Ltd", phone: "123" });
  await undo(changed.id);
  expect((await outputs("clients-get", { id })).client).toMatchObject({ name: "Acme", phone: null });
  const archived = await run("clients-archive", { id });
  await undo(archived.id);
  expect((await outputs("clients-get", { id })).client.status).toBe("active");
  await undo(made.id);
  expect((await outputs("clients-get", { id })).client.status).toBe("archived");
  const missing = await run("clients-get", { id: "cli_nobody" });
  expect(missing).toMatchObject({ status: "failed", error: { code: "not_found" } });
});

test("db-query and db-tables; a write is refused, a long answer is cut and says so", async () => {
  const rows = JSON.stringify(Array.from({ length: 600 }, (_, i) => i));
  await ws.db
    .prepare(
      `INSERT INTO clients (tenant_id, id, name, notes, created_at, updated_at)
       SELECT ?1, 'cli_0' || value, 'Filler ' || value, 'a note that fills the row of this client ' || value, 0, 0 FROM json_each(?2)`,
    )
    .bind(ws.tenant, rows)
    .run();
  const counted = await outputs("db-query", {
    sql: "SELECT count(*) FROM clients WHERE name LIKE ?1",
    params: ["Filler%"],
  });
  expect(counted).toMatchObject({ rows: [[600]], truncated: false });
  const cut = await outputs("db-query", { sql: "SELECT * FROM clients", limit: 1000 });
  expect(cut).toMatchObject({ truncated: true, omitted: expect.any(Number) });
  expect(cut.rows.length).toBeGreaterThan(50);
  expect(JSON.stringify(cut).length).toBeLessThanOrEqual(32_768);
  for (const sql of [
    "DELETE FROM clients",
    "WITH x AS (SELECT 1) DELETE FROM clients",
    "PRAGMA user_version",
    "SELECT 1; SELECT 2",
  ])
    expect(await run("db-query", { sql }), sql).toMatchObject({
      status: "failed",
      error: { code: "invalid_args" },
    });
  expect((await outputs("db-tables")).items.map(({ name }: { name: string }) => name)).toContain("clients");
});

test("list follows the place; infrastructure-status; deployments are recorded once and listed", async () => {
  const record = { worker: "shop", environment: "staging", commit: "0123456789abcdef" };
  const id = (await outputs("deployments-record", record)).id;
  expect((await outputs("deployments-list", { environment: "staging" })).items).toMatchObject([
    { id, worker: "shop" },
  ]);
  expect(await outputs("list", { path: "/api/deployments" })).toMatchObject({
    of: "deployments",
    items: [{ id }],
  });
  expect((await outputs("list", { path: "/api/clients" })).of).toBe("clients");
  const all = await outputs("list", { path: "/" });
  expect(all.of).toBe("resources");
  expect(all.items).toContainEqual({ name: "deployments", count: 1 });
  expect(await outputs("infrastructure-status")).toMatchObject({
    agents_online: 1,
    deployments: [{ worker: "shop" }],
  });
});

test("knowledge, costs, employees", async () => {
  const added = await run("knowledge-add", {
    title: "Rotating keys",
    body: "Every quarter.",
    tags: ["security"],
  });
  const id = added.steps[0].outputs.id;
  expect((await outputs("knowledge-search", { q: "rotate quarter" })).items).toMatchObject([
    { id, snippet: "Every «quarter»." },
  ]);
  await undo(added.id);
  expect((await outputs("knowledge-search", { q: "rotate quarter" })).items).toEqual([]);
  const month = new Date().toISOString().slice(0, 7);
  const csv = `date,category,amount\n${month}-01,hosting,12.50\n${month}-01,hosting,12.50\n`;
  expect((await outputs("meauxos-costs-import", { csv, currency: "EUR" })).imported).toBe(2);
  expect((await outputs("meauxos-costs")).items).toEqual([
    { month, category: "hosting", currency: "EUR", amount_minor: 2_500, count: 2 },
  ]);
  const hired = await run("meauxos-employees-add", { name: "Ann", department: "engineering" });
  expect((await outputs("meauxos-employees", { department: "engineering" })).items).toMatchObject([
    { name: "Ann" },
  ]);
  await undo(hired.id);
  expect((await outputs("meauxos-employees", { status: "active" })).items).toEqual([]);
});

test("iam: users, permissions, a grant and its undo", async () => {
  expect((await outputs("iam-users")).items).toMatchObject([{ role: "owner" }]);
  const body = { email: "vi@example.com", name: "Vi", role: "viewer" };
  const { user } = await call(ws, "/api/iam/users", body);
  const granted = await run("iam-grant", { user: "vi@example.com", scope: "audit:read" });
  const grants = async () => (await outputs("iam-permissions")).grants;
  expect(await grants()).toMatchObject([{ subject: user.id, scope: "audit:read" }]);
  await undo(granted.id);
  expect(await grants()).toEqual([]);
  expect((await outputs("iam-revoke", { user: user.id, scope: "audit:read" })).revoked).toBe(false);
});

test("r2: a file goes up, comes down, is put back by the undo; the pass shows nowhere", async () => {
  const file = (name: string) => join(agent.root, name);
  const name = "it's $(a) file.txt";
  writeFileSync(file(name), "first");
  const first = await run("r2-upload", { file: name, key: "docs/a b.txt", content_type: "text/plain" });
  expect(first.status, JSON.stringify(first.steps)).toBe("succeeded");
  expect(first.steps[0].outputs).toMatchObject({ key: "docs/a b.txt", bytes: 5, existed: false });
  expect((await outputs("r2-list", { prefix: "docs/" })).items).toMatchObject([
    { key: "docs/a b.txt", bytes: 5 },
  ]);
  writeFileSync(file(name), "second");
  const second = await run("r2-upload", { file: name, key: "docs/a b.txt" });
  expect(second.steps[0].outputs).toMatchObject({ existed: true, kept: expect.stringMatching(/^kept_/) });
  const down = async (to: string, more: object = {}) =>
    run("r2-download", { key: "docs/a b.txt", file: to, ...more });
  expect((await down("got.txt")).steps[0].outputs).toMatchObject({ bytes: 6 });
  expect(readFileSync(file("got.txt"), "utf8")).toBe("second");
  expect((await down("got.txt")).error.message).toContain("is there already");
  await undo(second.id);
  const again = await down("got.txt", { replace: true });
  expect(again.status, JSON.stringify(again.steps)).toBe("succeeded");
  expect(readFileSync(file("got.txt"), "utf8")).toBe("first");
  await undo(again.id);
  expect(readFileSync(file("got.txt"), "utf8")).toBe("second");
  const removed = await run("r2-delete", { key: "docs/a b.txt" });
  expect(removed.status, JSON.stringify(removed.error)).toBe("succeeded");
  expect((await down("none.txt")).error.message).toContain("404");
  expect(existsSync(file("none.txt"))).toBe(false);
  await undo(removed.id);
  await undo(first.id);
  expect((await outputs("r2-list", { prefix: "docs/" })).items).toEqual([]);
  for (const key of ["../up", "a//b", "/a"])
    expect((await run("r2-upload", { file: name, key })).status, key).toBe("failed");
  const logs = await ws.db
    .prepare("SELECT group_concat(text) AS text FROM log_chunks")
    .first<{ text: string | null }>();
  expect(logs?.text ?? "").not.toMatch(/[0-9a-f]{64}/);
  const jobs = await ws.db
    .prepare("SELECT group_concat(report_json) AS text FROM jobs")
    .first<{ text: string | null }>();
  expect(jobs?.text ?? "").not.toMatch(/TW_PASS/);
});

test("a command does no more than its requester may: refused when asked for, and when the step begins", async () => {
  const { token } = await call(ws, "/api/tokens", {
    name: "runner",
    type: "service",
    scopes: ["runs:execute"],
  });
  const refused = await fetch(`${ws.url}/api/commands/clients-list/execute`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: "{}",
  });
  expect(refused.status).toBe(403);
  expect(await refused.text()).toContain("runs:read");
  // Somebody whose rights went between the asking and the step.
  const { run: asked } = await call(ws, "/api/commands/meauxos-costs/execute", { checkpoint: true });
  const waiting = await ended(ws, asked.id);
  expect(waiting.status).toBe("waiting");
  await ws.db
    .prepare(
      "UPDATE workflow_executions SET requested_by_json = json_set(requested_by_json, '$.id', 'usr_gone') WHERE id = ?1",
    )
    .bind(asked.id)
    .run();
  const after = await approvedToEnd(ws, asked.id);
  expect(after).toMatchObject({ status: "failed", error: { code: "forbidden" } });
});
