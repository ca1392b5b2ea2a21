/** Prerequisites, looked at where a step will run. Nothing is started but `--version` of a tool, and that once for each version. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join, relative, resolve } from "node:path";
import type { Look } from "@tw/shared/contracts/agent-protocol";
import type { Requirement } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import { findProgram, isUnder } from "./find-program.ts";
import { NotStarted } from "./not-started.ts";
import { toolVersion } from "./tool-versions.ts";
import { satisfies } from "./tools.ts";

export interface Place {
  cwd: string;
  root: string;
  path: string;
  /** Of git, when it has to be asked. */
  env: Record<string, string>;
  /** The environment a program would get: where the signs of its login are. */
  envOf(program: string): Record<string, string>;
  /** Does the machine's policy let this tool run, if only to say its version? */
  allows(tool: string, file: string): boolean;
}
export type Found = Pick<Look, "state" | "found" | "message">;

/** Throws `prerequisite_missing`, naming all that is missing and the commands that set it up. Tells what was found. */
export async function checkRequires(
  requires: Json[],
  place: Place,
  tell?: (requirement: Requirement, found: Found) => void,
): Promise<void> {
  const missing: string[] = [];
  for (const one of requires as unknown as (Requirement & { git_head?: string })[]) {
    if (one.git_head !== undefined) {
      await checkHead(one.git_head, place);
      continue;
    }
    const found = await look(one, place);
    tell?.(one, found);
    if (found.state !== "missing") continue;
    const fix = one.fix ?? one.install;
    missing.push(fix ? `${found.message} Run the command "${fix}" to set it up.` : `${found.message}`);
  }
  if (missing.length > 0) throw new NotStarted("prerequisite_missing", missing.join(" "));
}

/** What was approved was about one commit. Throws `plan_changed` with both; the hub then has the approvers asked again. */
async function checkHead(approved: string, place: Place): Promise<void> {
  const head = await git(["rev-parse", "--verify", "HEAD"], place);
  if (head !== null && head !== approved)
    throw new NotStarted("plan_changed", `HEAD is ${head} now; ${approved} was approved.`);
}

/** Looks at one requirement; of several parts all must be there. */
export async function look(need: Requirement, place: Place): Promise<Found> {
  const parts: Found[] = [];
  if (need.tool) parts.push(await lookForTool(need.tool, need.version, place));
  if (need.file) parts.push(lookForFile(Array.isArray(need.file) ? need.file : [need.file], place));
  if (need.git) parts.push(await lookForGit(need.git, place));
  if (need.login) parts.push(lookForLogin(need.login, place.envOf(need.login)));
  const worst =
    parts.find(({ state }) => state === "missing") ?? parts.find(({ state }) => state === "unknown");
  if (worst) return worst;
  const found = parts.flatMap((part) => part.found ?? []).join(", ");
  return { state: "met", found: found === "" ? null : found.slice(0, 500), message: null };
}

async function lookForTool(tool: string, range: string | undefined, place: Place): Promise<Found> {
  const file = findProgram(tool, place.cwd, place.root, place.path);
  if (!file) return missing(`${tool} is missing: it is neither in the project nor on PATH.`);
  const where = isUnder(file, place.root) ? `in the project (${relative(place.root, file)})` : `at ${file}`;
  if (!place.allows(tool, file))
    return unknown(
      `${tool} is ${where}, but this machine's policy does not let it be asked for its version.`,
    );
  const version = await toolVersion(file);
  if (!range) return met(version ? `${tool} ${version} ${where}` : `${tool} ${where}`);
  if (!version) return unknown(`${tool} is ${where}, but does not say its version; ${range} is needed.`);
  if (satisfies(version, range)) return met(`${tool} ${version} ${where}`);
  return {
    ...missing(`${tool} ${version} is installed, but ${range} is needed.`),
    found: `${tool} ${version} ${where}`,
  };
}

function lookForFile(files: string[], { cwd, root }: Place): Found {
  // What lies outside of the root is nobody's business, and a question about it tells.
  const found = files.find((file) => isUnder(resolve(cwd, file), root) && existsSync(join(cwd, file)));
  return found ? met(found) : missing(`No ${files.join(" or ")} in ${name({ cwd, root })}.`);
}

async function lookForGit(what: "repository" | "remote", place: Place): Promise<Found> {
  const repository = repositoryOf(place);
  if (!repository) return missing(`There is no git repository in ${name(place)}.`);
  if (what === "repository")
    return met(`a git repository in ${name({ ...place, cwd: dirname(repository) })}`);
  return (await hasRemote(repository, place))
    ? met("a git remote")
    : missing(`The git repository in ${name(place)} has no remote.`);
}

const met = (found: string): Found => ({ state: "met", found, message: null });
const missing = (message: string): Found => ({ state: "missing", found: null, message });
const unknown = (message: string): Found => ({ state: "unknown", found: null, message });

function name({ cwd, root }: Pick<Place, "cwd" | "root">): string {
  return cwd === root ? "the agent's root" : relative(root, cwd);
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
function lookForLogin(service: string, env: Record<string, string>): Found {
  const signs = signsOf(service, env);
  // A login we know no sign of is the program's own to complain about.
  if (signs === null) return unknown(`Nothing on this machine says whether ${service} is logged in.`);
  const sign = signs.find((one) => one !== undefined && one !== "");
  return sign ? met(`${service} is logged in (${sign})`) : missing(`${service} is not logged in.`);
}

/** Names of variables that are set and of files that are there; null for a service we do not know. */
function signsOf(service: string, env: Record<string, string>): (string | undefined)[] | null {
  const home = env.HOME ?? homedir();
  const config = env.XDG_CONFIG_HOME ?? join(home, ".config");
  const set = (...names: string[]) => names.find((one) => env[one]);
  const file = (...paths: string[]) => {
    const found = paths.find((path) => existsSync(path));
    return found && basename(found);
  };
  switch (service) {
    case "wrangler":
      return [
        set("CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"),
        file(
          join(config, ".wrangler", "config", "default.toml"),
          join(home, ".wrangler", "config", "default.toml"),
        ),
      ];
    case "claude":
      return [set("ANTHROPIC_API_KEY"), file(join(home, ".claude", ".credentials.json"))];
    case "gh":
      return [
        set("GH_TOKEN", "GITHUB_TOKEN"),
        file(join(env.GH_CONFIG_DIR ?? join(config, "gh"), "hosts.yml")),
      ];
    default:
      return null;
  }
}
