/** The events of a run, as they were committed: history for those who come late, and what is new for those who watch. */
import type { RunEvent } from "../engine/state.ts";
import type { RunStatus } from "../engine/statuses.ts";

/** Where a run stands: enough to know whether there is more to come. */
export interface RunHead {
  status: RunStatus;
  /** Seq of the newest event. */
  seq: number;
}

/** A run's status and newest event, or null when the tenant has no such run. */
export async function readRunHead(db: D1Database, tenantId: string, runId: string): Promise<RunHead | null> {
  return db
    .prepare("SELECT status, event_seq AS seq FROM workflow_executions WHERE id = ?1 AND tenant_id = ?2")
    .bind(runId, tenantId)
    .first<RunHead>();
}

/** Rows of one read; a row holds the events of one commit. */
const ROWS = 200;

/**
 * Events after `after`, in order, and the run's head as of the same moment.
 * `more` says that there are events behind the last one given.
 */
export async function readEvents(
  db: D1Database,
  ask: { tenantId: string; runId: string; after: number },
): Promise<{ head: RunHead; events: RunEvent[]; more: boolean } | null> {
  const [head, rows] = await db.batch([
    db
      .prepare("SELECT status, event_seq AS seq FROM workflow_executions WHERE id = ?1 AND tenant_id = ?2")
      .bind(ask.runId, ask.tenantId),
    db
      .prepare(
        "SELECT events_json FROM run_events WHERE run_id = ?1 AND seq > ?2 AND tenant_id = ?3 ORDER BY seq LIMIT ?4 + 0",
      )
      .bind(ask.runId, ask.after, ask.tenantId, ROWS),
  ]);
  const [run] = (head as D1Result<RunHead>).results;
  if (!run) return null;
  const found = (rows as D1Result<{ events_json: string }>).results;
  // A row may begin before `after`: a commit's events are stored together.
  const events = found
    .flatMap((row) => JSON.parse(row.events_json) as RunEvent[])
    .filter((event) => event.seq > ask.after);
  return { head: run, events, more: found.length === ROWS };
}
