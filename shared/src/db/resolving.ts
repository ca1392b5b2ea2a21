/** What resolving words needs besides the library itself, in one round trip. */
import type { Json } from "../contracts/json.ts";
import { isTerminal } from "../engine/statuses.ts";
import type { ActiveRun } from "../resolution/warnings.ts";
import { SYSTEM } from "./commands.ts";
import type { Row } from "./rows.ts";
import { type UseRow, usageFromRows, usageStatement } from "./usage.ts";

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
  const [marks, uses, groups, recent, agents] = await db.batch<Row>([
    db
      .prepare(
        `SELECT (SELECT max(updated_at) FROM agent_commands WHERE tenant_id = ?1) AS own,
                (SELECT max(updated_at) FROM agent_commands WHERE tenant_id = '${SYSTEM}') AS system`,
      )
      .bind(tenantId),
    usageStatement(db, tenantId, ask.personId),
    db
      .prepare(
        `SELECT id, command, status, concurrency_group FROM workflow_executions
         WHERE tenant_id = ?1 AND concurrency_group IS NOT NULL AND next_check_at IS NOT NULL LIMIT ${ACTIVE_GROUPS}`,
      )
      .bind(tenantId),
    db
      .prepare(
        `SELECT id, command, status FROM workflow_executions WHERE tenant_id = ?1 ORDER BY id DESC LIMIT ${RECENT_RUNS}`,
      )
      .bind(tenantId),
    db
      .prepare(
        `SELECT id, name, status, facts_json, facts_at FROM agents
         WHERE tenant_id = ?1 AND revoked_at IS NULL AND (?2 IS NULL OR id = ?2 OR name = ?2)
         ORDER BY (status = 'online') DESC, last_seen_at DESC LIMIT 1`,
      )
      .bind(tenantId, ask.agentId),
  ]);
  const mark = marks?.results[0];
  const active = new Map<string, ActiveRun>();
  for (const row of [...(groups?.results ?? []), ...(recent?.results ?? [])]) {
    const run = activeFromRow(row);
    if (!isTerminal(run.status as never) && !active.has(run.id)) active.set(run.id, run);
  }
  const agent = agents?.results[0];
  return {
    libraryMark: `${mark?.own ?? 0}:${mark?.system ?? 0}`,
    usage: usageFromRows(uses?.results ?? []),
    active: [...active.values()],
    agent: agent
      ? {
          id: agent.id as string,
          name: agent.name as string,
          online: agent.status === "online",
          facts: agent.facts_json === null ? {} : JSON.parse(agent.facts_json as string),
          factsAt: agent.facts_at as number | null,
        }
      : null,
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
