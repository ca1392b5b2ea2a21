/**
 * What holds always, by number. Those that one decision can break are checked here, before every commit: a decision that would break
 * one is thrown away and its run counted as poisoned, so that a mistake of ours stops one run instead of doing harm.
 * The others need a view of all actors and are checked by the simulator after each of its events.
 *
 * I1  per (run, step, attempt) at most one start is granted
 * I2  a heartbeat, log or report changes something only under the current fence of a live lease
 * I3  terminal states absorb
 * I4  never stuck: a run that is not over has a time at which it is looked at again
 * I5  one decision wins per checkpoint
 * I6  after a cancel commits no attempt starts and no vote wins
 * I7  what must follow a commit can be derived again from the rows until it has happened
 * I8  the same idempotency key with the same body: the same run and answer
 * I9  every row touched carries the caller's tenant
 * I10 a step starts only when all it needs is satisfied in committed state
 * I11 a join fires once, from child rows and the planned count
 * I12 attempts ≤ max on every path
 * I13 logs are ordered, duplicates dropped, gaps shown, capped with a mark
 * I14 no registered secret is stored or sent
 * I15 every transition has its event; folding the events gives the row
 * I16 notifications at least once, deduplicated, never the source of truth
 * I17 a hint handled 0, 1 or n times leads to the same final state
 * I18 one clock decides expiry
 * I19 a job reported as stopped has left no process of its group
 * I20 one tenant's flood delays another's step by at most 5 s
 * I21 rollback: only steps that started, reverse start order, each compensation at most once per attempt
 * I22 no step behind a checkpoint starts without the votes its policy asks for
 */
import type { Decision } from "./decide.ts";
import type { Job, Snapshot, Step } from "./state.ts";
import { isSettled, isTerminal } from "./statuses.ts";

/** Invariants that this decision would break, in words; empty when it is sound. */
export function brokenBy(snapshot: Snapshot, decision: Decision): string[] {
  const { before, run } = decision;
  const broken: string[] = [];
  const steps = new Map(snapshot.steps);
  for (const step of decision.steps) steps.set(step.id, step);
  if (isTerminal(before.status) && decision.changed) broken.push("I3: a run that is over was changed");
  if (isTerminal(run.status) !== (run.nextCheckAt === null))
    broken.push("I4: a live run has no time to be looked at again");
  for (const step of decision.steps) {
    const was = snapshot.steps.get(step.id);
    if (was && isSettled(was.status) && was.status !== step.status)
      broken.push(`I3: settled step ${step.id} was changed`);
    if (step.attempt > step.maxAttempts)
      broken.push(`I12: step ${step.id} has attempt ${step.attempt} of ${step.maxAttempts}`);
  }
  decision.events.forEach((event, i) => {
    if (event.seq !== before.eventSeq + i + 1) broken.push(`I15: event ${event.seq} leaves a gap`);
  });
  if (run.eventSeq !== before.eventSeq + decision.events.length)
    broken.push("I15: the newest seq is not that of the last event");
  for (const job of decision.jobs) {
    if (job.headroom < 1) broken.push(`I12: job ${job.id} has no attempt left`);
    if (job.purpose === "forward") brokenForward(broken, decision, steps, job);
    else brokenRollback(broken, decision, steps, job);
  }
  return broken;
}

function brokenForward(broken: string[], decision: Decision, steps: Map<string, Step>, job: Job): void {
  const { run } = decision;
  if (run.cancelRequestedAt !== null || run.outcome !== null)
    broken.push(`I6: job ${job.id} would start after the run's end was decided`);
  const inside = new Set(job.steps.map((s) => s.step));
  for (const sent of job.steps) {
    const planned = run.plan.steps.find((p) => p.id === sent.step);
    for (const id of planned?.needs ?? []) {
      const need = steps.get(id);
      const tolerated =
        need?.status === "failed" && run.plan.steps.find((p) => p.id === id)?.continue_on_error;
      const met = need?.status === "succeeded" || need?.status === "skipped" || tolerated || inside.has(id);
      if (!met) broken.push(`I10: step ${sent.step} would start before ${id} is satisfied`);
    }
  }
}

function brokenRollback(broken: string[], decision: Decision, steps: Map<string, Step>, job: Job): void {
  const id = job.steps[0]?.step ?? "";
  const step = steps.get(id);
  if (step?.startedSeq === null || step?.startedSeq === undefined) {
    broken.push(`I21: step ${id} never started and would be undone`);
    return;
  }
  for (const other of steps.values()) {
    if (other.rollbackStatus !== "running" || other.id === id) continue;
    broken.push(`I21: step ${id} would be undone while ${other.id} still is`);
  }
  if (decision.run.status !== "rolling_back")
    broken.push(`I21: step ${id} would be undone in a run that does not roll back`);
}
