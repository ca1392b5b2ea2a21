/** Schedules: what runs when, and what became of each time it was due. */
import type { Json } from "../contracts/json.ts";
import type { Row } from "./rows.ts";
import { type RunError, runErrorOf } from "./run-error.ts";

/** What is asked for at each time, as a request to execute takes it. */
export interface StoredAsk {
  args: { [name: string]: Json };
  agent?: { id?: string; labels?: string[] };
  cwd?: string;
  checkpoint?: boolean;
  note?: string;
}
export interface Schedule {
  id: string;
  tenantId: string;
  name: string;
  cron: string;
  timeZone: string;
  command: string;
  ask: StoredAsk;
  overlap: "skip" | "allow";
  catchUp: boolean;
  enabled: boolean;
  userId: string;
  nextAt: number | null;
  createdAt: number;
  updatedAt: number;
}
export interface Fire {
  scheduleId: string;
  tenantId: string;
  dueAt: number;
  status: "pending" | "started" | "refused" | "skipped";
  runId: string;
  missed: number;
  message: string | null;
  at: number;
  /** How its run stands now, where it was asked for. */
  runStatus?: string | null;
  /** Why its run failed, where it did and was asked for. */
  runError?: RunError | null;
}

/** Rows of fires with how the run of each stands now. */
const RUN_OF_FIRE = "LEFT JOIN workflow_executions r ON r.id = f.run_id AND r.tenant_id = f.tenant_id";

/** Store a schedule, new or changed; `also` is recorded with it. With an id that exists in another tenant nothing happens. */
export async function putSchedule(db: D1Database, s: Schedule, also: D1PreparedStatement[]): Promise<void> {
  await db.batch([
    db
      .prepare(
        `INSERT INTO schedules (id, tenant_id, name, cron, time_zone, command, ask_json, overlap, catch_up, enabled, user_id,
           next_at, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, cron = excluded.cron, time_zone = excluded.time_zone,
           command = excluded.command, ask_json = excluded.ask_json, overlap = excluded.overlap, catch_up = excluded.catch_up,
           enabled = excluded.enabled, user_id = excluded.user_id, next_at = excluded.next_at, updated_at = excluded.updated_at
         WHERE schedules.tenant_id = excluded.tenant_id`,
      )
      .bind(
        s.id,
        s.tenantId,
        s.name,
        s.cron,
        s.timeZone,
        s.command,
        JSON.stringify(s.ask),
        s.overlap,
        Number(s.catchUp),
        Number(s.enabled),
        s.userId,
        s.nextAt,
        s.createdAt,
        s.updatedAt,
      ),
    ...also,
  ]);
}

/** A page of the tenant's schedules, newest first. */
export async function listSchedules(
  db: D1Database,
  ask: { tenantId: string; before: string | null; limit: number },
): Promise<Schedule[]> {
  const { results } = await db
    .prepare("SELECT * FROM schedules WHERE tenant_id = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3 + 0")
    .bind(ask.tenantId, ask.before ?? "~", ask.limit)
    .all<Row>();
  return results.map(scheduleFromRow);
}

/** One schedule of the tenant, or null. */
export async function readSchedule(db: D1Database, tenantId: string, id: string): Promise<Schedule | null> {
  const row = await db
    .prepare("SELECT * FROM schedules WHERE id = ?1 AND tenant_id = ?2")
    .bind(id, tenantId)
    .first<Row>();
  return row && scheduleFromRow(row);
}

/** Delete a schedule and its history. @returns whether there was one */
export async function deleteSchedule(
  db: D1Database,
  of: { tenantId: string; id: string },
  also: D1PreparedStatement[],
): Promise<boolean> {
  const results = await db.batch([
    ...also,
    db.prepare("DELETE FROM schedules WHERE id = ?1 AND tenant_id = ?2").bind(of.id, of.tenantId),
    db
      .prepare("DELETE FROM schedule_fires WHERE schedule_id = ?1 AND tenant_id = ?2")
      .bind(of.id, of.tenantId),
  ]);
  return results.at(-2)?.meta.changes === 1;
}

/** Schedules of all tenants whose time has come, longest waiting first. */
export async function dueSchedules(db: D1Database, now: number, limit: number): Promise<Schedule[]> {
  const { results } = await db
    .prepare(
      "SELECT * FROM schedules WHERE next_at IS NOT NULL AND enabled = 1 AND next_at <= ?1 ORDER BY next_at LIMIT ?2 + 0",
    )
    .bind(now, limit)
    .all<Row>();
  return results.map(scheduleFromRow);
}

/**
 * Take a due moment: a compare-and-swap on `next_at`, so of two sweeps one takes it. What it leaves is a `pending` fire that
 * is taken again when its taker dies.
 * @returns whether this call took it
 */
export async function takeMoment(
  db: D1Database,
  s: Schedule,
  fire: { dueAt: number; nextAt: number | null; runId: string; missed: number; claimMs: number },
  now: number,
): Promise<boolean> {
  const results = await db.batch<Row>([
    db
      .prepare(
        `INSERT INTO schedule_fires (schedule_id, due_at, tenant_id, status, run_id, missed, claimed_until, at)
         SELECT s.id, ?3, s.tenant_id, 'pending', ?4, ?5, ?6, ?7 FROM schedules s
         WHERE s.id = ?1 AND s.tenant_id = ?2 AND s.next_at = ?3 AND s.enabled = 1 ON CONFLICT DO NOTHING`,
      )
      .bind(s.id, s.tenantId, fire.dueAt, fire.runId, fire.missed, now + fire.claimMs, now),
    db
      .prepare(
        "UPDATE schedules SET next_at = ?4 WHERE id = ?1 AND tenant_id = ?2 AND next_at = ?3 AND enabled = 1",
      )
      .bind(s.id, s.tenantId, fire.dueAt, fire.nextAt),
    // The history of a schedule stays short.
    db
      .prepare(
        `DELETE FROM schedule_fires WHERE schedule_id = ?1 AND tenant_id = ?2 AND due_at < (SELECT min(due_at) FROM
           (SELECT due_at FROM schedule_fires WHERE schedule_id = ?1 ORDER BY due_at DESC LIMIT 100))`,
      )
      .bind(s.id, s.tenantId),
  ]);
  return results[0]?.meta.changes === 1;
}

/** Fires whose taker died before it was done, taken over for `claimMs`. */
export async function takeOrphans(db: D1Database, claimMs: number, now: number): Promise<Fire[]> {
  const { results } = await db
    .prepare(
      `UPDATE schedule_fires SET claimed_until = ?2 WHERE status = 'pending' AND claimed_until <= ?1
       RETURNING *`,
    )
    .bind(now, now + claimMs)
    .all<Row>();
  return results.map(fireFromRow);
}

/** What became of a fire. */
export async function settleFire(
  db: D1Database,
  fire: Pick<Fire, "scheduleId" | "tenantId" | "dueAt">,
  outcome: { status: "started" | "refused" | "skipped"; message: string | null },
): Promise<void> {
  await db
    .prepare(
      `UPDATE schedule_fires SET status = ?4, message = ?5 WHERE schedule_id = ?1 AND due_at = ?2 AND tenant_id = ?3
       AND status = 'pending'`,
    )
    .bind(fire.scheduleId, fire.dueAt, fire.tenantId, outcome.status, outcome.message?.slice(0, 1000) ?? null)
    .run();
}

/** The newest fires of a schedule. */
export async function listFires(
  db: D1Database,
  of: { tenantId: string; scheduleId: string; limit: number },
): Promise<Fire[]> {
  const { results } = await db
    .prepare(
      `SELECT f.*, r.status AS run_status, r.error_json FROM schedule_fires f ${RUN_OF_FIRE} WHERE f.schedule_id = ?1 AND f.tenant_id = ?2
       ORDER BY f.due_at DESC LIMIT ?3 + 0`,
    )
    .bind(of.scheduleId, of.tenantId, of.limit)
    .all<Row>();
  return results.map(fireFromRow);
}

/** The newest fire of each of these schedules that has one. */
export async function lastFires(
  db: D1Database,
  of: { tenantId: string; scheduleIds: readonly string[] },
): Promise<Map<string, Fire>> {
  const { results } = await db
    .prepare(
      `SELECT f.*, r.status AS run_status, r.error_json FROM json_each(?2) s JOIN schedule_fires f ON f.schedule_id = s.value
         AND f.due_at = (SELECT max(due_at) FROM schedule_fires WHERE schedule_id = s.value) ${RUN_OF_FIRE}
       WHERE f.tenant_id = ?1`,
    )
    .bind(of.tenantId, JSON.stringify(of.scheduleIds))
    .all<Row>();
  return new Map(results.map((row) => [row.schedule_id as string, fireFromRow(row)]));
}

/** A run of this schedule that is still under way, or null: the newest it started. */
export async function activeRunOf(
  db: D1Database,
  of: { tenantId: string; scheduleId: string },
): Promise<string | null> {
  const row = await db
    .prepare(
      `SELECT r.id FROM schedule_fires f JOIN workflow_executions r ON r.id = f.run_id AND r.tenant_id = f.tenant_id
       WHERE f.schedule_id = ?1 AND f.tenant_id = ?2 AND f.status = 'started' AND r.finished_at IS NULL
       ORDER BY f.due_at DESC LIMIT 1`,
    )
    .bind(of.scheduleId, of.tenantId)
    .first<{ id: string }>();
  return row?.id ?? null;
}

function scheduleFromRow(r: Row): Schedule {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    name: r.name as string,
    cron: r.cron as string,
    timeZone: r.time_zone as string,
    command: r.command as string,
    ask: JSON.parse(r.ask_json as string),
    overlap: r.overlap as Schedule["overlap"],
    catchUp: r.catch_up === 1,
    enabled: r.enabled === 1,
    userId: r.user_id as string,
    nextAt: r.next_at as number | null,
    createdAt: r.created_at as number,
    updatedAt: r.updated_at as number,
  };
}

function fireFromRow(r: Row): Fire {
  return {
    scheduleId: r.schedule_id as string,
    tenantId: r.tenant_id as string,
    dueAt: r.due_at as number,
    status: r.status as Fire["status"],
    runId: r.run_id as string,
    missed: r.missed as number,
    message: r.message as string | null,
    at: r.at as number,
    runStatus: (r.run_status as string | undefined) ?? null,
    runError: runErrorOf(r.error_json),
  };
}
