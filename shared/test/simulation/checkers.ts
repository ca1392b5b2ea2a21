/** The invariants of design section 3, checked on every committed write and on every start of an attempt. */
import type { Plan, PlanStep } from "../../src/contracts/plan.ts";
import type { RunEvent } from "../../src/engine/state.ts";
import { isSettled, isTerminal, type RunStatus, type StepStatus } from "../../src/engine/statuses.ts";
import { RUN_ARROWS, STEP_ARROWS } from "../../src/engine/transitions.ts";
import type { Operation } from "../../src/testing/sqlite-d1.ts";
import type { Start } from "./ledger.ts";
import type { AnyRow, Change, Table } from "./observer.ts";
import { type Actor, Violation } from "./scheduler.ts";
import type { World } from "./world.ts";

interface Folded {
  seq: number;
  status: RunStatus;
  steps: Map<string, { status: StepStatus; rollback: string }>;
}

export class Checkers {
  readonly plans = new Map<string, Plan>();
  /** Runs whose rows were broken on purpose: they must end, as `failed`, and that is all. */
  readonly poisoned = new Set<string>();
  /** Arrows walked, as `run queued → running`. */
  readonly arrows = new Set<string>();
  readonly folded = new Map<string, Folded>();
  readonly #world: World;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #events: ReturnType<World["db"]["sqlite"]["prepare"]>;
  readonly #votes: ReturnType<World["db"]["sqlite"]["prepare"]>;

  constructor(world: World) {
    this.#world = world;
    this.#events = world.db.sqlite.prepare(
      "SELECT seq, first_seq, tenant_id, events_json FROM run_events WHERE run_id = ? AND seq > ? ORDER BY seq",
    );
    this.#votes = world.db.sqlite.prepare(
      "SELECT user_id, decision, plan_digest FROM checkpoint_votes WHERE checkpoint_id = ?",
    );
  }

  /** Be told of every changed row. */
  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** After each operation that wrote. */
  wrote(who: string, operation: Operation | null): void {
    const changes = this.#world.observer.changes(operation);
    try {
      for (const change of changes) this.#row(who, change);
      for (const change of changes) if (change.table === "workflow_executions") this.#run(change);
    } catch (error) {
      // The code under test catches what its database throws; a broken invariant must not end there.
      this.#world.scheduler.fail(error);
      return;
    }
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }

  /** The database was put back to an earlier moment: what it says now is what is true. */
  restart(): void {
    this.#world.observer.forget();
    this.folded.clear();
    this.#world.observer.changes(null);
    for (const [key, after] of this.#rows("workflow_executions"))
      this.#run({ table: "workflow_executions", key, before: null, after });
  }

  /** An agent is about to start an attempt: may it (I6, I10, I22)? */
  starts(start: Start, earlierInJob: Start[]): void {
    const plan = this.plans.get(start.runId);
    if (!plan) throw new Violation("I9", `a job of the unknown run ${start.runId} was started`);
    if (start.purpose === "rollback") return;
    const planned = planOf(plan, start.step);
    const rows = this.#rows("step_executions");
    const doneHere = new Set(earlierInJob.filter((one) => one.ended === "succeeded").map((one) => one.step));
    for (const need of planned.needs) {
      const row = rows.get(`${start.runId}/${need}`);
      const status = row?.status ?? "pending";
      const satisfied =
        status === "succeeded" ||
        status === "skipped" ||
        (status === "failed" && planOf(plan, need).continue_on_error) ||
        doneHere.has(need);
      if (!satisfied)
        throw new Violation("I10", `${start.runId} ${start.step} started although ${need} is ${status}`);
    }
    if (planned.checkpoint && start.step === planned.id) this.#approved(start, planned);
  }

  /** Is every run over? */
  unfinished(): string[] {
    return [...this.#rows("workflow_executions").values()]
      .filter((run) => !isTerminal(run.status as RunStatus))
      .map((run) => `${run.id} is ${run.status}`);
  }

  /** What must hold once everything is over: nothing open is left behind. */
  atRest(): void {
    for (const job of this.#rows("jobs").values())
      if (!this.poisoned.has(job.run_id as string) && (job.status === "queued" || job.status === "leased"))
        throw new Violation("I4", `${job.run_id} is over and its job ${job.id} is still ${job.status}`);
    for (const checkpoint of this.#rows("command_checkpoints").values())
      if (checkpoint.status === "pending")
        throw new Violation(
          "I4",
          `${checkpoint.run_id} is over and its checkpoint ${checkpoint.id} is still pending`,
        );
    for (const step of this.#rows("step_executions").values()) {
      if (this.poisoned.has(step.run_id as string)) continue;
      if (!isSettled(step.status as StepStatus) && step.status !== "unknown")
        throw new Violation("I4", `${step.run_id} is over and its step ${step.id} is still ${step.status}`);
      if (step.rollback_status === "running" || step.rollback_status === "pending")
        throw new Violation(
          "I21",
          `${step.run_id} is over and the rollback of ${step.id} is still ${step.rollback_status}`,
        );
    }
    for (const run of this.#rows("workflow_executions").values()) this.#ended(run);
  }

  #ended(run: AnyRow): void {
    const plan = this.plans.get(run.id as string) as Plan;
    if (run.status !== "succeeded") return;
    for (const planned of plan.steps) {
      const status = this.#rows("step_executions").get(`${run.id}/${planned.id}`)?.status ?? "pending";
      if (
        status !== "succeeded" &&
        status !== "skipped" &&
        !(status === "failed" && planned.continue_on_error)
      )
        throw new Violation("I10", `${run.id} succeeded although its step ${planned.id} is ${status}`);
    }
  }

  #rows(table: Table): Map<string, AnyRow> {
    return this.#world.observer.rows[table];
  }

  #approved(start: Start, planned: PlanStep): void {
    const digest = this.#rows("workflow_executions").get(start.runId)?.plan_digest;
    const gate = [...this.#rows("command_checkpoints").values()].find(
      (row) =>
        row.run_id === start.runId &&
        row.step_id === start.step &&
        row.reason === "gate" &&
        row.status === "approved",
    );
    if (!gate) throw new Violation("I22", `${start.runId} ${start.step} started without its approval`);
    const votes = this.#votes.all(gate.id as string) as { decision: string; plan_digest: string }[];
    const approvals = votes.filter(
      (vote) => vote.decision === "approve" && vote.plan_digest === digest,
    ).length;
    const quorum = planned.checkpoint?.quorum ?? 1;
    if (approvals < quorum)
      throw new Violation(
        "I22",
        `${start.runId} ${start.step} started with ${approvals} of ${quorum} approvals of its plan`,
      );
  }

  #row(who: string, { table, key, before, after }: Change): void {
    const fail = (invariant: string, text: string) => {
      throw new Violation(invariant, `${who}: ${table} ${key}: ${text}`);
    };
    if (!after) throw new Violation("I3", `${who}: ${table} ${key}: the row is gone`);
    if (before && before.tenant_id !== after.tenant_id) fail("I9", "the tenant changed");
    const now = this.#world.now;
    switch (table) {
      case "workflow_executions": {
        if (before && isTerminal(before.status as RunStatus))
          fail("I3", `${before.status} was changed to ${JSON.stringify(after)}`);
        if (before && (after.version as number) < (before.version as number)) fail("I15", "its version fell");
        if (before && after.status !== before.status && after.version === before.version)
          fail("I15", "its status changed, not its version");
        if (before?.cancel_requested_at && after.cancel_requested_at !== before.cancel_requested_at)
          fail("I6", "its cancel was taken back");
        if (after.next_check_at !== null && (after.next_check_at as number) > now + 10 * 60_000 + 3_600_000)
          fail("I4", "its next check is hours away");
        return;
      }
      case "step_executions": {
        if (
          before &&
          isSettled(before.status as StepStatus) &&
          (before.status !== after.status || before.attempt !== after.attempt)
        )
          fail("I3", `${before.status} became ${after.status}`);
        if (before && (after.attempt as number) < (before.attempt as number)) fail("I1", "its attempt fell");
        if (before && before.started_seq !== null && before.started_seq !== after.started_seq)
          fail("I21", "its place in the order of starts changed");
        if ((after.attempt as number) > (after.max_attempts as number))
          fail("I12", `attempt ${after.attempt} of ${after.max_attempts}`);
        if (before?.rollback_status === "succeeded" && after.rollback_status !== "succeeded")
          fail("I21", "its rollback is undone");
        if (after.rollback_status !== "none" && after.started_seq === null)
          fail("I21", "it is rolled back and never started");
        return;
      }
      case "jobs":
        this.#job(fail, before, after);
        return;
      case "command_checkpoints": {
        if (before && before.status !== "pending" && before.status !== after.status)
          fail("I5", `${before.status} became ${after.status}`);
        if (before?.status === "pending" && (after.status === "approved" || after.status === "rejected")) {
          const run = this.#rows("workflow_executions").get(after.run_id as string) as AnyRow;
          if (run.cancel_requested_at !== null) fail("I6", "a vote won after the cancel");
          if (isTerminal(run.status as RunStatus)) fail("I5", "a vote won after the run was over");
          if (after.expires_at !== null && (after.decided_at as number) >= (after.expires_at as number))
            fail("I18", "a vote won after the expiry");
        }
        return;
      }
    }
  }

  #job(fail: (invariant: string, text: string) => void, before: AnyRow | null, after: AnyRow): void {
    const now = this.#world.now;
    const over = (status: unknown) => status === "done" || status === "lost" || status === "cancelled";
    if (
      before &&
      over(before.status) &&
      (before.status !== after.status ||
        before.report_seq !== after.report_seq ||
        before.report_json !== after.report_json)
    )
      fail("I2", `${before.status} was changed to ${after.status}, report ${after.report_seq}`);
    if (before && after.fence !== before.fence) fail("I2", "its fence changed");
    if ((after.headroom as number) < 0) fail("I12", "more attempts were granted than there are");
    const leased = after.status === "leased" && before?.status !== "leased";
    const run = this.#rows("workflow_executions").get(after.run_id as string);
    if (leased) {
      if (before?.status !== "queued") fail("I1", `was leased when ${before?.status}`);
      if (after.purpose === "forward" && run?.cancel_requested_at != null)
        fail("I6", "was leased after the cancel");
      if (run && isTerminal(run.status as RunStatus)) fail("I6", "was leased after the run was over");
      if (run?.tenant_id !== after.tenant_id) fail("I9", "belongs to another tenant than its run");
      const agent = this.agentTenants.get(after.agent_id as string);
      if (agent !== undefined && agent !== after.tenant_id)
        fail("I9", `was leased to ${after.agent_id} of ${agent}`);
    }
    const reported =
      before !== null &&
      (after.report_seq !== before.report_seq || (after.status === "done" && before.status !== "done"));
    if (before && reported) {
      if (before.status !== "leased") fail("I2", `was reported when ${before.status}`);
      // The server's clock is read before the write, so a little slack; an hour's stall is what the fence is for.
      if ((before.lease_expires_at as number) < now - 2 * 3_600_000)
        fail("I2", "was reported after its lease");
    }
  }

  /** Tenant of each agent, told by the simulator. */
  readonly agentTenants = new Map<string, string>();

  #run({ key, before, after }: Change): void {
    if (!after) return;
    const plan = this.plans.get(key);
    let fold = this.folded.get(key);
    if (!fold) {
      fold = { seq: 0, status: "queued", steps: new Map() };
      this.folded.set(key, fold);
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
}

/** The planned step, of a fan-out's child its parent without needs and gate. */
export function planOf(plan: Plan, stepId: string): PlanStep {
  const own = plan.steps.find((step) => step.id === stepId);
  if (own) return own;
  const parent = plan.steps.find((step) => step.id === stepId.slice(0, stepId.lastIndexOf(".")));
  if (!parent) throw new Violation("I10", `no step ${stepId} in the plan`);
  return { ...parent, id: stepId, needs: [], checkpoint: null };
}

export type { Actor };
