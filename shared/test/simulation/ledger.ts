/**
 * What happened outside the system: which attempts agents really started, and what came of them. Kept by the agents
 * themselves, so that "at most one start per attempt" is measured where the harm would be.
 */
import { Violation } from "./scheduler.ts";

export interface Start {
  agent: string;
  runId: string;
  job: string;
  fence: number;
  step: string;
  attempt: number;
  purpose: "forward" | "rollback";
  /** The ledger's epoch when the lease was asked for. */
  epoch: number;
  at: number;
  /** Null while it runs, or when its agent died under it. */
  ended: "succeeded" | "failed" | "cancelled" | null;
}

export class Ledger {
  readonly #starts = new Map<string, Start>();
  readonly order: Start[] = [];
  /** After the database is put back, attempts of the lost future run again; that is known and said. */
  epoch = 1;

  /** An agent starts one attempt. Twice is what must never happen (I1). */
  start(start: Omit<Start, "ended">): Start {
    const key = `${start.purpose} ${start.runId} ${start.step} ${start.attempt}${start.epoch > 1 ? ` in epoch ${start.epoch}` : ""}`;
    const earlier = this.#starts.get(key);
    if (earlier)
      throw new Violation(
        "I1",
        `${key} was started by ${earlier.agent} under ${earlier.job}#${earlier.fence} and again by ${start.agent} under ${start.job}#${start.fence}`,
      );
    const kept: Start = { ...start, ended: null };
    this.#starts.set(key, kept);
    this.order.push(kept);
    return kept;
  }

  startsOf(runId: string): Start[] {
    return this.order.filter((start) => start.runId === runId);
  }
}
