/** Tokens, roles and tenants: who reaches what. */
import { createToken } from "@tw/shared/db/tokens";
import { newId } from "@tw/shared/ids";
import { hashToken, newToken } from "@tw/shared/tokens";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditEntrySchema, pageOf, tokenSchema, userSchema } from "../src/schemas.ts";
import { SCOPES } from "../src/scopes.ts";
import { type Api, type Client, put, putNoop, settled, startApi } from "./api.ts";

let api: Api;
let stranger: Client;
beforeAll(async () => {
  api = await startApi();
  await putNoop(api.owner);
  stranger = await api.stranger();
});
afterAll(() => api?.stop());

const makeToken = (client: Client, more: object) =>
  client("POST", "/api/tokens", { name: "t", scopes: ["runs:read"], ...more });

test("a token is shown once, listed without its value, and refused as soon as it is revoked", async () => {
  const made = await makeToken(api.owner, { name: "ci", scopes: ["runs:read", "commands:read"] });
  expect(made.status).toBe(201);
  const ci = api.client(made.body.token);
  expect((await ci("GET", "/api/runs")).status).toBe(200);
  expect((await ci("POST", "/api/commands/test-noop/execute", {})).status).toBe(403);
  const list = await api.owner("GET", "/api/tokens");
  const listed = pageOf(tokenSchema)
    .parse(list.body)
    .items.find((token) => token.id === made.body.id);
  expect(listed?.last_used_at).toBeGreaterThanOrEqual(made.body.created_at);
  expect(made.body.last_used_at).toBe(null);
  expect(JSON.stringify(list.body)).not.toContain(made.body.token);
  expect((await api.owner("DELETE", `/api/tokens/${made.body.id}`)).status).toBe(204);
  expect(await ci("GET", "/api/runs")).toMatchObject({
    status: 401,
    body: { error: { code: "unauthorized" } },
  });
  expect((await api.owner("DELETE", `/api/tokens/${made.body.id}`)).status).toBe(404);
});

test("an expired token is 401", async () => {
  const token = newToken();
  await createToken(
    api.db,
    {
      id: newId("token", Date.now()),
      hash: await hashToken(token),
      tenantId: api.tenant,
      type: "service",
      userId: null,
      agentId: null,
      name: "old",
      scopes: ["admin"],
      expiresAt: Date.now() - 1,
    },
    [],
    Date.now() - 1000,
  );
  const reply = await api.client(token)("GET", "/api/runs");
  expect(reply).toMatchObject({
    status: 401,
    body: { error: { message: expect.stringContaining("expired") } },
  });
});

test("a token makes none that reaches further, lives longer or could vote", async () => {
  const short = await makeToken(api.owner, { scopes: ["runs:read", "runs:execute"], expires_in_s: 600 });
  const machine = api.client(short.body.token);
  const narrower = await makeToken(machine, { scopes: ["runs:read"], expires_in_s: 86_400 });
  expect(narrower.status).toBe(201);
  expect(narrower.body.expires_at).toBe(short.body.expires_at);
  const broader = await makeToken(machine, { scopes: ["runs:read", "admin"] });
  expect(broader).toMatchObject({ status: 403, body: { error: { issues: [{ path: "scopes.1" }] } } });
  expect((await makeToken(machine, { type: "person" })).status).toBe(403);
  expect((await machine("GET", "/api/tokens")).body.items).toHaveLength(1);
  const approver = await api.person("approver");
  expect((await makeToken(approver, { type: "person", scopes: ["checkpoints:decide"] })).status).toBe(201);
  expect((await makeToken(approver, { type: "person", scopes: ["runs:execute"] })).status).toBe(403);
  expect((await makeToken(approver, { type: "person", user_id: "usr_other" })).status).toBe(403);
  expect((await approver("DELETE", `/api/tokens/${short.body.id}`)).status).toBe(404);
});

test("a role bounds what a person's token holds, whatever scopes it was made with", async () => {
  const viewer = await api.person("viewer");
  const me = (await viewer("GET", "/api/me")).body;
  expect(me).toMatchObject({
    type: "person",
    user: { role: "viewer" },
    token: { scopes: ["commands:read", "runs:read"] },
  });
  expect((await viewer("POST", "/api/commands/test-noop/execute", {})).status).toBe(403);
  expect((await viewer("POST", "/api/iam/users", {})).status).toBe(403);
  const operator = await api.person("operator");
  expect((await operator("POST", "/api/commands/test-noop/execute", {})).status).toBe(202);
  expect((await operator("PUT", "/api/commands/own", {})).status).toBe(403);
  const permissions = (await operator("GET", "/api/iam/permissions")).body;
  expect(permissions.scopes).toEqual(SCOPES);
  expect(permissions.roles.owner).toEqual(SCOPES);
});

test("people are added, listed and get tokens from the owner", async () => {
  const made = await api.owner("POST", "/api/iam/users", {
    email: "Ann@Example.com",
    name: "Ann",
    role: "approver",
    groups: ["release"],
  });
  expect(made).toMatchObject({
    status: 201,
    body: { user: { email: "ann@example.com", groups: ["release"] } },
  });
  const users = pageOf(userSchema).parse((await api.owner("GET", "/api/iam/users?limit=100")).body);
  expect(users.items).toContainEqual(made.body.user);
  const token = await makeToken(api.owner, {
    type: "person",
    user_id: made.body.user.id,
    scopes: ["checkpoints:decide", "runs:read"],
  });
  expect((await api.client(token.body.token)("GET", "/api/me")).body.id).toBe(made.body.user.id);
  const tooMuch = await makeToken(api.owner, {
    type: "person",
    user_id: made.body.user.id,
    scopes: ["admin"],
  });
  expect(tooMuch.status).toBe(403);
});

test("nothing of a tenant is seen or changed from another", async () => {
  await put(api.owner, "secret-plan", {
    name: "secret plan",
    type: "workflow",
    definition: { steps: [{ command: "test-noop", checkpoint: true }] },
  });
  const run = await settled(
    api.owner,
    (await api.owner("POST", "/api/commands/secret-plan/execute", {})).body.run.id,
  );
  const token = (await makeToken(api.owner, {})).body.id;
  const checkpoint = run.checkpoints[0].id;
  const command = (await api.owner("GET", "/api/commands/secret-plan")).body.id;
  const before = await api.rows();
  for (const [method, path, body] of [
    ["GET", `/api/runs/${run.id}`, undefined],
    ["GET", `/api/runs/${run.id}/events`, undefined],
    ["GET", `/api/runs/${run.id}/logs`, undefined],
    ["POST", `/api/runs/${run.id}/cancel`, {}],
    ["POST", `/api/runs/${run.id}/rerun`, {}],
    ["POST", `/api/runs/${run.id}/undo`, {}],
    ["GET", `/api/checkpoints/${checkpoint}`, undefined],
    ["POST", `/api/checkpoints/${checkpoint}/approve`, { approved: true }],
    ["GET", "/api/commands/secret-plan", undefined],
    ["GET", `/api/commands/${command}`, undefined],
    ["DELETE", `/api/commands/${command}`, undefined],
    ["POST", `/api/commands/${command}/execute`, {}],
    ["DELETE", `/api/tokens/${token}`, undefined],
    ["DELETE", `/api/agents/${api.agent.id}`, undefined],
  ] as const) {
    const foreign = await stranger(method, path, body);
    expect({ path, status: foreign.status }).toEqual({ path, status: 404 });
    const unknown = await stranger(
      method,
      path.replace(/_[a-z0-9.]{10,}/, "_unknown").replace("secret-plan", "unknown"),
      body,
    );
    expect(foreign.body).toEqual(unknown.body);
  }
  expect(await api.rows()).toEqual(before);
  for (const list of [
    "/api/runs",
    "/api/checkpoints",
    "/api/audit",
    "/api/iam/users",
    "/api/agents",
    "/api/tokens",
  ]) {
    const { body } = await stranger("GET", list);
    expect(JSON.stringify(body)).not.toMatch(
      new RegExp(`${run.id}|secret-plan|owner@example|${api.agent.id}|${token}`),
    );
  }
  const own = await stranger("PUT", "/api/commands/secret-plan", {
    name: "mine",
    type: "api",
    definition: { handler: "noop" },
  });
  expect(own.status).toBe(201);
  expect((await api.owner("GET", "/api/commands/secret-plan")).body.name).toBe("secret plan");
});

test("the audit trail tells who did what, filters, and verifies until somebody changes it", async () => {
  const { body } = await api.owner("GET", "/api/audit?action=token.created&limit=2");
  const page = pageOf(auditEntrySchema).parse(body);
  expect(page.items).toHaveLength(2);
  expect(page.items.every((entry) => entry.action === "token.created")).toBe(true);
  const next = await api.owner("GET", `/api/audit?action=token.created&limit=2&cursor=${page.next_cursor}`);
  expect(next.body.items[0].seq).toBeLessThan(page.items[1]?.seq ?? 0);
  expect((await api.owner("GET", "/api/audit/verify")).body).toMatchObject({ ok: true });
  await api.db.prepare("DELETE FROM audit WHERE tenant_id = ? AND seq = 2").bind(api.tenant).run();
  expect((await api.owner("GET", "/api/audit/verify")).body).toMatchObject({ ok: false, broken_at: 2 });
});
