/** What was deployed where. A record is never changed: a rollback is a deployment of its own. */
import type { Actor } from "../engine/state.ts";
import type { Row } from "./rows.ts";

export interface Deployment {
  id: string;
  worker: string;
  environment: string;
  version_id: string | null;
  url: string | null;
  commit: string | null;
  branch: string | null;
  run_id: string | null;
  note: string | null;
  deployed_by: Actor;
  created_at: number;
}
const COLUMNS =
  "id, worker, environment, version_id, url, commit_sha, branch, run_id, note, deployed_by_json, created_at";

/** A page of deployments, newest first. */
export async function listDeployments(
  db: D1Database,
  ask: {
    tenantId: string;
    worker: string | null;
    environment: string | null;
    before: string | null;
    limit: number;
  },
): Promise<Deployment[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM deployments WHERE tenant_id = ?1 AND id < ?2
         AND (?3 IS NULL OR worker = ?3) AND (?4 IS NULL OR environment = ?4)
       ORDER BY id DESC LIMIT ?5 + 0`,
    )
    .bind(ask.tenantId, ask.before ?? "~", ask.worker, ask.environment, ask.limit)
    .all<Row>();
  return results.map(fromRow);
}

export async function readDeployment(
  db: D1Database,
  tenantId: string,
  id: string,
): Promise<Deployment | null> {
  const row = await db
    .prepare(`SELECT ${COLUMNS} FROM deployments WHERE tenant_id = ?1 AND id = ?2`)
    .bind(tenantId, id)
    .first<Row>();
  return row ? fromRow(row) : null;
}

/** The insert of a record. The same id again changes nothing. */
export function deploymentStatement(db: D1Database, tenantId: string, d: Deployment): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO deployments (tenant_id, ${COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
       ON CONFLICT (tenant_id, id) DO NOTHING`,
    )
    .bind(
      tenantId,
      d.id,
      d.worker,
      d.environment,
      d.version_id,
      d.url,
      d.commit,
      d.branch,
      d.run_id,
      d.note,
      JSON.stringify(d.deployed_by),
      d.created_at,
    );
}

function fromRow({ commit_sha, deployed_by_json, ...row }: Row): Deployment {
  return {
    ...row,
    commit: commit_sha,
    deployed_by: JSON.parse(deployed_by_json as string),
  } as unknown as Deployment;
}
