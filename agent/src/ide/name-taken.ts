/** Whether a new name means something else already, found out before anything is written: by asking the language server about the texts as they would be. */
import { fileURLToPath } from "node:url";
import type { Location, Position, TextEdit } from "vscode-languageserver-protocol";
import { TYPESCRIPT } from "./choose-server.ts";
import { type ActionContext, ActionFailed, shown } from "./context.ts";
import { openErrors, type Problem } from "./diagnostics.ts";
import type { Edit } from "./edits.ts";
import type { Spot } from "./find-symbol.ts";
import type { LanguageServer } from "./language-server.ts";
import { placeOf } from "./rename-places.ts";
import { filesWith } from "./search.ts";
import { Lines, splitBom } from "./text.ts";

/** What is changed in a file. */
export interface Renamed {
  changes: TextEdit[];
}
interface Rename {
  spot: Spot;
  newName: string;
  files: (Edit & Renamed)[];
}
/** Errors are looked for no longer than this; places are compared in any case. */
const ERRORS_MS = 60_000;
const SHOWN = 5;

/**
 * Throws ActionFailed (`name_taken`) when the new name would reach other things than the old one did, or bring errors that were not there.
 * A name that hides another compiles often enough, and does something else: so places are compared, not only errors.
 */
export async function refuseTaken(
  context: ActionContext,
  server: LanguageServer,
  rename: Rename,
): Promise<void> {
  const moved = new Map(rename.files.map((edit) => [edit.file, new Moved(edit, rename.newName)]));
  const texts = new Map(rename.files.map((edit) => [edit.file, edit.after]));
  const files = [...texts.keys()];
  const { spot } = rename;
  const before = await server.withOpen([spot.file], () => references(context, server, spot));
  const expected = new Set(before.map((one) => moved.get(one.file)?.key(one.position) ?? keyOf(one)));
  const renamed = new Set(
    rename.files.flatMap(({ file, changes }) =>
      changes.map((one) => keyOf({ file, position: one.range.start })),
    ),
  );
  const barrels = await filesThatPassAll(context, server, files);
  const fresh = await server.withOpen(
    [...files, ...barrels],
    async () => {
      const at = moved.get(spot.file)?.position(spot.position) ?? spot.position;
      const after = await references(context, server, { file: spot.file, position: at });
      const found = new Set(after.map(keyOf));
      const lost = before.filter(
        (one) => renamed.has(keyOf(one)) && !found.has(moved.get(one.file)!.key(one.position)),
      );
      const more = after.filter((one) => !expected.has(keyOf(one)));
      if (more.length > 0) throw taken(rename, `it is there already: ${placesOf(context, more)}`);
      if (lost.length > 0)
        throw taken(rename, `something else of that name would be meant at ${placesOf(context, lost)}`);
      return errorsIn(context, server, [...files, ...barrels]);
    },
    texts,
  );
  if (fresh.length === 0) return;
  // Errors that are there today are nobody's fault here.
  const wrong = [...new Set(fresh.map(({ path }) => path))];
  const known = await server.withOpen(wrong, () => errorsIn(context, server, wrong));
  const left = new Map<string, number>();
  for (const { path, code } of known) left.set(`${path} ${code}`, (left.get(`${path} ${code}`) ?? 0) + 1);
  const worse = fresh.filter(({ path, code }) => {
    const key = `${path} ${code}`;
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
  if (worse.length > 0)
    throw taken(
      rename,
      worse
        .slice(0, SHOWN)
        .map(({ file, line, column, code, message }) => `${file}:${line}:${column}: ${code}: ${message}`)
        .join("; "),
    );
}

function taken({ newName }: Rename, why: string): ActionFailed {
  return new ActionFailed(
    `"${newName}" cannot be its name: ${why}. Nothing was changed; choose another name.`,
    "name_taken",
  );
}

async function errorsIn(
  context: ActionContext,
  server: LanguageServer,
  files: string[],
): Promise<(Problem & { path: string })[]> {
  const end = performance.now() + ERRORS_MS;
  const found: (Problem & { path: string })[] = [];
  for (const [i, path] of files.entries()) {
    if (performance.now() > end) {
      context.say(
        `looked for new errors in ${i} of ${files.length} files; look at the others with cursor-diagnostics`,
      );
      break;
    }
    const errors = await openErrors(context, server, path);
    if (errors === null) break;
    found.push(...errors.map((one) => ({ ...one, path })));
  }
  return found;
}

/** Two of them may pass on the same name, which no changed file shows. */
async function filesThatPassAll(
  context: ActionContext,
  server: LanguageServer,
  but: string[],
): Promise<string[]> {
  if (server.spec.extensions !== TYPESCRIPT) return [];
  const found = await filesWith(context, ["--regexp=^export \\* from ", "--glob=*.{ts,tsx,mts,cts}"]);
  return found.filter((file) => !but.includes(file)).slice(0, 50);
}

async function references(context: ActionContext, server: LanguageServer, spot: Spot): Promise<Spot[]> {
  const answer = await server.request<Location[] | null>(
    "textDocument/references",
    { ...placeOf(spot), context: { includeDeclaration: true } },
    context.signal,
  );
  return (answer ?? [])
    .filter(({ uri }) => uri.startsWith("file:"))
    .map(({ uri, range }) => ({ file: fileURLToPath(uri), position: range.start }));
}

function placesOf(context: ActionContext, spots: Spot[]): string {
  const some = spots
    .slice(0, SHOWN)
    .map(({ file, position }) => `${shown(context, file)}:${position.line + 1}:${position.character + 1}`);
  return some.join(", ") + (spots.length > SHOWN ? ` and ${spots.length - SHOWN} more` : "");
}

function keyOf({ file, position }: Spot): string {
  return `${file}:${position.line}:${position.character}`;
}

/** Where a place of a file is after the change. */
class Moved {
  readonly #file: string;
  readonly #before: Lines;
  readonly #after: Lines;
  readonly #changes: { from: number; to: number; text: string; name: number }[];
  constructor({ file, before, after, changes }: Edit & Renamed, newName: string) {
    this.#file = file;
    this.#before = new Lines(splitBom(before).body);
    this.#after = new Lines(splitBom(after).body);
    this.#changes = changes
      .map(({ range, newText }) => ({
        from: this.#before.offset(range.start),
        to: this.#before.offset(range.end),
        text: newText,
        // Of `sum: total` and `total: sum`, the half that is the new name.
        name: newText.startsWith(newName) ? 0 : newText.length - newName.length,
      }))
      .sort((a, b) => a.from - b.from);
  }
  position(position: Position): Position {
    const offset = this.#before.offset(position);
    let by = 0;
    for (const { from, to, text, name } of this.#changes) {
      if (offset < from) break;
      if (offset < to || offset === from) return this.#after.position(from + by + name);
      by += text.length - (to - from);
    }
    return this.#after.position(offset + by);
  }
  key(position: Position): string {
    return keyOf({ file: this.#file, position: this.position(position) });
  }
}
