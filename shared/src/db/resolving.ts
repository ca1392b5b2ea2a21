/** What resolving words needs besides the library itself, in one round trip. */
import type { Json } from "../contracts/json.ts";
import { isTerminal } from "../engine/statuses.ts";
import type { ActiveRun } from "../resolution/warnings.ts";
import { SYSTEM } from "./commands.ts";
import type { Row } from "./rows.ts";
import { type UseRow, usageFromRows, usageOfTokenStatement, usageStatement } from "./usage.ts";

/** Runs of a tenant that are looked at for conflicts, the newest. */
const RECENT_RUNS = 30;
const ACTIVE_GROUPS = 50;

export interface Resolving {
  /** Changes whenever a command of the tenant or of the public library does. */
  libraryMark: string;
  usage: Map<string, UseRow>;
  active: ActiveRun[];
  /** The agent that was named, else the one heard of last, online ones first. */
  agent: {
    id: string;
    name: string;
    online: boolean;
    facts: { [name: string]: Json };
    factsAt: number | null;
  } | null;
}

/** Everything of one tenant and one person. `agentId` null: whichever is likeliest meant. */
export async function readResolving(
  db: D1Database,
  ask: { tenantId: string; personId: string; agentId: string | null },
): Promise<Resolving> {
  const { tenantId } = ask;
  const results = await db.batch<Row>([
    ...libraryStatements(db, "?1", tenantId),
    usageStatement(db, tenantId, ask.personId),
    agentStatement(db, tenantId, ask.agentId),
  ]);
  return resolvingFromRows(results.map((one) => one.results));
}

/** The same for whom a token or a session speaks, with the likeliest agent: to travel with the token's own look-up. */
export function resolvingStatements(db: D1Database, tokenHash: string): D1PreparedStatement[] {
  const tenant = "(SELECT tenant_id FROM bearers WHERE hash = ?1)";
  return [
    ...libraryStatements(db, tenant, tokenHash),
    usageOfTokenStatement(db, tokenHash),
    db
      .prepare(
        `SELECT id, name, status, facts_json, facts_at FROM agents
         WHERE tenant_id = ${tenant} AND revoked_at IS NULL ${LIKELIEST}`,
      )
      .bind(tokenHash),
  ];
}

/** The agent that was named, by id or name; null when there is none. */
export async function readNamedAgent(
  db: D1Database,
  tenantId: string,
  agentId: string,
): Promise<Resolving["agent"]> {
  return agentFromRow(await agentStatement(db, tenantId, agentId).first<Row>());
}

const LIKELIEST = "ORDER BY (status = 'online') DESC, last_seen_at DESC LIMIT 1";

function agentStatement(db: D1Database, tenantId: string, agentId: string | null): D1PreparedStatement {
  return db
    .prepare(
      `SELECT id, name, status, facts_json, facts_at FROM agents
       WHERE tenant_id = ?1 AND revoked_at IS NULL AND (?2 IS NULL OR id = ?2 OR name = ?2) ${LIKELIEST}`,
    )
    .bind(tenantId, agentId);
}

/** State of the library and what runs: of the tenant that the expression gives for the key. */
function libraryStatements(db: D1Database, tenant: string, key: string): D1PreparedStatement[] {
  return [
    `SELECT (SELECT max(updated_at) FROM agent_commands WHERE tenant_id = ${tenant}) AS own,
            (SELECT max(updated_at) FROM agent_commands WHERE tenant_id = '${SYSTEM}') AS system`,
    `SELECT id, command, status, concurrency_group FROM workflow_executions
     WHERE tenant_id = ${tenant} AND concurrency_group IS NOT NULL AND next_check_at IS NOT NULL LIMIT ${ACTIVE_GROUPS}`,
    `SELECT id, command, status FROM workflow_executions WHERE tenant_id = ${tenant} ORDER BY id DESC LIMIT ${RECENT_RUNS}`,
  ].map((sql) => db.prepare(sql).bind(key));
}

/** What the statements above gave, in their order. */
export function resolvingFromRows([
  marks,
  groups,
  recent,
  uses,
  agents,
]: readonly (readonly Row[])[]): Resolving {
  const mark = marks?.[0];
  const active = new Map<string, ActiveRun>();
  for (const row of [...(groups ?? []), ...(recent ?? [])]) {
    const run = activeFromRow(row);
    if (!isTerminal(run.status as never) && !active.has(run.id)) active.set(run.id, run);
  }
  return {
    libraryMark: `${mark?.own ?? 0}:${mark?.system ?? 0}`,
    usage: usageFromRows(uses ?? []),
    active: [...active.values()],
    agent: agentFromRow(agents?.[0] ?? null),
  };
}

function agentFromRow(agent: Row | null): Resolving["agent"] {
  if (!agent) return null;
  return {
    id: agent.id as string,
    name: agent.name as string,
    online: agent.status === "online",
    facts: agent.facts_json === null ? {} : JSON.parse(agent.facts_json as string),
    factsAt: agent.facts_at as number | null,
  };
}

function activeFromRow(row: Row): ActiveRun {
  return {
    id: row.id as string,
    command: row.command as string,
    status: row.status as string,
    group: (row.concurrency_group as string | null | undefined) ?? null,
  };
}
