/**
 * `npm run brief-names`: a table of every command that was asked for by name, its slug, the test that ran it, and how that ended.
 * Runs those tests; with `--report FILE` it reads a report that `vitest --reporter=json` wrote. Ends with 1 when a name has no command or no
 * passing test.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Command } from "commander";
import { LIBRARY_FOLDER } from "./library.ts";
import { readLibrary } from "./library-files.ts";
import { ROOT } from "./ports.ts";

/** Name, slug, file of the test, how its title begins (`*` is anything), what was checked where it cannot run here. */
export type Asked = [name: string, slug: string, file: string, title: string, instead?: string];
/** What `vitest --reporter=json` writes, as far as it is read here. */
export interface Report {
  testResults: { name: string; assertionResults: { title: string; status: string }[] }[];
}
export interface Row {
  name: string;
  slug: string;
  test: string;
  result: string;
  good: boolean;
}

/** The names that were asked for. */
export function askedNames(): Asked[] {
  const file = join(import.meta.dirname, "brief-names.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { names: Asked[] }).names;
}

/** One row for each name. A test that was skipped, or of which there is none, is as bad as one that failed. */
export function tableOf(asked: Asked[], slugs: Set<string>, report: Report): Row[] {
  const results = new Map(
    report.testResults.map(({ name, assertionResults }) => [relative(ROOT, name), assertionResults]),
  );
  return asked.map(([name, slug, file, title, instead]) => {
    const row = (result: string, good = false): Row => ({
      name,
      slug,
      test: file === "" ? "" : `${file}: ${title}`,
      result,
      good,
    });
    if (!slugs.has(slug)) return row("MISSING: no such command");
    if (file === "") return row("MISSING: no test");
    const found = (results.get(file) ?? []).filter((test) => titlePattern(title).test(test.title));
    if (found.length === 0) return row("MISSING: the test was not run");
    const bad = found.find(({ status }) => status !== "passed");
    if (bad) return row(`${bad.status.toUpperCase()}: ${bad.title}`);
    return row(instead === undefined ? "ran" : `checked: ${instead}`, true);
  });
}

/** The table as text, in columns. */
export function printTable(rows: Row[]): string {
  const head = { name: "name", slug: "command", test: "test", result: "result" };
  const width = (key: "name" | "slug") => Math.max(...[head, ...rows].map((row) => row[key].length));
  const [names, slugs] = [width("name"), width("slug")];
  return [head, ...rows]
    .map(
      (row) =>
        `${row.name.padEnd(names)}  ${row.slug.padEnd(slugs)}  ${row.result}${row.test && `  (${row.test})`}`,
    )
    .join("\n");
}

function titlePattern(title: string): RegExp {
  const parts = title.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}`, "s");
}

/** Runs the files of the tests once and reads what came of them. */
function runTests(files: string[]): Report {
  const folder = mkdtempSync(join(tmpdir(), "tw-names-"));
  try {
    const out = join(folder, "report.json");
    const vitest = join(ROOT, "node_modules", ".bin", "vitest");
    const argv = ["run", "--reporter=json", `--outputFile=${out}`, ...files];
    const ended = spawnSync(vitest, argv, { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"] });
    if (ended.error) throw ended.error;
    return JSON.parse(readFileSync(out, "utf8")) as Report;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const program = new Command("npm run brief-names --")
    .description("Every command that was asked for by name, and the test that ran it.")
    .option("--report <file>", "a report of vitest's json reporter, instead of running the tests")
    .parse(process.argv.slice(2), { from: "user" });
  const { report } = program.opts<{ report?: string }>();
  const asked = askedNames();
  const { commands } = await readLibrary(LIBRARY_FOLDER);
  const files = [...new Set(asked.map(([, , file]) => file).filter((file) => file !== ""))];
  const read = report === undefined ? runTests(files) : (JSON.parse(readFileSync(report, "utf8")) as Report);
  const rows = tableOf(asked, new Set(commands.map(({ slug }) => slug)), read);
  const bad = rows.filter(({ good }) => !good);
  process.stdout.write(
    `${printTable(rows)}\n\n${rows.length} names, ${rows.length - bad.length} good, ${bad.length} not.\n`,
  );
  process.exitCode = bad.length > 0 ? 1 : 0;
}
