/** A question about something that has changed is withdrawn, with the difference; the engine then asks anew (I22). */
import { newId } from "../ids.ts";
import { HEAD_MOVED, headOf } from "./vote-rule.ts";

// Announces nothing and decides nothing: the run is made due, and its next pass opens the new question.
const VOID = `UPDATE command_checkpoints AS c SET status = 'withdrawn', decided_at = ?4, txn = ?3, next_tell_at = NULL,
    changed_json = json_array(json_object('what', 'HEAD', 'before', c.context_json ->> '$.pinned.head', 'after',
      (SELECT ${headOf("a")} FROM agents a WHERE a.id = c.context_json ->> '$.pinned.agent' AND a.tenant_id = c.tenant_id)))
  WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.status = 'pending' AND ${HEAD_MOVED}
    AND EXISTS (SELECT 1 FROM workflow_executions r WHERE r.id = c.run_id AND r.outcome IS NULL AND r.cancel_requested_at IS NULL)`;
const EVENT = `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json)
  SELECT r.id, r.event_seq, r.tenant_id, r.event_seq, ?4, ?3, json_array(json_object('seq', r.event_seq, 'type', 'checkpoint.withdrawn',
    'at', ?4, 'step', c.step_id, 'data', json_object('checkpoint', c.id, 'changed', json(c.changed_json))))
  FROM command_checkpoints c JOIN workflow_executions r ON r.id = c.run_id AND r.txn = ?3
  WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3`;
const RUN_DUE = `UPDATE workflow_executions SET version = version + 1, txn = ?3, event_seq = event_seq + 1, next_check_at = min(next_check_at, ?4)
  WHERE tenant_id = ?1 AND id = (SELECT c.run_id FROM command_checkpoints c WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3)`;

/** Withdraw the checkpoint if what its approvers were shown is not so any more. Called again it changes nothing. */
export async function voidCheckpoint(
  db: D1Database,
  of: { tenantId: string; checkpointId: string },
  now: number,
): Promise<void> {
  const values = [of.tenantId, of.checkpointId, newId("txn", now), now];
  await db.batch([VOID, RUN_DUE, EVENT].map((sql) => db.prepare(sql).bind(...values)));
}
