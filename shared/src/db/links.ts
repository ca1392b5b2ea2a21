/** Approval links: read by the hash of their token. The token is the authority, so its row names the tenant. */
import type { Vote } from "../approvals/outcome.ts";
import type { Actor, Checkpoint } from "../engine/state.ts";
import type { Role, RunStatus } from "../engine/statuses.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { groupsOf, mayVote } from "./vote-rule.ts";
import { voteFromRow } from "./votes.ts";

export interface LinkedPage {
  link: { tenantId: string; expiresAt: number; usedAt: number | null };
  checkpoint: Checkpoint;
  votes: Vote[];
  run: {
    id: string;
    status: RunStatus;
    command: string;
    note: string | null;
    requestedBy: Actor;
    cancelRequestedAt: number | null;
  };
  user: { id: string; name: string; role: Role; groups: string[] };
  mayVote: boolean;
  tenantName: string;
}

/** Everything the page of a link shows, in one read that writes nothing. */
export async function readLink(db: D1Database, hash: string, now: number): Promise<LinkedPage | null> {
  const [pages, votes] = await db.batch<Row>([
    db
      .prepare(
        `SELECT c.*, l.expires_at AS link_expires_at, l.used_at AS link_used_at,
           r.status AS run_status, r.command AS run_command, r.note AS run_note, r.requested_by_json, r.cancel_requested_at,
           u.id AS user_id, u.name AS user_name, u.role AS user_role, u.groups_json AS user_groups,
           (${mayVote("?2")}) AS may_vote, t.name AS tenant_name
         FROM approval_links l
         JOIN command_checkpoints c ON c.id = l.checkpoint_id AND c.tenant_id = l.tenant_id
         JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = l.tenant_id
         JOIN users u ON u.id = l.user_id AND u.tenant_id = l.tenant_id
         JOIN tenants t ON t.id = l.tenant_id
         WHERE l.token_hash = ?1`,
      )
      .bind(hash, now),
    db
      .prepare(
        `SELECT v.*, (SELECT ${groupsOf("?2")} FROM users u WHERE u.id = v.user_id) AS voter_groups
         FROM approval_links l JOIN checkpoint_votes v ON v.checkpoint_id = l.checkpoint_id AND v.tenant_id = l.tenant_id
         JOIN command_checkpoints c ON c.id = v.checkpoint_id AND c.tenant_id = v.tenant_id
         JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
         WHERE l.token_hash = ?1 ORDER BY v.at, v.user_id`,
      )
      .bind(hash, now),
  ]);
  const row = pages?.results[0];
  if (!row) return null;
  return {
    link: {
      tenantId: row.tenant_id as string,
      expiresAt: row.link_expires_at as number,
      usedAt: row.link_used_at as number | null,
    },
    checkpoint: checkpointFromRow(row),
    votes: (votes?.results ?? []).map(voteFromRow),
    run: {
      id: row.run_id as string,
      status: row.run_status as RunStatus,
      command: row.run_command as string,
      note: row.run_note as string | null,
      requestedBy: JSON.parse(row.requested_by_json as string) as Actor,
      cancelRequestedAt: row.cancel_requested_at as number | null,
    },
    user: {
      id: row.user_id as string,
      name: row.user_name as string,
      role: row.user_role as Role,
      groups: JSON.parse(row.user_groups as string) as string[],
    },
    mayVote: row.may_vote === 1,
    tenantName: row.tenant_name as string,
  };
}

/** The person of the checkpoint's tenant with this Slack account; Slack names no tenant, the checkpoint does. */
export async function findSlackVoter(
  db: D1Database,
  checkpointId: string,
  slackUserId: string,
): Promise<{ tenantId: string; user: LinkedPage["user"]; runId: string } | null> {
  const row = await db
    .prepare(
      `SELECT c.tenant_id, c.run_id, u.id, u.name, u.role, u.groups_json
       FROM command_checkpoints c
       JOIN users u ON u.tenant_id = c.tenant_id AND u.slack_user_id = ?2 AND u.status = 'active'
       WHERE c.id = ?1 LIMIT 1`,
    )
    .bind(checkpointId, slackUserId)
    .first<Row>();
  if (!row) return null;
  return {
    tenantId: row.tenant_id as string,
    runId: row.run_id as string,
    user: {
      id: row.id as string,
      name: row.name as string,
      role: row.role as Role,
      groups: JSON.parse(row.groups_json as string) as string[],
    },
  };
}
