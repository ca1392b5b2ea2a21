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
};
const PROJECTS = 20;

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
  const manager = lock?.[1] ?? (existsSync(join(dir, "package.json")) ? "npm" : null);
  return {
    directory: basename(dir),
    ...(git ? { git } : {}),
    ...(wrangler ? { wrangler } : {}),
    ...(manager ? { package_manager: manager } : {}),
  };
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
  return { branch, head, upstream, ahead, behind, dirty, staged };
}

/** Name and environments of the Worker. Read by pattern: a fact may be absent, and a parser for each format is not worth it. */
function wranglerFacts(dir: string): Facts | null {
  const file = WRANGLER_FILES.find((name) => existsSync(join(dir, name)));
  if (!file) return null;
  const text = readFileSync(join(dir, file), "utf8").slice(0, 65_536);
  const name = /^\s*"?name"?\s*[:=]\s*"([^"]+)"/m.exec(text)?.[1] ?? null;
  const database = /"?database_name"?\s*[:=]\s*"([^"]+)"/.exec(text)?.[1] ?? null;
  const bucket = /"?bucket_name"?\s*[:=]\s*"([^"]+)"/.exec(text)?.[1] ?? null;
  return { config: file, name, ...(database ? { database } : {}), ...(bucket ? { bucket } : {}) };
}

function run(program: string, argv: string[], cwd: string, root: string): Promise<string | null> {
  return new Promise((answer) => {
    const env = { ...ownEnv(program, root, process.env), GIT_OPTIONAL_LOCKS: "0" };
    execFile(program, argv, { cwd, env, timeout: 5_000, maxBuffer: 4 * 1024 * 1024 }, (error, stdout) => {
      answer(error ? null : stdout);
    });
  });
}
