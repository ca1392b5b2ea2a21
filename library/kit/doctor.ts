/** Is everything here that work in this directory needs? Looks at files only, so that it answers at once and offline. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { LOCK_FILES } from "./packages.ts";
import { attempt } from "./run.ts";
import { Failed, type Words } from "./words.ts";
import { CONFIG_FILES } from "./wrangler.ts";

interface Finding {
  name: string;
  ok: boolean;
  says: string;
  /** The command that sets it up. */
  fix?: string;
}

/** Fails when something needed is missing, and names the command that sets it up; what is only worth knowing is said. */
export function doctor(words: Words): object {
  const findings = [...machine(), ...(words.value("project") === "no" ? [] : project())];
  for (const { ok, name, says } of findings) process.stderr.write(`${ok ? "ok" : "--"}  ${name}: ${says}\n`);
  const missing = findings.filter(({ ok }) => !ok);
  if (missing.length > 0)
    throw new Failed(
      missing
        .map(({ name, says, fix }) => `${name}: ${says}${fix === undefined ? "" : ` (${fix} sets it up)`}`)
        .join("\n"),
    );
  return Object.fromEntries([
    ["healthy", true],
    ["checks", findings.map(({ name, says }) => `${name}: ${says}`)],
  ]);
}

function machine(): Finding[] {
  const git = attempt("git", ["--version"], false).stdout.trim();
  return [
    { name: "node", ok: true, says: process.version },
    { name: "git", ok: git !== "", says: git || "is not installed" },
    tool("npm", "comes with Node; install Node again"),
    tool("wrangler", "is neither in the project nor on PATH", "npm-install"),
  ];
}

function project(): Finding[] {
  const config = CONFIG_FILES.find((file) => existsSync(file));
  const found: Finding[] = [
    {
      name: "wrangler config",
      ok: config !== undefined,
      says: config ?? "there is none in this directory",
      fix: "worker-new",
    },
    {
      name: "git repository",
      ok: repository(process.cwd()),
      says: repository(process.cwd()) ? "yes" : "this directory is in none",
      fix: "git-init",
    },
  ];
  if (existsSync("package.json")) found.push(packages());
  return found;
}

function packages(): Finding {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync("package.json", "utf8")) as {
    [group: string]: object;
  };
  const count = Object.keys({ ...dependencies, ...devDependencies }).length;
  const installed = count === 0 || existsSync("node_modules") || existsSync(".pnp.cjs");
  const lock = LOCK_FILES.find((file) => existsSync(file));
  return {
    name: "packages",
    ok: installed,
    says:
      count === 0
        ? "the project needs none"
        : `${count}${installed ? "" : ", not installed"}${lock === undefined ? ", no lock file" : `, ${lock}`}`,
    fix: "npm-install",
  };
}

/** Found as a step would find it; the version as its package says it. */
function tool(name: string, otherwise: string, fix?: string): Finding {
  const file = (process.env.PATH ?? "")
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find((path) => existsSync(path));
  if (file === undefined) return { name, ok: false, says: otherwise, ...(fix === undefined ? {} : { fix }) };
  const about = join(dirname(dirname(realpathSync(file))), "package.json");
  const version = existsSync(about)
    ? (JSON.parse(readFileSync(about, "utf8")) as { version?: string }).version
    : undefined;
  return { name, ok: true, says: version ?? file };
}

function repository(directory: string): boolean {
  return existsSync(join(directory, ".git")) || (directory !== "/" && repository(dirname(directory)));
}
