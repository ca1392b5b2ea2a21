/**
 * Agents, as bad as machines are: they pause, die with or without their journal, come back late, repeat themselves, and
 * their network loses requests and answers. What they really started stands in the ledger.
 */

import { stepReport } from "../../src/agents/step-report.ts";
import type { JobStep, LeasedJob, StepReport } from "../../src/contracts/agent-protocol.ts";
import { LIMITS } from "../../src/limits.ts";
import { type Body, HubLine } from "./hub-line.ts";
import type { Start } from "./ledger.ts";
import type { AnyRow } from "./observer.ts";
import { type Actor, Violation } from "./scheduler.ts";
import { behaviourOf } from "./workload.ts";
import { MINUTE, SECOND, type World } from "./world.ts";

interface Held {
  job: LeasedJob;
  epoch: number;
  /** By the agent's own clock: when it kills the work if nobody answers. */
  abortAt: number;
  cancel: boolean;
  lost: boolean;
  seq: number;
  reports: Map<string, StepReport>;
  starts: Start[];
  /** The result stands in the journal. */
  ended: boolean;
}

export class Agent {
  readonly id: string;
  readonly #world: World;
  readonly #line: HubLine;
  #held = new Map<string, Held>();
  #asks = 0;
  #actors: Actor[] = [];
  #down = false;
  /** How often it asks when nobody nudges. */
  readonly #idleMs = 45 * SECOND;

  constructor(id: string, tenant: string, labels: string[], world: World) {
    this.id = id;
    this.#world = world;
    this.#line = new HubLine({ id, tenant, labels }, world, (jobs) => this.cancel(jobs));
  }

  start(delay: number): void {
    this.#run(`${this.id}`, (actor) => this.#main(actor), delay);
  }

  /** The hub's push: there may be work. */
  nudge(): void {
    if (!this.#down)
      this.#run(`${this.id}:nudged`, (actor) => this.#ask(actor), this.#world.random.between(1, 5));
  }

  /** The hub's push: stop these. */
  cancel(jobs: string[]): void {
    for (const job of jobs) {
      const held = this.#held.get(job);
      if (held && !held.cancel) {
        held.cancel = true;
        if (held.starts.length === 0) this.#world.faults.saw("F54");
      }
    }
  }

  async #main(actor: Actor): Promise<void> {
    const { random } = this.#world;
    this.#down = false;
    await this.#line.hello(actor);
    for (const held of this.#held.values()) this.#resume(held);
    for (;;) {
      await this.#ask(actor);
      await this.#world.sleep(actor, this.#idleMs + random.between(0, 5_000));
      this.#mayDie();
    }
  }

  async #ask(actor: Actor): Promise<void> {
    const { faults } = this.#world;
    const request = `${this.id}-ask-${this.#asks++}`;
    const free = 3 - this.#held.size;
    if (free <= 0) return;
    for (let i = 0; i < 3; i++) {
      let epoch = 0;
      const reply = await this.#line.request(actor, { type: "ask", request, free }, () => {
        epoch = this.#world.ledger.epoch;
      });
      if (reply?.type === "leases") {
        for (const job of reply.jobs) this.#take(job, epoch);
        return;
      }
      if (reply?.type === "error") return;
      // No answer: ask again with the same request, and get the same leases.
      faults.saw("F47");
    }
  }

  #take(job: LeasedJob, epoch: number): void {
    const known = this.#held.get(job.job);
    // The same lease a second time is the same job.
    if (known) return;
    const held: Held = {
      job,
      epoch,
      abortAt: this.#world.now + LIMITS.selfAbortMs,
      cancel: false,
      lost: false,
      seq: 0,
      reports: new Map(),
      starts: [],
      ended: false,
    };
    this.#held.set(job.job, held);
    this.#run(`${this.id}:${job.job.slice(-8)}`, (actor) => this.#work(actor, held), 0);
    this.#run(`${this.id}:renew`, (actor) => this.#renew(actor, held), LIMITS.renewEveryMs);
  }

  async #work(actor: Actor, held: Held): Promise<void> {
    const world = this.#world;
    const { random, faults } = world;
    await world.sleep(actor, random.chance(0.15) ? random.between(100, 8_000) : random.between(0, 3));
    if (faults.strikes("F45", 0.02)) return this.#die();
    for (const step of held.job.steps) {
      const stopped = [...held.reports.values()].some((report) => report.state !== "succeeded");
      if (held.cancel || stopped) {
        held.reports.set(step.step, {
          ...stepReport(step, "not_started"),
          error: held.cancel && !stopped ? { code: "cancelled", message: "cancelled" } : null,
        });
        continue;
      }
      if (faults.sometimes(0.02)) {
        held.reports.set(step.step, {
          ...stepReport(step, "not_started"),
          error: { code: "policy_denied", message: "not here" },
        });
        continue;
      }
      if (await this.#pause(actor, held)) return;
      if (held.lost) return this.#forget(held);
      await this.#step(actor, held, step);
      if (actor.dead) return;
      if (held.lost) return this.#forget(held);
    }
    held.ended = true;
    if (faults.strikes("F44", 0.03)) return this.#die();
    await this.#report(actor, held, true);
    this.#forget(held);
    // The report of a job's end asks for the next.
    await this.#ask(actor);
  }

  async #step(actor: Actor, held: Held, step: JobStep): Promise<void> {
    const world = this.#world;
    const { random, faults, now } = world;
    const { job, fence, purpose } = held.job;
    const start: Omit<Start, "ended"> = {
      agent: this.id,
      runId: held.job.run,
      job,
      fence,
      step: step.step,
      attempt: step.attempt,
      purpose,
      epoch: held.epoch,
      at: now,
    };
    const kept = world.ledger.start(start);
    world.checkers.starts(kept, held.starts);
    held.starts.push(kept);
    world.say(
      this.id,
      () => `starts ${purpose} ${held.job.run} ${step.step} attempt ${step.attempt} (${job}#${fence})`,
    );
    const { durationMs, succeedsAt } = behaviourOf(step.command);
    const sibling = (one: Start) =>
      one !== kept &&
      one.runId === kept.runId &&
      /\.\d+$/.test(one.step) &&
      one.at === now &&
      /\.\d+$/.test(kept.step);
    if (world.ledger.order.slice(-5).some(sibling)) faults.saw("F20");
    const running = stepReport(step, "running");
    const until = now + durationMs;
    if (durationMs > 50) {
      await world.sleep(actor, 50);
      held.reports.set(step.step, running);
      if (random.chance(0.7)) await this.#report(actor, held, false);
    }
    while (world.now < until && !held.cancel && !held.lost) {
      await world.sleep(actor, Math.min(until - world.now, 5 * SECOND));
      if (faults.strikes("F46", 0.01)) return this.#die();
      if (await this.#pause(actor, held)) return;
    }
    if (held.lost) {
      kept.ended = "cancelled";
      return;
    }
    const odd = faults.strikes("F36", 0.1);
    const ended = { ...running, duration_ms: odd ? random.pick([-5, 9e15, 0]) : world.now - now };
    if (world.now < until) {
      kept.ended = "cancelled";
      held.reports.set(step.step, {
        ...ended,
        state: "cancelled",
        error: { code: "cancelled", message: "stopped" },
      });
    } else if (step.attempt >= succeedsAt) {
      kept.ended = "succeeded";
      held.reports.set(step.step, {
        ...ended,
        state: "succeeded",
        exit_code: 0,
        outputs: { n: step.attempt },
      });
    } else {
      kept.ended = "failed";
      held.reports.set(step.step, {
        ...ended,
        state: "failed",
        exit_code: 1,
        error: { code: "exit_code", message: "1" },
      });
    }
  }

  /** The machine sleeps for minutes. A good agent looks at its own deadline first; a bad one goes on. True: the work is gone. */
  async #pause(actor: Actor, held: Held): Promise<boolean> {
    const world = this.#world;
    if (!world.faults.strikes("F41", 0.01)) return false;
    world.say(this.id, () => "is paused");
    this.#line.pausedUntil = world.now + world.random.between(1, 6) * MINUTE;
    await world.sleep(actor, this.#line.pausedUntil - world.now);
    if (world.now < held.abortAt) return false;
    held.lost = true;
    if (world.random.chance(0.5)) {
      this.#forget(held);
      return true;
    }
    // Reports although its lease is long gone: the fence must stop it.
    held.reports.set(held.job.steps[0]!.step, {
      ...stepReport(held.job.steps[0]!, "not_started"),
      state: "succeeded",
      exit_code: 0,
      outputs: { n: 99 },
    });
    for (const step of held.job.steps.slice(1))
      if (!held.reports.has(step.step)) held.reports.set(step.step, stepReport(step, "not_started"));
    await this.#report(actor, held, true);
    this.#forget(held);
    return true;
  }

  async #renew(actor: Actor, held: Held): Promise<void> {
    const world = this.#world;
    while (this.#held.get(held.job.job) === held && !held.ended) {
      const sentAt = world.now;
      const reply = await this.#line.request(actor, {
        type: "renew",
        jobs: [{ job: held.job.job, fence: held.job.fence }],
      });
      if (reply?.type === "renewed") {
        const answer = reply.jobs[0]!;
        if (!answer.ok) held.lost = true;
        else {
          held.abortAt = sentAt + LIMITS.selfAbortMs;
          if (answer.cancel) held.cancel = true;
        }
      } else world.faults.saw("F48");
      // Nobody answered for 45 s: the work is killed before anybody else can have it.
      if (world.now >= held.abortAt) held.lost = true;
      await world.sleep(actor, LIMITS.renewEveryMs);
    }
  }

  async #report(actor: Actor, held: Held, done: boolean): Promise<void> {
    const world = this.#world;
    const { job, fence } = held.job;
    const body: Body = {
      type: "report",
      job,
      fence,
      seq: ++held.seq,
      steps: [...held.reports.values()],
      done,
    };
    for (let i = 0; i < (done ? 6 : 1); i++) {
      let before: AnyRow | undefined;
      let epoch = 0;
      const reply = await this.#line.request(actor, body, () => {
        before = world.observer.rows.jobs.get(job);
        epoch = world.ledger.epoch;
      });
      if (reply?.type === "ok") {
        const mine = before?.agent_id === this.id && before.fence === fence;
        const live = mine && (before?.status === "leased" || before?.status === "done");
        if (!live && epoch === world.ledger.epoch)
          throw new Violation("I2", `a report of ${job}#${fence} was taken although it is ${before?.status}`);
        if (done && world.faults.strikes("F43", 0.1)) {
          const again = await this.#line.request(actor, body);
          if (again && again.type !== "ok")
            throw new Violation("I2", `a repeated report of ${job} was answered ${JSON.stringify(again)}`);
        }
        return;
      }
      if (reply?.type === "lost") {
        world.faults.saw("F42");
        held.lost = true;
        return;
      }
      await world.sleep(actor, world.random.between(100, 3_000));
    }
  }

  #forget(held: Held): void {
    if (this.#held.get(held.job.job) === held) this.#held.delete(held.job.job);
  }

  #mayDie(): void {
    if (this.#world.faults.strikes("F46", 0.01)) this.#die();
  }

  /** Killed from outside. */
  crash(journal: boolean): void {
    this.#die(journal);
  }

  /** kill -9: every activity ends at once. With its journal it comes back knowing what it held; without it, knowing nothing. */
  #die(journal = this.#world.random.chance(0.6)): void {
    const { random } = this.#world;
    this.#world.say(this.id, () => "dies");
    this.#down = true;
    if (!journal) this.#held = new Map();
    this.#line.drop();
    const delay = random.pick([1 * SECOND, 20 * SECOND, 3 * MINUTE]);
    const actors = this.#actors;
    this.#actors = [];
    this.start(delay);
    for (const actor of actors) this.#world.scheduler.kill(actor);
  }

  /** After a crash: what the journal holds is reported under the old fence. */
  #resume(held: Held): void {
    held.seq += 100;
    for (const step of held.job.steps) {
      const report = held.reports.get(step.step);
      const started = held.starts.some((start) => start.step === step.step);
      if (started && (!report || report.state === "running"))
        held.reports.set(step.step, {
          ...stepReport(step, "not_started"),
          state: "failed",
          error: { code: "interrupted", message: "the agent went down" },
        });
      else if (!report)
        held.reports.set(step.step, {
          ...stepReport(step, "not_started"),
          error: { code: "interrupted", message: "the agent went down" },
        });
    }
    held.ended = true;
    this.#run(
      `${this.id}:journal`,
      async (actor) => {
        await this.#report(actor, held, true);
        this.#forget(held);
      },
      0,
    );
  }

  #run(name: string, body: (actor: Actor) => Promise<void>, delay: number): void {
    this.#actors = this.#actors.filter((actor) => !actor.dead);
    this.#actors.push(this.#world.scheduler.spawn(name, body, delay));
  }
}
