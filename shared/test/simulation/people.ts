/** People: who vote at once, twice, at the last moment, after a cancel; who ask for runs, repeat themselves, and cancel. */
import { requestCancel } from "../../src/db/cancel-run.ts";
import { type AfterVote, castVote } from "../../src/db/votes.ts";
import type { Actor as Requester } from "../../src/engine/state.ts";
import { sendHint } from "../../src/queues/send.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { AnyRow } from "./observer.ts";
import { type Actor, Violation } from "./scheduler.ts";
import type { Services } from "./services.ts";
import { SECOND, type World } from "./world.ts";

export interface Person {
  id: string;
  tenant: string;
  role: "owner" | "approver" | "viewer";
}

export class People {
  readonly #world: World;
  readonly #people: Person[];
  #votes = new Map<string, number>();
  /** How a service tells others; without it every vote is hinted at. */
  services: Pick<Services, "tell"> | null = null;

  constructor(world: World, people: Person[], options: { scripted?: boolean } = {}) {
    this.#world = world;
    this.#people = people;
    if (options.scripted) return;
    world.checkers.onChange((change) => {
      if (change.table === "command_checkpoints" && !change.before && change.after) this.#seen(change.after);
    });
  }

  requester(person: Person): Requester {
    return { id: person.id, name: person.id, type: "person" };
  }

  /** Somebody cancels a run, if it is there by then; now and then somebody of another tenant tries to. */
  cancel(run: () => string | undefined, tenant: string, by: Person, delay: number, foreign: boolean): void {
    const world = this.#world;
    world.scheduler.spawn(
      "cancel",
      async (client) => {
        const runId = run();
        if (runId === undefined) return;
        await world.scheduler.call(client, "api", async (api) => {
          const before = world.observer.rows.workflow_executions.get(runId);
          const answer = await requestCancel(
            world.store(api),
            { tenantId: tenant, runId, by: this.requester(by), reason: null },
            world.now,
          );
          world.say("canceller", () => `${runId}: ${JSON.stringify(answer)}`);
          if (foreign) {
            world.faults.saw("F83");
            if (answer !== "not_found")
              throw new Violation(
                "I9",
                `${tenant} cancelled the foreign ${runId}: ${JSON.stringify(answer)}`,
              );
            return;
          }
          if (answer === "requested" && before?.status === "running") world.faults.saw("F53");
          await sendHint(world.queue(api, "runs"), [runId]);
        });
      },
      delay,
    );
  }

  /** In the second phase one diligent person decides whatever is open. */
  decideOpen(): void {
    for (const row of this.#world.observer.rows.command_checkpoints.values()) {
      if (row.status !== "pending") continue;
      const decision = this.#world.random.chance(0.8) ? "approve" : "reject";
      for (const person of this.#voters(row))
        this.#vote(row, person, decision, this.#world.random.between(0, 2_000));
    }
  }

  /** From now on these people answer every checkpoint the same way, one second after they see it; questions of lost work are approved. */
  decideAll(decision: "approve" | "reject", people: Person[], only: "gate" | "all" = "all"): void {
    this.#world.checkers.onChange(({ table, before, after }) => {
      if (table !== "command_checkpoints" || before || !after) return;
      const answer = only === "all" || after.reason === "gate" ? decision : "approve";
      for (const person of people) this.#vote(after, person, answer, 1_000);
    });
  }

  /** A new checkpoint: who looks at it, and when. */
  #seen(row: AnyRow): void {
    const { random, faults, now } = this.#world;
    const people = random.shuffle(this.#voters(row));
    const count = random.between(0, 3);
    const open = [...this.#world.observer.rows.command_checkpoints.values()].filter(
      (one) => one.run_id === row.run_id && one.status === "pending",
    );
    if (open.length > 1) faults.saw("F72");
    const at = random.between(100, 30_000);
    for (const person of people.slice(0, count)) {
      const together = random.chance(0.5);
      const delay = together ? at : random.between(100, 40_000);
      const decision = random.chance(0.75) ? "approve" : "reject";
      this.#vote(row, person, decision, delay);
      if (faults.strikes("F67", 0.2)) for (let i = 0; i < 3; i++) this.#vote(row, person, decision, delay);
    }
    if (people.length > 1 && faults.strikes("F68", 0.15)) {
      this.#vote(row, people[0] as Person, "approve", at);
      this.#vote(row, people[1] as Person, "reject", at);
    }
    if (
      people[0] &&
      row.expires_at !== null &&
      (row.expires_at as number) - now < 700_000 &&
      faults.strikes("F69", 0.3)
    )
      this.#vote(row, people[0], "approve", (row.expires_at as number) - now + random.between(-8, 2));
    if (people[0] && faults.strikes("F70", 0.1)) {
      this.#vote(row, people[0], "approve", at);
      this.cancel(() => row.run_id as string, row.tenant_id as string, people[0], at, false);
    }
    if (faults.strikes("F83", 0.1)) {
      const stranger = this.#people.find((person) => person.tenant !== row.tenant_id) as Person;
      this.#vote(row, stranger, "approve", random.between(10, 1_000));
      this.cancel(() => row.run_id as string, stranger.tenant, stranger, random.between(10, 1_000), true);
    }
  }

  /** After the database was put back, a checkpoint may rightly be decided once more. */
  forgetDecisions(): void {
    this.#votes.clear();
  }

  #voters(row: AnyRow): Person[] {
    return this.#people.filter((person) => person.tenant === row.tenant_id && person.role !== "viewer");
  }

  #vote(row: AnyRow, person: Person, decision: "approve" | "reject", delay: number): void {
    const world = this.#world;
    world.scheduler.spawn(
      `vote:${person.id}`,
      async (browser) => {
        for (let i = 0; i < 3; i++) {
          const done = await world.scheduler.call(browser, "approvals", (approvals) =>
            this.#cast(approvals, row, person, decision),
          );
          if (done) return;
          await world.sleep(browser, world.random.between(1, 3) * SECOND);
        }
      },
      Math.max(0, delay),
    );
  }

  async #cast(approvals: Actor, row: AnyRow, person: Person, decision: "approve" | "reject"): Promise<void> {
    const world = this.#world;
    const user = { id: person.id, name: person.id, role: person.role, groups: [] };
    let stored: AfterVote | undefined;
    const outcome = await castVote(
      world.store(approvals),
      {
        tenantId: person.tenant,
        checkpointId: row.id as string,
        user,
        decision,
        channel: "console",
        comment: null,
        inputs: null,
        planDigest: row.plan_digest as string,
      },
      world.now,
      (after) => {
        stored = after;
      },
    );
    world.say(person.id, () => `${decision} ${row.id}: ${outcome.kind}`);
    if (person.tenant !== row.tenant_id) {
      if (outcome.kind !== "not_found")
        throw new Violation(
          "I9",
          `${person.id} of ${person.tenant} voted on the foreign ${row.id}: ${outcome.kind}`,
        );
      return;
    }
    if (outcome.kind === "decided") {
      const times = (this.#votes.get(row.id as string) ?? 0) + 1;
      this.#votes.set(row.id as string, times);
      if (times > 1) throw new Violation("I5", `${row.id} was decided ${times} times`);
    }
    if (outcome.kind !== "decided" && outcome.kind !== "voted") return;
    // The vote is stored; its hint may not be.
    if (world.faults.strikes("F71", 0.1)) return;
    // The API goes on with the run itself; links and Slack leave that to the dispatcher.
    if (this.services && stored && world.random.chance(0.5)) {
      const runId = row.run_id as string;
      const seen = { loaded: stored.loaded, events: new Map([[runId, stored.events]]) };
      const tell = this.services.tell(approvals);
      return reconcile(world.store(approvals), [runId], tell, () => world.now, "hint", seen);
    }
    await sendHint(world.queue(approvals, "runs"), [row.run_id as string]);
  }
}
