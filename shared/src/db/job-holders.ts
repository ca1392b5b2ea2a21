/** Who holds a job: what a pass of its agent is checked against. */
import type { JobStep } from "../contracts/agent-protocol.ts";
import type { Row } from "./rows.ts";

export interface JobHolder {
  tenantId: string;
  runId: string;
  fence: number;
  /** Null when the job is not leased. */
  leaseExpiresAt: number | null;
  steps: JobStep[];
  /** Hashes of the agent's tokens that still open something. */
  tokenHashes: string[];
}

/** The job with its holder, whatever tenant's: the pass says which it is, and nothing is told to who has none. */
export async function readJobHolder(db: D1Database, jobId: string): Promise<JobHolder | null> {
  const row = await db
    .prepare(
      `SELECT j.tenant_id, j.run_id, j.fence, j.steps_json,
         CASE j.status WHEN 'leased' THEN j.lease_expires_at END AS lease_expires_at,
         (SELECT json_group_array(t.hash) FROM tokens t WHERE t.tenant_id = j.tenant_id AND t.agent_id = j.agent_id
           AND t.type = 'agent' AND t.revoked_at IS NULL) AS hashes_json
       FROM jobs j WHERE j.id = ?1`,
    )
    .bind(jobId)
    .first<Row>();
  if (!row) return null;
  return {
    tenantId: row.tenant_id as string,
    runId: row.run_id as string,
    fence: row.fence as number,
    leaseExpiresAt: row.lease_expires_at as number | null,
    steps: JSON.parse(row.steps_json as string),
    tokenHashes: JSON.parse(row.hashes_json as string),
  };
}

/** The steps of a job that this agent holds under this fence now; null when it does not. */
export async function readLeasedSteps(
  db: D1Database,
  ask: { tenantId: string; agentId: string; job: string; fence: number },
  now: number,
): Promise<{ runId: string; steps: JobStep[] } | null> {
  const row = await db
    .prepare(
      `SELECT run_id, steps_json FROM jobs WHERE id = ?1 AND tenant_id = ?2 AND agent_id = ?3 AND fence = ?4
         AND status = 'leased' AND lease_expires_at > ?5 AND cancel_requested_at IS NULL`,
    )
    .bind(ask.job, ask.tenantId, ask.agentId, ask.fence, now)
    .first<Row>();
  return row ? { runId: row.run_id as string, steps: JSON.parse(row.steps_json as string) } : null;
}

/** The run a job belongs to. */
export async function readJobRun(db: D1Database, tenantId: string, jobId: string): Promise<string | null> {
  const row = await db
    .prepare("SELECT run_id FROM jobs WHERE id = ?1 AND tenant_id = ?2")
    .bind(jobId, tenantId)
    .first<{ run_id: string }>();
  return row?.run_id ?? null;
}
