/** What a test looks at: a run and its rows as they are committed, and a wait for them. */
import { expect } from "vitest";
import type { Workbench } from "./workbench.ts";

export interface StepView {
  id: string;
  status: string;
  attempt: number;
  outputs: { [name: string]: unknown } | null;
  error: { code: string; message: string } | null;
  rollback_status: string;
  started_seq: number | null;
}
export interface RunView {
  status: string;
  rollback_status: string;
  error: { code: string; message: string; step: string | null } | null;
  steps: { [id: string]: StepView };
}
type Row = { [column: string]: unknown };

export async function viewRun(db: D1Database, id: string): Promise<RunView> {
  const [runs, steps] = (await db.batch<Row>([
    db.prepare("SELECT status, rollback_status, error_json FROM workflow_executions WHERE id = ?").bind(id),
    db.prepare("SELECT * FROM step_executions WHERE run_id = ? ORDER BY position").bind(id),
  ])) as [D1Result<Row>, D1Result<Row>];
  const run = runs.results[0];
  if (!run) throw new Error(`there is no run ${id}`);
  const json = (value: unknown) => (value === null ? null : JSON.parse(value as string));
  return {
    status: run.status as string,
    rollback_status: run.rollback_status as string,
    error: json(run.error_json),
    steps: Object.fromEntries(
      steps.results.map((s) => [
        s.id,
        { ...s, outputs: json(s.outputs_json), error: json(s.error_json) } as unknown as StepView,
      ]),
    ),
  };
}

/** Waits until the run has one of these statuses. */
export async function untilRun(bench: Workbench, id: string, ...statuses: string[]): Promise<RunView> {
  let last: RunView | undefined;
  const wanted = statuses.length > 0 ? statuses : ["succeeded", "failed", "rejected", "cancelled"];
  await expect
    .poll(
      async () => {
        last = await viewRun(bench.db, id);
        return wanted.includes(last.status) ? "there" : JSON.stringify(last);
      },
      { timeout: 30_000, interval: 20 },
    )
    .toBe("there");
  return last as RunView;
}

/** The run's events in order, as types; with a step as `type step`. */
export async function eventsOf(db: D1Database, id: string): Promise<string[]> {
  const { results } = await db
    .prepare("SELECT events_json FROM run_events WHERE run_id = ? ORDER BY seq")
    .bind(id)
    .all<{ events_json: string }>();
  return results
    .flatMap((row) => JSON.parse(row.events_json) as { type: string; step?: string }[])
    .map((event) => (event.step ? `${event.type} ${event.step}` : event.type));
}
