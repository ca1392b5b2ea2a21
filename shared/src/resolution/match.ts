/** How well commands match the words of one clause: which phrase of each is nearest, and which words that explains. Pure. */
import type { LibraryIndex, Phrase, PhraseKind } from "./library-index.ts";
import { isParticiple, isVerb } from "./mood.ts";
import { nearest } from "./spelling.ts";
import { meaningsOf } from "./vocabulary.ts";
import { stem, type Token, wordsOf } from "./words.ts";

/** A word of the query: what it may mean, and how much of the query it is. */
export interface QueryWord {
  /** Its place among the clause's tokens. */
  token: number;
  raw: string;
  meanings: { concept: string; weight: number }[];
  weight: number;
  /** Read as another word. */
  corrected: string | null;
  /** A word that no command uses, or a value: it may be an argument. */
  foreign: boolean;
  /** One of the things the library is about. */
  noun: boolean;
  /** Said of a thing: `my stashed changes`. */
  participle: boolean;
}

export interface Match {
  command: number;
  phrase: Phrase;
  /** Share of the phrase that was said, and share of what was said that the phrase or the command explains. */
  covered: number;
  explained: number[];
  /** Tokens that the phrase itself took. */
  taken: Set<number>;
  score: number;
}

const KIND_WORTH: { [kind in PhraseKind]: number } = {
  slug: 1,
  alias: 0.98,
  example: 0.95,
  description: 0.72,
};
/** What a value stands for when nothing says so: a path is a file somewhere. */
const HINTS: { [kind: string]: [concept: string, weight: number][] } = {
  path: [
    ["file", 0.6],
    ["=file", 0.6],
  ],
  glob: [
    ["file", 0.6],
    ["find", 0.5],
  ],
  url: [
    ["site", 0.5],
    ["repository", 0.3],
  ],
  sql: [
    ["sql", 1],
    ["query", 0.9],
  ],
};
const LEAST = 0.3;
/** Of a phrase that is hardly said nothing can come. */
const COVERED_LEAST = 0.2;
/** A word of less weight says little. */
const WEAK = 0.13;
/** "My stashed changes" are hardly asking to stash. */
const PARTICIPLE = 0.65;
const FOREIGN = 0.55;
const PASSIVE = new Set(["is", "are", "was", "were", "been", "be"]);
/** "files" is nearly "file". */
const FORM = 0.985;
const NONE: never[] = [];

/** What of a phrase was said: how nearly each of its words, and by which word. */
interface Touched {
  cover: number[];
  by: number[];
}
/** Of each command so many phrases are looked at closely: which is best also depends on the arguments. */
const PHRASES = 2;
/** What is written as nothing else weighs more: a command that cannot take it is hardly meant. */
const VALUES: { [kind: string]: number } = { url: 1, sql: 1, path: 0.6 };
/** What being explained elsewhere in the command is worth beside being explained by the phrase. */
const ELSEWHERE = 0.75;

/** Words as the index understands them. */
export function queryWords(tokens: readonly Token[], index: LibraryIndex, prefix = false): QueryWord[] {
  const words: QueryWord[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "mark" || token.kind === "flag") continue;
    if (token.kind !== "word") {
      const hints = (HINTS[token.kind] ?? []).map(([concept, weight]) => ({ concept, weight }));
      if (token.kind === "path" && token.text.endsWith("/"))
        hints.push({ concept: "directory", weight: 0.6 });
      // A file may also be known by its name: "wrangler.toml", "package.json".
      words.push({
        token: at,
        raw: token.text,
        meanings: hints,
        weight: VALUES[token.kind] ?? 0.5,
        corrected: null,
        foreign: true,
        participle: false,
        noun: false,
      });
      continue;
    }
    const last = prefix && at === tokens.length - 1;
    for (const raw of wordsOf(token.text)) {
      const word = wordOf(raw, at, index, last);
      // "which secrets are set" asks for no setting.
      if (at > 0 && PASSIVE.has(tokens[at - 1]!.word) && isVerb(stem(raw))) word.participle = true;
      words.push(word);
    }
  }
  return words;
}

function wordOf(raw: string, token: number, index: LibraryIndex, last: boolean): QueryWord {
  const stemmed = stem(raw);
  const weight = index.weightOf(stemmed, raw);
  const known = index.knownSet.has(stemmed);
  const meanings = [...meaningsOf(stemmed)];
  let corrected: string | null = null;
  if (last && raw.length >= 1) {
    // While typing the last word is a beginning.
    for (const word of index.known)
      if (word.length > stemmed.length && word.startsWith(raw))
        for (const one of meaningsOf(word))
          meanings.push({
            concept: one.concept,
            weight: one.weight * (0.5 + (0.45 * raw.length) / word.length),
          });
  }
  if (!known && /^\p{L}+$/u.test(raw)) {
    const [best, ...more] = nearest(stemmed, index.known);
    if (best) {
      corrected = best.word;
      for (const { word, sure } of [best, ...more])
        for (const one of meaningsOf(word))
          meanings.push({ concept: one.concept, weight: one.weight * sure * 0.95 });
    }
  }
  // A word that nobody here uses says nothing for any command.
  const said = known || corrected !== null ? weight : weight * FOREIGN;
  return {
    token,
    raw,
    meanings,
    weight: said,
    corrected,
    foreign: !known,
    noun: index.nouns.has(stemmed),
    participle: isParticiple(raw),
  };
}

/** The commands that share a word with the clause, each by its best phrases, best first; at most `most` commands. */
export function matchCommands(words: readonly QueryWord[], index: LibraryIndex, most: number): Match[] {
  const touched = new Map<number, Touched>();
  const strong = words.some((word) => word.weight >= WEAK);
  for (const [at, word] of words.entries())
    if (!strong || word.weight >= WEAK) touch(touched, index, word, at, true);
  // Words that say little stand in half of all phrases; they only count where something else does.
  if (strong)
    for (const [at, word] of words.entries()) if (word.weight < WEAK) touch(touched, index, word, at, false);
  const bags = new Map<number, number[]>();
  const best = new Map<number, Match[]>();
  for (const [number, { cover, by }] of touched) {
    const phrase = index.phrases[number]!;
    const covered = coveredOf(phrase, cover);
    if (covered < COVERED_LEAST) continue;
    let elsewhere = bags.get(phrase.command);
    if (!elsewhere) {
      elsewhere = words.map((word) => inBag(word, index.bags[phrase.command]!));
      bags.set(phrase.command, elsewhere);
    }
    const match = rate(words, phrase, { cover, by }, covered, elsewhere);
    const held = best.get(phrase.command);
    if (!held) best.set(phrase.command, [match]);
    else if (held.length < PHRASES || match.score > held.at(-1)!.score) {
      held.push(match);
      held.sort((x, y) => y.score - x.score);
      if (held.length > PHRASES) held.pop();
    }
  }
  return [...best.values()]
    .sort((a, b) => b[0]!.score - a[0]!.score || a[0]!.command - b[0]!.command)
    .slice(0, most)
    .flat();
}

function inBag(word: QueryWord, bag: Map<string, number>): number {
  let most = 0;
  for (const { concept, weight } of word.meanings) most = Math.max(most, weight * (bag.get(concept) ?? 0));
  return most;
}

function touch(
  touched: Map<number, Touched>,
  index: LibraryIndex,
  word: QueryWord,
  at: number,
  anew: boolean,
): void {
  for (const { concept, weight } of word.meanings)
    for (const posting of index.postings.get(concept) ?? NONE) {
      const near =
        weight *
        posting.weight *
        (word.participle === posting.base ? PARTICIPLE : 1) *
        (posting.raw === word.raw ? 1 : FORM);
      if (near < LEAST) continue;
      let held = touched.get(posting.phrase);
      if (!held) {
        if (!anew) continue;
        held = { cover: [], by: [] };
        touched.set(posting.phrase, held);
      }
      if (near > (held.cover[posting.position] ?? 0)) {
        held.cover[posting.position] = near;
        held.by[posting.position] = at;
      }
    }
}

function coveredOf({ weights, total }: Phrase, cover: readonly number[]): number {
  let said = 0;
  for (let at = 0; at < cover.length; at++) said += (cover[at] ?? 0) * weights[at]!;
  return total === 0 ? 0 : said / total;
}

function rate(
  words: readonly QueryWord[],
  phrase: Phrase,
  { cover, by }: Touched,
  covered: number,
  elsewhere: readonly number[],
): Match {
  const explained = elsewhere.map((one) => one * ELSEWHERE);
  const taken = new Set<number>();
  for (let at = 0; at < cover.length; at++) {
    const near = cover[at] ?? 0;
    if (near === 0) continue;
    const word = by[at]!;
    if (near > explained[word]!) explained[word] = near;
    if (near >= 0.45) taken.add(words[word]!.token);
  }
  const score = scoreOf(words, phrase, covered, explained);
  return { command: phrase.command, phrase, covered, explained, taken, score };
}

/** From what was covered and explained to one number, 0 to 1. */
export function scoreOf(
  words: readonly QueryWord[],
  phrase: Phrase,
  covered: number,
  explained: readonly number[],
): number {
  let total = 0;
  let sum = 0;
  for (const [at, word] of words.entries()) {
    total += word.weight;
    sum += word.weight * Math.min(1, explained[at]!);
  }
  const share = total === 0 ? 0 : sum / total;
  return covered ** 0.7 * share ** 1.1 * KIND_WORTH[phrase.kind];
}
