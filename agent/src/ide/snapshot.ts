/** What files a project has and when each was changed: how a warm language server learns what happened since it was asked last. */
import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

/** Of each source file, and of the files that say how the project is built. */
export interface Snapshot {
  sources: Map<string, string>;
  config: Map<string, string>;
}
export interface Changes {
  made: string[];
  changed: string[];
  removed: string[];
  /** How the project is built has changed. */
  config: boolean;
}
const FILES = 50_000;
const CONFIG =
  /^(tsconfig.*\.json|jsconfig\.json|package\.json|.*-lock\.(json|yaml)|yarn\.lock|pyproject\.toml|go\.mod|Cargo\.toml)$/;

/** Looks at every file below the directory but what was installed. */
export async function lookAt(project: string, extensions: string[]): Promise<Snapshot> {
  const sources = new Map<string, string>();
  const config = new Map<string, string>();
  const visit = async (dir: string): Promise<void> => {
    const entries: Dirent[] = await readdir(dir, { withFileTypes: true }).catch(() => []);
    const below: Promise<void>[] = [];
    for (const entry of entries) {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) {
        if (entry.name !== "node_modules" && !entry.name.startsWith(".")) below.push(visit(path));
        continue;
      }
      const isConfig = CONFIG.test(entry.name);
      if (sources.size > FILES || (!isConfig && !extensions.some((one) => entry.name.endsWith(one))))
        continue;
      below.push(
        stat(path).then(
          ({ mtimeMs, size, ino }) =>
            void (isConfig ? config : sources).set(path, `${mtimeMs} ${size} ${ino}`),
          () => {},
        ),
      );
    }
    await Promise.all(below);
  };
  await visit(project);
  // Written by npm after each install: types may have come or gone.
  const installed = join(project, "node_modules", ".package-lock.json");
  const found = await stat(installed).catch(() => null);
  if (found) config.set(installed, String(found.mtimeMs));
  return { sources, config };
}

export function changesSince(before: Snapshot, now: Snapshot): Changes {
  const changes: Changes = { made: [], changed: [], removed: [], config: false };
  for (const [file, mark] of now.sources) {
    const old = before.sources.get(file);
    if (old === undefined) changes.made.push(file);
    else if (old !== mark) changes.changed.push(file);
  }
  for (const file of before.sources.keys()) if (!now.sources.has(file)) changes.removed.push(file);
  changes.config =
    before.config.size !== now.config.size ||
    [...now.config].some(([file, mark]) => before.config.get(file) !== mark);
  return changes;
}
