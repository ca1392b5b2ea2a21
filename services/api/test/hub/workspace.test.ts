import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkspace, type Workspace } from "../../../../local/src/testing/workspace.ts";
import { AgentSocket } from "./socket.ts";
import { EventReader } from "./sse.ts";
import { reported, until } from "./stack.ts";

let workspace: Workspace;
let agent: AgentSocket;
beforeAll(async () => {
  workspace = await startWorkspace();
  agent = await AgentSocket.hello(workspace.url, workspace.agent.token);
  const answer = await workspace.request("/api/commands/say", {
    method: "PUT",
    body: { name: "say", effect: "read", type: "builtin", definition: { program: "echo", argv: ["hello"] } },
  });
  expect(answer.ok, await answer.text()).toBe(true);
});
afterAll(async () => {
  agent?.close();
  await workspace?.stop();
});

interface RunBody {
  id: string;
  status: string;
  steps: { status: string; attempt: number; agent_id: string | null }[];
}
const start = async () => {
  const answer = await workspace.request("/api/commands/say/execute", { body: {} });
  return ((await answer.json()) as { run: RunBody }).run.id;
};
const read = async (run: string, waitS = 0) =>
  (await (await workspace.request(`/api/runs/${run}?wait_s=${waitS}`)).json()) as RunBody;
const nudged = () => until("a nudge", () => agent.pushes.splice(0).some((push) => push.type === "nudge"));
let asked = 0;
const lease = async () => (await agent.ask<"leases">({ type: "ask", request: `w${++asked}`, free: 8 })).jobs;

test("a run goes from request over nudge, lease and report to its end, live before the eyes of a watcher", async () => {
  const run = await start();
  const [events, logs] = await Promise.all([
    EventReader.open(workspace, `/api/runs/${run}/events`),
    EventReader.open(workspace, `/api/runs/${run}/logs`),
  ]);
  await nudged();
  const [job] = await lease();
  expect(job).toMatchObject({ run, purpose: "forward", steps: [{ command: "say", attempt: 1 }] });
  const { job: id, fence } = job!;
  const step = job!.steps[0]!.step;

  const running = {
    type: "report",
    job: id,
    fence,
    seq: 1,
    steps: [reported(step, "running")],
    done: false,
  };
  expect(await agent.ask(running)).toMatchObject({ type: "ok" });
  await until("the start is seen", () => events.of("step.started").length > 0);
  await agent.ask({ type: "log", job: id, fence, step, attempt: 1, start: 0, text: "hello\n" });
  await until("the line is seen", () => logs.of("log").length > 0);

  const waiting = read(run, 20);
  const done = { ...running, seq: 2, steps: [reported(step, "succeeded")], done: true };
  expect(await agent.ask(done)).toMatchObject({ type: "ok" });
  expect(await waiting).toMatchObject({
    status: "succeeded",
    steps: [{ status: "succeeded", attempt: 1, agent_id: workspace.agent.id }],
  });
  await until("both streams end", () => events.ended && logs.ended);
  expect(events.seen.at(-1)?.event).toBe("run.succeeded");
  expect(events.seen.map((one) => Number(one.id))).toEqual(events.seen.map((_, i) => i + 1));
  expect(await (await workspace.request(`/api/runs/${run}/logs`)).text()).toBe("hello\n");
  expect(await agent.ask(done)).toMatchObject({ type: "ok" });
  expect((await read(run)).status).toBe("succeeded");
});

test("a cancel is pushed to the agent that works, and the run ends when it says so", async () => {
  const run = await start();
  await nudged();
  const [job] = await lease();
  const { job: id, fence } = job!;
  const step = job!.steps[0]!.step;
  expect((await workspace.request(`/api/runs/${run}/cancel`, { body: { reason: "test" } })).status).toBe(202);
  await until("the cancel", () =>
    agent.pushes.some((push) => push.type === "cancel" && push.jobs.includes(id)),
  );
  const cancelled = {
    type: "report",
    job: id,
    fence,
    seq: 1,
    steps: [reported(step, "cancelled")],
    done: true,
  };
  expect(await agent.ask(cancelled)).toMatchObject({ type: "ok" });
  expect((await read(run, 20)).status).toBe("cancelled");
  expect(await lease()).toEqual([]);
});

test("when the lease ends, the next attempt goes to whoever asks, and the first holder's result is lost", async () => {
  const run = await start();
  await nudged();
  const [first] = await lease();
  await workspace.db.prepare("UPDATE jobs SET lease_expires_at = 1 WHERE id = ?").bind(first!.job).run();
  await workspace.db.prepare("UPDATE workflow_executions SET next_check_at = 1 WHERE id = ?").bind(run).run();
  const [second] = await until("the next attempt", async () => {
    const jobs = await lease();
    return jobs.length > 0 && jobs;
  });
  expect(second!.fence).toBeGreaterThan(first!.fence);
  expect(second!.steps[0]!.attempt).toBe(2);
  const report = (job: typeof first, state: "failed" | "succeeded", attempt: number) =>
    agent.ask({
      type: "report",
      job: job!.job,
      fence: job!.fence,
      seq: 1,
      steps: [reported(job!.steps[0]!.step, state, attempt)],
      done: true,
    });
  expect(await report(first, "failed", 1)).toMatchObject({ type: "lost" });
  expect(await report(second, "succeeded", 2)).toMatchObject({ type: "ok" });
  expect(await read(run, 20)).toMatchObject({ status: "succeeded", steps: [{ attempt: 2 }] });
});
