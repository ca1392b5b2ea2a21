/** What others are told after a commit: agents and watchers through the hub, the other services by hints. Losing any of it is harmless. */
import { nextInGroups } from "../db/due-runs.ts";
import type { Decision } from "../engine/decide.ts";
import type { RunEvent, Snapshot } from "../engine/state.ts";
import { isTerminal } from "../engine/statuses.ts";
import type { CommittedNote } from "../hub.ts";
import { LIMITS } from "../limits.ts";

/** None of it may throw. */
export interface Tell {
  hint(
    queue: "runs" | "calls" | "checkpoints" | "notifications",
    runIds: string[],
    delaySeconds?: number,
  ): Promise<void>;
  hub(tenantId: string, note: CommittedNote): Promise<void>;
}

/**
 * Tell what follows from these decisions.
 * @param checked runs of which everything that still waits to be done is told, since what was told before may have been lost
 * @param earlier events that were committed just before these decisions and not told yet
 * @param snapshots what the decisions were made of; of a new run there is none
 */
export async function tellOf(
  db: D1Database,
  decisions: Decision[],
  checked: Map<string, Snapshot>,
  snapshots: Map<string, Snapshot>,
  tell: Tell,
  earlier?: Map<string, RunEvent[]>,
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
      if (tellsEnd(d, snapshots.get(d.run.id))) ended.push(d.run.id);
      if (d.run.concurrencyGroup !== null)
        groups.push({ tenantId: d.run.tenantId, group: d.run.concurrencyGroup });
    }
    // Messages that asked are to show what came of it, and how the run goes on.
    else if (d.changed && (hasAsked(snapshots.get(d.run.id)) || d.checkpointPatches.length > 0))
      followed.push(d.run.id);
    // Nobody can watch a run yet whose id was not told to anybody.
    const isNew = !snapshots.has(d.run.id);
    if ((!d.changed || isNew) && !nudge && cancel.length === 0) continue;
    const note = notes.get(d.run.tenantId) ?? { nudge: false, cancel: [], runs: [] };
    note.nudge ||= nudge;
    note.cancel.push(...cancel);
    if (d.changed) {
      const events = [...(earlier?.get(d.run.id) ?? []), ...d.events];
      const small = JSON.stringify(events).length <= LIMITS.pingEventsBytes;
      note.runs.push({ id: d.run.id, seq: d.run.eventSeq, terminal, ...(small ? { events } : {}) });
    }
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

function hasAsked(snapshot: Snapshot | undefined): boolean {
  return snapshot?.checkpoints.some((c) => c.announcedAt !== null) === true;
}

/** Is there anybody to be told of this end? People were asked on the way, or somebody started it in Slack (`derive-notifications.ts`). */
function tellsEnd(d: Decision, snapshot: Snapshot | undefined): boolean {
  return (
    d.checkpoints.length > 0 || (snapshot?.checkpoints.length ?? 0) > 0 || d.run.context.slack !== undefined
  );
}

/**
 * A back-off or sleep that ends soon gets a hint for its time: in the cloud the sweep comes only once a minute.
 * One hint for each number of seconds, however many runs wait.
 */
export async function tellTimers(decisions: Decision[], tell: Tell, now: number): Promise<void> {
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
