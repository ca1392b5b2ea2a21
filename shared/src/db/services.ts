/** Definitions of long-running programs, and their state as an agent last reported it. */
import type { SERVICE_STATUSES, ServiceDefinition } from "../contracts/service.ts";
import type { Row } from "./rows.ts";

/** As it stands in D1; rows of before health checks have none. */
type Stored = Omit<ServiceDefinition, "driver" | "health"> & Partial<Pick<ServiceDefinition, "health">>;
export interface Service extends ServiceDefinition {
  name: string;
  status: (typeof SERVICE_STATUSES)[number];
  status_detail: ServiceReport["detail"] | null;
  /** Since when it is as it is. */
  status_at: number | null;
  created_at: number;
  updated_at: number;
}
/** What an agent says of a service. */
export interface ServiceReport {
  status: Service["status"];
  detail: { agent_id: string; pid?: number; restarts?: number; message?: string; told_at?: number };
}
const COLUMNS = "name, driver, definition_json, status, status_json, status_at, created_at, updated_at";

/** A page of services by name. */
export async function listServices(
  db: D1Database,
  ask: { tenantId: string; after: string | null; limit: number },
): Promise<Service[]> {
  const { results } = await db
    .prepare(`SELECT ${COLUMNS} FROM services WHERE tenant_id = ?1 AND name > ?2 ORDER BY name LIMIT ?3 + 0`)
    .bind(ask.tenantId, ask.after ?? "", ask.limit)
    .all<Row>();
  return results.map(fromRow);
}

export async function readService(db: D1Database, tenantId: string, name: string): Promise<Service | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM services WHERE tenant_id = ?1 AND name = ?2`)
    .bind(tenantId, name)
    .first<Row>();
  return row ? fromRow(row) : null;
}

/** The write of a definition; a change of it leaves the reported state as it is. */
export function serviceStatement(
  db: D1Database,
  tenantId: string,
  service: ServiceDefinition & Pick<Service, "name">,
  now: number,
): D1PreparedStatement {
  const { name, driver, ...definition } = service;
  return db
    .prepare(
      `INSERT INTO services (tenant_id, name, driver, definition_json, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)
       ON CONFLICT (tenant_id, name) DO UPDATE SET driver = excluded.driver, definition_json = excluded.definition_json,
         updated_at = excluded.updated_at`,
    )
    .bind(tenantId, name, driver, JSON.stringify(definition), now);
}

export function removeServiceStatement(db: D1Database, tenantId: string, name: string): D1PreparedStatement {
  return db.prepare("DELETE FROM services WHERE tenant_id = ?1 AND name = ?2").bind(tenantId, name);
}

/** Some services by name; those that do not exist are left out. */
export async function namedServices(db: D1Database, tenantId: string, names: string[]): Promise<Service[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM services WHERE tenant_id = ?1 AND name IN (SELECT value FROM json_each(?2)) ORDER BY name`,
    )
    .bind(tenantId, JSON.stringify(names))
    .all<Row>();
  return results.map(fromRow);
}

/** Writes down what an agent found; an older report never replaces a newer one. */
export async function reportService(
  db: D1Database,
  ask: { tenantId: string; name: string; report: ServiceReport },
  now: number,
): Promise<void> {
  await reportStatement(db, ask, now).run();
}

/** The write of one report. `status_at` moves only when the service is another way or another process; `told_at` always. */
export function reportStatement(
  db: D1Database,
  ask: { tenantId: string; name: string; report: ServiceReport },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE services SET status = ?3, status_json = ?4,
         status_at = CASE WHEN status = ?3 AND status_json ->> '$.pid' IS ?4 ->> '$.pid' THEN coalesce(status_at, ?5) ELSE ?5 END
       WHERE tenant_id = ?1 AND name = ?2 AND coalesce(status_json ->> '$.told_at', status_at, 0) <= ?5`,
    )
    .bind(
      ask.tenantId,
      ask.name,
      ask.report.status,
      JSON.stringify({ ...ask.report.detail, told_at: now }),
      now,
    );
}

function fromRow(r: Row): Service {
  return {
    name: r.name as string,
    driver: r.driver as Service["driver"],
    health: null,
    ...(JSON.parse(r.definition_json as string) as Stored),
    status: r.status as Service["status"],
    status_detail: r.status_json === null ? null : JSON.parse(r.status_json as string),
    status_at: r.status_at as number | null,
    created_at: r.created_at as number,
    updated_at: r.updated_at as number,
  };
}
