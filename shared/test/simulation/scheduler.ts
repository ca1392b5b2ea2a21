/**
 * One thread of virtual time. Actors are async functions that stop at every point where the real system waits (store,
 * queue, network, sleep); the scheduler alone decides who goes on next, so a seed gives one history.
 */
import type { Random } from "./random.ts";

export interface Actor {
  readonly name: string;
  /** A dead actor never goes on: its pending `await` never ends, as in a killed process. */
  dead: boolean;
  /** Dead before its time. */
  killed: boolean;
  /** Told when it is over, or killed. */
  readonly ends: (() => void)[];
}
const TURNS = 200;
interface Entry {
  at: number;
  tie: number;
  actor: Actor | null;
  resume: () => void;
  cancelled?: boolean;
}

export class Scheduler {
  now: number;
  /** Entries taken so far: a bound against loops that never end. */
  steps = 0;
  readonly #random: Random;
  readonly #heap: Entry[] = [];
  /** The actor that goes on has come to its next wait, or to its end. */
  #parked = false;
  #failure: unknown = null;

  constructor(random: Random, now: number) {
    this.#random = random;
    this.now = now;
  }

  /** Start an actor `delay` milliseconds from now. */
  spawn(name: string, body: (actor: Actor) => Promise<void>, delay = 0): Actor {
    const actor: Actor = { name, dead: false, killed: false, ends: [] };
    const run = async () => {
      try {
        await body(actor);
      } catch (error) {
        this.#failure ??= error;
      }
      // Whatever it left running beside itself (a send that timed out) ends with it.
      actor.dead = true;
      this.#end(actor);
      this.#parked = true;
    };
    this.#push(this.now + delay, actor, () => void run());
    return actor;
  }

  /** The actor stops here and goes on after `ms`; among equals chance decides. */
  wait(actor: Actor, ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (!actor.dead) this.#push(this.now + ms, actor, resolve);
      this.#parked = true;
    });
  }

  /** Ends the simulation, whoever catches errors on the way. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  /** Stop here for good, as a killed process does. */
  die(actor: Actor): Promise<never> {
    this.kill(actor);
    this.#parked = true;
    return new Promise(() => {});
  }

  /** Kill everybody whose name fits. */
  killAll(fits: (name: string) => boolean): void {
    for (const { actor } of this.#heap) if (actor && fits(actor.name)) this.kill(actor);
  }

  kill(actor: Actor): void {
    if (actor.dead) return;
    actor.dead = true;
    actor.killed = true;
    this.#end(actor);
  }

  /** Run `body` as another actor (the far side of a call) and wait for it; null if it died, threw or took too long. */
  call<T>(
    caller: Actor,
    name: string,
    body: (actor: Actor) => Promise<T>,
    timeoutMs = 30_000,
  ): Promise<{ value: T } | null> {
    return new Promise((resolve) => {
      let answer: { value: T } | null = null;
      const callee = this.spawn(name, async (actor) => {
        try {
          answer = { value: await body(actor) };
        } catch (error) {
          if (isMistake(error)) throw error;
        }
      });
      const giveUp = this.#push(this.now + timeoutMs, caller, () => resolve(null));
      callee.ends.push(() => {
        giveUp.cancelled = true;
        if (!caller.dead) this.#push(this.now + this.#random.between(0, 3), caller, () => resolve(answer));
      });
      this.#parked = true;
    });
  }

  /** A plain timer, for code that uses `setTimeout`. */
  timer(ms: number, fire: () => void): () => void {
    const entry = this.#push(this.now + ms, null, fire);
    return () => {
      entry.cancelled = true;
    };
  }

  /** Lets actors go on until nobody is left, the time is over or `until` says so. */
  async run(end: number, until: () => boolean, maxSteps: number): Promise<"idle" | "time" | "done"> {
    while (!until()) {
      const entry = this.#heap[0];
      if (!entry) return "idle";
      if (entry.at > end) {
        this.now = end;
        return "time";
      }
      this.#pop();
      if (entry.cancelled || entry.actor?.dead) continue;
      this.now = Math.max(this.now, entry.at);
      if (++this.steps > maxSteps)
        throw new Violation("I4", `more than ${maxSteps} events: something turns in circles`);
      this.#parked = false;
      entry.resume();
      // A branch that ends while its siblings wait parks nowhere; after so many turns nothing of it is left to run.
      for (let turn = 0; turn < TURNS && !this.#parked; turn++) await null;
      if (this.#failure) throw this.#failure;
    }
    return "done";
  }

  #end(actor: Actor): void {
    for (const told of actor.ends.splice(0)) told();
  }

  #push(at: number, actor: Actor | null, resume: () => void): Entry {
    const entry: Entry = { at, tie: this.#random.next(), actor, resume };
    this.#insert(entry);
    return entry;
  }

  #insert(entry: Entry): void {
    const heap = this.#heap;
    let i = heap.push(entry) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (before(heap[parent] as Entry, entry)) break;
      heap[i] = heap[parent] as Entry;
      i = parent;
    }
    heap[i] = entry;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Entry, heap[child] as Entry)) child++;
      if (before(last, heap[child] as Entry)) break;
      heap[i] = heap[child] as Entry;
      i = child;
    }
    heap[i] = last;
  }
}

/** No fault makes these: the code is wrong. */
function isMistake(error: unknown): boolean {
  return (
    error instanceof Violation ||
    error instanceof TypeError ||
    error instanceof ReferenceError ||
    /D1_TYPE_ERROR|SQLITE_ERROR|Wrong number of parameter/.test(String(error))
  );
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.tie < b.tie);
}

/** An invariant of design section 3 does not hold. */
export class Violation extends Error {
  override name = "Violation";
  readonly invariant: string;
  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}
