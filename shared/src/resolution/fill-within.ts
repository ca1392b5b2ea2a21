/** "delete foo in src", "rename a.ts to b.ts in docs": what it is done to is named, and behind it where that lies. Pure. */
import type { Command } from "../contracts/definition.ts";
import { isCommon, isNameLike } from "./fill-common.ts";
import { ENVIRONMENTS, USUAL_DIRECTORIES } from "./fill-roles.ts";
import { isParticiple } from "./mood.ts";
import { isKnown, isWeak } from "./vocabulary.ts";
import { stemOf, type Token } from "./words.ts";

/** The tokens as a command that takes paths reads them, and those that only said where the things lie. */
export interface Within {
  tokens: readonly Token[];
  used: number[];
}

const IN = /^(?:in|inside|under|within|below)$/;
const TO = /^(?:to|into|as)$/;
const ARTICLE = /^(?:the|our|my)$/;
const FOLDER = /^(?:(?:sub)?(?:folder|directory)|dir)$/;
/** What takes the whole of a directory: "everything in dist". */
const WHOLE =
  /^(?:everything|all|files?|contents?|stuff|changes?|modifications?|edits?|work|folders?|director(?:y|ies)|it)$/;
/** Parameters that are a directory to work in. */
const PLACES = new Set(["directory", "into", "folder", "output"]);

/** Does the command do something to the paths it takes, so that a directory is hardly meant beside something else? */
function doesToPaths({ parameters }: Command): boolean {
  const things = parameters.filter(
    ({ name, type, items, required }) =>
      (type === "path" && required && !PLACES.has(name)) || (items === "path" && !PLACES.has(name)),
  );
  const elsewhere = parameters.some(({ name, type }) => type === "path" && PLACES.has(name));
  return things.length > 0 && !elsewhere;
}

/** Where a directory is named behind "in", from the preposition to the last of its words; null where none is. */
function directoryAt(
  tokens: readonly Token[],
  from: number,
  command: Command,
): { at: number; to: number } | null {
  const word = tokens[from]?.word ?? "";
  // "remove a.txt from dist": where it lies, unless the command takes what it is moved from.
  const lies = word === "from" && !command.parameters.some(({ name }) => name === "from");
  if (!lies && !IN.test(word)) return null;
  let at = from + 1;
  let said = false;
  while (ARTICLE.test(tokens[at]?.word ?? "") || FOLDER.test(tokens[at]?.word ?? "")) {
    said ||= FOLDER.test(tokens[at]!.word);
    at += 1;
  }
  const token = tokens[at];
  if (!token) return null;
  // "my changes in src/api and src/db": both of them are meant.
  if (/^(?:and|or)$/.test(tokens[at + 1]?.word ?? "") && tokens[at + 2]?.kind === "path") return null;
  const behind = FOLDER.test(tokens[at + 1]?.word ?? "");
  const directory =
    token.kind === "path"
      ? !/\.\w+$/.test(token.text) || token.text.endsWith("/")
      : token.kind === "quoted"
        ? said || behind
        : token.kind === "word" &&
          (USUAL_DIRECTORIES.has(token.text) || ((said || behind) && !isWeak(token.word)));
  return directory ? { at, to: behind ? at + 2 : at + 1 } : null;
}

function isName(token: Token | undefined): boolean {
  if (token === undefined) return false;
  if (token.kind === "path" || token.kind === "glob") return !/^[/~]/.test(token.text);
  if (token.kind !== "word" || isWeak(token.word)) return false;
  if (isNameLike(token.text) || USUAL_DIRECTORIES.has(token.text)) return true;
  if (ENVIRONMENTS.includes(token.text)) return false;
  return !isCommon(token.text) && !isKnown(stemOf(token));
}

/** Things named before the preposition, or before the "to" of what they become; the latter lies beside them only when renamed. */
function namesBefore(tokens: readonly Token[], from: number): number[] {
  let last = from - 1;
  if (FOLDER.test(tokens[last]?.word ?? "") && isName(tokens[last - 1])) last -= 1;
  const found: number[] = [];
  if (TO.test(tokens[last - 1]?.word ?? "")) {
    // Of what is copied or moved it stays open which of the two lies there.
    const verb = tokens.find(({ word }) => !isWeak(word))?.word;
    if (verb !== "rename" || !isName(tokens[last]) || !isName(tokens[last - 2])) return [];
    if (!tokens[last]!.text.includes("/")) found.push(last);
    last -= 2;
  }
  for (let at = last; at > 0; at--) {
    const { kind, word } = tokens[at]!;
    if (kind === "mark" || FOLDER.test(word) || /^(?:and|the|an?|file)$/.test(word)) continue;
    if (!isName(tokens[at])) break;
    const before = tokens[at - 1]!;
    // "the old logs": some of them.
    if (
      kind === "word" &&
      at > 1 &&
      before.kind === "word" &&
      isCommon(before.word) &&
      !isWeak(before.word) &&
      !/^(?:file|folder|directory)$/.test(before.word)
    )
      return [];
    found.push(at);
  }
  return found;
}

/**
 * The tokens with what is named put together with where it lies; as they are where nothing is so.
 * @param taken tokens that say which command is meant
 */
export function readWithin(command: Command, tokens: readonly Token[], taken: ReadonlySet<number>): Within {
  if (tokens.length < 4 || !doesToPaths(command)) return { tokens, used: [] };
  for (let from = 2; from < tokens.length; from++) {
    const directory = directoryAt(tokens, from, command);
    if (!directory) continue;
    const names = namesBefore(tokens, from);
    if (names.length === 0) {
      // "delete log files in tmp": not all of it, and so not the directory itself.
      if (command.effect === "read" || isWhole(tokens, from, taken)) continue;
      return { tokens: tokens.with(directory.at, { ...tokens[directory.at]!, kind: "mark" }), used: [] };
    }
    const base = tokens[directory.at]!.text.replace(/\/+$/, "");
    const read = tokens.map((token, at): Token => {
      if (!names.includes(at)) return token;
      return { ...token, kind: token.kind === "glob" ? "glob" : "path", text: `${base}/${token.text}` };
    });
    return {
      tokens: read,
      used: Array.from({ length: directory.to - from }, (_, i) => from + i),
    };
  }
  return { tokens, used: [] };
}

function isWhole(tokens: readonly Token[], from: number, taken: ReadonlySet<number>): boolean {
  return tokens
    .slice(0, from)
    .every(
      ({ kind, word }, at) =>
        at === 0 ||
        taken.has(at) ||
        (kind === "word" && (isWeak(word) || WHOLE.test(word) || isParticiple(word))),
    );
}
