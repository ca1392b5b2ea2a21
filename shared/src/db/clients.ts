/** Clients of a tenant. */
import type { Row } from "./rows.ts";

export interface Client {
  id: string;
  name: string;
  email: string | null;
  company: string | null;
  phone: string | null;
  notes: string;
  status: "active" | "archived";
  created_at: number;
  updated_at: number;
}
const COLUMNS = "id, name, email, company, phone, notes, status, created_at, updated_at";

/** A page of clients, newest first; `q` is looked for in name, company and address. */
export async function listClients(
  db: D1Database,
  ask: {
    tenantId: string;
    q: string | null;
    status: Client["status"] | null;
    before: string | null;
    limit: number;
  },
): Promise<Client[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM clients WHERE tenant_id = ?1 AND id < ?2 AND (?3 IS NULL OR status = ?3)
         AND (?4 IS NULL OR instr(lower(name || ' ' || coalesce(company, '') || ' ' || coalesce(email, '')), lower(?4)) > 0)
       ORDER BY id DESC LIMIT ?5 + 0`,
    )
    .bind(ask.tenantId, ask.before ?? "~", ask.status, ask.q, ask.limit)
    .all<Row>();
  return results as unknown as Client[];
}

export async function readClient(db: D1Database, tenantId: string, id: string): Promise<Client | null> {
  return await db
    .prepare(`SELECT ${COLUMNS} FROM clients WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Client>();
}

/** The write of a client as it shall be: made, or changed when it is there. */
export function clientStatement(db: D1Database, tenantId: string, client: Client): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO clients (tenant_id, ${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
       ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, email = excluded.email, company = excluded.company,
         phone = excluded.phone, notes = excluded.notes, status = excluded.status, updated_at = excluded.updated_at`,
    )
    .bind(
      tenantId,
      client.id,
      client.name,
      client.email,
      client.company,
      client.phone,
      client.notes,
      client.status,
      client.created_at,
      client.updated_at,
    );
}
