/**
 * A name in a directory that is held open while something is done with it. Paths are looked up once: a directory that is swapped
 * for a link in the meantime leads nowhere, since what was held is the directory itself. Where there is no /proc, by real path.
 */
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Failed } from "./words.ts";

export interface Place {
  /** What to hand to the file system, while it is held. */
  at: string;
  /** Where it really is: no link among the directories. */
  real: string;
}

const HELD = existsSync("/proc/self/fd");

/** Calls `use` with the place of a path below the working directory; fails where a link leads out of it. */
export function held<T>(path: string, use: (place: Place) => T): T {
  return within(dirname(resolve(path)), (directory, real) => {
    const root = realpathSync(process.cwd());
    const full = join(real, basename(resolve(path)));
    if (full !== root && !isBelow(full, root))
      throw new Failed(`${path} leads out of the working directory; nothing was changed`);
    return use({ at: join(directory, basename(full)), real: full });
  });
}

/** The same for a path that was recorded as real: fails where its directory is another by now, or lies outside of the agent's root. */
export function heldAgain<T>(path: string, use: (place: Place) => T): T {
  const root = realpathSync(process.env.TW_ROOT ?? process.cwd());
  if (!isBelow(path, root)) throw new Failed(`${path} lies outside of ${root}; nothing was changed`);
  return within(dirname(path), (directory, real) => {
    if (real !== dirname(path))
      throw new Failed(`${dirname(path)} is a link to ${real} now; what was kept stays where it is`);
    return use({ at: join(directory, basename(path)), real: path });
  });
}

/** Makes the directories that are missing above a path; answers those it made, the outermost first. */
export function makeAbove(path: string, hold: typeof held = held): string[] {
  return missingAbove(path).flatMap((dir) => makeDirectory(dir, hold) ?? []);
}

/** The directories above a path that are not there, the outermost first. */
export function missingAbove(path: string): string[] {
  const missing: string[] = [];
  for (let dir = dirname(resolve(path)); !there(dir); dir = dirname(dir)) missing.unshift(dir);
  return missing;
}

/** The real path of the directory when it was made, null when it was there. */
export function makeDirectory(path: string, hold: typeof held = held): string | null {
  return hold(path, ({ at, real }) => {
    try {
      mkdirSync(at);
      return real;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      return null;
    }
  });
}

/** Is there anything of that name, be it a link to nowhere? */
export function there(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

export function isBelow(path: string, root: string): boolean {
  return path.startsWith(root === "/" ? root : `${root}/`);
}

function within<T>(path: string, use: (directory: string, real: string) => T): T {
  let open: number;
  try {
    open = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") throw new Failed(`there is no directory ${path}`);
    if (code === "ENOTDIR") throw new Failed(`${path} is no directory`);
    throw error;
  }
  try {
    const own = `/proc/self/fd/${open}`;
    const real = HELD ? readlinkSync(own) : realpathSync(path);
    return use(HELD ? own : real, real);
  } finally {
    closeSync(open);
  }
}
