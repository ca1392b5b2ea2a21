/**
 * Tenants with open call jobs among these runs, oldest job first. A hint names runs only, so the tenant is read here;
 * ids that exist nowhere are simply absent.
 */
export async function openCalls(
  db: D1Database,
  runIds: string[],
): Promise<{ tenantId: string; runIds: string[] }[]> {
  const { results } = await db
    .prepare(
      `SELECT tenant_id, json_group_array(DISTINCT run_id) AS runs FROM jobs
       WHERE run_id IN (SELECT value FROM json_each(?1)) AND kind = 'call' AND status = 'queued'
       GROUP BY tenant_id ORDER BY min(created_at)`,
    )
    .bind(JSON.stringify(runIds))
    .all<{ tenant_id: string; runs: string }>();
  return results.map((row) => ({ tenantId: row.tenant_id, runIds: JSON.parse(row.runs) }));
}
