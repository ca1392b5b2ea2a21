/** Agents: who they are, which connection of theirs is the newest, what they last said of themselves. */
import type { Json } from "../contracts/json.ts";
import { type AuditEntry, auditStatement } from "./audit.ts";
import type { Row } from "./rows.ts";

export const AGENT_STATUSES = ["online", "offline", "draining"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

/** What an agent says of itself when it connects. */
export interface AgentHello {
  version: string;
  platform: string;
  labels: string[];
  root: string;
  capacity: number;
  policy_hash: string;
  tools: { [name: string]: string };
  /** Name of its journal. */
  journal?: string;
}

export interface Agent {
  id: string;
  tenantId: string;
  name: string;
  /** Given when the agent was registered. */
  labels: string[];
  status: AgentStatus;
  /** Number of the newest connection. */
  session: number;
  hello: AgentHello | null;
  facts: { [name: string]: Json };
  lastSeenAt: number | null;
  revokedAt: number | null;
  createdAt: number;
  runningJobs: number;
}

/** The labels work is matched by: those it was registered with and those it says itself. */
export function matchingLabels(agent: Pick<Agent, "labels" | "hello">): string[] {
  return [...new Set([...agent.labels, ...(agent.hello?.labels ?? [])])];
}

const COLUMNS = `id, tenant_id, name, labels_json, status, session, hello_json, facts_json, last_seen_at, revoked_at, created_at,
  (SELECT count(*) FROM jobs j WHERE j.tenant_id = agents.tenant_id AND j.kind = 'agent' AND j.finished_at IS NULL
     AND j.agent_id = agents.id AND j.status = 'leased') AS running_jobs`;

/** An agent from its row. */
export function agentFromRow(r: Row): Agent {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    name: r.name as string,
    labels: JSON.parse(r.labels_json as string),
    status: r.status as AgentStatus,
    session: r.session as number,
    hello: r.hello_json === null ? null : JSON.parse(r.hello_json as string),
    facts: r.facts_json === null ? {} : JSON.parse(r.facts_json as string),
    lastSeenAt: r.last_seen_at as number | null,
    revokedAt: r.revoked_at as number | null,
    createdAt: r.created_at as number,
    runningJobs: r.running_jobs as number,
  };
}

/**
 * Register an agent and its token (the caller's statements), and record it, in one batch.
 * The same id again changes nothing and is recorded once: a request whose answer was lost is made again.
 */
export async function createAgent(
  db: D1Database,
  agent: { id: string; tenantId: string; name: string; labels: string[] },
  also: D1PreparedStatement[],
  entry: AuditEntry,
  now: number,
): Promise<void> {
  await db.batch([
    auditStatement(db, entry, { sql: "NOT EXISTS (SELECT 1 FROM agents WHERE id = ?7)", values: [agent.id] }),
    db
      .prepare(
        "INSERT INTO agents (id, tenant_id, name, labels_json, created_at) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING",
      )
      .bind(agent.id, agent.tenantId, agent.name, JSON.stringify(agent.labels), now),
    ...also,
  ]);
}

/** One agent that is not revoked. */
export async function readAgent(db: D1Database, tenantId: string, agentId: string): Promise<Agent | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM agents WHERE id = ?1 AND tenant_id = ?2 AND revoked_at IS NULL`)
    .bind(agentId, tenantId)
    .first<Row>();
  return row ? agentFromRow(row) : null;
}

/** Agents of the tenant that are not revoked, those heard of last first, for a batch: at most 100. */
export function agentStatement(db: D1Database, tenantId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT ${COLUMNS} FROM agents WHERE tenant_id = ?1 AND revoked_at IS NULL ORDER BY last_seen_at DESC LIMIT 100`,
    )
    .bind(tenantId);
}

/** All of them, to tell why a job waits; at most as many as a tenant may sensibly have. */
export async function listKnownAgents(db: D1Database, tenantId: string): Promise<Agent[]> {
  return listAgents(db, { tenantId, after: null, limit: 1_000 });
}

/** A page of a tenant's agents, oldest first, those revoked left out. */
export async function listAgents(
  db: D1Database,
  ask: { tenantId: string; after: string | null; limit: number },
): Promise<Agent[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM agents WHERE tenant_id = ?1 AND id > ?2 AND revoked_at IS NULL ORDER BY id LIMIT ?3 + 0`,
    )
    .bind(ask.tenantId, ask.after ?? "", ask.limit)
    .all<Row>();
  return results.map(agentFromRow);
}

/**
 * Take an agent out of service: its row, all its tokens, and the audit entry, in one batch.
 * @returns whether there was such an agent that was not revoked yet; only then anything is recorded
 */
export async function revokeAgent(
  db: D1Database,
  ask: { tenantId: string; agentId: string },
  entry: AuditEntry,
  now: number,
): Promise<boolean> {
  const live = "EXISTS (SELECT 1 FROM agents WHERE id = ?7 AND tenant_id = ?1 AND revoked_at IS NULL)";
  const [, , agent] = await db.batch([
    auditStatement(db, entry, { sql: live, values: [ask.agentId] }),
    db
      .prepare(
        "UPDATE tokens SET revoked_at = ?1 WHERE tenant_id = ?2 AND agent_id = ?3 AND revoked_at IS NULL",
      )
      .bind(now, ask.tenantId, ask.agentId),
    db
      .prepare(
        "UPDATE agents SET revoked_at = ?1, status = 'offline' WHERE id = ?2 AND tenant_id = ?3 AND revoked_at IS NULL",
      )
      .bind(now, ask.agentId, ask.tenantId),
  ]);
  return agent?.meta.changes === 1;
}

/**
 * An agent connected: it gets the next session number, and whatever connection it had is an older one from now on (F51).
 * When it comes with the journal of its last hello, jobs leased to it that it does not hold never started: they are over without a
 * report, and their runs (`released`) send them out again at once instead of waiting for the lease to end.
 * @returns null when there is no such agent or it is revoked
 */
export async function beginSession(
  db: D1Database,
  ask: {
    tenantId: string;
    agentId: string;
    hello: AgentHello;
    facts: { [name: string]: Json };
    holding: string[];
  },
  now: number,
): Promise<{ session: number; labels: string[]; released: string[] } | null> {
  const [jobs, agents] = await db.batch<Row>([
    db
      .prepare(
        `UPDATE jobs SET status = 'done', finished_at = ?1 WHERE tenant_id = ?2 AND kind = 'agent' AND finished_at IS NULL
           AND agent_id = ?3 AND status = 'leased' AND report_seq = 0 AND cancel_requested_at IS NULL
           AND id NOT IN (SELECT value FROM json_each(?4))
           AND EXISTS (SELECT 1 FROM agents a WHERE a.id = ?3 AND a.tenant_id = ?2 AND a.hello_json ->> 'journal' = ?5)
         RETURNING run_id`,
      )
      .bind(now, ask.tenantId, ask.agentId, JSON.stringify(ask.holding), ask.hello.journal ?? null),
    db
      .prepare(
        `UPDATE agents SET session = session + 1, status = 'online', hello_json = ?1, facts_json = ?2, last_seen_at = ?3
         WHERE id = ?4 AND tenant_id = ?5 AND revoked_at IS NULL RETURNING session, labels_json`,
      )
      .bind(JSON.stringify(ask.hello), JSON.stringify(ask.facts), now, ask.agentId, ask.tenantId),
  ]);
  const row = agents?.results[0];
  if (!row) return null;
  return {
    session: row.session as number,
    labels: matchingLabels({ labels: JSON.parse(row.labels_json as string), hello: ask.hello }),
    released: [...new Set((jobs?.results ?? []).map((job) => job.run_id as string))],
  };
}

/**
 * The agent was heard of. What is not given stays as it was.
 * @returns false when this is no longer its newest session, or the agent, the token it came with or its tenant is out of service
 */
export async function touchAgent(
  db: D1Database,
  ask: {
    tenantId: string;
    agentId: string;
    tokenId: string;
    session: number;
    status?: AgentStatus;
    facts?: { [name: string]: Json };
    policyHash?: string;
  },
  now: number,
): Promise<boolean> {
  const result = await db
    .prepare(
      `UPDATE agents SET last_seen_at = ?1, status = coalesce(?2, status), facts_json = coalesce(?3, facts_json),
         facts_at = CASE WHEN ?3 IS NULL THEN facts_at ELSE ?1 END,
         hello_json = CASE WHEN ?8 IS NULL THEN hello_json ELSE json_set(hello_json, '$.policy_hash', ?8) END
       WHERE id = ?4 AND tenant_id = ?5 AND session = ?6 AND revoked_at IS NULL
         AND EXISTS (SELECT 1 FROM tokens t JOIN tenants n ON n.id = t.tenant_id
                     WHERE t.id = ?7 AND t.tenant_id = ?5 AND t.agent_id = ?4 AND t.revoked_at IS NULL
                       AND (t.expires_at IS NULL OR t.expires_at > ?1) AND n.status = 'active')`,
    )
    .bind(
      now,
      ask.status ?? null,
      ask.facts ? JSON.stringify(ask.facts) : null,
      ask.agentId,
      ask.tenantId,
      ask.session,
      ask.tokenId,
      ask.policyHash ?? null,
    )
    .run();
  return result.meta.changes === 1;
}

/** The connection is gone. A newer one of the same agent stays as it is. */
export async function endSession(
  db: D1Database,
  ask: { tenantId: string; agentId: string; session: number },
): Promise<void> {
  await db
    .prepare("UPDATE agents SET status = 'offline' WHERE id = ?1 AND tenant_id = ?2 AND session = ?3")
    .bind(ask.agentId, ask.tenantId, ask.session)
    .run();
}

/** Which agents hold these jobs now. */
export async function jobHolders(
  db: D1Database,
  tenantId: string,
  jobIds: string[],
): Promise<{ job: string; agentId: string }[]> {
  const { results } = await db
    .prepare(
      "SELECT id, agent_id FROM jobs WHERE id IN (SELECT value FROM json_each(?1)) AND tenant_id = ?2 AND status = 'leased' AND agent_id IS NOT NULL",
    )
    .bind(JSON.stringify(jobIds), tenantId)
    .all<{ id: string; agent_id: string }>();
  return results.map((r) => ({ job: r.id, agentId: r.agent_id }));
}

/** Of the jobs an agent says it holds, those it should stop: cancelled, or its lease is gone. */
export async function heldInVain(
  db: D1Database,
  ask: { tenantId: string; agentId: string; jobs: { job: string; fence: number }[] },
  now: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT h.value ->> 'job' AS job FROM json_each(?1) h WHERE NOT EXISTS (
         SELECT 1 FROM jobs j WHERE j.id = h.value ->> 'job' AND j.tenant_id = ?2 AND j.agent_id = ?3 AND j.fence = h.value ->> 'fence'
           AND j.status = 'leased' AND j.lease_expires_at > ?4 AND j.cancel_requested_at IS NULL)`,
    )
    .bind(JSON.stringify(ask.jobs), ask.tenantId, ask.agentId, now)
    .all<{ job: string }>();
  return results.map((row) => row.job);
}
