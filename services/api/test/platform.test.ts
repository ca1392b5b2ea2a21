/** The platform's routes: what they do, who may, what they refuse, and that no tenant sees another's. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Api, type Client, ok, startApi } from "./api.ts";

let api: Api;
let other: Client;
let viewer: Client;
let operator: Client & { id: string };
beforeAll(async () => {
  api = await startApi();
  other = await api.stranger();
  viewer = await api.person("viewer");
  operator = await api.person("operator");
});
afterAll(() => api?.stop());

describe("clients", () => {
  test("are made, found, changed, archived, and stay", async () => {
    const { client } = await ok(
      operator("POST", "/api/clients", { name: "Acme GmbH", email: "Ann@Acme.example", company: "Acme" }),
      201,
    );
    expect(client).toMatchObject({
      name: "Acme GmbH",
      email: "ann@acme.example",
      phone: null,
      status: "active",
    });
    expect(client.id).toMatch(/^cli_/);
    await ok(operator("POST", "/api/clients", { name: "Zeta" }), 201);
    expect((await ok(viewer("GET", "/api/clients?q=acme"))).items).toEqual([client]);
    const changed = await ok(operator("PUT", `/api/clients/${client.id}`, { email: null, phone: "123" }));
    expect(changed.client).toMatchObject({ email: null, phone: "123", name: "Acme GmbH" });
    await ok(operator("DELETE", `/api/clients/${client.id}`));
    expect(
      (await ok(viewer("GET", "/api/clients?status=active"))).items.map((c: { name: string }) => c.name),
    ).toEqual(["Zeta"]);
    expect((await ok(viewer("GET", `/api/clients/${client.id}`))).client.status).toBe("archived");
    const first = await ok(viewer("GET", "/api/clients?limit=1"));
    const second = await ok(viewer("GET", `/api/clients?limit=1&cursor=${first.next_cursor}`));
    expect([first.items[0].name, second.items[0].name, second.next_cursor]).toEqual([
      "Zeta",
      "Acme GmbH",
      null,
    ]);
    const audit = await ok(api.owner("GET", `/api/audit?actor=${operator.id}&limit=10`));
    // Called as it is called now, not as it was then.
    expect(audit.items).toContainEqual(
      expect.objectContaining({
        action: "client.created",
        target: client.id,
        target_name: "Acme GmbH",
      }),
    );
  });

  test("the same key makes one", async () => {
    const key = { "idempotency-key": "one-client" };
    const once = await ok(api.owner("POST", "/api/clients", { name: "Once" }, key), 201);
    const twice = await ok(api.owner("POST", "/api/clients", { name: "Once" }, key), 201);
    expect(twice).toEqual(once);
    expect((await ok(api.owner("GET", "/api/clients?q=Once"))).items).toHaveLength(1);
  });

  test.each([
    ["no name", {}],
    ["an empty name", { name: "  " }],
    ["an address that is none", { name: "A", email: "nobody" }],
    ["a name too long", { name: "x".repeat(201) }],
    ["an unknown field", { name: "A", tenant_id: "ten_x" }],
    ["another type", { name: 7 }],
  ])("%s is refused", async (_, body) => {
    expect((await ok(api.owner("POST", "/api/clients", body), 400)).error.issues).not.toEqual([]);
  });
});

test("no tenant sees, changes or counts another's records", async () => {
  const mine = await ok(api.owner("POST", "/api/clients", { name: "Private Co" }), 201);
  const article = await ok(
    api.owner("POST", "/api/knowledge", { title: "Private recipe", body: "secretsauce" }),
    201,
  );
  const deployment = await ok(api.owner("POST", "/api/deployments", { worker: "private" }), 201);
  const employee = await ok(api.owner("POST", "/api/meauxos/employees", { name: "Private Person" }), 201);
  const cost = await ok(
    api.owner("POST", "/api/meauxos/costs", {
      spent_on: "2026-01-02",
      category: "private",
      amount_minor: 5,
      currency: "EUR",
    }),
    201,
  );
  await ok(api.owner("PUT", "/api/services/private", { driver: "process", command: ["node", "x.js"] }), 201);
  await ok(api.owner("PUT", "/api/iam/groups/private", { members: [operator.id] }));
  const file = await api.owner("PUT", "/api/r2/private.txt", new TextEncoder().encode("private"));
  expect(file.status).toBe(200);
  const before = await api.rows();
  const paths = {
    [`/api/clients/${mine.client.id}`]: { name: "x" },
    [`/api/knowledge/${article.article.id}`]: { title: "x" },
    [`/api/meauxos/employees/${employee.employee.id}`]: { name: "x" },
  };
  for (const [path, body] of Object.entries(paths)) {
    await ok(other("GET", path), 404);
    await ok(other("PUT", path, body), 404);
    await ok(other("DELETE", path), 404);
  }
  await ok(other("GET", `/api/deployments/${deployment.deployment.id}`), 404);
  await ok(other("DELETE", `/api/meauxos/costs/${cost.cost.id}`), 404);
  await ok(other("GET", "/api/services/private"), 404);
  await ok(other("DELETE", "/api/services/private"), 404);
  await ok(other("DELETE", "/api/iam/groups/private"), 404);
  await ok(other("PUT", "/api/iam/groups/mine", { members: [operator.id] }), 422);
  await ok(other("POST", "/api/iam/permissions/grant", { user: operator.id, scope: "audit:read" }), 404);
  await ok(other("GET", "/api/r2/private.txt"), 404);
  await ok(other("DELETE", "/api/r2/private.txt"), 404);
  const lists = [
    "/api/clients",
    "/api/deployments",
    "/api/knowledge",
    "/api/knowledge?q=secretsauce",
    "/api/meauxos/employees",
  ];
  for (const path of [
    ...lists,
    "/api/meauxos/costs",
    "/api/meauxos/costs/entries",
    "/api/services",
    "/api/iam/groups",
    "/api/r2",
  ])
    expect((await ok(other("GET", path))).items, path).toEqual([]);
  for (const sql of ["SELECT name FROM clients", "SELECT title FROM knowledge", "SELECT category FROM costs"])
    expect((await ok(other("POST", "/api/db/query", { sql }))).rows).toEqual([]);
  const tables = await ok(other("GET", "/api/db/tables"));
  expect(tables.items.find((table: { name: string }) => table.name === "clients").rows).toBe(0);
  expect(await api.rows()).toEqual(before);
  expect((await ok(api.owner("GET", "/api/knowledge?q=secretsauce"))).items).toHaveLength(1);
});

describe("who may", () => {
  test.each([
    ["GET", "/api/meauxos/employees", undefined],
    ["GET", "/api/meauxos/costs", undefined],
    ["POST", "/api/clients", { name: "A" }],
    ["POST", "/api/knowledge", { title: "A", body: "A" }],
    ["POST", "/api/deployments", { worker: "A" }],
    ["PUT", "/api/services/a", { driver: "process", command: ["a"] }],
    ["PUT", "/api/iam/groups/a", { members: [] }],
    ["POST", "/api/db/query", { sql: "SELECT * FROM employees" }],
    ["POST", "/api/db/query", { sql: "SELECT * FROM audit" }],
  ])("a viewer does not %s %s", async (method, path, body) => {
    await ok(viewer(method, path, body), 403);
  });

  test("an operator changes no employees, costs or services, and grants nothing", async () => {
    await ok(operator("POST", "/api/meauxos/employees", { name: "A" }), 403);
    await ok(operator("POST", "/api/meauxos/costs/import", { csv: "x" }), 403);
    await ok(operator("PUT", "/api/services/a", { driver: "process", command: ["a"] }), 403);
    await ok(operator("POST", "/api/iam/permissions/grant", { user: operator.id, scope: "audit:read" }), 403);
  });

  test("a grant counts at once and until it ends or is taken away, to a person and to a group", async () => {
    const person = await api.person("viewer");
    const may = async () => (await person("GET", "/api/meauxos/costs")).status;
    expect(await may()).toBe(403);
    await ok(api.owner("POST", "/api/iam/permissions/grant", { user: person.id, scope: "audit:read" }));
    expect(await may()).toBe(200);
    const told = await ok(api.owner("GET", "/api/iam/permissions"));
    expect(told.grants).toContainEqual(expect.objectContaining({ subject: person.id, scope: "audit:read" }));
    const taken = await ok(
      api.owner("POST", "/api/iam/permissions/revoke", { user: person.id, scope: "audit:read" }),
    );
    expect([taken.revoked, await may()]).toEqual([true, 403]);
    await ok(api.owner("PUT", "/api/iam/groups/finance", { description: "Money", members: [person.id] }));
    await ok(api.owner("POST", "/api/iam/permissions/grant", { group: "finance", scope: "audit:read" }));
    expect(await may()).toBe(200);
    await ok(api.owner("PUT", "/api/iam/groups/finance", { members: [] }));
    expect(await may()).toBe(403);
    await ok(api.owner("DELETE", "/api/iam/groups/finance"), 204);
    const soon = Date.now() + 60_000;
    await ok(
      api.owner("POST", "/api/iam/permissions/grant", {
        user: person.id,
        scope: "audit:read",
        expires_at: soon,
      }),
    );
    expect(await may()).toBe(200);
    await api.db
      .prepare("UPDATE grants SET expires_at = ?1 WHERE expires_at = ?2")
      .bind(Date.now() - 1, soon)
      .run();
    expect(await may()).toBe(403);
    await ok(api.owner("POST", "/api/iam/permissions/grant", { user: person.id, scope: "admin" }), 400);
    await ok(api.owner("POST", "/api/iam/permissions/grant", { scope: "audit:read" }), 422);
    await ok(api.owner("POST", "/api/iam/permissions/grant", { group: "nobody", scope: "audit:read" }), 404);
  });
});

test("knowledge: ranked with snippets, prefixes, folded letters, nothing of FTS5's syntax", async () => {
  const add = async (title: string, body: string, tags: string[] = []) =>
    (await ok(operator("POST", "/api/knowledge", { title, body, tags }), 201)).article.id as string;
  const rollback = await add("Rollback of a deploy", "Run wrangler rollback and say why.", ["deploy"]);
  const keys = await add(
    "Rotating keys",
    "Every quarter. After a deploy was rolled back nothing rotates. Café.",
  );
  const find = async (q: string) =>
    (await ok(viewer("GET", `/api/knowledge?q=${encodeURIComponent(q)}`))).items as {
      id: string;
      snippet: string;
      score: number;
    }[];
  expect((await find("rollback")).map((hit) => hit.id)).toEqual([rollback]);
  const deploy = await find("deploy");
  expect(deploy.map((hit) => hit.id)).toEqual([rollback, keys]);
  expect(deploy[0]?.score).toBeGreaterThan(deploy[1]?.score as number);
  expect((await find("quart"))[0]?.snippet).toContain("«quarter»");
  expect((await find("CAFE")).map((hit) => hit.id)).toEqual([keys]);
  expect((await find("rotating unicorns")).map((hit) => hit.id)).toEqual([keys]);
  for (const q of [
    '"',
    "title:",
    "NEAR(a b)",
    "a OR *",
    "-x",
    "^",
    "{tenant_id}:ten",
    "ten_",
    "'; DROP TABLE knowledge",
    "   ",
  ])
    expect(Array.isArray(await find(q)), q).toBe(true);
  await ok(operator("PUT", `/api/knowledge/${keys}`, { body: "Now every month." }));
  expect(await find("quarter")).toEqual([]);
  expect((await find("month")).map((hit) => hit.id)).toEqual([keys]);
  await ok(operator("DELETE", `/api/knowledge/${keys}`), 204);
  expect(await find("month")).toEqual([]);
  await ok(viewer("GET", `/api/knowledge/${keys}`), 404);
});

test("services: a definition is an argv, changes keep the reported state, a running one is not removed", async () => {
  const put = (body: object) => api.owner("PUT", "/api/services/web", body);
  const made = await ok(
    put({ driver: "process", command: ["node", "server.js", "a && b"], cwd: "app", env: { PORT: "8080" } }),
    201,
  );
  expect(made.service).toMatchObject({
    name: "web",
    status: "unknown",
    restart: "on-failure",
    command: ["node", "server.js", "a && b"],
  });
  await ok(put({ driver: "process", command: ["node", "server.js"] }));
  await ok(put({ driver: "systemd" }), 422);
  await ok(put({ driver: "process", command: ["x"], cwd: "../up" }), 400);
  await ok(put({ driver: "process", command: ["x"], cwd: "/etc" }), 400);
  await ok(put({ driver: "process", command: ["x"], env: { "a b": "1" } }), 400);
  await ok(put({ driver: "other", command: ["x"] }), 400);
  await ok(api.owner("PUT", "/api/services/No%20Name", { driver: "process", command: ["x"] }), 422);
  await api.db.prepare("UPDATE services SET status = 'running' WHERE name = 'web'").run();
  await ok(api.owner("DELETE", "/api/services/web"), 409);
  await api.db.prepare("UPDATE services SET status = 'stopped' WHERE name = 'web'").run();
  await ok(api.owner("DELETE", "/api/services/web"), 204);
});

test("infrastructure status tells of what hangs and what failed", async () => {
  const fine = await ok(viewer("GET", "/api/infrastructure/status"));
  expect(fine).toMatchObject({ agents: 1, agents_online: 0, database: { size_bytes: expect.any(Number) } });
  expect(fine.database.size_bytes).toBeGreaterThan(10_000);
  expect(fine.deployments[0]).toMatchObject({ worker: "private" });
  // What is well says what was measured, too.
  expect(fine.checks.map(({ message }: { message: string }) => message)).not.toContain("");
  // One of the machines is away: the work goes on, and it is told.
  expect(fine.status).toBe("attention");
  expect(fine.checks).toContainEqual(
    expect.objectContaining({
      name: "agents",
      status: "attention",
      message: expect.stringMatching(/^0 of 1 connected \(not /),
    }),
  );
  await api.db
    .prepare(
      "INSERT INTO dead_letters (id, queue, body, reason, at) VALUES ('m1', 'tw-runs', ?1, 'r', ?2), ('m2', 'tw-runs', 'not json', 'r', ?2)",
    )
    .bind(JSON.stringify({ v: 1, runs: ["run_nobody"] }), Date.now())
    .run();
  expect((await ok(viewer("GET", "/api/infrastructure/status"))).queues.dead_letters).toBe(0);
  // An agent that takes no new work is there; the whole is as bad as its worst check.
  await api.db.prepare("UPDATE agents SET status = 'draining'").run();
  await ok(api.owner("PUT", "/api/services/down", { driver: "process", command: ["x"] }), 201);
  await api.db.prepare("UPDATE services SET status = 'failed' WHERE name = 'down'").run();
  const worse = await ok(viewer("GET", "/api/infrastructure/status"));
  const check = (wanted: string) => worse.checks.find(({ name }: { name: string }) => name === wanted);
  expect(check("agents")).toMatchObject({
    status: "ok",
    message: "1 of 1 connected (1 draining), no step waits for one",
  });
  expect(check("services").status).toBe("failing");
  expect(worse.status).toBe("failing");
  await api.db.prepare("UPDATE agents SET status = 'offline'").run();
  await api.db.prepare("DELETE FROM services WHERE name = 'down'").run();
});

test("a query answers in its shape and refuses in ours", async () => {
  const answered = await ok(
    viewer("POST", "/api/db/query", { sql: "SELECT name FROM clients WHERE name = ?", params: ["Zeta"] }),
  );
  expect(answered).toMatchObject({ columns: ["name"], rows: [["Zeta"]], truncated: false });
  const refused = await ok(viewer("POST", "/api/db/query", { sql: "DELETE FROM clients" }), 422);
  expect(refused.error).toMatchObject({ code: "invalid_args", issues: [{ path: "sql" }] });
  await ok(viewer("POST", "/api/db/query", { sql: "SELECT ?", params: [] }), 422);
  await ok(viewer("GET", "/api/db/query"), 405);
});
