/** What of the words a candidate does not take into account, as sentences for people. Pure. */
import type { Command } from "../contracts/definition.ts";
import type { Args } from "../library/parameters.ts";
import { isBeginning } from "./clauses.ts";
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
/** Things that the words for others hold: "the key value store", "this project". */
const GENERAL = new Set(["file", "project", "version", "servic", "key"]);
/** What has a name of its own, beside what the library is about. */
const THINGS = new Set(["user", "table", "employee", "role", "column", "row"]);
/** They do what is said behind them, and so may stand before anything. */
const LIGHT =
  /^(?:get|make|put|take|give|bring|throw|open|read|return|record|start|begin|set|go|do|let|work|keep|show|tell|say|add|look|check|use)$/;
/** What is asked of people or of runs, and begins no command's clause. */
const ASKED =
  /^(?:approve|reject|deny|accept|decline|confirm|cancel|abort|send|mail|email|share|notify|invite|assign|schedule|forward)$/;
const ARTICLE = /^(?:the|an?|my|our)$/;
const CALENDAR =
  /^(?:yesterday|(?:week|month|year)s?|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/;
/** What only reads is told less of: from here on it is what was asked for. */
const SURE_READ = 0.62;
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
  score: number,
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
          ? isDropped(tokens, at, command, index, score) ||
            (token.word in NUMBERS
              ? COUNTED.test(tokens[at - 1]?.word ?? "")
              : isStranger(token, place && introduced === "to", INTRODUCED.test(introduced), command, index))
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

/** A word that is known, and that this command makes nothing of: what to do, the thing that it is done to, when it was. */
function isDropped(
  tokens: readonly Token[],
  at: number,
  command: Command,
  index: LibraryIndex,
  score: number,
): boolean {
  const { word, text } = tokens[at]!;
  const stemmed = stem(word);
  if (isWeak(word)) return false;
  if (CALENDAR.test(word)) return !isOf(stemmed, command, index);
  if (command.effect === "read" && score >= SURE_READ) return false;
  // Where something comes from is no other way to say the command, whatever people say.
  const source =
    command.effect === "write" && introducer(tokens, at) === "from" && !/^(?:scratch|zero)$/.test(word);
  if (source && !isCommon(word)) return !isOf(stemmed, command, index);
  // "… and a bucket files": another thing of the library, with an article of its own behind "and".
  const another =
    /^an?$/.test(tokens[at - 1]?.word ?? "") && /^(?:and|plus)$/.test(tokens[at - 2]?.word ?? "");
  if (another && command.effect !== "read" && index.nouns.has(stemmed) && !isOf(stemmed, command, index))
    return true;
  if (explains(stemmed, command, index)) return false;
  const first = begins(tokens, at);
  if (first) return !LIGHT.test(word) && (ASKED.test(word) || isBeginning(word));
  if (command.effect === "read") return false;
  if (index.nouns.has(stemmed) || THINGS.has(word)) return !GENERAL.has(stemmed);
  // Right behind what to do stands what it is done to, also where others were called so before.
  return isObject(tokens, at) && /^[a-z]+$/i.test(text) && !isCommon(word) && !isKnown(stemmed);
}

/** The word before it, over an article. */
function introducer(tokens: readonly Token[], at: number): string {
  return tokens.slice(0, at).findLast(({ word }) => !ARTICLE.test(word))?.word ?? "";
}

/** Does it begin a clause: "approve …", "… and push …"? */
function begins(tokens: readonly Token[], at: number): boolean {
  const before = tokens.slice(0, at).findLast(({ word }) => !isWeak(word) || /^(?:and|then)$/.test(word));
  return before === undefined || before.kind === "mark" || /^(?:and|then)$/.test(before.word);
}

function isObject(tokens: readonly Token[], at: number): boolean {
  const before = tokens.indexOf(
    tokens.slice(0, at).findLast(({ word }) => !ARTICLE.test(word)) ?? tokens[at]!,
  );
  const behind = tokens[at + 1];
  return (
    before < at &&
    begins(tokens, before) &&
    (behind === undefined || behind.kind === "mark" || isWeak(behind.word))
  );
}

/** Is it one of the command's own words? */
function isOf(stemmed: string, command: Command, index: LibraryIndex): boolean {
  const at = index.bySlug.get(command.slug);
  return at === undefined || (index.bagOf(at).get(`=${stemmed}`) ?? 0) > EXPLAINED;
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
