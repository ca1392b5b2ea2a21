/**
 * `npm run library-table`: every command on files, git and the machine, run by a real agent: as people call it, with outputs and undo,
 * and with every awkward value. A row for each command: what was run, what it put out, whether it was undone, how many awkward values
 * arrived as one or were refused. Runs the test of it; ends with 1 when that fails.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { ROOT } from "./ports.ts";

interface Row {
  command: string;
  /** Empty: an ordinary call. */
  param: string;
  value: string;
  how: string;
}

if (import.meta.main) {
  const program = new Command("npm run library-table --")
    .description("Every command on files, git and the machine, run by a real agent.")
    .option(
      "--only <pattern>",
      "a regular expression: only commands and parameters like it, as `git-push branch`",
    )
    .option("--values", "a row for each value too")
    .parse(process.argv.slice(2), { from: "user" });
  const { only, values } = program.opts<{ only?: string; values?: boolean }>();
  const folder = mkdtempSync(join(tmpdir(), "tw-table-"));
  try {
    const file = join(folder, "table.json");
    const argv = ["run", "--reporter=dot", "local/test/library-awkward.test.ts"];
    // A part is not looked at as the whole: the tests of the whole are left out.
    if (only !== undefined) argv.push("--testNamePattern=does what it is for|each value arrives");
    const { status } = spawnSync(join(ROOT, "node_modules", ".bin", "vitest"), argv, {
      cwd: ROOT,
      stdio: ["ignore", 2, 2],
      env: {
        ...process.env,
        TW_LIBRARY_TABLE: file,
        ...(only === undefined ? {} : { TW_LIBRARY_ONLY: only }),
      },
    });
    const rows = JSON.parse(readFileSync(file, "utf8")) as Row[];
    if (values)
      process.stdout.write(
        `${columns(rows.map(({ command, param, value, how }) => [command, param, value, how]))}\n\n`,
      );
    process.stdout.write(`${byCommand(rows)}\n\n${sums(rows)}\n`);
    process.exitCode = status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line for each command: its ordinary calls, what they put out, how they were undone, and the awkward values. */
function byCommand(rows: Row[]): string {
  const commands = [...new Set(rows.map(({ command }) => command))].sort();
  const lines = commands.map((command) => {
    const own = rows.filter((row) => row.command === command);
    const plain = own.filter(({ param }) => param === "").map(({ how }) => how.split("; "));
    const each = (index: number) => [...new Set(plain.map((parts) => parts[index] ?? ""))].join(", ");
    const awkward = own.filter(({ param, value }) => param !== "" && value !== "(undo)");
    const undone = own.filter(({ value }) => value === "(undo)").length;
    const good = awkward.filter(({ how }) => /^(arrived|refused)/.test(how)).length;
    return [
      command,
      `ran ${plain.length}`,
      each(0),
      each(1) + (undone > 0 ? ` (and ${undone} runs of awkward values)` : ""),
      awkward.length === 0 ? "takes no text" : `${good}/${awkward.length}`,
    ];
  });
  return columns([["command", "ran", "outputs", "undo", "awkward values"], ...lines]);
}

function sums(rows: Row[]): string {
  const counts = new Map<string, number>();
  for (const { param, value, how } of rows) {
    const kind =
      param === ""
        ? `ordinary call, ${how.split("; ")[1]}`
        : value === "(undo)"
          ? "run of awkward values, undone"
          : how;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${String(count).padStart(6)}  ${kind}`).join("\n");
}

function columns(lines: string[][]): string {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => (line[at] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
