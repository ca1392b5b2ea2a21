/** Where something is used, and where it is defined. */
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Location, LocationLink } from "vscode-languageserver-protocol";
import { isUnder } from "../find-program.ts";
import type { Outputs } from "../outputs.ts";
import { serverFor } from "./choose-server.ts";
import { type ActionContext, fitting, shown } from "./context.ts";
import { readText } from "./edits.ts";
import { fileToAsk, findSpot } from "./find-symbol.ts";
import { withServer } from "./servers.ts";
import { Lines, splitBom } from "./text.ts";

type Found = Location | LocationLink;

/** Outputs `references` (file, line, column, text), `count`, `files`, `truncated`. The declaration is among them. */
export async function findReferences(context: ActionContext): Promise<Outputs> {
  const found = await ask(context, "textDocument/references", { context: { includeDeclaration: true } });
  const { items, truncated } = fitting(found);
  return {
    references: items as unknown as Outputs[string],
    count: found.length,
    files: new Set(found.map((one) => one.file)).size,
    truncated,
  };
}

/** Outputs `definitions` (file, line, column, text), and of the first `file`, `line`, `column`. */
export async function gotoDefinition(context: ActionContext): Promise<Outputs> {
  const found = await ask(context, "textDocument/definition", {});
  const { items } = fitting(found);
  const [first] = found;
  return {
    definitions: items as unknown as Outputs[string],
    count: found.length,
    file: first?.file ?? null,
    line: first?.line ?? null,
    column: first?.column ?? null,
  };
}

async function ask(context: ActionContext, method: string, more: object) {
  const asked = await fileToAsk(context);
  const spec = await serverFor(context, asked.file);
  const answer = await withServer(context, spec, async (server) => {
    const spot = await findSpot(context, server, asked);
    const uri = pathToFileURL(spot.file).href;
    return server.withOpen([spot.file], () =>
      server.request<Found | Found[] | null>(
        method,
        { textDocument: { uri }, position: spot.position, ...more },
        context.signal,
      ),
    );
  });
  const texts = new Map<string, Lines | null>();
  const lineOf = (file: string, line: number): string => {
    if (!texts.has(file)) texts.set(file, linesOf(context, file));
    return texts.get(file)?.line(line).trim().slice(0, 200) ?? "";
  };
  const places = (Array.isArray(answer) ? answer : answer === null ? [] : [answer])
    .map((one) =>
      "targetUri" in one
        ? { uri: one.targetUri, start: one.targetSelectionRange.start }
        : { uri: one.uri, start: one.range.start },
    )
    .filter(({ uri }) => uri.startsWith("file:"))
    .map(({ uri, start }) => ({ path: fileURLToPath(uri), start }))
    .sort((a, b) =>
      a.path < b.path
        ? -1
        : a.path > b.path
          ? 1
          : a.start.line - b.start.line || a.start.character - b.start.character,
    )
    .map(({ path, start }) => ({
      file: shown(context, path),
      line: start.line + 1,
      column: start.character + 1,
      text: lineOf(path, start.line),
    }));
  for (const { file, line, column, text } of places) context.say(`${file}:${line}:${column}: ${text}`);
  return places;
}

/** Of files outside the root (a language's own library) nothing is told but the place. */
function linesOf(context: ActionContext, file: string): Lines | null {
  if (!isUnder(file, context.config.root)) return null;
  try {
    return new Lines(splitBom(readText(file)).body);
  } catch {
    return null;
  }
}
