/** What the steps of a finished run left behind to undo them with, and until when that is there. Pure. */
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanCall, PlanStep, PlanValue } from "../contracts/plan.ts";
import type { RunRows } from "../db/read-runs.ts";
import type { Run, Step } from "../engine/state.ts";
import { resolveArgs, type Scope, testCondition } from "../engine/values.ts";
import { LIMITS } from "../limits.ts";

/** A step that can be undone. Every value is final: what the step put out is known by now. */
export interface RestorePoint {
  /** The step's. */
  id: string;
  /** What the step noted down before or while it changed something: a kept copy, a commit, a bookmark, a version. */
  captured: { [name: string]: Json };
  /** Milliseconds since the epoch. */
  until: number;
  /** The command that puts it back. */
  call: PlanCall;
  args: { [name: string]: Json };
}
export interface RestorePoints {
  /** Newest start first: the order in which they are undone. */
  points: RestorePoint[];
  /** Steps that changed something for which there is no undo. */
  left: { id: string; command: string; reason: string }[];
}

/** Restore points of a run from its committed rows. */
export function restorePoints({ run, steps, checkpoints }: RunRows): RestorePoints {
  const done = steps
    .filter((row) => row.startedSeq !== null && row.children === null && row.rollbackStatus === "none")
    .sort((a, b) => (b.startedSeq as number) - (a.startedSeq as number));
  const points: RestorePoint[] = [];
  const left: RestorePoints["left"] = [];
  for (const row of done) {
    const planned = plannedOf(row, run.plan);
    if (!planned) continue;
    if (!planned.rollback) {
      if (planned.effect !== "read")
        left.push({ id: row.id, command: planned.command, reason: "it has no undo" });
      continue;
    }
    const point = pointOf(row, planned, run, scopeOf(row, steps, checkpoints));
    if (point) points.push(point);
  }
  return { points, left };
}

/** Null when the rollback does not apply: there was nothing to undo. */
function pointOf(row: Step, planned: PlanStep, run: Run, scope: Scope): RestorePoint | null {
  const own: Scope = { ...scope, ownOutputs: row.outputs, ownArgs: resolveArgs(planned.args, scope) };
  const { when, args: written, within_s, ...call } = planned.rollback!;
  if (when !== null && !testCondition(when, own)) return null;
  const args = resolveArgs(written, own);
  const captured = Object.fromEntries(
    Object.entries(written).flatMap(([name, value]) =>
      isCaptured(value) && args[name] !== undefined ? [[name, args[name]] as const] : [],
    ),
  );
  // A remote database is put back by a bookmark, which Cloudflare, not the agent, keeps.
  const kept = "bookmark" in captured ? LIMITS.timeTravelS : LIMITS.undoS;
  const ended = row.finishedAt ?? run.finishedAt ?? run.createdAt;
  const until = ended + Math.min(within_s ?? LIMITS.undoS, kept) * 1_000;
  return { id: row.id, captured, until, call: { ...call, args: {} }, args };
}

function isCaptured(value: PlanValue): boolean {
  return "ref" in value && (value.ref.of === "own_outputs" || value.ref.of === "outputs");
}

function plannedOf(row: Step, plan: Plan): PlanStep | undefined {
  const parent = row.item === undefined ? row.id : row.id.replace(/\.\d+$/, "");
  return plan.steps.find((step) => step.id === parent);
}

function scopeOf(row: Step, steps: Step[], checkpoints: RunRows["checkpoints"]): Scope {
  const find = (id: string) => steps.find((step) => step.id === id);
  return {
    outputs: (id) => find(id)?.outputs ?? null,
    inputs: (id) =>
      checkpoints.find(
        ({ checkpoint: c }) => c.stepId === id && c.status === "approved" && c.reason === "gate",
      )?.checkpoint.inputs ?? null,
    status: (id) => find(id)?.status ?? "pending",
    ...(row.item === undefined ? {} : { item: row.item }),
  };
}
