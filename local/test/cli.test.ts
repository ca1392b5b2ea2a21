/** The command line against a real workspace and a real agent: what each verb prints and how it ends. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ROOT } from "../src/ports.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, startAgent, type TestAgent } from "./agent.ts";

// Each starts many processes; a busy machine takes its time over them.
vi.setConfig({ testTimeout: 180_000 });

let ws: Workspace;
let agent: TestAgent;
let home: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "tw-cli-"));
  ws = await startWorkspace();
  agent = await startAgent(ws);
  const script = (name: string, text: string) => {
    writeFileSync(join(agent.root, name), text);
    return name;
  };
  const builtin = (argv: unknown[], more: object = {}) => ({
    name: "test",
    description: "A command of the test",
    category: "test",
    type: "builtin",
    effect: "write",
    definition: { program: "sh", argv },
    ...more,
  });
  const put = async (slug: string, body: object) => {
    const answer = await ws.request(`/api/commands/${slug}`, { method: "PUT", body });
    expect(answer.status, await answer.text()).toBe(201);
  };
  await put("say-words", {
    ...builtin([
      script("words.sh", 'printf "%s times %s\n" "$1" "$2"'),
      { param: "times" },
      { param: "mood" },
    ]),
    parameters: [
      { name: "times", type: "number", required: true },
      { name: "mood", type: "enum", options: ["calm", "loud"], default: "calm" },
    ],
  });
  await put("go-wrong", builtin([script("wrong.sh", "echo before; exit 3")]));
  await put(
    "go-on",
    builtin([script("on.sh", "echo first; until [ -e go ]; do sleep 0.05; done; echo second")]),
  );
}, 180_000);
afterAll(async () => {
  await agent?.remove();
  await ws?.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Said {
  code: number | null;
  out: string;
  err: string;
}
function begin(argv: string[], env: { [name: string]: string } = {}, input = "") {
  const child = spawn(process.execPath, [join(ROOT, "agent/src/main.ts"), ...argv], {
    stdio: ["pipe", "pipe", "pipe"],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CACHE_HOME: join(home, "cache"),
      NODE_COMPILE_CACHE: join(ROOT, "node_modules/.cache"),
      ...env,
    },
  });
  const said: Said = { code: null, out: "", err: "" };
  child.stdout.on("data", (bytes) => {
    said.out += bytes;
  });
  child.stderr.on("data", (bytes) => {
    said.err += bytes;
  });
  child.stdin.end(input);
  const ended = new Promise<Said>((go) => child.once("close", (code) => go({ ...said, code })));
  return { child, said, ended };
}
const tw = (...argv: string[]) => begin(argv, { TW_URL: ws.url, TW_TOKEN: ws.token }).ended;

async function until(holds: () => boolean, what: string, said?: Said): Promise<void> {
  const end = Date.now() + 120_000;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}; ${JSON.stringify(said)}`);
    await new Promise((go) => setTimeout(go, 10));
  }
}

test("a run from the command line alone: found by words, planned, run, its log, its line in the list", async () => {
  const found = await tw("search", "show", "git", "status");
  expect(found).toMatchObject({ code: 0, out: expect.stringContaining("tw run git-status") });
  const plan = await tw("plan", "say-words", "times=3");
  expect(plan).toMatchObject({ code: 0, out: expect.stringContaining("nothing was done") });
  const ran = await tw("run", "say-words", "times=3", "--arg", "mood=loud");
  expect(ran).toMatchObject({ code: 0, out: expect.stringMatching(/│ 3 times loud\n[\s\S]*succeeded/) });
  // Nothing of a terminal reaches a pipe.
  expect(`${ran.out}${ran.err}`).not.toMatch(/\p{Cc}(?<![\n\t])/u);
  const listed = JSON.parse((await tw("runs", "--json", "--command", "say-words")).out);
  expect(listed).toHaveLength(1);
  expect(await tw("logs", listed[0].id)).toMatchObject({ code: 0, out: "3 times loud\n" });
  const json = await tw("run", "say-words", "times=4", "--json");
  expect(JSON.parse(json.out)).toMatchObject({ status: "succeeded", args: { times: 4, mood: "calm" } });
});

test("output is shown while it is written, by run and by logs -f", async () => {
  const run = begin(["run", "go-on"], { TW_URL: ws.url, TW_TOKEN: ws.token });
  await until(() => run.said.out.includes("│ first"), "the first line");
  const [{ id }] = JSON.parse((await tw("runs", "--json", "--command", "go-on")).out);
  const logs = begin(["logs", "-f", id], { TW_URL: ws.url, TW_TOKEN: ws.token });
  await until(() => logs.said.out.includes("│ first"), "the first line in logs -f");
  expect(run.said.out + logs.said.out).not.toContain("second");
  writeFileSync(join(agent.root, "go"), "");
  expect(await run.ended).toMatchObject({ code: 0, out: expect.stringContaining("│ second") });
  expect(await logs.ended).toMatchObject({ code: 0, out: expect.stringMatching(/first\n.*second\n$/) });
});

test("exit codes: failed 1, wrong use 2, token 4, unreachable 6, rejected 7, cancelled 8, waits 9", async () => {
  expect(await tw("run", "go-wrong")).toMatchObject({
    code: 1,
    out: expect.stringMatching(/│ before[\s\S]*failed/),
  });
  expect(await tw("run", "say-word")).toMatchObject({ code: 2, err: expect.stringContaining("say-words") });
  expect(await tw("run", "say-words", "3")).toMatchObject({ code: 2 });
  expect(await tw("run", "say-words")).toMatchObject({ code: 1, err: expect.stringContaining("times") });
  expect(await tw("frobnicate")).toMatchObject({ code: 2, err: expect.stringContaining("tw --help") });
  const env = { TW_URL: ws.url, TW_TOKEN: "tw_of_nobody" };
  expect(await begin(["runs"], env).ended).toMatchObject({ code: 4 });
  const nowhere = { TW_URL: "http://127.0.0.1:9", TW_TOKEN: "x" };
  expect(await begin(["runs"], nowhere).ended).toMatchObject({
    code: 6,
    err: expect.stringContaining("does not answer"),
  });

  const waits = await tw("run", "say-words", "times=1", "--checkpoint", "--no-wait-for-people");
  expect(waits).toMatchObject({ code: 9, out: expect.stringContaining("tw approve chk_") });
  const [waiting] = JSON.parse((await tw("waiting", "--json")).out);
  expect(await tw("waiting")).toMatchObject({ out: expect.stringContaining(waiting.id) });
  const rejected = await tw("reject", waiting.id, "--comment", "not today", "--json");
  expect(JSON.parse(rejected.out).votes).toMatchObject([{ channel: "cli", comment: "not today" }]);
  expect(await tw("logs", "-f", waiting.run_id)).toMatchObject({ code: 7 });
  expect(await tw("approve", waiting.id)).toMatchObject({
    code: 1,
    err: expect.stringContaining("rejected"),
  });

  const run = (await tw("run", "say-words", "times=1", "--checkpoint", "--no-wait")).out.trim();
  expect(await tw("cancel", run, "--reason", "enough")).toMatchObject({ code: 0 });
  expect(await tw("logs", "-f", run)).toMatchObject({ code: 8 });
  const again = await tw(
    "rerun",
    listedFirst(await tw("runs", "--json", "--status", "succeeded")),
    "times=9",
  );
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining("│ 9 times") });
  expect((await tw("undo", run)).code).toBe(1);
});

test("a run for a label that no agent has says so, and for whom it waits", async () => {
  const run = begin(["run", "say-words", "times=1", "--label", "gpu"], {
    TW_URL: ws.url,
    TW_TOKEN: ws.token,
  });
  await until(() => run.said.out.includes('No agent has the label "gpu"'), "the reason", run.said);
  const [listed] = JSON.parse((await tw("runs", "--json", "--limit", "1")).out);
  const { waiting_for } = await call(ws, `/api/runs/${listed.id}`);
  expect(waiting_for).toMatchObject([{ steps: ["say-words"], labels: ["gpu"], agent_id: null }]);
  await tw("cancel", listed.id);
  expect((await run.ended).code).toBe(8);
  expect((await call(ws, `/api/runs/${listed.id}`)).waiting_for).toEqual([]);
});

function listedFirst({ out }: Said): string {
  return JSON.parse(out).filter((run: { command: string }) => run.command === "say-words")[0].id;
}

test("signing in with a token or with a link: kept for its owner only, used by every verb, given back", async () => {
  const plain = (...argv: string[]) => begin(argv).ended;
  expect(await plain("runs")).toMatchObject({ code: 2, err: expect.stringContaining("tw login") });
  expect((await begin(["login", ws.url], {}, "tw_wrong\n").ended).code).toBe(4);
  expect(await begin(["login", ws.url], {}, `${ws.token}\n`).ended).toMatchObject({ code: 0 });
  const file = join(home, ".config/tw/logins.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await plain("whoami")).toMatchObject({ code: 0, out: expect.stringContaining("owner") });
  expect(await plain("logout")).toMatchObject({ code: 0 });
  expect(readFileSync(file, "utf8")).not.toContain(ws.token);

  const link = await ws.consoleUrl();
  expect(await plain("login", link)).toMatchObject({ code: 0, out: expect.stringContaining(ws.url) });
  expect(await plain("login", link)).toMatchObject({ code: 4, err: expect.stringContaining("was used") });
  expect(await plain("runs", "--limit", "1")).toMatchObject({ code: 0 });
  const { items } = await call(ws, "/api/tokens");
  const made = items.find((token: { name: string }) => token.name.startsWith("tw on "));
  expect(made.scopes).not.toContain("admin");
  expect(await plain("logout")).toMatchObject({ code: 0, out: expect.stringContaining("revoked") });
  const { items: left } = await call(ws, "/api/tokens");
  expect(left.map((token: { id: string }) => token.id)).not.toContain(made.id);
});

test("completions know verbs, options, the workspace's commands, their parameters and values", async () => {
  expect((await tw("commands")).out).toMatch(/^say-words +write +A command of the test$/m);
  const words = async (...typed: string[]) =>
    (await tw("__complete", "--", ...typed)).out
      .split("\n")
      .map((line) => line.split("\t")[0])
      .filter(Boolean);
  expect(await words("ru")).toEqual(["run", "runs"]);
  expect(await words("agent", "st")).toEqual(["start", "status"]);
  expect(await words("logs", "--fol")).toEqual(["--follow"]);
  expect(await words("run", "say-")).toEqual(["say-words"]);
  expect(await words("run", "say-words", "")).toEqual(["times=", "mood="]);
  expect(await words("run", "say-words", "times=1", "mood=l")).toEqual(["mood=loud"]);
  for (const shell of ["bash", "zsh", "fish"])
    expect(await tw("completions", shell)).toMatchObject({
      code: 0,
      out: expect.stringContaining("__complete"),
    });
  expect(await tw("completions", "tcsh")).toMatchObject({ code: 2 });
});

test("the palette on a terminal: typed, chosen, filled in, planned, run, watched", async () => {
  const main = join(ROOT, "agent/src/main.ts");
  const child = spawn("script", ["-qfec", `'${process.execPath}' '${main}'`, "/dev/null"], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: home, TERM: "xterm", TW_URL: ws.url, TW_TOKEN: ws.token },
  });
  let screen = "";
  child.stdout.on("data", (bytes) => {
    screen += bytes;
  });
  const ended = new Promise<number | null>((go) => child.once("close", go));
  const see = async (what: string) => {
    await until(() => screen.includes(what), `${what} on the screen: ${screen.slice(-1_500)}`);
  };
  await see("What do you want to do?");
  child.stdin.write("say-wor");
  await see("A command of the test");
  child.stdin.write("\r");
  await see("times");
  child.stdin.write("7\r");
  await see("What will happen");
  await see("Run it?");
  child.stdin.write("\r");
  await see("7 times calm");
  expect(await ended).toBe(0);
  expect(screen).toContain("tw run say-words times=7");
});
