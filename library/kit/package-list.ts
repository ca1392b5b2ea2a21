/** What the project's package manager says of its packages, each in words of its own, as npm would say it. Only looks. */
import { existsSync, readFileSync } from "node:fs";
import { classic, manager } from "./packages.ts";
import { attempt, run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

interface Outdated {
  [name: string]: { current?: string; wanted?: string; latest: string };
}
interface Tree {
  [name: string]: { version?: string; dependencies?: Tree };
}
/** A line of yarn 2 and later. */
interface Info {
  value: string;
  children: { Version: string; Dependencies?: { locator: string }[] };
}

/** Packages that have newer versions. */
export function packageOutdated(): object {
  const program = needed();
  return { package_manager: program, packages: OUTDATED[program]!() };
}

/** The packages that the project asks for, as they are installed, `--depth` levels of what they ask for below them. */
export function packageList(words: Words): object {
  const program = needed();
  const depth = Number(words.value("depth") ?? 0);
  return { package_manager: program, ...LISTED[program]!(depth) };
}

const OUTDATED: { [program: string]: () => Outdated } = {
  npm: () => json<Outdated>("npm", ["outdated", "--json"]),
  pnpm: () => json<Outdated>("pnpm", ["outdated", "--format", "json"]),
  yarn: () => (classic() ? outdatedOfYarn1() : outdatedOfYarn()),
  // A table: | name (dev) | current | update | latest |
  bun: () =>
    Object.fromEntries(
      Array.from(
        run("bun", ["outdated"], false).stdout.matchAll(
          /^[|│] (@?[^ @]+)(?: \(\w+\))? +[|│] (\d\S*) +[|│] (\d\S*) +[|│] (\d\S*) +[|│]$/gm,
        ),
        ([, name = "", current, wanted, latest = ""]) => [name, { current, wanted, latest }],
      ),
    ) as Outdated,
};

const LISTED: { [program: string]: (depth: number) => object } = {
  npm: (depth) => {
    const { name, dependencies, problems } = json<{ [member: string]: unknown }>("npm", [
      "ls",
      "--json",
      `--depth=${depth}`,
    ]);
    return { name, dependencies: dependencies ?? {}, problems };
  },
  pnpm: (depth) => {
    const [own] = json<{ name?: string; [group: string]: unknown }[]>("pnpm", [
      "ls",
      "--json",
      "--depth",
      String(depth),
    ]);
    const groups = ["dependencies", "devDependencies", "optionalDependencies"];
    return { name: own?.name, dependencies: Object.assign({}, ...groups.map((group) => own?.[group])) };
  },
  yarn: (depth) => ({ name: own().name, dependencies: classic() ? treeOfYarn1(depth) : treeOfYarn(depth) }),
  bun: () => {
    const { stdout } = run("bun", ["pm", "ls"], false);
    const lines = Array.from(stdout.matchAll(/^[├└]── (@?[^@\s]+)@(\S+)/gm));
    return {
      name: own().name,
      dependencies: Object.fromEntries(lines.map(([, name = "", version]) => [name, { version }])),
    };
  },
};

function needed(): string {
  if (!existsSync("package.json")) throw new Failed("there is no package.json in this directory");
  return manager()?.program ?? "npm";
}

/** What it prints as JSON. Of npm and pnpm 1 means that there is something to say. */
function json<T>(program: string, argv: string[]): T {
  const { code, stdout, stderr } = attempt(program, argv, false);
  let said: (T & { problems?: unknown; error?: { summary?: string; message?: string } }) | undefined;
  try {
    said = JSON.parse(stdout.trim() || "{}") as typeof said;
  } catch {
    // Not JSON: what it said instead is told below.
  }
  // Of packages that are missing npm tells twice: as problems of what it lists, and as an error.
  const fault = said?.problems ? undefined : (said?.error?.summary ?? said?.error?.message);
  if (said !== undefined && typeof fault !== "string" && code <= 1 && (code === 0 || stdout.trim() !== ""))
    return said;
  throw new Failed(
    `${program} ${argv[0]} ended with ${code}: ${fault ?? (stderr.trim() || stdout).slice(0, 500)}`,
  );
}

function lines<T>(text: string): T[] {
  return text.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as T] : []));
}

function outdatedOfYarn1(): Outdated {
  const { code, stdout, stderr } = attempt("yarn", ["outdated", "--json"], false);
  const said = lines<{ type: string; data: { body: string[][] } }>(stdout + stderr);
  const fault = said.find(({ type }) => type === "error");
  if (fault) throw new Failed(`yarn outdated ended with ${code}: ${String(fault.data).slice(0, 500)}`);
  const rows = said.find(({ type }) => type === "table")?.data.body ?? [];
  return Object.fromEntries(
    rows.map(([name = "", current = "", wanted = "", latest = ""]) => [name, { current, wanted, latest }]),
  );
}

/** It has no `outdated`: what is installed beside what the registry has as latest. */
function outdatedOfYarn(): Outdated {
  const installed = Object.entries(treeOfYarn(0, "@npm:"));
  if (installed.length === 0) return {};
  const names = installed.map(([name]) => name);
  const { stdout } = run("yarn", ["npm", "info", ...names, "--fields", "version", "--json"], false);
  const newest = new Map(
    lines<{ name: string; version: string }>(stdout).map(({ name, version }) => [name, version]),
  );
  return Object.fromEntries(
    installed.flatMap(([name, { version = "" }]) => {
      const latest = newest.get(name);
      return latest === undefined || latest === version ? [] : [[name, { current: version, latest }]];
    }),
  );
}

function treeOfYarn1(depth: number): Tree {
  interface Node {
    name: string;
    children?: Node[];
  }
  const { stdout } = run("yarn", ["list", "--json", `--depth=${depth}`], false);
  const found = lines<{ type: string; data: { trees: Node[] } }>(stdout).find(({ type }) => type === "tree");
  const branch = ({ name, children = [] }: Node): [string, Tree[string]] => {
    const at = name.lastIndexOf("@");
    const below = Object.fromEntries(children.map(branch));
    return [name.slice(0, at), { version: name.slice(at + 1), ...within(below) }];
  };
  // It lists everything that is installed at the top, also what only others ask for.
  const asked = own().asked;
  const all = (found?.data.trees ?? []).map(branch);
  return Object.fromEntries(all.filter(([name]) => asked.has(name)));
}

/** `kind` is a part of the locators to take: all, unless said. */
function treeOfYarn(depth: number, kind = "@"): Tree {
  const { stdout } = run("yarn", ["info", "--json", ...(depth > 0 ? ["--recursive"] : [])], false);
  const found = new Map(lines<Info>(stdout).map(({ value, children }) => [value, children]));
  const branch = (locator: string, left: number): [string, Tree[string]] => {
    const about = found.get(locator);
    const asked = left > 0 ? (about?.Dependencies ?? []) : [];
    const below = Object.fromEntries(asked.map((one) => branch(one.locator, left - 1)));
    return [named(locator), { ...(about ? { version: about.Version } : {}), ...within(below) }];
  };
  const names = own().asked;
  const self = [...found].find(([locator]) => locator.endsWith("@workspace:."))?.[1];
  const direct = self?.Dependencies?.map(({ locator }) => locator) ?? [...found.keys()];
  const wanted = direct.filter((locator) => names.has(named(locator)) && locator.includes(kind));
  return Object.fromEntries(wanted.map((locator) => branch(locator, depth)));
}

function named(locator: string): string {
  return locator.slice(0, locator.indexOf("@", 1));
}

function within(below: Tree): { dependencies?: Tree } {
  return Object.keys(below).length === 0 ? {} : { dependencies: below };
}

/** The project's name, and the packages it asks for. */
function own(): { name: string | undefined; asked: Set<string> } {
  const said = JSON.parse(readFileSync("package.json", "utf8")) as {
    name?: string;
    [group: string]: unknown;
  };
  const groups = ["dependencies", "devDependencies", "optionalDependencies"];
  return { name: said.name, asked: new Set(groups.flatMap((group) => Object.keys(said[group] ?? {}))) };
}
