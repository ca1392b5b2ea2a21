/** Learns from phrases what people say for which command: a softmax regression, always the same for the same phrases. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@tw/shared/contracts/definition";
import { featuresOf } from "@tw/shared/resolution/features";
import { ALWAYS, NOTHING, type Table, UNIT } from "@tw/shared/resolution/learnt";
import { buildIndex } from "@tw/shared/resolution/library-index";
import { rankClause } from "@tw/shared/resolution/rank";
import { isKnown } from "@tw/shared/resolution/vocabulary";
import { joinPhrases, stem, tokenise, wordsOf } from "@tw/shared/resolution/words";
import { parse } from "yaml";
import type { Case } from "../../../shared/test/resolution/load.ts";

const ROOT = join(import.meta.dirname, "../../..");
const PHRASES = join(ROOT, "library/phrases");
const TABLE = join(ROOT, "shared/src/resolution/learnt.json");

const EPOCHS = 14;
const RATE = 0.5;
const DECAY = 1e-4;
/** Nearness to the library's phrases as the ranking weighs it, so that only what that leaves open is learnt. */
const NEARNESS = 4;
/** What is written for teaching counts half of what somebody typed. */
const WRITTEN = 0.5;
/** A feature that one phrase alone has teaches nothing about others. */
const LEAST_OFTEN = 1;
/** A weight below this changes nothing. */
const LEAST_WEIGHT = 0.85;

interface Lesson {
  text: string;
  /** Any of these is right. */
  slugs: string[];
  worth: number;
  near: Map<string, number>;
}

/** The phrases of `library/phrases/`, by command. */
export function writtenPhrases(): [text: string, slug: string][] {
  return readdirSync(PHRASES)
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .flatMap((name) =>
      Object.entries(parse(readFileSync(join(PHRASES, name), "utf8")) as { [slug: string]: string }).flatMap(
        ([slug, texts]) => texts.split(";").map((text): [string, string] => [text.trim(), slug]),
      ),
    );
}

/** What the table is made from, in short. */
export function digestOf(cases: readonly Case[], commands: readonly Command[]): string {
  return createHash("sha256")
    .update(
      JSON.stringify([cases.map(({ text, slugs }) => [text, slugs]), writtenPhrases(), ownPhrases(commands)]),
    )
    .digest("hex")
    .slice(0, 16);
}

/** Writes the table that the product uses. */
export function writeTable(cases: readonly Case[], commands: readonly Command[]): void {
  const { from, commands: slugs, features } = teach(cases, commands);
  const lines = Object.entries(features).map(
    ([name, row]) => `${JSON.stringify(name)}:${JSON.stringify(row)}`,
  );
  writeFileSync(
    TABLE,
    `{"from":${JSON.stringify(from)},"commands":${JSON.stringify(slugs)},"features":{\n${lines.join(",\n")}\n}}\n`,
  );
}

/** Learns from the cases, from `library/phrases/` and from the library's own names, aliases and examples. */
export function teach(cases: readonly Case[], commands: readonly Command[]): Table {
  const slugs = [...commands.map(({ slug }) => slug), NOTHING];
  const place = new Map(slugs.map((slug, at) => [slug, at]));
  const lessons = [...fromCases(cases, commands), ...fromLibrary(commands)].filter((lesson) =>
    lesson.slugs.every((slug) => place.has(slug)),
  );
  const often = new Map<string, number>();
  for (const { text } of lessons)
    for (const word of new Set(
      tokenise(joinPhrases(text)).flatMap(({ kind, text: said }) =>
        kind === "word" ? wordsOf(said).map(stem) : [],
      ),
    ))
      often.set(word, (often.get(word) ?? 0) + 1);
  const read = (word: string) => ((often.get(word) ?? 0) >= LEAST_OFTEN || isKnown(word) ? word : null);
  const said = lessons.map(({ text }) => {
    const joined = joinPhrases(text);
    const features = featuresOf(tokenise(joined), /\?\s*$/.test(joined), read);
    features.set(ALWAYS.name, ALWAYS.worth);
    return features;
  });
  const counts = new Map<string, number>();
  for (const features of said)
    for (const name of features.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts].filter(([, count]) => count >= LEAST_OFTEN).map(([name]) => name);
  const number = new Map(names.map((name, at) => [name, at]));
  const rows = lessons.map((lesson, at) => ({
    features: [...said[at]!].flatMap(([name, worth]): [number, number][] =>
      number.has(name) ? [[number.get(name)!, worth]] : [],
    ),
    right: lesson.slugs.length === 0 ? [place.get(NOTHING)!] : lesson.slugs.map((slug) => place.get(slug)!),
    near: [...lesson.near].map(([slug, near]): [number, number] => [place.get(slug)!, near]),
    worth: lesson.worth,
  }));
  const weights = regress(rows, names.length, slugs.length);
  const features: Table["features"] = {};
  for (const [at, name] of names.entries()) {
    const row = [...weights[at]!].flatMap((weight, command) =>
      Math.abs(weight) >= LEAST_WEIGHT ? [command, Math.round(weight * UNIT)] : [],
    );
    if (row.length > 0 || name.startsWith("w:")) features[name] = row.join(" ");
  }
  return { from: digestOf(cases, commands), commands: slugs, features };
}

function fromCases(cases: readonly Case[], commands: readonly Command[]): Lesson[] {
  const index = buildIndex(commands, null);
  return cases
    .filter(({ chain }) => !chain)
    .map(({ text, slugs, situation }) => {
      const joined = joinPhrases(text);
      const ranked = rankClause(tokenise(joined), joined, index, { situation, usage: new Map() });
      return {
        text,
        slugs: slugs.filter((slug) => index.bySlug.has(slug)),
        worth: 1,
        near: new Map(ranked.map(({ command, score }) => [command.slug, Math.min(1, score)])),
      };
    });
}

/** What the library itself calls its commands. */
function ownPhrases(commands: readonly Command[]): [text: string, slug: string][] {
  return commands.flatMap(({ slug, name, aliases, examples }) =>
    [slug.replaceAll("-", " "), name, ...aliases, ...examples.map(({ text }) => text)].map(
      (text): [string, string] => [text, slug],
    ),
  );
}

function fromLibrary(commands: readonly Command[]): Lesson[] {
  return [...ownPhrases(commands), ...writtenPhrases()].map(([text, slug]) => ({
    text,
    slugs: [slug],
    worth: WRITTEN,
    near: new Map(),
  }));
}

interface Row {
  features: [feature: number, worth: number][];
  right: number[];
  near: [command: number, near: number][];
  worth: number;
}

/** Weights of each feature for each command, with steps that grow smaller where much was learnt already (AdaGrad). */
function regress(rows: readonly Row[], features: number, commands: number): Float32Array[] {
  const weights = Array.from({ length: features }, () => new Float32Array(commands));
  const steps = Array.from({ length: features }, () => new Float32Array(commands).fill(1e-3));
  const order = rows.map((_, at) => at);
  const likely = new Float64Array(commands);
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((seed / 0x80000000) * below);
  };
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (let at = order.length - 1; at > 0; at--) {
      const other = random(at + 1);
      [order[at], order[other]] = [order[other]!, order[at]!];
    }
    for (const at of order) {
      const row = rows[at]!;
      likelihoods(row, weights, likely);
      // Where several are right, the one that is likeliest already is asked for most.
      const right = row.right.reduce((sum, command) => sum + likely[command]!, 0);
      for (const command of row.right)
        likely[command]! -= right > 0 ? likely[command]! / right : 1 / row.right.length;
      for (const [feature, worth] of row.features) {
        const weight = weights[feature]!;
        const step = steps[feature]!;
        for (let command = 0; command < commands; command++) {
          const slope = row.worth * likely[command]! * worth + DECAY * weight[command]!;
          if (slope > -1e-5 && slope < 1e-5) continue;
          step[command]! += slope * slope;
          weight[command]! -= (RATE * slope) / Math.sqrt(step[command]!);
        }
      }
    }
  }
  return weights;
}

function likelihoods({ features, near }: Row, weights: readonly Float32Array[], likely: Float64Array): void {
  likely.fill(0);
  for (const [command, nearness] of near) likely[command]! += NEARNESS * nearness;
  for (const [feature, worth] of features) {
    const weight = weights[feature]!;
    for (let command = 0; command < likely.length; command++) likely[command]! += weight[command]! * worth;
  }
  let most = Number.NEGATIVE_INFINITY;
  for (const one of likely) if (one > most) most = one;
  let sum = 0;
  for (let command = 0; command < likely.length; command++) {
    likely[command] = Math.exp(likely[command]! - most);
    sum += likely[command]!;
  }
  for (let command = 0; command < likely.length; command++) likely[command]! /= sum;
}
