/** What the agent can tell about the projects under its root, for "where am I": cheap to find, never needed to be right. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Json } from "@tw/shared/contracts/json";
import { ownEnv } from "./env.ts";

export type Facts = { [name: string]: Json };
const WRANGLER_FILES = ["wrangler.jsonc", "wrangler.json", "wrangler.toml"];
const LOCKS = {
  "pnpm-lock.yaml": "pnpm",
  "yarn.lock": "yarn",
  "package-lock.json": "npm",
  "bun.lock": "bun",
  "bun.lockb": "bun",
};
const PROJECTS = 20;
/** Facts stay small: they are stored with every look. */
const ENVIRONMENTS = 20;
const SCRIPTS = 40;

/** Facts of the root, and under `projects` those of the directories right below it that look like projects. */
export async function findFacts(root: string): Promise<Facts> {
  const own = await projectFacts(root, root);
  const below = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
    .map((entry) => entry.name)
    .filter((name) =>
      [".git", "package.json", ...WRANGLER_FILES].some((file) => existsSync(join(root, name, file))),
    )
    .slice(0, PROJECTS);
  const projects: Facts = {};
  for (const name of below) projects[name] = await projectFacts(join(root, name), root);
  return { ...own, ...(below.length > 0 ? { projects } : {}) };
}

async function projectFacts(dir: string, root: string): Promise<Facts> {
  const git = await gitFacts(dir, root);
  const wrangler = wranglerFacts(dir);
  const lock = Object.entries(LOCKS).find(([file]) => existsSync(join(dir, file)));
  const manager = lock?.[1] ?? declaredManager(dir);
  return {
    directory: basename(dir),
    ...(git ? { git } : {}),
    ...(wrangler ? { wrangler } : {}),
    ...(manager ? { package_manager: manager } : {}),
    ...scriptFacts(dir),
  };
}

/** Of a project that has not been installed yet: what its package.json names, `"packageManager": "pnpm@9.1.0"`. */
function declaredManager(dir: string): string | null {
  try {
    const { packageManager } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    const name = typeof packageManager === "string" ? (packageManager.split("@")[0] ?? "") : "";
    return Object.values(LOCKS).includes(name) ? name : "npm";
  } catch {
    return existsSync(join(dir, "package.json")) ? "npm" : null;
  }
}

async function gitFacts(dir: string, root: string): Promise<Facts | null> {
  const text = await run(
    "git",
    ["status", "--porcelain=v2", "--branch", "--untracked-files=normal"],
    dir,
    root,
  );
  if (text === null) return null;
  const { parseOutputs } = await import("@tw/shared/library/outputs");
  const {
    branch = null,
    head = null,
    upstream = null,
    ahead = 0,
    behind = 0,
    dirty = false,
    staged = 0,
  } = parseOutputs({ format: "porcelain" }, { stdout: text });
  return { branch, head, commit: head, upstream, ahead, behind, dirty, staged };
}

/** Name and environments of the Worker. Read by pattern: a fact may be absent, and a parser for each format is not worth it. */
function wranglerFacts(dir: string): Facts | null {
  const file = WRANGLER_FILES.find((name) => existsSync(join(dir, name)));
  if (!file) return null;
  const text = readFileSync(join(dir, file), "utf8").slice(0, 65_536);
  const name = /^\s*"?name"?\s*[:=]\s*"([^"]+)"/m.exec(text)?.[1] ?? null;
  const database = /"?database_name"?\s*[:=]\s*"([^"]+)"/.exec(text)?.[1] ?? null;
  const bucket = /"?bucket_name"?\s*[:=]\s*"([^"]+)"/.exec(text)?.[1] ?? null;
  const environments = file.endsWith(".toml") ? tomlEnvironments(text) : jsonEnvironments(text);
  return {
    config: file,
    name,
    environments,
    ...(database ? { database } : {}),
    ...(bucket ? { bucket } : {}),
  };
}

/** `[env.staging]`, `[env.staging.vars]`, `[[env."a b".d1_databases]]`. */
export function tomlEnvironments(text: string): string[] {
  const headers = text.matchAll(/^\s*\[\[?\s*env\s*\.\s*(?:"([^"]+)"|([\w-]+))/gm);
  return [...new Set(Array.from(headers, (match) => match[1] ?? match[2] ?? ""))].slice(0, ENVIRONMENTS);
}

/** Members of `env`, found by counting brackets: comments and trailing commas are no trouble. */
export function jsonEnvironments(text: string): string[] {
  const tokens = text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\]|\\.)*")(\s*:)?|[[\]{}]/g);
  const names: string[] = [];
  let depth = 0;
  let within = 0;
  let key = "";
  for (const [token, text, colon] of tokens) {
    if (text && colon) {
      key = text.slice(1, -1);
      if (within > 0 && depth === within) names.push(key);
    } else if (token === "{" || token === "[") {
      depth += 1;
      if (token === "{" && depth === 2 && key === "env") within = 2;
    } else if (token === "}" || token === "]") {
      if (depth === within) within = 0;
      depth -= 1;
    }
  }
  return names.slice(0, ENVIRONMENTS);
}

/** Names of the scripts of package.json. */
function scriptFacts(dir: string): Facts {
  try {
    const { scripts } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
    const names = Object.keys(scripts ?? {}).filter((name) => name.length <= 64);
    return names.length > 0 ? { scripts: names.slice(0, SCRIPTS) } : {};
  } catch {
    return {};
  }
}

function run(program: string, argv: string[], cwd: string, root: string): Promise<string | null> {
  return new Promise((answer) => {
    const env = { ...ownEnv(program, root, process.env), GIT_OPTIONAL_LOCKS: "0" };
    execFile(program, argv, { cwd, env, timeout: 5_000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout) => {
      answer(error ? null : stdout);
    });
  });
}
