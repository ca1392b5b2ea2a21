/** Runs as they are read: one with everything, and lists of them. */
import type { Job, Run, Step } from "../engine/state.ts";
import type { RunStatus } from "../engine/statuses.ts";
import { type CheckpointWithVotes, checkpointsOfRuns } from "./checkpoints.ts";
import { jobsOf } from "./jobs.ts";
import { checkpointFromRow, jobFromRow, type Row, runFromRow, stepFromRow } from "./rows.ts";
import { type RunView, runView } from "./run-view.ts";
import { voteFromRow } from "./votes.ts";

/** Of runs that are not over: what is queued, under way, or reported and not taken in yet. */
const JOBS = `SELECT j.* FROM json_each(?1) d JOIN workflow_executions w ON w.id = d.value AND w.finished_at IS NULL
  JOIN jobs j ON ${jobsOf("d.value")} WHERE j.tenant_id = ?2 AND j.status IN ('queued', 'leased', 'done')`;
const STEPS =
  "SELECT * FROM step_executions WHERE run_id IN (SELECT value FROM json_each(?1)) AND tenant_id = ?2 ORDER BY run_id, position";

/** One that failed, was rejected or cancelled may be tried again. */
const UNDO = `SELECT u.id, (SELECT r.id FROM workflow_executions r WHERE r.tenant_id = ?2 AND r.parent_run_id = u.id AND r.status = 'succeeded' LIMIT 1) AS back
  FROM workflow_executions u WHERE u.tenant_id = ?2 AND u.parent_run_id = ?1 AND u.status NOT IN ('failed', 'rejected', 'cancelled') LIMIT 1`;

/** Of some runs: those that another run undid, which was not taken back itself. */
const UNDONE = `SELECT u.parent_run_id AS run, u.id AS by FROM json_each(?1) d
  JOIN workflow_executions u ON u.tenant_id = ?2 AND u.parent_run_id = d.value
  WHERE u.status = 'succeeded' AND NOT EXISTS (SELECT 1 FROM workflow_executions r
    WHERE r.tenant_id = ?2 AND r.parent_run_id = u.id AND r.status = 'succeeded')`;

/** All committed rows of one run that its view is made of. */
export interface RunRows {
  run: Run;
  steps: Step[];
  jobs: Job[];
  checkpoints: CheckpointWithVotes[];
}

/** An undo of a run that stands, and the one that took it back again. */
export interface Undone {
  by: string;
  takenBackBy: string | null;
}

/** Whose run is read: of a tenant that is known, or of the one that a credential belongs to, so that both travel together. */
export type Whose = { tenantId: string } | { hash: string };
const BEARERS = "(SELECT tenant_id FROM bearers WHERE hash = ?2)";

/** The statements whose rows `runRowsFrom` takes; the last finds what undid the run. */
export function runStatements(db: D1Database, runId: string, whose: Whose): D1PreparedStatement[] {
  const [tenant, value] = "hash" in whose ? [BEARERS, whose.hash] : ["?2", whose.tenantId];
  const ids = JSON.stringify([runId]);
  const of = (sql: string, first: string) => db.prepare(sql.replaceAll("?2", tenant)).bind(first, value);
  return [
    of("SELECT * FROM workflow_executions WHERE id = ?1 AND tenant_id = ?2", runId),
    of(STEPS, ids),
    of(JOBS, ids),
    of(
      "SELECT * FROM command_checkpoints WHERE run_id = ?1 AND tenant_id = ?2 ORDER BY created_at, id",
      runId,
    ),
    of(
      `SELECT v.* FROM command_checkpoints c JOIN checkpoint_votes v ON v.checkpoint_id = c.id AND v.tenant_id = c.tenant_id
       WHERE c.run_id = ?1 AND c.tenant_id = ?2 ORDER BY v.at, v.user_id`,
      runId,
    ),
    of(UNDO, runId),
  ];
}

/** One run with all its rows, or null. */
export function runRowsFrom(results: Row[][]): (RunRows & { undone: Undone | null }) | null {
  const [runs = [], steps = [], jobs = [], checkpoints = [], votes = [], undo = []] = results;
  const [row] = runs;
  if (!row) return null;
  return {
    run: runFromRow(row),
    steps: steps.map(stepFromRow),
    jobs: jobs.map(jobFromRow),
    checkpoints: checkpoints.map((r) => ({
      checkpoint: checkpointFromRow(r),
      votes: votes.filter((vote) => vote.checkpoint_id === r.id).map(voteFromRow),
    })),
    undone: undo[0] ? undoneFromRow(undo[0]) : null,
  };
}

/** One run of the tenant with all its rows, read in one transaction, or null. */
export async function readRunRows(
  db: D1Database,
  tenantId: string,
  runId: string,
): Promise<(RunRows & { undone: Undone | null }) | null> {
  const results = await db.batch<Row>(runStatements(db, runId, { tenantId }));
  return runRowsFrom(results.map((result) => result.results));
}

/** One run of the tenant as the API answers it, or null. */
export async function readRun(db: D1Database, tenantId: string, runId: string): Promise<RunView | null> {
  const rows = await readRunRows(db, tenantId, runId);
  return rows && runView(rows.run, rows.steps, rows.jobs, rows.checkpoints);
}

/** The run that undoes this one, if it is not over or has succeeded, and the run that undid that one in turn. */
export async function findUndo(
  db: D1Database,
  of: { tenantId: string; runId: string },
): Promise<Undone | null> {
  const row = await db.prepare(UNDO).bind(of.runId, of.tenantId).first<Row>();
  return row && undoneFromRow(row);
}

function undoneFromRow(row: Row): Undone {
  return { by: row.id as string, takenBackBy: row.back as string | null };
}

export interface RunFilter {
  tenantId: string;
  status: RunStatus | null;
  command: string | null;
  /** Id of the person or token that asked. */
  requestedBy: string | null;
  /** Created at this time or later. */
  since: number | null;
  /** Stands in its command, its arguments, its note, or begins its id. */
  text?: string | null;
  /** Only those with an id below it: newest first. */
  before: string | null;
  limit: number;
}

/** A run in a list says what undid it; null: it stands. */
export type ListedRun = RunView & { undone_by: string | null };

/** A page of runs, newest first, each with its steps and checkpoints. */
export async function listRuns(
  db: D1Database,
  filter: RunFilter,
): Promise<{ items: ListedRun[]; nextCursor: string | null }> {
  // Ids begin with the time of creation, so a time is a bound on the primary key.
  const from = filter.since === null ? "" : `run_${filter.since.toString(36).padStart(9, "0")}`;
  const { results } = await db
    .prepare(listSql(filter))
    .bind(
      filter.tenantId,
      filter.before ?? "~",
      from,
      filter.limit + 1,
      filter.status,
      filter.command,
      filter.requestedBy,
      ...(filter.text ? [filter.text.toLowerCase()] : []),
    )
    .all<Row>();
  const runs = results.slice(0, filter.limit).map(runFromRow);
  const nextCursor = results.length > filter.limit ? (runs.at(-1)?.id ?? null) : null;
  if (runs.length === 0) return { items: [], nextCursor };
  const ids = JSON.stringify(runs.map((run) => run.id));
  const [[steps, jobs, undone], checkpoints] = await Promise.all([
    db.batch<Row>([
      db.prepare(STEPS).bind(ids, filter.tenantId),
      db.prepare(JOBS).bind(ids, filter.tenantId),
      db.prepare(UNDONE).bind(ids, filter.tenantId),
    ]),
    checkpointsOfRuns(
      db,
      filter.tenantId,
      runs.map((run) => run.id),
    ),
  ]);
  const stepsOf = Map.groupBy(steps?.results ?? [], (row) => row.run_id as string);
  const jobsOf = Map.groupBy(jobs?.results ?? [], (row) => row.run_id as string);
  const undoneBy = new Map(undone?.results.map((row) => [row.run as string, row.by as string]));
  return {
    items: runs.map((run) => ({
      ...runView(
        run,
        (stepsOf.get(run.id) ?? []).map(stepFromRow),
        (jobsOf.get(run.id) ?? []).map(jobFromRow),
        checkpoints.get(run.id) ?? [],
      ),
      undone_by: undoneBy.get(run.id) ?? null,
    })),
    nextCursor,
  };
}

/** Statuses the partial index `runs_unsuccessful` holds; it serves a query only that repeats its condition word for word. */
const UNSUCCESSFUL = ["waiting", "rolling_back", "failed", "rejected", "cancelled"];

/** A filter stands in the SQL only when it is set, so that the index that serves it can be chosen. */
function listSql({ status, command, requestedBy, text }: RunFilter): string {
  const partial = status !== null && UNSUCCESSFUL.includes(status);
  const also = [
    status === null ? "?5 IS NULL" : "status = ?5",
    partial ? `status IN (${UNSUCCESSFUL.map((s) => `'${s}'`).join(", ")})` : "1",
    command === null ? "?6 IS NULL" : "command = ?6",
    requestedBy === null ? "?7 IS NULL" : "requested_by_json ->> 'id' = ?7",
    // Not LIKE: what is looked for is no pattern.
    text ? "(instr(command, ?8) OR instr(lower(args_json), ?8) OR instr(lower(note), ?8) OR id = ?8)" : "1",
  ];
  return `SELECT * FROM workflow_executions WHERE tenant_id = ?1 AND id < ?2 AND id >= ?3 AND ${also.join(" AND ")} ORDER BY id DESC LIMIT ?4 + 0`;
}
