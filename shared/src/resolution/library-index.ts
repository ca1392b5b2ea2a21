/** The commands of a workspace made ready for finding: their phrases by the concepts of their words. Built once for each state of the library. Pure. */
import type { Command } from "../contracts/definition.ts";
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
  /** Weight of each of its words: how much the word says. */
  weights: number[];
  total: number;
  stems: string[];
}
interface Posting {
  phrase: number;
  position: number;
  weight: number;
  /** Written as what to do, not as what was done (`archive`, not `archived`). */
  base: boolean;
  raw: string;
}
/** One command's words wherever they stand, with how much standing there counts. */
type Bag = Map<string, number>;

export interface LibraryIndex {
  commands: Command[];
  bySlug: Map<string, number>;
  phrases: Phrase[];
  /** Whole phrases by their text. */
  exact: Map<string, number[]>;
  postings: Map<string, Posting[]>;
  bags: Bag[];
  /** Stemmed words that somebody may have meant, for spelling. */
  known: string[];
  knownSet: Set<string>;
  /** Stemmed nouns that at least three commands have in their names: what the library is about. */
  nouns: Set<string>;
  /** How much a stemmed word says: rare words say more. */
  weightOf(stemmed: string, raw: string): number;
}

/** Where a word of the bag stands, and what that counts. */
const BAG = { slug: 1, alias: 0.85, example: 0.55, parameter: 0.5, description: 0.5, category: 0.5 };
const PLACES =
  /\b(?:[\w.-]+\/[\w./-]*|[\w-]+\.(?:sql|txt|md|json|ts|js|png|log|yaml|html|git|com|toml|jsonc))\b|https?:\S+|\S*[0-9a-f]{8,}\S*/gi;
/** A weak word's share of a word's weight. */
const WEAK_WEIGHT = 0.12;

/** Builds the index of active commands; others are left out. Takes a few milliseconds for a thousand commands. */
export function buildIndex(all: readonly Command[]): LibraryIndex {
  const commands = all.filter((command) => command.status === "active");
  const written = commands.map(phrasesOf);
  const frequency = new Map<string, number>();
  for (const phrases of written) {
    const seen = new Set(
      phrases.filter(({ kind }) => kind !== "description").flatMap(({ words }) => words.map(stem)),
    );
    for (const word of seen) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  const most = Math.log(1 + commands.length);
  const weightOf = (stemmed: string, raw: string) => {
    const rare = (most - Math.log(1 + Math.min(frequency.get(stemmed) ?? 0, commands.length))) / (most || 1);
    return (0.45 + 0.55 * rare) * (isWeak(raw) ? WEAK_WEIGHT : 1);
  };
  const index: LibraryIndex = {
    commands,
    bySlug: new Map(commands.map((command, at) => [command.slug, at])),
    phrases: [],
    exact: new Map(),
    postings: new Map(),
    bags: commands.map(bagOf),
    known: [],
    knownSet: new Set(),
    nouns: nounsOf(commands),
    weightOf,
  };
  for (const [at, phrases] of written.entries()) for (const phrase of phrases) addPhrase(index, at, phrase);
  index.knownSet = new Set([...frequency.keys(), ...vocabularyWords()]);
  index.known = [...index.knownSet].filter((word) => /^[a-z]+$/.test(word));
  return index;
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
}

function phrasesOf(command: Command): Written[] {
  const found: Written[] = [
    { kind: "slug", words: wordsOf(command.slug) },
    { kind: "slug", words: wordsOf(command.name) },
    ...command.aliases.map((alias): Written => ({ kind: "alias", words: spoken(alias) })),
    // An example is how somebody says it: without its values, which are not said again.
    ...command.examples.map(
      ({ text, args }): Written => ({ kind: "example", words: spoken(withoutValues(text, args)) }),
    ),
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

function addPhrase(index: LibraryIndex, command: number, { kind, words }: Written): void {
  const stems = words.map(stem);
  const weights = words.map((word, at) => index.weightOf(stems[at]!, word));
  const number = index.phrases.length;
  const text = words.join(" ");
  index.phrases.push({
    command,
    kind,
    text,
    weights,
    stems,
    total: weights.reduce((sum, one) => sum + one, 0),
  });
  const same = index.exact.get(text);
  if (same) same.push(number);
  else index.exact.set(text, [number]);
  for (const [position, stemmed] of stems.entries())
    for (const { concept, weight } of meaningsOf(stemmed)) {
      const raw = words[position]!;
      const posting = { phrase: number, position, weight, base: !isParticiple(raw), raw };
      const all = index.postings.get(concept);
      if (all) all.push(posting);
      else index.postings.set(concept, [posting]);
    }
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
