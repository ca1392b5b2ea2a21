/** What changes between view and vote: a vote for what was seen is refused, and people are asked again with the difference. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { callAs, type Gate, mailedLink, nonceIn, openGate, post, quiet } from "./gate.ts";
import { type Inbox, openInbox, until } from "./inbox.ts";

let inbox: Inbox;
let gate: Gate;
let ci: string;
beforeAll(async () => {
  inbox = await openInbox();
  gate = await openGate({ smtp: inbox.url });
  const made = await call(gate.token, "POST", "/api/tokens", {
    name: "ci",
    type: "service",
    scopes: ["runs:execute", "runs:read", "commands:read"],
  });
  ci = made.body.token;
  await define("first");
  const put = await call(gate.token, "PUT", "/api/commands/tell", {
    name: "tell",
    type: "workflow",
    effect: "write",
    parameters: [{ name: "message", type: "string", required: true, description: "" }],
    definition: {
      steps: [{ command: "say", args: { message: { from: "args.message" } }, checkpoint: true }],
    },
  });
  expect(put.status).toBe(201);
});
afterAll(async () => {
  await gate?.stop();
  await inbox?.close();
});
const call = (token: string, method: string, path: string, body?: unknown) =>
  callAs(gate, token, method, path, body);
const statusOf = async (id: string) =>
  (await gate.rows<{ status: string }>("SELECT status FROM command_checkpoints WHERE id = ?", id))[0]?.status;
const runStatus = async (id: string) =>
  (await gate.rows<{ status: string }>("SELECT status FROM workflow_executions WHERE id = ?", id))[0]?.status;
async function define(description: string): Promise<void> {
  const put = await call(gate.token, "PUT", "/api/commands/say", {
    name: "say",
    description,
    type: "api",
    effect: "write",
    parameters: [{ name: "message", type: "string", required: true, description: "" }],
    definition: { handler: "echo" },
  });
  expect(put.status).toBeLessThan(300);
}
async function start(): Promise<{
  run: string;
  checkpoint: string;
  digest: string;
  link: string;
  nonce: string;
}> {
  const seen = inbox.raw.length;
  const started = await call(ci, "POST", "/api/commands/tell/execute", { args: { message: "one" } });
  expect(started.status).toBe(202);
  const run = started.body.run.id as string;
  const checkpoint = await asked(run, 1);
  const link = await mailedLink(inbox, "owner@example.com", seen);
  return {
    run,
    checkpoint,
    digest: started.body.run.plan_digest,
    link,
    nonce: nonceIn(await (await fetch(link)).text()),
  };
}
const asked = (run: string, round: number) =>
  until(`question ${round}`, async () => {
    const rows = await gate.rows<{ id: string }>(
      "SELECT id FROM command_checkpoints WHERE run_id = ? AND announced_at IS NOT NULL ORDER BY created_at, id",
      run,
    );
    return rows[round - 1]?.id;
  });

/** After the change: every vote for what was seen is refused, a mail brings the difference, and only the new question decides. */
async function asksAgain(was: Awaited<ReturnType<typeof start>>, seen: number, words: RegExp): Promise<void> {
  const vote = await call(gate.token, "POST", `/api/checkpoints/${was.checkpoint}/approve`, {
    approved: true,
    plan_digest: was.digest,
  });
  expect([vote.status, JSON.stringify(vote.body)]).toEqual([409, expect.stringMatching(words)]);
  const page = await post(was.link, { decision: "approve", nonce: was.nonce });
  expect(page.status).toBe(409);
  const next = await asked(was.run, 2);
  expect(await statusOf(was.checkpoint)).toBe("withdrawn");
  expect(
    await gate.rows(
      "SELECT count(*) AS n FROM checkpoint_votes WHERE checkpoint_id IN (?, ?)",
      was.checkpoint,
      next,
    ),
  ).toEqual([{ n: 0 }]);
  const link = await mailedLink(inbox, "owner@example.com", seen);
  expect(link).not.toBe(was.link);
  const mail = (await inbox.mails()).slice(seen).find((m) => m.text?.includes(link));
  expect(mail?.text).toMatch(words);
  const html = await (await fetch(link)).text();
  expect(html).toContain("Changed since people were asked before");
  expect(html.replaceAll(/<[^>]+>/g, "")).toMatch(words);
  expect((await post(link, { decision: "approve", nonce: nonceIn(html) })).status).toBe(303);
  await until("the run succeeds", async () => {
    await gate.dispatch();
    return (await runStatus(was.run)) === "succeeded";
  });
}

test("an argument", async () => {
  const was = await start();
  const seen = inbox.raw.length;
  const changed = await call(ci, "POST", `/api/runs/${was.run}/replan`, { args: { message: "two" } });
  expect([changed.status, changed.body.difference[0]]).toEqual([
    200,
    { what: "argument message", before: "one", after: "two" },
  ]);
  await asksAgain(was, seen, /argument message/);
});

test("the version of a command", async () => {
  const was = await start();
  const seen = inbox.raw.length;
  await define("second");
  const changed = await call(ci, "POST", `/api/runs/${was.run}/replan`, {});
  expect(changed.body.difference).toEqual([expect.objectContaining({ what: "version of say" })]);
  await asksAgain(was, seen, /version of say/);
});

test("the target", async () => {
  const was = await start();
  const seen = inbox.raw.length;
  await call(ci, "POST", `/api/runs/${was.run}/replan`, { agent: { labels: ["linux"] } });
  await asksAgain(was, seen, /an agent labelled linux/);
});

test("HEAD, noticed by the vote itself", async () => {
  const was = await start();
  const seen = inbox.raw.length;
  const [before, after] = ["a".repeat(40), "b".repeat(40)];
  const later = Date.now() + 10_000;
  await gate.rows(
    "UPDATE command_checkpoints SET context_json = json_set(context_json, '$.pinned', json(?)) WHERE id = ?",
    JSON.stringify({ head: before, agent: gate.agent.id, cwd: null }),
    was.checkpoint,
  );
  await gate.rows(
    "UPDATE agents SET facts_json = ?, facts_at = ? WHERE id = ?",
    JSON.stringify({ git: { head: after } }),
    later,
    gate.agent.id,
  );
  await asksAgain(was, seen, /HEAD[\s\S]*b{40}/);
});

test("nothing pinned: planning anew leaves the question and its votes as they are; only the requester may", async () => {
  const was = await start();
  await quiet(gate);
  const before = await gate.tables();
  expect((await call(gate.token, "POST", `/api/runs/${was.run}/replan`, {})).status).toBe(403);
  expect((await call(ci, "POST", `/api/runs/${was.run}/replan`, {})).body.difference).toEqual([]);
  const { idempotency_keys: _a, tokens: _b, ...same } = await gate.tables();
  const { idempotency_keys: _c, tokens: _d, ...expected } = before;
  expect(same).toEqual(expected);
  const vote = await call(gate.token, "POST", `/api/checkpoints/${was.checkpoint}/approve`, {
    approved: true,
    plan_digest: was.digest,
  });
  expect(vote.status).toBe(200);
});
