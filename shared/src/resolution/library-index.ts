/** The commands of a workspace made ready for finding: their phrases by the concepts of their words. Built once for each state of the library. Pure. */
import type { Command } from "../contracts/definition.ts";
import { LEARNT, type Learnt } from "./learnt.ts";
import { isParticiple, isVerb } from "./mood.ts";
import { isWeak, meaningsOf, vocabularyWords } from "./vocabulary.ts";
import { joinPhrases, stem, wordsOf } from "./words.ts";

export const PHRASE_KINDS = ["slug", "alias", "example", "description"] as const;
export type PhraseKind = (typeof PHRASE_KINDS)[number];

export interface Phrase {
  command: number;
  kind: PhraseKind;
  /** As it was written, in plain words joined by single spaces. */
  text: string;
  /** Where its words begin among all words of the index, and how many there are. */
  from: number;
  count: number;
  /** Weight of all its words together. */
  total: number;
}
/** The places where words of one concept stand, nearest first, and how near each is. */
export interface Postings {
  slots: number[];
  weights: number[];
}
/** One command's words wherever they stand, with how much standing there counts. */
export type Bag = Map<string, number>;

/** Every word of every phrase, one after another. Numbers in rows, since a clause looks at thousands of them. */
export interface Slots {
  phrase: number[];
  /** How much the word says. */
  weight: number[];
  /** Written as what to do, not as what was done (`archive`, not `archived`). */
  base: boolean[];
  raw: string[];
}

export interface LibraryIndex {
  commands: Command[];
  bySlug: Map<string, number>;
  phrases: Phrase[];
  slots: Slots;
  /** Whole phrases by their text. */
  exact: Map<string, number[]>;
  postings: Map<string, Postings>;
  /** Made when a command is first looked at. */
  bagOf(command: number): Bag;
  /** Stemmed words that somebody may have meant, for spelling. */
  known: string[];
  knownSet: Set<string>;
  /** Stemmed nouns that at least three commands have in their names: what the library is about. */
  nouns: Set<string>;
  /** What people say; null: nothing was learnt. */
  learnt: Learnt | null;
  /** How much a stemmed word says: rare words say more. */
  weightOf(stemmed: string, raw: string): number;
}

/** Where a word of the bag stands, and what that counts. */
const BAG = { slug: 1, alias: 0.85, example: 0.55, parameter: 0.5, description: 0.5, category: 0.5 };
const PLACES =
  /\b(?:[\w.-]+\/[\w./-]*|[\w-]+\.(?:sql|txt|md|json|ts|js|png|log|yaml|html|git|com|toml|jsonc))\b|https?:\S+|\S*[0-9a-f]{8,}\S*/gi;
/** A weak word's share of a word's weight. */
const WEAK_WEIGHT = 0.12;

/** What a command's phrases are, kept while the command stays as it is: a changed library is mostly the one before. */
const WRITTEN = new WeakMap<Command, Written[]>();

/** Builds the index of active commands; others are left out. */
export function buildIndex(all: readonly Command[], learnt: Learnt | null = LEARNT): LibraryIndex {
  const commands = all.filter((command) => command.status === "active");
  const written = commands.map(writtenOf);
  const frequency = new Map<string, number>();
  for (const phrases of written) {
    const seen = new Set<string>();
    for (const { kind, stems } of phrases) if (kind !== "description") for (const one of stems) seen.add(one);
    for (const word of seen) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const most = Math.log(1 + commands.length);
  const weightOf = (stemmed: string, raw: string) => {
    const rare = (most - Math.log(1 + Math.min(frequency.get(stemmed) ?? 0, commands.length))) / (most || 1);
    return (0.45 + 0.55 * rare) * (isWeak(raw) ? WEAK_WEIGHT : 1);
  };
  const bags: Bag[] = [];
  const index: LibraryIndex = {
    commands,
    bySlug: new Map(commands.map((command, at) => [command.slug, at])),
    phrases: [],
    slots: { phrase: [], weight: [], base: [], raw: [] },
    exact: new Map(),
    postings: new Map(),
    bagOf: (at) => {
      bags[at] ??= bagOf(commands[at]!);
      return bags[at];
    },
    known: [],
    knownSet: new Set([...frequency.keys(), ...vocabularyWords()]),
    nouns: nounsOf(commands),
    learnt,
    weightOf,
  };
  const places = new Map<string, number[]>();
  for (const [at, phrases] of written.entries())
    for (const phrase of phrases) addPhrase(index, at, phrase, places);
  index.postings = postingsOf(places);
  index.known = [...new Set([...index.knownSet, ...(learnt?.words() ?? [])])].filter((word) =>
    /^[a-z]+$/.test(word),
  );
  return index;
}

/** From the places of each stem to those of each concept. */
function postingsOf(places: ReadonlyMap<string, number[]>): Map<string, Postings> {
  const parts = new Map<string, { weight: number; slots: number[] }[]>();
  for (const [stemmed, slots] of places)
    for (const { concept, weight } of meaningsOf(stemmed)) {
      const held = parts.get(concept);
      if (held) held.push({ weight, slots });
      else parts.set(concept, [{ weight, slots }]);
    }
  const postings = new Map<string, Postings>();
  for (const [concept, all] of parts) {
    const made: Postings = { slots: [], weights: [] };
    for (const { weight, slots } of all.sort((a, b) => b.weight - a.weight))
      for (const slot of slots) {
        made.slots.push(slot);
        made.weights.push(weight);
      }
    postings.set(concept, made);
  }
  return postings;
}

/** Words of tools, which stand in every second name. */
const TOOLS = new Set(["wrangler", "git", "npm"]);
function nounsOf(commands: readonly Command[]): Set<string> {
  const count = new Map<string, number>();
  for (const { slug } of commands)
    for (const word of new Set(wordsOf(slug).map(stem))) count.set(word, (count.get(word) ?? 0) + 1);
  const common = [...count].filter(([word, times]) => times >= 3 && !isVerb(word) && !TOOLS.has(word));
  return new Set(common.map(([word]) => word));
}

interface Written {
  kind: PhraseKind;
  words: string[];
  stems: string[];
}

function writtenOf(command: Command): Written[] {
  let written = WRITTEN.get(command);
  if (!written) {
    written = phrasesOf(command).map((one) => ({ ...one, stems: one.words.map(stem) }));
    WRITTEN.set(command, written);
  }
  return written;
}

function phrasesOf(command: Command): Omit<Written, "stems">[] {
  const found: Omit<Written, "stems">[] = [
    { kind: "slug", words: wordsOf(command.slug) },
    { kind: "slug", words: wordsOf(command.name) },
    ...command.aliases.map((alias) => ({ kind: "alias" as const, words: spoken(alias) })),
    // An example is how somebody says it: without its values, which are not said again.
    ...command.examples.map(({ text, args }) => ({
      kind: "example" as const,
      words: spoken(withoutValues(text, args)),
    })),
    { kind: "description", words: spoken(firstSentence(command.description)).slice(0, 24) },
  ];
  const seen = new Set<string>();
  return found.filter(({ kind, words }) => {
    const text = words.join(" ");
    if (words.length === 0 || seen.has(text)) return false;
    // What is left of an example without its values may be a word that a dozen others have.
    if (kind === "example" && words.filter((word) => !isWeak(word)).length < 2) return false;
    seen.add(text);
    return true;
  });
}

function withoutValues(text: string, args: { [name: string]: unknown }): string {
  let rest = text.replace(PLACES, " ");
  for (const value of Object.values(args).flat())
    if (typeof value === "string" && value.length > 1) rest = rest.split(value).join(" ");
  return rest;
}

/** Words as a query has them, too: what is said in two is one. */
function spoken(text: string): string[] {
  return wordsOf(joinPhrases(text));
}

function firstSentence(text: string): string {
  return /^[^.;:]*/.exec(text)?.[0] ?? "";
}

function addPhrase(
  index: LibraryIndex,
  command: number,
  { kind, words, stems }: Written,
  places: Map<string, number[]>,
): void {
  const { slots, phrases, exact } = index;
  const number = phrases.length;
  const text = words.join(" ");
  const phrase: Phrase = { command, kind, text, from: slots.raw.length, count: words.length, total: 0 };
  for (const [at, raw] of words.entries()) {
    const stemmed = stems[at]!;
    const weight = index.weightOf(stemmed, raw);
    const held = places.get(stemmed);
    if (held) held.push(slots.raw.length);
    else places.set(stemmed, [slots.raw.length]);
    slots.phrase.push(number);
    slots.weight.push(weight);
    slots.base.push(!isParticiple(raw));
    slots.raw.push(raw);
    phrase.total += weight;
  }
  phrases.push(phrase);
  const same = exact.get(text);
  if (same) same.push(number);
  else exact.set(text, [number]);
}

function bagOf(command: Command): Bag {
  const bag: Bag = new Map();
  const put = (text: string, worth: number) => {
    for (const word of spoken(text))
      for (const { concept, weight } of meaningsOf(stem(word)))
        if (weight * worth > (bag.get(concept) ?? 0)) bag.set(concept, weight * worth);
  };
  put(`${command.slug.replaceAll("-", " ")} ${command.name}`, BAG.slug);
  for (const alias of command.aliases) put(alias, BAG.alias);
  for (const { text, args } of command.examples) put(withoutValues(text, args), BAG.example);
  put(command.description, BAG.description);
  put(command.category, BAG.category);
  for (const { name, description } of command.parameters)
    put(`${name.replaceAll("_", " ")} ${description}`, BAG.parameter);
  return bag;
}
