/** The tools of `/mcp`, with the SDK's own client against the running workspace. */
import { Client as McpClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Api, put, startApi } from "./api.ts";

let api: Api;
const open: McpClient[] = [];
beforeAll(async () => {
  api = await startApi();
  await put(api.owner, "say-hello", {
    name: "Say hello",
    description: "Greets whoever is there",
    type: "api",
    effect: "read",
    definition: { handler: "noop" },
  });
  await put(api.owner, "greet-all", {
    name: "Greet all",
    type: "workflow",
    definition: { steps: [{ id: "greet", command: "say-hello", checkpoint: true }] },
  });
});
afterAll(async () => {
  await Promise.all(open.map((client) => client.close()));
  await api?.stop();
});

async function connect(token: string): Promise<McpClient> {
  const client = new McpClient({ name: "test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${api.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  );
  open.push(client);
  return client;
}
async function call(client: McpClient, name: string, args: { [name: string]: unknown }) {
  const result = await client.callTool({ name, arguments: args });
  const [{ text = "" } = {}] = result.content as { text?: string }[];
  // biome-ignore lint/suspicious/noExplicitAny: what the tool says is what is being tested
  const body: any = /^[{[]/.test(text) ? JSON.parse(text) : text;
  return { failed: result.isError === true, body };
}

test("an assistant finds a command, looks at its plan, runs it, is told whom to ask, and sees it end once somebody agreed", async () => {
  const machine = await connect((await api.service(["commands:read", "runs:read", "runs:execute"])).token);
  expect(machine.getInstructions()).toContain("You cannot agree for them");
  const { tools } = await machine.listTools();
  expect(tools.map((tool) => tool.name)).toEqual([
    "search_commands",
    "resolve",
    "plan",
    "run",
    "get_run",
    "wait_for_run",
    "get_log",
    "list_waiting",
  ]);
  const found = await call(machine, "search_commands", { query: "greets whoever" });
  expect(found.body.commands[0]).toMatchObject({ slug: "say-hello", effect: "read" });
  expect((await call(machine, "resolve", { text: "say hello" })).body).toMatchObject({
    kind: expect.any(String),
  });
  const planned = await call(machine, "plan", { command: "greet-all" });
  expect(planned.body.plan.steps).toHaveLength(1);
  expect((await api.owner("GET", "/api/runs")).body.items).toEqual([]);

  const started = await call(machine, "run", { command: "greet-all", note: "because" });
  const id = started.body.id;
  expect(started.body.url).toBe(`${api.url}/runs/${id}`);
  const waits = await call(machine, "wait_for_run", { run_id: id });
  expect(waits.body).toMatchObject({ status: "waiting", note: "because", requested_by: { type: "service" } });
  const [question] = waits.body.waiting_for;
  const { user } = (await api.owner("GET", "/api/me")).body;
  expect(question).toMatchObject({ approvals_needed: 1, approvals_given: 0, who_may_approve: [user.name] });
  expect(question.link).toBe(`${api.url}/approvals/${question.checkpoint}`);
  expect((await call(machine, "list_waiting", {})).body.waiting).toEqual([question]);

  await api.owner("POST", `/api/checkpoints/${question.checkpoint}/approve`, { approved: true });
  const ended = await call(machine, "wait_for_run", { run_id: id });
  expect(ended.body.status).toBe("succeeded");
  expect(ended.body.waiting_for).toEqual([]);
  expect((await call(machine, "get_run", { run_id: id })).body.status).toBe("succeeded");
  expect((await call(machine, "get_log", { run_id: id })).failed).toBe(false);
});

test("nothing that is offered decides, and the API refuses a machine's vote", async () => {
  const service = await api.service(["admin"]);
  const machine = await connect(service.token);
  const { body } = await call(machine, "run", { command: "greet-all" });
  const waits = await call(machine, "wait_for_run", { run_id: body.id });
  const { checkpoint } = waits.body.waiting_for[0];
  for (const name of ["approve", "vote", "decide", "approve_checkpoint"])
    expect((await call(machine, name, { checkpoint, approved: true })).failed).toBe(true);
  expect((await service("POST", `/api/checkpoints/${checkpoint}/approve`, { approved: true })).status).toBe(
    403,
  );
  expect((await call(machine, "get_run", { run_id: body.id })).body.status).toBe("waiting");
  await api.owner("POST", `/api/runs/${body.id}/cancel`, {});
});

test("a tool can do what its token can, and says what is wrong", async () => {
  const reader = await connect((await api.service(["commands:read"])).token);
  const refused = await call(reader, "run", { command: "say-hello" });
  expect(refused).toMatchObject({
    failed: true,
    body: { code: "forbidden", message: expect.stringContaining("runs:execute") },
  });
  const machine = await connect((await api.service(["commands:read", "runs:read", "runs:execute"])).token);
  const wrong = await call(machine, "run", { command: "say-hello", args: { nothing: 1 } });
  expect(wrong).toMatchObject({
    failed: true,
    body: { code: "invalid_args", issues: [{ path: "args.nothing" }] },
  });
  expect(await call(machine, "plan", { command: "../agents" })).toMatchObject({ failed: true });
  const stranger = await connect((await api.stranger()).token);
  const { body } = await call(machine, "run", { command: "say-hello" });
  expect(await call(stranger, "get_run", { run_id: body.id })).toMatchObject({
    failed: true,
    body: { code: "not_found" },
  });
});

test("without a token, with a cookie, a wrong one or an agent's it is refused; only POST is taken", async () => {
  const message = { jsonrpc: "2.0", id: 1, method: "tools/list" };
  const headers = { accept: "application/json, text/event-stream" };
  const nobody = await api.client(null)("POST", "/mcp", message, headers);
  expect(nobody.status).toBe(401);
  expect(nobody.headers.get("www-authenticate")).toContain("Bearer");
  const entered = await fetch(await api.consoleUrl(), { redirect: "manual" });
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  expect(cookie).toMatch(/^tw_session=tws_/);
  expect((await api.client(null)("POST", "/mcp", message, { ...headers, cookie })).status).toBe(401);
  expect((await api.client(`${api.token.slice(0, -4)}AAAA`)("POST", "/mcp", message, headers)).status).toBe(
    401,
  );
  expect((await api.client(api.agent.token)("POST", "/mcp", message, headers)).status).toBe(403);
  expect((await api.owner("GET", "/mcp", undefined, headers)).status).toBe(405);
  expect((await api.owner("POST", "/mcp", message, headers)).body.result.tools).toHaveLength(8);
});
