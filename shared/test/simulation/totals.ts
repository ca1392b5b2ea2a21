/** Sums over many seeds. */
import { FAULTS, type Fault, type Seen } from "./faults.ts";
import type { Outcome } from "./simulator.ts";

export interface Totals {
  seeds: number;
  events: number;
  runs: { [status: string]: number };
  seen: Seen;
  arrows: Set<string>;
  failures: { seed: number; invariant: string; message: string }[];
}

export function noTotals(): Totals {
  return { seeds: 0, events: 0, runs: {}, seen: {}, arrows: new Set(), failures: [] };
}

export function addTo(
  totals: Totals,
  outcome: Pick<Outcome, "seed" | "failure" | "seen" | "arrows" | "statuses" | "events">,
): void {
  totals.seeds++;
  totals.events += outcome.events;
  for (const status of outcome.statuses) totals.runs[status] = (totals.runs[status] ?? 0) + 1;
  for (const [fault, count] of Object.entries(outcome.seen))
    totals.seen[fault as Fault] = (totals.seen[fault as Fault] ?? 0) + count;
  for (const arrow of outcome.arrows) totals.arrows.add(arrow);
  if (outcome.failure) totals.failures.push({ seed: outcome.seed, ...outcome.failure });
}

/** The one line that replays a failure. */
export function replayLine(seed: number): string {
  return `npm run simulate -- --seed ${seed} --trace`;
}

export function neverSeen(seen: Seen): Fault[] {
  return (Object.keys(FAULTS) as Fault[]).filter((fault) => !seen[fault]);
}
