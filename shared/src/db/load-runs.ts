import type { Snapshot } from "../engine/state.ts";
import { jobsOf } from "./jobs.ts";
import { checkpointFromRow, jobFromRow, type Row, runFromRow, stepFromRow } from "./rows.ts";

export const LOAD_RUNS_SQL = {
  runs: `SELECT r.*, CASE WHEN r.concurrency_group IS NULL OR r.status <> 'queued' THEN NULL ELSE
           (SELECT o.id FROM workflow_executions o WHERE o.tenant_id = r.tenant_id AND o.concurrency_group = r.concurrency_group
              AND o.next_check_at IS NOT NULL AND o.id < r.id ORDER BY o.id LIMIT 1) END AS blocked_by
         FROM workflow_executions r WHERE r.id IN (SELECT value FROM json_each(?1)) AND r.next_check_at IS NOT NULL`,
  steps:
    "SELECT * FROM step_executions WHERE run_id IN (SELECT value FROM json_each(?1)) ORDER BY run_id, position",
  jobs: `SELECT j.* FROM json_each(?1) d JOIN jobs j ON ${jobsOf("d.value")}`,
  checkpoints:
    "SELECT * FROM command_checkpoints WHERE run_id IN (SELECT value FROM json_each(?1)) ORDER BY created_at, id",
} as const;

/** Runs that could be read, and those whose rows are broken. */
export interface LoadedRuns {
  snapshots: Snapshot[];
  broken: { id: string; error: unknown }[];
}

/**
 * All committed rows of the live ones among these runs, in one round trip however many they are.
 * Runs that are over or unknown are left out: there is nothing to decide about them. A row that cannot be read
 * breaks its own run only.
 */
export async function loadRuns(db: D1Database, runIds: string[]): Promise<LoadedRuns> {
  return loadedFrom(await db.batch<Row>(loadStatements(db, runIds)));
}

/** The statements whose results `loadedFrom` takes, to travel with others. */
export function loadStatements(db: D1Database, runIds: string[]): D1PreparedStatement[] {
  const ids = JSON.stringify(runIds);
  return Object.values(LOAD_RUNS_SQL).map((sql) => db.prepare(sql).bind(ids));
}

/** The runs that these results tell of. */
export function loadedFrom(results: D1Result<Row>[]): LoadedRuns {
  const [runs, steps, jobs, checkpoints] = results as [
    D1Result<Row>,
    D1Result<Row>,
    D1Result<Row>,
    D1Result<Row>,
  ];
  const found = new Map<string, Snapshot>();
  const broken = new Map<string, unknown>();
  const read = (rows: Row[], column: string, take: (row: Row) => void) => {
    for (const row of rows) {
      const id = row[column] as string;
      try {
        if (!broken.has(id)) take(row);
      } catch (error) {
        broken.set(id, error);
        found.delete(id);
      }
    }
  };
  read(runs.results, "id", (row) => {
    const blockedBy = row.blocked_by as string | null;
    found.set(row.id as string, {
      run: runFromRow(row),
      steps: new Map(),
      jobs: [],
      checkpoints: [],
      blockedBy,
    });
  });
  read(steps.results, "run_id", (row) => {
    const step = stepFromRow(row);
    found.get(row.run_id as string)?.steps.set(step.id, step);
  });
  read(jobs.results, "run_id", (row) => found.get(row.run_id as string)?.jobs.push(jobFromRow(row)));
  read(checkpoints.results, "run_id", (row) =>
    found.get(row.run_id as string)?.checkpoints.push(checkpointFromRow(row)),
  );
  return { snapshots: [...found.values()], broken: [...broken].map(([id, error]) => ({ id, error })) };
}
