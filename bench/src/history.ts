/** Finished runs by the thousand, so that it shows whether today's work gets dearer by yesterday's. */
import type { Workspace } from "@tw/local/src/testing/workspace.ts";

/** Store `count` finished five-step runs with their steps and events, in slices that one statement can make. */
export async function fillHistory(workspace: Workspace, count: number): Promise<void> {
  const slice = 2_000;
  for (let from = 0; from < count; from += slice) {
    const numbers = JSON.stringify(Array.from({ length: Math.min(slice, count - from) }, (_, i) => from + i));
    const id = "printf('run_000000000%014d', value)";
    await workspace.db.batch([
      workspace.db
        .prepare(
          `INSERT INTO workflow_executions (id, tenant_id, command, command_version, status, txn, event_seq, plan_json, plan_digest, requested_by_json,
             outcome, created_at, started_at, finished_at)
           SELECT ${id}, ?2, 'bench-old', 1, 'succeeded', 'txn_old', 1, '{}', 'old', '{"id":"usr_old","name":"old","type":"person"}', 'succeeded', value, value, value
           FROM json_each(?1)`,
        )
        .bind(numbers, workspace.tenant),
      workspace.db
        .prepare(
          `INSERT INTO step_executions (run_id, id, tenant_id, status, attempt, max_attempts, position)
           SELECT ${id.replace("value", "r.value")}, 's' || n.value, ?2, 'succeeded', 1, 1, n.value FROM json_each(?1) r, json_each('[0,1,2,3,4]') n`,
        )
        .bind(numbers, workspace.tenant),
      workspace.db
        .prepare(
          `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json) SELECT ${id}, 1, ?2, 1, value, 'txn_old', '[]' FROM json_each(?1)`,
        )
        .bind(numbers, workspace.tenant),
    ]);
  }
}
