/** An agent's line to its hub. Requests get lost on the way, answers on the way back; a sleeping machine sends nothing. */
import { LogIntake } from "../../../services/api/src/agent-hub-logs.ts";
import { handleMessage } from "../../../services/api/src/agent-hub-messages.ts";
import type { Seat } from "../../../services/api/src/agent-hub-seat.ts";
import { Shares } from "../../../services/api/src/agent-hub-shares.ts";
import type { HubMessage } from "../../src/contracts/agent-protocol.ts";
import type { Actor } from "./scheduler.ts";
import { SECOND, type World } from "./world.ts";

export type Body = { type: "ask" | "renew" | "report" | "hello"; [field: string]: unknown };

export class HubLine {
  /** The machine sleeps until then. */
  pausedUntil = 0;
  readonly #agent: { id: string; tenant: string; labels: string[] };
  readonly #world: World;
  readonly #cancelled: (jobs: string[]) => void;
  #seat: Seat;
  #sent = 0;

  constructor(
    agent: { id: string; tenant: string; labels: string[] },
    world: World,
    cancelled: (jobs: string[]) => void,
  ) {
    this.#agent = agent;
    this.#world = world;
    this.#cancelled = cancelled;
    this.#seat = this.#blank();
  }

  hello(actor: Actor): Promise<HubMessage | null> {
    return this.request(actor, { type: "hello", ...HELLO, labels: this.#agent.labels, holding: [] });
  }

  /** The connection is gone, as after a crash. */
  drop(): void {
    this.#seat = this.#blank();
  }

  /**
   * One request to the hub and its answer; null when either was lost, or the hub could not serve it.
   * @param leaves called at the moment it leaves the machine
   */
  async request(actor: Actor, body: Body, leaves: () => void = () => {}): Promise<HubMessage | null> {
    const world = this.#world;
    const { random, faults } = world;
    const { id } = this.#agent;
    await world.sleep(actor, random.between(1, 4));
    if (world.now < this.pausedUntil) await world.sleep(actor, this.pausedUntil - world.now);
    const message = { ...body, id: `${id}-${this.#sent++}` };
    if (faults.strikes("F48", 0.02)) {
      await world.sleep(actor, 10 * SECOND);
      return null;
    }
    leaves();
    const answered = await world.scheduler.call(actor, `hub<${id}`, (hub) => this.#serve(hub, message));
    if (!answered || faults.strikes("F47", 0.02)) {
      await world.sleep(actor, 10 * SECOND);
      return null;
    }
    const { reply, seat, push, close } = answered.value;
    if (seat && message.type === "hello") this.#seat = seat;
    for (const pushed of push ?? []) if (pushed.type === "cancel") this.#cancelled(pushed.jobs);
    if (close) this.drop();
    if (reply.type === "error" && reply.code === "hello_first") {
      await this.hello(actor);
      return null;
    }
    return reply.type === "error" ? null : reply;
  }

  /** The real hub's handling of one message. */
  #serve(hub: Actor, message: Body) {
    const db = this.#world.store(hub);
    return handleMessage(structuredClone(message), this.#seat, {
      db,
      runs: this.#world.queue(hub, "runs"),
      logs: new LogIntake(db, () => {}),
      probed: () => {},
      // No step here has a secret or a receipt.
      granting: { DB: db, APPROVALS: { fetch: () => Promise.reject(new Error("nobody is asked")) } as never },
      // Each agent is alone here: who gets which of several jobs is not what is being shaken.
      shares: new Shares(db, () => []),
      checked: new Map([[`${this.#agent.id} ${this.#seat.session}`, this.#world.now]]),
    });
  }

  #blank(): Seat {
    const { id, tenant } = this.#agent;
    return {
      agentId: id,
      tenantId: tenant,
      tokenId: "",
      session: 0,
      labels: [],
      capacity: 3,
      draining: false,
    };
  }
}

const HELLO = {
  protocol: 1,
  version: "0.1.0",
  platform: "sim",
  root: "/",
  capacity: 3,
  policy_hash: "p",
  tools: {},
  facts: {},
};
