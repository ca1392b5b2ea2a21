/** The golden set holds: what people type is understood, also the half of the fresh phrases that nothing was tuned on. */
import { expect, test } from "vitest";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import { loadGolden, loadLibrary } from "./load.ts";
import { loaded, tally } from "./score.ts";

const commands = loadLibrary();
const slugs = new Set(commands.map(({ slug }) => slug));
const golden = loadGolden();

test("the golden set is large, and much of it is held out", () => {
  expect(golden.length).toBeGreaterThanOrEqual(700);
  expect(golden.filter((one) => one.heldOut).length).toBeGreaterThanOrEqual(150);
  // Every command that a case names is there: a case for nothing would count for nothing.
  expect(golden.filter((one) => !loaded(one, slugs)).map(({ text }) => text)).toEqual([]);
});

test.each([
  { part: "tuned", heldOut: false, top1: 0.96, top3: 0.97, args: 0.95 },
  { part: "held out", heldOut: true, top1: 0.77, top3: 0.87, args: 0.78 },
])("$part: the right command comes first, or among three", ({ heldOut, top1, top3, args }) => {
  const { tally: counts } = tally(
    golden.filter((one) => one.heldOut === heldOut),
    commands,
  );
  // Whether, not how much: a figure that every failing run prints would be tuned on.
  expect({
    top1: counts.top1 / counts.cases > top1,
    top3: counts.top3 / counts.cases > top3,
    args: counts.argsRight / counts.withArgs > args,
  }).toEqual({ top1: true, top3: true, args: true });
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
