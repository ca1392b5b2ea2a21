/** Clients of the API: each wants one run, and asks until it has an answer, always with the same idempotency key (I8). */
import { type KeyedWork, withKey } from "../../../services/api/src/idempotency.ts";
import type { Plan } from "../../src/contracts/plan.ts";
import { createRun } from "../../src/db/create-run.ts";
import { readRunHead } from "../../src/db/read-events.ts";
import { Refusal } from "../../src/errors.ts";
import { sendHint } from "../../src/queues/send.ts";
import { openRuns } from "../../src/reconcile/open-runs.ts";
import type { Person } from "./people.ts";
import { type Actor, Violation } from "./scheduler.ts";
import type { Services } from "./services.ts";
import type { World } from "./world.ts";

type Answer = "busy" | "refused" | "mismatch" | { run: string };
interface Wish {
  name: string;
  tenant: string;
  plan: Plan;
  by: Person;
}

export class Clients {
  /** Clients that still wait for their answer. */
  asking = 0;
  readonly #world: World;
  readonly #services: Pick<Services, "tell">;
  /** The run each wish became. */
  readonly #runs = new Map<string, string>();

  constructor(world: World, services: Pick<Services, "tell">) {
    this.#world = world;
    this.#services = services;
  }

  runOf(name: string): string | undefined {
    return this.#runs.get(name);
  }

  /** After the database was put back, a key may be unknown again and lead to another run. */
  forget(): void {
    this.#runs.clear();
  }

  want(wish: Wish, delay: number): void {
    const { scheduler, random, faults } = this.#world;
    this.asking++;
    scheduler.spawn(
      `client:${wish.name}`,
      async (client) => {
        for (let tries = 1; ; tries++) {
          // A double click: the same request, twice at once.
          if (faults.sometimes(0.1))
            scheduler.spawn("double", (actor) => this.#send(actor, wish).then(() => {}));
          const answer = await this.#send(client, wish);
          if (answer && answer !== "busy") break;
          await this.#world.sleep(client, random.between(100, 2_000 * Math.min(tries, 10)));
        }
        this.asking--;
        // The same key with something else in it, and the same once more.
        if (faults.sometimes(0.1)) await this.#send(client, wish, "another body");
        if (faults.sometimes(0.2)) await this.#send(client, wish);
      },
      delay,
    );
  }

  /** One request; null when its answer never came. */
  async #send(client: Actor, wish: Wish, body = "the body"): Promise<Answer | null> {
    const world = this.#world;
    const answered = await world.scheduler.call(client, "api", (api) => this.#serve(api, wish, body));
    const answer = answered?.value ?? null;
    if (answer) world.say("client", () => `${wish.name}: ${JSON.stringify(answer)}`);
    if (answer === null || answer === "busy" || answer === "refused") return answer;
    const known = this.#runs.get(wish.name);
    if (answer === "mismatch") {
      // A refusal frees the key, and then another body may have taken it.
      if (known && body === "the body")
        throw new Violation("I8", `${wish.name}: its own request was called another's`);
      return answer;
    }
    if (known && body !== "the body")
      throw new Violation("I8", `${wish.name}: another body got ${answer.run}`);
    if (known && known !== answer.run)
      throw new Violation("I8", `${wish.name}: one key made ${known} and ${answer.run}`);
    this.#runs.set(wish.name, answer.run);
    return answer;
  }

  /** What the API does with `POST …/execute`, around the real handling of keys. */
  async #serve(api: Actor, wish: Wish, body: string): Promise<Answer> {
    const world = this.#world;
    const db = world.store(api);
    const made = (run: string) => ({ status: 202, body: { run } });
    const handle = async (work: KeyedWork) => {
      const id = work.newId("run");
      world.checkers.plans.set(id, wish.plan);
      const run = {
        id,
        tenantId: wish.tenant,
        plan: wish.plan,
        planDigest: `digest-${id}`,
        args: {},
        context: {},
        note: null,
        requestedBy: { id: wish.by.id, name: wish.by.id, type: "person" as const },
      };
      // Some runs are left to the dispatcher, as those are that cannot be decided where they are made.
      if (world.random.chance(0.3)) {
        await createRun(db, run, world.now);
        await sendHint(world.queue(api, "runs"), [id]);
        return made(id);
      }
      const [opened] = await openRuns(db, [run], this.#services.tell(api), world.now);
      if (!opened || "error" in opened) throw opened?.error ?? new Error("nothing was opened");
      return made(id);
    };
    const recover = async (work: KeyedWork) => {
      const id = work.newId("run");
      return (await readRunHead(db, wish.tenant, id)) ? made(id) : null;
    };
    const keyed = {
      db,
      key: `key-${wish.name}`,
      route: "POST /api/commands/{slug}/execute",
      path: "/api/commands/plan/execute",
      body,
      owner: `tok-${wish.by.id}`,
      tenantId: wish.tenant,
      token: "",
      sealed: false,
      now: world.now,
    };
    try {
      return (await withKey(keyed, handle, recover)).body as { run: string };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.code === "idempotency_mismatch") return "mismatch";
      if (error.code !== "conflict") throw error;
      // Two kinds of conflict: the first try is still under way, or the concurrency group is taken.
      return error.retryAfterS === undefined ? "refused" : "busy";
    }
  }
}
