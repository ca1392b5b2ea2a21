/** Signed messages from elsewhere: only genuine ones, each once, with the arguments they carry. */
import { hmacHex } from "@tw/shared/approvals/links";
import { hmacBase64, valueAt } from "@tw/shared/automation/webhook-in";
import { LIMITS } from "@tw/shared/limits";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Browser, openSite, type Person, type Reply, type Site } from "./browser.ts";

let site: Site;
let tenant: string;
let owner: Person;
let desk: Browser & { csrf: string };
beforeEach(async () => {
  site = openSite();
  tenant = await site.tenant();
  owner = await site.person(tenant, { name: "Olga" });
  desk = await site.signedIn(owner);
  await as(desk)("PUT", "/api/commands/say", {
    name: "say",
    type: "builtin",
    effect: "read",
    parameters: [
      { name: "text", type: "string", required: true, description: "what" },
      { name: "times", type: "number", required: false, description: "how often" },
      { name: "key", type: "secret", required: false, description: "a secret" },
    ],
    definition: { program: "echo", argv: [{ param: "text" }] },
  });
});
afterEach(() => {
  vi.useRealTimers();
  site.close();
});

const as = (browser: Browser & { csrf: string }) => (method: string, path: string, body?: unknown) =>
  browser.send(method, path, body, { "x-tw-csrf": browser.csrf });
interface Made {
  id: string;
  secret: string;
}
async function make(more: object = {}): Promise<Made> {
  const made = await as(desk)("POST", "/api/hooks", {
    name: "Deployer",
    command: "say",
    map: { text: "what.said" },
    ...more,
  });
  expect(made.status).toBe(201);
  expect(made.body.hook.url).toBe(`${site.origin}/hooks/${made.body.hook.id}`);
  return { id: made.body.hook.id, secret: made.body.secret };
}
const runs = async () => (await as(desk)("GET", "/api/runs")).body.items;
const deliveries = async (id: string) => (await as(desk)("GET", `/api/hooks/${id}/deliveries`)).body.items;

/** Signs and sends as Standard Webhooks says; `spoil` changes what goes over the wire. */
async function send(
  hook: Made,
  body: unknown,
  spoil: {
    id?: string;
    at?: number;
    secret?: string;
    sent?: string;
    headers?: { [name: string]: string | null };
  } = {},
): Promise<Reply> {
  const text = JSON.stringify(body);
  const id = spoil.id ?? `msg_${Math.random()}`;
  const at = spoil.at ?? Math.floor(Date.now() / 1000);
  const signature = await hmacBase64(spoil.secret ?? hook.secret, `${id}.${at}.${text}`);
  return site.browser().send("POST", `/hooks/${hook.id}`, spoil.sent ?? text, {
    "webhook-id": id,
    "webhook-timestamp": String(at),
    "webhook-signature": `v1,${signature}`,
    ...spoil.headers,
  });
}
const said = (text: unknown) => ({ what: { said: text }, extra: true });

test("a genuine message starts the command with what it carries, asked for by who made the hook", async () => {
  const hook = await make({ args: { times: 2 } });
  const reply = await send(hook, said("hello"), { id: "msg_1" });
  expect(reply).toMatchObject({ status: 202, body: { status: "started" } });
  const [run] = await runs();
  expect(run).toMatchObject({
    id: reply.body.run_id,
    command: "say",
    args: { text: "hello", times: 2 },
    requested_by: { id: owner.id, type: "person" },
    note: "Webhook: Deployer",
    context: { trigger: { type: "hook", id: hook.id, delivery: "msg_1" } },
  });
  expect(await deliveries(hook.id)).toMatchObject([
    { id: "msg_1", status: "started", run_id: run.id, run_status: run.status, run_error: null, tries: 1 },
  ]);
  await site.db
    .prepare(
      "UPDATE workflow_executions SET status = 'failed', finished_at = 1, next_check_at = NULL, error_json = ?2 WHERE id = ?1",
    )
    .bind(run.id, JSON.stringify({ code: "exit_code", message: "It said nothing.", step: "say" }))
    .run();
  expect(await deliveries(hook.id)).toMatchObject([
    { run_status: "failed", run_error: { code: "exit_code", message: "It said nothing." } },
  ]);
});

test("the signature is that of the published example of Standard Webhooks", async () => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const signed = 'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}';
  expect(await hmacBase64(secret, signed)).toBe("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("the same message again, one by one or at once, starts nothing more and is told which run it started", async () => {
  const hook = await make();
  const all = await Promise.all(
    Array.from({ length: 8 }, () => send(hook, said("once"), { id: "msg_same" })),
  );
  const again = await send(hook, said("once"), { id: "msg_same" });
  expect(await runs()).toHaveLength(1);
  const [run] = await runs();
  expect(again).toMatchObject({ status: 200, body: { status: "started", run_id: run.id, duplicate: true } });
  for (const reply of all) expect(reply.status).toBeLessThan(300);
});

test("refused alike: unsigned, forged, changed, stale, from the future, of another hook, unknown", async () => {
  const hook = await make();
  const other = await make();
  const now = Math.floor(Date.now() / 1000);
  const none = { "webhook-id": null, "webhook-timestamp": null, "webhook-signature": null };
  const replies = [
    await send(hook, said("x"), { headers: none }),
    await send(hook, said("x"), { headers: { "webhook-signature": "v1," } }),
    await send(hook, said("x"), { headers: { "webhook-signature": "v1a,AAAA" } }),
    await send(hook, said("x"), { sent: JSON.stringify(said("y")) }),
    await send(hook, said("x"), { headers: { "webhook-id": "msg_other" } }),
    await send(hook, said("x"), { headers: { "webhook-timestamp": String(now - 1) } }),
    await send(hook, said("x"), { at: now - LIMITS.hookWindowS - 2 }),
    await send(hook, said("x"), { at: now + LIMITS.hookWindowS + 60 }),
    await send(hook, said("x"), { secret: other.secret }),
    await send({ id: "hook_unknown", secret: hook.secret }, said("x")),
  ];
  for (const reply of replies) expect(reply).toMatchObject({ status: 401, body: replies[0]?.body });
  expect(await runs()).toEqual([]);
  expect(await deliveries(hook.id)).toEqual([]);
  expect((await send(hook, said("x"), { at: now - LIMITS.hookWindowS + 60 })).status).toBe(202);
});

test("GitHub's style: the body's signature, chosen events and branches; the same body is the same message", async () => {
  const hook = await make({
    scheme: "github",
    events: ["push"],
    when: { ref: "refs/heads/main" },
    map: { text: "head_commit.id" },
  });
  const push = async (
    body: unknown,
    event = "push",
    delivery = `d-${Math.random()}`,
    secret = hook.secret,
  ) => {
    const text = JSON.stringify(body);
    return site.browser().send("POST", `/hooks/${hook.id}`, text, {
      "x-github-event": event,
      "x-github-delivery": delivery,
      "x-hub-signature-256": `sha256=${await hmacHex(secret, text)}`,
    });
  };
  expect((await push({ zen: "Keep it logically awesome." }, "ping")).body).toEqual({ status: "pong" });
  const commit = { ref: "refs/heads/main", head_commit: { id: "abc123" } };
  expect((await push(commit, "push", "d-1")).status).toBe(202);
  expect((await push(commit, "push", "d-2")).body).toMatchObject({ duplicate: true });
  expect((await push({ ...commit, ref: "refs/heads/other" })).body.status).toBe("ignored");
  expect((await push({ ...commit, n: 2 }, "issues")).body.status).toBe("ignored");
  expect((await push({ ...commit, n: 3 }, "push", "d-3", "another secret")).status).toBe(401);
  expect((await runs()).map((run: { args: object }) => run.args)).toEqual([{ text: "abc123" }]);
  expect((await deliveries(hook.id)).map((one: { status: string }) => one.status).sort()).toEqual([
    "ignored",
    "ignored",
    "started",
  ]);
});

test("what does not fit is refused with the reason, and the same message works once it does", async () => {
  const hook = await make({ map: { text: "what.said", times: "what.times" } });
  const body = { what: { said: "hello", times: "many" } };
  const refused = await send(hook, body, { id: "msg_retry" });
  expect(refused).toMatchObject({ status: 422, body: { error: { code: "invalid_args" } } });
  expect(await deliveries(hook.id)).toMatchObject([
    { status: "refused", run_id: null, message: expect.stringContaining("times") },
  ]);
  expect((await as(desk)("PUT", `/api/hooks/${hook.id}`, { map: { text: "what.said" } })).status).toBe(200);
  expect((await send(hook, body, { id: "msg_retry" })).status).toBe(202);
  expect(await deliveries(hook.id)).toMatchObject([{ status: "started", tries: 2 }]);
  expect((await send(hook, said("x"), { sent: "not json", id: "m" })).status).toBe(401);
});

test("a secret is shown once, stored encrypted and can be changed while the sender still signs with the old one", async () => {
  const hook = await make();
  const tables = JSON.stringify(site.db.snapshot());
  expect(tables).not.toContain(hook.secret);
  expect(tables).not.toContain(hook.secret.slice(6));
  expect(JSON.stringify((await as(desk)("GET", `/api/hooks/${hook.id}`)).body)).not.toContain("secret");
  const changed = await as(desk)("POST", `/api/hooks/${hook.id}/secret`, {});
  expect(changed.status).toBe(201);
  expect(changed.body.secret).not.toBe(hook.secret);
  expect((await send(hook, said("old"))).status).toBe(202);
  expect((await send({ ...hook, secret: changed.body.secret }, said("new"))).status).toBe(202);
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(Date.now() + LIMITS.hookOldSecretMs + 1000);
  expect((await send(hook, said("too old"))).status).toBe(401);
  expect((await send({ ...hook, secret: changed.body.secret }, said("newer"))).status).toBe(202);
});

test("switched off, of somebody who is gone, and too many at once: refused", async () => {
  const hook = await make();
  await as(desk)("PUT", `/api/hooks/${hook.id}`, { enabled: false });
  expect((await send(hook, said("x"))).status).toBe(403);
  await as(desk)("PUT", `/api/hooks/${hook.id}`, { enabled: true });
  await site.person(tenant);
  await site.db.prepare("UPDATE users SET role = 'viewer' WHERE id = ?").bind(owner.id).run();
  const demoted = await send(hook, said("x"));
  expect(demoted).toMatchObject({
    status: 403,
    body: { error: { message: expect.stringContaining("runs:execute") } },
  });
  expect(await site.db.prepare("SELECT 1 FROM workflow_executions").first()).toBeNull();
  // The clock stands still, so that nothing is refilled on a slow machine.
  vi.useFakeTimers({ toFake: ["Date"] });
  const from = { "cf-connecting-ip": "10.3.0.1" };
  let limited: Reply | undefined;
  for (let i = 0; i <= LIMITS.hooksPerMinute && limited?.status !== 429; i++)
    limited = await site.browser().send("POST", `/hooks/${hook.id}`, "{}", from);
  expect(limited?.status).toBe(429);
  expect(Number(limited?.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("what could never start anything is refused when it is written down; nobody else's hooks are reached", async () => {
  for (const [wrong, status, path] of [
    [{ map: { text: "a", nothing: "a" } }, 422, "map.nothing"],
    [{ map: { text: "a", key: "a.b" } }, 422, "map.key"],
    [{ map: { text: "a..b" } }, 400, "map.text"],
    [{ map: {} }, 422, "args.text"],
    [{ map: { text: "a" }, args: { other: 1 } }, 422, "args.other"],
    [{ command: "no-such" }, 404, null],
  ] as const) {
    const reply = await as(desk)("POST", "/api/hooks", { name: "x", command: "say", ...wrong });
    expect({ status: reply.status, path: reply.body.error.issues?.[0]?.path ?? null }).toEqual({
      status,
      path,
    });
  }
  const hook = await make();
  const stranger = await site.signedIn(await site.person(await site.tenant()));
  for (const [method, path, body] of [
    ["GET", "", undefined],
    ["PUT", "", { enabled: false }],
    ["POST", "/secret", {}],
    ["GET", "/deliveries", undefined],
    ["DELETE", "", undefined],
  ] as const) {
    const foreign = await as(stranger)(method, `/api/hooks/${hook.id}${path}`, body);
    const unknown = await as(stranger)(method, `/api/hooks/hook_unknown${path}`, body);
    expect(foreign).toMatchObject({ status: 404, body: unknown.body });
  }
  expect((await as(desk)("DELETE", `/api/hooks/${hook.id}`)).status).toBe(204);
  expect((await send(hook, said("x"))).status).toBe(401);
});

test("a path follows own fields only", () => {
  const body = { a: { b: [{ c: 1 }] }, text: "x" };
  expect(valueAt(body, "a.b.0.c")).toBe(1);
  for (const path of ["a.x", "__proto__", "constructor.name", "a.b.length.x", "text.length", "a.b.1.c"])
    expect(valueAt(body, path), path).toBeUndefined();
});
