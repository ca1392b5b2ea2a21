/**
 * The dispatcher's whole job: load, decide, commit, and only then tell others. Safe to call at any time for any runs;
 * what a crash leaves undone is derived again from the rows by the next hint or the sweep.
 */
import { commitRuns, touchRuns } from "@tw/shared/db/commit-runs";
import { countThrow, failInternally, nextInGroups } from "@tw/shared/db/due-runs";
import { loadRuns } from "@tw/shared/db/load-runs";
import { isTransient } from "@tw/shared/db/write";
import { type Decision, decide } from "@tw/shared/engine/decide";
import { brokenBy } from "@tw/shared/engine/invariants";
import type { Snapshot } from "@tw/shared/engine/state";
import { isTerminal } from "@tw/shared/engine/statuses";
import { TryAgain } from "@tw/shared/errors";
import type { CommittedNote } from "@tw/shared/hub";
import { newId } from "@tw/shared/ids";
import { LIMITS } from "@tw/shared/limits";

/** What reconcile tells others after a commit. None of it may throw, and losing any of it must be harmless. */
export interface Tell {
  hint(
    queue: "runs" | "calls" | "checkpoints" | "notifications",
    runIds: string[],
    delaySeconds?: number,
  ): Promise<void>;
  hub(tenantId: string, note: CommittedNote): Promise<void>;
}

/** How often a lost compare-and-swap is read and decided again before it is left to the winner's own hint. */
const CAS_TRIES = 4;

/**
 * Bring these runs as far as they can go now.
 * @param why after a `hint` only what is new is told; the `sweep` tells everything that still waits to be done, since what was
 *   told before may have been lost
 * @param clock read after each load, so that no decision uses a time from before its rows
 */
export async function reconcile(
  db: D1Database,
  runIds: string[],
  tell: Tell,
  clock: () => number,
  why: "hint" | "sweep" = "hint",
): Promise<void> {
  let open = runIds;
  for (let attempt = 0; attempt < CAS_TRIES && open.length > 0; attempt++) {
    const { snapshots, broken } = await loadRuns(db, open);
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
    const asked = snapshots
      .filter((s) => s.checkpoints.some((c) => c.announcedAt !== null))
      .map((s) => s.run.id);
    const lost = why === "sweep" && attempt === 0 ? checked : new Map<string, Snapshot>();
    await tellOf(db, settled, lost, new Set(asked), tell);
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

async function tellOf(
  db: D1Database,
  decisions: Decision[],
  checked: Map<string, Snapshot>,
  asked: Set<string>,
  tell: Tell,
): Promise<void> {
  const calls: string[] = [];
  const checkpoints: string[] = [];
  const ended: string[] = [];
  const followed: string[] = [];
  const groups: { tenantId: string; group: string }[] = [];
  const notes = new Map<string, CommittedNote>();
  for (const d of decisions) {
    const snapshot = checked.get(d.run.id);
    const queued = [...d.jobs, ...(snapshot?.jobs.filter((j) => j.status === "queued") ?? [])];
    const stopping =
      snapshot?.jobs.filter((j) => j.status === "leased" && j.cancelRequestedAt !== null) ?? [];
    const unannounced = snapshot?.checkpoints.some((c) => c.status === "pending" && c.announcedAt === null);
    if (queued.some((j) => j.kind === "call")) calls.push(d.run.id);
    if (d.checkpoints.length > 0 || unannounced) checkpoints.push(d.run.id);
    const cancel = [...d.jobPatches.filter((p) => p.cancelRequestedAt !== null), ...stopping].map(
      (j) => j.id,
    );
    const nudge = queued.some((j) => j.kind === "agent");
    const terminal = isTerminal(d.run.status);
    if (terminal) {
      ended.push(d.run.id);
      if (d.run.concurrencyGroup !== null)
        groups.push({ tenantId: d.run.tenantId, group: d.run.concurrencyGroup });
    }
    // Messages that asked are to show what came of it, and how the run goes on.
    else if (d.changed && (asked.has(d.run.id) || d.checkpointPatches.length > 0)) followed.push(d.run.id);
    if (!d.changed && !nudge && cancel.length === 0) continue;
    const note = notes.get(d.run.tenantId) ?? { nudge: false, cancel: [], runs: [] };
    note.nudge ||= nudge;
    note.cancel.push(...cancel);
    if (d.changed) note.runs.push({ id: d.run.id, seq: d.run.eventSeq, terminal });
    notes.set(d.run.tenantId, note);
  }
  await Promise.all([...notes].map(([tenantId, note]) => tell.hub(tenantId, note)));
  if (calls.length > 0) await tell.hint("calls", calls);
  if (checkpoints.length > 0) await tell.hint("checkpoints", checkpoints);
  if (ended.length + followed.length > 0) await tell.hint("notifications", [...ended, ...followed]);
  if (groups.length > 0) {
    const next = await nextInGroups(db, groups);
    if (next.length > 0) await tell.hint("runs", next);
  }
}

/**
 * A back-off or sleep that ends soon gets a hint for its time: in the cloud the sweep comes only once a minute.
 * One hint for each number of seconds, however many runs wait.
 */
async function tellTimers(decisions: Decision[], tell: Tell, now: number): Promise<void> {
  const bySeconds = new Map<number, string[]>();
  for (const d of decisions) {
    const wakes = d.steps.flatMap((s) => [
      s.status === "waiting" ? s.wakeAt : null,
      s.rollbackStatus === "pending" ? (s.rollback?.wakeAt ?? null) : null,
    ]);
    const seconds = new Set(wakes.flatMap((at) => (at === null ? [] : [Math.ceil((at - now) / 1000)])));
    for (const delay of seconds) {
      if (delay < 1 || delay > LIMITS.timerHintMaxS) continue;
      bySeconds.set(delay, [...(bySeconds.get(delay) ?? []), d.run.id]);
    }
  }
  for (const [delay, runIds] of bySeconds) await tell.hint("runs", runIds, delay);
}
