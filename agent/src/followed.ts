/** Where a path leads, also when nothing is there yet. */
import { lstatSync, readlinkSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

/** As many as Linux follows. */
const LINKS = 40;

/**
 * The real path behind `path`, seen from the real directory `cwd`. A name that is not there yet stays as it is, so that a link to
 * nowhere leads to where a program would make a file; `..` is taken from where the link before it led, as the kernel does.
 * With `link` the last name stays even when it is a link, unless a slash behind it has it followed.
 */
export function followed(cwd: string, path: string, link: boolean): string {
  if (!link || /(^|\/)\.{0,2}$/.test(path)) return walk(cwd, path);
  const cut = path.lastIndexOf("/") + 1;
  return join(walk(cwd, path.slice(0, cut)), path.slice(cut));
}

function walk(cwd: string, path: string): string {
  let at = isAbsolute(path) ? "/" : cwd;
  let links = 0;
  const names = path.split("/");
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      at = dirname(at);
      continue;
    }
    const next = join(at, name);
    const leads = linkAt(next);
    if (leads === null) {
      at = next;
      continue;
    }
    links += 1;
    // A circle: every program will say so; where it began is as good as anything.
    if (links > LINKS) return next;
    if (isAbsolute(leads)) at = "/";
    names.unshift(...leads.split("/"));
  }
  return at;
}

function linkAt(path: string): string | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
  } catch {
    // Not there, not a directory, or not to be read: the program will not get further either.
    return null;
  }
}
