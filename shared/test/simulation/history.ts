/** The history of each run as its events tell it: without gaps, along the arrows, and leading to the rows (I15, I3, I21). */
import type { Plan } from "../../src/contracts/plan.ts";
import type { RunEvent } from "../../src/engine/state.ts";
import type { RunStatus, StepStatus } from "../../src/engine/statuses.ts";
import { RUN_ARROWS, STEP_ARROWS } from "../../src/engine/transitions.ts";
import type { AnyRow, Change } from "./observer.ts";
import { planOf } from "./plan-of.ts";
import { Violation } from "./scheduler.ts";
import type { World } from "./world.ts";

interface Folded {
  seq: number;
  status: RunStatus;
  steps: Map<string, { status: StepStatus; rollback: string }>;
}

export class History {
  /** Arrows walked, as `run queued → running`. */
  readonly arrows = new Set<string>();
  readonly #folded = new Map<string, Folded>();
  readonly #world: World;
  readonly #plans: Map<string, Plan>;
  readonly #events: ReturnType<World["db"]["sqlite"]["prepare"]>;

  constructor(world: World, plans: Map<string, Plan>) {
    this.#world = world;
    this.#plans = plans;
    this.#events = world.db.sqlite.prepare(
      "SELECT seq, first_seq, tenant_id, events_json FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq",
    );
  }

  /** Runs there have been. */
  get runs(): number {
    return this.#folded.size;
  }

  forget(): void {
    this.#folded.clear();
  }

  /** A run's row changed: read its new events and compare. */
  follow({ key, before, after }: Change): void {
    if (!after) return;
    const plan = this.#plans.get(key);
    let fold = this.#folded.get(key);
    if (!fold) {
      fold = { seq: 0, status: "queued", steps: new Map() };
      this.#folded.set(key, fold);
    }
    if (
      before &&
      before.event_seq === after.event_seq &&
      before.version !== after.version &&
      before.status !== after.status
    )
      throw new Violation("I15", `${key}: a transition without an event`);
    const rows = this.#events.all(key, fold.seq) as {
      seq: number;
      first_seq: number;
      tenant_id: string;
      events_json: string;
    }[];
    for (const row of rows) {
      const events = JSON.parse(row.events_json) as RunEvent[];
      if (row.tenant_id !== after.tenant_id) throw new Violation("I9", `${key}: an event of another tenant`);
      if (row.first_seq !== fold.seq + 1 || events.length !== row.seq - fold.seq)
        throw new Violation(
          "I15",
          `${key}: events ${row.first_seq}–${row.seq} (${events.length}) follow ${fold.seq}`,
        );
      for (const event of events) this.#event(key, fold, event, plan);
    }
    if (fold.seq !== after.event_seq)
      throw new Violation("I15", `${key}: newest event ${fold.seq}, the row says ${after.event_seq}`);
    if (fold.status !== after.status)
      throw new Violation("I15", `${key}: events lead to ${fold.status}, the row says ${after.status}`);
    for (const [id, step] of fold.steps) {
      const row = this.#rows("step_executions").get(`${key}/${id}`);
      // Queued at its first move, it has no row: its job tells it.
      if (!row && step.status === "queued" && step.rollback === "none" && this.#held(key, id)) continue;
      if (row?.status !== step.status)
        throw new Violation(
          "I15",
          `${key} ${id}: events lead to ${step.status}, the row says ${row?.status}`,
        );
      if (row?.rollback_status !== step.rollback)
        throw new Violation(
          "I15",
          `${key} ${id}: events lead to rollback ${step.rollback}, the row says ${row?.rollback_status}`,
        );
    }
  }

  /** Is there a job of this run that holds this step? */
  #held(runId: string, stepId: string): boolean {
    for (const job of this.#rows("jobs").values()) {
      if (job.run_id !== runId || job.purpose !== "forward") continue;
      if ((job.steps_json as string).includes(`"step":"${stepId}"`)) return true;
    }
    return false;
  }

  #event(runId: string, fold: Folded, event: RunEvent, plan: Plan | undefined): void {
    if (event.seq !== fold.seq + 1)
      throw new Violation("I15", `${runId}: event ${event.seq} follows ${fold.seq}`);
    fold.seq = event.seq;
    const data = event.data as { status?: string; rollback?: string };
    if (event.step !== undefined && (event.type.startsWith("step.") || data.status !== undefined)) {
      const step = fold.steps.get(event.step) ?? { status: "pending" as StepStatus, rollback: "none" };
      fold.steps.set(event.step, step);
      if (data.status !== undefined) {
        const to = data.status as StepStatus;
        if (!STEP_ARROWS[step.status].includes(to))
          throw new Violation("I3", `${runId} ${event.step}: ${step.status} → ${to} is no transition`);
        this.arrows.add(`step ${step.status} → ${to}`);
        step.status = to;
      }
      if (event.type.startsWith("step.rollback_")) {
        if (event.type === "step.rollback_started" && step.rollback === "none")
          this.#undoOrder(runId, fold, event.step, plan);
        step.rollback = data.rollback as string;
      }
    } else if (event.step === undefined && data.status !== undefined && event.type !== "run.created") {
      const to = data.status as RunStatus;
      if (!RUN_ARROWS[fold.status].includes(to))
        throw new Violation("I3", `${runId}: ${fold.status} → ${to} is no transition`);
      this.arrows.add(`run ${fold.status} → ${to}`);
      fold.status = to;
    }
  }

  /** The compensation of every step that started later is over (I21). */
  #undoOrder(runId: string, fold: Folded, stepId: string, plan: Plan | undefined): void {
    if (!plan) return;
    const rows = this.#rows("step_executions");
    const mine = rows.get(`${runId}/${stepId}`)?.started_seq as number | null;
    if (mine === null) throw new Violation("I21", `${runId}: ${stepId} is rolled back and never started`);
    for (const row of rows.values()) {
      if (
        row.run_id !== runId ||
        row.started_seq === null ||
        (row.started_seq as number) <= mine ||
        row.children !== null
      )
        continue;
      const rollback = planOf(plan, row.id as string).rollback;
      if (!rollback || rollback.when) continue;
      const state = fold.steps.get(row.id as string)?.rollback ?? "none";
      if (state !== "succeeded" && state !== "failed")
        throw new Violation(
          "I21",
          `${runId}: ${stepId} is rolled back before ${row.id}, which started later and is ${state}`,
        );
    }
  }

  #rows(table: keyof World["observer"]["rows"]): Map<string, AnyRow> {
    return this.#world.observer.rows[table];
  }
}
