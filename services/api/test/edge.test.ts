/** The edge in this process, over the real SQL: whatever comes in, and whatever fails behind it, the answer is an answer. */
import { createTenant } from "@tw/shared/db/tenants";
import { createToken } from "@tw/shared/db/tokens";
import { createUser } from "@tw/shared/db/users";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { hashToken, newToken } from "@tw/shared/tokens";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createApp } from "../src/app.ts";
import type { Env } from "../src/env.ts";
import { routes } from "../src/registry.ts";

let db: TestD1;
let token: string;
beforeEach(async () => {
  db = openTestD1();
  token = newToken();
  const now = Date.now();
  await createTenant(db, { id: "ten_1", name: "one" }, now);
  const owner = { id: "usr_1", tenantId: "ten_1", email: "o@example.com", name: "O", role: "owner" as const };
  await createUser(db, { ...owner, groups: [], slackUserId: null }, [], now);
  const person = { tenantId: "ten_1", type: "person" as const, userId: "usr_1", agentId: null, name: "t" };
  await createToken(
    db,
    { ...person, id: "tok_1", hash: await hashToken(token), scopes: ["admin"], expiresAt: null },
    [],
    now,
  );
  vi.spyOn(console, "error").mockReturnValue();
  vi.spyOn(console, "warn").mockReturnValue();
});
afterEach(() => {
  vi.restoreAllMocks();
  db.close();
});

type Send = (method: string, path: string, body?: unknown) => Promise<Response>;
function edge(options: { perMinute?: number; send?: () => Promise<void> } = {}): Send {
  const app = createApp(routes, options.perMinute);
  const queue = { send: options.send ?? (async () => {}), sendBatch: async () => {} };
  const env = { DB: db, RUNS: queue, VERSION: "test", PUBLIC_URL: "" } as unknown as Env;
  return async (method, path, body) =>
    app.request(
      path,
      {
        method,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      },
      env,
    );
}
async function errorOf(response: Response): Promise<{ code: string; message: string }> {
  return ((await response.json()) as { error: { code: string; message: string } }).error;
}

test("a token that asks too often is 429 with Retry-After; nothing is read for it", async () => {
  const send = edge({ perMinute: 3 });
  for (let i = 0; i < 3; i++) expect((await send("GET", "/api/me")).status).toBe(200);
  let reads = 0;
  db.intercept = { before: () => void reads++ };
  const refused = await send("GET", "/api/me");
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await errorOf(refused)).code).toBe("rate_limited");
  expect(reads).toBe(0);
});

test("a hint that cannot be sent does not fail the execution: the sweep finds the run", async () => {
  const send = edge({ send: () => Promise.reject(new Error("Queue is overloaded")) });
  const definition = { method: "GET", url: "https://example.com/" };
  await send("PUT", "/api/commands/call", { name: "call", type: "external", effect: "read", definition });
  expect((await send("POST", "/api/commands/call/execute", {})).status).toBe(202);
  expect(db.tables().workflow_executions?.[0]?.next_check_at).toBeGreaterThan(0);
});

test("executing a workflow costs two round trips to the database, however many steps it has", async () => {
  const send = edge();
  await send("PUT", "/api/commands/idle", {
    name: "idle",
    type: "api",
    effect: "read",
    definition: { handler: "noop" },
  });
  const undoable = {
    type: "api",
    effect: "write",
    definition: { handler: "noop" },
    rollback: { command: "idle" },
  };
  await send("PUT", "/api/commands/undoable", { name: "undoable", ...undoable });
  const steps = Array.from({ length: 20 }, (_, i) => ({ id: `s${i}`, command: i % 2 ? "idle" : "undoable" }));
  await send("PUT", "/api/commands/long", {
    name: "long",
    type: "workflow",
    definition: { steps, rollback_on_error: true },
  });
  const trips: string[] = [];
  db.intercept = { before: ({ kind }) => void trips.push(kind) };
  expect((await send("POST", "/api/workflows/long/execute", {})).status).toBe(202);
  expect(trips).toEqual(["batch", "batch"]);
});

test("a database that does not answer is 503 with Retry-After, and health says so", async () => {
  const send = edge();
  db.intercept = {
    before: () => {
      throw new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    },
  };
  const refused = await send("GET", "/api/runs");
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("1");
  const health = await send("GET", "/api/health");
  expect(health.status).toBe(503);
  expect(await health.json()).toMatchObject({ status: "failing", checks: { database: "failing" } });
});

test("a suspended workspace is 403; a removed person is 401", async () => {
  const send = edge();
  db.sqlite.exec("UPDATE tenants SET status = 'suspended' WHERE id = 'ten_1'");
  expect((await send("GET", "/api/me")).status).toBe(403);
  db.sqlite.exec("UPDATE tenants SET status = 'active'; UPDATE users SET status = 'removed'");
  expect((await send("GET", "/api/me")).status).toBe(401);
});

/** Without the routes that need the hub, the bucket or another Worker, which have tests of their own. */
const hubless = routes.filter(({ path }) => !/events|logs|agents|r2|job-files|approval-key/.test(path));

test("no body, however strange, is answered with a failure of ours, and each refusal has the one shape", async () => {
  const send = edge();
  await send("PUT", "/api/commands/idle", { name: "idle", type: "api", definition: { handler: "noop" } });
  const writing = hubless.filter(({ method }) => method === "POST" || method === "PUT");
  const names = fc.constantFrom(
    ...[
      "name",
      "type",
      "definition",
      "steps",
      "command",
      "args",
      "needs",
      "scopes",
      "email",
      "approved",
      "argv",
      "__proto__",
    ],
    ...[
      "program",
      "parameters",
      "from_step",
      "expires_at",
      "constructor",
      "toString",
      "role",
      "id",
      "rollback",
      "when",
    ],
  );
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<unknown>(
        "idle",
        "workflow",
        "builtin",
        "api",
        "external",
        0,
        -1,
        1e308,
        true,
        null,
        "",
        "\u0000",
        "\ud800",
        "💥",
      ),
      fc.string(),
      fc.array(tie("tree"), { maxLength: 4 }),
      fc.dictionary(names, tie("tree"), { maxKeys: 6 }),
    ),
  }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...writing),
      fc.dictionary(names, tree, { maxKeys: 8 }),
      async (route, body) => {
        const response = await send(route.method, route.path.replaceAll(/\{\w+\}/g, "idle"), body);
        expect(response.status).toBeLessThan(500);
        if (response.status >= 400)
          expect(await errorOf(response)).toMatchObject({ code: expect.any(String) });
      },
    ),
    { numRuns: 400 },
  );
});

test("no path or query, however strange, is answered with a failure of ours", async () => {
  const send = edge();
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "%00",
      "%E0%A4%A",
      "..",
      "%2e%2e%2f",
      "'--",
      "run_",
      "cmd_",
      "chk_x",
      "\u202e",
      "a".repeat(5_000),
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...hubless),
      piece,
      fc.dictionary(piece, piece, { maxKeys: 3 }),
      async (route, id, query) => {
        const safe = /%/.test(id) ? id : encodeURIComponent(id.toWellFormed());
        const params = new URLSearchParams(Object.entries(query));
        const path = `${route.path.replaceAll(/\{\w+\}/g, safe)}?${params}`;
        const body = route.method === "POST" || route.method === "PUT" ? {} : undefined;
        expect((await send(route.method, path, body)).status).toBeLessThan(500);
      },
    ),
    { numRuns: 400 },
  );
});
