/** The real services, wired to the simulated queues, hub and clock. Only the outside world (HTTP servers) is made up. */

import type { Env as ApprovalsEnv } from "../../../services/approvals/src/env.ts";
import { onCheckpoints } from "../../../services/approvals/src/on-checkpoints.ts";
import type { Env } from "../../../services/dispatcher/src/env.ts";
import { onRuns } from "../../../services/dispatcher/src/on-runs.ts";
import { sweep } from "../../../services/dispatcher/src/sweep.ts";
import { stepReport } from "../../src/agents/step-report.ts";
import type { JobStep, LeasedJob } from "../../src/contracts/agent-protocol.ts";
import { openCalls } from "../../src/db/calls.ts";
import { recordDeadLetters } from "../../src/db/dead-letters.ts";
import { leaseJobs, reportJob } from "../../src/db/jobs.ts";
import type { CommittedNote } from "../../src/hub.ts";
import { LIMITS } from "../../src/limits.ts";
import { consume, type HintBatch } from "../../src/queues/consume.ts";
import { sendHint } from "../../src/queues/send.ts";
import type { Tell } from "../../src/reconcile/tell.ts";
import { tellThrough } from "../../src/reconcile/tell-through.ts";
import type { Agent } from "./agents.ts";
import type { Actor } from "./scheduler.ts";
import { behaviourOf } from "./workload.ts";
import { MINUTE, SECOND, type World } from "./world.ts";

export class Services {
  readonly #world: World;
  readonly #agents: Agent[];
  readonly #tenantOf: (agent: Agent) => string;
  #calls = 0;
  /** Sweeps under way. */
  #sweeping = 0;

  constructor(world: World, agents: Agent[], tenantOf: (agent: Agent) => string) {
    this.#world = world;
    this.#agents = agents;
    this.#tenantOf = tenantOf;
    const dead = (runs: string[]) => this.#deadLetters(runs);
    world.queues.runs.attach(
      (actor, batch) => onRuns(batch as unknown as MessageBatch<unknown>, this.#env(actor)),
      dead,
    );
    world.queues.calls.attach((actor, batch) => this.#onCalls(actor, batch), dead);
    world.queues.checkpoints.attach(
      (actor, batch) => onCheckpoints(batch as unknown as MessageBatch, this.#approvalsEnv(actor)),
      dead,
    );
    world.queues.notifications.attach(async (_actor, batch) => {
      for (const message of batch.messages) message.ack();
    }, dead);
  }

  /** The tick of every minute, now and then twice at once, now and then not for ten minutes. */
  startCron(): void {
    const world = this.#world;
    world.scheduler.spawn("cron", async (cron) => {
      for (;;) {
        await world.sleep(cron, MINUTE);
        if (world.faults.strikes("F37", 0.05)) {
          if (world.random.chance(0.3)) await world.sleep(cron, 10 * MINUTE);
          else this.sweep();
        }
        this.sweep();
      }
    });
  }

  sweep(): void {
    const world = this.#world;
    const actor = world.scheduler.spawn("sweep", async (actor) => {
      if (this.#sweeping > 0) world.faults.saw("F37");
      this.#sweeping++;
      await sweep(this.#env(actor), world.now).catch((error) => world.say("sweep", () => String(error)));
    });
    actor.ends.push(() => {
      if (actor.killed) world.faults.saw("F38");
      if (this.#sweeping > 0) this.#sweeping--;
    });
  }

  /** How a service of this actor's tells others. */
  tell(actor: Actor): Tell {
    return tellThrough(this.#env(actor));
  }

  #env(actor: Actor): Env {
    const { store, queue } = {
      store: this.#world.store(actor),
      queue: (name: "runs" | "calls" | "checkpoints" | "notifications") => this.#world.queue(actor, name),
    };
    return {
      DB: store,
      RUNS: queue("runs"),
      CALLS: queue("calls"),
      CHECKPOINTS: queue("checkpoints"),
      NOTIFICATIONS: queue("notifications"),
      HUB: {
        getByName: (name: string) => ({
          committed: (note: CommittedNote) => this.#committed(actor, name, note),
        }),
      },
    } as unknown as Env;
  }

  #approvalsEnv(actor: Actor): ApprovalsEnv {
    return {
      DB: this.#world.store(actor),
      RUNS: this.#world.queue(actor, "runs"),
      NOTIFICATIONS: this.#world.queue(actor, "notifications"),
      PUBLIC_URL: "http://localhost",
      LINK_KEY: "a key for the simulation only",
    };
  }

  /** The hub pushes to the agents of the tenant; each push may be lost. */
  async #committed(actor: Actor, name: string, note: CommittedNote): Promise<void> {
    const { random, faults } = this.#world;
    await this.#world.sleep(actor, random.between(0, 3));
    if (faults.strikes("F55", 0.05)) throw new Error("The hub did not answer.");
    for (const agent of this.#agents) {
      if (`${this.#tenantOf(agent)}:main` !== name) continue;
      if (note.nudge && !faults.strikes("F55", 0.1)) agent.nudge();
      if (note.cancel.length > 0 && !faults.strikes("F55", 0.3)) agent.cancel(note.cancel);
    }
  }

  /** What a dead letter leads to: it is recorded and its runs are made due. */
  #deadLetters(runs: string[]): void {
    const world = this.#world;
    world.scheduler.spawn(
      "dead-letters",
      async (actor) => {
        for (let i = 0; i < 5; i++) {
          try {
            await recordDeadLetters(
              world.store(actor),
              [{ id: `dead-${world.scheduler.steps}`, queue: "tw-runs", body: runs, reason: "given up" }],
              world.now,
              runs,
            );
            return;
          } catch {
            await world.sleep(actor, 5 * SECOND);
          }
        }
      },
      world.random.between(10, 500),
    );
  }

  async #onCalls(actor: Actor, batch: HintBatch): Promise<void> {
    const world = this.#world;
    await consume(
      batch,
      async (runIds) => {
        for (const open of await openCalls(world.store(actor), runIds)) {
          for (let i = 0; i < 20; i++) {
            const ask = {
              tenantId: open.tenantId,
              kind: "call" as const,
              agentId: "dispatcher",
              labels: [],
              requestId: `call-${this.#calls++}`,
              max: 1,
              leaseMs: LIMITS.leaseMs,
              runIds: open.runIds,
            };
            const [job] = await leaseJobs(world.store(actor), ask, world.now);
            if (!job) break;
            await this.#call(actor, job, open.tenantId);
          }
        }
      },
      async () => {},
    );
  }

  /** One HTTP call: the server counts what it was asked, and its answer may be lost. */
  async #call(actor: Actor, job: LeasedJob, tenantId: string): Promise<void> {
    const world = this.#world;
    const step = job.steps[0] as JobStep;
    const start = world.ledger.start({
      agent: "dispatcher",
      runId: job.run,
      job: job.job,
      fence: job.fence,
      step: step.step,
      attempt: step.attempt,
      purpose: job.purpose,
      epoch: world.ledger.epoch,
      at: world.now,
    });
    world.checkers.starts(start, []);
    const { durationMs, succeedsAt } = behaviourOf(step.command);
    await world.sleep(actor, Math.min(durationMs, 5_000));
    const ok = step.attempt >= succeedsAt;
    start.ended = ok ? "succeeded" : "failed";
    let report = stepReport(step, ok ? "succeeded" : "failed", {
      error: ok ? null : { code: "unexpected_status", message: "500" },
      outputs: ok ? { n: step.attempt } : null,
      duration_ms: durationMs,
    });
    if (!ok && world.faults.strikes("F79", 0.2))
      report = { ...report, error: { code: "retry_after", message: "7 s" } };
    if (ok && world.faults.strikes("F78", 0.1))
      report = {
        ...report,
        state: "failed",
        outputs: null,
        error: { code: step.effect === "read" ? "timeout" : "outcome_unknown", message: "no answer" },
      };
    await reportJob(
      world.store(actor),
      {
        tenantId,
        agentId: "dispatcher",
        job: job.job,
        fence: job.fence,
        seq: 1,
        steps: [report],
        done: true,
      },
      world.now,
    );
    await sendHint(world.queue(actor, "runs"), [job.run]);
  }
}
