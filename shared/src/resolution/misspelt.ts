/** Misspelt words that only their place explains: a program's subcommand, what to do, an environment. Pure. */
import type { Command } from "../contracts/definition.ts";
import { isBeginning, VERBS } from "./clauses.ts";
import { isCommon } from "./fill-common.ts";
import type { LibraryIndex } from "./library-index.ts";
import { isSubcommand, subcommandsOf } from "./shell.ts";
import type { Situation } from "./situation.ts";
import { distance, nearest } from "./spelling.ts";
import { isKnown, isWeak, isWordOf } from "./vocabulary.ts";
import { stem, type Token } from "./words.ts";

/** A word, and as what it was read. */
export interface ReadAs {
  said: string;
  as: string;
}

/** A longer sentence has enough other words to be found by. */
const SHORT = 8;
const LEAST_CHARS = 4;

/** `git psuh`, `comit and psuh`: the tokens with the word that was meant, and what was changed. */
export function readMisspelt(
  tokens: readonly Token[],
  index: LibraryIndex,
): { tokens: readonly Token[]; read: ReadAs[] } {
  const read: ReadAs[] = [];
  const program = tokens[0]?.text.toLowerCase() ?? "";
  const subcommands = subcommandsOf(program);
  const meant = tokens.map((token, at) => {
    if (token.kind !== "word" || token.word.length < LEAST_CHARS) return token;
    const as =
      at === 1 && subcommands.length > 0
        ? isSubcommand(program, token.word)
          ? null
          : subcommand(token, subcommands, index)
        : ((begins(tokens, at) && tokens.length <= SHORT ? verb(token, index) : null) ??
          thing(token, tokens[at - 1], index));
    if (as === null) return token;
    read.push({ said: token.text, as });
    return { ...token, text: as, word: as };
  });
  return read.length === 0 ? { tokens, read } : { tokens: meant, read };
}

function begins(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    before === undefined ||
    before.kind === "mark" ||
    /^(?:and|then|please|pls|plz|lets|just)$/.test(before.word)
  );
}

function unknown({ word, text }: Token, index: LibraryIndex): boolean {
  const stemmed = stem(word);
  return (
    /^[a-z]+$/i.test(text) &&
    !isWeak(word) &&
    !isCommon(text) &&
    !isKnown(stemmed) &&
    !index.knownSet.has(stemmed)
  );
}

function subcommand(token: Token, subcommands: readonly string[], index: LibraryIndex): string | null {
  return unknown(token, index) ? (nearest(token.word, subcommands)[0]?.word ?? null) : null;
}

function verb(token: Token, index: LibraryIndex): string | null {
  if (!unknown(token, index) || isBeginning(token.word)) return null;
  const found = nearest(token.word, ALL_VERBS);
  return found.length === 1 ? found[0]!.word : null;
}
/** Behind these a name stands, however it looks. */
const NAMING = /^(?:called|named|titled|message|saying|say|echo|text|word|author)$/;
/** "bukcet", "databse": the things of the library are told by their letters; a name hardly looks like one. */
function thing(token: Token, before: Token | undefined, index: LibraryIndex): string | null {
  if (token.word.length < 5 || !/^[a-z]+$/.test(token.text) || NAMING.test(before?.word ?? "")) return null;
  if (!unknown(token, index)) return null;
  const [found, other] = nearest(token.word, THINGS);
  if (!found || other || isWordOf(token.word)) return null;
  return distance(token.word, found.word, 1) <= 1 ? found.word : null;
}
const THINGS = (
  "bucket buckets database databases migration migrations namespace namespaces queue queues worker workers secret secrets service services branch branches " +
  "directory directories folder folders version versions deployment deployments repository remote commit commits package packages dependency dependencies " +
  "client clients customer customers employee employees knowledge backup backups archive claude machine object objects script"
).split(" ");

const ALL_VERBS = [...VERBS];

/** Names of environments long enough to be told from other words when misspelt. */
const USUAL = ["production", "staging", "preview", "development"];
const PLACED = /^(?:to|on|in|into|onto|for|against|the|env|environment)$/;
const environments = new WeakMap<Token, string | null>();

/** The environment that a misspelt word behind `to`, `on`, `in` means; null where it means none. */
export function environmentMeant(tokens: readonly Token[], at: number, situation: Situation): string | null {
  const token = tokens[at]!;
  const before = tokens[at - 1];
  if (token.kind !== "word" || before === undefined || token.word.length < LEAST_CHARS) return null;
  let meant = environments.get(token);
  if (meant === undefined) {
    meant = null;
    const declared = situation.wrangler?.environments ?? [];
    const all = [...declared, ...USUAL];
    if (
      PLACED.test(before.word) &&
      /^[a-z]+$/i.test(token.text) &&
      !all.includes(token.text.toLowerCase()) &&
      !isCommon(token.text) &&
      !isWeak(token.word) &&
      !isKnown(stem(token.word))
    )
      meant = nearest(token.word, declared)[0]?.word ?? nearest(token.word, USUAL)[0]?.word ?? null;
    environments.set(token, meant);
  }
  return meant;
}

/** The tokens as a command that takes an environment reads them. */
export function readEnvironment(
  { parameters }: Command,
  tokens: readonly Token[],
  situation: Situation,
): readonly Token[] {
  if (!parameters.some(({ name, type }) => type === "string" && (name === "env" || name === "environment")))
    return tokens;
  const at = tokens.findIndex((_, i) => environmentMeant(tokens, i, situation) !== null);
  if (at < 0) return tokens;
  const meant = environmentMeant(tokens, at, situation)!;
  return tokens.with(at, { ...tokens[at]!, text: meant, word: meant });
}
