/** Gives up copies that no undo can ask for any more. `tw-kit` does so too when it makes a new one; a machine may rest for long. */
import { readdir, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { keptFolder } from "@tw/shared/kept-folder";
import { LIMITS } from "@tw/shared/limits";

/** Removes copies older than `LIMITS.keptMs`. @returns how many */
export async function pruneKept(env: NodeJS.ProcessEnv, now: number): Promise<number> {
  const folder = keptFolder(env, env.HOME ?? homedir());
  let gone = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    // A name we did not give is not ours to remove.
    if (!/^[a-z0-9]+-[a-f0-9]{18}$/.test(name)) continue;
    const found = await stat(join(folder, name)).catch(() => null);
    if (found === null || now - found.mtimeMs <= LIMITS.keptMs) continue;
    await rm(join(folder, name), { recursive: true, force: true });
    gone += 1;
  }
  return gone;
}
