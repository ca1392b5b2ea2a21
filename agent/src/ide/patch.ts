/** Unified patches of several files, exact to the byte: line ends, a missing last line end and a byte order mark are part of the text. */
import type { StructuredPatch } from "diff";
import { ActionFailed } from "./context.ts";

export interface Change {
  /** Relative to the agent's root, with slashes. */
  path: string;
  before: string;
  after: string;
}
const DIFF_MS = 10_000;

/** The patch that makes `after` of `before`. Throws ActionFailed when a patch cannot say it; nothing is lost by a patch made here. */
export async function makePatch(changes: Change[]): Promise<string> {
  const { FILE_HEADERS_ONLY, formatPatch, structuredPatch } = await import("diff");
  const patches: StructuredPatch[] = [];
  for (const { path, before, after } of changes) {
    if (before === after) continue;
    const made = structuredPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, {
      context: 3,
      timeout: DIFF_MS,
    });
    if (!made) throw new ActionFailed(`${path} changes so much that no patch could be made in time.`);
    patches.push(made);
  }
  const text = patches.map((patch) => formatPatch(patch, FILE_HEADERS_ONLY)).join("");
  const back = new Map((await readPatch(text)).map((file) => [file.path, file]));
  for (const { path, before, after } of changes)
    if (before !== after && (await back.get(path)?.undo(after)) !== before)
      throw new ActionFailed(`The change of ${path} cannot be told as a patch; nothing was changed.`);
  return text;
}

export interface FilePatch {
  path: string;
  /** The text before, from the text after; null when the patch does not fit. */
  undo(after: string): Promise<string | null>;
}

/** The files of a patch. Throws ActionFailed when the text is none. */
export async function readPatch(text: string): Promise<FilePatch[]> {
  const { applyPatch, parsePatch, reversePatch } = await import("diff");
  let parsed: StructuredPatch[];
  try {
    parsed = parsePatch(text);
  } catch (error) {
    throw new ActionFailed(`This is not a unified patch: ${(error as Error).message}`, "invalid_args");
  }
  return parsed.map((patch) => {
    const name = patch.newFileName ?? "";
    if (patch.hunks.length === 0 || !/^b\//.test(name) || patch.oldFileName !== `a/${name.slice(2)}`)
      throw new ActionFailed(
        "This is not a patch of format or rename: its files are not named a/… and b/….",
        "invalid_args",
      );
    const reversed = reversePatch(patch);
    return {
      path: name.slice(2),
      async undo(after) {
        const before = applyPatch(after, reversed, { fuzzFactor: 0, autoConvertLineEndings: false });
        return before === false ? null : before;
      },
    };
  });
}
