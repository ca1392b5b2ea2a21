import type { Actor } from "../engine/state.ts";
import { isTerminal, type RunStatus } from "../engine/statuses.ts";
import { newId } from "../ids.ts";
import { auditStatement } from "./audit.ts";
import { once } from "./write.ts";

/**
 * Ask for the end of a run. From this commit on no attempt starts and no vote wins (I6); the dispatcher does the rest.
 * Raising the version makes a decision that is being committed at this moment read again; being due at once, the run is
 * found by the next sweep if the hint is lost.
 */
export async function requestCancel(
  db: D1Database,
  ask: { tenantId: string; runId: string; by: Actor; reason: string | null },
  now: number,
): Promise<"requested" | "already" | "not_found" | { terminal: RunStatus }> {
  const stamp = newId("txn", now);
  const update = db
    .prepare(
      `UPDATE workflow_executions SET cancel_requested_at = ?1, cancel_json = ?2, version = version + 1, txn = ?3,
         next_check_at = min(next_check_at, ?1)
       WHERE id = ?4 AND tenant_id = ?5 AND finished_at IS NULL AND outcome IS NULL AND cancel_requested_at IS NULL`,
    )
    .bind(now, JSON.stringify({ by: ask.by, reason: ask.reason }), stamp, ask.runId, ask.tenantId);
  const audit = auditStatement(
    db,
    {
      tenantId: ask.tenantId,
      at: now,
      actor: ask.by,
      action: "run.cancel",
      target: ask.runId,
      detail: { reason: ask.reason },
    },
    {
      sql: "EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ?7 AND w.txn = ?8)",
      values: [ask.runId, stamp],
    },
  );
  type State = { status: RunStatus; txn: string };
  const read = db
    .prepare("SELECT status, txn FROM workflow_executions WHERE id = ?1 AND tenant_id = ?2")
    .bind(ask.runId, ask.tenantId);
  const row = await once<State | null>(
    async () => ((await db.batch<State>([update, audit, read])).at(-1)?.results[0] ?? null) as State | null,
    () => read.first<State>(),
    (found) => found?.txn === stamp,
  );
  if (!row) return "not_found";
  if (row.txn === stamp) return "requested";
  return isTerminal(row.status) ? { terminal: row.status } : "already";
}
