/** What agents found of prerequisites when they last looked. */
import type { Look } from "../contracts/agent-protocol.ts";
import { type Agent, agentFromRow, agentStatement } from "./agents.ts";
import type { Row } from "./rows.ts";

export interface StoredLook extends Look {
  agentId: string;
  probedAt: number;
}

/** Keep what an agent found. The same look again only moves its time. */
export async function writeProbes(
  db: D1Database,
  of: { tenantId: string; agentId: string; looks: Look[] },
  now: number,
): Promise<void> {
  if (of.looks.length === 0) return;
  await db
    .prepare(
      `INSERT INTO probes (tenant_id, agent_id, cwd, requirement, state, found, message, probed_at)
       SELECT ?1, ?2, d.value ->> 'cwd', d.value ->> 'requirement', d.value ->> 'state', d.value ->> 'found', d.value ->> 'message', ?4
       FROM json_each(?3) d WHERE 1
       ON CONFLICT (tenant_id, agent_id, cwd, requirement) DO UPDATE SET state = excluded.state, found = excluded.found,
         message = excluded.message, probed_at = excluded.probed_at`,
    )
    .bind(of.tenantId, of.agentId, JSON.stringify(of.looks), now)
    .run();
}

/** The tenant's agents, and what each of them last found of these, in one round trip. */
export async function readProbes(
  db: D1Database,
  of: { tenantId: string; wants: { cwd: string; requirement: string }[] },
): Promise<{ agents: Agent[]; looks: StoredLook[] }> {
  const [agents, looks] = await db.batch<Row>([
    agentStatement(db, of.tenantId),
    db
      .prepare(
        `SELECT p.* FROM agents a JOIN json_each(?2) n JOIN probes p ON p.tenant_id = ?1 AND p.agent_id = a.id
           AND p.cwd = n.value ->> 'cwd' AND p.requirement = n.value ->> 'requirement'
         WHERE a.tenant_id = ?1 AND a.revoked_at IS NULL`,
      )
      .bind(of.tenantId, JSON.stringify(of.wants)),
  ]);
  return {
    agents: (agents?.results ?? []).map(agentFromRow),
    looks: (looks?.results ?? []).map((row) => ({
      agentId: row.agent_id as string,
      cwd: row.cwd as string,
      requirement: row.requirement as string,
      state: row.state as Look["state"],
      found: row.found as string | null,
      message: row.message as string | null,
      probedAt: row.probed_at as number,
    })),
  };
}
