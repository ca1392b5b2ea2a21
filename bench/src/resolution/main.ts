/**
 * `npm run resolution`: how well and how fast words are understood. The golden set against ours, against plain full-text search
 * (SQLite FTS5, BM25) and against two search libraries; then the time, of the pure part and of the whole route on a local stack.
 */
import { parseArgs } from "node:util";
import { loadGolden, loadLibrary } from "../../../shared/test/resolution/load.ts";
import { loaded, type Tally, tally } from "../../../shared/test/resolution/score.ts";
import { baselines, tallyBaseline } from "./baselines.ts";
import { pureTimes, routeTimes } from "./times.ts";

const { values } = parseArgs({
  options: {
    // Left out while the ranking is worked on: what is seen at every change is tuned on, too.
    "held-out": { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
    "no-times": { type: "boolean", default: false },
    "no-route": { type: "boolean", default: false },
  },
});
const commands = loadLibrary();
const slugs = new Set(commands.map(({ slug }) => slug));
const golden = loadGolden();
const cases = golden.filter((one) => loaded(one, slugs));
const parts = [
  { name: "tuned", cases: cases.filter((one) => !one.heldOut) },
  ...(values["held-out"] ? [{ name: "held out", cases: cases.filter((one) => one.heldOut) }] : []),
];

const percent = (count: number, of: number) => (of === 0 ? "–" : `${((100 * count) / of).toFixed(1)} %`);
const line = (cells: string[]) => console.log(`| ${cells.join(" | ")} |`);
const row = (name: string, part: string, { cases: of, top1, top3, withArgs, argsRight }: Tally) =>
  line([
    name,
    part,
    String(of),
    percent(top1, of),
    percent(top3, of),
    withArgs > 0 ? percent(argsRight, withArgs) : "–",
  ]);

console.log(
  `${commands.length} commands, ${golden.length} cases; ${golden.length - cases.length} name commands that are not in the library.\n`,
);
line(["", "part", "cases", "top 1", "top 3", "arguments"]);
line(["---", "---", "---:", "---:", "---:", "---:"]);
for (const part of parts) {
  const { tally: counts, misses } = tally(part.cases, commands);
  row("ours", part.name, counts);
  if (values.misses && part.name === "tuned")
    for (const { one, got, why } of misses)
      console.error(
        `${part.name}: ${why}: ${JSON.stringify(one.text)} wants ${(one.chain ?? one.slugs).join(", ")}; got ${got.join("; ")}`,
      );
}
if (values["no-times"]) process.exit(0);
for (const baseline of baselines(commands))
  for (const part of parts) row(baseline.name, part.name, tallyBaseline(part.cases, baseline));

console.log("\n| | commands | p50 | p95 |\n|---|---:|---:|---:|");
for (const size of [60, 1_000]) {
  const { p50, p95, buildMs } = pureTimes(commands, cases, size);
  line(["the pure part, CPU time", String(size), `${p50.toFixed(2)} ms`, `${p95.toFixed(2)} ms`]);
  line(["building its index (once for each change)", String(size), `${buildMs.toFixed(0)} ms`, ""]);
}
if (!values["no-route"])
  for (const size of [60, 1_000]) {
    const { p50, p95, cold } = await routeTimes(commands, cases, size);
    line([
      "POST /api/resolve on a local stack",
      String(size),
      `${p50.toFixed(2)} ms`,
      `${p95.toFixed(2)} ms`,
    ]);
    line(["its first answer after a change", String(size), `${cold.toFixed(0)} ms`, ""]);
  }
