/** What no route lets anybody date, put into the past: for the pictures, which would show everything as made just now. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Stack } from "./stack.ts";

export const DAY = 86_400_000;
const HOUR = 3_600_000;

/** When it was last 02:15 UTC, and so many nights before that. */
export function night(ago: number): number {
  const now = Date.now();
  const today = new Date(now).setUTCHours(2, 15, 0, 0);
  return (today > now ? today - DAY : today) - ago * DAY;
}

/** The last month that was over at this moment, as in `2026-10`. */
export function monthBefore(at: number): string {
  const then = new Date(at);
  return new Date(Date.UTC(then.getUTCFullYear(), then.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** Moves a run that is over, with all that belongs to it. Its id begins with its time, and lists are in the order of ids. */
export async function moveRun(stack: Stack, run: string, to: number): Promise<void> {
  const { db } = stack.workspace;
  const made = await db
    .prepare("SELECT created_at FROM workflow_executions WHERE id = ?1")
    .bind(run)
    .first<{ created_at: number }>();
  if (!made) throw new Error(`There is no run ${run} to move.`);
  const moved = `run_${to.toString(36).padStart(9, "0")}${run.slice(13)}`;
  const earlier = (...columns: string[]) => columns.map((column) => `${column} = ${column} - ?3`).join(", ");
  const times = earlier("started_at", "finished_at");
  await db.batch([
    ...[
      `UPDATE workflow_executions SET id = ?2, ${earlier("created_at")}, ${times} WHERE id = ?1`,
      `UPDATE step_executions SET run_id = ?2, ${times} WHERE run_id = ?1`,
      `UPDATE run_events SET run_id = ?2, ${earlier("at")} WHERE run_id = ?1`,
    ].map((sql) => db.prepare(sql).bind(run, moved, made.created_at - to)),
    ...["jobs", "log_chunks", "schedule_fires"].map((table) =>
      db.prepare(`UPDATE ${table} SET run_id = ?2 WHERE run_id = ?1`).bind(run, moved),
    ),
  ]);
}

/** The workspace's commands are older than the month of runs, and each version is some weeks older than the next. */
export async function ageCommands(stack: Stack): Promise<void> {
  const { db, tenant } = stack.workspace;
  const rank = (of: string) =>
    `(SELECT count(*) FROM agent_commands o WHERE o.tenant_id = ?1 AND o.slug < ${of}.slug)`;
  await db.batch([
    db
      .prepare(
        `UPDATE command_versions AS v SET created_at = (
           SELECT ?2 - (31 + 4 * ${rank("c")} + 17 * (c.version - v.version)) * ?3 FROM agent_commands c WHERE c.id = v.command_id)
         WHERE tenant_id = ?1`,
      )
      .bind(tenant, Date.now() - 5 * HOUR, DAY),
    db
      .prepare(
        `UPDATE agent_commands AS c SET
           created_at = (SELECT min(created_at) FROM command_versions WHERE command_id = c.id),
           updated_at = (SELECT max(created_at) FROM command_versions WHERE command_id = c.id)
         WHERE tenant_id = ?1 AND EXISTS (SELECT 1 FROM command_versions WHERE command_id = c.id)`,
      )
      .bind(tenant),
  ]);
}

/** When each of these files was stored, by its key. The local object store has no call for it: its own table is written to, where a key begins with the tenant. */
export function dateFiles(stack: Stack, stored: Map<string, number>): void {
  const folder = join(stack.workspace.data, "state", "r2");
  const tables = readdirSync(folder, { recursive: true, encoding: "utf8" });
  for (const file of tables.filter((name) => name.endsWith(".sqlite"))) {
    const store = new DatabaseSync(join(folder, file), { timeout: 5_000 });
    if (store.prepare("SELECT 1 FROM sqlite_master WHERE name = '_mf_objects'").get())
      for (const [key, at] of stored)
        store.prepare("UPDATE _mf_objects SET uploaded = ? WHERE key LIKE ?").run(at, `%/${key}`);
    store.close();
  }
}
