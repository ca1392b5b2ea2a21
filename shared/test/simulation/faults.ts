/**
 * What goes wrong, by the numbers of the fault list, and how often. Each seed draws its own mix: some faults off, some
 * rare, some frequent, since a world where everything fails at once hides what a single fault does.
 */
import type { Random } from "./random.ts";

export const FAULTS = {
  F01: "a queue message is delivered twice",
  F02: "a hint is sent twice under two ids",
  F03: "messages are delivered out of order",
  F04: "a hint is delivered days late",
  F05: "a queue message is lost",
  F06: "crash after the commit, before the hint is sent",
  F07: "crash after the hint was sent",
  F08: "a hint names a run that is not there",
  F09: "send hangs for 57 seconds, then fails",
  F11: "the consumer dies in the middle of a batch",
  F12: "an actor stalls for an hour between two awaits",
  F13: "a poisoned message body",
  F14: "a poisoned row makes reconcile throw",
  F16: "a healthy run's hint ends in the dead-letter queue",
  F18: "two dispatchers work on one run at once",
  F20: "two children of a fan-out end at the same moment",
  F22: "a fan-out over an empty list",
  F26: "commit unknown: the write happened, the caller got an error",
  F27: "a write failed clean",
  F28: "the database is away for minutes",
  F29: "a compare-and-swap lost",
  F30: "a decision was made on rows that changed meanwhile",
  F33: "the database is put back to an earlier moment",
  F36: "an agent's clock is wrong",
  F37: "two sweeps at once, or none for ten minutes",
  F38: "a sweep dies halfway",
  F41: "an agent is paused for minutes and goes on",
  F42: "a result arrives under an old fence",
  F43: "a result is delivered twice",
  F44: "an agent dies before it could report",
  F45: "an agent dies after the lease, before the start",
  F46: "an agent dies in the middle of a step",
  F47: "the answer to an ask is lost and the ask repeated",
  F48: "renewals are answered, the answers lost",
  F53: "a cancel races with the finish",
  F54: "a cancel arrives while a job is leased and not started",
  F55: "the push of a cancel is lost",
  F67: "one vote is cast several times at once",
  F68: "approve and reject at once",
  F69: "a vote within moments of the expiry",
  F70: "a vote in the same moment as a cancel",
  F71: "a vote was stored and its hint lost",
  F72: "parallel gates are decided in any order",
  F78: "the server did the work, its answer was lost",
  F79: "the server asks to come back later",
  F83: "another tenant names our ids",
} as const;
export type Fault = keyof typeof FAULTS;

/** How often each fault was seen, in one seed or summed over many. */
export type Seen = { [fault in Fault]?: number };

export class Faults {
  /** Off in the second phase: nothing fails any more. */
  on = true;
  readonly seen: Seen = {};
  readonly #random: Random;
  readonly #quiet: boolean;
  readonly #rate: { [fault in Fault]?: number } = {};

  constructor(random: Random, quiet: boolean) {
    this.#random = random;
    this.#quiet = quiet;
    const strength = quiet ? 0 : random.pick([0.3, 1, 1, 2]);
    for (const fault of Object.keys(FAULTS) as Fault[])
      this.#rate[fault] = random.chance(0.5) ? strength * random.pick([0.3, 1, 1, 3]) : 0;
  }

  /** Does the fault strike now? `base` is how likely it is in an ordinary seed. */
  strikes(fault: Fault, base: number): boolean {
    if (!this.on) return false;
    const rate = this.#rate[fault] as number;
    if (rate === 0 || !this.#random.chance(Math.min(0.5, base * rate))) return false;
    this.saw(fault);
    return true;
  }

  /** Something unpleasant that is nobody's fault, such as an agent's refusal. */
  sometimes(probability: number): boolean {
    return this.on && !this.#quiet && this.#random.chance(probability);
  }

  /** The fault was seen to happen, by chance or by design. */
  saw(fault: Fault): void {
    this.seen[fault] = (this.seen[fault] ?? 0) + 1;
  }
}
