/** Copies kept for an undo, outside of every project: one folder for each, named by a random id. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { keptFolder } from "../../shared/src/kept-folder.ts";
import { LIMITS } from "../../shared/src/limits.ts";
import { Failed } from "./words.ts";

function base(): string {
  return keptFolder(process.env, homedir());
}

/** A new empty folder and its id. Old ones are swept away on the way. */
export function newKept(): { id: string; folder: string } {
  const id = `${Date.now().toString(36)}-${randomBytes(9).toString("hex")}`;
  const folder = join(base(), id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  sweep(base());
  return { id, folder };
}

/** The folder of an id that was given out before. */
export function kept(id: string): string {
  // An id is a file name of ours; anything else must not become a path.
  if (!/^[a-z0-9]+-[a-f0-9]{18}$/.test(id)) throw new Failed(`"${id}" is not the id of a kept copy`);
  const folder = join(base(), id);
  if (!existsSync(folder))
    throw new Failed(
      `the kept copy ${id} is no longer there (copies are kept ${LIMITS.undoS / 86_400} days)`,
    );
  return folder;
}

function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const at = join(folder, name);
    const age = Date.now() - (statSync(at, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > LIMITS.keptMs) rmSync(at, { recursive: true, force: true });
  }
}
