/** What all actors of one simulation share: time, chance, faults, the database, the queues, the ledger and the checkers. */
import type { HintQueue } from "../../src/queues/send.ts";
import type { Operation } from "../../src/testing/d1-face.ts";
import type { TestD1 } from "../../src/testing/sqlite-d1.ts";
import { Checkers } from "./checkers.ts";
import { Faults } from "./faults.ts";
import { Ledger } from "./ledger.ts";
import { Observer } from "./observer.ts";
import { Bag } from "./queue.ts";
import { Random } from "./random.ts";
import { type Actor, Scheduler } from "./scheduler.ts";

export const START = Date.UTC(2026, 10, 22);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export type QueueName = "runs" | "calls" | "checkpoints" | "notifications";

/** Stops exactly one actor at exactly one effect point; for the enumeration of crash points. */
export interface CrashPlan {
  /** The n-th effect point of the history, from 0; -1 only counts. */
  at: number;
  side: "before" | "after";
}

export interface Recorded {
  kind: Operation["kind"];
  statements: { sql: string; params: readonly unknown[] }[];
  results: { rows: unknown[]; changes: number }[];
}

export class World {
  readonly random: Random;
  /** A second stream of the same seed, for what was added later: the first keeps its numbers. */
  readonly beside: Random;
  readonly scheduler: Scheduler;
  readonly faults: Faults;
  readonly ledger = new Ledger();
  readonly observer: Observer;
  readonly checkers: Checkers;
  readonly queues: { [name in QueueName]: Bag };
  readonly trace: string[] | null;
  readonly db: TestD1;
  /** Every operation and what it gave, for a replay elsewhere. */
  readonly recorded: Recorded[] | null;
  crash: CrashPlan | null = null;
  /** Effect points passed so far. */
  points = 0;
  /** While the database is away. */
  awayUntil = 0;
  #lastReader: Actor | null = null;

  constructor(
    seed: number,
    db: TestD1,
    options: { trace?: boolean; quiet?: boolean; record?: boolean } = {},
  ) {
    this.random = new Random(seed);
    this.beside = new Random(seed ^ 0x5bd1e995);
    this.scheduler = new Scheduler(this.random, START + this.random.between(0, DAY));
    this.faults = new Faults(this.random, options.quiet ?? false);
    this.trace = options.trace ? [] : null;
    this.recorded = options.record ? [] : null;
    this.db = db;
    this.observer = new Observer(db);
    this.checkers = new Checkers(this);
    this.queues = {
      runs: new Bag("runs", this),
      calls: new Bag("calls", this),
      checkpoints: new Bag("checkpoints", this),
      notifications: new Bag("notifications", this),
    };
  }

  get now(): number {
    return this.scheduler.now;
  }

  say(who: string, text: () => string): void {
    this.trace?.push(`${((this.now - START) / 1000).toFixed(3).padStart(12)} ${who.padEnd(16)} ${text()}`);
  }

  sleep(actor: Actor, ms: number): Promise<void> {
    return this.scheduler.wait(actor, ms);
  }

  /** The database as one actor sees it: every await on it is a point where anything may happen. */
  store(actor: Actor): D1Database {
    return this.db.view({
      before: (operation) => this.#before(actor, operation),
      after: (operation, results) => this.#after(actor, operation, results),
    });
  }

  queue(actor: Actor, name: QueueName): HintQueue {
    return this.queues[name].face(actor);
  }

  /** A point before or after an effect, where the plan of an enumeration may stop the actor. */
  async effect(actor: Actor, side: "before" | "after"): Promise<void> {
    if (!this.crash || !this.faults.on) return;
    const hit = this.points === this.crash.at && side === this.crash.side;
    if (side === "after") this.points++;
    if (hit) {
      this.say(actor.name, () => `is killed ${side} its effect`);
      if (side === "before") this.points++;
      await this.scheduler.die(actor);
    }
  }

  async #before(actor: Actor, operation: Operation): Promise<void> {
    const { random, faults } = this;
    await this.sleep(actor, random.between(0, 4));
    await this.effect(actor, "before");
    if (!faults.on) return;
    if (this.now < this.awayUntil) {
      faults.saw("F28");
      await this.sleep(actor, random.between(10, 500));
      throw new Error("D1_ERROR: D1 DB is overloaded. Requests queued for too long.");
    }
    if (faults.strikes("F28", 0.0005)) this.awayUntil = this.now + random.between(30 * SECOND, 10 * MINUTE);
    if (faults.strikes("F27", 0.01)) {
      this.say(actor.name, () => "D1 fails clean");
      throw new Error("D1_ERROR: Network connection lost.");
    }
    if (faults.strikes("F12", 0.002)) {
      this.say(actor.name, () => "stalls for an hour");
      await this.sleep(actor, HOUR);
    }
    if (operation.writes && faults.strikes("F11", 0.005)) {
      this.say(actor.name, () => "dies before its write");
      await this.scheduler.die(actor);
    }
  }

  async #after(actor: Actor, operation: Operation, results: D1Result[]): Promise<void> {
    const { random, faults } = this;
    this.recorded?.push({
      kind: operation.kind,
      statements: operation.statements.map(({ sql, params }) => ({ sql, params })),
      results: results.map((one) => ({ rows: one.results, changes: one.meta.changes })),
    });
    if (operation.writes) {
      if (this.trace)
        this.say(
          actor.name,
          () => `writes ${describe(operation)} → ${results.map((one) => one.meta.changes).join(" ")}`,
        );
      if (
        operation.statements.length > 1 &&
        results[0]?.meta.changes === 0 &&
        results.every((one) => one.meta.changes === 0)
      )
        faults.saw("F29");
      this.checkers.wrote(actor.name, operation);
    }
    await this.effect(actor, "after");
    if (faults.on && operation.writes) {
      if (faults.strikes("F06", 0.01)) {
        this.say(actor.name, () => "dies after its write");
        await this.scheduler.die(actor);
      }
      if (faults.strikes("F26", 0.02)) {
        this.say(actor.name, () => "gets an error although its write happened");
        await this.sleep(actor, random.between(0, 5));
        throw new Error("D1_ERROR: Network connection lost.");
      }
    }
    this.#lastReader = actor;
    await this.sleep(actor, random.between(0, 3));
    if (this.#lastReader !== actor && !operation.writes) faults.saw("F30");
  }
}

function describe(operation: Operation): string {
  return operation.statements
    .map(
      ({ sql }) =>
        /(INSERT|UPDATE|DELETE)[\s\S]*?(workflow_executions|\w+_\w+|jobs|notifications|audit)/
          .exec(sql)?.[0]
          .replaceAll(/\s+/g, " ") ?? "?",
    )
    .join("; ")
    .slice(0, 200);
}
