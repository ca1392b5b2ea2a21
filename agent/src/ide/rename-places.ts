/** Every place a rename has to reach, through whatever passes the name on. */
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Position, TextEdit, WorkspaceEdit } from "vscode-languageserver-protocol";
import { type ActionContext, ActionFailed } from "./context.ts";
import { definedAt, type Spot } from "./find-symbol.ts";
import type { LanguageServer } from "./language-server.ts";

/** `new as old`: an import or a re-export, behind which the old name would live on. */
const PASSED_ON = / as /;
const ASKED = 200;

/**
 * What a server changes for this place, by file. Where it would write `new as old`, it is asked about that place too, and the plain new
 * name is written: everywhere means everywhere. `{ total }` becomes `{ sum: total }` or `{ total: sum }`: the property, or the variable,
 * is another thing and keeps its name.
 */
export async function everyPlace(
  context: ActionContext,
  server: LanguageServer,
  first: Spot,
  newName: string,
): Promise<Map<string, TextEdit[]>> {
  const found = new Map<string, Map<string, TextEdit>>();
  const asked = new Set<string>();
  const toAsk = [first];
  for (let spot = toAsk.pop(); spot; spot = toAsk.pop()) {
    const key = JSON.stringify(spot);
    if (asked.has(key)) continue;
    if (asked.add(key).size > ASKED)
      throw new ActionFailed(
        `The name is passed on at more than ${ASKED} places; nothing was changed. Rename it in the editor.`,
      );
    for (const { uri, edits } of await ask(context, server, spot, newName)) {
      const inFile = found.get(uri) ?? new Map<string, TextEdit>();
      found.set(uri, inFile);
      for (const edit of edits) {
        const at = JSON.stringify(edit.range);
        const passedOn = PASSED_ON.test(edit.newText);
        const known = inFile.get(at);
        // Both halves of `{ total }` are renamed: then it is `{ sum }`.
        const plain = passedOn || (known !== undefined && known.newText !== edit.newText);
        inFile.set(at, plain ? { ...edit, newText: newName } : edit);
        if (passedOn) toAsk.push(...(await behind(context, server, uri, edit.range.start)));
      }
    }
  }
  return new Map([...found].map(([uri, edits]) => [uri, [...edits.values()]]));
}

export function placeOf({ file, position }: Spot): { textDocument: { uri: string }; position: Position } {
  return { textDocument: { uri: pathToFileURL(file).href }, position };
}

async function ask(
  context: ActionContext,
  server: LanguageServer,
  spot: Spot,
  newName: string,
): Promise<{ uri: string; edits: TextEdit[] }[]> {
  const answer = await server.withOpen([spot.file], () =>
    server.request<WorkspaceEdit | null>(
      "textDocument/rename",
      { ...placeOf(spot), newName },
      context.signal,
    ),
  );
  if (!answer?.documentChanges)
    return Object.entries(answer?.changes ?? {}).map(([uri, edits]) => ({ uri, edits }));
  return answer.documentChanges.map((change) => {
    if (!("textDocument" in change))
      throw new ActionFailed(`The language server wants to ${change.kind} files; nothing was changed.`);
    return { uri: change.textDocument.uri, edits: change.edits as TextEdit[] };
  });
}

/** The name as this file passes it on, and what it stands for. */
async function behind(
  context: ActionContext,
  server: LanguageServer,
  uri: string,
  position: Position,
): Promise<Spot[]> {
  const here = { file: fileURLToPath(uri), position };
  return [here, await definedAt(context, server, here)];
}
