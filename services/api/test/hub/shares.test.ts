import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { AgentSocket } from "./socket.ts";
import { addJob, addRun, type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());
// Whatever a test leaves, the next one is alone.
const open: AgentSocket[] = [];
afterEach(async () => {
  for (const agent of open) agent.close();
  await expect.poll(() => open.every((agent) => agent.closed !== null)).toBe(true);
  open.length = 0;
});

const connect = async (capacity: number, labels: string[] = []) => {
  const { id, token } = await stack.newAgent(labels);
  const agent = await AgentSocket.hello(stack.url, token, { capacity });
  open.push(agent);
  return Object.assign(agent, { agentId: id, capacity });
};
const queue = async (count: number, more: object = {}) => {
  for (let i = 0; i < count; i++) await addJob(stack, await addRun(stack), more);
};
let requests = 0;
const ask = async (agent: AgentSocket, free: number) =>
  (await agent.ask<"leases">({ type: "ask", request: `r${++requests}`, free })).jobs.length;

const held = async (agents: readonly { agentId: string }[]) => {
  const { results } = await stack.db
    .prepare("SELECT agent_id, count(*) AS n FROM jobs WHERE status = 'leased' GROUP BY agent_id")
    .all<{ agent_id: string; n: number }>();
  const by = new Map(results.map(({ agent_id, n }) => [agent_id, n]));
  return agents.map((agent) => by.get(agent.agentId) ?? 0);
};

test("jobs are shared out by free places; who left some hears of it; a label's jobs go where it is", async () => {
  const agents = [await connect(2), await connect(4), await connect(8, ["gpu"])] as const;
  await queue(7);
  // One after the other: whose turn is first decides whose share is rounded down from more.
  for (const agent of agents) await ask(agent, agent.capacity);
  expect(await held(agents)).toEqual([1, 1, 3]);
  for (const agent of agents)
    await expect.poll(() => agent.pushes).toContainEqual({ type: "nudge", rivals: true });
  expect(await ask(agents[1], 3)).toBe(1);
  expect(await ask(agents[2], 5)).toBe(1);
  expect(await ask(agents[0], 1)).toBe(0);

  await queue(3, { labels: ["gpu"] });
  // The look at the queue is kept for a moment; until the new ones are in it, one is given at a time.
  await expect
    .poll(async () => {
      await ask(agents[2], 4);
      return held(agents);
    })
    .toEqual([1, 2, 7]);
  await queue(2);
  expect(await ask(agents[0], 1)).toBe(1);
  expect(await ask(agents[1], 2)).toBe(1);
  expect(await held(agents)).toEqual([2, 3, 7]);
});

test("who all ask at once, as after a nudge, get every job once, and nobody goes without", async () => {
  const agents = [await connect(2), await connect(4), await connect(8)] as const;
  await queue(7);
  const first = await Promise.all(agents.map((agent) => ask(agent, agent.capacity)));
  expect(Math.min(...first)).toBeGreaterThan(0);
  await expect
    .poll(async () => {
      const before = await held(agents);
      await Promise.all(agents.map((agent, i) => ask(agent, agent.capacity - before[i]!)));
      return (await held(agents)).reduce((sum, n) => sum + n);
    })
    .toBe(7);
});

test("of several agents each is told that there are others; one alone is not", async () => {
  // So large that of twenty jobs the other one's share is one.
  const alone = await connect(64);
  await expect
    .poll(async () => {
      await stack.committed({ nudge: true });
      return alone.pushes.at(-1);
    })
    .toEqual({ type: "nudge" });
  const other = await connect(2);
  await stack.committed({ nudge: true });
  await expect.poll(() => other.pushes).toEqual([{ type: "nudge", rivals: true }]);
  // A share that leaves something brings a nudge with it, as soon as the look at the queue, which is kept for a moment, is a new one.
  await queue(20);
  await expect
    .poll(async () => {
      await ask(other, 2);
      return other.pushes.length;
    })
    .toBeGreaterThan(1);
  const [, got] = await held([alone, other]);
  expect(other.pushes.slice(1)).toEqual(Array(other.pushes.length - 1).fill({ type: "nudge", rivals: true }));
  expect(got).toBeLessThan(20);
});
