/** What a tenant spent. Amounts are integers in the currency's smallest unit. */
import type { Row } from "./rows.ts";

export interface Cost {
  id: string;
  spent_on: string;
  category: string;
  vendor: string | null;
  description: string | null;
  amount_minor: number;
  currency: string;
  source: "manual" | "csv";
  created_at: number;
}
export interface CostSum {
  month: string;
  category: string;
  currency: string;
  amount_minor: number;
  count: number;
}
const COLUMNS = "id, spent_on, category, vendor, description, amount_minor, currency, source, created_at";

/** Sums by month, category and currency between two months, both included, newest month first. */
export async function sumCosts(
  db: D1Database,
  ask: { tenantId: string; from: string; to: string; category: string | null; limit: number },
): Promise<CostSum[]> {
  const { results } = await db
    .prepare(
      `SELECT substr(spent_on, 1, 7) AS month, category, currency, sum(amount_minor) AS amount_minor, count(*) AS count
       FROM costs WHERE tenant_id = ?1 AND spent_on >= ?2 AND spent_on < ?3 AND (?4 IS NULL OR category = ?4)
       GROUP BY 1, 2, 3 ORDER BY month DESC, category, currency LIMIT ?5 + 0`,
    )
    .bind(ask.tenantId, ask.from, `${ask.to}~`, ask.category, ask.limit)
    .all<Row>();
  return results as unknown as CostSum[];
}

/** A page of single costs, newest first; `before` is the day and id of the last one seen. */
export async function listCosts(
  db: D1Database,
  ask: {
    tenantId: string;
    from: string;
    to: string;
    category: string | null;
    before: { day: string; id: string } | null;
    limit: number;
  },
): Promise<Cost[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM costs WHERE tenant_id = ?1 AND spent_on >= ?2 AND spent_on < ?3
         AND (?4 IS NULL OR category = ?4) AND (spent_on, id) < (?5, ?6)
       ORDER BY spent_on DESC, id DESC LIMIT ?7 + 0`,
    )
    .bind(
      ask.tenantId,
      ask.from,
      `${ask.to}~`,
      ask.category,
      ask.before?.day ?? "~",
      ask.before?.id ?? "",
      ask.limit,
    )
    .all<Row>();
  return results as unknown as Cost[];
}

export async function readCost(db: D1Database, tenantId: string, id: string): Promise<Cost | null> {
  return await db
    .prepare(`SELECT ${COLUMNS} FROM costs WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Cost>();
}

/** The insert of costs, as many as there are, in one statement. Those whose id is there already are left alone. */
export function costsStatement(db: D1Database, tenantId: string, costs: Cost[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO costs (tenant_id, ${COLUMNS})
       SELECT ?1, value ->> 'id', value ->> 'spent_on', value ->> 'category', value ->> 'vendor', value ->> 'description',
         value ->> 'amount_minor', value ->> 'currency', value ->> 'source', value ->> 'created_at'
       FROM json_each(?2) WHERE true ON CONFLICT (tenant_id, id) DO NOTHING`,
    )
    .bind(tenantId, JSON.stringify(costs));
}

/** Which of these ids are there already. */
export async function knownCosts(db: D1Database, tenantId: string, ids: string[]): Promise<Set<string>> {
  const { results } = await db
    .prepare("SELECT id FROM costs WHERE tenant_id = ?1 AND id IN (SELECT value FROM json_each(?2))")
    .bind(tenantId, JSON.stringify(ids))
    .all<{ id: string }>();
  return new Set(results.map(({ id }) => id));
}

export function removeCostStatement(db: D1Database, tenantId: string, id: string): D1PreparedStatement {
  return db.prepare("DELETE FROM costs WHERE tenant_id = ?1 AND id = ?2").bind(tenantId, id);
}
