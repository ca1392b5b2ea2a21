/** The golden set holds: what people type is understood, also the third of it that nothing was tuned on. */
import { expect, test } from "vitest";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import { loadGolden, loadLibrary } from "./load.ts";
import { loaded, tally } from "./score.ts";

const commands = loadLibrary();
const slugs = new Set(commands.map(({ slug }) => slug));
const golden = loadGolden();

test("the golden set is large, and a third of it is held out", () => {
  expect(golden.length).toBeGreaterThanOrEqual(300);
  expect(golden.filter((one) => one.heldOut).length / golden.length).toBeGreaterThan(0.28);
  // Every command that a case names is there: a case for nothing would count for nothing.
  expect(golden.filter((one) => !loaded(one, slugs)).map(({ text }) => text)).toEqual([]);
});

test.each([
  { part: "tuned", heldOut: false, top1: 0.95, top3: 0.97, args: 0.97 },
  { part: "held out", heldOut: true, top1: 0.89, top3: 0.95, args: 0.82 },
])("$part: the right command comes first, or among three", ({ heldOut, top1, top3, args }) => {
  const { tally: counts } = tally(
    golden.filter((one) => one.heldOut === heldOut),
    commands,
  );
  expect(counts.top1 / counts.cases).toBeGreaterThan(top1);
  expect(counts.top3 / counts.cases).toBeGreaterThan(top3);
  expect(counts.argsRight / counts.withArgs).toBeGreaterThan(args);
});

test("every command's own name and each of its aliases find it", () => {
  const index = buildIndex(commands);
  const nowhere = { situation: {}, usage: new Map(), active: [], place: { agent: null, cwd: null } };
  const lost: string[] = [];
  for (const { slug, aliases } of commands)
    for (const text of [slug.replaceAll("-", " "), ...aliases]) {
      const { candidates } = resolve({ text, ...nowhere }, index);
      if (slug !== "chain" && !candidates.some((one) => one.slug === slug)) lost.push(`${text} → ${slug}`);
    }
  // Some names are longer words for something else; they are few.
  expect(lost.length, lost.join("\n")).toBeLessThan(commands.length * 0.05);
});
