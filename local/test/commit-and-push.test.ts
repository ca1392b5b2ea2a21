/**
 * "git commit and push", said in a clean tree, a dirty one, one with staged files, ahead of its remote and behind it: a real
 * workspace, a real agent, real bare remotes. What is answered is sent back as it is, and does the least that is right.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ask, cleanUp, folder, launch, type Ready, until } from "./launcher.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

interface Step {
  id: string;
  command: string;
  look: boolean;
  will: string;
  why: string | null;
}
interface Answer {
  kind: string;
  candidates: {
    slug: string;
    args: { [name: string]: unknown };
    missing: string[];
    reasons: string[];
    warnings: string[];
    steps?: Step[];
    run: { path: string; body: object };
  }[];
  facts: { age_s: number | null; known: { git?: { [name: string]: unknown } } };
}
interface Run {
  id: string;
  status: string;
  error: { message: string } | null;
  steps: { id: string; command: string; status: string }[];
}

let ready: Ready;
let root: string;
beforeAll(async () => {
  root = folder();
  ready = await launch("--json", "--port", "0", "--data", folder(), "--root", root, "--no-demo").ready();
});
afterAll(cleanUp);

const git = (cwd: string, ...argv: string[]) =>
  execFileSync("git", argv, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
  }).trim();

/** A clone with one pushed commit, and its bare remote. */
function project(name: string): { cwd: string; work: string; remote: string; pushed(): string } {
  const remotes = join(root, ".remotes");
  mkdirSync(remotes, { recursive: true });
  const remote = join(remotes, `${name}.git`);
  git(root, "init", "--quiet", "--bare", "--initial-branch=main", remote);
  const work = clone(remote, join(root, name));
  writeFileSync(join(work, "a.txt"), "one\n");
  git(work, "add", ".");
  git(work, "commit", "--quiet", "-m", "one");
  git(work, "push", "--quiet", "--set-upstream", "origin", "main");
  return { cwd: name, work, remote, pushed: () => git(remote, "log", "--format=%s", "main") };
}
function clone(remote: string, into: string): string {
  git(root, "clone", "--quiet", remote, into);
  git(into, "config", "user.name", "Olga");
  git(into, "config", "user.email", "olga@example.com");
  git(into, "checkout", "--quiet", "-B", "main");
  return into;
}
/** Somebody else pushes a commit. */
function elsewhere(remote: string, name: string): void {
  const other = clone(remote, join(root, ".remotes", name));
  git(other, "reset", "--quiet", "--hard", "origin/main");
  writeFileSync(join(other, "theirs.txt"), "theirs\n");
  git(other, "add", ".");
  git(other, "commit", "--quiet", "-m", "theirs");
  git(other, "push", "--quiet", "origin", "main");
}

/** Says it, until the agent's facts are those of the tree as it is now. */
async function say(text: string, cwd: string, facts: { [name: string]: unknown }): Promise<Answer> {
  let answer = {} as Answer;
  await until(
    async () => {
      answer = await ask<Answer>(ready, "/api/resolve", { text, context: { cwd } });
      const known = answer.facts.known.git ?? {};
      return Object.entries(facts).every(([name, value]) => known[name] === value);
    },
    `the facts of ${cwd} are ${JSON.stringify(facts)}`,
    () => JSON.stringify(answer.facts),
  );
  expect(answer.facts.age_s).toBeLessThan(60);
  return answer;
}
/** Sends the candidate's own request and waits for the run's end. */
async function go(candidate: Answer["candidates"][number]): Promise<Run> {
  expect(candidate.missing).toEqual([]);
  const { run } = await ask<{ run: { id: string } }>(ready, candidate.run.path, candidate.run.body);
  let ended = {} as Run;
  await until(
    async () => {
      ended = await ask<Run>(ready, `/api/runs/${run.id}?wait_s=10`);
      return ["succeeded", "failed", "cancelled"].includes(ended.status);
    },
    "the run is over",
    () => JSON.stringify(ended),
  );
  return ended;
}
const ran = (run: Run) =>
  run.steps.filter(({ status }) => status === "succeeded").map(({ command }) => command);
const said = (steps: Step[] | undefined, will: string) =>
  (steps ?? []).filter((step) => !step.look && step.will === will).map(({ command }) => command);

const LOOKS = ["git-fetch", "git-status"];

test("clean: nothing is done", async () => {
  const { cwd, work, pushed } = project("clean");
  const before = git(work, "rev-parse", "HEAD");
  const { kind, candidates } = await say("git commit and push", cwd, {
    branch: "main",
    // The agent may have looked before the first push was over.
    upstream: "origin/main",
    dirty: false,
    ahead: 0,
  });
  expect(kind).toBe("chain");
  expect(candidates[0]).toMatchObject({ slug: "git-commit-and-push" });
  expect(said(candidates[0]?.steps, "run")).toEqual([]);
  expect(candidates[0]?.steps?.filter(({ will }) => will === "skip").map(({ why }) => why)).not.toContain(
    null,
  );
  const run = await go(candidates[0]!);
  expect([run.status, ran(run)]).toEqual(["succeeded", LOOKS]);
  expect(git(work, "rev-parse", "HEAD")).toBe(before);
  expect(pushed()).toBe("one");
});

test("dirty: stages, commits, pushes", async () => {
  const { cwd, work, pushed } = project("dirty");
  writeFileSync(join(work, "a.txt"), "two\n");
  writeFileSync(join(work, "new file.txt"), "new\n");
  const { candidates } = await say("git commit and push with message fix the login", cwd, { dirty: true });
  expect(said(candidates[0]?.steps, "run")).toEqual(["git-add", "git-commit", "git-push"]);
  expect(candidates[0]?.args.message).toBe("fix the login");
  const run = await go(candidates[0]!);
  expect([run.status, ran(run)]).toEqual(["succeeded", [...LOOKS, "git-add", "git-commit", "git-push"]]);
  expect(pushed()).toBe("fix the login\none");
  expect(git(work, "status", "--porcelain")).toBe("");
});

test("staged: commits what was chosen, pushes, and leaves the rest alone", async () => {
  const { cwd, work, pushed } = project("staged");
  writeFileSync(join(work, "chosen.txt"), "chosen\n");
  git(work, "add", "chosen.txt");
  writeFileSync(join(work, "a.txt"), "not yet\n");
  const { candidates } = await say("git commit and push", cwd, { staged: 1, dirty: true });
  expect(said(candidates[0]?.steps, "run")).toEqual(["git-commit", "git-push"]);
  expect(candidates[0]?.warnings.join()).toContain("only what is staged is committed");
  const run = await go(candidates[0]!);
  expect([run.status, ran(run)]).toEqual(["succeeded", [...LOOKS, "git-commit", "git-push"]]);
  expect(pushed()).toBe("Update\none");
  expect(git(work, "show", "--stat", "--format=", "HEAD")).toContain("chosen.txt");
  expect(git(work, "status", "--porcelain")).toBe("M a.txt");
});

test("ahead: only pushes", async () => {
  const { cwd, work, pushed } = project("ahead");
  git(work, "commit", "--quiet", "--allow-empty", "-m", "two");
  git(work, "commit", "--quiet", "--allow-empty", "-m", "three");
  const { candidates } = await say("git commit and push", cwd, { ahead: 2 });
  expect(said(candidates[0]?.steps, "run")).toEqual(["git-push"]);
  const run = await go(candidates[0]!);
  expect([run.status, ran(run)]).toEqual(["succeeded", [...LOOKS, "git-push"]]);
  expect(pushed()).toBe("three\ntwo\none");
});

test("behind: says so, pulls first when that is taken, and otherwise stops before it changes anything", async () => {
  const { cwd, work, remote, pushed } = project("behind");
  elsewhere(remote, "others");
  writeFileSync(join(work, "mine.txt"), "mine\n");
  // Nobody has fetched, so nobody knows yet. The run finds out, and stops.
  const unknowing = await say("git commit and push", cwd, { dirty: true, behind: 0 });
  const stopped = await go(unknowing.candidates[0]!);
  expect(stopped.status).toBe("failed");
  expect(stopped.error?.message).toContain("Pull first");
  expect(ran(stopped)).toEqual(LOOKS);
  expect(git(work, "log", "--format=%s")).toBe("one");
  expect(git(work, "status", "--porcelain")).toBe("?? mine.txt");
  // Now it is known, and the answer pulls first; without that it would stop again.
  const { kind, candidates } = await say("git commit and push", cwd, { dirty: true, behind: 1 });
  const [first, second] = candidates;
  expect(kind).toBe("chain");
  expect(first).toMatchObject({ slug: "git-commit-and-push", args: { pull: true } });
  expect(first?.reasons.join()).toContain("main is 1 behind origin/main");
  expect(said(first?.steps, "run")).toEqual(["git-pull", "git-add", "git-commit", "git-push"]);
  expect(second?.slug).toBe("git-commit-and-push");
  expect(second?.warnings.join()).toContain("1 behind");
  const run = await go(first!);
  expect([run.status, ran(run)]).toEqual([
    "succeeded",
    [...LOOKS, "git-pull", "git-add", "git-commit", "git-push"],
  ]);
  expect(pushed()).toBe("Update\ntheirs\none");
  expect(existsSync(join(work, "theirs.txt"))).toBe(true);
});

test("a branch that was never pushed is pushed", async () => {
  const { cwd, work, remote } = project("fresh");
  git(work, "checkout", "--quiet", "-b", "login");
  const { candidates } = await say("git commit and push", cwd, { branch: "login", upstream: null });
  expect(said(candidates[0]?.steps, "run")).toEqual(["git-push"]);
  const run = await go(candidates[0]!);
  expect([run.status, ran(run)]).toEqual(["succeeded", [...LOOKS, "git-push"]]);
  expect(git(remote, "rev-parse", "login")).toBe(git(work, "rev-parse", "HEAD"));
});

test("words that no workflow stands for become a chain that runs as it is", async () => {
  const { cwd, work } = project("chained");
  const text = "make a directory called out, copy a.txt to out/b.txt and then stage and commit as Copies";
  const { kind, candidates } = await say(text, cwd, { branch: "main", dirty: false });
  expect([kind, candidates[0]?.slug]).toEqual(["chain", "chain"]);
  const run = await go(candidates[0]!);
  expect(run.status, JSON.stringify(run)).toBe("succeeded");
  expect(ran(run)).toEqual(["mkdir", "cp", "git-status", "git-add", "git-commit"]);
  expect(readFileSync(join(work, "out/b.txt"), "utf8")).toBe("one\n");
  expect(git(work, "log", "--format=%s")).toBe("Copies\none");
});
