/** Counts of everything in work for one tenant, in one statement; each is bounded by an index over what is unfinished. */
export async function countWork(db: D1Database, tenantId: string): Promise<{ [name: string]: number }> {
  const row = await db
    .prepare(
      `SELECT
         (SELECT count(*) FROM workflow_executions INDEXED BY runs_due WHERE next_check_at IS NOT NULL AND tenant_id = ?1) AS runs_in_work,
         (SELECT count(*) FROM workflow_executions INDEXED BY runs_due WHERE next_check_at IS NOT NULL AND tenant_id = ?1 AND status = 'waiting') AS runs_waiting,
         (SELECT count(*) FROM jobs WHERE tenant_id = ?1 AND kind = 'agent' AND finished_at IS NULL AND status = 'queued') AS jobs_queued,
         (SELECT count(*) FROM jobs WHERE tenant_id = ?1 AND kind = 'call' AND finished_at IS NULL AND status = 'queued') AS calls_queued,
         (SELECT count(*) FROM command_checkpoints WHERE tenant_id = ?1 AND status = 'pending') AS checkpoints_pending,
         (SELECT count(*) FROM agents WHERE tenant_id = ?1 AND revoked_at IS NULL) AS agents,
         (SELECT count(*) FROM agents WHERE tenant_id = ?1 AND status = 'online' AND revoked_at IS NULL) AS agents_online,
         (SELECT count(*) FROM agent_commands WHERE tenant_id IN (?1, 'system') AND status = 'active') AS commands`,
    )
    .bind(tenantId)
    .first<{ [name: string]: number }>();
  return row ?? {};
}
