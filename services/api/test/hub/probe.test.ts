/** A look at prerequisites: asked over a socket or a poll, answered in time or not, never by another agent. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { AgentSocket, HELLO } from "./socket.ts";
import { type Stack, startStack, until } from "./stack.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.stop());

const want = { cwd: "", requirement: '{"tool":"git"}' };
const found = { ...want, state: "met", found: "git 2.39.5", message: null };
const ask = async (agentId: string, probe: string, waitMs: number) => {
  const body = { agentId, probe, wants: [want], waitMs };
  return (await stack.request(`/test/probe/${stack.tenant}`, { body })).json();
};
const stored = (agentId: string) =>
  stack.db.prepare("SELECT state, found, probed_at FROM probes WHERE agent_id = ?").bind(agentId).first();

test("an agent that is not there, or stays silent, gives nothing within the time", async () => {
  const { id, token } = await stack.newAgent();
  expect(await ask(id, "p1", 10_000)).toBeNull();
  const silent = await AgentSocket.hello(stack.url, token);
  expect(await ask(id, "p2", 50)).toBeNull();
  silent.drop();
});

test("over a poll: the question comes as a push, its answer is stored and given; another agent's answer is not taken for it", async () => {
  const [mine, other] = [await stack.newAgent(), await stack.newAgent()];
  const liar = await AgentSocket.hello(stack.url, other.token);
  const poll = async (body: object) =>
    (await (await stack.request("/api/agents/poll", { token: mine.token, body })).json()) as {
      messages: { type: string; session: number; probe?: string }[];
    };
  const welcome = await poll({ session: null, messages: [{ ...HELLO, id: "1" }] });
  const session = welcome.messages[0]!.session;
  const waiting = poll({ session, messages: [], wait_s: 20 });
  const answered = ask(mine.id, "p3", 20_000);
  expect((await waiting).messages).toEqual([{ type: "probe", probe: "p3", wants: [want] }]);
  await liar.ask({ type: "probed", probe: "p3", looks: [{ ...found, found: "git 0.0.1" }] });
  await poll({ session, messages: [{ type: "probed", id: "2", probe: "p3", looks: [found] }] });
  expect(await answered).toEqual([found]);
  expect(await stored(mine.id)).toMatchObject({ state: "met", found: "git 2.39.5" });
});

test("what a job's look found is stored without anybody waiting; the same again only moves its time", async () => {
  const { id, token } = await stack.newAgent();
  const agent = await AgentSocket.hello(stack.url, token);
  const tell = (state: string) =>
    agent.ask({ type: "probed", probe: null, looks: [{ ...want, state, found: null, message: "gone" }] });
  expect(await tell("missing")).toMatchObject({ type: "ok" });
  const first = (await stored(id)) as { probed_at: number };
  expect(first).toMatchObject({ state: "missing" });
  await until("the time has moved", async () => {
    await tell("missing");
    return ((await stored(id)) as { probed_at: number }).probed_at > first.probed_at;
  });
  expect(await tell("nonsense")).toMatchObject({ type: "error", code: "bad_request" });
});
