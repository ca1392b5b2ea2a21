import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigError } from "./config.ts";

/**
 * Makes this process the only agent on the state directory, or throws. SQLite holds the lock for us: the kernel
 * lets go of it however the process ends, so no lock is ever stale.
 */
export function lockState(stateDir: string): { release(): void } {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(join(stateDir, "lock.db"));
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    const held = db;
    return { release: () => held.close() };
  } catch (error) {
    db?.close();
    if ((error as { errcode?: number }).errcode !== 5)
      throw new ConfigError(
        `The state directory ${stateDir} cannot be used (${(error as Error).message}). Free some space or make it writable, or give another with --state.`,
      );
    throw new ConfigError(
      `Another agent already works with the state directory ${stateDir}. Stop it first, or start this one with another --state.`,
    );
  }
}

/** Does an agent work with this state directory now? */
export function isHeld(stateDir: string): boolean {
  const file = join(stateDir, "lock.db");
  if (!existsSync(file)) return false;
  let db: DatabaseSync | undefined;
  try {
    // Asks for a lock that many may have at once, so that an agent that starts just now is not kept out for long.
    db = new DatabaseSync(file, { readOnly: true });
    db.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch {
    return true;
  } finally {
    db?.close();
  }
}
