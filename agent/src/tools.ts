/** Which tools are here and in which version, without running the slow ones: what npm installed says so in its package.json. */
import { findProgram } from "./find-program.ts";
import { toolVersion } from "./tool-versions.ts";

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
