import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSocket } from "./socket.ts";
import { addJob, addRun, type Stack, startStack } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const connect = async (capacity: number, labels: string[] = []) => {
  const { id, token } = await stack.newAgent(labels);
  return Object.assign(await AgentSocket.hello(stack.url, token, { capacity }), { agentId: id, capacity });
};
const queue = async (count: number, more: object = {}) => {
  for (let i = 0; i < count; i++) await addJob(stack, await addRun(stack), more);
};
let requests = 0;
const ask = async (agent: AgentSocket, free: number) =>
  (await agent.ask<"leases">({ type: "ask", request: `r${++requests}`, free })).jobs.length;

test("jobs are shared out by free places, every one once; who left some hears of it; a label's jobs go where it is", async () => {
  const agents = [await connect(2), await connect(4), await connect(8, ["gpu"])] as const;
  await queue(7);
  // All at once, as after a nudge. Shares are rounded down; who was cut hears of the rest and asks again, the emptiest first.
  expect(await Promise.all(agents.map((agent) => ask(agent, agent.capacity)))).toEqual([1, 1, 3]);
  for (const agent of agents)
    await expect.poll(() => agent.pushes).toContainEqual({ type: "nudge", rivals: true });
  expect(await ask(agents[1], 3)).toBe(1);
  expect(await ask(agents[2], 5)).toBe(1);
  expect(await ask(agents[0], 1)).toBe(0);

  await queue(3, { labels: ["gpu"] });
  // The look at the queue is kept for a moment; by then the new ones are in it.
  await expect.poll(() => ask(agents[2], 4)).toBe(3);
  await queue(2);
  await expect.poll(() => ask(agents[0], 1)).toBe(1);
  expect(await ask(agents[1], 2)).toBe(1);
  const { results } = await stack.db
    .prepare("SELECT agent_id, count(*) AS n FROM jobs WHERE status = 'leased' GROUP BY agent_id")
    .all<{ agent_id: string; n: number }>();
  const held = new Map(results.map(({ agent_id, n }) => [agent_id, n]));
  expect(agents.map((agent) => held.get(agent.agentId))).toEqual([2, 3, 7]);
  for (const agent of agents) agent.close();
});

test("of several agents each is told that there are others; one alone is not", async () => {
  const alone = await connect(2);
  await expect
    .poll(async () => {
      await stack.committed({ nudge: true });
      return alone.pushes.at(-1);
    })
    .toEqual({ type: "nudge" });
  const other = await connect(2);
  await stack.committed({ nudge: true });
  await expect.poll(() => other.pushes).toEqual([{ type: "nudge", rivals: true }]);
  // A share that leaves something brings a nudge with it.
  await queue(3);
  await expect.poll(() => ask(other, 2)).toBe(1);
  await expect.poll(() => other.pushes.length).toBeGreaterThan(1);
});
