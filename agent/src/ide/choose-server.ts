/** Which language server a file gets: what this machine's `ide.yaml` says, else for TypeScript and JavaScript the project's own version. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { isUnder } from "../find-program.ts";
import { NotStarted } from "../not-started.ts";
import { type ActionContext, allowedProgram } from "./context.ts";
import type { ServerSpec } from "./language-server.ts";
import { readSettings } from "./settings.ts";

export const TYPESCRIPT = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
const MEMORY_MB = 2_048;
/** `{ total }` becomes `{ sum: total }`: the rename of one thing is not that of another of the same name. */
const NATIVE = { preferences: { useAliasesForRenames: true } };

/** The server for a file. Throws NotStarted (`prerequisite_missing`, `policy_denied`). */
export async function serverFor(context: ActionContext, file: string): Promise<ServerSpec> {
  const extension = extname(file).toLowerCase();
  const project = projectOf(file, context.cwd, context.config.root);
  const { language_servers } = await readSettings(context.config.stateDir);
  const own = language_servers.find((one) => one.extensions.includes(extension));
  if (own) {
    const [program = "", ...argv] = own.command;
    const found = allowedProgram(context, program, project);
    if (found === null)
      throw new NotStarted(
        "prerequisite_missing",
        `The language server "${program}" of ide.yaml was not found: neither in the project nor on PATH.`,
      );
    const { extensions, memoryMb } = own;
    const base = { name: program, version: null, file: found, argv, project, extensions, memoryMb };
    return { ...base, env: context.env, initializationOptions: {} };
  }
  if (TYPESCRIPT.includes(extension)) return typescript(context, file, project);
  throw new NotStarted(
    "prerequisite_missing",
    `No language server is set up for ${extension || "files without an ending"}. Name one in ide.yaml in the agent's state directory, ${context.config.stateDir}.`,
  );
}

function typescript(context: ActionContext, file: string, project: string): ServerSpec {
  const found = findTypescript(dirname(file), context.config.root);
  if (!found)
    throw new NotStarted(
      "prerequisite_missing",
      `The project has no TypeScript: there is no node_modules/typescript above ${relative(context.config.root, file)}. Install it, for example with npm-install (npm install --save-dev typescript).`,
    );
  const base = {
    project,
    extensions: TYPESCRIPT,
    memoryMb: MEMORY_MB,
    version: `TypeScript ${found.version}`,
  };
  if (Number.parseInt(found.version, 10) >= 7) {
    const tsc = join(found.dir, "bin", "tsc");
    context.guard.program("tsc", existsSync(tsc) ? tsc : null, context.path);
    if (!existsSync(tsc))
      throw new NotStarted(
        "prerequisite_missing",
        `TypeScript ${found.version} is there without its program tsc; install it again.`,
      );
    const env = { ...context.env, GOMEMLIMIT: `${MEMORY_MB}MiB` };
    const argv = [tsc, "--lsp", "--stdio"];
    return {
      ...base,
      name: "tsc --lsp",
      file: process.execPath,
      argv,
      env,
      initializationOptions: {},
      settings: { "js/ts": NATIVE, typescript: NATIVE, javascript: NATIVE },
    };
  }
  const tsserver = join(found.dir, "lib", "tsserver.js");
  if (!existsSync(tsserver))
    throw new NotStarted(
      "prerequisite_missing",
      `TypeScript ${found.version} is there without tsserver; install it again.`,
    );
  const cli = fileURLToPath(import.meta.resolve("typescript-language-server/lib/cli.mjs"));
  context.guard.program("typescript-language-server", cli, context.path);
  return {
    ...base,
    name: "typescript-language-server",
    file: process.execPath,
    argv: [cli, "--stdio"],
    env: context.env,
    initializationOptions: {
      hostInfo: "tw",
      // It would run npm to fetch types for whatever it sees.
      disableAutomaticTypingAcquisition: true,
      preferences: { providePrefixAndSuffixTextForRename: true },
      maxTsServerMemory: MEMORY_MB,
      tsserver: { path: tsserver, useSyntaxServer: "never" },
    },
  };
}

/** The project's own TypeScript, nearest first; else the one this agent was installed with, if any. */
export function findTypescript(from: string, root: string): { dir: string; version: string } | null {
  for (let dir = from; isUnder(dir, root); dir = dirname(dir)) {
    const found = versionIn(join(dir, "node_modules", "typescript"));
    if (found) return found;
    if (dir === root) break;
  }
  try {
    return versionIn(dirname(createRequire(import.meta.url).resolve("typescript/package.json")));
  } catch {
    return null;
  }
}

function versionIn(dir: string): { dir: string; version: string } | null {
  try {
    const { version } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as { version: string };
    return { dir, version };
  } catch {
    return null;
  }
}

/** The repository the file is in, else the highest directory that is still a package, else the step's own directory. */
export function projectOf(file: string, cwd: string, root: string): string {
  let highest: string | null = null;
  for (let dir = dirname(file); isUnder(dir, root); dir = dirname(dir)) {
    if (existsSync(join(dir, ".git"))) return dir;
    if (["package.json", "tsconfig.json", "jsconfig.json"].some((name) => existsSync(join(dir, name))))
      highest = dir;
    if (dir === root) break;
  }
  return highest ?? (isUnder(file, cwd) ? cwd : dirname(file));
}
