/** What is wrong is refused with the documented status, naming the field, and no row is changed. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Api, type Client, put, putNoop, type Reply, settled, startApi } from "./api.ts";

let api: Api;
let stranger: Client;
let foreignRun: string;
let before: { [table: string]: string };

beforeAll(async () => {
  api = await startApi();
  await putNoop(api.owner);
  await put(api.owner, "greet", {
    name: "greet",
    type: "builtin",
    effect: "read",
    parameters: [
      { name: "who", type: "string", required: true },
      { name: "times", type: "number", min: 1, max: 3 },
      { name: "loud", type: "boolean" },
      { name: "tone", type: "enum", options: ["warm", "cold"] },
      { name: "key", type: "secret" },
    ],
    definition: { program: "echo", argv: [{ param: "who" }] },
  });
  stranger = await api.stranger();
  await putNoop(stranger, "their-own");
  foreignRun = (await stranger("POST", "/api/commands/their-own/execute", {})).body.run.id;
  await settled(stranger, foreignRun);
});
afterAll(() => api?.stop());
beforeEach(async () => {
  before = await api.rows();
  expect(before.agent_commands).toMatch(/^\d+ rows [0-9a-f]{12}$/);
});
afterEach(async () => {
  expect(await api.rows()).toEqual(before);
});

async function refused(reply: Promise<Reply>, status: number, code: string, path?: string, message?: RegExp) {
  const { status: got, body } = await reply;
  expect({ got, body }).toMatchObject({ got: status, body: { error: { code } } });
  if (path !== undefined)
    expect(body.error.issues.map((issue: { path: string }) => issue.path)).toContain(path);
  if (message) expect(JSON.stringify(body.error)).toMatch(message);
}
const execute = (slug: string, body: unknown, headers?: { [name: string]: string }) =>
  api.owner("POST", `/api/commands/${slug}/execute`, body, headers);
const define = (command: object) =>
  api.owner("PUT", "/api/commands/new-one", { name: "new one", type: "workflow", ...command });
const workflow = (steps: unknown, more: object = {}) => define({ definition: { steps, ...more } });

test("arguments: missing, extra, of the wrong type, out of range, a secret's value", async () => {
  await refused(execute("greet", {}), 422, "invalid_args", "args.who");
  await refused(execute("greet", { args: { who: "a", whom: "b" } }), 422, "invalid_args", "args.whom");
  await refused(execute("greet", { args: { who: 7 } }), 422, "invalid_args", "args.who");
  await refused(execute("greet", { args: { who: "a", times: "2" } }), 422, "invalid_args", "args.times");
  await refused(execute("greet", { args: { who: "a", times: 4 } }), 422, "invalid_args", "args.times");
  await refused(execute("greet", { args: { who: "a", loud: "yes" } }), 422, "invalid_args", "args.loud");
  await refused(execute("greet", { args: { who: "a", tone: "mild" } }), 422, "invalid_args", "args.tone");
  await refused(
    execute("greet", { args: { who: "a", key: "s3cr3t value!" } }),
    422,
    "invalid_args",
    "args.key",
  );
  await refused(execute("greet", { args: { who: "-rf" } }), 422, "invalid_args", "args.who");
  await refused(execute("greet", { args: { who: "x".repeat(70_000) } }), 422, "invalid_args", "args");
});

test("the shape of an execution: unknown fields, wrong types, paths that leave the root", async () => {
  await refused(execute("test-noop", { arg: {} }), 400, "bad_request", "arg");
  await refused(execute("test-noop", { args: [] }), 400, "bad_request", "args");
  await refused(execute("test-noop", { args: "x" }), 400, "bad_request", "args");
  await refused(execute("test-noop", { dry_run: "yes" }), 400, "bad_request", "dry_run");
  await refused(execute("test-noop", { agent: { name: "x" } }), 400, "bad_request", "agent.name");
  await refused(execute("test-noop", { agent: { id: 5 } }), 400, "bad_request", "agent.id");
  await refused(execute("test-noop", { note: 1 }), 400, "bad_request", "note");
  await refused(execute("test-noop", { tenant_id: "system" }), 400, "bad_request", "tenant_id");
  for (const cwd of ["../..", "/etc", "~/x", "a/../../b"])
    await refused(execute("test-noop", { cwd }), 422, "invalid_args", "cwd");
  await refused(execute("test-noop", { agent: { id: "agt_nobody" } }), 404, "not_found");
});

test("commands that are not there, and ids of others, answer with one and the same body", async () => {
  const bodies = new Set<string>();
  for (const id of ["run_unknown", foreignRun, "nonsense", "run_' OR 1=1 --"])
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["GET", "?wait_s=5", undefined],
      ["POST", "/cancel", {}],
      ["POST", "/rerun", {}],
      ["POST", "/undo", {}],
    ] as const) {
      const reply = await api.owner(method, `/api/runs/${encodeURIComponent(id)}${path}`, body);
      expect(reply.status).toBe(404);
      bodies.add(JSON.stringify(reply.body));
    }
  expect(bodies.size).toBe(1);
  for (const slug of ["no-such-command", "their-own", "cmd_unknown"]) {
    await refused(execute(slug, {}), 404, "not_found");
    await refused(api.owner("GET", `/api/commands/${slug}`), 404, "not_found");
    await refused(api.owner("DELETE", `/api/commands/${slug}`), 404, "not_found");
    await refused(api.owner("POST", "/api/plan", { command: slug }), 404, "not_found");
  }
  await refused(api.owner("POST", "/api/workflows/test-noop/execute", {}), 404, "not_found");
  await refused(api.owner("GET", "/api/checkpoints/chk_unknown"), 404, "not_found");
  await refused(
    api.owner("POST", "/api/checkpoints/chk_unknown/approve", { approved: true }),
    404,
    "not_found",
  );
  await refused(api.owner("DELETE", "/api/tokens/tok_unknown"), 404, "not_found");
});

test("graphs: cycles, a step that needs itself, dangling needs, two steps of one id, too many items", async () => {
  const step = (id: string, needs: string[] = []) => ({ id, command: "test-noop", needs });
  await refused(
    workflow([step("a", ["b"]), step("b", ["a"])]),
    422,
    "invalid_args",
    "definition.steps.0.needs",
    /a → b → a/,
  );
  await refused(workflow([step("a", ["a"])]), 422, "invalid_args", "definition.steps.0.needs");
  await refused(
    workflow([step("a"), step("b", ["zz"])]),
    422,
    "invalid_args",
    "definition.steps.1.needs.0",
    /zz/,
  );
  await refused(workflow([step("a"), step("a")]), 422, "invalid_args", "definition.steps.1.id");
  await refused(
    workflow([{ id: "a", command: "no-such" }]),
    422,
    "invalid_args",
    "definition.steps.0.command",
  );
  await refused(
    workflow([{ id: "a", command: "new-one" }]),
    422,
    "invalid_args",
    "definition.steps.0.command",
  );
  await refused(workflow([]), 400, "bad_request", "definition.steps");
  const items = (n: number) => [{ command: "test-noop", for_each: Array.from({ length: n }, (_, i) => i) }];
  await refused(workflow(items(1_001)), 400, "bad_request", "definition.steps.0.for_each");
  await refused(
    workflow(Array.from({ length: 201 }, (_, i) => step(`s${i}`))),
    400,
    "bad_request",
    "definition.steps",
  );
});

test("definitions: unknown fields at any depth, arguments the step's command does not take, bad types", async () => {
  await refused(
    define({ definition: { steps: [{ command: "test-noop", chekpoint: true }] } }),
    400,
    "bad_request",
    "definition.steps.0.chekpoint",
  );
  await refused(
    define({ definition: { steps: [{ command: "test-noop" }], parallel: true } }),
    400,
    "bad_request",
    "definition.parallel",
  );
  await refused(define({ definition: { steps: "x" } }), 400, "bad_request", "definition.steps");
  await refused(
    define({ tenant_id: "system", definition: { steps: [{ command: "test-noop" }] } }),
    400,
    "bad_request",
    "tenant_id",
  );
  await refused(
    define({ effect: "none", definition: { steps: [{ command: "test-noop" }] } }),
    400,
    "bad_request",
    "effect",
  );
  await refused(define({ type: "script", definition: {} }), 400, "bad_request", "type");
  await refused(workflow([{ command: "greet", args: { whom: "x" } }]), 422, "invalid_args");
  await refused(
    workflow([{ command: "test-noop", timeout_s: 1e9 }]),
    400,
    "bad_request",
    "definition.steps.0.timeout_s",
  );
  await refused(
    workflow([{ command: "test-noop", retry: { max: 1000 } }]),
    400,
    "bad_request",
    "definition.steps.0.retry.max",
  );
  await refused(
    workflow([{ command: "test-noop", checkpoint: { expires_s: 253402300800 } }]),
    400,
    "bad_request",
    "definition.steps.0.checkpoint.expires_s",
  );
  for (const slug of ["Bad_Slug", "a b", "-x", "a--b", "cmd_unknown"]) {
    const reply = await api.owner("PUT", `/api/commands/${encodeURIComponent(slug)}`, {
      name: "x",
      type: "api",
      definition: { handler: "noop" },
    });
    expect([400, 404]).toContain(reply.status);
  }
});

test("shell strings in a definition are refused with the reason", async () => {
  const builtin = (program: string, argv: unknown[]) =>
    define({ type: "builtin", definition: { program, argv } });
  await refused(builtin("sh", ["-c", "git add . && git commit"]), 422, "invalid_args", undefined, /shell/);
  await refused(builtin("bash", ["-lc", "ls"]), 422, "invalid_args", undefined, /shell/);
  await refused(builtin("/bin/sh", ["-c", "ls"]), 422, "invalid_args", undefined, /shell/);
  await refused(builtin("git", ["add . && git commit"]), 422, "invalid_args", "definition.argv.0", /shell/);
  await refused(builtin("git add . && git commit", []), 400, "bad_request", "definition.program");
  await refused(builtin("git add", []), 400, "bad_request", "definition.program");
});

test("lists: limits, cursors, statuses and times that cannot be", async () => {
  for (const limit of ["0", "101", "-1", "x", "1.5", "1e9"])
    await refused(api.owner("GET", `/api/runs?limit=${limit}`), 400, "bad_request", "limit");
  await refused(api.owner("GET", "/api/runs?status=done"), 400, "bad_request", "status");
  for (const since of ["NaN", "-1", "1e400", "253402300800000000", "yesterday"])
    await refused(api.owner("GET", `/api/runs?since=${since}`), 400, "bad_request", "since");
  for (const wait of ["26", "-1", "x"])
    await refused(api.owner("GET", `/api/runs/${foreignRun}?wait_s=${wait}`), 400, "bad_request", "wait_s");
  await refused(api.owner("GET", "/api/checkpoints?mine=yes"), 400, "bad_request", "mine");
});

test("tokens and people: unknown scopes, times in the past or past the end of time, bad addresses", async () => {
  const token = (more: object) =>
    api.owner("POST", "/api/tokens", { name: "x", scopes: ["runs:read"], ...more });
  await refused(token({ scopes: ["everything"] }), 400, "bad_request", "scopes.0");
  await refused(token({ scopes: [] }), 400, "bad_request", "scopes");
  await refused(token({ type: "agent" }), 400, "bad_request", "type");
  await refused(token({ expires_at: 1 }), 422, "invalid_args", "expires_at");
  await refused(token({ expires_at: 253402300800000 }), 422, "invalid_args", "expires_at");
  await refused(token({ expires_in_s: -5 }), 400, "bad_request", "expires_in_s");
  await refused(token({ expires_in_s: 1.5 }), 400, "bad_request", "expires_in_s");
  await refused(token({ type: "service", user_id: "usr_x" }), 422, "invalid_args", "user_id");
  await refused(token({ type: "person", user_id: "usr_unknown" }), 404, "not_found");
  const user = (more: object) =>
    api.owner("POST", "/api/iam/users", { email: "a@example.com", name: "A", role: "viewer", ...more });
  await refused(user({ email: "nobody" }), 400, "bad_request", "email");
  await refused(user({ role: "king" }), 400, "bad_request", "role");
  await refused(user({ email: "owner@example.com" }), 409, "conflict", "email");
});

test("idempotency keys that are no keys", async () => {
  await refused(execute("test-noop", {}, { "idempotency-key": "" }), 400, "bad_request", "Idempotency-Key");
  await refused(
    execute("test-noop", {}, { "idempotency-key": "x".repeat(256) }),
    400,
    "bad_request",
    "Idempotency-Key",
  );
  await refused(execute("greet", {}, { "idempotency-key": "k1" }), 422, "invalid_args", "args.who");
});
