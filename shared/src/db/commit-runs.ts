/**
 * Group commit: every decision of a queue batch in one D1 batch of set-based statements, whose number does not grow with the
 * number of runs. The first statement is the compare-and-swap; it stamps the runs that won, and every later statement only
 * touches runs that carry the stamp, because an UPDATE that matches no row does not stop a batch.
 */
import type { Decision } from "../engine/decide.ts";
import { checkpointToRow, jobToRow, type Row, STEP_COLUMNS, stepToRow } from "./rows.ts";
import { once } from "./write.ts";

/** D1 takes values up to 2 MB; one JSON parameter stays well below. */
const PARAMETER_BYTES = 600_000;

const RUN_COLUMNS = [
  "status",
  "rollback_status",
  "event_seq",
  "fence",
  "next_check_at",
  "outcome",
  "started_at",
  "finished_at",
  "error_json",
] as const;
const JOB_COLUMNS = [
  "id",
  "tenant_id",
  "run_id",
  "kind",
  "purpose",
  "status",
  "steps_json",
  "wanted_agent_id",
  "labels_json",
  "headroom",
  "created_at",
] as const;
const CHECKPOINT_COLUMNS = [
  "id",
  "tenant_id",
  "run_id",
  "step_id",
  "name",
  "prompt",
  "reason",
  "status",
  "policy_json",
  "form_json",
  "plan_digest",
  "context_json",
  "created_at",
  "expires_at",
  "next_tell_at",
] as const;

const field = (column: string) => `d.value ->> '$.${column}'`;
const won = (run: string) =>
  `EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ${run} AND w.txn = ?2)`;

export const COMMIT_RUNS_SQL = {
  /** `seen`: jobs this decision rests on; when one has changed since it was read, the whole run is left as it is. */
  runs: `UPDATE workflow_executions AS r SET version = r.version + 1, txn = ?2, throws = 0,
           ${RUN_COLUMNS.map((c) => `${c} = ${field(c)}`).join(", ")}
         FROM json_each(?1) d
         WHERE r.id = ${field("id")} AND r.version = ${field("version")} AND NOT EXISTS (
           SELECT 1 FROM json_each(d.value, '$.seen') s JOIN jobs j ON j.id = s.value ->> 'id'
           WHERE j.status <> s.value ->> 'status' OR j.report_seq <> s.value ->> 'reportSeq' OR j.lease_expires_at IS NOT s.value ->> 'leaseExpiresAt')`,
  steps: `INSERT INTO step_executions (${STEP_COLUMNS.join(", ")})
          SELECT ${STEP_COLUMNS.map(field).join(", ")} FROM json_each(?1) d WHERE ${won(field("run_id"))}
          ON CONFLICT (run_id, id) DO UPDATE SET ${STEP_COLUMNS.filter(
            (c) => !["run_id", "id", "tenant_id", "position", "item_json"].includes(c),
          )
            .map((c) => `${c} = excluded.${c}`)
            .join(", ")}`,
  /** The epoch leads the fence: after a restore no fence of the lost future can be equal to a new one. */
  jobs: `INSERT INTO jobs (${JOB_COLUMNS.join(", ")}, fence)
         SELECT ${JOB_COLUMNS.map(field).join(", ")}, (SELECT epoch FROM workspace) * 1000000000 + ${field("fence")}
         FROM json_each(?1) d WHERE ${won(field("run_id"))}`,
  jobPatches: `UPDATE jobs SET status = coalesce(d.value ->> 'status', jobs.status),
                 cancel_requested_at = coalesce(d.value ->> 'cancelRequestedAt', jobs.cancel_requested_at),
                 finished_at = CASE WHEN d.value ->> 'status' IS NULL THEN jobs.finished_at ELSE ?3 END
               FROM json_each(?1) d WHERE jobs.id = d.value ->> 'id' AND jobs.status IN ('queued', 'leased') AND ${won("jobs.run_id")}`,
  checkpoints: `INSERT INTO command_checkpoints (${CHECKPOINT_COLUMNS.join(", ")})
                SELECT ${CHECKPOINT_COLUMNS.map(field).join(", ")} FROM json_each(?1) d WHERE ${won(field("run_id"))}`,
  checkpointPatches: `UPDATE command_checkpoints SET status = d.value ->> 'status', decided_at = d.value ->> 'decidedAt',
                        changed_json = d.value -> 'changed', next_tell_at = NULL
                      FROM json_each(?1) d WHERE command_checkpoints.id = d.value ->> 'id' AND command_checkpoints.status = 'pending'
                        AND ${won("command_checkpoints.run_id")}`,
  events: `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json)
           SELECT ${["run_id", "seq", "tenant_id", "first_seq", "at"].map(field).join(", ")}, ?2, ${field("events_json")}
           FROM json_each(?1) d WHERE ${won(field("run_id"))}`,
  /** How often a command was used, counted when its runs start: one row for each command of the batch, not for each run. */
  usage: `UPDATE agent_commands SET usage_count = usage_count + u.runs, last_used_at = max(coalesce(last_used_at, 0), u.at)
          FROM (SELECT w.tenant_id, w.command, count(*) AS runs, max(w.created_at) AS at FROM json_each(?1) d
                  JOIN workflow_executions w ON w.id = d.value ->> 'id' AND w.txn = ?2 AND w.parent_run_id IS NULL GROUP BY w.tenant_id, w.command) u
          WHERE agent_commands.slug = u.command AND agent_commands.tenant_id IN (u.tenant_id, 'system')`,
  winners: "SELECT id FROM workflow_executions WHERE id IN (SELECT value FROM json_each(?1)) AND txn = ?2",
  touch: `UPDATE workflow_executions AS r SET next_check_at = d.value ->> 'at' FROM json_each(?1) d
          WHERE r.id = d.value ->> 'id' AND r.version = d.value ->> 'version' AND r.next_check_at IS NOT NULL`,
} as const;

/**
 * Write these decisions. Each run is all or nothing.
 * @param stamp fresh for every call; kept for the retries inside
 * @returns ids of the runs that won their compare-and-swap; the others must be loaded and decided again
 */
export async function commitRuns(
  db: D1Database,
  decisions: Decision[],
  stamp: string,
  now: number,
): Promise<Set<string>> {
  const statements: D1PreparedStatement[] = [];
  const add = (sql: string, rows: Row[], ...more: unknown[]) => {
    for (const json of chunks(rows)) statements.push(db.prepare(sql).bind(json, stamp, ...more));
  };
  add(COMMIT_RUNS_SQL.runs, decisions.map(runRow));
  add(
    COMMIT_RUNS_SQL.steps,
    decisions.flatMap((d) => d.steps.map((s) => stepToRow(d.run.id, d.run.tenantId, s))),
  );
  add(
    COMMIT_RUNS_SQL.jobs,
    decisions.flatMap((d) => d.jobs.map(jobToRow)),
  );
  add(
    COMMIT_RUNS_SQL.jobPatches,
    decisions.flatMap((d) => d.jobPatches as unknown as Row[]),
    now,
  );
  add(
    COMMIT_RUNS_SQL.checkpoints,
    decisions.flatMap((d) => d.checkpoints.map(checkpointToRow)),
  );
  add(
    COMMIT_RUNS_SQL.checkpointPatches,
    decisions.flatMap((d) => d.checkpointPatches as unknown as Row[]),
  );
  add(COMMIT_RUNS_SQL.events, decisions.filter((d) => d.events.length > 0).map(eventRow));
  add(
    COMMIT_RUNS_SQL.usage,
    decisions
      .filter((d) => d.before.startedAt === null && d.run.startedAt !== null)
      .map((d) => ({ id: d.run.id })),
  );
  const ids = JSON.stringify(decisions.map((d) => d.run.id));
  const winners = db.prepare(COMMIT_RUNS_SQL.winners).bind(ids, stamp);
  const rows = await once(
    async () => (await db.batch<{ id: string }>([...statements, winners])).at(-1)?.results ?? [],
    async () => (await winners.all<{ id: string }>()).results,
    (found) => found.length > 0,
  );
  return new Set(rows.map((r) => r.id));
}

/** Move `next_check_at` of runs about which nothing else was decided. No transition, so no version and no event. */
export async function touchRuns(db: D1Database, decisions: Decision[]): Promise<void> {
  const rows = decisions.map((d) => ({ id: d.run.id, version: d.before.version, at: d.run.nextCheckAt }));
  if (rows.length > 0) await db.prepare(COMMIT_RUNS_SQL.touch).bind(JSON.stringify(rows)).run();
}

function runRow(d: Decision): Row {
  return {
    id: d.run.id,
    version: d.before.version,
    status: d.run.status,
    rollback_status: d.run.rollbackStatus,
    event_seq: d.run.eventSeq,
    fence: d.run.fence,
    next_check_at: d.run.nextCheckAt,
    outcome: d.run.outcome,
    started_at: d.run.startedAt,
    finished_at: d.run.finishedAt,
    error_json: d.run.error === null ? null : JSON.stringify(d.run.error),
    seen: d.jobPatches.filter((p) => p.seen !== null).map((p) => ({ id: p.id, ...p.seen })),
  };
}

function eventRow(d: Decision): Row {
  const first = d.events[0];
  const last = d.events.at(-1);
  return {
    run_id: d.run.id,
    seq: last?.seq,
    tenant_id: d.run.tenantId,
    first_seq: first?.seq,
    at: first?.at,
    events_json: JSON.stringify(d.events),
  };
}

/** JSON arrays of these rows, each small enough for one parameter. */
export function chunks(rows: Row[]): string[] {
  const out: string[] = [];
  let parts: string[] = [];
  let bytes = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (bytes + text.length > PARAMETER_BYTES && parts.length > 0) {
      out.push(`[${parts.join(",")}]`);
      parts = [];
      bytes = 0;
    }
    parts.push(text);
    bytes += text.length;
  }
  if (parts.length > 0) out.push(`[${parts.join(",")}]`);
  return out;
}
