/** Rename across files, by the language server. */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Position, Range, TextEdit } from "vscode-languageserver-protocol";
import { isUnder } from "../find-program.ts";
import type { Outputs } from "../outputs.ts";
import { serverFor } from "./choose-server.ts";
import { type ActionContext, ActionFailed, neededArg, shown } from "./context.ts";
import { applyEdits, type Edit, readText } from "./edits.ts";
import { fileToAsk, findSpot } from "./find-symbol.ts";
import type { LanguageServer } from "./language-server.ts";
import { type Renamed, refuseTaken } from "./name-taken.ts";
import { everyPlace, placeOf } from "./rename-places.ts";
import { WorkedStale, withServer } from "./servers.ts";
import { Lines, splitBom, withEdits } from "./text.ts";

/** Outputs of applyEdits, and `old_name`, `new_name`, `edits` (how many places). */
export async function renameSymbol(context: ActionContext): Promise<Outputs> {
  const newName = neededArg(context, "new_name");
  const asked = await fileToAsk(context);
  const spec = await serverFor(context, asked.file);
  let tries = 0;
  const { edits, places, oldName } = await withServer(context, spec, async (server) => {
    const spot = await findSpot(context, server, asked);
    const oldName = await server.withOpen([spot.file], () =>
      nameAt(context, server, placeOf(spot), spot.file),
    );
    if (oldName === newName)
      throw new ActionFailed(`${oldName} is its name already; nothing was changed.`, "invalid_args");
    const found = editsOf(context, await everyPlace(context, server, spot, newName), oldName);
    // A warm server may be behind the disk in a way nobody told us; a new one is not.
    if (!found.fits && tries++ === 0)
      throw new WorkedStale("the language server did not know the files as they are");
    if (found.places > 0) await refuseTaken(context, server, { spot, newName, files: found.edits });
    return { ...found, oldName };
  });
  if (places === 0)
    throw new ActionFailed(`Nothing can be renamed there: ${oldName} has no uses.`, "not_found");
  const outputs = await applyEdits(context, edits);
  for (const edit of edits) context.say(shown(context, edit.file));
  context.say(`${oldName} is ${newName} now, at ${places} places in ${edits.length} files`);
  return { ...outputs, edits: places, old_name: oldName, new_name: newName };
}

async function nameAt(
  context: ActionContext,
  server: LanguageServer,
  at: { textDocument: { uri: string }; position: Position },
  file: string,
): Promise<string> {
  const { renameProvider } = server.capabilities;
  if (!renameProvider) throw new ActionFailed(`${server.spec.name} does not rename.`);
  const lines = new Lines(splitBom(readText(file)).body);
  if (typeof renameProvider === "object" && renameProvider.prepareProvider) {
    const answer = await server.request<Range | { range: Range } | null>(
      "textDocument/prepareRename",
      at,
      context.signal,
    );
    const range = answer && ("range" in answer ? answer.range : "start" in answer ? answer : null);
    if (answer === null)
      throw new ActionFailed(
        `What stands in ${shown(context, file)}:${at.position.line + 1}:${at.position.character + 1} cannot be renamed.`,
        "not_found",
      );
    if (range) return lines.between(range.start, range.end);
  }
  const offset = lines.offset(at.position);
  const text = splitBom(readText(file)).body;
  const before = /[\p{L}\p{N}_$]*$/u.exec(text.slice(0, offset))?.[0] ?? "";
  return before + (/^[\p{L}\p{N}_$]*/u.exec(text.slice(offset))?.[0] ?? "");
}

/** The texts after it; `fits`: the old name stands wherever something is to be replaced. */
function editsOf(
  context: ActionContext,
  byUri: Map<string, TextEdit[]>,
  oldName: string,
): { edits: (Edit & Renamed)[]; places: number; fits: boolean } {
  const edits: (Edit & Renamed)[] = [];
  let places = 0;
  let fits = true;
  for (const [uri, changes] of byUri) {
    const file = realpathSync(fileURLToPath(uri));
    if (!isUnder(file, context.config.root))
      throw new ActionFailed(
        `The change would reach out of the agent's root, to ${file}; nothing was changed.`,
      );
    const before = readText(file);
    const lines = new Lines(splitBom(before).body);
    for (const { range } of changes) {
      const text = lines.between(range.start, range.end);
      if (text !== "" && text.replace(/^["'`#]|["'`]$/g, "") !== oldName.replace(/^["'`#]|["'`]$/g, ""))
        fits = false;
    }
    places += changes.length;
    edits.push({ file, before, after: withEdits(before, changes), changes });
  }
  return { edits, places, fits };
}
