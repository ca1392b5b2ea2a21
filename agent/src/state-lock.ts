import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigError } from "./config.ts";

/**
 * Makes this process the only agent on the state directory, or throws. SQLite holds the lock for us: the kernel
 * lets go of it however the process ends, so no lock is ever stale.
 */
export function lockState(stateDir: string): { release(): void } {
  const db = new DatabaseSync(join(stateDir, "lock.db"));
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    if ((error as { errcode?: number }).errcode !== 5) throw error;
    throw new ConfigError(
      `Another agent already works with the state directory ${stateDir}. Stop it first, or start this one with another --state.`,
    );
  }
  return { release: () => db.close() };
}
