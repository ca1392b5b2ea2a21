/**
 * Executes call jobs: HTTP steps and handlers of our own. It leases like an agent does, with the same compare-and-swap,
 * so a hint that comes twice finds nothing left; a crash before the report is repaired by the lease running out.
 */
import { stepReport } from "@tw/shared/agents/step-report";
import type { LeasedJob, StepReport } from "@tw/shared/contracts/agent-protocol";
import { openCalls, tenantsWithCalls } from "@tw/shared/db/calls";
import { recordDeadLetters } from "@tw/shared/db/dead-letters";
import { leaseJobs, newStamp, renewJobs, reportJob } from "@tw/shared/db/jobs";
import { type LogPiece, storeLogs } from "@tw/shared/db/logs";
import { LIMITS } from "@tw/shared/limits";
import { consume, type HintBatch } from "@tw/shared/queues/consume";
import { sendHint } from "@tw/shared/queues/send";
import { callStep } from "./call-step.ts";
import type { Env } from "./env.ts";
import { runLanes } from "./lanes.ts";

const AGENT_ID = "dispatcher";

/** Handle one batch of the calls queue. */
export function onCalls(batch: HintBatch, env: Env): Promise<void> {
  return consume(
    batch,
    (runIds) => runCalls(runIds, env),
    ({ id, body }) =>
      recordDeadLetters(env.DB, [{ id, queue: batch.queue, body, reason: "not a hint" }], Date.now()),
  );
}

/** Execute every open call of these runs, a few at a time, tenants in turn. Ends when none is left. */
async function runCalls(runIds: string[], env: Env): Promise<void> {
  /** Tenants that may have open calls, each with the runs to look at: all of them when nothing is said. */
  const open = new Map<string, string[] | undefined>();
  for (const { tenantId, runIds: of } of await openCalls(env.DB, runIds)) open.set(tenantId, of);
  const ready: { tenantId: string; job: LeasedJob }[] = [];
  let asking = 0;
  let leasing: Promise<void> | null = null;
  const lease = async () => {
    // Other lanes that want work at this moment are served by the same statement.
    await Promise.resolve();
    for (const [tenantId, runs] of open) {
      // To the end of the line, so that no tenant's flood keeps another's call waiting.
      open.delete(tenantId);
      const wanted = asking;
      const jobs = await leaseSome(env.DB, tenantId, runs, wanted);
      if (jobs.length === wanted) open.set(tenantId, runs);
      ready.push(...jobs.map((job) => ({ tenantId, job })));
      if (jobs.length > 0) return;
    }
  };
  const take = async () => {
    asking += 1;
    try {
      while (ready.length === 0 && (leasing !== null || open.size > 0)) {
        leasing ??= lease().finally(() => {
          leasing = null;
        });
        await leasing;
      }
      return ready.shift();
    } finally {
      asking -= 1;
    }
  };
  await runLanes({
    width: LIMITS.callsAtOnce,
    take,
    work: ({ job, tenantId }) => runJob(job, tenantId, env),
    lookAgain: async () => {
      for (const tenantId of await tenantsWithCalls(env.DB)) open.set(tenantId, undefined);
    },
    everyMs: LIMITS.callsLookMs,
    forMs: LIMITS.callsLookForMs,
  });
}

/** Never more than can start at once: a lease that waits here would run out unseen. */
function leaseSome(
  db: D1Database,
  tenantId: string,
  runIds: string[] | undefined,
  max: number,
): Promise<LeasedJob[]> {
  const now = Date.now();
  const ask = {
    tenantId,
    kind: "call" as const,
    agentId: AGENT_ID,
    labels: [],
    requestId: newStamp(now),
    max,
  };
  return leaseJobs(db, { ...ask, leaseMs: LIMITS.leaseMs, runIds }, now);
}

async function runJob(job: LeasedJob, tenantId: string, env: Env): Promise<void> {
  const db = env.DB;
  const rules = { allowPrivate: env.ALLOW_PRIVATE_FETCH === "true" };
  const lease = keepLease(job, tenantId, env);
  const shown = showRunning(job, tenantId, env);
  const reports: StepReport[] = [];
  const logs: LogPiece[] = [];
  for (const [index, step] of job.steps.entries()) {
    const stopped = lease.signal.aborted || reports.some((report) => report.state !== "succeeded");
    if (stopped) {
      reports.push(stepReport(step, "not_started"));
      continue;
    }
    const idempotencyKey = index === 0 ? job.job : `${job.job}.${step.step}`;
    const of = { db, files: env.FILES, tenantId, runId: job.run, now: Date.now() };
    const context = { ...of, rules, signal: lease.signal, idempotencyKey };
    const { report, log: text } = await callStep(step, context);
    reports.push(report);
    const { step: id, attempt } = step;
    logs.push({ agentId: AGENT_ID, job: job.job, fence: job.fence, step: id, attempt, start: 0, text });
  }
  lease.end();
  const seq = (await shown.end()) + 1;
  const outcome = await report(job, tenantId, env, { seq, steps: reports, done: true });
  if (outcome === "lost") console.warn(`${job.job}: its lease was lost before the result could be stored`);
  // Late logs are taken for a while, so the next step does not wait for them.
  await storeLogs(db, tenantId, logs, Date.now()).catch((error: unknown) =>
    console.warn(`${job.job}: its log was not stored: ${String(error)}`),
  );
}

async function report(
  job: LeasedJob,
  tenantId: string,
  env: Env,
  said: { seq: number; steps: StepReport[]; done: boolean },
): Promise<string> {
  const of = { tenantId, agentId: AGENT_ID, job: job.job, fence: job.fence, ...said };
  const { outcome } = await reportJob(env.DB, of, Date.now());
  await sendHint(env.RUNS, [job.run]);
  return outcome;
}

/** A call that takes its time is shown as running; a short one goes without that write. `end` gives the last seq used. */
function showRunning(job: LeasedJob, tenantId: string, env: Env): { end(): Promise<number> } {
  let shown: Promise<number> | null = null;
  const show = async () => {
    const [first] = job.steps;
    if (!first) return 0;
    const running: StepReport = stepReport(first, "running");
    await report(job, tenantId, env, { seq: 1, steps: [running], done: false }).catch((error: unknown) =>
      console.warn(`${job.job}: it could not be shown as running: ${String(error)}`),
    );
    return 1;
  };
  const timer = setTimeout(() => {
    shown = show();
  }, LIMITS.showCallMs);
  return {
    async end() {
      clearTimeout(timer);
      return (await shown) ?? 0;
    },
  };
}

/** Renews the lease while the job runs. The signal is aborted when a cancel is asked for, the lease is lost, or nobody answers. */
function keepLease(job: LeasedJob, tenantId: string, env: Env): { signal: AbortSignal; end(): void } {
  const stop = new AbortController();
  let renewedAt = Date.now();
  const renew = async () => {
    try {
      const ask = {
        tenantId,
        agentId: AGENT_ID,
        jobs: [{ job: job.job, fence: job.fence }],
        leaseMs: LIMITS.leaseMs,
      };
      const [answer] = await renewJobs(env.DB, ask, Date.now());
      renewedAt = Date.now();
      if (!answer?.ok || answer.cancel) stop.abort();
    } catch (error) {
      console.warn(`${job.job}: its lease could not be renewed: ${String(error)}`);
      if (Date.now() - renewedAt > LIMITS.selfAbortMs) stop.abort();
    }
  };
  const timer = setInterval(renew, LIMITS.renewCallEveryMs);
  return { signal: stop.signal, end: () => clearInterval(timer) };
}
