/** Leases: who may run a job, until when, and what came of it. Every verb is one conditional statement; the fence decides. */
import type { LeasedJob, StepReport } from "../contracts/agent-protocol.ts";
import { newId } from "../ids.ts";
import { jobFromRow, type Row } from "./rows.ts";
import { once } from "./write.ts";

/** SQL: is `j` a job of this run? A walk down the key, since a job's id begins with its run's. */
export function jobsOf(run: string): string {
  return `(j.id >= 'job_' || substr(${run}, 5) || '.' AND j.id < 'job_' || substr(${run}, 5) || '/')`;
}

export interface LeaseRequest {
  tenantId: string;
  kind: "agent" | "call";
  /** Who asks; `dispatcher` for calls. */
  agentId: string;
  labels: string[];
  /** The same request id gets the same leases again: the first answer may have been lost. */
  requestId: string;
  max: number;
  leaseMs: number;
  /** Only jobs of these runs. */
  runIds?: string[];
}

/** A job's row as it is leased out: with the digest of the plan it belongs to. */
const WITH_DIGEST =
  "*, (SELECT r.plan_digest FROM workflow_executions r WHERE r.id = jobs.run_id) AS plan_digest";

/**
 * Grant up to `max` leases. In the one statement that grants: the job is still queued, an attempt is left (I12),
 * its labels fit, its run was not cancelled (I6; a rollback runs nevertheless), and this request was granted nothing before.
 */
export async function leaseJobs(db: D1Database, ask: LeaseRequest, now: number): Promise<LeasedJob[]> {
  // The write may have happened although its answer was lost: the request id is its stamp.
  const repeated = db
    .prepare(
      `SELECT ${WITH_DIGEST} FROM jobs WHERE tenant_id = ?2 AND kind = ?5 AND finished_at IS NULL
         AND agent_id = ?1 AND status = 'leased' AND request_id = ?3 AND lease_expires_at > ?4`,
    )
    .bind(ask.agentId, ask.tenantId, ask.requestId, now, ask.kind);
  const before = async () => (await repeated.all<Row>()).results;
  if (ask.max < 1) return leased(await before(), now);
  // `+ 0`: SQLite plans a statement anew at every call when its LIMIT is a bare parameter, ten times what this one takes.
  const grant = db
    .prepare(
      `UPDATE jobs SET status = 'leased', headroom = headroom - 1, agent_id = ?1, request_id = ?2, leased_at = ?3, lease_expires_at = ?4
       WHERE status = 'queued' AND id IN (
         SELECT j.id FROM jobs j WHERE j.tenant_id = ?5 AND j.kind = ?6 AND j.finished_at IS NULL AND j.status = 'queued' AND j.headroom > 0
           AND (j.wanted_agent_id IS NULL OR j.wanted_agent_id = ?1)
           AND NOT EXISTS (SELECT 1 FROM json_each(j.labels_json) WHERE value NOT IN (SELECT value FROM json_each(?7)))
           AND (?8 IS NULL OR j.run_id IN (SELECT value FROM json_each(?8)))
           AND EXISTS (SELECT 1 FROM workflow_executions r WHERE r.id = j.run_id AND r.tenant_id = j.tenant_id
                       AND r.finished_at IS NULL AND (j.purpose = 'rollback' OR r.cancel_requested_at IS NULL))
           AND NOT EXISTS (SELECT 1 FROM jobs l WHERE l.tenant_id = ?5 AND l.kind = ?6 AND l.finished_at IS NULL AND l.agent_id = ?1
                           AND l.status = 'leased' AND l.request_id = ?2 AND l.lease_expires_at > ?3)
         ORDER BY j.created_at LIMIT ?9 + 0)
       RETURNING ${WITH_DIGEST}`,
    )
    .bind(
      ask.agentId,
      ask.requestId,
      now,
      now + ask.leaseMs,
      ask.tenantId,
      ask.kind,
      JSON.stringify(ask.labels),
      ask.runIds ? JSON.stringify(ask.runIds) : null,
      ask.max,
    );
  const rows = await once(
    // One round trip: what this request was granted before, or else what it is granted now.
    async () => (await db.batch<Row>([repeated, grant])).flatMap((result) => result.results),
    before,
    (found) => found.length > 0,
  );
  return leased(rows, now);
}

function leased(rows: Row[], now: number): LeasedJob[] {
  return rows
    .map((row) => ({ job: jobFromRow(row), digest: row.plan_digest as string }))
    .sort((a, b) => a.job.createdAt - b.job.createdAt || (a.job.id < b.job.id ? -1 : 1))
    .map(({ job, digest }) => ({
      job: job.id,
      run: job.runId,
      fence: job.fence,
      // What is left of it: a lease that is given again has run since it was granted.
      lease_ms: Math.max(0, (job.leaseExpiresAt ?? now) - now),
      purpose: job.purpose,
      plan_digest: digest,
      steps: job.steps,
    }));
}

/** Extend leases that still live under their fence. `cancel` tells the agent to stop the job; `ok: false` that it lost it. */
export async function renewJobs(
  db: D1Database,
  ask: { tenantId: string; agentId: string; jobs: { job: string; fence: number }[]; leaseMs: number },
  now: number,
): Promise<{ job: string; ok: boolean; cancel: boolean }[]> {
  const { results } = await db
    .prepare(
      `UPDATE jobs SET lease_expires_at = ?1
       WHERE id IN (SELECT value ->> 'job' FROM json_each(?2)) AND tenant_id = ?3 AND agent_id = ?4 AND status = 'leased' AND lease_expires_at > ?5
         AND fence = (SELECT value ->> 'fence' FROM json_each(?2) WHERE value ->> 'job' = jobs.id)
       RETURNING id, cancel_requested_at`,
    )
    .bind(now + ask.leaseMs, JSON.stringify(ask.jobs), ask.tenantId, ask.agentId, now)
    .all<{ id: string; cancel_requested_at: number | null }>();
  const live = new Map(results.map((r) => [r.id, r.cancel_requested_at !== null]));
  return ask.jobs.map(({ job }) => ({ job, ok: live.has(job), cancel: live.get(job) ?? false }));
}

export interface Report {
  tenantId: string;
  agentId: string;
  job: string;
  fence: number;
  /** Rises with each report of the job; an older or equal one changes nothing. */
  seq: number;
  /** Cumulative: everything known of every step of the job. */
  steps: StepReport[];
  done: boolean;
}

/**
 * Store what an agent says of a job, if its fence is the current one of a live lease (I2).
 * @returns `already` when the same or a newer report is stored (a repeated message), `lost` when the lease is gone
 */
export async function reportJob(
  db: D1Database,
  report: Report,
  now: number,
): Promise<{ outcome: "stored" | "already" | "lost"; runId: string | null }> {
  const body = JSON.stringify(report.steps);
  const statement = db
    .prepare(
      `UPDATE jobs SET report_json = ?1, report_seq = ?2, status = CASE WHEN ?3 THEN 'done' ELSE status END,
              finished_at = CASE WHEN ?3 THEN ?4 ELSE finished_at END
       WHERE id = ?5 AND tenant_id = ?6 AND agent_id = ?7 AND fence = ?8 AND status = 'leased' AND lease_expires_at > ?4 AND report_seq < ?2
       RETURNING run_id`,
    )
    .bind(
      body,
      report.seq,
      report.done ? 1 : 0,
      now,
      report.job,
      report.tenantId,
      report.agentId,
      report.fence,
    );
  const stored = await once(
    () => statement.first<{ run_id: string }>(),
    async () => null,
    () => false,
  );
  if (stored) return { outcome: "stored", runId: stored.run_id };
  const row = await db
    .prepare("SELECT run_id, status, report_seq, agent_id, fence FROM jobs WHERE id = ?1 AND tenant_id = ?2")
    .bind(report.job, report.tenantId)
    .first<{ run_id: string; status: string; report_seq: number; agent_id: string | null; fence: number }>();
  const same = row !== null && row.agent_id === report.agentId && row.fence === report.fence;
  const kept = same && row.report_seq >= report.seq && (row.status === "leased" || row.status === "done");
  return { outcome: kept ? "already" : "lost", runId: row?.run_id ?? null };
}

/** A stamp for a write, so that after an error it can be told whether it happened. */
export function newStamp(now: number): string {
  return newId("txn", now);
}
