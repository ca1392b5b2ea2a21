import { Refusal } from "@tw/shared/errors";

/** Keys remembered at once; past it the oldest are forgotten, so that no flood of tokens can fill the memory. */
const MAX_KEYS = 10_000;

/**
 * A token bucket per key: `perMinute` requests at once, refilled evenly. It lives in this isolate, like the platform's own
 * limit lives in one location: it stops a runaway client, it is no quota.
 */
export class RateLimit {
  readonly #perMinute: number;
  readonly #what: string;
  readonly #buckets = new Map<string, { left: number; at: number }>();
  /** `what` a key is counted in, for the message. */
  constructor(perMinute: number, what = "requests a minute with one token") {
    this.#what = what;
    this.#perMinute = perMinute;
  }

  /** Takes one request from the key's bucket, or refuses with the seconds until one is there again. */
  take(key: string, now: number): void {
    const perMs = this.#perMinute / 60_000;
    const bucket = this.#buckets.get(key) ?? { left: this.#perMinute, at: now };
    const left = Math.min(this.#perMinute, bucket.left + Math.max(0, now - bucket.at) * perMs);
    if (left < 1) {
      this.#buckets.set(key, { left, at: now });
      throw new Refusal("rate_limited", `More than ${this.#perMinute} ${this.#what}. Wait, then go on.`, {
        retryAfterS: Math.max(1, Math.ceil((1 - left) / perMs / 1000)),
      });
    }
    if (!this.#buckets.has(key) && this.#buckets.size >= MAX_KEYS) {
      const oldest = this.#buckets.keys().next().value;
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    this.#buckets.set(key, { left: left - 1, at: now });
  }
}
