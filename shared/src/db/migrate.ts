/** The schema's own bookkeeping, in wrangler's table, so that `wrangler d1 migrations` and the launcher agree. */
import type { D1Database } from "@cloudflare/workers-types";

/** Names of the migrations the database already has. */
export async function appliedMigrations(db: D1Database): Promise<string[]> {
  await db
    .prepare(
      "CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)",
    )
    .run();
  const { results } = await db.prepare("SELECT name FROM d1_migrations ORDER BY id").all<{ name: string }>();
  return results.map((row) => row.name);
}

/** All statements of one file and the note that it was applied, in one transaction. */
export async function applyMigration(db: D1Database, name: string, sql: string): Promise<void> {
  await db.batch([
    ...splitStatements(sql).map((statement) => db.prepare(statement)),
    db.prepare("INSERT INTO d1_migrations (name) VALUES (?)").bind(name),
  ]);
}

/** The statements of a SQL text, without comments. Knows quotes and the inner semicolons of CREATE TRIGGER … END. */
export function splitStatements(sql: string): string[] {
  const tokens = /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|;|\b(?:BEGIN|CASE|END)\b|[\s\S]/gi;
  const statements: string[] = [];
  let current = "";
  let depth = 0;
  for (const [token] of sql.matchAll(tokens)) {
    if (token.startsWith("--") || token.startsWith("/*")) continue;
    const word = token.toUpperCase();
    if (word === "BEGIN" || word === "CASE") depth++;
    else if (word === "END") depth--;
    if (token === ";" && depth <= 0) {
      if (current.trim()) statements.push(current.trim());
      current = "";
      depth = 0;
    } else current += token;
  }
  if (current.trim()) statements.push(current.trim());
  return statements;
}
