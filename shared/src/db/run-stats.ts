/** Runs counted: by day and by command, over the newest of them. */

/** Rows that are counted at most. A run's row holds its plan, so that reading many of them is what costs. */
const RUNS = 2_000;
const CHECKPOINTS = 1_000;
/** Durations of one command that are given, newest last. */
const DURATIONS = 30;

export interface DayStats {
  /** Midnight of the day where the reader is, ms. */
  day: number;
  runs: number;
  succeeded: number;
  /** Failed and rejected. */
  failed: number;
  /** Time checkpoints of that day waited until they were decided, ms. */
  waited_ms: number;
}
export interface CommandStats {
  command: string;
  runs: number;
  succeeded: number;
  failed: number;
  /** From the request to the end without what it waited for people, ms, oldest first; of those that are over. */
  durations_ms: number[];
  /** How long each of the same runs waited until people had decided, ms. */
  waited_ms: number[];
}
export interface RunStats {
  days: DayStats[];
  commands: CommandStats[];
  /** There were more runs than are counted. */
  partial: boolean;
}

/** Counts runs created since `since`; days begin `offsetMs` after midnight UTC. */
export async function readRunStats(
  db: D1Database,
  ask: { tenantId: string; since: number; offsetMs: number },
): Promise<RunStats> {
  // Ids begin with the time of creation, so a time is a bound on the index.
  const from = `run_${ask.since.toString(36).padStart(9, "0")}`;
  const [runs, checkpoints] = await db.batch([
    db
      .prepare(
        `SELECT command, status, created_at, finished_at, parent_run_id,
           CASE WHEN finished_at IS NOT NULL THEN (SELECT json_group_array(json_array(c.created_at, c.decided_at))
             FROM command_checkpoints c WHERE c.run_id = w.id) END AS questions
         FROM workflow_executions w WHERE tenant_id = ?1 AND id >= ?2 ORDER BY id DESC LIMIT ?3 + 0`,
      )
      .bind(ask.tenantId, from, RUNS + 1),
    db
      .prepare(
        `SELECT created_at, decided_at FROM command_checkpoints
         WHERE tenant_id = ?1 AND status IN ('approved', 'rejected') AND id >= ?2 ORDER BY id DESC LIMIT ?3 + 0`,
      )
      // A checkpoint's id goes on from its run's.
      .bind(ask.tenantId, `chk_${from.slice("run_".length)}`, CHECKPOINTS),
  ]);
  const rows = (runs?.results ?? []) as unknown as RunRow[];
  const decided = (checkpoints?.results ?? []) as unknown as {
    created_at: number;
    decided_at: number | null;
  }[];
  const counted = rows.slice(0, RUNS);
  return {
    days: byDay(counted, decided, ask.offsetMs),
    commands: byCommand(counted),
    partial: rows.length > RUNS,
  };
}

interface RunRow {
  command: string;
  status: string;
  created_at: number;
  finished_at: number | null;
  parent_run_id: string | null;
  /** When each question of it was asked and decided, as JSON; of those that are over. */
  questions: string | null;
}
const isFailure = (status: string): boolean => status === "failed" || status === "rejected";

function byDay(
  rows: RunRow[],
  decided: { created_at: number; decided_at: number | null }[],
  offsetMs: number,
): DayStats[] {
  const days = new Map<number, DayStats>();
  const dayOf = (at: number): DayStats => {
    const day = Math.floor((at + offsetMs) / 86_400_000) * 86_400_000 - offsetMs;
    let found = days.get(day);
    if (!found) {
      found = { day, runs: 0, succeeded: 0, failed: 0, waited_ms: 0 };
      days.set(day, found);
    }
    return found;
  };
  for (const { status, created_at } of rows) {
    const day = dayOf(created_at);
    day.runs++;
    if (status === "succeeded") day.succeeded++;
    if (isFailure(status)) day.failed++;
  }
  for (const { created_at, decided_at } of decided)
    if (decided_at !== null) dayOf(created_at).waited_ms += decided_at - created_at;
  return [...days.values()].sort((a, b) => a.day - b.day);
}

function byCommand(rows: RunRow[]): CommandStats[] {
  // An undo bears the name of what it undoes, and is no run of that command.
  const made = rows.filter(({ parent_run_id }) => parent_run_id === null);
  return [...Map.groupBy(made, (row) => row.command)]
    .map(([command, own]) => {
      const newest = own.flatMap(timesOf).slice(0, DURATIONS).reverse();
      return {
        command,
        runs: own.length,
        succeeded: own.filter(({ status }) => status === "succeeded").length,
        failed: own.filter(({ status }) => isFailure(status)).length,
        durations_ms: newest.map(({ worked }) => worked),
        waited_ms: newest.map(({ waited }) => waited),
      };
    })
    .sort((a, b) => b.runs - a.runs);
}

/** How long a run that is over took, apart from the time in which a question of it was open. */
function timesOf({ created_at, finished_at, questions }: RunRow): { worked: number; waited: number }[] {
  if (finished_at === null) return [];
  const open = (JSON.parse(questions ?? "[]") as [number, number | null][]).sort(([a], [b]) => a - b);
  let waited = 0;
  let until = created_at;
  // Questions of parallel branches may be open at the same time, which is waited once.
  for (const [asked, decided] of open) {
    const end = Math.min(decided ?? finished_at, finished_at);
    waited += Math.max(0, end - Math.max(asked, until));
    until = Math.max(until, end);
  }
  return [{ worked: finished_at - created_at - waited, waited }];
}
