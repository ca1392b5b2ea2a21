/** Ordinary calls of git's commands. */
import { appendFileSync, existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { refAt } from "./kinds-of-git.ts";
import { has, type Plain, text } from "./plain.ts";
import { git, removeGit } from "./repository.ts";

const HASH = expect.stringMatching(/^[0-9a-f]{40}$/);
const SHORT = expect.stringMatching(/^[0-9a-f]{4,40}$/);
const remote = (dir: string) => join(dir, "../remote.git");
const commit = (dir: string, message: string) => {
  git(dir, "commit", "--quiet", "--all", `--message=${message}`);
};

/** Staged, changed, staged and changed again, gone, and new files. */
function mess(dir: string): void {
  for (const name of ["plain.txt", "#hash", "$HOME"]) appendFileSync(join(dir, name), "mine\n");
  git(dir, "add", "plain.txt", "#hash");
  appendFileSync(join(dir, "#hash"), "more\n");
  rmSync(join(dir, "!"));
  writeFileSync(join(dir, "new.txt"), "new\n");
}
/** A second commit here that the remote does not have, a branch `side` beside it with a commit of its own, and a branch `old`. */
function history(dir: string): void {
  git(dir, "branch", "old");
  git(dir, "switch", "--quiet", "--create", "side");
  writeFileSync(join(dir, "side.txt"), "side\n");
  git(dir, "add", "side.txt");
  commit(dir, "side");
  git(dir, "switch", "--quiet", "main");
  appendFileSync(join(dir, "plain.txt"), "two\n");
  commit(dir, "two");
}
const repository = (command: string, more: Omit<Plain, "command">): Plain => ({
  command,
  git: true,
  prepare: history,
  ...more,
});
const last = (dir: string) => git(dir, "log", "-1", "--format=%B").trim();

export const PLAIN_GIT: Plain[] = [
  repository("git-status", {
    prepare: mess,
    outputs: expect.objectContaining({ branch: "main", clean: false, untracked: 5 }),
  }),
  repository("git-init", {
    prepare: removeGit,
    did: (dir) => expect(git(dir, "symbolic-ref", "HEAD").trim()).toBe("refs/heads/main"),
  }),
  repository("git-add", {
    prepare: mess,
    outputs: { tree: HASH },
    did: (dir) => expect(git(dir, "diff", "--name-only")).toBe(""),
  }),
  repository("git-add", {
    prepare: mess,
    args: { paths: ["new.txt", "!"] },
    did: (dir) => expect(git(dir, "diff", "--cached", "--name-status")).toMatch(/D\t!\n[\s\S]*A\tnew\.txt/),
  }),
  repository("git-unstage", {
    prepare: mess,
    outputs: { tree: HASH },
    did: (dir) => expect(git(dir, "diff", "--cached", "--name-only")).toBe(""),
  }),
  repository("git-discard", {
    prepare: mess,
    args: { paths: ["."] },
    outputs: { kept: expect.any(String) },
    did: (dir) => expect(git(dir, "diff", "--name-only")).toBe(""),
  }),
  repository("git-restore-index", {
    prepare: mess,
    args: (dir) => ({ tree: refAt(dir, "HEAD^{tree}") }),
    outputs: { before: HASH },
    did: (dir) => expect(git(dir, "diff", "--cached", "--name-only")).toBe(""),
  }),
  repository("git-commit", {
    prepare: mess,
    args: { message: "Fix the login" },
    outputs: { before: HASH, commit: HASH, made: SHORT },
    did: (dir) => expect(last(dir)).toBe("Fix the login"),
  }),
  repository("git-undo-commit", {
    args: (dir) => ({ commit: refAt(dir, "HEAD"), before: refAt(dir, "HEAD^") }),
    did: (dir) => expect(last(dir)).toBe("base"),
  }),
  repository("git-push", {
    outputs: {
      change: " ",
      ref: "refs/heads/main",
      before: HASH,
      pushed: HASH,
      local_remote: "../remote.git",
    },
    did: (dir) => expect(refAt(remote(dir), "main")).toBe(refAt(dir, "main")),
  }),
  repository("git-push", {
    args: { branch: "side" },
    did: (dir) => expect(refAt(remote(dir), "side")).toBe(refAt(dir, "side")),
  }),
  repository("git-undo-push", {
    prepare: (dir) => {
      history(dir);
      git(dir, "push", "--quiet");
    },
    args: (dir) => ({
      ref: "refs/heads/main",
      pushed: refAt(dir, "main"),
      before: refAt(dir, "main^"),
      local_remote: "../remote.git",
    }),
    did: (dir) => expect(refAt(remote(dir), "main")).toBe(refAt(dir, "main^")),
  }),
  repository("git-pull", {
    prepare: (dir) => {
      history(dir);
      git(dir, "push", "--quiet");
      git(dir, "reset", "--quiet", "--hard", "HEAD~1");
      appendFileSync(join(dir, "#hash"), "mine\n");
    },
    outputs: { before: HASH, url: "../remote.git" },
    did: (dir) => expect(last(dir)).toBe("two"),
  }),
  repository("git-fetch", {
    prepare: (dir) => {
      history(dir);
      git(dir, "push", "--quiet", "../remote.git", "side");
    },
    learns: true,
    did: (dir) => expect(refAt(dir, "origin/side")).toBe(refAt(dir, "side")),
  }),
  repository("git-clone", {
    args: { url: "../remote.git", directory: "cloned", depth: 1, branch: "main" },
    did: (dir) => expect(refAt(join(dir, "cloned"), "HEAD")).toBe(refAt(remote(dir), "main")),
  }),
  repository("git-remotes", { outputs: { remotes: expect.arrayContaining([expect.any(String)]) } }),
  repository("git-remote-add", {
    args: { name: "backup", url: "../remote.git" },
    did: (dir) => expect(git(dir, "remote", "get-url", "backup").trim()).toBe("../remote.git"),
  }),
  repository("git-remote-remove", {
    prepare: (dir) => void git(dir, "remote", "add", "backup", "../remote.git"),
    args: { name: "backup" },
    did: (dir) => expect(git(dir, "remote")).toBe("origin\n"),
  }),
  repository("git-branch", { outputs: { branches: expect.arrayContaining(["main", "old", "side"]) } }),
  repository("git-branch-create", {
    args: { name: "fix-login", start: "side" },
    outputs: { commit: HASH },
    did: (dir) => expect(refAt(dir, "fix-login")).toBe(refAt(dir, "side")),
  }),
  repository("git-branch-delete-at", {
    args: (dir) => ({ name: "old", commit: refAt(dir, "old") }),
    did: (dir) => expect(git(dir, "branch", "--list", "old")).toBe(""),
  }),
  repository("git-checkout", {
    args: { name: "side" },
    did: (dir) => expect(text(dir, "side.txt")).toBe("side\n"),
  }),
  repository("git-checkout", {
    args: { name: "fix/login", create: true },
    did: (dir) => expect(git(dir, "branch", "--show-current")).toBe("fix/login\n"),
  }),
  repository("git-checkout-back", {
    prepare: (dir) => {
      history(dir);
      git(dir, "switch", "--quiet", "--create", "made");
    },
    args: (dir) => ({ branch: "main", at: refAt(dir, "main"), made: "made", commit: refAt(dir, "made") }),
    did: (dir) => expect(git(dir, "branch", "--list", "made")).toBe(""),
  }),
  repository("git-diff", {
    prepare: mess,
    args: { staged: true, path: "plain.txt" },
    did: (_, log) => expect(log).toMatch(/^\+mine$/m),
  }),
  repository("git-log", {
    args: { count: 1, author: "aDa" },
    outputs: { commits: [expect.stringMatching(/ Ada: two$/)] },
  }),
  repository("git-show", { args: { commit: "side" }, did: (_, log) => expect(log).toMatch(/^\+side$/m) }),
  repository("git-blame", {
    args: { path: "plain.txt" },
    outputs: { lines: [expect.any(String), expect.stringContaining("two")] },
  }),
  repository("git-stash", {
    prepare: mess,
    args: { message: "before the fix", untracked: true },
    outputs: { saved: "Saved working directory", stash: HASH },
    did: (dir) => expect([has(dir, "new.txt"), existsSync(join(dir, "!"))]).toEqual([false, true]),
  }),
  repository("git-stash-list", {
    prepare: (dir) => {
      mess(dir);
      git(dir, "stash");
    },
    outputs: { stashes: [expect.stringContaining("base")] },
  }),
  repository("git-stash-pop", {
    prepare: (dir) => {
      mess(dir);
      git(dir, "stash");
    },
    did: (dir) => expect(git(dir, "diff", "--cached", "--name-only")).toBe("#hash\nplain.txt\n"),
  }),
  repository("git-tag", {
    args: { name: "v1.0.0", message: "The first" },
    outputs: { object: HASH },
    did: (dir) => expect(git(dir, "tag", "--list", "-n1")).toMatch(/v1\.0\.0 +The first/),
  }),
  repository("git-tag-delete", {
    prepare: (dir) => void git(dir, "tag", "--annotate", "-m", "The first", "v1"),
    args: { name: "v1" },
    did: (dir) => expect(git(dir, "tag")).toBe(""),
  }),
  repository("git-tags", { prepare: (dir) => void git(dir, "tag", "v1"), outputs: { tags: ["v1"] } }),
  ...["soft", "mixed", "hard"].map((mode) =>
    repository("git-reset-to", {
      args: { commit: "HEAD~1", mode },
      outputs: { before: HASH },
      did: (dir) => expect(last(dir)).toBe("base"),
    }),
  ),
  repository("git-keep-reset", {
    prepare: (dir) => {
      history(dir);
      appendFileSync(join(dir, "#hash"), "mine\n");
    },
    args: { commit: "side" },
    outputs: { before: HASH },
    did: (dir) => expect([last(dir), text(dir, "#hash")]).toEqual(["side", expect.stringContaining("mine")]),
  }),
  repository("git-revert", {
    args: { commit: "HEAD" },
    outputs: { before: HASH },
    did: (dir) => expect(last(dir)).toMatch(/^Revert "two"/),
  }),
  repository("git-cherry-pick", {
    args: { commit: "side" },
    outputs: { before: HASH, picked: SHORT },
    did: (dir) => expect(text(dir, "side.txt")).toBe("side\n"),
  }),
  repository("git-merge", {
    args: { branch: "side", message: "Take side" },
    outputs: { before: HASH, merged: "Merge made" },
    did: (dir) => expect([last(dir), text(dir, "side.txt")]).toEqual(["Take side", "side\n"]),
  }),
  repository("git-merge-undo", {
    prepare: (dir) => {
      history(dir);
      git(dir, "merge", "--quiet", "--no-edit", "side");
    },
    args: (dir) => ({ commit: refAt(dir, "HEAD^") }),
    did: (dir) => expect(last(dir)).toBe("two"),
  }),
];
