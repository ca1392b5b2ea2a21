/**
 * New runs, decided before they are stored. `decide` is pure and nobody else can know of a run that is not committed, so its first
 * decision needs neither a hint nor a load nor a compare-and-swap: the commit that makes the run holds it.
 */
import { createRuns, existing, type NewRun, newRun, type Opening } from "../db/create-run.ts";
import { isTransient } from "../db/write.ts";
import { type Decision, decide } from "../engine/decide.ts";
import { brokenBy } from "../engine/invariants.ts";
import type { Run, Snapshot } from "../engine/state.ts";
import { newId } from "../ids.ts";
import { type Tell, tellOf, tellTimers } from "./tell.ts";

export interface OpenedRun {
  run: Run;
  /** What was decided with it; null when that is left to a hint, or the run was there already. */
  decision: Decision | null;
  /** Was it made by this call? */
  fresh: boolean;
}

/**
 * Store these runs as far as they can go now, in one commit for all that have no concurrency group.
 * @returns one entry for each, in order: the run, or why it could not be stored
 */
export async function openRuns(
  db: D1Database,
  asked: NewRun[],
  tell: Tell,
  now: number,
): Promise<(OpenedRun | { error: unknown })[]> {
  const openings = asked.map((n) => opening(n, now));
  const together = openings.filter(({ run }) => run.concurrencyGroup === null);
  const stored = new Map<Opening, OpenedRun | { error: unknown }>();
  await storeAll(db, together, stored, now);
  for (const one of openings) if (!together.includes(one)) await storeAll(db, [one], stored, now);
  const made = [...stored.values()].flatMap((one) => ("run" in one && one.fresh ? one : []));
  const decided = made.flatMap(({ decision }) => decision ?? []);
  await tellOf(db, decided, new Map(), new Map(), tell);
  await tellTimers(decided, tell, now);
  const left = made.filter(({ decision }) => decision === null).map(({ run }) => run.id);
  // Of a run that is there already the first word may be what got lost.
  const again = [...stored.values()].flatMap((one) => ("run" in one && !one.fresh ? one.run.id : []));
  if (left.length + again.length > 0) await tell.hint("runs", [...left, ...again]);
  return openings.map((one) => stored.get(one) ?? { error: new Error(`${one.run.id} was not stored`) });
}

function opening(n: NewRun, now: number): Opening {
  const run = newRun(n, now);
  const keep = n.keep ?? [];
  return { run, keep, decision: run.concurrencyGroup === null ? firstDecision(run, keep, now) : null };
}

/** Null when it cannot be decided here: then the run is stored as it was asked for, and counts as any run that cannot be decided. */
function firstDecision(run: Run, keep: Opening["keep"], now: number): Decision | null {
  const steps = new Map(keep.map((step) => [step.id, step]));
  const snapshot: Snapshot = { run, steps, jobs: [], checkpoints: [], blockedBy: null };
  try {
    const decision = decide(snapshot, now);
    return brokenBy(snapshot, decision).length === 0 ? decision : null;
  } catch {
    return null;
  }
}

/** One commit for all. When D1 refuses it for what is in it, each is tried by itself, at last undecided. */
async function storeAll(
  db: D1Database,
  openings: Opening[],
  stored: Map<Opening, OpenedRun | { error: unknown }>,
  now: number,
): Promise<void> {
  if (openings.length === 0) return;
  try {
    const stamp = newId("txn", now);
    const made = await createRuns(db, openings, stamp, now);
    for (const one of openings) {
      const { run, decision } = one;
      stored.set(
        one,
        made.has(run.id)
          ? { run: { ...(decision?.run ?? run), txn: stamp }, decision, fresh: true }
          : await existing(db, run).then(
              (there) => ({ run: there, decision: null, fresh: false }),
              (error: unknown) => ({ error }),
            ),
      );
    }
  } catch (error) {
    const [only] = openings;
    if (isTransient(error) || (openings.length === 1 && only?.decision === null))
      for (const one of openings) stored.set(one, { error });
    else if (openings.length === 1 && only) {
      const undecided = { ...only, decision: null };
      const alone = new Map<Opening, OpenedRun | { error: unknown }>();
      await storeAll(db, [undecided], alone, now);
      stored.set(only, alone.get(undecided) ?? { error });
    } else for (const one of openings) await storeAll(db, [one], stored, now);
  }
}
