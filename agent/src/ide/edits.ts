/**
 * Changes of files, all or none. What is changed is written down first, so that an agent that dies in the middle takes back at its
 * next start what it had done; and it is kept as a patch, by which it can be undone for as long as undos may be asked for.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";
import { LIMITS } from "@tw/shared/limits";
import type { Outputs } from "../outputs.ts";
import { type ActionContext, ActionFailed, allowPath, shown } from "./context.ts";
import { makePatch, readPatch } from "./patch.ts";

/** Larger files are data, not something a person edits. */
const FILE_BYTES = 8 * 1024 * 1024;
/** What of a patch is shown in the outputs; the whole of it is kept on this machine. */
const PATCH_SHOWN = 20_000;
const ID = /^[a-z0-9]{8,12}-[a-f0-9]{18}$/;

export interface Edit {
  /** By its real path. */
  file: string;
  before: string;
  after: string;
}
interface Kept {
  state: "applying" | "applied";
  files: { path: string; before: string; after: string; temp: string }[];
}

/** The text of a file, byte order mark included. Throws ActionFailed when it is none in UTF-8. */
export function readText(file: string): string {
  const bytes = readFileSync(file);
  if (bytes.length > FILE_BYTES)
    throw new ActionFailed(`${basename(file)} has ${bytes.length} bytes; ${FILE_BYTES} are edited at most.`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ActionFailed(`${basename(file)} is not text in UTF-8; it is left as it is.`);
  }
}

/**
 * Makes the changes, all or none. Throws ActionFailed (`conflict`) when a file is no longer what it was when the change was worked out.
 * @returns the outputs of the step: `patch` (null when too long to show), `undo` (by which it is undone), `files`
 */
export async function applyEdits(context: ActionContext, edits: Edit[]): Promise<Outputs> {
  const { root, stateDir } = context.config;
  const real = edits.filter((edit) => edit.before !== edit.after);
  if (real.length === 0) return { changed: false, files: [], file_count: 0, patch: null, undo: null };
  for (const edit of real) {
    allowPath(context, edit.file);
    const parts = relative(root, edit.file).split(sep);
    if (parts.includes("node_modules") || parts.includes(".git"))
      throw new ActionFailed(`The change would reach into ${parts.join("/")}; nothing was changed.`);
  }
  const changes = real.map((edit) => ({ ...edit, path: relative(root, edit.file).split(sep).join("/") }));
  const patch = await makePatch(changes);
  context.signal.throwIfAborted();

  const folder = join(stateDir, "edits");
  const id = `${Date.now().toString(36)}-${randomBytes(9).toString("hex")}`;
  await mkdir(join(folder, id), { recursive: true, mode: 0o700 });
  const kept: Kept = {
    state: "applying",
    files: real.map((edit) => ({
      path: edit.file,
      before: hash(edit.before),
      after: hash(edit.after),
      temp: join(dirname(edit.file), `.${basename(edit.file)}.tw-${id.slice(-6)}`),
    })),
  };
  writeSynced(join(folder, id, "patch"), patch);
  writeSynced(join(folder, id, "edit.json"), JSON.stringify(kept));
  try {
    commit(real, kept);
  } catch (error) {
    await rm(join(folder, id), { recursive: true, force: true });
    throw error;
  }
  writeSynced(join(folder, id, "edit.json"), JSON.stringify({ ...kept, state: "applied" }));
  void prune(folder, Date.now()).catch(() => {});

  return {
    changed: true,
    files: real.slice(0, 100).map((edit) => shown(context, edit.file)),
    file_count: real.length,
    patch: Buffer.byteLength(JSON.stringify(patch)) <= PATCH_SHOWN ? patch : null,
    undo: id,
  };
}

/** Writes all new texts beside the files, looks once more, then moves them into place. What was moved is put back when one cannot be. */
function commit(edits: Edit[], kept: Kept): void {
  const done: Edit[] = [];
  try {
    for (const [i, edit] of edits.entries()) {
      const { mode } = statSync(edit.file);
      writeSynced(kept.files[i]!.temp, edit.after, mode & 0o7777);
    }
    for (const edit of edits) refuseChanged(edit);
    for (const [i, edit] of edits.entries()) {
      refuseChanged(edit);
      renameSync(kept.files[i]!.temp, edit.file);
      done.push(edit);
    }
  } catch (error) {
    for (const [i, edit] of edits.entries()) {
      const { temp } = kept.files[i]!;
      if (done.includes(edit)) {
        writeSynced(temp, edit.before, statSync(edit.file).mode & 0o7777);
        renameSync(temp, edit.file);
      } else rmSync(temp, { force: true });
    }
    if (error instanceof ActionFailed) throw error;
    throw new ActionFailed(
      `The files could not be written, and are as they were: ${(error as Error).message}`,
    );
  }
}

function refuseChanged(edit: Edit): void {
  let now: string | null = null;
  try {
    now = readText(edit.file);
  } catch {
    // Gone or no longer a text: changed either way.
  }
  if (now !== edit.before)
    throw new ActionFailed(
      `${basename(edit.file)} was changed by somebody else meanwhile; nothing was changed here. Try again.`,
      "conflict",
    );
}

/** Takes an edit back by its id. Throws ActionFailed when one of its files is no longer as the edit left it. */
export async function undoEdit(context: ActionContext, id: string): Promise<Outputs> {
  if (!ID.test(id)) throw new ActionFailed(`"${id}" is not the id of a change.`, "invalid_args");
  const folder = join(context.config.stateDir, "edits", id);
  const text = await readFile(join(folder, "edit.json"), "utf8").catch(() => {
    throw new ActionFailed(
      `The change ${id} is not known on this machine (any more): changes are kept ${LIMITS.undoS / 86_400} days, where they were made.`,
    );
  });
  const kept = JSON.parse(text) as Kept;
  const patch = await readFile(join(folder, "patch"), "utf8");
  const edits = await reversed(context, patch);
  for (const edit of edits) {
    const noted = kept.files.find((file) => file.path === edit.file);
    if (!noted || noted.before !== hash(edit.after)) throw notAsLeft(edit.file);
  }
  return applyEdits(context, edits);
}

/** Takes a change back by its patch alone. */
export async function undoPatch(context: ActionContext, patch: string): Promise<Outputs> {
  return applyEdits(context, await reversed(context, patch));
}

async function reversed(context: ActionContext, patch: string): Promise<Edit[]> {
  const { existingFile } = await import("./context.ts");
  const files = await readPatch(patch);
  const edits: Edit[] = [];
  for (const { path, undo } of files) {
    // A patch names its files from the agent's root.
    const file = existingFile({ ...context, cwd: context.config.root }, path);
    const before = readText(file);
    const after = await undo(before);
    if (after === null) throw notAsLeft(path);
    edits.push({ file, before, after });
  }
  return edits;
}

function notAsLeft(path: string): ActionFailed {
  return new ActionFailed(
    `${path} is no longer as the change left it; nothing was undone. What it changed is in the step's outputs.`,
    "conflict",
  );
}

/** After a crash: changes that were begun and not finished are taken back. */
export async function recoverEdits(stateDir: string, say: (line: string) => void): Promise<void> {
  const folder = join(stateDir, "edits");
  for (const id of await readdir(folder).catch(() => [])) {
    const text = await readFile(join(folder, id, "edit.json"), "utf8").catch(() => null);
    if (text === null) continue;
    const kept = JSON.parse(text) as Kept;
    if (kept.state !== "applying") continue;
    const patches = await readPatch(await readFile(join(folder, id, "patch"), "utf8"));
    for (const [i, { path, before, after, temp }] of kept.files.entries()) {
      rmSync(temp, { force: true });
      try {
        const now = readText(path);
        if (hash(now) !== after) continue;
        const old = await patches[i]!.undo(now);
        if (old === null || hash(old) !== before) continue;
        writeSynced(temp, old, statSync(path).mode & 0o7777);
        renameSync(temp, path);
      } catch (error) {
        say(`${path} could not be put back after a crash: ${(error as Error).message}`);
      }
    }
    say(`the change ${id}, begun before a crash, was taken back`);
    await rm(join(folder, id), { recursive: true, force: true });
  }
}

async function prune(folder: string, now: number): Promise<void> {
  for (const id of await readdir(folder)) {
    const made = Number.parseInt(id.split("-")[0] ?? "", 36);
    if (ID.test(id) && now - made > LIMITS.keptMs)
      await rm(join(folder, id), { recursive: true, force: true });
  }
}

function hash(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** `mode`: of a new file that will take another's place, whatever the umask says. */
function writeSynced(path: string, text: string, mode?: number): void {
  const fd = openSync(path, mode === undefined ? "w" : "wx", 0o600);
  try {
    if (mode !== undefined) fchmodSync(fd, mode);
    const bytes = Buffer.from(text, "utf8");
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
