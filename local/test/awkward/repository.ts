/** A repository in which every awkward value is a file, and where git allows it a branch with a commit of its own. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environment } from "../run-library.ts";
import { AWKWARD, everyValue, LINKS } from "./values.ts";

let home = "";
let template = "";
const env = () => ({ ...environment(home), GIT_CONFIG_GLOBAL: "/dev/null" });

/** What git says, as the test runs it. */
export const git = (cwd: string, ...argv: string[]): string =>
  execFileSync("git", argv, { cwd, env: env(), encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The values that git takes for the name of a branch, by what they are called. */
export const BRANCHES: string[] = [...everyValue("/outside")]
  .filter(
    ([called, value]) =>
      !LINKS.includes(called) &&
      !value.includes("\0") &&
      spawnSync("git", ["check-ref-format", `refs/heads/${value}`]).status === 0 &&
      !value.startsWith("-") &&
      value.isWellFormed(),
  )
  .map(([called]) => called);

/** Of those, one whose file cannot be made: git adds an ending to the name. */
export const TOO_LONG = "255 bytes";

export const tokenOf = (called: string): string => `token-${called.replace(/[^a-z0-9]+/g, "-")}`;
/** An author's name that holds the value. */
export const authorOf = (value: string): string => `Ax${value}xZ`;

/** Makes the template that the repositories are copies of. */
export function makeTemplate(folder: string): void {
  home = dirname(folder);
  template = folder;
  const work = join(folder, "work");
  mkdirSync(work, { recursive: true });
  git(folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=main", "remote.git");
  git(work, "init", "--quiet", "--template=", "--initial-branch=main");
  for (const [name, value] of [
    ["user.name", "Ada"],
    ["user.email", "ada@example.com"],
    ["gc.auto", "0"],
  ] as const)
    git(work, "config", name, value);
  git(work, "remote", "add", "origin", "../remote.git");
  for (const [called, value] of Object.entries(AWKWARD))
    writeFileSync(join(work, value), `${tokenOf(called)}\n`);
  git(work, "add", "--all");
  git(work, "commit", "--quiet", "--message=base");
  git(work, "push", "--quiet", "--set-upstream", "origin", "main");
  execFileSync("git", ["fast-import", "--quiet"], { cwd: work, env: env(), input: history() });
}

/** `refs/x/side/TOKEN`: a commit on top of base. `refs/x/line/TOKEN`: one of a line, that changes the file of the value. */
function history(): string {
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const quoted = (path: string) =>
    `"${path.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t")}"`;
  const when = "<ada@example.com> 1790000000 +0000";
  const head = (ref: string, author: string, subject: string, from: string) =>
    `commit ${ref}\nauthor ${author} ${when}\ncommitter Ada ${when}\n${data(subject)}from ${from}\n`;
  let text = "";
  let last = "refs/heads/main^0";
  for (const [called, value] of everyValue("")) {
    if (!(called in AWKWARD || BRANCHES.includes(called))) continue;
    const token = tokenOf(called);
    text += head(`refs/x/side/${token}`, "Ada", `s-${token}`, "refs/heads/main^0");
    text += `M 100644 inline s-${token}\n${data(`${token}\n`)}\n`;
    const author = value.includes("\n") ? "Ada" : authorOf(value);
    text += head(`refs/x/line/${token}`, author, `r-${token}`, last);
    text += `M 100644 inline ${quoted(called in AWKWARD ? value : `f-${token}`)}\n${data(`changed ${token}\n`)}\n`;
    last = `refs/x/line/${token}`;
  }
  return `${text}reset refs/x/tip\nfrom ${last}\n\n`;
}

/** A copy: `work`, and its remote beside it. */
export function copyRepository(work: string): void {
  cpSync(template, dirname(work), { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

/** Points a branch (or tag) of each value's name at its commit. */
export function nameBranches(
  cwd: string,
  kind: "side" | "line",
  prefix = "refs/heads/",
  called: string[] = BRANCHES,
): void {
  const values = everyValue("");
  const input = called
    .filter((name) => name !== TOO_LONG)
    .map((name) => `update ${prefix}${values.get(name)}\0refs/x/${kind}/${tokenOf(name)}\0\0`)
    .join("");
  execFileSync("git", ["update-ref", "-z", "--stdin"], { cwd, env: env(), input });
}

/** Makes the line the branch that is checked out. */
export function onLine(cwd: string): void {
  git(cwd, "reset", "--quiet", "--hard", "refs/x/tip");
}

/** All that an undo must bring back, here and at the remote; `learned`: but for what a fetch learned, which nothing unlearns. */
export function gitState(work: string, learned = false): object {
  const remote = join(dirname(work), "remote.git");
  return {
    refs: git(work, "for-each-ref", ...(learned ? ["refs/heads", "refs/tags", "refs/stash", "refs/x"] : [])),
    remote: git(remote, "for-each-ref"),
    head: git(work, "symbolic-ref", "HEAD"),
    index: git(work, "ls-files", "--stage"),
    status: git(work, "status", "--porcelain=v2", ...(learned ? [] : ["--branch"]), "--untracked-files=all"),
    config: git(work, "config", "--local", "--list"),
    stash: git(work, "stash", "list", "--format=%H"),
  };
}

export function removeGit(work: string): void {
  rmSync(join(work, ".git"), { recursive: true });
}
