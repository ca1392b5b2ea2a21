/** Two votes made one: how near the library's phrases are, and what people say for a command. Pure. */
import { featuresOf } from "./features.ts";
import { isCommon } from "./fill-common.ts";
import { NOTHING, type Vote } from "./learnt.ts";
import type { LibraryIndex } from "./library-index.ts";
import { nearest } from "./spelling.ts";
import type { Heard } from "./understood.ts";
import { isKnown, isWeak } from "./vocabulary.ts";
import { stem, type Token, wordsOf } from "./words.ts";

/** How much nearness to a phrase of the library weighs beside what was learnt. */
const NEARNESS = 4;
/** From here on the words are a command's own, and what was learnt hardly counts. */
const OWN = 0.97;
const HARDLY = 0.05;
/** As near as a whole name with an argument still wanting. */
const CALLED = 0.75;
/** So many commands that only the learnt vote names are looked at. */
const NAMED = 14;
/** From a likelihood to a score: 5 % is just worth showing, half is meant. */
const CURVE = 0.45;
const TOP = 0.97;
/** What a value that becomes no argument takes from a command: "install zod" adds a package, and installs not just all of them. */
const LOST = 1.6;
const LOST_MOST = 2;
/** A word that this much of a command's vote is owed to says which command is meant, and is no argument. */
const TELLING = 0.12;

/** What was learnt, asked about one clause. */
export function learntVote(
  tokens: readonly Token[],
  questionMark: boolean,
  index: LibraryIndex,
): Vote | null {
  const { learnt } = index;
  if (!learnt) return null;
  const read = (stemmed: string): string | null => {
    if (learnt.knows(stemmed) || isKnown(stemmed)) return stemmed;
    if (index.knownSet.has(stemmed) || !/^\p{L}+$/u.test(stemmed)) return null;
    return nearest(stemmed, index.known).find(({ word }) => learnt.knows(word))?.word ?? null;
  };
  return learnt.vote(featuresOf(tokens, questionMark, read));
}

/** The commands that the learnt vote likes best. */
export function namedBy(vote: Vote, index: LibraryIndex): number[] {
  return [...vote.votes]
    .filter(([slug, weight]) => weight > 0 && index.bySlug.has(slug))
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, NAMED)
    .map(([slug]) => index.bySlug.get(slug)!);
}

/** Tokens that say which command is meant, by what was learnt. */
export function telling(vote: Vote, slug: string, tokens: readonly Token[]): number[] {
  return tokens.flatMap(({ kind, word }, at) =>
    kind === "word" && !isWeak(word) && vote.owed(slug, `w:${stem(word)}`) > TELLING ? [at] : [],
  );
}

/**
 * Scores from nearness (0 to 1) and the learnt vote. What nothing was learnt of keeps its nearness, and goes first when it was called
 * by its whole name: nobody could teach a team's own commands.
 */
export function combine<T extends { slug: string; near: number; called: boolean; lost: number }>(
  all: readonly T[],
  vote: Vote,
  index: LibraryIndex,
): Map<T, number> {
  const scores = new Map<T, number>();
  const taught = all.filter(({ slug }) => index.learnt?.commands.has(slug));
  const best = Math.max(0, ...all.map(({ near }) => near));
  const share = best >= OWN ? HARDLY : 1;
  const weights = taught.map(
    ({ slug, near, lost }) =>
      (vote.votes.get(slug) ?? 0) * share + NEARNESS * near - LOST * Math.min(LOST_MOST, lost),
  );
  // What is not among them is not near at all.
  const others = [...vote.votes].flatMap(([slug, weight]) =>
    slug === NOTHING || (index.bySlug.has(slug) && !taught.some((one) => one.slug === slug))
      ? [weight * share]
      : [],
  );
  const most = Math.max(0, ...weights, ...others);
  const sum = [...weights, ...others].reduce((total, one) => total + Math.exp(one - most), 0);
  for (const one of all) scores.set(one, one.near);
  for (const [at, one] of taught.entries()) {
    const likely = Math.exp(weights[at]! - most) / sum;
    const learnt = TOP * likely ** CURVE;
    scores.set(one, one.near >= OWN ? Math.max(one.near, learnt) : learnt);
  }
  const top = Math.max(0, ...taught.map((one) => scores.get(one)!));
  for (const one of all)
    if (one.called && one.near >= CALLED && !taught.includes(one))
      scores.set(one, Math.max(one.near, Math.min(top + 0.01, 1)));
  return scores;
}

/** Words that count where they stand, and say nothing to a person by themselves. */
const SMALL = new Set(
  "a an and as at by for from in into is it its me my of on or our the this that to up with".split(" "),
);

/** The words that a command's vote is owed to most, as they stand in the clause. */
export function wordsFor(vote: Vote, slug: string, tokens: readonly Token[]): string[] {
  const owed = tokens.flatMap(({ kind, word, text }) => {
    const worth = kind === "word" ? vote.owed(slug, `w:${stem(word)}`) : 0;
    return worth > TELLING / 2 && !SMALL.has(word) ? [{ text: text.toLowerCase(), worth }] : [];
  });
  return [...new Set(owed.sort((a, b) => b.worth - a.worth).map(({ text }) => text))].slice(0, 3);
}

/** How many values and names that nobody knows became no argument of it. */
export function lostBy({ tokens, used }: Heard, index: LibraryIndex): number {
  return tokens.filter((token, at) => (used.get(at) ?? 0) === 0 && isValue(token, index)).length;
}

/** Is it an argument of something, whatever it means: a path, an address, a name that no phrase holds? */
function isValue({ kind, text, word }: Token, index: LibraryIndex): boolean {
  if (kind !== "word") return kind === "path" || kind === "url" || kind === "hash" || kind === "glob";
  if (isWeak(word) || isCommon(text)) return false;
  return wordsOf(text).every((raw) => {
    const stemmed = stem(raw);
    return !index.knownSet.has(stemmed) && !isKnown(stemmed) && !index.learnt?.knows(stemmed);
  });
}
