/**
 * `npm run library-table`: every command on files, git and the machine, each with every awkward value, run by a real agent: what
 * arrived, what was refused and how. Runs the test of it; ends with 1 when that fails.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./ports.ts";

const folder = mkdtempSync(join(tmpdir(), "tw-table-"));
try {
  const file = join(folder, "table.json");
  const { status } = spawnSync(
    join(ROOT, "node_modules", ".bin", "vitest"),
    ["run", "--reporter=dot", "local/test/library-awkward.test.ts"],
    { cwd: ROOT, stdio: ["ignore", 2, 2], env: { ...process.env, TW_LIBRARY_TABLE: file } },
  );
  process.stdout.write(printed(JSON.parse(readFileSync(file, "utf8")) as [string, string, string][]));
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Command and parameter, value, how it went; in columns, with the sums below. */
function printed(rows: [command: string, value: string, how: string][]): string {
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  const [first, second] = [width(0), width(1)];
  const lines = rows.map(
    ([command, value, how]) => `${command.padEnd(first)}  ${value.padEnd(second)}  ${how}`,
  );
  const sums = new Map<string, number>();
  for (const [, , how] of rows) sums.set(how, (sums.get(how) ?? 0) + 1);
  const total = [...sums].map(([how, count]) => `${String(count).padStart(6)}  ${how}`);
  return `${lines.join("\n")}\n\n${total.join("\n")}\n`;
}
