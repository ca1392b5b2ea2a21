/** Kinds of git's commands: what they take, and how that shows. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { Args, Case, Given } from "./case.ts";
import { BRANCHES, git, nameBranches, TOO_LONG, tokenOf } from "./repository.ts";
import { AWKWARD, LEADING_OUT } from "./values.ts";

export const refAt = (dir: string, ref: string) => git(dir, "rev-parse", "--verify", ref).trim();
export const side = ({ dir, called }: Given) => refAt(dir, `refs/x/side/${tokenOf(called)}`);
export const tooLong = ({ called }: Given) => called === TOO_LONG;
/** No branch, no commit: git says that it does not know it. */
export const unknown = ({ called }: Given) => !BRANCHES.includes(called) || called === TOO_LONG;
export const HYPHENS = Object.entries(AWKWARD).filter(([, value]) => value.startsWith("-"));
/** Everything but what would be an option, and is longer than 200 characters or no text at all. */
export const REVISIONS = Object.keys({ ...AWKWARD, ...LEADING_OUT }).filter(
  (called) =>
    !HYPHENS.some(([name]) => name === called) && !["nothing", "a NUL", "half a character"].includes(called),
);
export const HEX = "0".repeat(40);

/** Takes only what a pattern allows: ids. The real one is made by `args` for the value called plain. */
export const ids = (
  command: string,
  param: string,
  args: (given: Given) => Args,
  more: Partial<Case>,
): Case => ({
  command,
  param,
  takes: ["plain"],
  git: true,
  args: (given) => ({ ...args(given), ...(given.called === "plain" ? {} : { [param]: given.value }) }),
  arrived: (_, { status, error }) => expect(status, JSON.stringify(error)).toBe("succeeded"),
  ...more,
});
export const revision = (command: string, arrived: Case["arrived"], more: Partial<Case> = {}): Case => ({
  command,
  param: "commit",
  takes: REVISIONS,
  no: unknown,
  git: true,
  prepare: (dir) => nameBranches(dir, "side"),
  args: ({ value }) => ({ commit: value }),
  arrived,
  ...more,
});
export const branch = (
  command: string,
  param: string,
  arrived: Case["arrived"],
  more: Partial<Case>,
): Case => ({
  command,
  param,
  takes: BRANCHES,
  no: tooLong,
  git: true,
  args: ({ value }) => ({ [param]: value }),
  arrived,
  undone: true,
  ...more,
});
export const change = ({ dir, value, token }: Given) => appendFileSync(join(dir, value), `more ${token}\n`);
export const tracked = (given: Given) => {
  if (given.called in AWKWARD) change(given);
};
/** A link is nothing git knows here: nobody staged it. */
export const isLink = ({ value }: Given) => value.startsWith("link-");
export const paths = (command: string, arrived: Case["arrived"], more: Partial<Case> = {}): Case => ({
  command,
  param: "paths",
  takes: "path",
  link: true,
  git: true,
  setup: tracked,
  args: ({ value }) => ({ paths: [value] }),
  arrived,
  undone: true,
  ...more,
});
export const path = (command: string, arrived: Case["arrived"], more: Partial<Case> = {}): Case => ({
  ...paths(command, arrived),
  param: "path",
  args: ({ value }) => ({ path: value }),
  undone: false,
  reads: true,
  ...more,
});
export const staged = (dir: string) => git(dir, "diff", "--cached", "--name-only", "-z").split("\0");
export const moved = ({ dir, value }: Given) =>
  expect(git(dir, "log", "-g", "--format=%gs", "HEAD").split("\n")).toContain(`reset: moving to ${value}`);
