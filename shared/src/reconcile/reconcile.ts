/**
 * The dispatcher's whole job: load, decide, commit, and only then tell others. Safe to call at any time, by any service, for any runs:
 * only the compare-and-swap orders them. What a crash leaves undone is derived again from the rows by the next hint or the sweep.
 */
import { commitRuns, touchRuns } from "../db/commit-runs.ts";
import { countThrow, failInternally } from "../db/due-runs.ts";
import { type LoadedRuns, loadRuns } from "../db/load-runs.ts";
import { isTransient } from "../db/write.ts";
import { type Decision, decide } from "../engine/decide.ts";
import { brokenBy } from "../engine/invariants.ts";
import type { RunEvent, Snapshot } from "../engine/state.ts";
import { TryAgain } from "../errors.ts";
import { newId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { type Tell, tellOf, tellTimers } from "./tell.ts";

/** How the runs stand with a write of the caller's, and the events it was stored with: told together with what follows from it. */
export interface Seen {
  loaded: LoadedRuns;
  events: Map<string, RunEvent[]>;
}

/** How often a lost compare-and-swap is read and decided again before it is left to the winner's own hint. */
const CAS_TRIES = 4;

/**
 * Bring these runs as far as they can go now.
 * @param why after a `hint` only what is new is told; the `sweep` tells everything that still waits to be done, since what was
 *   told before may have been lost
 * @param seen what the caller has read just now, in the transaction of its own write
 * @param clock read after each load, so that no decision uses a time from before its rows
 */
export async function reconcile(
  db: D1Database,
  runIds: string[],
  tell: Tell,
  clock: () => number,
  why: "hint" | "sweep" = "hint",
  seen?: Seen,
): Promise<void> {
  let open = runIds;
  for (let attempt = 0; attempt < CAS_TRIES && open.length > 0; attempt++) {
    const { snapshots, broken } = (attempt === 0 && seen?.loaded) || (await loadRuns(db, open));
    const now = clock();
    for (const { id, error } of broken) await poisoned(db, id, error, now);
    const decisions = await decideAll(db, snapshots, now);
    const changed = decisions.filter((d) => d.changed);
    const refused = new Set<string>();
    const won = await commitAll(db, changed, refused, now);
    await touchRuns(
      db,
      decisions.filter((d) => !d.changed && d.run.nextCheckAt !== d.before.nextCheckAt),
    );
    const settled = decisions.filter((d) => !d.changed || won.has(d.run.id));
    const checked = new Map(snapshots.map((s) => [s.run.id, s]));
    const lost = why === "sweep" && attempt === 0 ? checked : new Map<string, Snapshot>();
    await tellOf(db, settled, lost, checked, tell, seen?.events);
    await tellTimers(settled, tell, now);
    open = changed.map((d) => d.run.id).filter((id) => !won.has(id) && !refused.has(id));
  }
  if (open.length > 0)
    throw new TryAgain(
      `${open.length} run(s) were changed by others each time they were to be committed`,
      LIMITS.hintRetryS,
    );
}

/**
 * One commit for all. When D1 refuses it for what is in it, the halves are tried by themselves, so that the run that
 * cannot be stored is found (`refused`) and its neighbours are stored.
 */
async function commitAll(
  db: D1Database,
  changed: Decision[],
  refused: Set<string>,
  now: number,
): Promise<Set<string>> {
  const [first] = changed;
  if (first === undefined) return new Set();
  try {
    return await commitRuns(db, changed, newId("txn", now), now);
  } catch (error) {
    if (isTransient(error)) throw error;
    if (changed.length === 1) {
      refused.add(first.run.id);
      await poisoned(db, first.run.id, error, now);
      return new Set();
    }
    const half = Math.ceil(changed.length / 2);
    const won = await commitAll(db, changed.slice(0, half), refused, now);
    return new Set([...won, ...(await commitAll(db, changed.slice(half), refused, now))]);
  }
}

/** One poisoned run never fails its neighbours: it is counted, looked at again, and at last ended. */
async function decideAll(db: D1Database, snapshots: Snapshot[], now: number): Promise<Decision[]> {
  const decisions: Decision[] = [];
  for (const snapshot of snapshots) {
    try {
      const decision = decide(snapshot, now);
      const broken = brokenBy(snapshot, decision);
      if (broken.length > 0) throw new Error(broken.join("; "));
      decisions.push(decision);
    } catch (error) {
      await poisoned(db, snapshot.run.id, error, now);
    }
  }
  return decisions;
}

async function poisoned(db: D1Database, id: string, error: unknown, now: number): Promise<void> {
  const throws = await countThrow(db, id, now + LIMITS.hintRetryS * 1000);
  console.error(`run ${id}: it cannot be decided (${throws} of ${LIMITS.reconcileThrows} tries):`, error);
  if (throws >= LIMITS.reconcileThrows)
    await failInternally(
      db,
      id,
      `The engine cannot go on with this run: ${String(error)}`,
      newId("txn", now),
      now,
    );
}
