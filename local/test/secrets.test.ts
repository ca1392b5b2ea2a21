/**
 * Secrets, receipts and the machine's policy, with the four Workers and a real agent: a value can be read nowhere, what was not approved
 * does not start, and a changed policy counts at once.
 */
import { spawn } from "node:child_process";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isSigned, publicPart } from "@tw/shared/receipts/sign";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { encodings, readable } from "../../agent/test/encodings.ts";
import { ROOT } from "../src/ports.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent, until } from "./agent.ts";
import { everything, filesOf, findReadable } from "./stored.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
let ws: Workspace;
let agent: TestAgent;

const SECRET = `s3cr@t/w0rd+with?odd&chars"'<x> ключ 🔑`;
const LOCAL = "of-this-machine-alone/4711+0815=";

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is being tested
type Any = any;
async function put(slug: string, command: object): Promise<void> {
  const answer = await ws.request(`/api/commands/${slug}`, {
    method: "PUT",
    body: { name: slug, ...command },
  });
  if (!answer.ok) throw new Error(`${slug}: ${await answer.text()}`);
}
async function keep(name: string, value: string): Promise<void> {
  const answer = await ws.request(`/api/secrets/${name}`, { method: "PUT", body: { value } });
  expect([200, 201]).toContain(answer.status);
}
async function begin(command: string, args: object = {}, more: object = {}): Promise<string> {
  const { run } = await call(ws, `/api/commands/${command}/execute`, { args, ...more });
  return run.id;
}
const run = async (command: string, args: object = {}, more: object = {}): Promise<Any> =>
  ended(ws, await begin(command, args, more));
const logOf = async (id: string) => (await ws.request(`/api/runs/${id}/logs`)).text();

const PRINTING = {
  retry: { max: 1 },
  type: "builtin",
  effect: "read",
  parameters: [{ name: "token", type: "secret", required: true }],
  definition: { program: "node", argv: ["print.mjs"], env: { TOKEN: { param: "token" } } },
};

beforeAll(async () => {
  ws = await startWorkspace({ library: false, notifyWebhook: "http://127.0.0.1:9/nobody" });
  agent = await startAgent(ws, { env: { TW_SECRET_HERE: LOCAL } });
  await put("print-it", PRINTING);
  await put("print-rotated", { ...PRINTING, retry: { max: 2, backoff_s: 1 } });
  await put("take-away", {
    type: "builtin",
    effect: "destructive",
    parameters: [{ name: "file", type: "path", required: true }],
    definition: { program: "rm", argv: ["--", { param: "file" }] },
  });
  await put("look", { type: "builtin", effect: "read", definition: { program: "ls", argv: [] } });
});
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
});

test("a secret printed in 2,000 random splits and every encoding can be read nowhere", async () => {
  await keep("WORKSPACE_TOKEN", SECRET);
  // It prints to both streams in pieces of its own, and puts the secret out and fails with it in its last line.
  writeFileSync(
    join(agent.root, "print.mjs"),
    `import { appendFileSync, readFileSync, writeSync } from "node:fs";
     const token = process.env.TOKEN;
     const forms = JSON.parse(readFileSync("forms.json", "utf8"));
     let seed = 7;
     const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
     for (let i = 0; i < 2000; i++) {
       const text = Buffer.from("<" + (i % 2 ? token : forms[i % forms.length]) + ">\\n");
       const stream = 1 + random(2);
       let at = 0;
       while (at < text.length) {
         const to = Math.min(text.length, at + 1 + random(12));
         writeSync(stream, text.subarray(at, to));
         at = to;
       }
     }
     appendFileSync(process.env.TW_OUTPUT, JSON.stringify({ token, forms }));
     writeSync(2, "the last word: " + token + "\\n");
     process.exit(Number(process.env.TW_ATTEMPT) > 0 && process.argv[2] !== "well" ? 3 : 0);`,
  );
  for (const [name, value] of [
    ["WORKSPACE_TOKEN", SECRET],
    ["HERE", LOCAL],
  ] as const) {
    writeFileSync(join(agent.root, "forms.json"), JSON.stringify(Object.values(encodings(value))));
    const done = await run("print-it", { token: name });
    expect(done.status, JSON.stringify(done.error)).toBe("failed");
    expect(done.steps[0].error.message).toMatch(/the last word: \*\*\*/);
    expect(JSON.stringify(done.steps[0].outputs ?? {})).not.toContain(value);
    const log = await logOf(done.id);
    expect(log.split("***").length, "as often as it was printed").toBeGreaterThanOrEqual(2_000);
    for (const [form, text] of Object.entries(encodings(value)))
      expect(readable(log, text).length, form).toBe(0);
  }
  const stored = await everything(ws, agent);
  // The program's own file of forms lies under the root, which nobody keeps.
  for (const value of [SECRET, LOCAL]) expect(findReadable(stored, value)).toEqual([]);
  const leased = await call(ws, "/api/audit?action=secret.leased");
  expect(leased.items).toHaveLength(1);
  expect(leased.items[0]).toMatchObject({
    target: "WORKSPACE_TOKEN",
    detail: { step: "print-it", attempt: 1 },
  });
});

test("a secret that is changed between attempts: each attempt gets its own, old and new are masked", async () => {
  const [old, fresh] = ["the-old-value-0123456789", "the-new-value-9876543210"];
  await keep("TURNING", old);
  writeFileSync(
    join(agent.root, "print.mjs"),
    `import { existsSync, readFileSync, writeFileSync } from "node:fs";
     const before = existsSync("old.txt") ? readFileSync("old.txt", "utf8") : "none";
     console.log(process.env.TW_ATTEMPT, "old", before, "now", process.env.TOKEN, before === process.env.TOKEN);
     writeFileSync("old.txt", process.env.TOKEN);
     if (process.env.TW_ATTEMPT === "1") {
       while (!existsSync("go")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
       process.exit(1);
     }`,
  );
  const id = await begin("print-rotated", { token: "TURNING" });
  await until(async () => filesOf(agent.root).some((file) => file.endsWith("old.txt")), "the first attempt");
  await keep("TURNING", fresh);
  writeFileSync(join(agent.root, "go"), "");
  const done = await ended(ws, id);
  expect(done.status, JSON.stringify(done.error)).toBe("succeeded");
  expect(await logOf(id)).toMatch(/1 old none now \*\*\* false\n.*\n?2 old \*\*\* now \*\*\* false\n/);
  const stored = await everything(ws, agent);
  for (const value of [old, fresh]) expect(findReadable(stored, value)).toEqual([]);
});

test("a secret that nobody has stops the step and says how to set it", async () => {
  const done = await run("print-it", { token: "NOWHERE" });
  expect(done.steps[0].error).toMatchObject({ code: "secret_missing" });
  expect(done.steps[0].error.message).toContain("tw secret set NOWHERE");
});

const receiptOf = async (id: string): Promise<Any> => {
  const row = await ws.db
    .prepare("SELECT receipt_json, checkpoint_id FROM receipts WHERE run_id = ?1 AND tenant_id = ?2")
    .bind(id, ws.tenant)
    .first<{ receipt_json: string; checkpoint_id: string | null }>();
  return row && { ...JSON.parse(row.receipt_json), checkpoint: row.checkpoint_id };
};
const file = (name: string) => {
  writeFileSync(join(agent.root, name), "");
  return name;
};
async function approve(done: Any): Promise<Any> {
  expect(done.status).toBe("waiting");
  await call(ws, `/api/checkpoints/${done.checkpoints[0].id}/approve`, { approved: true });
  return ended(ws, done.id);
}

test("what takes something away runs with a receipt that names its votes, signed with the pinned key", async () => {
  const pinned = /receipts of this workspace are believed .* signed with ([0-9a-f]{4} ){7}[0-9a-f]{4}/;
  await until(async () => pinned.test(agent.said()), "the fingerprint is said", agent.said);
  const shown = await call(ws, "/api/approval-key");
  expect(shown.key).toBe(publicPart(ws.identity.receiptKey));
  const asked = await approve(await run("take-away", { file: file("a.txt") }, { checkpoint: true }));
  expect(asked.status, JSON.stringify(asked.error)).toBe("succeeded");
  const { checkpoint, ...receipt } = await receiptOf(asked.id);
  expect(checkpoint).toBe(asked.checkpoints[0].id);
  expect(await isSigned(shown.key, receipt)).toBe(true);
  const body = JSON.parse(receipt.body);
  expect(body).toMatchObject({ run: asked.id, plan_digest: asked.plan_digest, command: "take-away" });
  expect(body.checkpoints[0].votes).toHaveLength(1);
  // The owner's own, that nothing asks about, is attested as that.
  const alone = await run("take-away", { file: file("b.txt") });
  expect(alone.status, JSON.stringify(alone.error)).toBe("succeeded");
  expect(JSON.parse((await receiptOf(alone.id)).body)).toMatchObject({
    checkpoints: [],
    requested_by: { id: ws.identity.owner },
  });
});

test("a job that was rewritten in the database gets no receipt and does not start", async () => {
  await agent.stop();
  const id = await begin("take-away", { file: file("named.txt") });
  const job = await eventually(() =>
    ws.db
      .prepare("SELECT id, steps_json FROM jobs WHERE run_id = ?1")
      .bind(id)
      .first<{ id: string; steps_json: string }>(),
  );
  file("other.txt");
  await ws.db
    .prepare("UPDATE jobs SET steps_json = ?2 WHERE id = ?1")
    .bind(job.id, job.steps_json.replaceAll("named.txt", "other.txt"))
    .run();
  await agent.start();
  const done = await ended(ws, id);
  expect(done.steps[0].error).toMatchObject({
    code: "policy_denied",
    message: expect.stringContaining("what the job says is not what the approved plan gives"),
  });
  expect(filesOf(agent.root).some((one) => one.endsWith("other.txt"))).toBe(true);
});

test("a question that was marked as approved without a vote opens nothing", async () => {
  const waiting = await run("take-away", { file: file("kept.txt") }, { checkpoint: true });
  const [{ id }] = waiting.checkpoints;
  await ws.db
    .prepare(
      "UPDATE command_checkpoints SET status = 'approved', decided_at = 1, decided_by_json = '{}' WHERE id = ?1",
    )
    .bind(id)
    .run();
  await ws.db
    .prepare("UPDATE workflow_executions SET next_check_at = 1 WHERE id = ?1")
    .bind(waiting.id)
    .run();
  await ws.scheduled("dispatcher");
  const done = await eventually(async () => {
    const now = await ended(ws, waiting.id);
    return now.status === "waiting" ? null : now;
  });
  expect(done.steps[0].error.message).toContain("was not approved for this plan");
  expect(filesOf(agent.root).some((one) => one.endsWith("kept.txt"))).toBe(true);
});

test("the policy file counts from the next step on, and its hash is shown", async () => {
  const hash = async () => (await call(ws, "/api/agents")).items[0].policy_hash;
  const before = await hash();
  const policy = join(agent.state, "policy.json");
  writeFileSync(policy, JSON.stringify({ effects: { destructive: "votes" } }));
  const alone = await run("take-away", { file: file("c.txt") });
  expect(alone.steps[0].error).toMatchObject({
    code: "policy_denied",
    message: expect.stringContaining("nobody has voted"),
  });
  await until(async () => (await hash()) !== before, "the workspace shows another hash");
  const asked = await approve(await run("take-away", { file: "c.txt" }, { checkpoint: true }));
  expect(asked.status, JSON.stringify(asked.error)).toBe("succeeded");
  writeFileSync(policy, JSON.stringify({ deny_programs: ["ls"] }));
  expect((await run("look")).steps[0].error.code).toBe("policy_denied");
  writeFileSync(policy, "{ not json");
  expect((await run("look")).steps[0].error.message).toMatch(/Nothing runs here until this is put right/);
  writeFileSync(policy, "{}");
  expect((await run("look")).status).toBe("succeeded");
  await until(async () => (await hash()) === before, "the hash is as it was");
});

/** The command line, with what is piped into it. */
async function tw(
  argv: string[],
  input = "",
  env: object = {},
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [join(ROOT, "agent/src/main.ts"), ...argv], {
    env: {
      ...process.env,
      TW_URL: ws.url,
      TW_TOKEN: ws.token,
      TW_ROOT: agent.root,
      TW_STATE: agent.state,
      ...env,
    },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (bytes) => (out += bytes));
  child.stderr.on("data", (bytes) => (err += bytes));
  child.stdin.end(input);
  const code = await new Promise<number>((go) => child.once("close", go));
  return { code, out, err };
}

test("tw secret keeps a value on this machine or in the workspace, never as an argument", async () => {
  const typed = "typed-in-here-and-nowhere-else";
  const kept = await tw(["secret", "set", "TYPED", "--store", "file"], `${typed}\n`);
  expect(kept).toMatchObject({ code: 0, out: expect.stringContaining("a file only you can read") });
  expect(statSync(join(agent.state, "secrets.json")).mode & 0o777).toBe(0o600);
  expect(await tw(["secret", "set", "SHORT", "--store", "file"], "x\n")).toMatchObject({ code: 2 });
  const shared = await tw(["secret", "set", "SHARED", "--workspace"], `${typed} too\n`);
  expect(shared, shared.err).toMatchObject({ code: 0, out: "✓ SHARED is kept by the workspace\n" });
  const listed = await tw(["secret", "list", "--json"], "", { TW_SECRET_GIVEN: "by the environment" });
  expect(JSON.parse(listed.out)).toEqual([
    { name: "GIVEN", from: "environment" },
    { name: "TYPED", from: "file" },
  ]);
  expect((await tw(["secret", "list", "--workspace"])).out).toMatch(/^SHARED +workspace$/m);
  writeFileSync(join(agent.root, "print.mjs"), "console.log(process.env.TOKEN, process.env.TOKEN.length)");
  const done = await run("print-it", { token: "TYPED" });
  expect(done.status, JSON.stringify(done.error)).toBe("succeeded");
  expect(await logOf(done.id)).toContain(`*** ${typed.length}`);
  expect(await tw(["secret", "delete", "TYPED"])).toMatchObject({ code: 0 });
  expect((await tw(["secret", "delete", "TYPED"])).code).toBe(2);
});

test("tw agent policy writes, checks and explains what this machine allows", async () => {
  const file = join(agent.state, "own-policy.yaml");
  const own = ["--policy", file];
  expect(await tw(["agent", "policy", "init", ...own])).toMatchObject({ code: 0 });
  expect((await tw(["agent", "policy", "init", ...own])).err).toContain("is there already");
  const said = JSON.parse((await tw(["agent", "policy", "check", "--json", ...own])).out);
  // Written or not: the same holds, and the workspace is shown the same hash.
  expect(said).toMatchObject({
    written: true,
    warnings: [],
    hash: (await call(ws, "/api/agents")).items[0].policy_hash,
  });
  const taken = await tw(["agent", "policy", "explain", "take-away", ...own]);
  expect(taken).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^✓ take-away runs here with a receipt/),
  });
  writeFileSync(file, "programs: [bash]\nenv: [LD_*]\neffects: {destructive: votes}\n", { mode: 0o622 });
  chmodSync(file, 0o622);
  const loose = (await tw(["agent", "policy", "check", ...own])).out;
  for (const part of ["others can write", "bash: with it", "LD_PRELOAD", "a person has approved it"])
    expect(loose).toContain(part);
  expect((await tw(["agent", "policy", "explain", "take-away", ...own])).out).toContain(
    "once a person has approved it",
  );
  const curl = await tw(["agent", "policy", "explain", "--program", "curl https://example.com", ...own]);
  expect(curl).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^✗ curl .* does not run here\n.*"programs"/s),
  });
  writeFileSync(file, "program: [x]\n");
  expect(await tw(["agent", "policy", "check", ...own])).toMatchObject({
    code: 2,
    err: expect.stringContaining('"program"'),
  });
  const key = await tw(["agent", "policy", "key"]);
  expect(key.out).toMatch(/pinned here +([0-9a-f ]{39})\nthe workspace's \1\n/);
  writeFileSync(
    join(agent.state, "approval-key.json"),
    JSON.stringify({ keys: [Buffer.alloc(32, 7).toString("base64url")], tenant: null }),
  );
  expect(await tw(["agent", "policy", "key"])).toMatchObject({
    code: 1,
    out: expect.stringContaining("not the same"),
  });
});

async function eventually<T>(look: () => Promise<T | null>): Promise<T> {
  const found: T[] = [];
  await until(async () => {
    const one = await look();
    if (one !== null) found.push(one);
    return one !== null;
  }, "it is there");
  return found[0] as T;
}
