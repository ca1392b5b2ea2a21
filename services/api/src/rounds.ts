/**
 * Group work over the requests of one Worker instance: what is asked for while a round is under way is done together in the next one.
 * Whoever is alone waits for nobody.
 */

/** A round that nobody ended for this long belonged to a request that was given up: the others do their work themselves. */
const GIVEN_UP_MS = 3_000;
const ASKS_MAX = 100;

interface Waiting<A, R> {
  ask: A;
  /** The result, or `lead`: this request does the next round, for all that wait. */
  settle(result: R | { error: unknown } | "lead"): void;
}

export class Rounds<A, R extends object> {
  readonly #work: (asks: A[]) => Promise<(R | { error: unknown })[]>;
  #waiting: Waiting<A, R>[] = [];
  #busy = false;

  /** `work` does a round: results in the order of the asks. It may be called for an ask that was done before in vain. */
  constructor(work: (asks: A[]) => Promise<(R | { error: unknown })[]>) {
    this.#work = work;
  }

  /** Have this done in a round. Throws what the work threw for it. */
  async join(ask: A): Promise<R> {
    if (!this.#busy) return this.#lead(ask);
    const mine = Promise.withResolvers<R | { error: unknown } | "lead">();
    const waiting: Waiting<A, R> = { ask, settle: mine.resolve };
    this.#waiting.push(waiting);
    // Also keeps this request alive while another one's answer is what it waits for.
    const timer = setTimeout(() => mine.resolve("lead"), GIVEN_UP_MS);
    const result = await mine.promise;
    clearTimeout(timer);
    if (result !== "lead") return unwrap(result);
    // Already out of the line, unless it was the timer.
    this.#waiting = this.#waiting.filter((one) => one !== waiting);
    return this.#lead(ask);
  }

  /** One round, within the request that leads it: only its own connections may be used here. */
  async #lead(ask: A): Promise<R> {
    this.#busy = true;
    const others = this.#waiting.splice(0, ASKS_MAX - 1);
    try {
      const results = await this.#work([ask, ...others.map((one) => one.ask)]);
      others.forEach((one, i) => {
        one.settle(results[i + 1] ?? { error: new Error("a round left this out") });
      });
      return unwrap(results[0] ?? { error: new Error("a round left this out") });
    } catch (error) {
      for (const one of others) one.settle({ error });
      throw error;
    } finally {
      // Stays busy when it is handed on, so that nobody who comes in between leads too.
      const next = this.#waiting.shift();
      this.#busy = next !== undefined;
      next?.settle("lead");
    }
  }
}

function unwrap<R extends object>(result: R | { error: unknown }): R {
  if ("error" in result) throw result.error;
  return result;
}
