/** How many jobs an agent that asks gets, when there are others who could take them too. */
import { fairShare, type Seated } from "@tw/shared/agents/fair-share";
import { type QueueState, readQueue } from "@tw/shared/db/queued-jobs";
import { LIMITS } from "@tw/shared/limits";
import type { Seat } from "./agent-hub-seat.ts";

export interface Share {
  max: number;
  /** Something is left for it beyond its share: it may ask again. */
  more: boolean;
}

/** Shares of one tenant's queue. What it remembers may vanish at any time. */
export class Shares {
  readonly #db: D1Database;
  /** All who are connected and take work. */
  readonly #seats: () => Seat[];
  /** Read at most so often: when many ask at once, what each is given is taken off here. */
  #state: { at: number; read: Promise<QueueState> } | null = null;

  constructor(db: D1Database, seats: () => Seat[]) {
    this.#db = db;
    this.#seats = seats;
  }

  async of(seat: Seat, free: number, now: number): Promise<Share> {
    const room = Math.min(free, seat.capacity);
    const others = this.#seats().filter((one) => one.agentId !== seat.agentId && !one.draining);
    if (others.length === 0) return { max: room, more: false };
    if (!this.#state || now - this.#state.at > LIMITS.queueLookMs)
      this.#state = { at: now, read: readQueue(this.#db, seat.tenantId) };
    const state = await this.#state.read.catch(() => null);
    // Work goes before fairness.
    if (!state) return { max: room, more: false };
    const asks: Seated = { agentId: seat.agentId, labels: seat.labels, free: room };
    const rivals = others.map(({ agentId, labels, capacity }) => ({
      agentId,
      labels,
      free: capacity - (state.held.get(agentId) ?? 0),
    }));
    const max = fairShare(asks, rivals, state.waiting);
    const left = takeOff(state, seat, max);
    return { max, more: max < room && left };
  }
}

/** Counts them as taken, so that who asks next sees the rest; is there anything left for this agent? */
function takeOff(state: QueueState, seat: Seat, taken: number): boolean {
  const mine = state.waiting.filter(({ labels, wanted }) =>
    wanted === null ? labels.every((label) => seat.labels.includes(label)) : wanted === seat.agentId,
  );
  let open = taken;
  for (const group of mine) {
    const some = Math.min(open, group.count);
    group.count -= some;
    open -= some;
  }
  state.held.set(seat.agentId, (state.held.get(seat.agentId) ?? 0) + taken - open);
  return mine.some(({ count }) => count > 0);
}
