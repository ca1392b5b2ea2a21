/** The golden set holds: what people type is understood, also the phrases that nothing was tuned on. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { LEARNT } from "../../src/resolution/learnt.ts";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import { loadHeldOut, loadLibrary, loadTuned } from "./load.ts";
import { loaded, tally } from "./score.ts";

const commands = loadLibrary();
const slugs = new Set(commands.map(({ slug }) => slug));
const tuned = loadTuned();
const heldOut = loadHeldOut();

test("the golden set is large, and every command that a case names is there", () => {
  expect(tuned.length).toBeGreaterThanOrEqual(700);
  // A case for nothing would count for nothing.
  const lost = [...tuned, ...heldOut].filter((one) => !loaded(one, slugs));
  expect(lost.map((one) => [...one.slugs, ...(one.chain ?? [])])).toEqual([]);
});

test("what people say is written down for commands that are there, and all of them are taught", () => {
  const folder = join(import.meta.dirname, "../../../library/phrases");
  const written = readdirSync(folder).flatMap((name) =>
    Object.keys(parse(readFileSync(join(folder, name), "utf8"))),
  );
  expect(written.filter((slug) => !slugs.has(slug) || !LEARNT.commands.has(slug))).toEqual([]);
});

/** A little below the figures in docs/resolution.md. */
const FLOORS = [
  { part: "tuned", cases: tuned, top1: 0.95, top3: 0.97, args: 0.9 },
  ...(heldOut.length > 0 ? [{ part: "held out", cases: heldOut, top1: 0.9, top3: 0.96, args: 0.85 }] : []),
];
test.each(FLOORS)("$part: the right command comes first, or among three", ({ cases, top1, top3, args }) => {
  const { tally: counts } = tally(cases, commands);
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
