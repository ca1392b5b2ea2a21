/** Files: removed, copied and moved so that it can be undone. A record beside the kept copy says how. */
import {
  cpSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { kept, newKept } from "./kept.ts";
import {
  held,
  heldAgain,
  isBelow,
  makeAbove,
  makeDirectory,
  missingAbove,
  type Place,
  there,
} from "./place.ts";
import { run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

type Moved = { from: string; to: string };
/** What a restore does: take away what was made, then move back what was moved. All by real paths. */
interface Record {
  made: string[];
  moved: Moved[];
  /** Directories that were made, the outermost first; taken away while they are empty. */
  directories?: string[];
  /** Directories to make. */
  again?: string[];
  /** Ids of what can be restored again after this, and of what cannot any more. */
  revived?: string[];
  retired?: string[];
}

/** Moves the paths into a kept folder. */
export function remove(words: Words): object {
  for (const path of words.rest) {
    if (!held(path, ({ at }) => there(at))) throw new Failed(`there is no ${path}; nothing was removed`);
    if (isBelow(`${process.cwd()}/`, resolve(path)))
      throw new Failed(`${path} holds the working directory; nothing was removed`);
  }
  const { id, folder } = newKept();
  const moved: Moved[] = [];
  for (const [index, path] of words.rest.entries())
    held(path, (place) => {
      moved.push({ from: place.real, to: join(folder, String(index)) });
      // Written before each move, so that a kill in the middle loses nothing.
      record(folder, { made: [], moved });
      shift(place.at, join(folder, String(index)));
    });
  return { kept: id, removed: words.rest.length };
}

/** Removes one directory that is empty. */
export function removeDirectory(words: Words): object {
  const [path = "."] = words.rest;
  held(path, ({ at }) => {
    if (!there(at)) throw new Failed(`there is no ${path}`);
    if (!lstatSync(at).isDirectory()) throw new Failed(`${path} is no directory`);
    if (readdirSync(at).length > 0) throw new Failed(`${path} is not empty; nothing was removed`);
  });
  return remove(words);
}

/** Makes a directory and those above it that are missing. Without `kept` it was there. */
export function makeDirectories(words: Words): object {
  const [path = "."] = words.rest;
  const made = makeAbove(path);
  const last = makeDirectory(path);
  if (last === null && !held(path, ({ at }) => isDirectory(at)))
    throw new Failed(`${path} is there, and no directory`);
  const directories = last === null ? made : [...made, last];
  if (directories.length === 0) return { made: 0 };
  const { id, folder } = newKept();
  record(folder, { made: [], moved: [], directories });
  return { kept: id, made: directories.length };
}

/** A record of files that are about to be made, so that `restore` takes them away again, with the directories made for them. */
export function keepMade(paths: string[]): string {
  const directories = paths.flatMap((path) => makeAbove(path));
  const made = paths.map((path) => held(path, ({ real }) => real));
  const { id, folder } = newKept();
  record(folder, { made, moved: [], directories });
  return id;
}

/** Writes a text to a file; what was there is kept. */
export function write(words: Words): object {
  const [path, ...more] = words.rest;
  if (path === undefined || more.length > 0) throw new Failed("one path is needed");
  const text = readFileSync(0);
  const directories = makeAbove(path);
  const { id, folder } = newKept();
  held(path, (place) => {
    if (isDirectory(place.at)) throw new Failed(`${path} is a directory`);
    const moved = replaced(place, folder);
    record(folder, { made: [place.real], moved, directories });
    for (const { to } of moved) shift(place.at, to);
    writeFileSync(place.at, text, { flag: "wx" });
  });
  return { kept: id, file: path, bytes: text.length };
}

/**
 * Moves what was made in a kept folder to its place, with the directories above it; what it replaces is kept in that folder, whose
 * id then undoes it.
 */
export function moveIntoPlace(made: string, path: string, folder: string): void {
  const directories = makeAbove(path);
  held(path, (place) => {
    const moved = replaced(place, folder);
    record(folder, { made: [place.real], moved, directories });
    for (const { to } of moved) shift(place.at, to);
    shift(made, place.at);
  });
}

/** Copies of the files below the paths that differ from git's index, so that `restore` makes them again what they are now. */
export function keepChanged(words: Words): object {
  const argv = ["--literal-pathspecs", "diff", "--name-only", "--relative", "-z", "--", ...words.rest];
  const changed = run("git", argv, false).stdout.split("\0").filter(Boolean);
  return keepCopies(changed);
}

/** The same of the paths themselves, which another program is about to write. */
export function keepFiles(words: Words): object {
  return keepCopies(words.rest);
}

/** Copies of the paths, so that `restore` makes them again what they are now: also gone, where nothing is there. */
export function keepCopies(paths: string[]): { kept: string; files: number } {
  const { id, folder } = newKept();
  const moved: Moved[] = [];
  const made: string[] = [];
  const directories = new Set<string>();
  for (const [index, path] of paths.entries()) {
    // A file whose directory is gone comes back with it, and both are gone again after the undo.
    const missing = missingAbove(path);
    for (const directory of missing) directories.add(directory);
    if (missing.length > 0) made.push(resolve(path));
    else
      held(path, (place) => {
        // One that is gone from here is taken away again.
        made.push(place.real);
        if (!there(place.at)) return;
        const to = join(folder, String(index));
        duplicate(place.at, to);
        moved.push({ from: place.real, to });
      });
  }
  record(folder, { made, moved, directories: [...directories].sort() });
  return { kept: id, files: paths.length };
}

/** Copies; what the copy replaces is kept. */
export function copy(words: Words): object {
  const { from, to } = pair(words);
  const { id, folder } = newKept();
  return held(from, (source) =>
    held(to, (target) => {
      const moved = replaced(target, folder);
      record(folder, { made: [target.real], moved });
      for (const one of moved) shift(target.at, one.to);
      duplicate(source.at, target.at);
      return { kept: id, file: target.real };
    }),
  );
}

/** Moves or renames; what it replaces is kept. */
export function move(words: Words): object {
  const { from, to } = pair(words);
  const { id, folder } = newKept();
  return held(from, (source) =>
    held(to, (target) => {
      const before = replaced(target, folder);
      record(folder, { made: [], moved: [...before, { from: source.real, to: target.real }] });
      for (const one of before) shift(target.at, one.to);
      shift(source.at, target.at);
      return { kept: id, file: target.real };
    }),
  );
}

/**
 * Undoes one of the above. What it takes away is kept in its turn, with a record of all it moved, so that this can be undone
 * too: by a restore of the `kept` it answers.
 */
export function restore(words: Words): object {
  const folder = kept(words.needed("kept"));
  const file = join(folder, "record.json");
  if (!existsSync(file)) throw new Failed("this was restored already; nothing was changed");
  const {
    made,
    moved,
    directories = [],
    again = [],
    revived = [],
    retired = [],
  } = JSON.parse(readFileSync(file, "utf8")) as Record;
  const next = newKept();
  const undone: Required<Record> = {
    made: [],
    moved: [],
    directories: [],
    again: [],
    revived: [basename(folder), ...retired],
    retired: revived,
  };
  const note = () => record(next.folder, undone);
  note();
  // Kept copies lie in a folder of ours; everything else is looked up as carefully as the first time.
  const anywhere = <T>(path: string, use: (place: Place) => T): T =>
    isBelow(path, dirname(folder)) ? use({ at: path, real: path }) : heldAgain(path, use);
  const isThere = (path: string) => existsSync(dirname(path)) && anywhere(path, ({ at }) => there(at));
  for (const path of again) {
    undone.directories.push(...makeAbove(path, anywhere), ...(makeDirectory(path, anywhere) ? [path] : []));
    note();
  }
  for (const [index, path] of made.entries()) {
    const to = join(next.folder, `made-${index}`);
    if (!isThere(path)) continue;
    undone.moved.push({ from: path, to });
    note();
    anywhere(path, ({ at }) => shift(at, to));
  }
  for (const { from, to } of [...moved].reverse()) {
    // A move that never happened has nothing to bring back.
    if (!isThere(to)) continue;
    undone.directories.push(...makeAbove(from, anywhere));
    anywhere(from, (target) => {
      if (there(target.at)) throw new Failed(`${from} is there again; what was kept stays in ${dirname(to)}`);
      undone.moved.push({ from: to, to: from });
      note();
      anywhere(to, (source) => shift(source.at, target.at));
    });
  }
  for (const path of directories.toReversed()) {
    if (!there(path)) continue;
    try {
      heldAgain(path, ({ at }) => rmdirSync(at));
      undone.again.unshift(path);
      note();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
      // Of a directory made for a file it is no matter that others use it by now.
      if (made.length === 0 && moved.length === 0) throw new Failed(`${path} is not empty; it stays`);
      break;
    }
  }
  renameSync(file, join(folder, "restored.json"));
  for (const id of revived) rename(id, "restored.json", "record.json");
  for (const id of retired) rename(id, "record.json", "restored.json");
  return { restored: made.length + moved.length + directories.length + again.length, kept: next.id };
}

/** In the folder of another id; one that was given up by now is no matter. */
function rename(id: string, from: string, to: string): void {
  try {
    renameSync(join(kept(id), from), join(kept(id), to));
  } catch (error) {
    if (!(error instanceof Failed) && (error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function pair(words: Words): Moved {
  const [from, to, ...more] = words.rest;
  if (from === undefined || to === undefined || more.length > 0)
    throw new Failed("two paths are needed: from, to");
  const [source, target] = [resolve(from), resolve(to)];
  if (!there(source)) throw new Failed(`there is no ${from}`);
  // As cp and mv do: into a directory that is there.
  const into = isDirectory(target) ? join(target, basename(source)) : target;
  if (!there(dirname(into))) throw new Failed(`there is no directory ${dirname(to)}; make it first`);
  if (into === source) throw new Failed(`${from} and ${to} are the same`);
  if (isBelow(into, source)) throw new Failed(`${to} lies within ${from}`);
  return { from: source, to: into };
}

function replaced(target: Place, folder: string): Moved[] {
  return there(target.at) ? [{ from: target.real, to: join(folder, "replaced") }] : [];
}

function record(folder: string, content: Record): void {
  writeFileSync(join(folder, "record.json"), JSON.stringify(content));
}

/** A rename; across file systems a copy, and only then the removal. */
function shift(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    duplicate(from, to);
    rmSync(from, { recursive: true });
  }
}

function duplicate(from: string, to: string): void {
  // cpSync does not copy a link to nowhere.
  if (lstatSync(from).isSymbolicLink()) symlinkSync(readlinkSync(from), to);
  else cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
