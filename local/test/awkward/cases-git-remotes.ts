/** Commands of git on remotes, and those that take ids. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Case } from "./case.ts";
import { branch, ids, path, refAt } from "./kinds-of-git.ts";
import { git, nameBranches, onLine } from "./repository.ts";
import { AWKWARD, LEADING_OUT } from "./values.ts";

export const GIT_REMOTES: Case[] = [
  ...["git-push", "git-pull", "git-fetch"].map((command) =>
    ids(command, "remote", () => ({ remote: "origin" }), {
      prepare: (dir) => void git(dir, "commit", "--quiet", "--allow-empty", "--message=new"),
      undone: command === "git-push",
    }),
  ),
  ids(
    "git-remote-add",
    "name",
    ({ called }) => ({ name: called === "plain" ? "backup" : called, url: "./x.git" }),
    {
      arrived: ({ dir }) => expect(git(dir, "config", "remote.backup.url").trim()).toBe("./x.git"),
      undone: true,
    },
  ),
  {
    ...branch(
      "git-remote-add",
      "url",
      ({ dir, token, value }) => expect(git(dir, "config", "-z", `remote.${token}.url`)).toBe(`./${value}\0`),
      {},
    ),
    takes: Object.keys({ ...AWKWARD, ...LEADING_OUT }).filter(
      (called) => !["spaces", "line break", "tab", "a NUL", "half a character", "nothing"].includes(called),
    ),
    no: () => false,
    args: ({ value, token }) => ({ name: token, url: `./${value}` }),
  },
  ids("git-remote-remove", "name", () => ({ name: "origin" }), {
    arrived: ({ dir }) => expect(git(dir, "remote")).toBe(""),
    undone: false,
  }),
  {
    ...path(
      "git-clone",
      ({ dir, value, token }) => expect(refAt(join(dir, value, token), "HEAD")).toBe(refAt(dir, "HEAD")),
      {
        prepare: removeFiles,
        setup: () => {},
        reads: false,
        link: false,
      },
    ),
    param: "directory",
    args: ({ value, token }) => ({
      url: "../remote.git",
      directory: value === "" ? value : `${value}/${token}`,
    }),
  },
  branch(
    "git-clone",
    "branch",
    ({ dir, token, value }) =>
      expect(git(join(dir, `into-${token}`), "symbolic-ref", "HEAD").trim()).toBe(`refs/heads/${value}`),
    {
      prepare(dir) {
        git(dir, "push", "--quiet", "origin", "refs/x/*:refs/x/*");
        nameBranches(join(dir, "../remote.git"), "side");
      },
      args: ({ value, token }) => ({ url: "../remote.git", branch: value, directory: `into-${token}` }),
      undone: false,
    },
  ),
  {
    ...path("git-clone", () => {}, { setup: () => {}, link: false }),
    param: "url",
    // A path that a url may be: there is no repository.
    takes: ["above the root", "absolute"],
    no: () => true,
    args: ({ value }) => ({ url: value, directory: "cloned" }),
  },
  ids("git-restore-index", "tree", ({ dir }) => ({ tree: refAt(dir, "refs/x/side/token-plain^{tree}") }), {
    arrived: ({ dir }) =>
      expect(git(dir, "write-tree").trim()).toBe(refAt(dir, "refs/x/side/token-plain^{tree}")),
    undone: true,
  }),
  ...["commit", "before"].map((param) =>
    ids(
      "git-undo-commit",
      param,
      ({ dir }) => ({ commit: refAt(dir, "refs/x/tip"), before: refAt(dir, "refs/x/tip^") }),
      {
        prepare: onLine,
        arrived: ({ dir }) => expect(refAt(dir, "HEAD")).toBe(refAt(dir, "refs/x/tip^")),
        undone: true,
      },
    ),
  ),
  ...["ref", "pushed", "before", "remote"].map((param) =>
    ids(
      "git-undo-push",
      param,
      ({ dir }) => ({
        remote: "origin",
        ref: "refs/heads/main",
        pushed: refAt(dir, "refs/x/tip"),
        before: refAt(dir, "refs/x/tip^"),
        local_remote: "../remote.git",
      }),
      {
        prepare: (dir) => void git(dir, "push", "--quiet", "origin", "refs/x/tip:refs/heads/main"),
        arrived: ({ dir }) =>
          expect(refAt(join(dir, "../remote.git"), "main")).toBe(refAt(dir, "refs/x/tip^")),
        undone: true,
      },
    ),
  ),
  ids("git-merge-undo", "commit", ({ dir }) => ({ commit: refAt(dir, "refs/x/tip^") }), {
    prepare: onLine,
    arrived: ({ dir }) => expect(refAt(dir, "HEAD")).toBe(refAt(dir, "refs/x/tip^")),
  }),
  ids("git-stash-pop", "stash", ({ dir }) => ({ stash: refAt(dir, "refs/stash") }), {
    prepare(dir) {
      appendFileSync(join(dir, "plain.txt"), "aside\n");
      git(dir, "stash");
    },
    arrived: ({ dir }) => expect(readFileSync(join(dir, "plain.txt"), "utf8")).toContain("aside\n"),
  }),
  ...["at", "commit", "existed"].map((param) =>
    ids(
      "git-checkout-back",
      param,
      ({ dir }) => ({
        branch: "main",
        at: refAt(dir, "main"),
        made: "new",
        commit: refAt(dir, "HEAD"),
        ...(param === "existed" ? { existed: refAt(dir, "HEAD") } : {}),
      }),
      {
        prepare: (dir) => void git(dir, "switch", "--quiet", "--create", "new"),
        arrived: ({ dir }) => {
          expect(git(dir, "symbolic-ref", "HEAD").trim()).toBe("refs/heads/main");
          expect(git(dir, "branch", "--format=%(refname:short)")).toBe(
            param === "existed" ? "main\nnew\n" : "main\n",
          );
        },
      },
    ),
  ),
];

/** Only the repository stays; the names are free. */
function removeFiles(dir: string): void {
  git(dir, "rm", "--quiet", "-r", ".");
  git(dir, "commit", "--quiet", "--message=empty");
  git(dir, "push", "--quiet", "origin", "main");
}
