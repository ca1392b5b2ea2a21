/** Who somebody in Slack is here, and the requests of Slack that were taken. */
import type { Role } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";
import type { Row } from "./rows.ts";

export interface SlackPerson {
  tenantId: string;
  tenantName: string;
  user: { id: string; name: string; role: Role; groups: string[] };
}

const SELECT = `SELECT u.*, t.name AS tenant_name FROM users u JOIN tenants t ON t.id = u.tenant_id AND t.status = 'active'`;

/**
 * Take a request of Slack, once: the same signed request again is refused. Read in the same round trip: the active people with
 * this Slack account, of the tenant of the checkpoint that is meant, or of all.
 * @returns the checkpoint's tenant, null when none is meant or there is no such one: Slack itself names no tenant
 */
export async function takeSlackRequest(
  db: D1Database,
  request: { signature: string; slackUserId: string; checkpointId: string | null },
  now: number,
): Promise<{ fresh: boolean; tenantId: string | null; people: SlackPerson[] }> {
  const tenant = "(SELECT c.tenant_id FROM command_checkpoints c WHERE c.id = ?2)";
  const [taken, , people, tenants] = await db.batch<Row>([
    db
      .prepare("INSERT INTO slack_requests (signature, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
      .bind(request.signature, now),
    // Kept twice as long as a signature is good for, so that a clock that is off opens nothing.
    db.prepare("DELETE FROM slack_requests WHERE at < ?1").bind(now - 2 * LIMITS.slackWindowS * 1000),
    db
      .prepare(
        `${SELECT} WHERE u.slack_user_id = ?1 AND u.slack_user_id IS NOT NULL AND u.status = 'active'
         AND (?2 IS NULL OR u.tenant_id = ${tenant}) ORDER BY u.id LIMIT 3`,
      )
      .bind(request.slackUserId, request.checkpointId),
    db.prepare("SELECT tenant_id FROM command_checkpoints WHERE id = ?1").bind(request.checkpointId),
  ]);
  return {
    fresh: taken?.meta.changes === 1,
    tenantId: (tenants?.results[0]?.tenant_id as string | undefined) ?? null,
    people: (people?.results ?? []).map(personFromRow),
  };
}

/** Active people with this address and no Slack account yet, of one tenant or of all. */
export async function peopleByAddress(
  db: D1Database,
  email: string,
  tenantId: string | null,
): Promise<SlackPerson[]> {
  const { results } = await db
    .prepare(
      `${SELECT} WHERE u.email = ?1 AND u.slack_user_id IS NULL AND u.status = 'active' AND (?2 IS NULL OR u.tenant_id = ?2) ORDER BY u.id LIMIT 3`,
    )
    .bind(email.trim().toLowerCase(), tenantId)
    .all<Row>();
  return results.map(personFromRow);
}

/** Connect a person with a Slack account, unless they have one or somebody else of the tenant has it. @returns whether it is so now */
export async function rememberSlackUser(
  db: D1Database,
  who: { tenantId: string; userId: string; slackUserId: string },
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE users SET slack_user_id = ?3, updated_at = ?4 WHERE id = ?2 AND tenant_id = ?1 AND status = 'active' AND slack_user_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM users o WHERE o.slack_user_id = ?3 AND o.slack_user_id IS NOT NULL AND o.tenant_id = ?1 AND o.status = 'active')`,
    )
    .bind(who.tenantId, who.userId, who.slackUserId, now)
    .run();
  return meta.changes === 1;
}

/** A token that speaks for a person for one request, and what takes it away again. */
export async function lendToken(
  db: D1Database,
  token: { id: string; hash: string; tenantId: string; userId: string; scopes: string[] },
  now: number,
): Promise<() => Promise<void>> {
  await db
    .prepare(
      `INSERT INTO tokens (hash, id, tenant_id, type, user_id, name, scopes_json, created_at, expires_at)
       VALUES (?1, ?2, ?3, 'person', ?4, 'Slack, for one command', ?5, ?6, ?7)`,
    )
    .bind(
      token.hash,
      token.id,
      token.tenantId,
      token.userId,
      JSON.stringify(token.scopes),
      now,
      now + LIMITS.slackTokenMs,
    )
    .run();
  return async () => {
    await db
      .prepare("DELETE FROM tokens WHERE id = ?1 AND tenant_id = ?2")
      .bind(token.id, token.tenantId)
      .run();
  };
}

function personFromRow(r: Row): SlackPerson {
  return {
    tenantId: r.tenant_id as string,
    tenantName: r.tenant_name as string,
    user: {
      id: r.id as string,
      name: r.name as string,
      role: r.role as Role,
      groups: JSON.parse(r.groups_json as string) as string[],
    },
  };
}
