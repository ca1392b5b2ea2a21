/** Where a program is: the project's own first, for tools that projects pin; otherwise on the agent's PATH. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join, relative, resolve } from "node:path";

/** Never taken from a project, or a checked out repository could bring its own `git`. */
const SYSTEM = new Set(
  (
    "git npm npx pnpm yarn node corepack tar ls cat grep find mkdir rm rmdir cp mv pwd which ps kill true false echo touch sleep " +
    "printf head tail wc sort uniq date env test stat du df basename dirname realpath ln sh bash tw-kit"
  ).split(" "),
);

/** Absolute path, or null. `cwd` and `root` are real paths. */
export function findProgram(program: string, cwd: string, root: string, path: string): string | null {
  if (program.includes("/")) {
    const full = isAbsolute(program) ? program : resolve(cwd, program);
    return isExecutable(full) ? full : null;
  }
  if (!SYSTEM.has(program)) {
    for (let dir = cwd; isUnder(dir, root); dir = dirname(dir)) {
      const local = join(dir, "node_modules", ".bin", program);
      if (isExecutable(local)) return local;
      if (dir === root) break;
    }
  }
  return onPath(program, path);
}

/** The program on PATH, or null. */
export function onPath(program: string, path: string): string | null {
  for (const dir of path.split(delimiter)) {
    if (isAbsolute(dir) && isExecutable(join(dir, program))) return join(dir, program);
  }
  return null;
}

/** PATH with the project's own tools in front, so that a script finds what its author did. */
export function projectPath(cwd: string, root: string, path: string): string {
  const dirs = [];
  for (let dir = cwd; isUnder(dir, root); dir = dirname(dir)) {
    dirs.push(join(dir, "node_modules", ".bin"));
    if (dir === root) break;
  }
  return [...dirs.filter(isDirectory), path].join(delimiter);
}

/** Is `path` the root itself or below it? Both must be real paths. */
export function isUnder(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === "" || !(way === ".." || way.startsWith("../") || isAbsolute(way));
}

/** Do both lead to the same file? */
export function sameFile(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    // Most looks find nothing, so the cheap one comes first: a refusal by access() costs an exception.
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found?.isFile() || (found.mode & 0o111) === 0) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
