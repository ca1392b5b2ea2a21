/** People who work at the company; not the same as people who may sign in. */
import type { Row } from "./rows.ts";

export interface Employee {
  id: string;
  name: string;
  email: string | null;
  title: string | null;
  department: string | null;
  started_on: string | null;
  ended_on: string | null;
  monthly_cost_minor: number | null;
  currency: string | null;
  status: "active" | "left";
  created_at: number;
  updated_at: number;
}
const COLUMNS =
  "id, name, email, title, department, started_on, ended_on, monthly_cost_minor, currency, status, created_at, updated_at";

/** A page of employees, oldest first. */
export async function listEmployees(
  db: D1Database,
  ask: {
    tenantId: string;
    q: string | null;
    department: string | null;
    status: Employee["status"] | null;
    after: string | null;
    limit: number;
  },
): Promise<Employee[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM employees WHERE tenant_id = ?1 AND id > ?2 AND (?3 IS NULL OR status = ?3)
         AND (?4 IS NULL OR department = ?4)
         AND (?5 IS NULL OR instr(lower(name || ' ' || coalesce(email, '') || ' ' || coalesce(title, '')), lower(?5)) > 0)
       ORDER BY id LIMIT ?6 + 0`,
    )
    .bind(ask.tenantId, ask.after ?? "", ask.status, ask.department, ask.q, ask.limit)
    .all<Row>();
  return results as unknown as Employee[];
}

export async function readEmployee(db: D1Database, tenantId: string, id: string): Promise<Employee | null> {
  return await db
    .prepare(`SELECT ${COLUMNS} FROM employees WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Employee>();
}

/** Whoever of the tenant has this address, or null. */
export async function employeeByEmail(
  db: D1Database,
  tenantId: string,
  email: string,
): Promise<string | null> {
  const row = await db
    .prepare("SELECT id FROM employees WHERE tenant_id = ?1 AND email = ?2")
    .bind(tenantId, email)
    .first<{ id: string }>();
  return row?.id ?? null;
}

/** The write of an employee as they shall be: made, or changed when they are there. */
export function employeeStatement(db: D1Database, tenantId: string, e: Employee): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO employees (tenant_id, ${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
       ON CONFLICT (tenant_id, id) DO UPDATE SET name = excluded.name, email = excluded.email, title = excluded.title,
         department = excluded.department, started_on = excluded.started_on, ended_on = excluded.ended_on,
         monthly_cost_minor = excluded.monthly_cost_minor, currency = excluded.currency, status = excluded.status,
         updated_at = excluded.updated_at`,
    )
    .bind(
      tenantId,
      e.id,
      e.name,
      e.email,
      e.title,
      e.department,
      e.started_on,
      e.ended_on,
      e.monthly_cost_minor,
      e.currency,
      e.status,
      e.created_at,
      e.updated_at,
    );
}
