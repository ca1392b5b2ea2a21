/** Files: removed, copied and moved so that it can be undone. A record beside the kept copy says how. */
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { kept, newKept } from "./kept.ts";
import { run } from "./run.ts";
import { Failed, type Words } from "./words.ts";

type Moved = { from: string; to: string };
/** What a restore does: take away what was made, then move back what was moved. */
interface Record {
  made: string[];
  moved: Moved[];
}

/** Moves the paths into a kept folder. */
export function remove(words: Words): object {
  const paths = words.rest.map(inside);
  for (const path of paths) {
    if (!there(path)) throw new Failed(`there is no ${path}; nothing was removed`);
    if (path === process.cwd() || process.cwd().startsWith(`${path}/`))
      throw new Failed(`${path} holds the working directory; nothing was removed`);
  }
  const { id, folder } = newKept();
  const moved: Moved[] = [];
  for (const [index, from] of paths.entries()) {
    moved.push({ from, to: join(folder, String(index)) });
    // Written before each move, so that a kill in the middle loses nothing.
    record(folder, { made: [], moved });
    shift(from, join(folder, String(index)));
  }
  return { kept: id, removed: paths.length };
}

/** A record of files that are about to be made, so that `restore` takes them away again. */
export function keepMade(paths: string[]): string {
  const full = paths.map(inside);
  const { id, folder } = newKept();
  record(folder, { made: full, moved: [] });
  return id;
}

/** Writes a text to a file; what was there is kept. */
export function write(words: Words): object {
  const [path, ...more] = words.rest;
  if (path === undefined || more.length > 0) throw new Failed("one path is needed");
  const file = inside(path);
  if (there(file) && lstatSync(file).isDirectory()) throw new Failed(`${path} is a directory`);
  const text = readFileSync(0);
  const { id, folder } = newKept();
  const moved = replaced(file, folder);
  record(folder, { made: [file], moved });
  for (const one of moved) shift(one.from, one.to);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { flag: "wx" });
  return { kept: id, file: path, bytes: text.length };
}

/** Copies of the files below the paths that differ from git's index, so that `restore` makes them again what they are now. */
export function keepChanged(words: Words): object {
  const argv = ["--literal-pathspecs", "diff", "--name-only", "--relative", "-z", "--", ...words.rest];
  const changed = run("git", argv, false).stdout.split("\0").filter(Boolean);
  const { id, folder } = newKept();
  const moved: Moved[] = [];
  const made: string[] = [];
  for (const [index, path] of changed.map(inside).entries()) {
    // One that is gone from here is taken away again.
    made.push(path);
    if (!there(path)) continue;
    const to = join(folder, String(index));
    cpSync(path, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    moved.push({ from: path, to });
  }
  record(folder, { made, moved });
  return { kept: id, files: changed.length };
}

/** Copies; what the copy replaces is kept. */
export function copy(words: Words): object {
  const { from, to } = pair(words);
  const { id, folder } = newKept();
  const moved = replaced(to, folder);
  record(folder, { made: [to], moved });
  for (const one of moved) shift(one.from, one.to);
  cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
  return { kept: id, file: to };
}

/** Moves or renames; what it replaces is kept. */
export function move(words: Words): object {
  const { from, to } = pair(words);
  const { id, folder } = newKept();
  const moved = [...replaced(to, folder), { from, to }];
  record(folder, { made: [], moved });
  for (const one of moved) shift(one.from, one.to);
  return { kept: id, file: to };
}

/**
 * Undoes one of the above. What it takes away is kept in its turn, with a record of all it moved, so that this can be undone
 * too: by a restore of the `kept` it answers.
 */
export function restore(words: Words): object {
  const folder = kept(words.needed("kept"));
  const file = join(folder, "record.json");
  if (!existsSync(file)) throw new Failed("this was restored already; nothing was changed");
  const { made, moved } = JSON.parse(readFileSync(file, "utf8")) as Record;
  const next = newKept();
  const done: Moved[] = [];
  const put = (from: string, to: string) => {
    done.push({ from, to });
    record(next.folder, { made: [], moved: done });
    shift(from, to);
  };
  record(next.folder, { made: [], moved: done });
  for (const [index, path] of made.entries()) if (there(path)) put(path, join(next.folder, `made-${index}`));
  for (const { from, to } of [...moved].reverse()) {
    // A move that never happened has nothing to bring back.
    if (!there(to)) continue;
    if (there(from)) throw new Failed(`${from} is there again; what was kept stays in ${dirname(to)}`);
    put(to, from);
  }
  renameSync(file, join(folder, "restored.json"));
  return { restored: made.length + moved.length, kept: next.id };
}

function pair(words: Words): Moved {
  const [from, to, ...more] = words.rest;
  if (from === undefined || to === undefined || more.length > 0)
    throw new Failed("two paths are needed: from, to");
  if (!there(resolve(from))) throw new Failed(`there is no ${from}`);
  const source = inside(from);
  const target = inside(to);
  // As cp and mv do: into a directory that is there.
  const into = there(target) && lstatSync(target).isDirectory() ? join(target, basename(source)) : target;
  if (!there(dirname(into))) throw new Failed(`there is no directory ${dirname(to)}; make it first`);
  if (into === source) throw new Failed(`${from} and ${to} are the same`);
  if (into.startsWith(`${source}/`)) throw new Failed(`${to} lies within ${from}`);
  return { from: source, to: into };
}

function replaced(to: string, folder: string): Moved[] {
  return there(to) ? [{ from: to, to: join(folder, "replaced") }] : [];
}

function record(folder: string, content: Record): void {
  writeFileSync(join(folder, "record.json"), JSON.stringify(content));
}

/** A rename; across file systems a copy, and only then the removal. */
function shift(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    cpSync(from, to, { recursive: true, preserveTimestamps: true, verbatimSymlinks: true });
    rmSync(from, { recursive: true });
  }
}

/** The path itself, its directory by real path: a link in between must not lead out of where the step works. */
function inside(path: string): string {
  const full = resolve(path);
  let parent = dirname(full);
  while (!existsSync(parent)) parent = dirname(parent);
  const root = realpathSync(process.cwd());
  const real = realpathSync(parent);
  if (real !== root && !real.startsWith(`${root}/`) && full !== root)
    throw new Failed(`${path} leads out of the working directory; nothing was changed`);
  return full;
}

function there(path: string): boolean {
  return existsSync(path) || lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
