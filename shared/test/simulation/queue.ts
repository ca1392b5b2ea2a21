/** A queue as it can be at its worst: a bag, each message delivered 0 to n times, in any order, after any time. */

import type { Hint } from "../../src/queues/catalogue.ts";
import { DELIVERY } from "../../src/queues/catalogue.ts";
import type { HintBatch } from "../../src/queues/consume.ts";
import type { HintQueue } from "../../src/queues/send.ts";
import type { Actor } from "./scheduler.ts";
import { type QueueName, SECOND, type World } from "./world.ts";

interface Message {
  id: string;
  body: unknown;
  attempts: number;
}
export type Consumer = (actor: Actor, batch: HintBatch) => Promise<void>;

export class Bag {
  readonly #name: QueueName;
  readonly #world: World;
  #consumer: Consumer | null = null;
  #dead: (runs: string[]) => void = () => {};
  #ready: Message[] = [];
  #pump: Actor | null = null;
  #count = 0;
  #delivering = 0;
  /** Messages that will only be delivered after everything is long over. */
  readonly late: unknown[] = [];

  constructor(name: QueueName, world: World) {
    this.#name = name;
    this.#world = world;
  }

  /** Who handles the messages, and what happens to those nobody could. */
  attach(consumer: Consumer, dead: (runs: string[]) => void): void {
    this.#consumer = consumer;
    this.#dead = dead;
  }

  /** The producer's binding in the hands of one actor. */
  face(actor: Actor): HintQueue {
    return {
      send: (body) => this.#send(actor, [body]),
      sendBatch: (messages) =>
        this.#send(
          actor,
          messages.map((message) => message.body),
        ),
    };
  }

  /** Put a message in without any fault. */
  put(body: unknown, delay = 0, attempts = 1): void {
    this.#arrive({ id: `${this.#name}-${this.#count++}`, body, attempts }, delay);
  }

  async #send(actor: Actor, bodies: Hint[]): Promise<unknown> {
    const world = this.#world;
    const { random, faults } = world;
    await world.sleep(actor, random.between(0, 3));
    await world.effect(actor, "before");
    if (faults.strikes("F09", 0.005)) {
      await world.sleep(actor, 57 * SECOND);
      throw new Error("Queue is overloaded. Please back off.");
    }
    for (const body of bodies) this.#accept(body);
    await world.effect(actor, "after");
    if (faults.strikes("F07", 0.01)) await world.scheduler.die(actor);
    if (faults.strikes("F02", 0.02)) for (const body of bodies) this.#accept(body);
    await world.sleep(actor, random.between(0, 2));
    return undefined;
  }

  #accept(body: Hint): void {
    const { random, faults } = this.#world;
    if (faults.strikes("F05", 0.05)) {
      this.#world.say(this.#name, () => `loses ${JSON.stringify(body)}`);
      return;
    }
    if (faults.strikes("F04", 0.02)) {
      this.late.push(body);
      return;
    }
    const message = { id: `${this.#name}-${this.#count++}`, body, attempts: 1 };
    const slow = faults.strikes("F03", 0.1) ? random.between(100, 90_000) : random.between(1, 15);
    this.#arrive(message, slow);
    if (faults.strikes("F01", 0.05)) this.#arrive({ ...message }, random.between(1, 30_000));
    if (faults.strikes("F13", 0.01))
      this.#arrive(
        { id: `${message.id}-poison`, body: random.pick(POISON), attempts: 1 },
        random.between(1, 15),
      );
    if (faults.strikes("F08", 0.01)) this.put({ v: 1, runs: ["run_nosuch"] }, random.between(1, 15));
  }

  #arrive(message: Message, delay: number): void {
    const { scheduler } = this.#world;
    scheduler.timer(delay, () => {
      this.#ready.push(message);
      // Whatever is ready when the consumer starts goes in one batch.
      this.#pump ??= scheduler.spawn(
        `${this.#name}#${this.#count}`,
        (actor) => this.#deliver(actor),
        this.#world.random.between(0, 3),
      );
    });
  }

  async #deliver(actor: Actor): Promise<void> {
    const { random, faults } = this.#world;
    this.#pump = null;
    const taken = random.shuffle(this.#ready.splice(0, DELIVERY.max_batch_size));
    const states = new Map<Message, { state: "ack" | "retry"; delay: number }>();
    const batch: HintBatch = {
      queue: `tw-${this.#name}`,
      messages: taken.map((message) => ({
        ...message,
        ack: () => void (states.has(message) || states.set(message, { state: "ack", delay: 0 })),
        retry: (options) =>
          void (
            states.has(message) ||
            states.set(message, {
              state: "retry",
              delay: (options?.delaySeconds ?? DELIVERY.retry_delay) * SECOND,
            })
          ),
      })),
    };
    if (this.#delivering > 0) faults.saw("F18");
    this.#delivering++;
    let threw = true;
    actor.ends.push(() => {
      this.#delivering--;
      for (const message of taken) {
        const state = states.get(message);
        if (state?.state === "ack" || (!state && !threw)) continue;
        const attempts = message.attempts + 1;
        const runs = (message.body as Hint).runs ?? [];
        if (attempts > DELIVERY.max_retries + 1 || faults.strikes("F16", 0.02)) {
          if (attempts > DELIVERY.max_retries + 1) faults.saw("F16");
          this.#dead(runs);
        } else this.#arrive({ ...message, attempts }, (state?.delay ?? 10 * SECOND) + random.between(0, 50));
      }
    });
    await this.#consumer?.(actor, batch);
    threw = false;
  }
}

const POISON: unknown[] = [
  "not a hint",
  7,
  null,
  { v: 2, runs: ["run_x"] },
  { v: 1 },
  { v: 1, runs: [] },
  { v: 1, runs: ["x".repeat(65)] },
  { v: 1, runs: [1] },
];
