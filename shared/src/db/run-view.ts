/** A run as the HTTP API answers it: the plan's steps, with what has become of each. Pure. */
import type { StepReport } from "../contracts/agent-protocol.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanStep } from "../contracts/plan.ts";
import type { Actor, Job, Run, Step, StepError } from "../engine/state.ts";
import type { RollbackStatus, RunStatus, StepStatus } from "../engine/statuses.ts";
import { type CheckpointView, type CheckpointWithVotes, checkpointView } from "./checkpoints.ts";

export interface StepView {
  id: string;
  command: string;
  status: StepStatus;
  attempt: number;
  needs: string[];
  agent_id: string | null;
  exit_code: number | null;
  outputs: { [name: string]: Json } | null;
  error: StepError | null;
  started_at: number | null;
  finished_at: number | null;
  rollback: {
    status: RollbackStatus;
    command: string;
    exit_code: number | null;
    error: StepError | null;
  } | null;
}
export interface RunView {
  id: string;
  command: string;
  command_version: number;
  status: RunStatus;
  args: { [name: string]: Json };
  context: { [name: string]: Json };
  requested_by: Actor;
  note: string | null;
  plan_digest: string;
  parent_run_id: string | null;
  rerun_of: string | null;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  steps: StepView[];
  checkpoints: CheckpointView[];
  /** Steps whose compensation succeeded, and steps whose compensation did not (yet). */
  rollback: { status: RollbackStatus; undone: string[]; left: string[] };
  error: (StepError & { step: string | null }) | null;
}

/** The view of one run from its committed rows. `jobs` are those of a run that is not over. */
export function runView(
  run: Run,
  rows: Step[],
  jobs: Pick<Job, "id" | "agentId" | "purpose" | "leasedAt" | "reports" | "steps">[],
  checkpoints: CheckpointWithVotes[],
): RunView {
  const steps = mergeSteps(run.plan.steps, rows);
  const views = steps.map(({ planned, row }) =>
    stepView(planned, row, liveReport(planned.id, row, jobs), isHeld(planned.id, row, jobs)),
  );
  return {
    id: run.id,
    command: run.command,
    command_version: run.commandVersion,
    status: run.status,
    args: run.args,
    context: run.context,
    requested_by: run.requestedBy,
    note: run.note,
    plan_digest: run.planDigest,
    parent_run_id: run.parentRunId,
    rerun_of: run.rerunOf,
    created_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    steps: views,
    checkpoints: checkpoints.map(({ checkpoint, votes }) => checkpointView(checkpoint, votes)),
    rollback: { status: run.rollbackStatus, ...rolledBack(run, steps) },
    error: run.error,
  };
}

/** What a rollback undid, in the order it did, and what it left: compensations that failed or wait, and writes that have none. */
function rolledBack(run: Run, steps: Placed[]): { undone: string[]; left: string[] } {
  if (run.rollbackStatus === "none") return { undone: [], left: [] };
  const started = steps
    .filter(({ row }) => row !== null && row.startedSeq !== null && row.children === null)
    .sort((a, b) => (b.row?.startedSeq ?? 0) - (a.row?.startedSeq ?? 0));
  const isLeft = ({ planned, row }: Placed) =>
    planned.rollback === null
      ? planned.effect !== "read"
      : row?.rollbackStatus !== "succeeded" && row?.rollbackStatus !== "none";
  return {
    undone: started.filter(({ row }) => row?.rollbackStatus === "succeeded").map(({ planned }) => planned.id),
    left: started.filter(isLeft).map(({ planned }) => planned.id),
  };
}

interface Placed {
  planned: Pick<PlanStep, "id" | "command" | "needs" | "rollback" | "effect">;
  row: Step | null;
}

/** The plan's steps in order, each followed by the children it fanned out into. */
function mergeSteps(plan: PlanStep[], rows: Step[]): Placed[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const children = new Map<string, Step[]>();
  for (const row of rows) {
    const parent = plan.length > 0 ? parentOf(row.id) : null;
    if (parent !== null && row.item !== undefined)
      children.set(parent, [...(children.get(parent) ?? []), row]);
  }
  return plan.flatMap((planned) => {
    const mine = (children.get(planned.id) ?? []).sort(
      (a, b) => a.position - b.position || childIndex(a) - childIndex(b),
    );
    return [
      { planned, row: byId.get(planned.id) ?? null },
      ...mine.map((row) => ({ planned: { ...planned, id: row.id }, row })),
    ];
  });
}

function parentOf(stepId: string): string | null {
  return /^(.+)\.\d+$/.exec(stepId)?.[1] ?? null;
}
function childIndex(row: Step): number {
  return Number(row.id.slice(row.id.lastIndexOf(".") + 1));
}

interface Live {
  report: StepReport;
  job: Pick<Job, "agentId" | "purpose" | "leasedAt">;
}
/** What an agent says of a step that the run has not been told of yet. */
function liveReport(stepId: string, row: Step | null, jobs: Parameters<typeof runView>[2]): Live | null {
  for (const job of jobs) {
    const mine = job.purpose === "rollback" ? row?.rollback?.jobId : row === null ? job.id : row.jobId;
    if (job.id !== mine) continue;
    const report = job.reports.find((r) => r.step === stepId && r.state !== "not_started");
    if (report) return { report, job };
  }
  return null;
}

/** A step that was queued at its first move has no row yet: its job says so. */
function isHeld(stepId: string, row: Step | null, jobs: Parameters<typeof runView>[2]): boolean {
  return row === null && jobs.some((j) => j.purpose === "forward" && j.steps.some((s) => s.step === stepId));
}

function stepView(planned: Placed["planned"], row: Step | null, live: Live | null, held: boolean): StepView {
  const forward = live?.job.purpose === "forward" ? live : null;
  const runs = forward !== null && (row === null || row.status === "queued" || row.status === "running");
  return {
    id: planned.id,
    command: planned.command,
    status: runs ? "running" : (row?.status ?? (held ? "queued" : "pending")),
    attempt: runs ? (forward?.report.attempt ?? 1) : (row?.attempt ?? 0),
    needs: planned.needs,
    agent_id: row?.agentId ?? (runs ? (forward?.job.agentId ?? null) : null),
    exit_code: row?.exitCode ?? null,
    outputs: row?.outputs ?? null,
    error: row?.error ?? null,
    started_at: row?.startedAt ?? (runs ? (forward?.job.leasedAt ?? null) : null),
    finished_at: row?.finishedAt ?? null,
    rollback: rollbackView(planned, row, live?.job.purpose === "rollback"),
  };
}

function rollbackView(planned: Placed["planned"], row: Step | null, runs: boolean): StepView["rollback"] {
  const command = row?.rollback?.command ?? planned.rollback?.command;
  if (command === undefined) return null;
  const status = row?.rollbackStatus ?? "none";
  return {
    status: runs && status === "pending" ? "running" : status,
    command,
    exit_code: row?.rollback?.exitCode ?? null,
    error: row?.rollback?.error ?? null,
  };
}
