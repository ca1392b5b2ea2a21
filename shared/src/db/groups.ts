/** Groups of people, for approvals and grants. Who is in one stands with each person. */
import type { Row } from "./rows.ts";

export interface Group {
  name: string;
  description: string;
  members: { id: string; name: string; email: string }[];
}

/** Every group that is described or has a member, by name. */
export async function listGroups(db: D1Database, tenantId: string): Promise<Group[]> {
  const [described, people] = await db.batch<Row>([
    db
      .prepare("SELECT name, description FROM people_groups WHERE tenant_id = ?1 ORDER BY name LIMIT 500")
      .bind(tenantId),
    db
      .prepare(
        `SELECT g.value AS name, u.id, u.name AS person, u.email FROM users u JOIN json_each(u.groups_json) g
         WHERE u.tenant_id = ?1 AND u.status = 'active' ORDER BY u.name LIMIT 5000`,
      )
      .bind(tenantId),
  ]);
  const groups = new Map<string, Group>();
  const group = (name: string) => {
    const known = groups.get(name) ?? { name, description: "", members: [] };
    groups.set(name, known);
    return known;
  };
  for (const row of described?.results ?? [])
    group(row.name as string).description = row.description as string;
  for (const row of people?.results ?? [])
    group(row.name as string).members.push({
      id: row.id as string,
      name: row.person as string,
      email: row.email as string,
    });
  return [...groups.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Which of these are ids or addresses of the tenant's people. */
export async function findPeople(
  db: D1Database,
  tenantId: string,
  named: string[],
): Promise<{ id: string; email: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT id, email FROM users WHERE tenant_id = ?1 AND status = 'active'
         AND (id IN (SELECT value FROM json_each(?2)) OR email IN (SELECT lower(value) FROM json_each(?2)))`,
    )
    .bind(tenantId, JSON.stringify(named))
    .all<{ id: string; email: string }>();
  return results;
}

/** The writes that make a group what it shall be: its description, and exactly these members. */
export function groupStatements(
  db: D1Database,
  tenantId: string,
  group: { name: string; description: string; memberIds: string[] },
  now: number,
): D1PreparedStatement[] {
  const members = JSON.stringify(group.memberIds);
  return [
    db
      .prepare(
        `INSERT INTO people_groups (tenant_id, name, description, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT DO UPDATE SET description = excluded.description, updated_at = excluded.updated_at`,
      )
      .bind(tenantId, group.name, group.description, now),
    db
      .prepare(
        `UPDATE users SET groups_json = json_insert(groups_json, '$[#]', ?2), updated_at = ?4
         WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?3))
           AND NOT EXISTS (SELECT 1 FROM json_each(groups_json) WHERE value = ?2)`,
      )
      .bind(tenantId, group.name, members, now),
    without(db, tenantId, group.name, members, now),
  ];
}

/** The writes that end a group: its members leave it and what it was granted ends. */
export function removeGroupStatements(
  db: D1Database,
  tenantId: string,
  name: string,
  now: number,
): D1PreparedStatement[] {
  return [
    db.prepare("DELETE FROM people_groups WHERE tenant_id = ?1 AND name = ?2").bind(tenantId, name),
    db
      .prepare("DELETE FROM grants WHERE tenant_id = ?1 AND subject_type = 'group' AND subject = ?2")
      .bind(tenantId, name),
    without(db, tenantId, name, "[]", now),
  ];
}

/** Takes the group from everybody but these. */
function without(
  db: D1Database,
  tenantId: string,
  name: string,
  keep: string,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE users SET updated_at = ?4,
         groups_json = (SELECT json_group_array(value) FROM json_each(groups_json) WHERE value <> ?2)
       WHERE tenant_id = ?1 AND id NOT IN (SELECT value FROM json_each(?3))
         AND EXISTS (SELECT 1 FROM json_each(groups_json) WHERE value = ?2)`,
    )
    .bind(tenantId, name, keep, now);
}
