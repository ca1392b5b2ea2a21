/** What cannot work is told in a sentence and by a code, never by where in our code it happened. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { givenToken } from "../src/config.ts";
import { begin, emptyHome, fakeWorkspace, type Said } from "./tw-process.ts";

vi.setConfig({ testTimeout: 60_000 });

let home: string;
let remove: () => void;
beforeEach(() => {
  ({ home, remove } = emptyHome());
});
afterEach(() => remove());

const NOWHERE = "http://127.0.0.1:9";
const tw = (argv: string[], env: NodeJS.ProcessEnv = {}): Promise<Said> =>
  begin(argv, { HOME: home, ...env }).ended;

test("a file that cannot be read or written is named, without a trace of code", async () => {
  const file = join(home, "file");
  writeFileSync(file, "");
  const agent = ["--url", NOWHERE, "--root", home];
  const cases: [string[], NodeJS.ProcessEnv, number, string][] = [
    [["agent", "start", ...agent, "--token-file", join(home, "none")], {}, 2, "token's file"],
    [["agent", "doctor", ...agent, "--token-file", join(home, "none")], {}, 2, "token's file"],
    [["agent", "start", ...agent, "--token", "x", "--state", join(file, "state")], {}, 2, "--state"],
    [["agent", "policy", "check", ...agent], { XDG_STATE_HOME: file }, 2, "--state"],
    [["agent", "policy", "init", ...agent, "--policy", join(file, "policy.yaml")], {}, 1, file],
  ];
  for (const [argv, env, code, says] of cases) {
    const said = await tw(argv, env);
    expect(said, argv.join(" ")).toMatchObject({ code, err: expect.stringContaining(says) });
    expect(said.err).not.toMatch(/^ +at /m);
  }
  const fake = await fakeWorkspace({
    "/api/me": { type: "person", name: "Ada", tenant: { name: "acme" }, scopes: [] },
  });
  try {
    const login = await tw(["login", fake.url, "--token", "x"], { XDG_CONFIG_HOME: file });
    expect(login).toMatchObject({ code: 1, err: expect.stringContaining(file) });
    expect(login.err).not.toMatch(/^ +at /m);
  } finally {
    await fake.leave();
  }
});

test("an empty variable is none; a workspace without a token is a matter of the token", async () => {
  mkdirSync(join(home, ".config/tw"), { recursive: true });
  const login = { token: "tw_stored", token_id: null, name: "Ada", workspace: "acme" };
  const file = join(home, ".config/tw/logins.json");
  writeFileSync(file, JSON.stringify({ current: NOWHERE, logins: { [NOWHERE]: login } }));
  expect(await tw(["runs"], { TW_URL: "", TW_TOKEN: "", TW_TOKEN_FILE: "" })).toMatchObject({ code: 6 });
  expect(await tw(["runs", "--url", "http://127.0.0.1:10"])).toMatchObject({
    code: 4,
    err: expect.stringContaining("tw login http://127.0.0.1:10"),
  });
  // The agent's verbs know where somebody signed in, too.
  expect(await tw(["agent", "doctor", "--root", home])).toMatchObject({
    code: 6,
    out: expect.stringContaining(NOWHERE),
  });
  expect(await tw(["agent", "start", "--root", home])).toMatchObject({
    code: 2,
    err: expect.stringContaining("No agent's token"),
  });
  writeFileSync(file, JSON.stringify({ current: 5, logins: {} }));
  expect(await tw(["runs"])).toMatchObject({ code: 2, err: expect.stringContaining("sign in again") });
});

test("an address that is none is refused; a slash at its end leads to the same state directory", async () => {
  const start = await tw(["agent", "start", "--url", "http://", "--root", home, "--token", "x"]);
  expect(start).toMatchObject({ code: 2, err: expect.stringContaining("no address") });
  const state = async (url: string) =>
    /^· state (.*)$/m.exec((await tw(["agent", "doctor", "--url", url, "--root", home])).out)?.[1];
  const one = await state(NOWHERE);
  expect(one).toContain("tw-agent");
  expect(await state(`${NOWHERE}/`)).toBe(one);
});

test("the doctor's code says whether it is the workspace or the token; a person's token installs nothing", async () => {
  let status = 403;
  const fake = await fakeWorkspace({
    "/api/health": { ok: true },
    "/api/agents/connect": (_, response) => response.writeHead(status).end("{}"),
  });
  const env = { TW_URL: fake.url, TW_TOKEN: "tw_of_a_person", TW_ROOT: home };
  try {
    const doctor = await tw(["agent", "doctor"], env);
    expect(doctor).toMatchObject({ code: 4, out: expect.stringContaining("not the token of an agent") });
    const install = await tw(["agent", "install", "--state", join(home, "state")], env);
    expect(install).toMatchObject({ code: 4, err: expect.stringContaining("Nothing was installed") });
    expect(() => readFileSync(join(home, "state/token"))).toThrow();
    status = 426;
    expect(await tw(["agent", "doctor"], env)).toMatchObject({ code: 0 });
    const policy = join(home, "policy.yaml");
    writeFileSync(policy, "programs: [");
    const broken = await tw(["agent", "doctor", "--json", "--policy", policy], env);
    expect(broken.code).toBe(1);
    const { ok, findings } = JSON.parse(broken.out);
    expect(ok).toBe(false);
    expect(findings).toContainEqual({ kind: "bad", text: expect.stringContaining("policy.yaml") });
    expect(findings).toContainEqual({ kind: "good", text: "the token is valid" });
    expect(await tw(["agent", "doctor"], { ...env, TW_TOKEN: "" })).toMatchObject({
      code: 0,
      out: expect.stringContaining("no token given"),
    });
  } finally {
    await fake.leave();
  }
});

test("wrong use names the help of its verb, and an option's value is looked at here", async () => {
  const cases: [string[], string, string][] = [
    [["run", "--frob"], "unknown option '--frob'", "(tw run --help"],
    [["logs"], "missing required argument", "(tw logs --help"],
    [["agent", "strt"], "Did you mean start?", "(tw agent --help"],
    [["agent", "start", "--frob"], "Unknown option '--frob'", "(tw agent start --help"],
    [["runs", "--status", "done"], "Allowed choices are queued", "(tw runs --help"],
    [["runs", "--limit", "0"], "from 1 to 100", "(tw runs --help"],
    [["logs", "run_1", "--attempt", "x"], "whole number", "(tw logs --help"],
    [["commands", "--type", "x"], "Allowed choices are builtin", "(tw commands --help"],
  ];
  for (const [argv, what, help] of cases) {
    const { code, err } = await tw(argv);
    expect(code, argv.join(" ")).toBe(2);
    expect(err).toMatch(/^tw: /);
    expect(err).toContain(what);
    expect(err).toContain(help);
  }
});

test("what the workspace refuses is said once, in the words of the command line", async () => {
  const error = {
    message: "args.mode: missing; one of a, b is needed (and 1 more)",
    issues: [
      { path: "args.mode", message: "missing; one of a, b is needed" },
      { path: "args.count", message: "missing; a number is needed" },
    ],
  };
  const fake = await fakeWorkspace({
    "/api/commands/picks": { slug: "picks", parameters: [] },
    "/api/commands/picks/execute": (_, response) => response.writeHead(400).end(JSON.stringify({ error })),
  });
  try {
    expect(await tw(["run", "picks"], { TW_URL: fake.url, TW_TOKEN: "x" })).toMatchObject({
      code: 1,
      err: "tw: mode: missing; one of a, b is needed (and 1 more)\n  count: missing; a number is needed\n",
    });
  } finally {
    await fake.leave();
  }
});

test("nothing found is said beside an answer that stays empty; a step that is none is refused", async () => {
  const fake = await fakeWorkspace({
    "/api/commands": { items: [] },
    "/api/runs": { items: [] },
    "/api/runs/run_1": { steps: [{ id: "build" }, { id: "deploy" }] },
  });
  const env = { TW_URL: fake.url, TW_TOKEN: "x" };
  try {
    expect(await tw(["runs"], env)).toMatchObject({ code: 0, out: "", err: "there are no runs yet\n" });
    expect(await tw(["runs", "--command", "x"], env)).toMatchObject({
      code: 0,
      out: "",
      err: "no such run\n",
    });
    expect(await tw(["runs", "--json"], env)).toMatchObject({ code: 0, out: "[]\n", err: "" });
    expect(await tw(["commands", "--category", "x"], env)).toMatchObject({
      code: 0,
      err: "no such command\n",
    });
    for (const follow of [[], ["-f"]])
      expect(await tw(["logs", "run_1", "--step", "tset", ...follow], env)).toMatchObject({
        code: 2,
        err: expect.stringContaining("It has build, deploy."),
      });
  } finally {
    await fake.leave();
  }
});

test("half a sign-in link is no address; a policy and a secret say whose they are", async () => {
  expect(await tw(["login", `${NOWHERE}/sign-in/abc`])).toMatchObject({
    code: 2,
    err: expect.stringContaining("cut off"),
  });
  const init = await tw(["agent", "policy", "init", "--url", NOWHERE, "--root", home]);
  expect(init).toMatchObject({
    code: 0,
    out: expect.stringContaining("No agent has run with that state yet"),
  });
  const set = begin(["secret", "set", "MY", "--store", "file", "--url", NOWHERE, "--root", home], {
    HOME: home,
  });
  set.child.stdin?.end("a long value");
  expect(await set.ended).toMatchObject({ code: 0, out: expect.stringContaining("No agent has run") });
  const key = await tw(["agent", "policy", "key", "--url", NOWHERE, "--root", home], { TW_TOKEN: "x" });
  expect(key.out).toContain("does not answer");
  expect(key.out).not.toContain("signs no receipts");
});

test("one command tells what it takes", async () => {
  const parameters = [
    {
      name: "env",
      type: "enum",
      required: true,
      description: "where to",
      options: ["staging", "production"],
    },
    { name: "tries", type: "number", required: false, description: "how often", default: 3 },
    { name: "note", type: "string", required: false, description: "" },
  ];
  const command = { slug: "ship", effect: "write", description: "Ships it.", parameters };
  const fake = await fakeWorkspace({
    "/api/commands/ship": command,
    "/api/resolve": { candidates: [{ slug: "ship" }] },
  });
  const env = { TW_URL: fake.url, TW_TOKEN: "x" };
  try {
    const said = await tw(["commands", "ship"], env);
    expect(said.code).toBe(0);
    expect(said.out.replace(/ +/g, " ")).toBe(
      "ship (write) Ships it.\n env=staging|production needed where to\n tries=number else 3 how often\n note=string\n",
    );
    expect(JSON.parse((await tw(["commands", "ship", "--json"], env)).out)).toEqual(command);
    expect(await tw(["commands", "shipp"], env)).toMatchObject({
      code: 2,
      err: expect.stringContaining("Perhaps ship?"),
    });
  } finally {
    await fake.leave();
  }
});

test("of several tokens an option wins, then TW_TOKEN, then its file; what is empty is not given", () => {
  const file = join(home, "token");
  writeFileSync(file, "filed\n");
  const env = { TW_TOKEN: "named", TW_TOKEN_FILE: file };
  expect(givenToken({ token: "said", "token-file": file }, env)).toBe("said");
  expect(givenToken({ "token-file": file }, env)).toBe("filed");
  expect(givenToken({}, env)).toBe("named");
  expect(givenToken({}, { ...env, TW_TOKEN: "" })).toBe("filed");
  expect(givenToken({}, { TW_TOKEN: "", TW_TOKEN_FILE: "" })).toBeUndefined();
});
