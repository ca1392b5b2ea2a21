/** Brings the local database up to date from migrations/*.sql. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { D1Database } from "@cloudflare/workers-types";
import { appliedMigrations, applyMigration } from "@tw/shared/db/migrate";

/** Applies what is missing, in order of name; a file goes in whole or not at all. */
export async function migrate(db: D1Database, folder: string): Promise<string[]> {
  const applied = new Set(await appliedMigrations(db));
  const files = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const added: string[] = [];
  for (const name of files) {
    if (applied.has(name)) continue;
    const sql = await readFile(join(folder, name), "utf8");
    try {
      await applyMigration(db, name, sql);
    } catch (error) {
      throw new Error(`migrations/${name} could not be applied, nothing of it was kept: ${String(error)}`);
    }
    added.push(name);
  }
  return added;
}
