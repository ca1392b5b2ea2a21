/** The jobs this agent holds, how long it may still work on each, and the renewing of them. */
import type { HubMessage, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import { LIMITS } from "@tw/shared/limits";
import { leaseClock } from "./clock.ts";
import type { Heartbeat } from "./heartbeat.ts";

/** Why work is stopped: asked for, the lease is gone, or this agent ends. */
export type StopReason = "cancel" | "lost" | "quit";

export interface Held {
  job: LeasedJob;
  stop: AbortController;
  /** On the lease clock, by this loop's renewals: past it the work must be dead, unless the heartbeat's thread renewed it. */
  deadline: number;
}

const SHARE = LIMITS.selfAbortMs / LIMITS.leaseMs;
const RENEW_SHARE = LIMITS.renewEveryMs / LIMITS.leaseMs;

export class Leases {
  readonly #held = new Map<string, Held>();
  readonly #renew: (jobs: { job: string; fence: number }[]) => Promise<HubMessage>;
  readonly #heartbeat: Heartbeat;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #renewTimer: NodeJS.Timeout | undefined;
  #renewing = false;
  #lookedAt = { mono: Number.NEGATIVE_INFINITY, wall: 0 };

  constructor(renew: (jobs: { job: string; fence: number }[]) => Promise<HubMessage>, heartbeat: Heartbeat) {
    this.#renew = renew;
    this.#heartbeat = heartbeat;
  }

  get size(): number {
    return this.#held.size;
  }
  has(job: string): boolean {
    return this.#held.has(job);
  }
  holding(): { job: string; fence: number }[] {
    return [...this.#held.values()].map(({ job }) => ({ job: job.job, fence: job.fence }));
  }

  /** Takes a lease that was asked for at `askedAt` on the lease clock. */
  hold(job: LeasedJob, askedAt: number): Held {
    const held: Held = { job, stop: new AbortController(), deadline: askedAt + job.lease_ms * SHARE };
    this.#held.set(job.job, held);
    this.#heartbeat.hold(job.job, job.fence, job.lease_ms, held.deadline);
    held.stop.signal.addEventListener("abort", () => this.#heartbeat.ending(job.job), { once: true });
    this.#plan();
    return held;
  }

  release(job: string): void {
    this.#held.delete(job);
    this.#heartbeat.release(job);
    this.#plan();
  }

  stop(job: string, reason: StopReason): void {
    this.#held.get(job)?.stop.abort(reason);
  }
  stopAll(reason: StopReason): void {
    for (const held of this.#held.values()) held.stop.abort(reason);
  }

  /**
   * Stops work whose lease may be over. Called before any message or exit is looked at: after a sleep or a SIGSTOP those
   * are handled before timers are, and the work may be somebody else's by now.
   */
  check(): void {
    // Asked for with every message; the true clock is a system call, and only a jump of these two makes it needed sooner.
    const soon =
      performance.now() - this.#lookedAt.mono < 20 && Math.abs(Date.now() - this.#lookedAt.wall) < 1_000;
    if (soon) return;
    this.#lookedAt = { mono: performance.now(), wall: Date.now() };
    const now = leaseClock();
    for (const held of this.#held.values()) if (now >= this.#deadline(held)) held.stop.abort("lost");
  }

  /** The later of what this loop and the heartbeat's thread have renewed. */
  #deadline(held: Held): number {
    return Math.max(held.deadline, this.#heartbeat.deadline(held.job.job));
  }

  /** Renews all at once. Called by its own timer, and when the connection is back. */
  async renewNow(): Promise<void> {
    this.check();
    const jobs = [...this.#held.values()].filter((held) => held.stop.signal.reason !== "lost");
    if (jobs.length === 0 || this.#renewing) return;
    this.#renewing = true;
    const sentAt = leaseClock();
    try {
      const answer = await this.#renew(jobs.map(({ job }) => ({ job: job.job, fence: job.fence })));
      if (answer.type !== "renewed") return;
      for (const { job, ok, cancel, lease_ms } of answer.jobs) {
        const held = this.#held.get(job);
        if (!held) continue;
        if (!ok) held.stop.abort("lost");
        else {
          held.deadline = Math.max(held.deadline, sentAt + lease_ms * SHARE);
          this.#heartbeat.renewed(job, held.deadline);
          if (cancel) held.stop.abort("cancel");
        }
      }
    } catch {
      // No answer: the deadline stands, and the next try is near.
    } finally {
      this.#renewing = false;
      this.#plan();
    }
  }

  #plan(): void {
    clearTimeout(this.#deadlineTimer);
    if (this.#held.size === 0) {
      clearTimeout(this.#renewTimer);
      this.#renewTimer = undefined;
      return;
    }
    const open = [...this.#held.values()].filter((held) => !held.stop.signal.aborted);
    if (open.length > 0) {
      const nearest = Math.min(...open.map((held) => this.#deadline(held))) - leaseClock();
      this.#deadlineTimer = setTimeout(
        () => {
          this.check();
          this.#plan();
        },
        Math.max(20, nearest),
      );
    }
    this.#renewTimer ??= setTimeout(() => {
      this.#renewTimer = undefined;
      void this.renewNow().finally(() => this.#plan());
    }, this.#renewEvery());
  }

  #renewEvery(): number {
    return Math.min(...[...this.#held.values()].map((held) => held.job.lease_ms)) * RENEW_SHARE;
  }
}
