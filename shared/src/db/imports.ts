/** Where a workspace's imported commands came from, and what their file said then. */
import type { CommandInput } from "../contracts/definition.ts";
import type { ImportKind } from "../importing/item.ts";
import type { Row } from "./rows.ts";

export interface Imported {
  slug: string;
  kind: ImportKind;
  path: string;
  name: string;
  /** As the file had it at the last import. */
  command: CommandInput;
}

/** What these slugs, and whatever else these files once gave, were imported from. */
export async function readImported(
  db: D1Database,
  tenantId: string,
  of: { slugs: string[]; files: { kind: ImportKind; path: string }[] },
): Promise<Imported[]> {
  const { results } = await db
    .prepare(
      `SELECT slug, kind, path, name, command_json FROM imported_commands
       WHERE tenant_id = ?1 AND slug IN (SELECT value FROM json_each(?2))
       UNION SELECT i.slug, i.kind, i.path, i.name, i.command_json FROM json_each(?3) f JOIN imported_commands i
         ON i.tenant_id = ?1 AND i.kind = f.value ->> 'kind' AND i.path = f.value ->> 'path'`,
    )
    .bind(tenantId, JSON.stringify(of.slugs), JSON.stringify(of.files))
    .all<Row>();
  return results.map((row) => ({
    slug: row.slug as string,
    kind: row.kind as ImportKind,
    path: row.path as string,
    name: row.name as string,
    command: JSON.parse(row.command_json as string),
  }));
}

/** Remember where these came from, all at once. */
export async function recordImported(
  db: D1Database,
  of: { tenantId: string; by: string; items: Imported[] },
  now: number,
): Promise<void> {
  if (of.items.length === 0) return;
  await db
    .prepare(
      `INSERT INTO imported_commands (tenant_id, slug, kind, path, name, command_json, imported_by, imported_at)
       SELECT ?1, d.value ->> 'slug', d.value ->> 'kind', d.value ->> 'path', d.value ->> 'name', d.value ->> 'command', ?3, ?4
       FROM json_each(?2) d WHERE 1
       ON CONFLICT (tenant_id, slug) DO UPDATE SET kind = excluded.kind, path = excluded.path, name = excluded.name,
         command_json = excluded.command_json, imported_by = excluded.imported_by, imported_at = excluded.imported_at`,
    )
    .bind(of.tenantId, JSON.stringify(of.items), of.by, now)
    .run();
}
