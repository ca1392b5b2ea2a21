/** The public library's rows: the whole library in a few set-based statements, whatever its size. */
import type { CommandInput } from "../contracts/definition.ts";
import { canonicalJson, sha256Hex } from "../library/canonical.ts";
import { columnsOf, SYSTEM } from "./commands.ts";

export interface LibraryCommand {
  slug: string;
  input: CommandInput;
}
export interface LibraryOutcome {
  created: string[];
  updated: string[];
  deprecated: string[];
  unchanged: number;
}

type Column = keyof ReturnType<typeof columnsOf>;
const LOADED_BY = "library";
/** A statement of a SQL file stays below D1's 100 KB. */
const FILE_STATEMENT_CHARS = 80_000;

/**
 * Makes the stored library equal to these commands. An equal digest changes nothing; another one makes a new version.
 * A command that is no longer among them is deprecated: runs and workflows may still name it.
 */
export async function upsertLibrary(
  db: D1Database,
  commands: LibraryCommand[],
  now: number,
): Promise<LibraryOutcome> {
  const rows = await rowsOf(commands);
  const json = JSON.stringify(rows);
  const [written, , removed] = await db.batch<{ slug: string; version: number }>([
    db
      .prepare(`${upsertSql(Object.keys(rows[0] ?? {}) as Column[], "?1", "?2")} RETURNING slug, version`)
      .bind(json, now),
    db.prepare(versionsSql("?1", "?2")).bind(json, now),
    db
      .prepare(`${deprecateSql("?1", "?2")} RETURNING slug`)
      .bind(JSON.stringify(commands.map((c) => c.slug)), now),
  ]);
  const results = written?.results ?? [];
  return {
    created: results.filter((row) => row.version === 1).map((row) => row.slug),
    updated: results.filter((row) => row.version > 1).map((row) => row.slug),
    deprecated: (removed?.results ?? []).map((row) => row.slug),
    unchanged: commands.length - results.length,
  };
}

/** The same as a SQL file, for `wrangler d1 execute --file`. */
export async function librarySql(commands: LibraryCommand[], now: number): Promise<string> {
  const rows = await rowsOf(commands);
  const columns = Object.keys(rows[0] ?? {}) as Column[];
  const statements: string[] = [];
  for (const part of inParts(rows)) {
    const json = literal(JSON.stringify(part));
    statements.push(upsertSql(columns, json, String(now)), versionsSql(json, String(now)));
  }
  statements.push(deprecateSql(literal(JSON.stringify(commands.map((c) => c.slug))), String(now)));
  return `${statements.join(";\n")};\n`;
}

async function rowsOf(commands: LibraryCommand[]) {
  return Promise.all(
    commands.map(async ({ slug, input }) => {
      const json = canonicalJson(input);
      // The id is derived, so that a load that is repeated cannot make a second row.
      return {
        id: `cmd_${slug}`,
        slug,
        command_json: json,
        ...columnsOf(input, SYSTEM, await sha256Hex(json)),
      };
    }),
  );
}

function upsertSql(columns: Column[], json: string, now: string): string {
  const own = columns.filter((column) => !["id", "slug", "command_json"].includes(column));
  const names = ["id", "slug", ...own];
  return `INSERT INTO agent_commands (${names.join(", ")}, tenant_id, created_at, updated_at)
    SELECT ${names.map((name) => `value ->> '${name}'`).join(", ")}, '${SYSTEM}', ${now}, ${now} FROM json_each(${json}) WHERE true
    ON CONFLICT (slug, tenant_id) DO UPDATE SET ${own.map((name) => `${name} = excluded.${name}`).join(", ")},
      updated_at = excluded.updated_at, status = 'active',
      version = version + (agent_commands.digest <> excluded.digest)
    WHERE agent_commands.digest <> excluded.digest OR agent_commands.status <> 'active'`;
}

function versionsSql(json: string, now: string): string {
  return `INSERT INTO command_versions (command_id, version, tenant_id, command_json, digest, created_at, created_by)
    SELECT c.id, c.version, c.tenant_id, j.value ->> 'command_json', c.digest, ${now}, '${LOADED_BY}'
    FROM json_each(${json}) j JOIN agent_commands c ON c.slug = j.value ->> 'slug' AND c.tenant_id = '${SYSTEM}'
    WHERE true ON CONFLICT DO NOTHING`;
}

function deprecateSql(slugs: string, now: string): string {
  return `UPDATE agent_commands SET status = 'deprecated', updated_at = ${now}
    WHERE tenant_id = '${SYSTEM}' AND status = 'active' AND slug NOT IN (SELECT value FROM json_each(${slugs}))`;
}

function inParts<T>(rows: T[]): T[][] {
  const parts: T[][] = [];
  let chars = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = literal(JSON.stringify(row)).length + 1;
    if (chars + size > FILE_STATEMENT_CHARS) {
      parts.push([]);
      chars = 0;
    }
    parts.at(-1)!.push(row);
    chars += size;
  }
  return parts;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
