/**
 * Plain words to commands: without a model, without a network, explainable. The words are split into clauses, each clause ranks
 * the library, and what several clauses mean becomes a chain that can be run as it is. Pure.
 */
import type { Command } from "../contracts/definition.ts";
import {
  answered,
  type Draft,
  type Drafts,
  type Kind,
  type Resolution,
  type Sentence,
  SURE,
} from "./answer.ts";
import { type Asked, type Candidate, CHAIN, ofParts, ofRanked } from "./candidates.ts";
import {
  adds,
  asks,
  beginsAnew,
  isClause,
  joinings,
  type Piece,
  piecesOf,
  tells,
  verbList,
  withoutIfs,
} from "./clauses.ts";
import { type Clause, composeParts, inheriting, type Part, referring, standsForSeveral } from "./compose.ts";
import type { LibraryIndex } from "./library-index.ts";
import { readMisspelt } from "./misspelt.ts";
import { type Here, type Ranked, rankClause, type Usage } from "./rank.ts";
import { turnsOf } from "./turns.ts";
import { isWeak } from "./vocabulary.ts";
import { joinPhrases, stem, type Token, tokenise, wordsOf } from "./words.ts";

/** A candidate below this is noise. */
export const LEAST = 0.24;
const APART = 0.045;
/** A clause that begins with what to do may be less sure. */
const CLAUSE_LEAST = 0.45;
const LOOSE_LEAST = 0.6;
/** All of them together must be surer than that. */
const CHAIN_LEAST = 0.57;
/** So near the second best command of a clause is another reading of the whole. */
const NEAR = 0.3;
/** By how much a chain must be ahead of one command that the words name, and how far it may be behind one that they do not: farther where each clause begins with what to do. */
const EXACT_AHEAD = 0.02;
const EXACT_BEHIND = -0.12;
const BEHIND = -0.06;
const ANEW_BEHIND = -0.25;
const SHOWN = 8;
const TEXT_CHARS = 2_000;

/** Reads the text. Never throws for what is in it. */
export function resolve(asked: Asked, index: LibraryIndex): Resolution {
  const text = withoutIfs(joinPhrases(asked.text.slice(0, TEXT_CHARS).replaceAll("’", "'")));
  const { tokens, read } = readMisspelt(tokenise(text), index);
  if (tokens.length === 0) return { kind: "none", candidates: [] };
  const heard: Sentence = { text, tokens, read, turns: turnsOf(tokens, text), asked, index };
  return answered(heard, (some) => drafts(some, text, asked, index));
}

/** The candidates for the tokens, best first, each with the words that it was read from. */
function drafts(tokens: readonly Token[], text: string, asked: Asked, index: LibraryIndex): Drafts {
  const here: Here = { situation: asked.situation, usage: asked.usage };
  const single = rankClause(tokens, text, index, here, asked.typing);
  // The same words are looked at in several readings.
  const seen = new Map<string, Ranked[]>();
  const chain = bestChain(
    piecesOf(tokens),
    index,
    (clause) => {
      const key = clause.map(({ start, word }) => `${start}${word}`).join();
      let ranked = seen.get(key);
      if (!ranked) {
        ranked = rankClause(clause, text, index, here);
        seen.set(key, ranked);
      }
      return ranked;
    },
    text,
    here,
  );
  afterReason(single, tokens, text, index, here);
  // It has no meaning of its own: what several clauses mean becomes it.
  const chainAt = single.findIndex(({ command }) => command.slug === CHAIN);
  // Only where somebody asks for just that it is answered with, its steps still wanting.
  if (chainAt > 0 || (chainAt === 0 && (chain || single[0]!.score < SURE))) single.splice(chainAt, 1);
  const [best] = single;
  const top = best?.score ?? 0;
  const exact = best?.exact === true;
  // The words are a name of it, with nothing beside.
  const named = index.exact.has(wordsOf(text).join(" "));
  const found = single
    .filter(({ score }) => score >= LEAST)
    .slice(0, SHOWN)
    .map((one): Draft => ({ candidate: ofRanked(one, asked, index), heard: [one.heard] }));
  const several = (parts: readonly Part[], score: number) =>
    ofParts(parts, score, asked, index).map(
      (candidate): Draft => ({ candidate, heard: parts.map(({ heard }) => heard) }),
    );
  // A workflow that was said by its own name, and stands for several commands, is shown as them.
  const known = best && top >= SURE && standsForSeveral(best.command) ? [{ ...best, combined: true }] : null;
  const read =
    chain &&
    !(best && best.score >= SURE && isArgument(chain.parts, best)) &&
    // "Which groups are there and who is in them": one question, asked in two ways.
    !(top >= 0.8 && asksTwice(chain.parts, text)) &&
    chain.score >=
      top + (chain.anew && !named ? (exact ? EXACT_BEHIND : ANEW_BEHIND) : exact ? EXACT_AHEAD : BEHIND)
      ? several(chain.parts, chain.score)
      : known
        ? several(known, top)
        : [];
  // Where one clause may as well mean another command, that chain is offered, too.
  const other =
    read[0]?.candidate.slug === CHAIN && chain?.other ? several(chain.other.parts, chain.other.score) : [];
  const chains = [...read, ...other.slice(0, 1)];
  const all = [
    ...chains,
    ...found.filter((one) => !chains.some((other) => other.candidate.slug === one.candidate.slug)),
  ].slice(0, SHOWN);
  for (const { candidate } of all) candidate.score = Math.min(1, Math.round(candidate.score * 1_000) / 1_000);
  const shown = all.map(({ candidate }) => candidate);
  return { kind: kindOf(shown, chains.length > 0, single), drafts: all };
}

/** "The tests are green, deploy": behind a reason the order alone may be nearer; not "delete it", which needs what the reason names. */
function afterReason(
  single: Ranked[],
  tokens: readonly Token[],
  text: string,
  index: LibraryIndex,
  here: Here,
): void {
  const [reason, order, ...more] = piecesOf(tokens);
  if (!reason || !order || more.length > 0 || !tells(reason) || !beginsAnew(order)) return;
  const [alone] = rankClause(order.tokens, text, index, here);
  if (!alone || alone.missing.length > 0 || alone.command.effect === "read") return;
  if (alone.score < SURE || alone.score <= (single[0]?.score ?? 0) + EXACT_AHEAD) return;
  const held = single.findIndex(({ command }) => command === alone.command);
  if (held >= 0) single.splice(held, 1);
  single.unshift(alone);
}

/** Do all of the clauses ask, and change nothing? */
function asksTwice(parts: readonly Part[], text: string): boolean {
  const [first, ...others] = parts;
  // As it was said: a pronoun may have been read as what it stands for.
  const same = (words: readonly Token[]) =>
    words.some(({ start, end }) => /^(?:it|them|they|those)$/i.test(text.slice(start, end)));
  if (first?.heard.tokens[0]?.word !== "why" && !others.some(({ heard }) => same(heard.tokens))) return false;
  return parts.every(
    ({ command, heard }) => command.effect === "read" && asks({ tokens: [...heard.tokens] }),
  );
}

/** Is what stands behind the comma an argument of the one command: "back up the database, keep 14 archives"? */
function isArgument(parts: readonly Part[], one: Ranked): boolean {
  if (parts.length < 2 || parts[0]!.command !== one.command) return false;
  return parts.slice(1).every(({ heard: { tokens } }) => {
    const first = tokens.find(({ word }) => !isWeak(word));
    const parameter = one.command.parameters.find(
      ({ name }) => first && name.split("_").some((word) => stem(word) === stem(first.word)),
    );
    const source = parameter && one.sources[parameter.name];
    if (source?.from !== "words") return false;
    const values = source.text.split(" ");
    return tokens.some((token) => token !== first && values.includes(token.text));
  });
}

/** All commands that words find, best first, for a list. */
export function searchCommands(text: string, index: LibraryIndex, usage: Usage): Command[] {
  const words = joinPhrases(text.slice(0, TEXT_CHARS));
  return rankClause(tokenise(words), words, index, { situation: {}, usage }, true)
    .filter(({ score }) => score >= LEAST)
    .map(({ command }) => command);
}

function kindOf(candidates: readonly Candidate[], isChain: boolean, single: readonly Ranked[]): Kind {
  const [first, second] = candidates;
  if (!first) return "none";
  if (isChain) return "chain";
  if (first.score < SURE) return "suggestions";
  const near = second !== undefined && second.score > first.score - APART;
  // Two commands that answer to the very same words are a choice.
  return near && !(single[0]?.exact && !single[1]?.exact) ? "suggestions" : "match";
}

interface Read {
  parts: Part[];
  score: number;
  /** Each clause begins with what to do. */
  anew?: boolean;
  /** The same with the next best command for the clause that is least sure. */
  other?: { parts: Part[]; score: number } | undefined;
}

/** "Add and commit my work": what is added before a commit is staged. */
function added(piece: Piece, next: Piece | undefined): Piece {
  const [only] = piece.tokens;
  if (piece.tokens.length !== 1 || only!.word !== "add" || next?.tokens[0]?.word !== "commit") return piece;
  return { ...piece, tokens: [{ ...only!, text: "stage", word: "stage" }] };
}

/** The best way to read the pieces as several commands; null when one of them is none. */
function bestChain(
  pieces: Piece[],
  index: LibraryIndex,
  rank: (tokens: Piece["tokens"]) => Ranked[],
  text: string,
  here: Here,
): Read | null {
  const split = pieces.flatMap((piece, at) => verbList(piece, index) ?? [added(piece, pieces[at + 1])]);
  if (split.length < 2 || split.length > 12) return null;
  let best: Read | null = null;
  for (const way of joinings(split)) {
    if (way.length < 2) continue;
    const clauses: Clause[] = [];
    for (const piece of way) {
      if (!piece.hard && piece !== way[0] && !isClause(piece, index) && !beginsAnew(piece)) break;
      // "The tag was wrong, delete it": a reason is no step of its own.
      if (tells(piece) || adds(piece)) break;
      const ranked = read(
        piece.tokens,
        clauses.findLast(({ ranked: [one] }) => one && referring(piece.tokens, one.command, index))
          ?.ranked[0],
        index,
        rank,
      );
      const least = piece === way[0] || piece.hard || beginsAnew(piece) ? CLAUSE_LEAST : LOOSE_LEAST;
      if ((ranked[0]?.score ?? 0) < least) break;
      clauses.push({ ranked, tokens: piece.tokens });
    }
    if (clauses.length < way.length) continue;
    const scores = clauses.map(({ ranked }) => Math.min(1, ranked[0]!.score));
    const score =
      (scores.reduce((sum, one) => sum + one, 0) / scores.length) * 0.6 + Math.min(...scores) * 0.4;
    if (score < CHAIN_LEAST || (best && score <= best.score + 0.001)) continue;
    const parts = composeParts(clauses, text, index, here);
    if (parts && new Set(clauses.map(({ ranked }) => ranked[0]!.command.slug)).size > 1)
      best = {
        parts,
        score,
        anew: way.slice(1).every((piece) => piece.hard || beginsAnew(piece)),
        other: otherwise(clauses, score, text, index, here),
      };
  }
  return best;
}

/** The chain with the next best command in the clause where that is nearest; undefined when none is near. */
function otherwise(
  clauses: readonly Clause[],
  score: number,
  text: string,
  index: LibraryIndex,
  here: Here,
): Read | undefined {
  const gaps = clauses.map(({ ranked }) => (ranked[1] ? ranked[0]!.score - ranked[1].score : 1));
  const gap = Math.min(...gaps);
  if (gap > NEAR) return undefined;
  const at = gaps.indexOf(gap);
  const swapped = clauses.map((clause, i) =>
    i === at ? { ...clause, ranked: clause.ranked.slice(1) } : clause,
  );
  const parts = composeParts(swapped, text, index, here);
  return parts ? { parts, score: score - gap / clauses.length - 0.04 } : undefined;
}

/** What a clause may mean behind another one, whose thing its pronoun may stand for. */
function read(
  tokens: Piece["tokens"],
  before: Ranked | undefined,
  index: LibraryIndex,
  rank: (tokens: Piece["tokens"]) => Ranked[],
): Ranked[] {
  const ranked = rank(tokens);
  const meant = before ? referring(tokens, before.command, index) : null;
  if (!before || !meant) return ranked;
  const [best, ...others] = rank(meant.tokens);
  // What the pronoun stands for says more than the pronoun does.
  if (!best || best.score < (ranked[0]?.score ?? 0) - 0.2) return ranked;
  return [inheriting(best, before, meant.noun), ...others];
}
