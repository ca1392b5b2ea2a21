/** How often each person and each tenant ran each command; an undo is no run of it. Counted late and by many, so that a run costs nothing more. */
import { LIMITS } from "../limits.ts";
import type { Row } from "./rows.ts";

/** Stands for everybody of the tenant. */
const EVERYBODY = "";

/**
 * Count the runs that were made since the last time, at most once in `usageEveryMs` and a bounded slice at a time. The mark moves in
 * the same batch and only from where it was read, so that two ticks at once count once.
 * @returns whether it counted
 */
export async function countUsage(db: D1Database, now: number): Promise<boolean> {
  const mark = await db.prepare("SELECT usage_run, usage_at FROM workspace WHERE id = 1").first<Row>();
  if (!mark || now - ((mark.usage_at as number | null) ?? 0) < LIMITS.usageEveryMs) return false;
  const from = (mark.usage_run as string | null) ?? "";
  // Ids begin with their time. A run that is just being made may get an older id than one that is there already.
  const newest = `run_${(now - LIMITS.usageSettleMs).toString(36).padStart(9, "0")}`;
  const full = await db
    .prepare("SELECT id FROM workflow_executions WHERE id > ?1 AND id < ?2 ORDER BY id LIMIT 1 OFFSET ?3 + 0")
    .bind(from, newest, LIMITS.usageRuns - 1)
    .first<Row>();
  const to = (full?.id as string | undefined) ?? newest;
  if (to <= from) return false;
  const unmoved = "EXISTS (SELECT 1 FROM workspace WHERE id = 1 AND coalesce(usage_run, '') = ?1)";
  await db.batch([
    db
      .prepare(
        `WITH made AS (SELECT tenant_id, command, coalesce(requested_by_json ->> 'id', '?') AS person, created_at
                       FROM workflow_executions WHERE id > ?1 AND id <= ?2 AND parent_run_id IS NULL)
         INSERT INTO command_usage (tenant_id, person_id, command, runs, last_at)
         SELECT tenant_id, person, command, count(*), max(created_at) FROM made WHERE ${unmoved} GROUP BY 1, 2, 3
         UNION ALL SELECT tenant_id, '${EVERYBODY}', command, count(*), max(created_at) FROM made WHERE ${unmoved} GROUP BY 1, 3
         ON CONFLICT DO UPDATE SET runs = runs + excluded.runs, last_at = max(last_at, excluded.last_at)`,
      )
      .bind(from, to),
    db
      .prepare(
        "UPDATE workspace SET usage_run = ?2, usage_at = ?3 WHERE id = 1 AND coalesce(usage_run, '') = ?1",
      )
      .bind(from, to, now),
  ]);
  return true;
}

export interface UseRow {
  command: string;
  mine: number;
  all: number;
  lastAt: number | null;
}

/** What this person and everybody of the tenant ran; the statement, to travel with others. */
export function usageStatement(db: D1Database, tenantId: string, personId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT command, person_id, runs, last_at FROM command_usage WHERE tenant_id = ?1 AND person_id IN ('${EVERYBODY}', ?2)`,
    )
    .bind(tenantId, personId);
}

/** The same for whom a token or a session speaks; a service's runs are recorded under its token. */
export function usageOfTokenStatement(db: D1Database, tokenHash: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT command, person_id, runs, last_at FROM command_usage
       WHERE tenant_id = (SELECT tenant_id FROM bearers WHERE hash = ?1)
         AND person_id IN ('${EVERYBODY}', (SELECT user_id FROM bearers WHERE hash = ?1), (SELECT id FROM tokens WHERE hash = ?1))`,
    )
    .bind(tokenHash);
}

/** Rows of the statements above, one entry for each command. */
export function usageFromRows(rows: readonly Row[]): Map<string, UseRow> {
  const usage = new Map<string, UseRow>();
  for (const row of rows) {
    const command = row.command as string;
    const use = usage.get(command) ?? { command, mine: 0, all: 0, lastAt: null };
    if (row.person_id === EVERYBODY) use.all = row.runs as number;
    else {
      use.mine = row.runs as number;
      use.lastAt = row.last_at as number;
    }
    usage.set(command, use);
  }
  return usage;
}
