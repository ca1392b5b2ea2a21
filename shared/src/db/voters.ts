/** The people who may still decide a checkpoint, and why somebody may not. */
import { whyNoVote } from "../approvals/policy.ts";
import type { Actor } from "../engine/state.ts";
import type { Role } from "../engine/statuses.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { mayVote } from "./vote-rule.ts";

/** Whoever may vote on the checkpoint at this time and has not yet; by name. */
export async function listVoters(
  db: D1Database,
  tenantId: string,
  checkpointId: string,
  now: number,
): Promise<{ id: string; name: string }[]> {
  const { results } = await db
    .prepare(
      `SELECT u.id, u.name FROM command_checkpoints c
       JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
       JOIN users u ON u.tenant_id = c.tenant_id AND ${mayVote("?3")}
       WHERE c.id = ?2 AND c.tenant_id = ?1
         AND NOT EXISTS (SELECT 1 FROM checkpoint_votes v WHERE v.checkpoint_id = c.id AND v.user_id = u.id)
       ORDER BY u.name LIMIT 50`,
    )
    .bind(tenantId, checkpointId, now)
    .all<Row>();
  return results.map((row) => ({ id: row.id as string, name: row.name as string }));
}

/** What one person has to say about a checkpoint. */
export interface Say {
  yes: boolean;
  /** In words for that person; null when they may vote. */
  why: string | null;
  /** So many people may decide it as things are; 0: nobody. */
  people: number;
}

/** May this person vote on the checkpoint at this time, and if not, why? Null when there is no such checkpoint or person. */
export async function sayOf(
  db: D1Database,
  tenantId: string,
  checkpointId: string,
  userId: string,
  now: number,
): Promise<Say | null> {
  const row = await db
    .prepare(
      `SELECT c.*, r.requested_by_json, u.name AS user_name, u.role AS user_role, u.groups_json AS user_groups,
         (${mayVote("?4")}) AS may_vote,
         (SELECT count(*) FROM users u WHERE u.tenant_id = ?1 AND ${mayVote("?4")}) AS people
       FROM command_checkpoints c
       JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
       JOIN users u ON u.id = ?3 AND u.tenant_id = c.tenant_id
       WHERE c.id = ?2 AND c.tenant_id = ?1`,
    )
    .bind(tenantId, checkpointId, userId, now)
    .first<Row>();
  if (!row) return null;
  return {
    yes: row.may_vote === 1,
    why: row.may_vote === 1 ? null : whyNotThem(row, userId),
    people: row.people as number,
  };
}

/** Why person `userId` has no vote, of a row with `requested_by_json` and the person's `user_name`, `user_role`, `user_groups`. */
export function whyNotThem(row: Row, userId: string): string {
  const { policy, escalatedAt } = checkpointFromRow(row);
  const voter = {
    id: userId,
    name: row.user_name as string,
    role: row.user_role as Role,
    groups: JSON.parse(row.user_groups as string) as string[],
  };
  const requestedBy = JSON.parse(row.requested_by_json as string) as Actor;
  return (
    whyNoVote(policy, voter, requestedBy, escalatedAt !== null) ??
    "One of your own tokens asked for this run; somebody else has to decide it."
  );
}
