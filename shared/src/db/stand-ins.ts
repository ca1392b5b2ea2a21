/** Who votes for whom while somebody is away. */
import type { Actor } from "../engine/state.ts";
import { newId } from "../ids.ts";
import { auditStatement } from "./audit.ts";
import type { Row } from "./rows.ts";

/** One person standing in for another between two times. */
export interface StandIn {
  id: string;
  user_id: string;
  stand_in_id: string;
  from: number;
  until: number;
  created_by: string;
  created_at: number;
}

/**
 * Let one person stand in for another. Both must be people of the tenant, and somebody has one stand-in at a time, so that
 * one absence never counts twice.
 */
export async function createStandIn(
  db: D1Database,
  of: {
    id?: string;
    tenantId: string;
    userId: string;
    standInId: string;
    from: number;
    until: number;
    by: Actor;
  },
  now: number,
): Promise<StandIn | "unknown_person" | "overlaps"> {
  const id = of.id ?? newId("standIn", now);
  const people = `(SELECT count(*) FROM users u WHERE u.tenant_id = ?2 AND u.status = 'active' AND u.id IN (?3, ?4)) = 2`;
  const overlap = `EXISTS (SELECT 1 FROM stand_ins s WHERE s.tenant_id = ?2 AND s.user_id = ?3 AND s.from_at < ?6 AND s.until_at > ?5 AND s.id <> ?1)`;
  const [, , read, known] = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO stand_ins (id, tenant_id, user_id, stand_in_id, from_at, until_at, created_by, created_at)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE ${people} AND NOT ${overlap} ON CONFLICT DO NOTHING`,
      )
      .bind(id, of.tenantId, of.userId, of.standInId, of.from, of.until, of.by.id, now),
    auditStatement(
      db,
      {
        tenantId: of.tenantId,
        at: now,
        actor: of.by,
        action: "stand_in.create",
        target: of.userId,
        detail: { id, stand_in: of.standInId, from: of.from, until: of.until },
      },
      { sql: "EXISTS (SELECT 1 FROM stand_ins WHERE id = ?7 AND created_at = ?8)", values: [id, now] },
    ),
    db.prepare("SELECT * FROM stand_ins WHERE id = ?1 AND tenant_id = ?2").bind(id, of.tenantId),
    db
      .prepare(
        "SELECT count(*) AS n FROM users WHERE tenant_id = ?1 AND status = 'active' AND id IN (?2, ?3)",
      )
      .bind(of.tenantId, of.userId, of.standInId),
  ]);
  const row = read?.results[0];
  if (row) return standInFromRow(row);
  return known?.results[0]?.n === 2 ? "overlaps" : "unknown_person";
}

/** Stand-ins of the tenant that are not over yet, or all. */
export async function listStandIns(
  db: D1Database,
  of: { tenantId: string; after: string | null; limit: number; endedToo: boolean },
  now: number,
): Promise<StandIn[]> {
  const { results } = await db
    .prepare(
      `SELECT * FROM stand_ins WHERE tenant_id = ?1 AND id > ?2 AND (?3 OR until_at > ?4) ORDER BY id LIMIT ?5 + 0`,
    )
    .bind(of.tenantId, of.after ?? "", of.endedToo ? 1 : 0, now, of.limit)
    .all<Row>();
  return results.map(standInFromRow);
}

/** `onlyOf`: only if it is for this person. @returns false when there is none of that id */
export async function deleteStandIn(
  db: D1Database,
  of: { tenantId: string; id: string; by: Actor; onlyOf: string | null },
  now: number,
): Promise<boolean> {
  const results = await db.batch([
    auditStatement(
      db,
      { tenantId: of.tenantId, at: now, actor: of.by, action: "stand_in.delete", target: of.id },
      {
        sql: "EXISTS (SELECT 1 FROM stand_ins WHERE tenant_id = ?7 AND id = ?8)",
        values: [of.tenantId, of.id],
      },
    ),
    db
      .prepare("DELETE FROM stand_ins WHERE tenant_id = ?1 AND id = ?2 AND (?3 IS NULL OR user_id = ?3)")
      .bind(of.tenantId, of.id, of.onlyOf),
  ]);
  return results[1]?.meta.changes === 1;
}

function standInFromRow(r: Row): StandIn {
  return {
    id: r.id as string,
    user_id: r.user_id as string,
    stand_in_id: r.stand_in_id as string,
    from: r.from_at as number,
    until: r.until_at as number,
    created_by: r.created_by as string,
    created_at: r.created_at as number,
  };
}
