/** Asks for work when there may be some and there is room for it: after a nudge, now and then when idle, and on finished reports. */
import { randomBytes } from "node:crypto";
import { CHANNEL } from "@tw/shared/contracts/agent-codes";
import type { LeasedJob } from "@tw/shared/contracts/agent-protocol";
import { LIMITS } from "@tw/shared/limits";
import { leaseClock } from "./clock.ts";
import type { Connection } from "./connection.ts";

export class PullLoop {
  readonly #connection: Connection;
  readonly #free: () => number;
  readonly #take: (jobs: LeasedJob[], askedAt: number) => void;
  readonly #barred: () => boolean;
  #request: string | null = null;
  #asking = false;
  #wanted = false;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;
  #behind: NodeJS.Timeout | undefined;

  constructor(options: {
    connection: Connection;
    free: () => number;
    take: (jobs: LeasedJob[], askedAt: number) => void;
    /** Nothing may be started now, however many places are free. */
    barred?: () => boolean;
  }) {
    this.#connection = options.connection;
    this.#free = options.free;
    this.#take = options.take;
    this.#barred = options.barred ?? (() => false);
  }

  /** Others were told of the work too: who has most room asks first. `load` is what its places were filled to with one job more. */
  nudgeBehind(load: number): void {
    clearTimeout(this.#behind);
    this.#behind = setTimeout(() => this.nudge(), Math.min(1, load) * LIMITS.busyAskMs);
  }

  /** There may be work: asks now, or as soon as the ask under way is answered or a place is free. */
  nudge(): void {
    this.#wanted = true;
    void this.#ask();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#behind);
  }

  async #ask(): Promise<void> {
    if (this.#asking || this.#stopped || !this.#connection.isOpen) return;
    if (this.#barred() || this.#free() < 1) return;
    this.#asking = true;
    this.#wanted = false;
    // Kept until it is answered, also over a reconnect: if only the answer was lost, the same request brings the same leases.
    this.#request ??= randomBytes(9).toString("base64url");
    const askedAt = leaseClock();
    const ask = { type: "ask" as const, request: this.#request, free: this.#free() };
    const answer = await this.#connection.request(ask).catch(() => null);
    this.#asking = false;
    if (answer !== null) this.#request = null;
    if (answer?.type === "leases") this.#take(answer.jobs, askedAt);
    this.#plan();
    if (this.#wanted || answer === null) void this.#ask();
  }

  /** An ask to ride on a report; `leasing` is when it was made. Nothing when another ask is under way. */
  rider(): { request: string; free: number } | undefined {
    // The job that reports is still counted as held; its place is free once the report is taken.
    const free = this.#free() + 1;
    if (this.#asking || this.#stopped || this.#barred() || free < 1) return undefined;
    return { request: randomBytes(9).toString("base64url"), free };
  }

  /** Looks again in about two seconds, whatever was or was not said meanwhile. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => this.nudge(), CHANNEL.idleAskMs * (0.8 + Math.random() * 0.4));
  }
}
