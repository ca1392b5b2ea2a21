/** POST /api/resolve over the real Workers: who may ask, what it answers, that a changed library is seen at once, and that nothing is done. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Api, startApi } from "./api.ts";

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 });
let api: Api;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const command = (aliases: string[]) => ({
  name: "make report",
  description: "Makes the report.",
  category: "reports",
  type: "builtin",
  effect: "read",
  aliases,
  parameters: [{ name: "month", type: "string", required: true, description: "which month" }],
  definition: { program: "true", argv: [{ param: "month" }] },
});
const resolve = (text: string, context: object = {}, client = api.owner) =>
  client("POST", "/api/resolve", { text, context });

test("a command is found as soon as it is there, by its new words as soon as it has them, and no more when it is gone", async () => {
  expect((await resolve("make the report")).body).toMatchObject({ kind: "none", candidates: [] });
  await api.owner("PUT", "/api/commands/report", command([]));
  const { status, body } = await resolve("make report march", { cwd: "site" });
  expect(status).toBe(200);
  expect(body.candidates[0]).toMatchObject({
    slug: "report",
    args: { month: "march" },
    sources: { month: { from: "words", text: "march" } },
    missing: [],
    run: {
      method: "POST",
      path: "/api/commands/report/execute",
      body: { args: { month: "march" }, cwd: "site" },
    },
  });
  await api.owner("PUT", "/api/commands/report", command(["balance of accounts"]));
  expect((await resolve("balance of accounts")).body.candidates[0]).toMatchObject({
    slug: "report",
    missing: ["month"],
  });
  const found = await api.owner("GET", "/api/commands?q=balan");
  expect(found.body.items.map(({ slug }: { slug: string }) => slug)).toEqual(["report"]);
  await api.owner("DELETE", "/api/commands/report");
  expect((await resolve("balance of accounts")).body.candidates).toEqual([]);
});

test("others see neither the commands nor the agents of a workspace", async () => {
  await api.owner("PUT", "/api/commands/hidden-report", command(["hidden words here"]));
  const stranger = await api.stranger();
  expect((await resolve("hidden words here", {}, stranger)).body.candidates).toEqual([]);
  expect((await resolve("x", { agent: api.agent.id })).status).toBe(200);
  const foreign = await resolve("x", { agent: api.agent.id }, stranger);
  const unknown = await resolve("x", { agent: "agt_nobody" }, stranger);
  expect([foreign.status, foreign.body]).toEqual([404, unknown.body]);
});

test("it takes a token that may read commands, and refuses what it does not know", async () => {
  expect((await resolve("x", {}, api.client(null))).status).toBe(401);
  const service = await api.service(["runs:read"]);
  expect((await resolve("x", {}, service)).status).toBe(403);
  expect((await api.owner("POST", "/api/resolve", { txt: "x" })).status).toBe(400);
  expect((await api.owner("POST", "/api/resolve", { text: "x".repeat(3_000) })).status).toBe(400);
});

test("nothing is done", async () => {
  await resolve("make report april");
  const before = await api.rows();
  await resolve("make report april");
  expect(await api.rows()).toEqual(before);
});
