/** Tenants: the unit of isolation. */

/** Make a tenant; the same id again changes nothing. */
export async function createTenant(
  db: D1Database,
  tenant: { id: string; name: string },
  now: number,
): Promise<void> {
  await db
    .prepare("INSERT INTO tenants (id, name, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")
    .bind(tenant.id, tenant.name, now)
    .run();
}

/** How many people of the tenant may vote. With one, that person may approve what they asked for themselves. */
export function votersStatement(db: D1Database, tokenHash: string): D1PreparedStatement {
  return db
    .prepare(
      `SELECT count(*) AS voters FROM users
       WHERE tenant_id = (SELECT tenant_id FROM bearers WHERE hash = ?1) AND status = 'active' AND role IN ('owner', 'approver')`,
    )
    .bind(tokenHash);
}

/** The same, for a tenant that is known. */
export async function countVoters(db: D1Database, tenantId: string): Promise<number> {
  const row = await db
    .prepare(
      "SELECT count(*) AS voters FROM users WHERE tenant_id = ?1 AND status = 'active' AND role IN ('owner', 'approver')",
    )
    .bind(tenantId)
    .first<{ voters: number }>();
  return row?.voters ?? 0;
}

/** Does the database answer? */
export async function pingDatabase(db: D1Database): Promise<void> {
  await db.prepare("SELECT epoch FROM workspace WHERE id = 1").first();
}
