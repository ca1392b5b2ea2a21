/** What takes the most space below a directory, largest first. Only looks. */
import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs";
import { posix } from "node:path";
import { Failed, type Words } from "./words.ts";

/** Their sizes count; what lies in them is nobody's own file, and is not listed. */
const WHOLE = new Set([".git", "node_modules"]);
/** More than asked for is held, and sorted out now and then. */
const HELD = 20;

interface Entry {
  path: string;
  kilobytes: number;
}

/** `--count N`, `--type f` or `d`, `-- PATH`: files and directories with what is in them, as `du` counts. A link is what it is. */
export function largest(words: Words): object {
  // A file called "-" is handed over as "./-"; it is shown by its name.
  const path = posix.normalize(words.rest[0] ?? ".");
  const count = Number(words.value("count") ?? 20);
  const type = words.value("type");
  const top = look(() => lstatSync(path));
  if (!top) throw new Failed(`there is no ${path} here, or it may not be read`);
  let held: Entry[] = [];
  let unread = 0;
  const counted = new Set<string>();
  const take = (entry: Entry, kind: "f" | "d") => {
    if (type !== undefined && type !== kind) return;
    held.push(entry);
    if (held.length > count * HELD) held = first(held, count);
  };
  const walk = (at: string, found: Stats, listed: boolean): number => {
    let bytes = own(found, counted);
    if (found.isDirectory()) {
      const names: Dirent[] | null = look(() => readdirSync(at, { withFileTypes: true }));
      if (!names) unread += 1;
      for (const { name } of names ?? []) {
        const below = posix.join(at, name);
        const child = look(() => lstatSync(below));
        if (!child) unread += 1;
        else bytes += walk(below, child, listed && (at === path || !WHOLE.has(posix.basename(at))));
      }
    }
    if (listed && at !== path)
      take({ path: at, kilobytes: Math.ceil(bytes / 1_024) }, found.isDirectory() ? "d" : "f");
    return bytes;
  };
  const bytes = walk(path, top, true);
  if (!top.isDirectory()) take({ path, kilobytes: Math.ceil(bytes / 1_024) }, "f");
  const entries = first(held, count);
  for (const { path: one, kilobytes } of entries) process.stderr.write(`${kilobytes}\t${one}\n`);
  return { largest: entries, kilobytes: Math.ceil(bytes / 1_024), ...(unread > 0 ? { unread } : {}) };
}

/** What the file itself takes on the disk; one of several names counts once. */
function own(found: Stats, counted: Set<string>): number {
  const { blocks, dev, ino, nlink } = found;
  if (nlink > 1 && !found.isDirectory()) {
    const id = `${dev}:${ino}`;
    if (counted.has(id)) return 0;
    counted.add(id);
  }
  return blocks * 512;
}

function first(entries: Entry[], count: number): Entry[] {
  return entries
    .sort((a, b) => b.kilobytes - a.kilobytes || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .slice(0, count);
}

/** Null where it is not there any more, or may not be read. */
function look<T>(at: () => T): T | null {
  try {
    return at();
  } catch {
    return null;
  }
}
