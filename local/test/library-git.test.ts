import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { environment, runCommand } from "./run-library.ts";

let home: string;
let work: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tw-git-"));
  work = join(home, "work");
  git(home, "init", "--quiet", "--bare", "--initial-branch=main", "remote.git");
  git(home, "init", "--quiet", "--initial-branch=main", "work");
  git(work, "remote", "add", "origin", "../remote.git");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const git = (cwd: string, ...argv: string[]) =>
  execFileSync("git", argv, { cwd, env: environment(home), encoding: "utf8" });
const write = (name: string, text: string) => writeFileSync(join(work, name), text);
const run = (slug: string, args: Parameters<typeof runCommand>[1] = {}, stopAt?: string) =>
  runCommand(slug, args, work, home, stopAt);
/** All that an undo must bring back: refs here and there, index, working tree. */
const state = () => ({
  refs: git(work, "for-each-ref"),
  remote: git(join(home, "remote.git"), "for-each-ref"),
  head: git(work, "symbolic-ref", "HEAD"),
  index: git(work, "ls-files", "--stage"),
  tree: git(work, "status", "--porcelain=v2", "--untracked-files=all"),
  files: execFileSync(
    "find",
    [".", "-path", "./.git", "-prune", "-o", "-type", "f", "-exec", "cksum", "{}", "+"],
    { cwd: work, encoding: "utf8" },
  )
    .split("\n")
    .sort(),
});
function firstCommit() {
  write("a.txt", "a\n");
  git(work, "add", "a.txt");
  git(work, "commit", "--quiet", "-m", "one");
  git(work, "push", "--quiet", "--set-upstream", "origin", "main");
}
/** Staged, staged and changed again, changed, deleted, untracked, and names that are no fun. */
function mess() {
  write("staged.txt", "staged\n");
  git(work, "add", "staged.txt");
  appendFileSync(join(work, "staged.txt"), "and more\n");
  write("-dash.txt", "d\n");
  write("with space; and 'quotes'.txt", "s\n");
  write(":(glob)*", "g\n");
  mkdirSync(join(work, "dir"));
  write("dir/new.txt", "n\n");
}

describe("undo of git commands", () => {
  it("git-add: the index is as before, and files with awkward names are staged as they are called", async () => {
    firstCommit();
    mess();
    const before = state();
    const names = ["-dash.txt", "with space; and 'quotes'.txt", ":(glob)*"];
    const some = await run("git-add", { paths: names });
    expect(git(work, "diff", "--staged", "--name-only", "-z").split("\0").filter(Boolean).sort()).toEqual(
      [...names, "staged.txt"].sort(),
    );
    expect(await some.undo()).toEqual({ "git-add": 0 });
    expect(state()).toEqual(before);
    const all = await run("git-add");
    expect(git(work, "status", "--porcelain")).not.toMatch(/^\?\?/m);
    await all.undo();
    expect(state()).toEqual(before);
  });

  it("git-commit: its message arrives whole, and it is taken back with everything staged again", async () => {
    firstCommit();
    mess();
    const before = state();
    const message = `--amend "quoted" 'single' $(id) \`id\`\n\nsecond; paragraph\n-x`;
    const made = await run("git-commit", { message });
    expect(git(work, "log", "-1", "--format=%B").trim()).toBe(message);
    expect(made.outputs).toMatchObject({
      before: expect.stringMatching(/^[0-9a-f]{40}$/),
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(await made.undo()).toEqual({ "git-commit": 0 });
    expect(state()).toEqual(before);
  });

  it("git-commit: the very first one is taken back to no commit at all", async () => {
    write("a.txt", "a\n");
    git(work, "add", "a.txt");
    const before = state();
    const made = await run("git-commit");
    expect(await made.undo()).toEqual({ "git-commit": 0 });
    expect(state()).toEqual(before);
  });

  it("git-commit: not undone once something was committed on top", async () => {
    firstCommit();
    mess();
    const made = await run("git-commit");
    git(work, "commit", "--quiet", "--allow-empty", "-m", "on top");
    const after = state();
    expect((await made.undo())["git-commit"]).not.toBe(0);
    expect(state()).toEqual(after);
  });

  it("git-commit: nothing staged fails, and leaves nothing to undo", async () => {
    firstCommit();
    const made = await run("git-commit");
    expect(made.code).not.toBe(0);
    expect(await made.undo()).toEqual({});
  });

  it("git-push: the remote branch is put back", async () => {
    firstCommit();
    git(work, "commit", "--quiet", "--allow-empty", "-m", "two");
    const before = state();
    const pushed = await run("git-push", { branch: "main" });
    expect(pushed.outputs).toMatchObject({ change: " ", ref: "refs/heads/main" });
    expect(state().remote).not.toBe(before.remote);
    expect(await pushed.undo()).toEqual({ "git-push": 0 });
    expect(state()).toEqual(before);
  });

  it("git-push: a first push is taken back by deleting the branch, though it is the remote's default", async () => {
    write("a.txt", "a\n");
    git(work, "add", "a.txt");
    git(work, "commit", "--quiet", "-m", "one");
    const before = state();
    const pushed = await run("git-push");
    expect(git(join(home, "remote.git"), "for-each-ref")).toMatch(/refs\/heads\/main/);
    expect(await pushed.undo()).toEqual({ "git-push": 0 });
    expect(state()).toEqual(before);
  });

  it("git-push: not undone once somebody else pushed", async () => {
    firstCommit();
    git(work, "commit", "--quiet", "--allow-empty", "-m", "two");
    const pushed = await run("git-push");
    git(home, "clone", "--quiet", "remote.git", "other");
    git(join(home, "other"), "commit", "--quiet", "--allow-empty", "-m", "theirs");
    git(join(home, "other"), "push", "--quiet", "origin", "main");
    const after = git(join(home, "remote.git"), "for-each-ref");
    expect((await pushed.undo())["git-push"]).not.toBe(0);
    expect(git(join(home, "remote.git"), "for-each-ref")).toBe(after);
  });

  it("git-push: nothing new, or refused, leaves nothing to undo", async () => {
    firstCommit();
    const same = await run("git-push");
    expect(same).toMatchObject({ code: 0, outputs: { change: "=" } });
    expect(await same.undo()).toEqual({});
    const refused = await run("git-push", { branch: "nope" });
    expect(refused.code).not.toBe(0);
    expect(await refused.undo()).toEqual({});
  });

  it.each([
    ["git-reset-to", { commit: "HEAD~1", mode: "soft" }],
    ["git-reset-to", { commit: "HEAD~1", mode: "hard" }],
    ["git-checkout", { name: "other" }],
    ["git-tag", { name: "v1", message: "one, two" }],
    ["git-branch-create", { name: "new" }],
    ["git-revert", { commit: "HEAD" }],
    ["git-merge", { branch: "side" }],
  ])("%s %j is undone exactly", async (slug, args) => {
    firstCommit();
    git(work, "branch", "other");
    git(work, "switch", "--quiet", "--create", "side");
    write("side.txt", "s\n");
    git(work, "add", "side.txt");
    git(work, "commit", "--quiet", "-m", "side");
    git(work, "switch", "--quiet", "main");
    write("a.txt", "a2\n");
    git(work, "commit", "--quiet", "--all", "-m", "two");
    const before = state();
    const ran = await run(slug, args);
    expect(ran.code, ran.said).toBe(0);
    expect(state()).not.toEqual(before);
    expect(await ran.undo()).toEqual({ [slug]: 0 });
    expect(state()).toEqual(before);
  });

  it("git-merge: a conflict is taken back", async () => {
    firstCommit();
    git(work, "switch", "--quiet", "--create", "side");
    write("a.txt", "theirs\n");
    git(work, "commit", "--quiet", "--all", "-m", "side");
    git(work, "switch", "--quiet", "main");
    write("a.txt", "ours\n");
    git(work, "commit", "--quiet", "--all", "-m", "two");
    const before = state();
    const ran = await run("git-merge", { branch: "side" });
    expect(ran.code).not.toBe(0);
    expect(await ran.undo()).toEqual({ "git-merge": 0 });
    expect(state()).toEqual(before);
  });

  it("git-pull and git-stash are undone", async () => {
    firstCommit();
    git(home, "clone", "--quiet", "remote.git", "other");
    git(join(home, "other"), "commit", "--quiet", "--allow-empty", "-m", "theirs");
    git(join(home, "other"), "push", "--quiet", "origin", "main");
    git(work, "fetch", "--quiet");
    const before = state();
    const pulled = await run("git-pull");
    expect(pulled.code, pulled.said).toBe(0);
    await pulled.undo();
    expect(state()).toEqual(before);
    mess();
    const messy = state();
    const stashed = await run("git-stash", { untracked: true, message: "-x 'y'" });
    expect(git(work, "status", "--porcelain")).toBe("");
    expect(await stashed.undo()).toEqual({ "git-stash": 0 });
    expect(state()).toEqual(messy);
  });
});

describe("workflow-deploy, rejected before the deployment", () => {
  const steps = { "git-push": 0, "git-commit": 0, "git-add": 0 };
  it("leaves no trace of add, commit and push", async () => {
    firstCommit();
    mess();
    const before = state();
    const ran = await run("workflow-deploy", { message: "-m 'x'" }, "wrangler-deploy");
    expect(ran.done.map(({ step, code }) => [step.id, code])).toEqual([
      ["git-status", 0],
      ["git-add", 0],
      ["git-commit", 0],
      ["git-push", 0],
    ]);
    expect(state().remote).not.toBe(before.remote);
    expect(await ran.undo()).toEqual(steps);
    expect(state()).toEqual(before);
  });

  it("nor of a first push from a repository without a commit", async () => {
    mess();
    const before = state();
    const ran = await run("workflow-deploy", {}, "wrangler-deploy");
    expect(await ran.undo()).toEqual(steps);
    expect(state()).toEqual(before);
  });

  it("commits what was staged already, and skips what is not needed", async () => {
    firstCommit();
    write("staged.txt", "s\n");
    git(work, "add", "staged.txt");
    const staged = await run("workflow-deploy", {}, "wrangler-deploy");
    expect(staged.done.map(({ step }) => step.id)).toEqual(["git-status", "git-commit", "git-push"]);
    const clean = await run("workflow-deploy", {}, "wrangler-deploy");
    expect(clean.done.map(({ step }) => step.id)).toEqual(["git-status", "git-push"]);
    expect(await clean.undo()).toEqual({});
  });
});
