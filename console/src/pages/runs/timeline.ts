/** A run as a picture: rows with bars to scale, and the graph of what waited for what. Pure. */
import type { Run, RunEvent, RunStep } from "../../api/types.ts";

export type BarKind = "run" | "wait" | "queue" | "pause" | "undo";
export interface Bar {
  kind: BarKind;
  from: number;
  /** Null while it lasts. */
  to: number | null;
  status: string;
  attempt?: number;
  /** It was reported together with others: between its reports it ran, for how long of that is not known. */
  about?: boolean;
}
export interface Row {
  /** A step's id; `ID:undo` for its rollback. */
  id: string;
  step: RunStep;
  undo: boolean;
  status: string;
  bars: Bar[];
  /** Column of the row's point in the graph, and columns of the steps it needs. */
  lane: number;
}
export interface Edge {
  from: number;
  to: number;
  fromLane: number;
  toLane: number;
}
export interface Timeline {
  rows: Row[];
  edges: Edge[];
  lanes: number;
  from: number;
  /** End of the scale; grows while the run runs. */
  to: number;
}

/** The rows of a run: its steps in the plan's order, then what was undone, in the order it was. */
export function timelineOf(run: Run, events: readonly RunEvent[], now: number): Timeline {
  const byStep = Map.groupBy(
    events.filter((event) => event.step !== undefined),
    (event) => event.step as string,
  );
  const over = run.finished_at !== null;
  const rows: Row[] = run.steps.map((step) => ({
    id: step.id,
    step,
    undo: false,
    status: statusOf(step, run),
    bars: barsOf(step, byStep.get(step.id) ?? [], run.finished_at),
    lane: 0,
  }));
  for (const row of rows) spread(row, run.steps);
  const { edges, lanes } = layOut(rows);
  for (const row of undoRows(run, byStep)) rows.push({ ...row, lane: 0 });
  const to = run.finished_at ?? Math.max(now, run.created_at + 1_000);
  return { rows, edges, lanes, from: run.created_at, to: over ? Math.max(to, run.created_at + 1) : to };
}

/** A step that did not run since people said no to it was rejected, whatever its end is called. */
export function statusOf(step: RunStep, { checkpoints = [] }: Pick<Run, "checkpoints">): string {
  const rejected = checkpoints.some(({ step: of, status }) => of === step.id && status === "rejected");
  return step.status === "cancelled" && rejected ? "rejected" : step.status;
}

/** What became of a step in the end: one that was rolled back is not as it was left. */
export function endOf(step: RunStep, run: Pick<Run, "checkpoints">): string {
  return step.rollback?.status === "succeeded" ? "undone" : statusOf(step, run);
}

function barsOf(step: RunStep, events: readonly RunEvent[], end: number | null): Bar[] {
  const bars: Bar[] = [];
  const close = (at: number, status?: string) => {
    const last = bars.at(-1);
    if (last && last.to === null) {
      last.to = at;
      // Only work has an outcome: a wait that ends was a wait.
      if (status && last.kind === "run") last.status = status;
    }
  };
  for (const event of events) {
    const attempt = typeof event.data.attempt === "number" ? event.data.attempt : undefined;
    switch (event.type) {
      case "step.queued":
        close(event.at);
        bars.push({ kind: "queue", from: event.at, to: null, status: "queued" });
        break;
      case "step.started":
        close(event.at);
        bars.push({ kind: "run", from: event.at, to: null, status: "running", attempt });
        break;
      case "step.waiting":
        close(event.at, "failed");
        bars.push({ kind: "wait", from: event.at, to: null, status: "waiting" });
        break;
      case "step.ready":
      case "step.unknown":
        close(event.at, "failed");
        bars.push({ kind: "pause", from: event.at, to: null, status: "ready" });
        break;
      case "step.succeeded":
      case "step.failed":
      case "step.skipped":
      case "step.cancelled":
        close(event.at, event.type.slice(5));
        break;
    }
  }
  // Fused steps settle in one commit: their own times are the truer ones.
  if (step.started_at !== null) {
    const runs = bars.filter(({ kind }) => kind === "run");
    if (runs.length === 0) {
      // The run itself is told sooner than its events.
      close(step.started_at);
      bars.push({
        kind: "run",
        from: step.started_at,
        to: step.finished_at,
        status: step.status,
        attempt: step.attempt,
      });
    } else if (runs.length === 1 && runs[0]) {
      runs[0].from = step.started_at;
      // What waited for a timer was not at work meanwhile.
      if (
        step.finished_at !== null &&
        !bars.some(({ kind, from }) => kind === "wait" && from >= (runs[0]?.from ?? 0))
      ) {
        runs[0].to = step.finished_at;
        runs[0].status = step.status;
      }
      for (const bar of bars)
        if (bar.kind === "queue" && bar.to !== null) bar.to = Math.max(bar.from, step.started_at);
    }
  }
  if (end !== null) close(end);
  // A wait with no attempt behind it was for a timer: what began it did not fail.
  const last = bars.at(-1);
  const begun = bars.at(-2);
  if (last?.kind === "wait" && begun?.kind === "run") begun.status = step.status;
  return bars;
}

/** A step whose start and end came in one report: it ran since the last of what it needed had ended. */
function spread(row: Row, steps: readonly RunStep[]): void {
  const { started_at, finished_at, agent_id, needs } = row.step;
  const bar = row.bars.findLast(({ kind }) => kind === "run");
  if (!bar || agent_id === null || finished_at === null || started_at !== finished_at) return;
  const ends = steps.flatMap(({ id, finished_at: end }) => (needs.includes(id) && end !== null ? [end] : []));
  const from = Math.max(...ends);
  if (!Number.isFinite(from) || from >= finished_at) return;
  bar.from = from;
  bar.to = finished_at;
  bar.about = true;
  for (const queue of row.bars) if (queue.kind === "queue") queue.to = from;
}

/** What was compensated, in the order it was; with its bars from the events. */
function undoRows(run: Run, events: Map<string, RunEvent[]>): Omit<Row, "lane">[] {
  return run.steps
    .filter((step) => step.rollback !== null && step.rollback.status !== "none")
    .map((step) => {
      const own = (events.get(step.id) ?? []).filter((event) => event.type.startsWith("step.rollback_"));
      const bars: Bar[] = [];
      for (const { type, at } of own) {
        const last = bars.at(-1);
        const moved = type.slice("step.rollback_".length);
        if (last && last.to === null) {
          last.to = at;
          if (last.kind === "undo") last.status = moved === "succeeded" ? "undone" : moved;
        }
        if (moved === "pending") bars.push({ kind: "queue", from: at, to: null, status: "pending" });
        if (moved === "started") bars.push({ kind: "undo", from: at, to: null, status: "running" });
      }
      const last = bars.at(-1);
      // Settled in one commit with its start: all the time that is known of was its work.
      if (last?.kind === "queue" && last.to !== null) {
        last.kind = "undo";
        last.status = step.rollback?.status === "succeeded" ? "undone" : (step.rollback?.status ?? "pending");
      }
      const status = step.rollback?.status === "succeeded" ? "undone" : (step.rollback?.status ?? "pending");
      return { id: `${step.id}:undo`, step, undo: true, status, bars };
    })
    .sort(
      (a, b) =>
        (a.bars[0]?.from ?? Infinity) - (b.bars[0]?.from ?? Infinity) || order(run, b) - order(run, a),
    );
}

function order(run: Run, row: { step: RunStep }): number {
  return run.steps.indexOf(row.step);
}

/** Gives each row a column, as a log of commits is drawn: a step goes on in the column of what it needs while that is free. */
function layOut(rows: Row[]): { edges: Edge[]; lanes: number } {
  const at = new Map(rows.map((row, index) => [row.id, index]));
  const needed = new Map<string, number>();
  for (const { step } of rows) for (const need of step.needs) needed.set(need, (needed.get(need) ?? 0) + 1);
  /** Who holds each column: the row that goes on in it, or nobody. */
  const columns: (string | null)[] = [];
  const edges: Edge[] = [];
  let lanes = 1;
  for (const [index, row] of rows.entries()) {
    const parents = row.step.needs.filter((need) => at.has(need));
    const own = columns.findIndex((holder) => holder !== null && parents.includes(holder));
    let lane = own >= 0 ? own : columns.indexOf(null);
    if (lane < 0) lane = columns.length;
    row.lane = lane;
    columns[lane] = row.id;
    for (const need of parents) {
      const left = (needed.get(need) ?? 1) - 1;
      needed.set(need, left);
      const from = at.get(need) as number;
      edges.push({ from, to: index, fromLane: rows[from]?.lane ?? 0, toLane: lane });
      if (left === 0) {
        const held = columns.indexOf(need);
        if (held >= 0) columns[held] = null;
      }
    }
    if ((needed.get(row.id) ?? 0) === 0) columns[lane] = null;
    lanes = Math.max(lanes, columns.length);
  }
  return { edges, lanes: Math.min(lanes, 8) };
}

/** Share of the picture that all long waits together get when they last longer than the work. */
const WAITS = 0.3;

export interface TimeScale {
  /** From a moment to its place between 0 and 1. */
  place(at: number): number;
  /** Stretches that are drawn shorter than they were. */
  breaks: [from: number, to: number][];
  /** What stands over it: times since the beginning, none within a break. */
  marks: { at: number; ms: number }[];
}

/**
 * To scale, but that hours of waiting for a person do not squeeze the work into nothing:
 * stretches in which nothing runs share 30 % of the width when they would take more.
 */
export function scaleOf(rows: readonly Row[], from: number, to: number): TimeScale {
  const span = Math.max(1, to - from);
  const work = rows
    .flatMap(({ bars }) => bars)
    .filter(({ kind }) => kind === "run" || kind === "undo")
    .map((bar) => [Math.max(from, bar.from), Math.min(to, bar.to ?? to)] as const)
    .sort((a, b) => a[0] - b[0]);
  const idle: [number, number][] = [];
  let at = from;
  for (const [start, end] of work) {
    if (start - at > span * 0.1) idle.push([at, start]);
    at = Math.max(at, end);
  }
  if (to - at > span * 0.1) idle.push([at, to]);
  const waited = idle.reduce((sum, [start, end]) => sum + end - start, 0);
  const even = waited / span <= WAITS || waited >= span;
  const breaks = even ? [] : idle;
  const weight = even ? 1 : ((WAITS / (1 - WAITS)) * (span - waited)) / waited;
  const whole = even ? span : span - waited + waited * weight;
  const place = (when: number) => {
    let squeezed = 0;
    for (const [start, end] of breaks) squeezed += Math.max(0, Math.min(when, end) - start) * (1 - weight);
    return clamp((when - from - squeezed) / whole);
  };
  return { place, breaks, marks: marksOf(from, to, whole, breaks, place) };
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** The least distance of two marks, and of the last from the end. */
const APART = 0.24;
const AT_END = 0.1;
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
];

/** Marks at round numbers, about four over `whole` ms of width. */
function marksOf(
  from: number,
  to: number,
  whole: number,
  breaks: TimeScale["breaks"],
  place: TimeScale["place"],
): TimeScale["marks"] {
  const step = STEPS.find((one) => whole / one <= 4) ?? 86_400_000 * Math.ceil(whole / 86_400_000 / 4);
  const marks: TimeScale["marks"] = [];
  let start = from;
  for (const [low, high] of [...breaks, [to, to] as const]) {
    for (let mark = Math.ceil((start - from) / step) * step; from + mark <= low; mark += step) {
      const at = place(from + mark);
      const last = marks.at(-1);
      if (at > 1 - AT_END || (last && at - last.at < APART)) continue;
      // The length of a break stands there.
      if (low < high && place(low) - at < APART) continue;
      marks.push({ at, ms: mark });
    }
    start = high;
  }
  return marks;
}
