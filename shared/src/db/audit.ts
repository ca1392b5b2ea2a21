/** The tenant's audit trail: who did what, when, to what. Entries are numbered without gaps and sealed into a chain of hashes. */
import type { Json } from "../contracts/json.ts";
import type { Actor } from "../engine/state.ts";
import type { Row } from "./rows.ts";

export interface AuditEntry {
  tenantId: string;
  at: number;
  actor: Actor;
  /** noun.verb */
  action: string;
  target: string;
  detail?: { [name: string]: Json };
}
export interface StoredAuditEntry {
  seq: number;
  at: number;
  actor: Actor;
  action: string;
  target: string;
  /** What the target is called now, where it has a name and is still there. */
  target_name: string | null;
  detail: { [name: string]: Json };
}

/** Where a target's name stands, by what its id begins with. A run is called by its command. */
const NAMED: { [prefix: string]: { from: string; name: string } } = {
  agt: { from: "agents", name: "name" },
  chk: { from: "command_checkpoints", name: "name" },
  cli: { from: "clients", name: "name" },
  cost: { from: "costs", name: "coalesce(description, vendor, category)" },
  dep: { from: "deployments", name: "worker || ' ' || environment" },
  emp: { from: "employees", name: "name" },
  hook: { from: "hooks", name: "name" },
  know: { from: "knowledge", name: "title" },
  run: { from: "workflow_executions", name: "command" },
  sch: { from: "schedules", name: "name" },
  tok: { from: "tokens", name: "name" },
  usr: { from: "users", name: "name" },
};

/**
 * The insert of an entry, for the batch of the write that it records: both happen or neither.
 * `seq` is computed in the statement, since one database runs one statement at a time.
 * @param only SQL of a condition, and its values (numbered from ?7), under which there is anything to record:
 *   a conditional update that matched nothing does not stop a batch
 */
export function auditStatement(
  db: D1Database,
  entry: AuditEntry,
  only?: { sql: string; values: unknown[] },
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO audit (tenant_id, seq, at, actor_json, action, target, detail_json)
       SELECT ?1, (SELECT coalesce(max(seq), 0) + 1 FROM audit WHERE tenant_id = ?1), ?2, ?3, ?4, ?5, ?6${only ? ` WHERE ${only.sql}` : ""}`,
    )
    .bind(
      entry.tenantId,
      entry.at,
      JSON.stringify(entry.actor),
      entry.action,
      entry.target,
      JSON.stringify(entry.detail ?? {}),
      ...(only?.values ?? []),
    );
}

/** For `only`: the row is not there yet, so that what is made twice under one id is recorded once. */
export function isNew(
  table: "clients" | "deployments" | "employees" | "costs" | "knowledge" | "services",
  tenantId: string,
  id: string,
): { sql: string; values: unknown[] } {
  const key = table === "services" ? "name" : "id";
  return {
    sql: `NOT EXISTS (SELECT 1 FROM ${table} WHERE tenant_id = ?7 AND ${key} = ?8)`,
    values: [tenantId, id],
  };
}

/** A page of entries, newest first. */
export async function listAudit(
  db: D1Database,
  ask: {
    tenantId: string;
    since: number | null;
    actor: string | null;
    action: string | null;
    before: number | null;
    limit: number;
  },
): Promise<StoredAuditEntry[]> {
  const name = Object.entries(NAMED).map(
    ([prefix, { from, name }]) =>
      `WHEN '${prefix}' THEN (SELECT ${name} FROM ${from} x WHERE x.tenant_id = ?1 AND x.id = a.target)`,
  );
  const { results } = await db
    .prepare(
      `SELECT a.*, CASE substr(a.target, 1, instr(a.target, '_') - 1) ${name.join(" ")} END AS target_name
       FROM audit a WHERE a.tenant_id = ?1 AND a.seq < ?2 AND (?3 IS NULL OR a.at >= ?3)
         AND (?4 IS NULL OR a.actor_json ->> 'id' = ?4 OR a.actor_json ->> 'name' = ?4) AND (?5 IS NULL OR a.action = ?5)
       ORDER BY a.seq DESC LIMIT ?6 + 0`,
    )
    .bind(ask.tenantId, ask.before ?? Number.MAX_SAFE_INTEGER, ask.since, ask.actor, ask.action, ask.limit)
    .all<Row>();
  return results.map(auditFromRow);
}

function auditFromRow(r: Row): StoredAuditEntry {
  return {
    seq: r.seq as number,
    at: r.at as number,
    actor: JSON.parse(r.actor_json as string),
    action: r.action as string,
    target: r.target as string,
    target_name: (r.target_name as string | null) ?? null,
    detail: JSON.parse(r.detail_json as string),
  };
}
