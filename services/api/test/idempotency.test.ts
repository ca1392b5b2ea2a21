/** The same key and body give the same answer, whatever fails in the middle; any crash leaves at most one run. */
import { forgetKeys } from "@tw/shared/db/idempotency";
import { createTenant } from "@tw/shared/db/tenants";
import { createToken } from "@tw/shared/db/tokens";
import { createUser } from "@tw/shared/db/users";
import type { Hint } from "@tw/shared/queues/catalogue";
import { openTestD1, type TestD1 } from "@tw/shared/testing/sqlite-d1";
import { hashToken, newToken } from "@tw/shared/tokens";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createApp } from "../src/app.ts";
import type { Env } from "../src/env.ts";
import { routes } from "../src/registry.ts";
import { type Api, putNoop, startApi } from "./api.ts";

describe("over the real Workers", () => {
  let api: Api;
  beforeAll(async () => {
    api = await startApi();
    await putNoop(api.owner);
  });
  afterAll(() => api?.stop());
  const execute = (key: string, body: object = {}, client = api.owner) =>
    client("POST", "/api/commands/test-noop/execute", body, { "idempotency-key": key });

  test("a repeated request gets the stored answer; another body is refused; key order and blanks do not matter", async () => {
    const first = await execute("k1", { note: "n", context: { a: 1 } });
    expect(first).toMatchObject({ status: 202 });
    expect(first.headers.get("idempotency-replayed")).toBeNull();
    const again = await api.owner(
      "POST",
      "/api/commands/test-noop/execute",
      '{ "context": {"a": 1},\n "note": "n" }',
      { "idempotency-key": "k1", "content-type": "application/json; charset=utf-8" },
    );
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(first.headers.get("location"));
    const before = await api.rows();
    const other = await execute("k1", { note: "other" });
    expect(other).toMatchObject({ status: 422, body: { error: { code: "idempotency_mismatch" } } });
    expect(await api.rows()).toEqual(before);
  });

  test("a key belongs to the token: another token's request of the same key is its own", async () => {
    const mine = await execute("k2");
    const theirs = await execute("k2", {}, await api.service(["runs:execute"]));
    expect(theirs.status).toBe(202);
    expect(theirs.body.run.id).not.toBe(mine.body.run.id);
  });

  test("twenty at once: one run, and every answer names it or says that it is being worked on", async () => {
    const replies = await Promise.all(Array.from({ length: 20 }, () => execute("k3")));
    const runs = new Set(replies.filter((r) => r.status === 202).map((r) => r.body.run.id));
    expect(runs.size).toBe(1);
    for (const reply of replies) expect([202, 409]).toContain(reply.status);
    expect((await execute("k3")).body.run.id).toBe([...runs][0]);
  });

  test("a refused request frees its key", async () => {
    const refused = await execute("k4", { args: { extra: 1 } });
    expect(refused.status).toBe(422);
    expect((await execute("k4", {})).status).toBe(202);
  });

  test("a token made under a key is shown again to the one who made it, and stands nowhere in the database", async () => {
    const make = () =>
      api.owner("POST", "/api/tokens", { name: "once", scopes: ["runs:read"] }, { "idempotency-key": "k5" });
    const first = await make();
    const again = await make();
    expect(again.body).toEqual(first.body);
    expect(first.body.token).toMatch(/^tw_/);
    expect(await api.stored(first.body.token.slice(3))).toBe(false);
    expect(await api.stored(first.body.id)).toBe(true);
    expect((await api.client(first.body.token)("GET", "/api/me")).status).toBe(200);
  });

  test("people and agents are made once per key", async () => {
    for (const [path, body] of [
      ["/api/iam/users", { email: "once@example.com", name: "Once", role: "viewer" }],
      ["/api/agents", { name: "once", labels: ["a"] }],
    ] as const) {
      const [first, again] = [
        await api.owner("POST", path, body, { "idempotency-key": "k6" }),
        await api.owner("POST", path, body, { "idempotency-key": "k6" }),
      ];
      expect(first.status).toBe(201);
      expect(again.body).toEqual(first.body);
    }
  });
});

describe("a Worker that dies in the middle", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** A Worker on this database. After it died nothing it does reaches the database any more. */
  function worker(db: TestD1, token: string, dieAt: { operation: number; phase: "before" | "after" } | null) {
    let operation = 0;
    let dead = false;
    const hints: Hint[] = [];
    const step = (phase: "before" | "after") => {
      if (phase === "before") operation++;
      if (dead || (dieAt?.operation === operation && dieAt.phase === phase)) {
        dead = true;
        throw new Error("D1_ERROR: Network connection lost.");
      }
    };
    db.intercept = { before: () => step("before"), after: () => step("after") };
    const queue = { send: async (hint: Hint) => void hints.push(hint), sendBatch: async () => {} };
    const env = { DB: db, RUNS: queue, VERSION: "test", PUBLIC_URL: "" } as unknown as Env;
    const app = createApp(routes);
    return {
      hints,
      operations: () => operation,
      execute: async (path = "/api/commands/idle/execute", body: object = {}) =>
        app.request(
          path,
          {
            method: "POST",
            headers: {
              authorization: `Bearer ${token}`,
              "content-type": "application/json",
              "idempotency-key": "the-key",
            },
            body: JSON.stringify(body),
          },
          env,
        ),
    };
  }

  async function database(): Promise<{ db: TestD1; token: string }> {
    const db = openTestD1();
    const now = Date.now();
    await createTenant(db, { id: "ten_1", name: "one" }, now);
    const owner = {
      id: "usr_1",
      tenantId: "ten_1",
      email: "o@example.com",
      name: "O",
      role: "owner" as const,
    };
    await createUser(db, { ...owner, groups: [], slackUserId: null }, [], now);
    const token = newToken();
    await createToken(
      db,
      {
        id: "tok_1",
        hash: await hashToken(token),
        tenantId: "ten_1",
        type: "person",
        userId: "usr_1",
        agentId: null,
        name: "t",
        scopes: ["admin"],
        expiresAt: null,
      },
      [],
      now,
    );
    const { putCommand } = await import("@tw/shared/db/commands");
    const { commandInputSchema } = await import("@tw/shared/contracts/definition");
    const input = commandInputSchema.parse({
      name: "idle",
      type: "api",
      effect: "read",
      definition: { handler: "noop" },
    });
    await putCommand(
      db,
      {
        tenantId: "ten_1",
        slug: "idle",
        newId: "cmd_1",
        input,
        by: { id: "usr_1", name: "O", type: "person" },
      },
      now,
    );
    return { db, token };
  }
  const count = (db: TestD1, table: string) => db.tables()[table]?.length;

  test("at any of its writes, before or after: the next request with the key ends with exactly one run", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    vi.spyOn(console, "warn").mockReturnValue();
    vi.useFakeTimers({ toFake: ["Date"] });
    const probe = await database();
    const whole = worker(probe.db, probe.token, null);
    expect((await whole.execute()).status).toBe(202);
    const operations = whole.operations();
    expect(operations).toBeGreaterThanOrEqual(4);
    for (let operation = 1; operation <= operations; operation++)
      for (const phase of ["before", "after"] as const) {
        const { db, token } = await database();
        const first = worker(db, token, { operation, phase });
        expect([202, 503]).toContain((await first.execute()).status);
        // Another Worker takes over, at once and later: a request in flight is left alone for a while.
        const next = worker(db, token, null);
        const early = await next.execute();
        expect([202, 409]).toContain(early.status);
        vi.setSystemTime(Date.now() + 31_000);
        const late = await next.execute();
        expect({ operation, phase, status: late.status }).toEqual({ operation, phase, status: 202 });
        const { run } = (await late.json()) as { run: { id: string } };
        expect(count(db, "workflow_executions")).toBe(1);
        expect(count(db, "run_events")).toBe(1);
        expect(db.tables().audit?.filter((entry) => entry.action === "run.create")).toHaveLength(1);
        if (early.status === 202)
          expect(((await early.json()) as { run: { id: string } }).run.id).toBe(run.id);
        // Nothing has to be told of a run that was over with the commit that made it.
        expect(db.tables().workflow_executions?.map((row) => row.status)).toEqual(["succeeded"]);
      }
  });

  test("while making a token: the retry's token works and is the only one", async () => {
    vi.spyOn(console, "error").mockReturnValue();
    vi.spyOn(console, "warn").mockReturnValue();
    vi.useFakeTimers({ toFake: ["Date"] });
    const ask = ["/api/tokens", { name: "t", scopes: ["runs:read"] }] as const;
    for (let operation = 1; operation <= 4; operation++)
      for (const phase of ["before", "after"] as const) {
        const { db, token } = await database();
        await worker(db, token, { operation, phase }).execute(...ask);
        vi.setSystemTime(Date.now() + 31_000);
        const late = await worker(db, token, null).execute(...ask);
        expect(late.status).toBe(201);
        const made = (await late.json()) as { token: string };
        const tokens = db.tables().tokens ?? [];
        expect(tokens).toHaveLength(2);
        expect(tokens.map((row) => row.hash)).toContain(await hashToken(made.token));
      }
  });

  test("a key is free again after seven days", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { db, token } = await database();
    const one = worker(db, token, null);
    expect((await one.execute()).status).toBe(202);
    vi.setSystemTime(Date.now() + 7 * 86_400_000 - 60_000);
    expect((await one.execute()).headers.get("idempotency-replayed")).toBe("true");
    vi.setSystemTime(Date.now() + 60_000);
    expect((await one.execute()).headers.get("idempotency-replayed")).toBeNull();
    expect(count(db, "workflow_executions")).toBe(2);
    // The sweep forgets what nobody comes back for.
    vi.setSystemTime(Date.now() + 7 * 86_400_000);
    expect(await forgetKeys(db, Date.now(), 10)).toBe(1);
    expect(count(db, "idempotency_keys")).toBe(0);
  });
});
