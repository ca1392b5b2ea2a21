/** Another plan for a run that waits for people. What they agreed to or were shown is void with the old one (I22). */
import type { Plan } from "../contracts/plan.ts";
import type { Actor, Difference } from "../engine/state.ts";
import { newId } from "../ids.ts";
import { auditStatement } from "./audit.ts";

export interface Replan {
  tenantId: string;
  runId: string;
  /** The run as it was read: when it has moved since, nothing changes. */
  seenVersion: number;
  plan: Plan;
  digest: string;
  difference: Difference[];
  by: Actor;
}

/**
 * Put the new plan in the old one's place, note the difference on the open question, and make the run due: its next pass
 * withdraws the question and asks anew. From this commit on no vote for the old plan counts.
 * @returns false when the run has moved on meanwhile, or does not wait
 */
export async function replacePlan(db: D1Database, ask: Replan, now: number): Promise<boolean> {
  const { tenantId, runId, plan, digest } = ask;
  const stamp = newId("txn", now);
  const difference = JSON.stringify(ask.difference);
  const [done] = await db.batch([
    db
      .prepare(
        `UPDATE workflow_executions SET plan_json = ?5, plan_digest = ?6, args_json = ?7, command_version = ?8, version = version + 1,
           txn = ?3, event_seq = event_seq + 1, next_check_at = min(next_check_at, ?4)
         WHERE id = ?2 AND tenant_id = ?1 AND version = ?9 AND status = 'waiting' AND outcome IS NULL AND cancel_requested_at IS NULL`,
      )
      .bind(
        tenantId,
        runId,
        stamp,
        now,
        JSON.stringify(plan),
        digest,
        JSON.stringify(plan.args),
        plan.version,
        ask.seenVersion,
      ),
    db
      .prepare(
        `UPDATE command_checkpoints SET changed_json = ?4 WHERE run_id = ?2 AND tenant_id = ?1 AND status = 'pending'
           AND EXISTS (SELECT 1 FROM workflow_executions r WHERE r.id = ?2 AND r.txn = ?3)`,
      )
      .bind(tenantId, runId, stamp, difference),
    db
      .prepare(
        `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json)
         SELECT id, event_seq, tenant_id, event_seq, ?3, ?2, json_array(json_object('seq', event_seq, 'type', 'run.replanned', 'at', ?3,
           'data', json_object('by', json(?4), 'plan_digest', plan_digest, 'difference', json(?5))))
         FROM workflow_executions WHERE id = ?1 AND txn = ?2`,
      )
      .bind(runId, stamp, now, JSON.stringify(ask.by), difference),
    auditStatement(
      db,
      {
        tenantId,
        at: now,
        actor: ask.by,
        action: "run.replan",
        target: runId,
        detail: { plan_digest: digest, difference: ask.difference.map((one) => ({ ...one })) },
      },
      {
        sql: "EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ?7 AND w.txn = ?8)",
        values: [runId, stamp],
      },
    ),
  ]);
  return done?.meta.changes === 1;
}
