import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSocket, HELLO } from "./socket.ts";
import { addJob, addRun, reported, type Stack, startStack, step, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const job = (id: string) =>
  stack.db.prepare("SELECT * FROM jobs WHERE id = ?").bind(id).first<Record<string, unknown>>();
const agentRow = (id: string) =>
  stack.db.prepare("SELECT * FROM agents WHERE id = ?").bind(id).first<Record<string, unknown>>();
const hints = async (run: string) =>
  (await stack.db
    .prepare("SELECT count(*) AS n FROM test_hints WHERE run_id = ?")
    .bind(run)
    .first<{ n: number }>())!.n;
let request = 0;
const ask = (agent: AgentSocket, free = 8, name = `r${++request}`) =>
  agent.ask<"leases">({ type: "ask", request: name, free });

test("an agent leases a job, renews it, reports it; the run is hinted; a repeated report is ok", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  expect(await agent.ping()).toBe("pong");
  const run = await addRun(stack);
  const name = await addJob(stack, run, { agent: id });

  const { jobs } = await ask(agent);
  expect(jobs).toMatchObject([
    { job: name, run, fence: 1, lease_ms: 60_000, purpose: "forward", plan_digest: "digest" },
  ]);
  expect(jobs[0]!.steps).toEqual([step("build")]);
  expect((await ask(agent)).jobs).toEqual([]);

  const before = (await job(name))!.lease_expires_at as number;
  const renewed = await agent.ask<"renewed">({ type: "renew", jobs: [{ job: name, fence: 1 }] });
  expect(renewed.jobs).toEqual([{ job: name, ok: true, cancel: false, lease_ms: 60_000 }]);
  expect((await job(name))!.lease_expires_at as number).toBeGreaterThanOrEqual(before);

  const report = {
    type: "report",
    job: name,
    fence: 1,
    seq: 1,
    steps: [reported("build", "succeeded")],
    done: true,
  };
  expect(await agent.ask(report)).toMatchObject({ type: "ok" });
  expect(await job(name)).toMatchObject({ status: "done", report_seq: 1, agent_id: id });
  await until("the hint arrives", async () => (await hints(run)) >= 1);
  expect(await agent.ask(report)).toMatchObject({ type: "ok" });
  agent.close();
});

test("a repeated request gets the same lease back; a report that asks gets the next job in its answer", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const first = await addJob(stack, await addRun(stack), { agent: id });
  const leased = await ask(agent, 1, "again");
  const second = await addJob(stack, await addRun(stack), { agent: id });
  expect(leased.jobs.map((one) => one.job)).toEqual([first]);
  const again = await ask(agent, 1, "again");
  expect(again.jobs.map((one) => one.job)).toEqual([first]);
  // The lease runs since it was granted; the agent must not count it from the second answer.
  expect(again.jobs[0]!.lease_ms).toBeLessThan(60_000);
  const ok = await agent.ask<"ok">({
    type: "report",
    job: first,
    fence: 1,
    seq: 3,
    steps: [reported("build", "succeeded")],
    done: true,
    ask: { request: "next", free: 1 },
  });
  expect(ok.leases?.map((one) => one.job)).toEqual([second]);
  agent.close();
});

test("an old fence, another agent's job and an expired lease are lost, and no row changes", async () => {
  const { id, token } = await stack.newAgent();
  const other = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const thief = await AgentSocket.hello(stack.url, other.token);
  const run = await addRun(stack);
  const name = await addJob(stack, run, { agent: id, fence: 7 });
  await ask(agent);
  const row = await job(name);
  const report = { type: "report", job: name, seq: 1, steps: [reported("build", "failed")], done: true };
  const log = { type: "log", job: name, step: "build", attempt: 1, start: 0, text: "stolen" };
  const renew = (fence: number) => ({ type: "renew", jobs: [{ job: name, fence }] });
  for (const [from, fence] of [
    [agent, 6],
    [agent, 8],
    [thief, 7],
  ] as const) {
    expect(await from.ask({ ...report, fence })).toMatchObject({ type: "lost", job: name });
    expect(await from.ask({ ...log, fence })).toMatchObject({ type: "lost", job: name });
    expect((await from.ask<"renewed">(renew(fence))).jobs).toMatchObject([{ ok: false }]);
  }
  expect(await job(name)).toEqual(row);
  await stack.db.prepare("UPDATE jobs SET lease_expires_at = 1 WHERE id = ?").bind(name).run();
  expect(await agent.ask({ ...report, fence: 7 })).toMatchObject({ type: "lost" });
  expect(await agent.ask({ ...log, fence: 7 })).toMatchObject({ type: "lost" });
  expect(await job(name)).toEqual({ ...row, lease_expires_at: 1 });
  expect(
    await stack.db.prepare("SELECT count(*) AS n FROM log_chunks WHERE run_id = ?").bind(run).first("n"),
  ).toBe(0);
  expect(await hints(run)).toBe(0);
  agent.close();
  thief.close();
});

test("work is matched by the labels of the row and those said in hello; capacity is not exceeded", async () => {
  const { token } = await stack.newAgent(["gpu"]);
  const agent = await AgentSocket.hello(stack.url, token, { labels: ["linux"], capacity: 1 });
  const run = await addRun(stack);
  const both = await addJob(stack, run, { steps: [step("a")], labels: ["gpu", "linux"] });
  await addJob(stack, run, { steps: [step("b")], labels: ["gpu", "windows"] });
  expect((await ask(agent)).jobs.map((one) => one.job)).toEqual([both]);
  expect((await ask(agent)).jobs).toEqual([]);
  const listed = (await (await stack.request("/api/agents?limit=100")).json()) as {
    items: { labels: string[] }[];
  };
  expect(listed.items.some((one) => one.labels.join() === "gpu,linux")).toBe(true);
  await stack.db.prepare("DELETE FROM jobs WHERE run_id = ?").bind(run).run();
  agent.close();
});

test("a nudge goes to every agent; a lost one is harmless, since asking is enough", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const name = await addJob(stack, await addRun(stack), { agent: id });
  expect((await ask(agent)).jobs.map((one) => one.job)).toEqual([name]);
  await stack.committed({ nudge: true });
  await until("the nudge", () => agent.pushes.some((push) => push.type === "nudge"));
  agent.close();
});

test("a cancel reaches the agent that holds the job, and stands in its renewal as well", async () => {
  const { id, token } = await stack.newAgent();
  const other = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const bystander = await AgentSocket.hello(stack.url, other.token);
  const name = await addJob(stack, await addRun(stack), { agent: id });
  await ask(agent);
  await stack.db.prepare("UPDATE jobs SET cancel_requested_at = 1 WHERE id = ?").bind(name).run();
  await stack.committed({ cancel: [name] });
  await until("the cancel", () =>
    agent.pushes.some((push) => push.type === "cancel" && push.jobs.includes(name)),
  );
  expect((await agent.ask<"renewed">({ type: "renew", jobs: [{ job: name, fence: 1 }] })).jobs).toMatchObject(
    [{ ok: true, cancel: true }],
  );
  expect(bystander.pushes).toEqual([]);
  agent.close();

  const back = await AgentSocket.hello(stack.url, token, { holding: [{ job: name, fence: 1 }] });
  await until("the cancel again", () =>
    back.pushes.some((push) => push.type === "cancel" && push.jobs.includes(name)),
  );
  back.close();
  bystander.close();
});

test("a draining agent gets no more work but goes on renewing and reporting", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const name = await addJob(stack, await addRun(stack), { agent: id });
  await ask(agent);
  await agent.ask({ type: "draining" });
  expect(await agentRow(id)).toMatchObject({ status: "draining" });
  await addJob(stack, await addRun(stack), { agent: id });
  expect((await ask(agent)).jobs).toEqual([]);
  expect((await agent.ask<"renewed">({ type: "renew", jobs: [{ job: name, fence: 1 }] })).jobs).toMatchObject(
    [{ ok: true }],
  );
  agent.close();
});

test("an agent says new facts", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  expect(await agent.ask({ type: "facts", facts: { git: { branch: "topic" } } })).toMatchObject({
    type: "ok",
  });
  expect(JSON.parse((await agentRow(id))!.facts_json as string)).toEqual({ git: { branch: "topic" } });
  expect(await agent.ask({ type: "facts", facts: { a: "x".repeat(40_000) } })).toMatchObject({
    type: "error",
    code: "too_large",
  });
  agent.close();
});

test("whatever is sent, the hub answers with an error and goes on", async () => {
  const { token } = await stack.newAgent();
  const agent = (await AgentSocket.open(stack.url, token)) as AgentSocket;
  expect(await agent.ask({ type: "ask", request: "r", free: 1 })).toMatchObject({
    type: "error",
    code: "hello_first",
  });
  await agent.ask(HELLO);
  for (const frame of ["", "{", "null", "7", "[]", '"x"', "{}", '{"type":"hello"', "\u0000"])
    expect(await agent.raw(frame)).toMatchObject({ type: "error", code: "bad_request" });
  expect(await agent.raw(Buffer.from([0, 255, 1]))).toMatchObject({ type: "error", code: "bad_request" });
  expect(await agent.raw("x".repeat(1_100_000))).toMatchObject({ type: "error", code: "too_large" });
  for (const wrong of [
    { type: "sudo" },
    { type: "ask", request: "r", free: -1 },
    { type: "ask", request: "r", free: 1, tenant: "ten_other" },
    { type: "renew", jobs: [{ job: 1, fence: "x" }] },
    { type: "report", job: "j", fence: 1, seq: 0, steps: [], done: true },
    { type: "log", job: "j", fence: 1, step: "s", attempt: 1, start: -1, text: "" },
  ])
    expect(await agent.ask(wrong)).toMatchObject({ type: "error", code: "bad_request" });
  expect(await ask(agent)).toMatchObject({ type: "leases", jobs: [] });
  agent.close();
  expect(stack.problems.filter((line) => line.startsWith("error"))).toEqual([]);
});
