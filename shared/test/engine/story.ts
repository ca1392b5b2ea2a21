/** A run told in memory: decide, take the decision in as the database would, let an agent or a person act, decide again. */
import { stepReport } from "../../src/agents/step-report.ts";
import type { StepReport } from "../../src/contracts/agent-protocol.ts";
import type { Plan, PlanStep } from "../../src/contracts/plan.ts";
import { type Decision, decide } from "../../src/engine/decide.ts";
import { brokenBy } from "../../src/engine/invariants.ts";
import type { Checkpoint, Job, Run, RunEvent, Snapshot, Step } from "../../src/engine/state.ts";

export const START = 1_800_000_000_000;

export function planStep(id: string, of: Partial<PlanStep> = {}): PlanStep {
  return {
    id,
    command: `command-${id}`,
    version: 1,
    effect: "write",
    exec: { type: "builtin", program: "true", argv: [] },
    parameters: [],
    args: {},
    timeout_s: 60,
    retry: { max: 1, backoff_s: 1 },
    needs: [],
    when: null,
    checkpoint: null,
    continue_on_error: false,
    for_each: null,
    requires: [],
    rollback: null,
    ...of,
  };
}

export function pureStep(id: string, handler: string, of: Partial<PlanStep> = {}): PlanStep {
  return planStep(id, {
    effect: "read",
    exec: { type: "api", handler },
    parameters: ["seconds", "x", "message"].map((name) => ({
      name,
      type: "json",
      required: false,
      description: "",
    })),
    ...of,
  });
}

export const GATE: NonNullable<PlanStep["checkpoint"]> = {
  name: "go",
  prompt: "Go on?",
  quorum: 1,
  groups: [],
  form: [],
  requester_may_vote: true,
  expires_s: 600,
};

export function undo(of: Partial<NonNullable<PlanStep["rollback"]>> = {}): NonNullable<PlanStep["rollback"]> {
  const { command, version, effect, exec, parameters, args, timeout_s, retry } = planStep("undo");
  return { command, version, effect, exec, parameters, args, timeout_s, retry, when: null, ...of };
}

export class Story {
  now = START;
  events: RunEvent[] = [];
  #snapshot: Snapshot;

  constructor(steps: PlanStep[], of: Partial<Plan> = {}) {
    const plan: Plan = {
      v: 1,
      command: "story",
      version: 1,
      type: "workflow",
      effect: "write",
      args: {},
      cwd: null,
      agent: { id: null, labels: [] },
      steps,
      rollback_on_error: false,
      concurrency: null,
      timeout_s: 86_400,
      ...of,
    };
    const run: Run = {
      id: "run_story",
      tenantId: "ten_a",
      command: "story",
      commandVersion: 1,
      status: "queued",
      rollbackStatus: "none",
      version: 1,
      txn: "txn_0",
      eventSeq: 1,
      fence: 0,
      nextCheckAt: START + 5_000,
      throws: 0,
      plan,
      planDigest: "digest",
      args: {},
      context: {},
      note: null,
      requestedBy: { id: "usr_1", name: "A", type: "person" },
      parentRunId: null,
      rerunOf: null,
      concurrencyGroup: null,
      outcome: null,
      cancelRequestedAt: null,
      cancel: null,
      createdAt: START,
      startedAt: null,
      finishedAt: null,
      deadlineAt: START + plan.timeout_s * 1000,
      error: null,
    };
    this.#snapshot = { run, steps: new Map(), jobs: [], checkpoints: [], blockedBy: null };
  }

  get run(): Run {
    return this.#snapshot.run;
  }

  get jobs(): Job[] {
    return this.#snapshot.jobs;
  }

  get checkpoints(): Checkpoint[] {
    return this.#snapshot.checkpoints;
  }

  /** A step's row; one that has none is where the events say. */
  step(id: string): Pick<Step, "status" | "attempt"> & Partial<Step> {
    const row = this.#snapshot.steps.get(id);
    if (row) return row;
    const last = this.events.findLast((event) => event.step === id && typeof event.data.status === "string");
    return { status: (last?.data.status ?? "pending") as Step["status"], attempt: 0 };
  }

  statuses(): { [step: string]: string } {
    return Object.fromEntries(
      this.run.plan.steps.map((planned) => [planned.id, this.step(planned.id).status]),
    );
  }

  /** Decide once, check it, and take it in. */
  decide(afterMs = 10): Decision {
    this.now += afterMs;
    const before = structuredClone(this.#snapshot);
    const decision = decide(this.#snapshot, this.now);
    if (JSON.stringify(flat(before)) !== JSON.stringify(flat(this.#snapshot)))
      throw new Error("decide changed its input");
    const broken = brokenBy(this.#snapshot, decision);
    if (broken.length > 0) throw new Error(broken.join("; "));
    this.#take(decision);
    return decision;
  }

  blockedBy(run: string | null): void {
    this.#snapshot.blockedBy = run;
  }

  cancel(): void {
    this.run.cancelRequestedAt = this.now;
    this.run.cancel = { by: this.run.requestedBy, reason: null };
    this.run.version++;
  }

  /** An agent takes the only queued job, or the one that begins with this step. */
  lease(step?: string, agent = "agt_1"): Job {
    const job = this.jobs.find((one) => one.status === "queued" && (!step || one.steps[0]?.step === step));
    if (!job) throw new Error(`no job is queued${step ? ` for ${step}` : ""}`);
    Object.assign(job, {
      status: "leased",
      agentId: agent,
      leasedAt: this.now,
      leaseExpiresAt: this.now + 60_000,
      headroom: job.headroom - 1,
    });
    return job;
  }

  /** The agent reports; a step that is not named is left out. */
  report(
    job: Job,
    states: { [step: string]: Partial<StepReport> & Pick<StepReport, "state"> },
    done = true,
  ): void {
    job.reports = job.steps.flatMap((sent) => {
      const said = states[sent.step];
      return said ? [stepReport(sent, said.state, { duration_ms: 1, ...said })] : [];
    });
    job.reportSeq++;
    if (done) Object.assign(job, { status: "done", finishedAt: this.now });
  }

  /** Lease, run and report the next job: every step of it succeeds. */
  work(step?: string, outputs: StepReport["outputs"] = {}): void {
    const job = this.lease(step);
    this.report(
      job,
      Object.fromEntries(job.steps.map((sent) => [sent.step, { state: "succeeded", exit_code: 0, outputs }])),
    );
    this.decide();
  }

  vote(decision: "approved" | "rejected"): void {
    const open = this.checkpoints.findLast((one) => one.status === "pending");
    if (!open) throw new Error("nothing is asked");
    Object.assign(open, {
      status: decision,
      decidedAt: this.now,
      decidedBy: { id: "usr_2", name: "B", type: "person" },
    });
  }

  #take(decision: Decision): void {
    const s = this.#snapshot;
    s.run = { ...structuredClone(decision.run), version: s.run.version + 1 };
    for (const step of decision.steps) s.steps.set(step.id, structuredClone(step));
    for (const patch of decision.jobPatches) {
      const job = s.jobs.find((one) => one.id === patch.id);
      if (!job) throw new Error(`no job ${patch.id}`);
      if (patch.status) Object.assign(job, { status: patch.status, finishedAt: this.now });
      if (patch.cancelRequestedAt) job.cancelRequestedAt = patch.cancelRequestedAt;
    }
    s.jobs.push(...structuredClone(decision.jobs));
    for (const patch of decision.checkpointPatches) {
      const open = s.checkpoints.find((one) => one.id === patch.id);
      if (open) Object.assign(open, { status: patch.status, decidedAt: patch.decidedAt });
    }
    // As loadRuns reads them: those asked and closed in one decision are stored closed.
    for (const made of decision.checkpoints) s.checkpoints.push(structuredClone(made));
    s.steps = new Map([...s.steps].sort(([, a], [, b]) => a.position - b.position));
    this.events.push(...decision.events);
  }
}

function flat(snapshot: Snapshot): unknown {
  return { ...snapshot, steps: [...snapshot.steps] };
}
