/** How well commands match the words of one clause: which phrase of each is nearest, and which words that explains. Pure. */
import type { Bag, LibraryIndex, Phrase, PhraseKind } from "./library-index.ts";
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

/** Of each command so many phrases are looked at closely: which is best also depends on the arguments. */
const PHRASES = 2;
/** Of a longer clause the rest finds nothing. */
const WORDS_MOST = 250;
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

/** What of the phrases was said: for each place how nearly, and by which word. One for each index, used again and again. */
class Said {
  readonly cover: Float64Array;
  readonly by: Uint8Array;
  readonly phrases: number[] = [];
  private readonly touched: Uint8Array;
  private readonly index: LibraryIndex;

  constructor(index: LibraryIndex) {
    this.index = index;
    this.cover = new Float64Array(index.slots.raw.length);
    this.by = new Uint8Array(index.slots.raw.length);
    this.touched = new Uint8Array(index.phrases.length);
  }

  /** Marks what the word says; only in phrases that another word was said of, unless `anew`. */
  touch(word: QueryWord, at: number, anew: boolean): void {
    const { postings, slots } = this.index;
    for (const { concept, weight } of word.meanings) {
      const found = postings.get(concept);
      if (!found) continue;
      for (let i = 0; i < found.slots.length; i++) {
        const most = weight * found.weights[i]!;
        // They are sorted.
        if (most < LEAST) break;
        const slot: number = found.slots[i]!;
        const near =
          most *
          (word.participle === slots.base[slot] ? PARTICIPLE : 1) *
          (slots.raw[slot] === word.raw ? 1 : FORM);
        if (near < LEAST) continue;
        const phrase = slots.phrase[slot]!;
        if (this.touched[phrase] === 0) {
          if (!anew) continue;
          this.touched[phrase] = 1;
          this.phrases.push(phrase);
        }
        if (near > this.cover[slot]!) {
          this.cover[slot] = near;
          this.by[slot] = at;
        }
      }
    }
  }

  covered({ from, count, total }: Phrase): number {
    let said = 0;
    for (let slot = from; slot < from + count; slot++)
      if (this.cover[slot] !== 0) said += this.cover[slot]! * this.index.slots.weight[slot]!;
    return total === 0 ? 0 : said / total;
  }

  clear(): void {
    for (const number of this.phrases) {
      const { from, count } = this.index.phrases[number]!;
      this.cover.fill(0, from, from + count);
      this.touched[number] = 0;
    }
    this.phrases.length = 0;
  }
}
const SAID = new WeakMap<LibraryIndex, Said>();

function saidIn(index: LibraryIndex): Said {
  let said = SAID.get(index);
  if (!said) {
    said = new Said(index);
    SAID.set(index, said);
  }
  said.clear();
  return said;
}

/** The commands that share a word with the clause, each by its best phrases, best first; at most `most` commands. */
export function matchCommands(words: readonly QueryWord[], index: LibraryIndex, most: number): Match[] {
  const said = saidIn(index);
  const strong = words.some((word) => word.weight >= WEAK);
  for (const [at, word] of words.entries())
    if (at < WORDS_MOST && (!strong || word.weight >= WEAK)) said.touch(word, at, true);
  // Words that say little stand in half of all phrases; they only count where something else does.
  if (strong)
    for (const [at, word] of words.entries())
      if (at < WORDS_MOST && word.weight < WEAK) said.touch(word, at, false);
  return bestOf(words, promising(said, index), said, index, most);
}

/** A command, its phrases that were said, and what it can come to at most. */
interface Promising {
  command: number;
  phrases: { number: number; covered: number; most: number }[];
  most: number;
}

/** What may come to something, the most promising first. */
function promising(said: Said, index: LibraryIndex): Promising[] {
  const found = new Map<number, Promising>();
  for (const number of said.phrases) {
    const phrase = index.phrases[number]!;
    const covered = said.covered(phrase);
    if (covered < COVERED_LEAST) continue;
    const one = { number, covered, most: covered ** 0.7 * KIND_WORTH[phrase.kind] };
    const held = found.get(phrase.command);
    if (held) {
      held.phrases.push(one);
      held.most = Math.max(held.most, one.most);
    } else found.set(phrase.command, { command: phrase.command, phrases: [one], most: one.most });
  }
  return [...found.values()].sort((a, b) => b.most - a.most || a.command - b.command);
}

/** The best `most` commands: the rest is not looked at once none of it can be among them. */
function bestOf(
  words: readonly QueryWord[],
  all: readonly Promising[],
  said: Said,
  index: LibraryIndex,
  most: number,
): Match[] {
  const best: Match[][] = [];
  for (const one of all) {
    if (best.length === most && one.most < best.at(-1)![0]!.score) break;
    const bag = index.bagOf(one.command);
    const elsewhere = words.map((word) => inBag(word, bag));
    const held: Match[] = [];
    for (const { number, covered, most: atMost } of one.phrases) {
      if (held.length === PHRASES && atMost <= held.at(-1)!.score) continue;
      held.push(rate(words, index.phrases[number]!, said, covered, elsewhere));
      held.sort((x, y) => y.score - x.score);
      if (held.length > PHRASES) held.pop();
    }
    best.push(held);
    best.sort((a, b) => b[0]!.score - a[0]!.score || a[0]!.command - b[0]!.command);
    if (best.length > most) best.pop();
  }
  return best.flat();
}

function inBag(word: QueryWord, bag: Bag): number {
  let most = 0;
  for (const { concept, weight } of word.meanings) most = Math.max(most, weight * (bag.get(concept) ?? 0));
  return most;
}

function rate(
  words: readonly QueryWord[],
  phrase: Phrase,
  { cover, by }: Said,
  covered: number,
  elsewhere: readonly number[],
): Match {
  const explained = elsewhere.map((one) => one * ELSEWHERE);
  const taken = new Set<number>();
  for (let slot = phrase.from; slot < phrase.from + phrase.count; slot++) {
    const near = cover[slot]!;
    if (near === 0) continue;
    const word = by[slot]!;
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
