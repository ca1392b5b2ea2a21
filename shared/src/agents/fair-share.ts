/** How many of the waiting jobs one agent may take when others could take them too: in proportion to the places each has free. */

export interface Seated {
  agentId: string;
  labels: string[];
  /** Places that are not taken. */
  free: number;
}
export interface Waiting {
  labels: string[];
  /** The one agent that is wanted, or null. */
  wanted: string | null;
  count: number;
}

/**
 * The share of the agent that asks, at least one where a place is free: it takes it at once, and asks again while something is left.
 * Jobs that only it can take are its own; of the others it gets what its free places are of all places that are free for them.
 */
export function fairShare(asks: Seated, others: Seated[], waiting: Waiting[]): number {
  let share = 0;
  for (const { labels, wanted, count } of waiting) {
    if (wanted === null ? !has(asks, labels) : wanted !== asks.agentId) continue;
    const rivals = wanted === null ? others.filter((one) => has(one, labels)) : [];
    const free = rivals.reduce((sum, one) => sum + Math.max(0, one.free), asks.free);
    share += free > 0 ? (count * asks.free) / free : 0;
  }
  return Math.min(asks.free, Math.max(1, Math.floor(share)));
}

function has(agent: Seated, labels: string[]): boolean {
  return labels.every((label) => agent.labels.includes(label));
}
