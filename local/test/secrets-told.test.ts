/** Secrets and what leaves the workspace: a run whose output, outputs and error hold one is told of by mail, webhook and Slack. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { encodings } from "../../agent/test/encodings.ts";
import { type Inbox, openInbox, openSink, type Sink } from "../../services/approvals/test/inbox.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent, until } from "./agent.ts";
import { everything, findReadable } from "./stored.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;
let inbox: Inbox;
let sink: Sink;
const SECRET = `s3cr@t/w0rd+with?odd&chars"'<x> ключ 🔑`;

beforeAll(async () => {
  [inbox, sink] = await Promise.all([openInbox(), openSink()]);
  const told = { smtp: inbox.url, slackWebhook: `${sink.url}/slack`, notifyWebhook: `${sink.url}/hook` };
  ws = await startWorkspace({ library: false, ...told });
  agent = await startAgent(ws);
});
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
  await Promise.all([inbox?.close(), sink?.close()]);
});
async function put(path: string, body: object): Promise<void> {
  const answer = await ws.request(path, { method: "PUT", body });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
}

/** Everything people were sent: the bytes of the wire, and what a mail program or a JSON parser makes of them. */
async function sent(): Promise<string> {
  const mails = (await inbox.mails()).flatMap(({ subject, text, html, headers, attachments }) => [
    ...[subject, text, html, JSON.stringify(headers)],
    ...attachments.map(({ content }) => Buffer.from(content as ArrayBuffer).toString()),
  ]);
  const values: string[] = [];
  const note = (_: string, value: unknown) => {
    values.push(String(value));
    return value;
  };
  for (const { body } of sink.received) JSON.parse(body, note);
  const posts = sink.received.map(({ body, headers }) => body + JSON.stringify(headers));
  return [...inbox.raw, ...mails, ...posts, ...values].join("\n");
}

test("what people are sent shows nothing of a secret: a question behind its outputs, and a step that failed with it", async () => {
  writeFileSync(
    join(agent.root, "print.mjs"),
    `import { appendFileSync, readFileSync } from "node:fs";
     const forms = JSON.parse(readFileSync("forms.json", "utf8"));
     const token = process.env.TOKEN;
     appendFileSync(process.env.TW_OUTPUT, JSON.stringify({ token, at_the_end: forms.slice(-9), forms }));
     console.error([...forms, "the last word: " + token].join(process.argv[3] ? "\\n" : " "));
     process.exitCode = process.argv[3] ? 0 : 3;`,
  );
  writeFileSync(join(agent.root, "forms.json"), JSON.stringify(Object.values(encodings(SECRET))));
  await put("/api/secrets/WORKSPACE_TOKEN", { value: SECRET });
  const command = (argv: string[]) => ({
    name: "Print",
    type: "builtin",
    effect: "read",
    retry: { max: 1 },
    parameters: [
      { name: "token", type: "secret", required: true },
      { name: "note", type: "string", default: "none" },
    ],
    definition: {
      program: "node",
      argv: ["print.mjs", { param: "note" }, ...argv],
      env: { TOKEN: { param: "token" } },
    },
  });
  await put("/api/commands/print-well", command(["well"]));
  await put("/api/commands/print-it", command([]));
  const args = { token: "WORKSPACE_TOKEN" };
  const checkpoint = { requester_may_vote: false };
  const steps = [
    { id: "first", command: "print-well", args },
    // What a program put out is on the command line that people are asked about.
    {
      id: "second",
      command: "print-it",
      args: { ...args, note: { from: "steps.first.outputs.token" } },
      checkpoint,
    },
  ];
  await put("/api/commands/tell-it", { name: "Tell", type: "workflow", definition: { steps } });
  await call(ws, "/api/iam/users", { email: "ann@example.com", name: "Ann", role: "approver" });
  const { run } = await call(ws, "/api/commands/tell-it/execute", {});

  const mails = async (to: string) =>
    (await inbox.mails()).filter((_, i) => inbox.envelopes[i]?.to.includes(to));
  const linkOf = (text = "") => /http:\/\/127\.0\.0\.1:\d+\/a\/[\w.-]+/.exec(text)?.[0];
  const asked = async () => (await mails("ann@example.com")).find(({ text }) => linkOf(text));
  await until(
    async () => (await asked()) !== undefined,
    "Ann is asked",
    () => ws.problems.join("\n"),
  );
  const link = linkOf((await asked())?.text) as string;
  const nonce = /name="nonce"[^>]*value="([^"]+)"/.exec(await (await fetch(link)).text())?.[1] as string;
  const body = new URLSearchParams({ decision: "approve", comment: "", nonce });
  expect((await fetch(link, { method: "POST", body, headers: { origin: ws.url } })).status).toBe(200);
  await until(async () => (await ended(ws, run.id)).status === "failed", "the second step has failed");
  const heard = async () =>
    sink.received.some((one) => one.body.includes('"type":"run.')) &&
    sink.received.some((one) => one.path === "/slack" && one.body.includes("***")) &&
    (await mails("owner@example.com")).some(({ text }) => text?.includes("It said:"));
  await until(heard, "webhook and mail tell the end, and Slack has asked", () =>
    JSON.stringify([inbox.raw, sink.received]),
  );

  const seen = await sent();
  expect(findReadable(Buffer.from(seen), SECRET)).toEqual([]);
  expect(findReadable(await everything(ws, agent), SECRET)).toEqual([]);
  // Each of the three is about what holds the secret, and shows the mark in its place.
  for (const said of ["first: succeeded", "the last word: ***", '"token":"***"'])
    expect(seen).toContain(said);
});
