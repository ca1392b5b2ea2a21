/** What the workspace is doing, from its rows. Every count is bounded by an index over what is unfinished or recent. */
import type { Row } from "./rows.ts";

/** Counts of everything in work for one tenant, in one statement. */
function workStatement(db: D1Database, tenantId: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT
         (SELECT count(*) FROM workflow_executions INDEXED BY runs_due WHERE next_check_at IS NOT NULL AND tenant_id = ?1) AS runs_in_work,
         (SELECT count(*) FROM workflow_executions INDEXED BY runs_due WHERE next_check_at IS NOT NULL AND tenant_id = ?1 AND status = 'waiting') AS runs_waiting,
         (SELECT count(*) FROM jobs WHERE tenant_id = ?1 AND kind = 'agent' AND finished_at IS NULL AND status = 'queued') AS jobs_queued,
         (SELECT count(*) FROM jobs WHERE tenant_id = ?1 AND kind = 'call' AND finished_at IS NULL AND status = 'queued') AS calls_queued,
         (SELECT count(*) FROM command_checkpoints WHERE tenant_id = ?1 AND status = 'pending') AS checkpoints_pending,
         (SELECT count(*) FROM agents WHERE tenant_id = ?1 AND revoked_at IS NULL) AS agents,
         (SELECT count(*) FROM agents WHERE tenant_id = ?1 AND status = 'online' AND revoked_at IS NULL) AS agents_online,
         (SELECT count(*) FROM agents WHERE tenant_id = ?1 AND status = 'draining' AND revoked_at IS NULL) AS agents_draining,
         (SELECT count(*) FROM agent_commands WHERE tenant_id IN (?1, 'system') AND status = 'active') AS commands`,
    )
    .bind(tenantId);
}

export async function countWork(db: D1Database, tenantId: string): Promise<{ [name: string]: number }> {
  return (await workStatement(db, tenantId).first<{ [name: string]: number }>()) ?? {};
}

export interface Infrastructure {
  work: { [name: string]: number };
  /** Work that should have been taken up by now, with the time it was due. */
  overdue: {
    runs: number;
    runs_since: number | null;
    notifications: number;
    notifications_since: number | null;
  };
  dead_letters: { count: number; newest_at: number | null };
  agents: { id: string; name: string; status: string; last_seen_at: number | null }[];
  services: { name: string; status: string; status_at: number | null }[];
  deployments: {
    worker: string;
    environment: string;
    version_id: string | null;
    url: string | null;
    at: number;
  }[];
  /** Runs that failed since the given time, newest first. */
  failed: { id: string; command: string; error: string | null; finished_at: number }[];
  database: { size_bytes: number; latency_ms: number };
}

/** Everything that `infrastructure-status` tells, in one round trip. `failedSince` is an id that such old runs have. */
export async function readInfrastructure(
  db: D1Database,
  ask: { tenantId: string; overdueBefore: number; failedSince: string; lettersSince: number; limit: number },
): Promise<Infrastructure> {
  const { tenantId, limit } = ask;
  const began = Date.now();
  const results = await db.batch<Row>([
    workStatement(db, tenantId),
    db
      .prepare(
        `SELECT
           (SELECT count(*) FROM workflow_executions INDEXED BY runs_due WHERE next_check_at < ?2 AND tenant_id = ?1) AS runs,
           (SELECT min(next_check_at) FROM workflow_executions INDEXED BY runs_due WHERE next_check_at < ?2 AND tenant_id = ?1) AS runs_since,
           (SELECT count(*) FROM notifications INDEXED BY notifications_due WHERE status = 'pending' AND next_try_at < ?2 AND tenant_id = ?1) AS notifications,
           (SELECT min(next_try_at) FROM notifications INDEXED BY notifications_due WHERE status = 'pending' AND next_try_at < ?2 AND tenant_id = ?1) AS notifications_since`,
      )
      .bind(tenantId, ask.overdueBefore),
    // A letter names runs, and so through them its tenant; what names none is nobody's.
    db
      .prepare(
        `SELECT count(*) AS count, max(at) AS newest_at FROM
           (SELECT at, body FROM dead_letters WHERE at >= ?2 ORDER BY at DESC LIMIT 1000) d
         WHERE json_valid(d.body) AND EXISTS (SELECT 1 FROM json_each(d.body, '$.runs') x
           JOIN workflow_executions r ON r.id = x.value WHERE r.tenant_id = ?1)`,
      )
      .bind(tenantId, ask.lettersSince),
    db
      .prepare(
        `SELECT id, name, status, last_seen_at FROM agents WHERE tenant_id = ?1 AND revoked_at IS NULL ORDER BY id LIMIT ?2 + 0`,
      )
      .bind(tenantId, limit),
    db
      .prepare("SELECT name, status, status_at FROM services WHERE tenant_id = ?1 ORDER BY name LIMIT ?2 + 0")
      .bind(tenantId, limit),
    db
      .prepare(
        `SELECT worker, environment, version_id, url, created_at AS at FROM deployments WHERE tenant_id = ?1 ORDER BY id DESC LIMIT ?2 + 0`,
      )
      .bind(tenantId, limit),
    db
      .prepare(
        `SELECT id, command, error_json ->> 'message' AS error, finished_at FROM workflow_executions
         WHERE tenant_id = ?1 AND status = 'failed' AND id > ?2 ORDER BY id DESC LIMIT ?3 + 0`,
      )
      .bind(tenantId, ask.failedSince, limit),
  ]);
  const rows = results.map((result) => result.results);
  return {
    work: (rows[0]?.[0] ?? {}) as Infrastructure["work"],
    overdue: rows[1]?.[0] as unknown as Infrastructure["overdue"],
    dead_letters: rows[2]?.[0] as unknown as Infrastructure["dead_letters"],
    agents: rows[3] as unknown as Infrastructure["agents"],
    services: rows[4] as unknown as Infrastructure["services"],
    deployments: rows[5] as unknown as Infrastructure["deployments"],
    failed: rows[6] as unknown as Infrastructure["failed"],
    database: {
      size_bytes: results.at(-1)?.meta.size_after ?? 0,
      latency_ms: Date.now() - began,
    },
  };
}

/** How many of each kind of thing the tenant has; counting ends at `most`. */
export async function countResources(
  db: D1Database,
  tenantId: string,
  most: number,
): Promise<{ [kind: string]: number }> {
  const tables = {
    agents: "agents WHERE tenant_id = ?1 AND revoked_at IS NULL",
    checkpoints: "command_checkpoints WHERE tenant_id = ?1 AND status = 'pending'",
    clients: "clients WHERE tenant_id = ?1 AND status = 'active'",
    commands: "agent_commands WHERE tenant_id IN (?1, 'system') AND status = 'active'",
    costs: "costs WHERE tenant_id = ?1",
    deployments: "deployments WHERE tenant_id = ?1",
    employees: "employees WHERE tenant_id = ?1 AND status = 'active'",
    knowledge: "knowledge WHERE tenant_id = ?1",
    runs: "workflow_executions WHERE tenant_id = ?1",
    services: "services WHERE tenant_id = ?1",
    users: "users WHERE tenant_id = ?1 AND status = 'active'",
  };
  const counts = Object.entries(tables).map(
    ([kind, from]) => `(SELECT count(*) FROM (SELECT 1 FROM ${from} LIMIT ${most})) AS ${kind}`,
  );
  const row = await db
    .prepare(`SELECT ${counts.join(", ")}`)
    .bind(tenantId)
    .first<{ [kind: string]: number }>();
  return row ?? {};
}
