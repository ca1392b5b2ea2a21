/**
 * One decision being made: a copy of the committed rows that rules change, with a note of what was changed and an event for
 * each transition. Nothing here is seen by anybody until it is committed.
 */
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanStep } from "../contracts/plan.ts";
import type { Checkpoint, Difference, Job, Run, RunEvent, Snapshot, Step } from "./state.ts";
import type { StepStatus } from "./statuses.ts";
import { runMay, stepMay } from "./transitions.ts";
import type { Scope } from "./values.ts";

export interface JobPatch {
  id: string;
  /** Null leaves the status; `cancelRequestedAt` then only asks the agent to stop. */
  status: "cancelled" | "lost" | null;
  cancelRequestedAt: number | null;
  /** The job as it was seen. When it has changed by the commit, the whole decision is void. Null: it does not matter. */
  seen: { status: string; reportSeq: number; leaseExpiresAt: number | null } | null;
}
export interface CheckpointPatch {
  id: string;
  status: "expired" | "withdrawn";
  decidedAt: number;
  /** What is not as it was when people were asked; they are asked again. */
  changed?: Difference[];
}

export interface Draft {
  readonly now: number;
  readonly run: Run;
  readonly plan: Plan;
  readonly steps: Map<string, Step>;
  readonly planSteps: Map<string, PlanStep>;
  readonly jobs: Map<string, Job>;
  readonly checkpoints: Checkpoint[];
  readonly blockedBy: string | null;
  readonly changedSteps: Set<string>;
  /** Steps that have a row. */
  readonly stored: ReadonlySet<string>;
  readonly newJobs: Job[];
  readonly jobPatches: Map<string, JobPatch>;
  readonly newCheckpoints: Checkpoint[];
  readonly checkpointPatches: CheckpointPatch[];
  readonly events: RunEvent[];
  /** How many steps have started so far. */
  starts: number;
}

export function openDraft(snapshot: Snapshot, now: number): Draft {
  const run = { ...snapshot.run };
  const steps = new Map([...snapshot.steps].map(([id, step]) => [id, { ...step }]));
  const planSteps = new Map<string, PlanStep>();
  for (const [position, planned] of run.plan.steps.entries()) {
    planSteps.set(planned.id, planned);
    if (!steps.has(planned.id)) steps.set(planned.id, newStep(planned, planned.id, position * 10_000));
  }
  for (const job of snapshot.jobs) holdSteps(job, steps, snapshot);
  for (const step of steps.values()) {
    const parent = parentOf(step);
    if (parent !== null) planSteps.set(step.id, childPlan(planSteps.get(parent) as PlanStep, step.id));
  }
  return {
    now,
    run,
    plan: run.plan,
    steps,
    planSteps,
    jobs: new Map(snapshot.jobs.map((job) => [job.id, job])),
    checkpoints: snapshot.checkpoints.map((c) => ({ ...c })),
    blockedBy: snapshot.blockedBy,
    changedSteps: new Set(),
    stored: new Set(snapshot.steps.keys()),
    newJobs: [],
    jobPatches: new Map(),
    newCheckpoints: [],
    checkpointPatches: [],
    events: [],
    starts: Math.max(0, ...[...snapshot.steps.values()].map((s) => s.startedSeq ?? 0)),
  };
}

/** A step that was queued at its first move has no row yet: its job says so. */
function holdSteps(job: Job, steps: Map<string, Step>, snapshot: Snapshot): void {
  if (job.purpose !== "forward") return;
  for (const sent of job.steps) {
    const step = steps.get(sent.step);
    if (!step || snapshot.steps.has(sent.step)) continue;
    step.status = "queued";
    step.jobId = job.id;
  }
}

/** Queue a step. When this is its first move the job's row tells it all, and the step needs none of its own yet. */
export function queueStep(draft: Draft, step: Step, jobId: string): void {
  const first = step.status === "pending" && !draft.stored.has(step.id) && !draft.changedSteps.has(step.id);
  moveStep(draft, step, "queued", { jobId, wakeAt: null }, { job: jobId });
  if (first) draft.changedSteps.delete(step.id);
}

export function newStep(planned: PlanStep, id: string, position: number): Step {
  return {
    id,
    status: "pending",
    attempt: 0,
    maxAttempts: planned.retry.max,
    position,
    jobId: null,
    agentId: null,
    exitCode: null,
    outputs: null,
    error: null,
    wakeAt: null,
    item: undefined,
    children: null,
    startedAt: null,
    startedSeq: null,
    finishedAt: null,
    rollbackStatus: "none",
    rollbackAttempt: 0,
    rollback: null,
  };
}

/** A fan-out's child is planned as its parent, without what the parent has done already: needs, gate, condition. */
export function childPlan(parent: PlanStep, id: string): PlanStep {
  return { ...parent, id, needs: [], when: null, checkpoint: null, for_each: null };
}

/** Id of the fan-out a step is a child of. */
export function parentOf(step: Step): string | null {
  return step.item === undefined ? null : step.id.slice(0, step.id.lastIndexOf("."));
}

export function planOf(draft: Draft, stepId: string): PlanStep {
  const planned = draft.planSteps.get(stepId);
  if (!planned) throw new Error(`run ${draft.run.id}: step ${stepId} is not in its plan`);
  return planned;
}

export function stepOf(draft: Draft, stepId: string): Step {
  const step = draft.steps.get(stepId);
  if (!step) throw new Error(`run ${draft.run.id}: there is no step ${stepId}`);
  return step;
}

/** Append an event. Its seq follows the newest committed one. */
export function emit(draft: Draft, type: string, data: { [name: string]: Json }, step?: string): void {
  draft.run.eventSeq += 1;
  draft.events.push({
    seq: draft.run.eventSeq,
    type,
    at: draft.now,
    ...(step === undefined ? {} : { step }),
    data,
  });
}

/** Move the run to another status and say so. Throws on an arrow that is not in the table. */
export function moveRun(
  draft: Draft,
  to: Run["status"],
  type: string,
  data: { [name: string]: Json } = {},
): void {
  if (!runMay(draft.run.status, to))
    throw new Error(`run ${draft.run.id}: ${draft.run.status} → ${to} is no transition`);
  draft.run.status = to;
  emit(draft, type, { status: to, rollback: draft.run.rollbackStatus, ...data });
}

/** Move a step to another status, change what `patch` says, and say so. Throws on an arrow that is not in the table. */
export function moveStep(
  draft: Draft,
  step: Step,
  to: StepStatus,
  patch: Partial<Step> = {},
  data: { [name: string]: Json } = {},
): void {
  if (!stepMay(step.status, to))
    throw new Error(`run ${draft.run.id}, step ${step.id}: ${step.status} → ${to} is no transition`);
  Object.assign(step, patch, { status: to });
  draft.changedSteps.add(step.id);
  const name = to === "running" ? "started" : to;
  emit(draft, `step.${name}`, { status: to, attempt: step.attempt, ...data }, step.id);
}

/** What a step gets when it starts; `startedSeq` is its place in the order of starts, which rollback walks backwards. */
export function started(draft: Draft, step: Step, attempt: number, at: number): Partial<Step> {
  if (step.startedSeq === null) draft.starts += 1;
  return {
    attempt,
    startedAt: step.startedAt ?? at,
    startedSeq: step.startedSeq ?? draft.starts,
    wakeAt: null,
    error: null,
  };
}

/** What the args and conditions of a step can see. */
export function scopeOf(draft: Draft, step: Step): Scope {
  return {
    outputs: (id) => draft.steps.get(id)?.outputs ?? null,
    inputs: (id) =>
      draft.checkpoints.find((c) => c.stepId === id && c.status === "approved" && c.reason === "gate")
        ?.inputs ?? null,
    status: (id) => draft.steps.get(id)?.status ?? "pending",
    ...(step.item === undefined ? {} : { item: step.item }),
  };
}

/** The engine's own ends of a checkpoint: nobody answered, or the answer no longer matters. */
export function closeCheckpoint(
  draft: Draft,
  checkpoint: Checkpoint,
  status: "expired" | "withdrawn",
  changed?: Difference[],
): void {
  checkpoint.status = status;
  checkpoint.decidedAt = draft.now;
  const more = changed ? { changed } : {};
  draft.checkpointPatches.push({ id: checkpoint.id, status, decidedAt: draft.now, ...more });
  const told: { [name: string]: Json } = { checkpoint: checkpoint.id };
  if (changed) told.changed = changed.map((one) => ({ ...one }));
  emit(draft, `checkpoint.${status}`, told, checkpoint.stepId);
}
