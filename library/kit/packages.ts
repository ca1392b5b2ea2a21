/** Runs the project's own package manager, found from its lock file or, before the first install, from its package.json. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { keepCopies, restore } from "./files.ts";
import { run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

const MANAGERS: { lock: string; program: string; clean: string[] }[] = [
  { lock: "pnpm-lock.yaml", program: "pnpm", clean: ["install", "--frozen-lockfile"] },
  { lock: "yarn.lock", program: "yarn", clean: ["install", "--immutable"] },
  { lock: "package-lock.json", program: "npm", clean: ["ci"] },
  { lock: "bun.lock", program: "bun", clean: ["install", "--frozen-lockfile"] },
  { lock: "bun.lockb", program: "bun", clean: ["install", "--frozen-lockfile"] },
];

/** Lock files by which a package manager is known. */
export const LOCK_FILES: string[] = MANAGERS.map(({ lock }) => lock);

/** How each says it; `update` takes no names for all of them. */
const VERBS: { [verb: string]: (program: string, names: string[]) => string[] } = {
  add: (program, names) => [program === "npm" ? "install" : "add", ...names],
  "add-dev": (program, names) => [
    program === "npm" ? "install" : "add",
    program === "npm" ? "--save-dev" : program === "bun" ? "--dev" : "-D",
    ...names,
  ],
  // Without the version they were added with.
  remove: (program, names) => [
    program === "npm" ? "uninstall" : "remove",
    ...names.map((name) => name.replace(/(?<=.)@.*$/, "")),
  ],
  // As far as package.json allows.
  update: (program, names) =>
    program === "yarn"
      ? classic()
        ? ["upgrade", ...names]
        : ["up", "--recursive", ...these(names)]
      : ["update", ...names],
  // Past it: package.json asks for what is newest then.
  "update-latest": (program, names) =>
    program === "npm"
      ? ["install", ...these(names).map((name) => `${name}@latest`)]
      : program === "yarn"
        ? classic()
          ? ["upgrade", "--latest", ...names]
          : ["up", ...these(names)]
        : ["update", "--latest", ...names],
};

/** For those that must be told which: the names, or without them all that come from a registry. */
function these(names: readonly string[]): readonly string[] {
  if (names.length > 0) return names;
  return Object.entries(asks()).flatMap(([name, range]) => (/[:/]/.test(range) ? [] : [name]));
}

/** Is it yarn 1? */
export function classic(): boolean {
  return run("yarn", ["--version"], false).stdout.startsWith("1.");
}

/** `-- install`, `-- run NAME ARGS…`, `-- add NAMES…`, `-- add-dev NAMES…`, `-- remove NAMES…`, `-- update [NAMES…]`, `-- update-latest [NAMES…]`; npm where nothing says which. */
export function runPackageManager(words: Words): object {
  const found = manager();
  const program = found?.program ?? "npm";
  const [verb = "", script, ...args] = words.rest;
  if (!existsSync("package.json") && words.value("when") !== "needed")
    throw new Failed("there is no package.json in this directory");
  if (verb === "install" && words.value("when") === "needed" && needsNone())
    return { package_manager: program, skipped: "the project needs no packages" };
  const argv =
    verb === "install"
      ? words.value("clean") === "yes" && found && existsSync(found.lock)
        ? found.clean
        : ["install"]
      : verb === "run" && script !== undefined
        ? // npm keeps what is behind -- for the script; the others would pass the -- on as well.
          ["run", script, ...(program === "npm" && args.length > 0 ? ["--"] : []), ...args]
        : Object.hasOwn(VERBS, verb) && (script !== undefined || verb.startsWith("update"))
          ? VERBS[verb]!(program, script === undefined ? [] : [script, ...args])
          : null;
  if (!argv)
    throw new Failed(
      "say -- install, -- run NAME, -- add NAMES, -- remove NAMES, -- update or -- update-latest",
    );
  if (verb.startsWith("update") && Object.keys(asks()).length === 0)
    return { package_manager: program, skipped: "the project needs no packages" };
  start(program, argv);
  return { package_manager: program };
}

/** Before a change of what the project asks for: its package.json and lock file, and that nothing was installed. */
export function packageKeep(): object {
  const lock = manager()?.lock ?? "package-lock.json";
  return keepCopies(["package.json", lock, ...(existsSync("node_modules") ? [] : ["node_modules"])]);
}

/** Puts them back, and has the package manager install what they say; where nothing was installed before, nothing is. */
export function packageRestore(words: Words): object {
  const restored = restore(words);
  if (!existsSync("node_modules")) return restored;
  const program = manager()?.program ?? "npm";
  start(program, ["install"]);
  return { ...restored, package_manager: program };
}

/** That of the lock file that is there, or that package.json names: `"packageManager": "pnpm@9.1.0"`. */
export function manager(): (typeof MANAGERS)[number] | undefined {
  const locked = MANAGERS.find(({ lock }) => existsSync(lock));
  if (locked || !existsSync("package.json")) return locked;
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8")) as { packageManager?: unknown };
  return MANAGERS.find(({ program }) => program === String(packageManager).split("@")[0]);
}

function start(program: string, argv: string[]): void {
  const child = spawnSync(program, argv, { stdio: ["ignore", 2, 2] });
  if (child.error) throw new Failed(`${program} could not be run: ${child.error.message}`);
  if (child.status !== 0)
    throw new Failed(`${program} ${argv.join(" ")} ended with ${child.status ?? child.signal}`);
}

function needsNone(): boolean {
  return !existsSync("package.json") || Object.keys(asks()).length === 0;
}

/** What the project asks for, with the range of each. */
function asks(): { [name: string]: string } {
  const said = JSON.parse(readFileSync("package.json", "utf8")) as {
    [group: string]: { [name: string]: string } | undefined;
  };
  return { ...said.dependencies, ...said.devDependencies, ...said.optionalDependencies };
}
