/** From what a person said (a place, or a name) to the one place in one file that a language server is asked about. */
import { extname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { DocumentSymbol, Location, Position, SymbolInformation } from "vscode-languageserver-protocol";
import { isUnder } from "../find-program.ts";
import {
  type ActionContext,
  ActionFailed,
  existingFile,
  neededArg,
  numberArg,
  shown,
  textArg,
} from "./context.ts";
import { readText } from "./edits.ts";
import type { LanguageServer } from "./language-server.ts";
import { filesWithWord } from "./search.ts";
import { Lines, splitBom } from "./text.ts";

export interface Spot {
  file: string;
  position: Position;
}
const FILES_LOOKED_AT = 60;

/** The file whose language server will be asked: the one given, or the first that has the name in it. */
export async function fileToAsk(context: ActionContext): Promise<{ file: string; candidates: string[] }> {
  const given = textArg(context, "file");
  if (given !== undefined) {
    const file = existingFile(context, given);
    return { file, candidates: [file] };
  }
  const symbol = neededArg(context, "symbol");
  const found = await filesWithWord(context, symbol);
  const [file] = found;
  if (file === undefined) throw new ActionFailed(`Nothing here is called "${symbol}".`, "not_found");
  // Of one language: the same server can look at all of them.
  const alike = found.filter((one) => sameKind(one, file));
  const declaring = alike.filter((one) => looksDeclared(one, symbol));
  const candidates = (declaring.length > 0 ? declaring : alike).slice(0, FILES_LOOKED_AT);
  return { file: candidates[0] ?? file, candidates };
}

/** A guess that saves asking about every file that only uses the name. */
function looksDeclared(file: string, symbol: string): boolean {
  const word = symbol.replaceAll(/[^\w]/g, (sign) => `\\${sign}`);
  const declaration = new RegExp(
    `\\b(function\\*?|class|const|let|var|interface|type|enum|namespace|module|def|fn|func|struct|trait|impl)\\s+${word}(?![\\w$])`,
  );
  try {
    return declaration.test(readText(file));
  } catch {
    return false;
  }
}

/** The place. Throws ActionFailed when there is none, or when a name alone means several things. */
export async function findSpot(
  context: ActionContext,
  server: LanguageServer,
  { file, candidates }: { file: string; candidates: string[] },
): Promise<Spot> {
  const line = numberArg(context, "line");
  const column = numberArg(context, "column");
  const symbol = textArg(context, "symbol");
  const hasFile = textArg(context, "file") !== undefined;
  if (hasFile && line !== undefined) {
    const lines = new Lines(splitBom(readText(file)).body);
    const text = lines.line(line - 1);
    if (column !== undefined) {
      if (column - 1 > text.length)
        throw new ActionFailed(
          `Line ${line} of ${shown(context, file)} has ${text.length} characters.`,
          "not_found",
        );
      return { file, position: { line: line - 1, character: column - 1 } };
    }
    const at = symbol === undefined ? -1 : (wordAt(text, symbol) ?? -1);
    if (symbol === undefined)
      throw new ActionFailed('Say the "column" too, or the name of the "symbol".', "invalid_args");
    if (at === -1)
      throw new ActionFailed(
        `"${symbol}" does not stand in line ${line} of ${shown(context, file)}.`,
        "not_found",
      );
    return { file, position: { line: line - 1, character: at } };
  }
  if (symbol === undefined)
    throw new ActionFailed(
      'Say where it is: "file", "line" and "column", or the name of the "symbol".',
      "invalid_args",
    );
  const declared: Spot[] = [];
  for (const one of candidates) {
    for (const position of await declarations(context, server, one, symbol))
      declared.push({ file: one, position });
    if (declared.length > 20) break;
  }
  // A name means the thing itself, wherever it was seen: not the import or the export that passes it on.
  const meant = await distinct(context, server, declared, symbol);
  if (meant.length === 1) return meant[0]!;
  if (meant.length > 1) {
    const places = meant
      .slice(0, 8)
      .map(({ file, position }) => `${shown(context, file)}:${position.line + 1}:${position.character + 1}`);
    throw new ActionFailed(
      `"${symbol}" is declared ${meant.length} times: ${places.join(", ")}. Say which by "file" and "line".`,
      "ambiguous",
    );
  }
  if (hasFile) {
    // Not declared here, but perhaps used: an import leads to its declaration.
    const { body } = splitBom(readText(file));
    const at = wordAt(body, symbol);
    if (at !== null) {
      const used = [{ file, position: new Lines(body).position(at) }];
      return (await distinct(context, server, used, symbol))[0]!;
    }
  }
  throw new ActionFailed(
    hasFile ? `"${symbol}" does not stand in ${shown(context, file)}.` : `Nothing here declares "${symbol}".`,
    "not_found",
  );
}

/** Where these are declared, each place once: some servers count an import as a declaration, or every overload. */
async function distinct(
  context: ActionContext,
  server: LanguageServer,
  spots: Spot[],
  symbol: string,
): Promise<Spot[]> {
  const byPlace = new Map<string, Spot>();
  for (const spot of spots) {
    const meant = await definedAt(context, server, spot, symbol);
    const { line, character } = meant.position;
    byPlace.set(`${meant.file}:${line}:${character}`, meant);
  }
  return [...byPlace.values()];
}

/** Where what stands there is defined under the same name; the place itself when that is elsewhere or nowhere. */
export async function definedAt(
  context: ActionContext,
  server: LanguageServer,
  spot: Spot,
  symbol = wordOf(spot),
): Promise<Spot> {
  const uri = pathToFileURL(spot.file).href;
  const answer = await server.withOpen([spot.file], () =>
    server.request<Location | Location[] | null>(
      "textDocument/definition",
      { textDocument: { uri }, position: spot.position },
      context.signal,
    ),
  );
  const [first] = Array.isArray(answer) ? answer : answer ? [answer] : [];
  return (first && spotOf(context, first, symbol)) ?? spot;
}

function wordOf({ file, position }: Spot): string {
  const rest = new Lines(splitBom(readText(file)).body).line(position.line).slice(position.character);
  return /^[\p{L}\p{N}_$]*/u.exec(rest)?.[0] ?? "";
}

/** The definition's own place, when it is one of this name in a file we may work on. */
function spotOf({ config }: ActionContext, { uri, range }: Location, symbol: string): Spot | null {
  const file = uri.startsWith("file:") ? fileURLToPath(uri) : "";
  if (!isUnder(file, config.root) || file.includes("/node_modules/")) return null;
  const lines = new Lines(splitBom(readText(file)).body);
  const at = wordAt(lines.between(range.start, range.end), symbol);
  return at === null ? null : { file, position: lines.position(lines.offset(range.start) + at) };
}

async function declarations(
  context: ActionContext,
  server: LanguageServer,
  file: string,
  symbol: string,
): Promise<Position[]> {
  const uri = pathToFileURL(file).href;
  const found = await server.withOpen([file], () =>
    server.request<(DocumentSymbol | SymbolInformation)[] | null>(
      "textDocument/documentSymbol",
      { textDocument: { uri } },
      context.signal,
    ),
  );
  const lines = new Lines(splitBom(readText(file)).body);
  const places = new Map<string, Position>();
  const visit = (symbols: (DocumentSymbol | SymbolInformation)[]): void => {
    for (const one of symbols) {
      if (one.name === symbol) {
        const { start, end } = "location" in one ? one.location.range : one.selectionRange;
        // Some servers name the whole declaration: the word within it is what is meant.
        const at = wordAt(lines.between(start, end), symbol);
        const position = at === null ? start : lines.position(lines.offset(start) + at);
        places.set(`${position.line}:${position.character}`, position);
      }
      if ("children" in one && one.children) visit(one.children);
    }
  };
  visit(found ?? []);
  return [...places.values()];
}

/** Where the name stands as a whole word. */
function wordAt(text: string, word: string): number | null {
  if (word === "") return null;
  const part = /[\p{L}\p{N}_$]/u;
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1];
    const after = text[at + word.length];
    if (!(before && part.test(before)) && !(after && part.test(after))) return at;
  }
  return null;
}

function sameKind(a: string, b: string): boolean {
  const kind = (file: string) => (/^\.[cm]?[jt]sx?$/.test(extname(file)) ? "ts" : extname(file));
  return kind(a) === kind(b);
}
