import { jobsOf } from "./jobs.ts";

/** What the sweep asks: which runs are due, and what a run that cannot be reconciled comes to. */

export const DUE_RUNS_SQL =
  "SELECT id FROM workflow_executions INDEXED BY runs_due WHERE next_check_at <= ?1 ORDER BY next_check_at LIMIT ?2 + 0";

/** Ids of the runs whose time has come, the one that has waited longest first. */
export async function dueRuns(db: D1Database, now: number, limit: number): Promise<string[]> {
  const { results } = await db.prepare(DUE_RUNS_SQL).bind(now, limit).all<{ id: string }>();
  return results.map((r) => r.id);
}

/** The runs that may go on now because one of their concurrency group has ended: the oldest that is still queued. */
export async function nextInGroups(
  db: D1Database,
  groups: { tenantId: string; group: string }[],
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT (SELECT r.id FROM workflow_executions r WHERE r.tenant_id = d.value ->> 'tenantId' AND r.concurrency_group = d.value ->> 'group'
                 AND r.next_check_at IS NOT NULL ORDER BY r.id LIMIT 1) AS id
       FROM json_each(?1) d`,
    )
    .bind(JSON.stringify(groups))
    .all<{ id: string | null }>();
  return results.flatMap((r) => (r.id === null ? [] : [r.id]));
}

/** Count one more failed try to reconcile a run, and look again later. */
export async function countThrow(db: D1Database, runId: string, checkAgainAt: number): Promise<number> {
  const row = await db
    .prepare(
      `UPDATE workflow_executions SET throws = throws + 1, next_check_at = ?2 WHERE id = ?1 AND next_check_at IS NOT NULL RETURNING throws`,
    )
    .bind(runId, checkAgainAt)
    .first<{ throws: number }>();
  return row?.throws ?? 0;
}

/**
 * End a run that the engine cannot handle: `failed` with code `internal`. Its open jobs are cancelled, its gates withdrawn.
 * Reads nothing of the row that may be broken.
 */
export async function failInternally(
  db: D1Database,
  runId: string,
  message: string,
  stamp: string,
  now: number,
): Promise<void> {
  const error = JSON.stringify({ code: "internal", message, step: null });
  const stamped = "EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ?1 AND w.txn = ?2)";
  await db.batch([
    db
      .prepare(
        `UPDATE workflow_executions SET status = 'failed', outcome = 'failed', error_json = ?3, finished_at = ?4, next_check_at = NULL,
           version = version + 1, event_seq = event_seq + 1, txn = ?2 WHERE id = ?1 AND next_check_at IS NOT NULL`,
      )
      .bind(runId, stamp, error, now),
    db
      .prepare(
        `UPDATE jobs AS j SET status = CASE status WHEN 'queued' THEN 'cancelled' ELSE status END, cancel_requested_at = ?3,
           finished_at = CASE status WHEN 'queued' THEN ?3 ELSE NULL END
         WHERE ${jobsOf("?1")} AND j.status IN ('queued', 'leased') AND ${stamped}`,
      )
      .bind(runId, stamp, now),
    db
      .prepare(
        `UPDATE command_checkpoints SET status = 'withdrawn', decided_at = ?3, next_tell_at = NULL WHERE run_id = ?1 AND status = 'pending' AND ${stamped}`,
      )
      .bind(runId, stamp, now),
    db
      .prepare(
        `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json)
         SELECT id, event_seq, tenant_id, event_seq, ?3, ?2, json_array(json_object('seq', event_seq, 'type', 'run.failed', 'at', ?3,
           'data', json_object('status', 'failed', 'rollback', rollback_status, 'error', json(?4))))
         FROM workflow_executions WHERE id = ?1 AND txn = ?2`,
      )
      .bind(runId, stamp, now, error),
  ]);
}

/** Make every live run due now: after a restart that lost all hints (a local server's queues live in memory). */
export async function recheckAll(db: D1Database, now: number): Promise<void> {
  await db
    .prepare("UPDATE workflow_executions SET next_check_at = ?1 WHERE next_check_at > ?1")
    .bind(now)
    .run();
}
