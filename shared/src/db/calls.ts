import { jobsOf } from "./jobs.ts";

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
      `SELECT j.tenant_id, json_group_array(DISTINCT j.run_id) AS runs FROM json_each(?1) d JOIN jobs j ON ${jobsOf("d.value")}
       WHERE j.kind = 'call' AND j.status = 'queued'
       GROUP BY j.tenant_id ORDER BY min(j.created_at)`,
    )
    .bind(JSON.stringify(runIds))
    .all<{ tenant_id: string; runs: string }>();
  return results.map((row) => ({ tenantId: row.tenant_id, runIds: JSON.parse(row.runs) }));
}

/** Tenants with any open call job: one step down an index for each tenant. */
export async function tenantsWithCalls(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM tenants t WHERE EXISTS
         (SELECT 1 FROM jobs j WHERE j.tenant_id = t.id AND j.kind = 'call' AND j.finished_at IS NULL AND j.status = 'queued')`,
    )
    .all<{ id: string }>();
  return results.map((row) => row.id);
}
