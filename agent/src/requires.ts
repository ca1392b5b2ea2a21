/** Prerequisites of a step, looked at where it will run. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Requirement } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import { findProgram, isUnder } from "./find-program.ts";
import { NotStarted } from "./step-report.ts";
import { satisfies, toolVersion } from "./tools.ts";

export interface Place {
  cwd: string;
  root: string;
  path: string;
  env: Record<string, string>;
}

/** Throws `prerequisite_missing`, naming all that is missing and the commands that set it up. */
export async function checkRequires(requires: Json[], place: Place): Promise<void> {
  const missing: string[] = [];
  for (const one of requires as unknown as Requirement[]) {
    const lack = await lacking(one, place);
    if (lack) missing.push(one.fix ? `${lack} Run the command "${one.fix}" to set it up.` : lack);
  }
  if (missing.length > 0) throw new NotStarted("prerequisite_missing", missing.join(" "));
}

async function lacking(need: Requirement, place: Place): Promise<string | null> {
  const where = place.cwd === place.root ? "the agent's root" : place.cwd.slice(place.root.length + 1);
  if (need.tool) {
    const file = findProgram(need.tool, place.cwd, place.root, place.path);
    if (!file) return `${need.tool} is missing: it is neither in the project nor on PATH.`;
    if (need.version) {
      const version = await toolVersion(file);
      if (version && !satisfies(version, need.version))
        return `${need.tool} ${version} is installed, but ${need.version} is needed.`;
    }
  }
  if (need.file) {
    const files = Array.isArray(need.file) ? need.file : [need.file];
    if (!files.some((file) => existsSync(join(place.cwd, file))))
      return `No ${files.join(" or ")} in ${where}.`;
  }
  if (need.git) {
    const repository = repositoryOf(place);
    if (!repository) return `There is no git repository in ${where}.`;
    if (need.git === "remote" && !(await hasRemote(repository, place)))
      return `The git repository in ${where} has no remote.`;
  }
  if (need.login && !loggedIn(need.login, place.env))
    return `${need.login} is not logged in on this machine.`;
  return null;
}

/** The nearest `.git` from the directory up to the root: what git itself would find, without asking it for every step. */
function repositoryOf({ cwd, root }: Place): string | null {
  for (let dir = cwd; isUnder(dir, root); dir = dirname(dir)) {
    if (existsSync(join(dir, ".git"))) return join(dir, ".git");
    if (dir === root) break;
  }
  return null;
}

async function hasRemote(repository: string, place: Place): Promise<boolean> {
  // A linked worktree's `.git` is a file that leads elsewhere; there only git knows.
  if (!statSync(repository).isDirectory()) return Boolean(await git(["remote"], place));
  return /^\s*\[remote "/m.test(readFileSync(join(repository, "config"), "utf8"));
}

function git(argv: string[], place: Place): Promise<string | null> {
  return new Promise((answer) => {
    execFile("git", argv, { cwd: place.cwd, env: place.env, timeout: 5_000 }, (error, stdout) => {
      answer(error ? null : stdout.trim());
    });
  });
}

/** By what a login leaves behind: asking the service itself would need the network for every step. */
function loggedIn(service: string, env: Record<string, string>): boolean {
  const home = env.HOME ?? homedir();
  const config = env.XDG_CONFIG_HOME ?? join(home, ".config");
  if (service === "wrangler")
    return (
      Boolean(env.CLOUDFLARE_API_TOKEN ?? env.CLOUDFLARE_API_KEY) ||
      [join(config, ".wrangler"), join(home, ".wrangler")].some((dir) =>
        existsSync(join(dir, "config", "default.toml")),
      )
    );
  if (service === "claude")
    return Boolean(env.ANTHROPIC_API_KEY) || existsSync(join(home, ".claude", ".credentials.json"));
  // A login we know no sign of is the program's own to complain about.
  return true;
}
