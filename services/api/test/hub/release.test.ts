import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSocket } from "./socket.ts";
import { addJob, addRun, type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const status = async (id: string) =>
  (await stack.db.prepare("SELECT status FROM jobs WHERE id = ?").bind(id).first<{ status: string }>())
    ?.status;
const hinted = async (run: string) =>
  (await stack.db.prepare("SELECT 1 FROM test_hints WHERE run_id = ?").bind(run).first()) !== null;

/** An agent that leased a job and then died before it wrote anything down. */
async function leasedAndGone(journal: string) {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token, { journal });
  const run = await addRun(stack);
  const job = await addJob(stack, run, { agent: id });
  const { jobs } = await agent.ask<"leases">({ type: "ask", request: `r-${job}`, free: 8 });
  agent.drop();
  return { token, run, job, fence: jobs[0]!.fence };
}

test("a job that an agent with the same journal does not hold goes out again at once", async () => {
  const { token, run, job } = await leasedAndGone("one");
  expect(await hinted(run)).toBe(false);
  const back = await AgentSocket.hello(stack.url, token, { journal: "one" });
  expect(await status(job)).toBe("done");
  await until("the run is hinted", () => hinted(run));
  back.close();
});

test("what it holds stays its own, and another journal attests nothing", async () => {
  const first = await leasedAndGone("one");
  const holding = [{ job: first.job, fence: first.fence }];
  (await AgentSocket.hello(stack.url, first.token, { journal: "one", holding })).close();
  expect(await status(first.job)).toBe("leased");

  const second = await leasedAndGone("one");
  (await AgentSocket.hello(stack.url, second.token, { journal: "two" })).close();
  expect(await status(second.job)).toBe("leased");
  expect(await hinted(second.run)).toBe(false);
});
