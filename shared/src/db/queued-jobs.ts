/** What lies in a tenant's queue and who holds how much: what a fair choice among agents rests on. */
import type { Row } from "./rows.ts";

export interface QueueState {
  /** Queued jobs with the same wishes; of a long queue only the first are counted. */
  waiting: { labels: string[]; wanted: string | null; count: number }[];
  /** Jobs each agent holds. */
  held: Map<string, number>;
}

/** More than all agents of a tenant could take at once: beyond it the shares would not change. */
const COUNTED = 5_000;

/** Both in one round trip. */
export async function readQueue(db: D1Database, tenantId: string): Promise<QueueState> {
  const live = "FROM jobs WHERE tenant_id = ?1 AND kind = 'agent' AND finished_at IS NULL";
  const [queued, leased] = await db.batch<Row>([
    db
      .prepare(
        `SELECT labels_json, wanted_agent_id, count(*) AS n FROM (SELECT labels_json, wanted_agent_id ${live} AND status = 'queued' AND headroom > 0
           LIMIT ${COUNTED}) GROUP BY labels_json, wanted_agent_id`,
      )
      .bind(tenantId),
    db
      .prepare(`SELECT agent_id, count(*) AS n ${live} AND status = 'leased' GROUP BY agent_id`)
      .bind(tenantId),
  ]);
  return {
    waiting: (queued?.results ?? []).map((row) => ({
      labels: JSON.parse(row.labels_json as string) as string[],
      wanted: row.wanted_agent_id as string | null,
      count: row.n as number,
    })),
    held: new Map((leased?.results ?? []).map((row) => [row.agent_id as string, row.n as number])),
  };
}
