/** The table of faults names tests that exist, and no fault is left out. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const rows = readFileSync(join(ROOT, "docs/faults.md"), "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter((cells) => /^F\d+$/.test(cells[1] ?? ""));
const named = rows.flatMap((cells) =>
  (cells[4] ?? "").split("<br>").flatMap((proof) => {
    const [, file, title] = /^`([^`]+\.test\.ts)`: (.+)$/.exec(proof) ?? [];
    return file && title ? [{ fault: cells[1] as string, file, title }] : [];
  }),
);

it("has every fault of leases and agents once, each with a test", () => {
  const wanted = Array.from({ length: 26 }, (_, i) => `F${41 + i}`);
  expect(rows.map((cells) => cells[1])).toEqual(wanted);
  expect([...new Set(named.map(({ fault }) => fault))]).toEqual(wanted);
});

it.each(named)("$fault: $file has the test it names", ({ file, title }) => {
  const source = readFileSync(join(ROOT, file), "utf8");
  const at = source.indexOf(JSON.stringify(title));
  expect(at, `no test "${title}" in ${file}`).toBeGreaterThan(0);
  // The first argument of it, test, it.each(…) or it.runIf(…).
  expect(source.slice(0, at).trimEnd().at(-1)).toBe("(");
});
