/** Which tools are here and in which version, without running the slow ones: what npm installed says so in its package.json. */
import { execFile } from "node:child_process";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProgram } from "./find-program.ts";

const TOLD = [
  "git",
  "node",
  "npm",
  "pnpm",
  "yarn",
  "wrangler",
  "claude",
  "cursor",
  "code",
  "docker",
  "rg",
  "systemctl",
  "typescript-language-server",
];
const cache = new Map<string, { mtime: number; version: string }>();

/** Tools of the agent's machine, for `hello` and `doctor`. */
export async function findTools(root: string, path: string): Promise<Record<string, string>> {
  const found = await Promise.all(
    TOLD.map(async (tool) => {
      const file = findProgram(tool, root, root, path);
      return file ? ([tool, (await toolVersion(file)) ?? "unknown"] as const) : null;
    }),
  );
  return Object.fromEntries(found.filter((entry) => entry !== null));
}

/** The version of the program at `file`; null when it does not say. */
export async function toolVersion(file: string): Promise<string | null> {
  const real = realpathSync(file);
  const mtime = statSync(real).mtimeMs;
  const known = cache.get(real);
  if (known?.mtime === mtime) return known.version;
  const version =
    real === realpathSync(process.execPath)
      ? process.versions.node
      : (packageVersion(real) ?? (await askVersion(file)));
  if (version) cache.set(real, { mtime, version });
  return version;
}

function packageVersion(real: string): string | null {
  if (!real.includes("/node_modules/")) return null;
  for (let dir = dirname(real); dir !== dirname(dir); dir = dirname(dir)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as Record<
        string,
        string
      >;
      if (name && version) return version;
    } catch {
      // Further up.
    }
  }
  return null;
}

function askVersion(file: string): Promise<string | null> {
  return new Promise((answer) => {
    const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
    execFile(file, ["--version"], { timeout: 3_000, env }, (error, stdout) => {
      answer(error ? null : (/\d+\.\d+(\.\d+)?[\w.+-]*/.exec(stdout)?.[0] ?? null));
    });
  });
}

/** Does a version satisfy a range like ">=4", "^4.2.0", ">=20 <25" or "4.x"? Alternatives are split by ||. */
export function satisfies(version: string, range: string): boolean {
  const have = numbers(version);
  return range.split("||").some((part) =>
    part
      .trim()
      .replace(/(>=|<=|>|<|=|\^|~)\s+/g, "$1")
      .split(/\s+/)
      .filter(Boolean)
      .every((rule) => holds(have, rule)),
  );
}

function holds(have: number[], rule: string): boolean {
  const [, sign = "", text = ""] = /^(>=|<=|>|<|=|\^|~)?v?(.*)$/.exec(rule) ?? [];
  const want = text
    .split(".")
    .filter((part) => /^\d/.test(part))
    .map((part) => Number.parseInt(part, 10));
  if (want.length === 0) return true;
  const order = compare(have, want);
  const same = (count: number) => want.slice(0, count).every((part, i) => part === (have[i] ?? 0));
  switch (sign) {
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0 || same(want.length);
    case ">":
      return order > 0 && !same(want.length);
    case "<":
      return order < 0;
    case "^": {
      const first = want.findIndex((part) => part !== 0);
      return order >= 0 && same(first === -1 ? want.length : first + 1);
    }
    case "~":
      return order >= 0 && same(Math.min(2, want.length));
    default:
      return same(want.length);
  }
}

function numbers(version: string): number[] {
  return version
    .replace(/^v/, "")
    .split(/[.+-]/)
    .slice(0, 3)
    .map((part) => Number.parseInt(part, 10) || 0);
}
function compare(a: number[], b: number[]): number {
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
