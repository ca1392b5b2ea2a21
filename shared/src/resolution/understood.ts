/** What of the words a candidate does not take into account, as sentences for people. Pure. */
import type { Command } from "../contracts/definition.ts";
import type { Args } from "../library/parameters.ts";
import { isCommon } from "./fill-common.ts";
import { NUMBERS } from "./fill-roles.ts";
import type { LibraryIndex } from "./library-index.ts";
import { nearest } from "./spelling.ts";
import type { Span } from "./turns.ts";
import { isKnown, isWeak, meaningsOf } from "./vocabulary.ts";
import { stem, type Token, wordsOf } from "./words.ts";

/** The words that a command was read from, and which of them became arguments. */
export interface Heard {
  command: Command;
  tokens: readonly Token[];
  used: ReadonlyMap<number, number>;
}

/** So near a word of the command is one that it explains. */
const EXPLAINED = 0.25;
const PLACES = /^(?:to|on|in|into|onto|for|against)$/;
const INTRODUCED = /^(?:to|on|in|into|onto|for|against|of|from)$/;
/** "my two commits" counts nothing, "the last two" does. */
const COUNTED = /^(?:last|latest|first|next|newest|oldest|past|previous|top|by)$/;
/** Flags for what the command does anyway. */
const IMPLIED: { [slug: string]: RegExp | undefined } = {
  rm: /^-[rRfdv]+$/,
  cp: /^-[rRapv]+$/,
  mkdir: /^-[pv]+$/,
  grep: /^-[rRnH]+$/,
  ls: /^-[1]+$/,
  wc: /^-l$/,
  "git-remotes": /^-v+$/,
  "git-tags": /^(?:-l|--list)$/,
  "cursor-format-document": /^(?:-w|--write)$/,
};
const BETWEEN = /^(?:the|our|my|env|environment)$/;

/** Places in the text whose words became an argument of one of the commands. */
export function usedPlaces(heard: readonly Heard[]): Set<number> {
  const places = new Set<number>();
  for (const { tokens, used } of heard)
    for (const [at, sure] of used) if (sure > 0 && tokens[at]) places.add(tokens[at].start);
  return places;
}

/** How much of the span became an argument. A single plain word of it is no argument, but a mistake: `at midnight`. */
export function taken(
  places: ReadonlySet<number>,
  { from, to }: Span,
  tokens: readonly Token[],
): "whole" | "part" | "none" {
  const said = tokens.slice(from, to);
  const used = said.filter(({ start }) => places.has(start));
  if (used.length === 0) return "none";
  const value = used.some(({ kind, word }) => kind !== "word" || word in NUMBERS);
  return value || used.length === said.length ? "whole" : "part";
}

/** Is the span an argument of one of the commands? */
export function takes(places: ReadonlySet<number>, span: Span, tokens: readonly Token[]): boolean {
  return taken(places, span, tokens) === "whole";
}

/** Words that nothing explains, and the parameter that one of them should have been. */
export function strangers(
  heard: readonly Heard[],
  args: Args,
  index: LibraryIndex,
  skip: (token: Token) => boolean,
): { words: string[]; environment: boolean } {
  const words: string[] = [];
  let environment = false;
  const used = usedPlaces(heard);
  for (const { command, tokens } of heard)
    for (const [at, token] of tokens.entries()) {
      if (used.has(token.start) || token.kind === "mark" || skip(token)) continue;
      const open = command.parameters.some(
        ({ name, type }) => /^env(?:ironment)?$/.test(name) && type === "string" && args[name] === undefined,
      );
      let before = at - 1;
      while (before > 0 && BETWEEN.test(tokens[before]!.word)) before -= 1;
      const introduced = before > 0 ? tokens[before]!.word : "";
      const place = open && PLACES.test(introduced);
      const stranger =
        token.kind === "word"
          ? token.word in NUMBERS
            ? COUNTED.test(tokens[at - 1]?.word ?? "")
            : isStranger(token, place && introduced === "to", INTRODUCED.test(introduced), command, index)
          : isLost(token, tokens[at + 1], used, command, index);
      if (!stranger) continue;
      words.push(token.text);
      environment ||= place && token.kind === "word";
    }
  return { words: [...new Set(words)], environment };
}

/** A value that became no argument: a number, a path, a flag. */
function isLost(
  token: Token,
  next: Token | undefined,
  used: ReadonlySet<number>,
  command: Command,
  index: LibraryIndex,
): boolean {
  // `-m "text"`: the flag says what its value is.
  if (token.kind === "flag")
    return !(next && used.has(next.start)) && !IMPLIED[command.slug]?.test(token.text);
  if (token.kind !== "path") return true;
  // "validate wrangler.jsonc" names what the command is about.
  if (token.text === "." || /^(?:wrangler\.\w+|package\.json)$/.test(token.text)) return false;
  return !wordsOf(token.text).every((raw) => explains(stem(raw), command, index));
}

function isStranger(
  token: Token,
  named: boolean,
  placed: boolean,
  command: Command,
  index: LibraryIndex,
): boolean {
  const { text, word } = token;
  if (word === "" || isWeak(word)) return false;
  return wordsOf(text).some((raw) => {
    const stemmed = stem(raw);
    if (isWeak(raw) || isCommon(raw) || explains(stemmed, command, index)) return false;
    if (index.knownSet.has(stemmed) || isKnown(stemmed)) return named && /^[a-z]+$/.test(raw);
    if (index.learnt?.knows(stemmed)) return named || placed;
    return !nearest(stemmed, index.known).some((one) => explains(one.word, command, index));
  });
}

/** Is it one of the command's words, or one that people say for it? */
function explains(stemmed: string, command: Command, index: LibraryIndex): boolean {
  const at = index.bySlug.get(command.slug);
  if (at === undefined || index.learnt?.speaksFor(command.slug, stemmed)) return true;
  const bag = index.bagOf(at);
  return meaningsOf(stemmed).some(({ concept, weight }) => weight * (bag.get(concept) ?? 0) > EXPLAINED);
}

/** "Not understood: “a”, “b”." */
export function notUnderstood(words: readonly string[]): string {
  return `Not understood: ${words.map((word) => `“${word}”`).join(", ")}.`;
}
