/**
 * Every command on files, git and the machine, run by a real agent, with values that mean something to a shell, to options, to git
 * or to a file system. Each arrives as one value, which its effect shows, or is refused before anything runs. What can be undone is.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { LIBRARY_FOLDER } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { startWorkspace, type Workspace } from "../src/testing/workspace.ts";
import { call, ended, startAgent, type TestAgent } from "./agent.ts";
import type { Args, Case, Given, Step } from "./awkward/case.ts";
import { FILES } from "./awkward/cases-files.ts";
import { GIT } from "./awkward/cases-git.ts";
import { GIT_REMOTES } from "./awkward/cases-git-remotes.ts";
import { copyRepository, git, gitState, makeTemplate, tokenOf } from "./awkward/repository.ts";
import { AWKWARD, everyValue, LINKS } from "./awkward/values.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000, maxConcurrency: 4 });
const CATEGORIES = ["filesystem", "system", "git"];
const { commands } = await readLibrary(LIBRARY_FOLDER);
const asked = commands.filter(({ input }) => CATEGORIES.includes(input.category));
const cases: (Case & { id: string })[] = [...FILES, ...GIT, ...GIT_REMOTES].map((one) => ({
  ...one,
  id: one.param === "" ? one.command : `${one.command} ${one.param}`,
}));

/** What every change is checked with; `npm run library-table` runs all, which takes minutes: many start a program of Node for each value. */
const OFTEN = new Set(
  (
    "pwd|ps|df|date|kill|ls path|cat path|head path|tail path|grep path|find path|wc path|du path|checksum path|" +
    "compare-files left|compare-files right|mkdir path|touch path|rm-file path|git-status|git-branch|git-remotes|git-tags|" +
    "git-add paths|git-diff path|git-log path|git-blame path|git-commit message|git-remote-add url|git-clone url"
  ).split("|"),
);
const chosen = process.env.TW_LIBRARY_TABLE ? cases : cases.filter(({ id }) => OFTEN.has(id));

let ws: Workspace;
let agent: TestAgent;
let outside: string;
let before: string;
/** Command and parameter, value, how it went. */
const table: [string, string, string][] = [];

beforeAll(async () => {
  ws = await startWorkspace();
  const path = join(ws.data, "canaries");
  mkdirSync(path);
  agent = await startAgent(ws, { path });
  outside = join(dirname(agent.root), "outside");
  mkdirSync(join(outside, "dir"), { recursive: true });
  writeFileSync(join(outside, "secret.txt"), "secret of somebody else\n");
  // Programs that nobody may start: the one that the values name, and those that reach other machines.
  for (const name of ["canary", "canary-out", "ssh", "rsh"]) {
    writeFileSync(join(path, name), `#!/bin/sh\necho "$0 $*" >> '${outside}/called'\n`);
    chmodSync(join(path, name), 0o755);
  }
  before = snapshot(outside);
  makeTemplate(join(dirname(agent.root), "template"));
});
afterAll(async () => {
  const file = process.env.TW_LIBRARY_TABLE;
  if (file) writeFileSync(file, JSON.stringify(table));
  await agent?.remove();
  await ws?.stop();
});

describe.concurrent("each value arrives as one, or is refused", () => {
  test.each(chosen)("$id", async (one) => {
    const dir = place(one);
    const given = givenOf(one, dir);
    for (const each of given) if (each.called in AWKWARD || one.param === "") one.setup?.(each);
    const was = stateOf(one, dir);
    const accepted = await plannable(one, given);
    // Those that fail have a run of their own: what succeeds travels to the agent as one job.
    const failing = accepted.filter((each) => fails(one, each));
    await outcomes(one, failing, { continue_on_error: true, needs: [] });
    const run = await outcomes(
      one,
      accepted.filter((each) => !failing.includes(each)),
      {},
    );
    if (one.undone) {
      expect(run.undo, JSON.stringify(run.undo)).toMatchObject({ possible: true });
      await undo(run.id);
      table.push([one.id, "(undo)", "as before"]);
    }
    if (one.undone || one.reads) expect(stateOf(one, dir)).toEqual(was);
    expect(snapshot(outside)).toBe(before);
  });
});

test("no command is without a case", () => {
  const covered = new Set(cases.map(({ command }) => command));
  expect(asked.map(({ slug }) => slug).filter((slug) => !covered.has(slug))).toEqual([]);
  const texts = asked.flatMap(({ slug, input }) =>
    input.parameters
      .filter(({ type, items }) => type === "string" || type === "path" || items !== undefined)
      .map(({ name }) => `${slug} ${name}`),
  );
  const tried = new Set(cases.map(({ id }) => id));
  // Put in by the engine from what git-checkout and git-push found out; covered with the others of their command.
  const rest = ["git-checkout-back branch", "git-checkout-back made", "git-undo-push local_remote"];
  expect(texts.filter((text) => !tried.has(text) && !rest.includes(text))).toEqual([]);
});

test("what is no text takes no text", async () => {
  for (const { slug, input } of asked)
    for (const { name, type } of input.parameters.filter(({ type: one }) => /number|boolean|enum/.test(one)))
      for (const value of ["1; canary", "--output=x", "$(canary)", ""]) {
        const answer = await call(
          ws,
          `/api/commands/${slug}/execute`,
          { dry_run: true, args: { [name]: value } },
          422,
        );
        expect(JSON.stringify(answer.error.issues), `${slug} ${name} ${type}`).toContain(`args.${name}`);
      }
});

test("a directory of 10,000 files: read, copied, moved, staged, removed, and all of it undone", async () => {
  const dir = join(agent.root, "many", "work");
  mkdirSync(dirname(dir), { recursive: true });
  copyRepository(dir);
  mkdirSync(join(dir, "many"));
  for (let i = 0; i < 10_000; i += 1) writeFileSync(join(dir, "many", `${i} it's $(canary).txt`), "");
  const was = { files: snapshot(dir), git: gitState(dir) };
  const steps = [
    { command: "ls", args: { path: "many" } },
    { command: "find", args: { path: "many", name: "9999*" } },
    { command: "cp", args: { from: "many", to: "copy" } },
    { command: "mv", args: { from: "copy", to: "moved" } },
    { command: "git-add", args: { paths: ["many"] } },
    { command: "git-commit", args: { message: "many" } },
    { command: "rm", args: { paths: ["many", "moved"] } },
  ];
  const run = await finish(
    (await call(ws, "/api/commands/chain/execute", { cwd: "many/work", args: { steps } })).run.id,
  );
  expect(run, JSON.stringify(run.steps)).toMatchObject({ status: "succeeded" });
  expect(run.steps[0].outputs.truncated).toBe(true);
  expect(run.steps[1].outputs.paths).toEqual(["./many/9999 it's $(canary).txt"]);
  expect(git(dir, "ls-tree", "--name-only", "HEAD:many").trim().split("\n")).toHaveLength(10_000);
  expect(readdirSync(dir)).not.toContain("many");
  await undo(run.id);
  expect(snapshot(dir)).toBe(was.files);
  expect(gitState(dir)).toEqual(was.git);
});

test("a directory swapped for a link between the plan and its run, and between a run and its undo", async () => {
  const dir = join(agent.root, "swapped");
  mkdirSync(join(dir, "sub"), { recursive: true });
  writeFileSync(join(dir, "sub", "secret.txt"), "own\n");
  const { run } = await call(ws, "/api/commands/chain/execute", {
    cwd: "swapped",
    args: { steps: [{ command: "cat", args: { path: "sub/secret.txt" }, checkpoint: true }] },
  });
  await ended(ws, run.id);
  swap(dir);
  const late = await finish(run.id);
  expect(late.steps[0]).toMatchObject({ status: "failed", error: { code: "policy_denied" } });
  unswap(dir);
  const removed = await execute([{ command: "rm", args: { paths: ["sub/secret.txt"] } }], "swapped");
  swap(dir);
  const undone = await call(ws, `/api/runs/${removed.id}/undo`, {}, 202);
  expect((await finish(undone.run.id)).status).toBe("failed");
  expect(snapshot(outside)).toBe(before);
  unswap(dir);
  await undo(removed.id);
  expect(readFileSync(join(dir, "sub", "secret.txt"), "utf8")).toBe("own\n");
});

test("what one agent kept is put back by no agent of another root", async () => {
  const dir = join(agent.root, "mine");
  mkdirSync(dir);
  writeFileSync(join(dir, "a.txt"), "mine\n");
  const removed = await execute([{ command: "rm", args: { paths: ["a.txt"] } }], "mine");
  const { kept } = removed.steps[0].outputs as { kept: string };
  const file = join(agent.home, "data", "tw", "kept", kept, "record.json");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(join(dir, "a.txt"), join(outside, "a.txt")));
  const { run } = await call(ws, "/api/commands/files-restore/execute", { cwd: "mine", args: { kept } });
  const done = await finish(run.id);
  expect(done).toMatchObject({ status: "failed" });
  expect(done.steps[0].error.message).toContain("lies outside of");
  expect(snapshot(outside)).toBe(before);
});

test("nothing outside was touched, and no program of that name was started", () => {
  expect(existsSync(join(outside, "called"))).toBe(false);
  expect(snapshot(outside)).toBe(before);
  expect(ws.problems).toEqual([]);
});

/** The case's own directory, with links that lead out of the root. */
function place(one: Case & { id: string }): string {
  const name = one.id.replace(" ", "-");
  const dir = join(agent.root, name, "work");
  mkdirSync(dirname(dir));
  if (one.git) copyRepository(dir);
  else mkdirSync(dir);
  symlinkSync(join(outside, "secret.txt"), join(dir, "link-file"));
  symlinkSync("../../../outside", join(dir, "link-dir"));
  symlinkSync(join(outside, "new"), join(dir, "link-nowhere"));
  symlinkSync("link-dir", join(dir, "link-second"));
  one.prepare?.(dir, outside);
  return dir;
}

function givenOf(one: Case, dir: string): Given[] {
  const values = one.param === "" ? new Map([["(none)", ""]]) : everyValue(outside);
  // The links lie where paths lead; for everything else these are words like others.
  const offered = [...values].filter(
    ([called]) => (one.takes === "path" || !LINKS.includes(called)) && (one.offers?.(called) ?? true),
  );
  return offered.map(([called, value]) => ({ called, value, dir, token: tokenOf(called) }));
}

/** Does the step fail, and should? */
function fails(one: Case, each: Given): boolean {
  const leads = one.takes === "path" && LINKS.includes(each.called);
  return (
    (leads && (each.value.includes("/") || !one.link)) || (one.no?.(each) ?? false) || one.command === "kill"
  );
}

/** Runs the values as steps of one run and looks at what came of each. */
// biome-ignore lint/suspicious/noExplicitAny: a run as the API answers it
async function outcomes(one: Case & { id: string }, given: Given[], more: object): Promise<any> {
  if (given.length === 0) return null;
  const run = await execute(
    given.map((each) => ({ command: one.command, args: one.args(each), ...more })),
    cwdOf((given[0] as Given).dir),
  );
  const log = await (await ws.request(`/api/runs/${run.id}/logs`)).text();
  for (const [index, each] of given.entries())
    table.push([one.id, each.called, outcome(one, each, run.steps[index], log)]);
  return run;
}

/** The values that a plan may hold. Each of the others is refused, and just those that the case says. */
async function plannable(one: Case & { id: string }, given: Given[]): Promise<Given[]> {
  if (one.param === "") return given;
  const accepted: Given[] = [];
  for (const each of given) {
    const answer = await ws.request(`/api/commands/${one.command}/execute`, {
      body: { cwd: cwdOf(each.dir), args: one.args(each), dry_run: true },
    });
    const said = (await answer.json()) as { error?: { code: string; issues: { path: string }[] } };
    if (answer.status !== 200) {
      expect(
        [answer.status, said.error?.code, said.error?.issues?.[0]?.path],
        `${each.called}: ${JSON.stringify(said)}`,
      ).toEqual([422, "invalid_args", `args.${one.param}`]);
      table.push([one.id, each.called, "refused (422)"]);
    } else accepted.push(each);
  }
  const wanted = given.map(({ called }) => called).filter((called) => takes(one, called));
  expect(accepted.map(({ called }) => called)).toEqual(wanted);
  return accepted;
}

function takes({ takes: what }: Case, called: string): boolean {
  if (Array.isArray(what)) return what.includes(called);
  if (["nothing", "a NUL", "half a character"].includes(called)) return false;
  return what === "text" || called in AWKWARD || LINKS.includes(called);
}

function outcome(one: Case, each: Given, step: Step, log: string): string {
  const said = `${each.called}: ${JSON.stringify(step)}`;
  const leads = one.takes === "path" && LINKS.includes(each.called);
  if (leads && (each.value.includes("/") || !one.link)) {
    expect(step, said).toMatchObject({ status: "failed", error: { code: "policy_denied" } });
    return "refused (policy_denied)";
  }
  if (one.no?.(each)) {
    expect(step, said).toMatchObject({
      status: "failed",
      error: { code: expect.stringMatching(/exit_code|probe_failed/) },
    });
    return `arrived, and ${one.command.startsWith("git") ? "git" : "the program"} knows no such thing`;
  }
  if (one.command !== "kill") expect(step.status, said).toBe("succeeded");
  try {
    one.arrived(each, step, log);
  } catch (error) {
    throw new Error(`${said}\n${(error as Error).message}`);
  }
  return leads ? "arrived: the link itself" : "arrived";
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function execute(steps: { command: string; args: Args }[], cwd: string): Promise<any> {
  const numbered = steps.map((step, index) => ({ ...step, id: `v${index}` }));
  const { run } = await call(ws, "/api/commands/chain/execute", { cwd, args: { steps: numbered } });
  return finish(run.id);
}

/** Waits for the end, saying yes to what is asked. */
// biome-ignore lint/suspicious/noExplicitAny: as above
async function finish(id: string): Promise<any> {
  for (let i = 0; i < 50; i += 1) {
    const run = await call(ws, `/api/runs/${id}?wait_s=20`);
    if (!["waiting", "succeeded", "failed", "rejected", "cancelled"].includes(run.status)) continue;
    if (run.status !== "waiting") return run;
    const open = run.checkpoints.find(({ status }: { status: string }) => status === "pending");
    if (open) await call(ws, `/api/checkpoints/${open.id}/approve`, { approved: true });
  }
  throw new Error(`${id} does not end`);
}

async function undo(id: string): Promise<void> {
  const { run } = await call(ws, `/api/runs/${id}/undo`, {}, 202);
  const done = await finish(run.id);
  expect(done.status, JSON.stringify(done.steps.filter((step: Step) => step.error))).toBe("succeeded");
}

const cwdOf = (dir: string) => dir.slice(agent.root.length + 1);

/** Names, kinds, rights and bytes of everything below; git's own files are compared by what git says of them. */
function snapshot(dir: string): string {
  const lines: string[] = [];
  const walk = (at: string, name: string) => {
    const found = lstatSync(at);
    const mode = (found.mode & 0o7777).toString(8);
    if (found.isSymbolicLink()) lines.push(`${JSON.stringify(name)} -> ${readlinkSync(at)}`);
    else if (found.isDirectory()) {
      lines.push(`${JSON.stringify(name)}/ ${mode}`);
      for (const entry of readdirSync(at).sort())
        if (entry !== ".git") walk(join(at, entry), `${name}/${entry}`);
    } else {
      const hash = createHash("sha256").update(readFileSync(at)).digest("hex");
      lines.push(`${JSON.stringify(name)} ${mode} ${hash}`);
    }
  };
  walk(dir, ".");
  return lines.join("\n");
}

function stateOf(one: Case, dir: string): object {
  return { files: snapshot(dir), git: one.git && existsSync(join(dir, ".git")) ? gitState(dir) : null };
}

function swap(dir: string): void {
  renameSync(join(dir, "sub"), join(dir, "real"));
  symlinkSync(outside, join(dir, "sub"));
}
function unswap(dir: string): void {
  rmSync(join(dir, "sub"));
  renameSync(join(dir, "real"), join(dir, "sub"));
}
