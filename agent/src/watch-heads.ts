/** Notices when HEAD of a repository under the root moves: git writes every move into `.git/logs/HEAD`. */
import { existsSync, type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

const REPOSITORIES = 20;

/** Calls `moved` after each move of HEAD, in the root or right below it. A repository that is made later is found by `look`. */
export function watchHeads(root: string, moved: () => void): { look(): void; close(): void } {
  const watched = new Map<string, FSWatcher>();
  const look = () => {
    let below: string[] = [];
    try {
      below = readdirSync(root, { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && entry.name !== "node_modules")
        .map((entry) => join(root, entry.name));
    } catch {
      // The root is gone for the moment; what is watched stays.
    }
    for (const dir of [root, ...below]) {
      const logs = join(dir, ".git", "logs");
      if (watched.has(logs) || watched.size >= REPOSITORIES || !existsSync(logs)) continue;
      try {
        const watcher = watch(logs, { persistent: false }, (_event, file) => {
          if (file === null || file === "HEAD") moved();
        });
        const forget = () => {
          watcher.close();
          watched.delete(logs);
        };
        watcher.on("error", forget);
        watched.set(logs, watcher);
      } catch {
        // No watches left on this machine: facts then come with the next job, and the step itself looks at HEAD anyway.
        return;
      }
    }
  };
  look();
  return {
    look,
    close() {
      for (const watcher of watched.values()) watcher.close();
      watched.clear();
    },
  };
}
