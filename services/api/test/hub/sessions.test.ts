import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSocket, HELLO } from "./socket.ts";
import { addJob, addRun, type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const agentRow = (id: string) =>
  stack.db.prepare("SELECT * FROM agents WHERE id = ?").bind(id).first<Record<string, unknown>>();
let request = 0;
const ask = (agent: AgentSocket, free = 8, name = `r${++request}`) =>
  agent.ask<"leases">({ type: "ask", request: name, free });

test("of two sockets of one agent the newest wins, and the end of the older one changes nothing", async () => {
  const { id, token } = await stack.newAgent();
  const first = await AgentSocket.hello(stack.url, token);
  const second = await AgentSocket.hello(stack.url, token);
  expect(second.session).toBe(first.session + 1);
  await until("the first is closed", () => first.closed);
  expect(first.closed).toEqual({ code: 4001, reason: "replaced" });
  expect((await ask(second)).jobs).toEqual([]);
  expect(await agentRow(id)).toMatchObject({ status: "online", session: second.session });
  second.drop();
  await until("the agent is offline", async () => (await agentRow(id))!.status === "offline");
});

test("a revoked agent is cut off at once, and is refused from then on", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  expect((await stack.request(`/api/agents/${id}`, { method: "DELETE" })).status).toBe(204);
  await until("the socket is closed", () => agent.closed);
  expect(agent.closed?.code).toBe(4003);
  expect(await AgentSocket.open(stack.url, token)).toBe(401);
  expect(
    (await stack.request("/api/agents/poll", { token, body: { session: null, messages: [] } })).status,
  ).toBe(401);
  expect((await stack.request(`/api/agents/${id}`, { method: "DELETE" })).status).toBe(404);
  const entries = await stack.db
    .prepare("SELECT action FROM audit WHERE target = ? ORDER BY seq")
    .bind(id)
    .all<{ action: string }>();
  expect(entries.results.map((entry) => entry.action)).toEqual(["agent.registered", "agent.revoked"]);
});

test("an agent whose token alone was revoked, or expired, is found out before long", async () => {
  for (const column of ["revoked_at", "expires_at"]) {
    const { id, token } = await stack.newAgent();
    const agent = await AgentSocket.hello(stack.url, token);
    await stack.db.prepare(`UPDATE tokens SET ${column} = 1 WHERE agent_id = ?`).bind(id).run();
    // Facts are written under the same condition that is looked at now and then for every message.
    expect(await agent.ask({ type: "facts", facts: { new: true } })).toMatchObject({
      type: "error",
      code: "revoked",
    });
    await until("the socket is closed", () => agent.closed);
    expect(agent.closed?.code).toBe(4003);
    expect(JSON.parse((await agentRow(id))!.facts_json as string)).not.toHaveProperty("new");
  }
});

test("only an agent's own token opens the socket", async () => {
  expect(await AgentSocket.open(stack.url, stack.token)).toBe(403);
  expect(await AgentSocket.open(stack.url, `tw_${"x".repeat(43)}`)).toBe(401);
  const { token } = await stack.newAgent();
  expect((await stack.request("/api/agents/connect", { token })).status).toBe(400);
  expect((await stack.request("/api/agents", { token })).status).toBe(403);
});

test("sockets that never say hello cannot pile up, and do not keep the agent out", async () => {
  const { id, token } = await stack.newAgent();
  const working = await AgentSocket.hello(stack.url, token);
  const silent: AgentSocket[] = [];
  for (let i = 0; i < 8; i++) silent.push((await AgentSocket.open(stack.url, token)) as AgentSocket);
  expect(await AgentSocket.open(stack.url, token)).toBe(429);
  expect((await ask(working)).jobs).toEqual([]);
  for (const socket of silent) socket.close();
  const again = await until("there is room again", async () => {
    const socket = await AgentSocket.open(stack.url, token);
    return typeof socket !== "number" && socket;
  });
  expect(await again.ask<"welcome">(HELLO)).toMatchObject({ agent_id: id, session: working.session + 1 });
  again.close();
});

test("a hello of another protocol is closed with 4008", async () => {
  const { token } = await stack.newAgent();
  const agent = (await AgentSocket.open(stack.url, token)) as AgentSocket;
  expect(await agent.ask({ ...HELLO, protocol: 9, news: true })).toMatchObject({
    type: "error",
    code: "protocol",
  });
  await until("the socket is closed", () => agent.closed);
  expect(agent.closed).toEqual({ code: 4008, reason: "This hub speaks protocol 1." });
});

test("polling speaks the same protocol, and is pushed to while it waits", async () => {
  const { id, token } = await stack.newAgent();
  const poll = async (body: unknown) => {
    const answer = await stack.request("/api/agents/poll", { token, body });
    return { status: answer.status, ...((await answer.json()) as { messages: Record<string, unknown>[] }) };
  };
  const welcome = await poll({ session: null, messages: [{ ...HELLO, id: "1" }] });
  const session = welcome.messages[0]!.session as number;
  expect(welcome.messages).toMatchObject([{ type: "welcome", id: "1", agent_id: id, tenant: stack.tenant }]);
  expect((await poll({ session: null, messages: [{ type: "draining", id: "2" }] })).messages).toMatchObject([
    { type: "error", id: "2", code: "hello_first" },
  ]);

  const waiting = poll({ session, messages: [], wait_s: 20 });
  const name = await addJob(stack, await addRun(stack), { agent: id });
  let woken = false;
  void waiting.then(() => {
    woken = true;
  });
  await until("the poll is woken", async () => {
    await stack.committed({ nudge: true });
    return woken;
  });
  expect((await waiting).messages).toEqual([{ type: "nudge" }]);
  const work = await poll({
    session,
    messages: [
      { type: "ask", id: "3", request: "p1", free: 4 },
      { type: "sudo", id: "4" },
    ],
  });
  expect(work.messages.filter((one) => one.type !== "nudge")).toMatchObject([
    { type: "leases", id: "3", jobs: [{ job: name }] },
    { type: "error", id: "4", code: "bad_request" },
  ]);

  const socket = await AgentSocket.hello(stack.url, token);
  expect((await poll({ session, messages: [] })).status).toBe(409);
  socket.close();
  expect((await poll({ session, messages: 7 })).status).toBe(400);
});

test("a renewal over a poll beside the socket counts; of an older session it is refused", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  await addJob(stack, await addRun(stack), { agent: id });
  const [job] = await until("it is leased", async () => {
    const { jobs } = await ask(agent);
    return jobs.length > 0 && jobs;
  });
  const { job: name, fence } = job!;
  const expiry = async () =>
    (await stack.db
      .prepare("SELECT lease_expires_at AS at FROM jobs WHERE id = ?1 AND tenant_id = ?2")
      .bind(name, stack.tenant)
      .first<{ at: number }>())!.at;
  const before = await expiry();
  const renew = { type: "renew", id: "1", jobs: [{ job: name, fence }] };
  const poll = async (session: number) =>
    stack.request("/api/agents/poll", { token, body: { session, messages: [renew], wait_s: 0 } });
  expect(await (await poll(agent.session)).json()).toEqual({
    messages: [
      { type: "renewed", id: "1", jobs: [{ job: name, ok: true, cancel: false, lease_ms: 60_000 }] },
    ],
  });
  expect(await expiry()).toBeGreaterThan(before);
  expect((await poll(agent.session + 1)).status).toBe(409);
  agent.close();
});
