/** The invariants of design section 3, checked on every committed write and on every start of an attempt. */
import type { VotePolicy } from "../../src/approvals/policy.ts";
import type { Plan, PlanStep } from "../../src/contracts/plan.ts";
import { isSettled, isTerminal, type RunStatus, type StepStatus } from "../../src/engine/statuses.ts";
import type { Operation } from "../../src/testing/d1-face.ts";
import { History } from "./history.ts";
import type { Start } from "./ledger.ts";
import type { AnyRow, Change, Table } from "./observer.ts";
import { planOf } from "./plan-of.ts";
import { Violation } from "./scheduler.ts";
import type { World } from "./world.ts";

export class Checkers {
  readonly plans = new Map<string, Plan>();
  /** Runs whose rows were broken on purpose: they must end, as `failed`, and that is all. */
  readonly poisoned = new Set<string>();
  readonly history: History;
  readonly #world: World;
  readonly #listeners: ((change: Change) => void)[] = [];
  readonly #votes: ReturnType<World["db"]["sqlite"]["prepare"]>;
  readonly #voters: ReturnType<World["db"]["sqlite"]["prepare"]>;

  constructor(world: World) {
    this.#world = world;
    this.history = new History(world, this.plans);
    this.#voters = world.db.sqlite.prepare(
      `SELECT v.decision, v.plan_digest, u.groups_json FROM checkpoint_votes v JOIN users u ON u.id = v.user_id
       WHERE v.checkpoint_id = ? AND u.status = 'active' AND u.role IN ('owner', 'approver')`,
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
      for (const change of changes) if (change.table === "workflow_executions") this.history.follow(change);
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
    this.history.forget();
    this.#world.observer.changes(null);
    for (const [key, after] of this.#rows("workflow_executions"))
      this.history.follow({ table: "workflow_executions", key, before: null, after });
  }

  /** An agent is about to start an attempt: may it (I6, I10, I22)? */
  starts(start: Start, earlierInJob: Start[]): void {
    const plan = this.plans.get(start.runId);
    if (!plan) throw new Violation("I9", `a job of the unknown run ${start.runId} was started`);
    // A lease of the lost future: its agent cannot know that the database was put back.
    if (start.purpose === "rollback" || start.epoch < this.#world.ledger.epoch) return;
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
          if (after.status === "approved") this.#counted(fail, after, run);
        }
        return;
      }
    }
  }

  /** At the moment of the approval: enough people who are still there, and of each group as many as the policy says (I22). */
  #counted(fail: (invariant: string, text: string) => void, after: AnyRow, run: AnyRow): void {
    const policy = JSON.parse(after.policy_json as string) as VotePolicy;
    const there = (
      this.#voters.all(after.id as string) as { decision: string; plan_digest: string; groups_json: string }[]
    )
      .filter((vote) => vote.decision === "approve" && vote.plan_digest === run.plan_digest)
      .map((vote) => JSON.parse(vote.groups_json) as string[]);
    if (there.length < policy.quorum)
      fail("I22", `approved by ${there.length} of ${policy.quorum} who are still there`);
    const escalated = after.escalated_at !== null && policy.escalate ? [policy.escalate.to] : [];
    for (const { group, min } of policy.minimums ?? []) {
      const members = there.filter((groups) =>
        [group, escalated].flat().some((name) => groups.includes(name)),
      ).length;
      if (members < min) fail("I22", `approved by ${members} of ${min} members of ${group}`);
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
}
