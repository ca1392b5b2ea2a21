/**
 * `npm run resolution`: how well and how fast words are understood. The golden set against ours, against plain full-text search
 * (SQLite FTS5, BM25) and against two search libraries; then the time, of the pure part and of the whole route on a local stack.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import {
  type Case,
  loadCases,
  loadHeldOut,
  loadLibrary,
  loadTuned,
} from "../../../shared/test/resolution/load.ts";
import { kindOf, loaded, type Tally, tally } from "../../../shared/test/resolution/score.ts";
import { baselines, tallyBaseline } from "./baselines.ts";
import { writeTable } from "./teach.ts";
import { pureTimes, routeTimes } from "./times.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    // Only counted, never listed. A file behind it is counted in place of golden/held-out/.
    "held-out": { type: "boolean", default: false },
    misses: { type: "boolean", default: false },
    // Writes what the tuned cases and library/phrases/ teach, and stops.
    teach: { type: "boolean", default: false },
    times: { type: "boolean", default: false },
    "no-times": { type: "boolean", default: false },
    "no-route": { type: "boolean", default: false },
  },
});
const commands = loadLibrary();
if (values.teach) {
  writeTable(loadTuned(), commands);
  process.exit(0);
}
const slugs = new Set(commands.map(({ slug }) => slug));
const [file] = positionals;
if (file !== undefined && !values["held-out"]) throw new Error("a file is only counted with --held-out FILE");
const tuned = loadTuned();
const heldOut = !values["held-out"] ? [] : file === undefined ? loadHeldOut() : loadCases(file);
if (values["held-out"] && heldOut.length === 0)
  throw new Error("nothing is held out: golden/held-out/ has no cases, and no file was named");
const golden = [...tuned, ...heldOut];
const here = (cases: readonly Case[]) => cases.filter((one) => loaded(one, slugs));
const cases = here(tuned);
const parts = [
  { name: "tuned", cases },
  ...(heldOut.length > 0 ? [{ name: "held out", cases: here(heldOut) }] : []),
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
  `${commands.length} commands, ${golden.length} cases; ${golden.length - here(golden).length} name commands that are not in the library.\n`,
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
for (const { name, cases: all } of heldOut.length > 0 ? parts : []) {
  const kinds = new Map(
    ["chain", "single", "none"].map((kind) => [kind, all.filter((one) => kindOf(one) === kind)]),
  );
  kinds.set(
    "with args",
    all.filter(({ args }) => Object.keys(args).length > 0),
  );
  for (const [kind, some] of kinds) row(`ours, ${kind}`, name, tally(some, commands).tally);
}
if (values["no-times"]) process.exit(0);
if (!values.times)
  for (const baseline of baselines(commands))
    for (const part of parts) row(baseline.name, part.name, tallyBaseline(part.cases, baseline));

// A sample of them: each is asked several times.
const timed = cases.filter((_, at) => at % Math.ceil(cases.length / 250) === 0);
const ms = (value: number) => `${value.toFixed(2)} ms`;
console.log(`\nload of this machine: ${loadavg()[0]!.toFixed(1)} on ${cpus().length} cores`);
console.log("\n| | commands | p50 | p95 |\n|---|---:|---:|---:|");
for (const size of [60, 1_000]) {
  const { p50, p95, buildMs } = pureTimes(commands, timed, size);
  line(["the pure part, CPU time", String(size), ms(p50), ms(p95)]);
  line(["building its index (once for each change)", String(size), ms(buildMs), ""]);
}
if (!values["no-route"]) {
  const { p50, p95, cold, cpu, plain } = await routeTimes(commands, timed, 1_000);
  line(["`POST /api/resolve` on a local stack", "1000", ms(p50), ms(p95)]);
  line(["its first answer after a change", "1000", ms(cold), ""]);
  line(["CPU time of the Workers for each", "1000", ms(cpu), ""]);
  line(["`GET /api/me` beside it", "1000", ms(plain.p50), ms(plain.p95)]);
}
