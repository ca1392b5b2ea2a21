/** The people who may still decide a checkpoint. */
import type { Row } from "./rows.ts";
import { mayVote } from "./vote-rule.ts";

/** Whoever may vote on the checkpoint at this time and has not yet; by name. */
export async function listVoters(
  db: D1Database,
  tenantId: string,
  checkpointId: string,
  now: number,
): Promise<{ id: string; name: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT u.id, u.name FROM command_checkpoints c
       JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
       JOIN users u ON u.tenant_id = c.tenant_id AND ${mayVote("?3")}
       WHERE c.id = ?2 AND c.tenant_id = ?1
         AND NOT EXISTS (SELECT 1 FROM checkpoint_votes v WHERE v.checkpoint_id = c.id AND v.user_id = u.id)
       ORDER BY u.name LIMIT 50`,
    )
    .bind(tenantId, checkpointId, now)
    .all<Row>();
  return results.map((row) => ({ id: row.id as string, name: row.name as string }));
}
