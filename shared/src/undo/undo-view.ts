/** Whether, until when and how a run can be undone: shown in the run, and what its undo is refused by. Pure. */
import type { Json } from "../contracts/json.ts";
import type { RunRows, Undone } from "../db/read-runs.ts";
import { isTerminal } from "../engine/statuses.ts";
import { Refusal } from "../errors.ts";
import { restorePoints } from "./restore-points.ts";

export interface UndoView {
  possible: boolean;
  /** When the first of its restore points ends; null when there is none. */
  until: number | null;
  /** Why it is not possible; null when it is. */
  reason: string | null;
  /** The run that undid it, or is about to. */
  undone_by: string | null;
  steps: {
    id: string;
    captured: { [name: string]: Json };
    until: number;
    command: string;
    args: { [name: string]: Json };
  }[];
  /** Steps whose change stays. */
  left: { id: string; command: string; reason: string }[];
}

/** Null while the run is not over. */
export function undoView(rows: RunRows, undone: Undone | null, now: number): UndoView | null {
  if (!isTerminal(rows.run.status)) return null;
  const { points, left } = restorePoints(rows);
  const reason = reasonAgainst(rows, points, undone, now);
  return {
    possible: reason === null,
    until: points.length === 0 ? null : Math.min(...points.map((point) => point.until)),
    reason: reason?.message ?? null,
    undone_by: undone?.by ?? null,
    steps: points.map(({ id, captured, until, call, args }) => ({
      id,
      captured,
      until,
      command: call.command,
      args,
    })),
    left,
  };
}

/** Throws a Refusal when the run cannot be undone now: 410 when it is too late, else 409 with what stands in the way. */
export function refuseUndo(rows: RunRows, undone: Undone | null, now: number): void {
  const reason = reasonAgainst(rows, restorePoints(rows).points, undone, now);
  if (reason) throw reason;
}

function reasonAgainst(
  { run }: RunRows,
  points: ReturnType<typeof restorePoints>["points"],
  undone: Undone | null,
  now: number,
): Refusal | null {
  const conflict = (message: string, path: string, value: string) =>
    new Refusal("conflict", message, { issues: [{ path, message: value }] });
  if (run.status !== "succeeded")
    return conflict(
      `Only a run that succeeded can be undone; this one is ${run.status}.`,
      "status",
      run.status,
    );
  if (undone?.takenBackBy)
    return conflict(
      `This run was undone by ${undone.by}, and that was taken back by ${undone.takenBackBy}: undo ${undone.takenBackBy} instead.`,
      "id",
      undone.takenBackBy,
    );
  if (undone) return conflict(`This run is undone, or being undone, by ${undone.by}.`, "id", undone.by);
  if (points.length === 0)
    return new Refusal(
      "conflict",
      "No step of this run can be undone: none of them has a rollback that applies.",
    );
  const late = points.filter(({ until }) => until <= now);
  if (late.length === 0) return null;
  const first = late.reduce((a, b) => (a.until <= b.until ? a : b));
  return new Refusal(
    "expired",
    `It is too late to undo this run: what ${late.map(({ id }) => id).join(", ")} kept was kept until ${new Date(first.until).toISOString()}.`,
    { issues: late.map(({ id, until }) => ({ path: `steps.${id}`, message: String(until) })) },
  );
}
