/** Commands of git that take names, messages, commits and paths. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Case } from "./case.ts";
import {
  branch,
  HEX,
  ids,
  isLink,
  moved,
  path,
  paths,
  refAt,
  revision,
  side,
  staged,
  tracked,
  unknown,
} from "./kinds-of-git.ts";
import { authorOf, BRANCHES, git, nameBranches, onLine, removeGit, tokenOf } from "./repository.ts";
import { AWKWARD } from "./values.ts";

export const GIT: Case[] = [
  {
    ...ids("git-init", "branch", () => ({ branch: "trunk" }), {}),
    prepare: removeGit,
    arrived: ({ dir }) => expect(git(dir, "symbolic-ref", "HEAD").trim()).toBe("refs/heads/trunk"),
  },
  paths("git-add", ({ dir, value }) => expect(staged(dir)).toContain(value)),
  paths("git-unstage", ({ dir, value }) => expect(staged(dir)).not.toContain(value), {
    setup: (given) => {
      tracked(given);
      if (given.called in AWKWARD) git(given.dir, "--literal-pathspecs", "add", "--", given.value);
    },
  }),
  paths(
    "git-discard",
    ({ dir, value, token }) => expect(readFileSync(join(dir, value), "utf8")).toBe(`${token}\n`),
    { no: isLink },
  ),
  path("git-diff", (given, _, log) => {
    if (!isLink(given)) expect(log.split(`+more ${given.token}\n`)).toHaveLength(2);
  }),
  path(
    "git-log",
    (given, { outputs }) => {
      const subjects = ((outputs?.commits ?? []) as string[]).map((line) => line.replace(/^.*: /, ""));
      expect(subjects).toEqual(isLink(given) ? [] : [`r-${given.token}`, "base"]);
    },
    { prepare: onLine, setup: () => {} },
  ),
  path(
    "git-blame",
    ({ token }, { outputs }) => expect(((outputs?.lines ?? []) as string[]).join("\n")).toMatch(`) ${token}`),
    {
      setup: () => {},
      no: isLink,
    },
  ),
  {
    ...path(
      "git-log",
      ({ token }, { outputs }) => expect(outputs?.commits).toEqual([expect.stringMatching(`r-${token}$`)]),
      {
        prepare: onLine,
        setup: () => {},
      },
    ),
    param: "author",
    takes: Object.keys({ ...AWKWARD }).filter((called) => called !== "line break"),
    link: false,
    offers: (called) => called in AWKWARD || called === "a NUL",
    args: ({ value }) => ({ author: authorOf(value) }),
  },
  {
    command: "git-commit",
    param: "message",
    takes: "text",
    git: true,
    args: ({ value }) => ({ message: value, allow_empty: true }),
    arrived: ({ dir, value }) =>
      expect(git(dir, "log", "-z", "--format=%B").split("\0")).toContain(`${value.trimEnd()}\n`),
    undone: true,
  },
  revision("git-show", ({ token }, _, log) => expect(log).toContain(`    s-${token}\n`), { reads: true }),
  revision("git-diff", ({ token }, _, log) => expect(log).toContain(`-${token}\n`), {
    reads: true,
    args: ({ value }) => ({ commit: value }),
  }),
  revision("git-reset-to", moved, { args: ({ value }) => ({ commit: value, mode: "mixed" }), undone: true }),
  revision("git-keep-reset", moved, { undone: true }),
  revision(
    "git-revert",
    ({ dir, token }) => expect(git(dir, "log", "--format=%s")).toContain(`Revert "r-${token}"\n`),
    {
      prepare(dir) {
        onLine(dir);
        nameBranches(dir, "line");
      },
      undone: true,
    },
  ),
  revision("git-cherry-pick", ({ dir, token }) => expect(git(dir, "ls-files")).toContain(`s-${token}\n`), {
    undone: true,
  }),
  revision("git-merge", ({ dir, token }) => expect(git(dir, "ls-files")).toContain(`s-${token}\n`), {
    param: "branch",
    args: ({ value }) => ({ branch: value }),
    undone: true,
  }),
  {
    ...revision("git-merge", ({ dir, value }) =>
      expect(git(dir, "log", "-z", "--merges", "--format=%B").split("\0")).toContain(`${value.trimEnd()}\n`),
    ),
    param: "message",
    takes: "text",
    no: () => false,
    // The first merge would only move the branch forward.
    prepare(dir) {
      git(dir, "commit", "--quiet", "--allow-empty", "--message=own");
    },
    args: ({ called, value }) => ({
      branch: `refs/x/side/${tokenOf(called in AWKWARD ? called : "plain")}`,
      message: value,
    }),
    arrived: ({ dir, called, value }) => {
      if (called in AWKWARD)
        expect(git(dir, "log", "-z", "--merges", "--format=%B").split("\0")).toContain(
          `${value.trimEnd()}\n`,
        );
    },
    undone: true,
  },
  branch(
    "git-branch-create",
    "name",
    (given) => expect(refAt(given.dir, `refs/heads/${given.value}`)).toMatch(/^\w{40}$/),
    {},
  ),
  revision(
    "git-branch-create",
    (given) => expect(refAt(given.dir, `refs/heads/new-${given.token}`)).toBe(side(given)),
    {
      param: "start",
      args: ({ value, token }) => ({ name: `new-${token}`, start: value }),
      undone: true,
    },
  ),
  branch(
    "git-branch-delete-at",
    "name",
    ({ dir, value }) => expect(() => refAt(dir, `refs/heads/${value}`)).toThrow(),
    {
      prepare: (dir) => nameBranches(dir, "side"),
      args: (given) => ({ name: given.value, commit: BRANCHES.includes(given.called) ? side(given) : HEX }),
    },
  ),
  ids(
    "git-branch-delete-at",
    "commit",
    ({ dir }) => ({ name: "plain.txt", commit: refAt(dir, "refs/x/side/token-plain") }),
    {
      prepare: (dir) => nameBranches(dir, "side"),
      undone: true,
    },
  ),
  branch(
    "git-checkout",
    "name",
    ({ dir, value }) => expect(git(dir, "log", "-g", "--format=%gs", "HEAD")).toContain(` to ${value}\n`),
    {
      args: ({ value }) => ({ name: value, create: true }),
    },
  ),
  branch(
    "git-tag",
    "name",
    ({ dir, value }) => expect(refAt(dir, `refs/tags/${value}`)).toBe(refAt(dir, "HEAD")),
    {},
  ),
  revision("git-tag", (given) => expect(refAt(given.dir, `refs/tags/new-${given.token}`)).toBe(side(given)), {
    args: ({ value, token }) => ({ name: `new-${token}`, commit: value }),
    undone: true,
  }),
  {
    ...branch(
      "git-tag",
      "message",
      ({ dir, token, value }) =>
        expect(git(dir, "tag", "--list", "--format=%(contents)", `new-${token}`)).toContain(value.trimEnd()),
      {},
    ),
    takes: "text",
    no: () => false,
    args: ({ value, token }) => ({ name: `new-${token}`, message: value }),
  },
  {
    ...branch(
      "git-tag-delete",
      "name",
      ({ dir, value }) => expect(() => refAt(dir, `refs/tags/${value}`)).toThrow(),
      {
        prepare: (dir) => nameBranches(dir, "side", "refs/tags/"),
      },
    ),
    takes: "text",
    no: unknown,
  },
  {
    ...branch(
      "git-stash",
      "message",
      // What `git stash list` shows of it is cut to a line, and its spaces are gone.
      ({ dir, value }) =>
        expect(git(dir, "log", "-g", "-z", "--format=%B", "refs/stash").split("\0")).toContain(
          `On main: ${value}`,
        ),
      {},
    ),
    takes: "text",
    no: () => false,
    // One file for each is put aside, and each comes back.
    first: ({ token }) => [{ command: "write-file", args: { path: `s-${token}`, text: token } }],
    args: ({ value }) => ({ message: value, untracked: true }),
  },
  branch(
    "git-push",
    "branch",
    ({ dir, value }) =>
      expect(refAt(join(dir, "../remote.git"), `refs/heads/${value}`)).toBe(
        refAt(dir, `refs/heads/${value}`),
      ),
    {
      prepare: (dir) => nameBranches(dir, "side"),
    },
  ),
  branch(
    "git-pull",
    "branch",
    ({ dir, value }) =>
      expect(git(dir, "log", "-g", "--format=%gs", "HEAD")).toContain(` refs/heads/${value}: Fast-forward\n`),
    {
      prepare(dir) {
        git(dir, "push", "--quiet", "origin", "refs/x/*:refs/x/*");
        nameBranches(join(dir, "../remote.git"), "line");
      },
      learns: true,
    },
  ),
];
