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
  /** What was agreed to last at the same place of the same command. */
  lastApproved: { context: Checkpoint["context"]; at: number; by: string | null } | null;
  /** The end of what each step wrote, in the order of the steps. */
  logs: { step: string; attempt: number; text: string; cut: boolean }[];
}

/** Of each step's log the page shows this much, of so many steps. */
const TAIL_CHARS = 1_500;
const TAIL_CHUNKS = 4;
const TAIL_STEPS = 20;

// Only the newest runs are looked at: what was approved fifty runs ago is no measure of today.
const LAST_APPROVED = `SELECT p.context_json, p.decided_at, p.decided_by_json FROM approval_links l
  JOIN command_checkpoints c ON c.id = l.checkpoint_id AND c.tenant_id = l.tenant_id
  JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = l.tenant_id
  JOIN command_checkpoints p ON p.run_id IN (SELECT o.id FROM workflow_executions o WHERE o.tenant_id = r.tenant_id
    AND o.command = r.command AND o.id < r.id ORDER BY o.id DESC LIMIT 50)
    AND p.step_id = c.step_id AND p.status = 'approved' AND p.reason = 'gate'
  WHERE l.token_hash = ?1 ORDER BY p.decided_at DESC LIMIT 1`;
const TAILS = `SELECT k.step_id, k.attempt, k.start, k.text FROM (
    SELECT g.step_id, g.attempt, g.start, substr(g.text, -${TAIL_CHARS}) AS text,
      row_number() OVER (PARTITION BY g.step_id ORDER BY g.attempt DESC, g.start DESC) AS back
    FROM approval_links l JOIN command_checkpoints c ON c.id = l.checkpoint_id AND c.tenant_id = l.tenant_id
    JOIN log_chunks g ON g.run_id = c.run_id AND g.tenant_id = c.tenant_id WHERE l.token_hash = ?1) k
  WHERE k.back <= ${TAIL_CHUNKS} ORDER BY k.step_id, k.attempt, k.start LIMIT ${TAIL_STEPS * TAIL_CHUNKS}`;

/** Everything the page of a link shows, in one read that writes nothing. */
export async function readLink(db: D1Database, hash: string, now: number): Promise<LinkedPage | null> {
  const [pages, votes, approved, tails] = await db.batch<Row>([
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
    db.prepare(LAST_APPROVED).bind(hash),
    db.prepare(TAILS).bind(hash),
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
    lastApproved: approvedFromRow(approved?.results[0]),
    logs: tailsFromRows(tails?.results ?? []),
  };
}

function approvedFromRow(row: Row | undefined): LinkedPage["lastApproved"] {
  if (!row) return null;
  const by = row.decided_by_json === null ? null : (JSON.parse(row.decided_by_json as string) as Actor);
  return {
    context: JSON.parse(row.context_json as string),
    at: row.decided_at as number,
    by: by?.name ?? null,
  };
}

/** One text for each step: the pieces of its newest attempt, cut to the end. */
function tailsFromRows(rows: Row[]): LinkedPage["logs"] {
  const byStep = new Map<string, { attempt: number; text: string; start: number }>();
  for (const row of rows) {
    const [step, attempt, start] = [row.step_id as string, row.attempt as number, row.start as number];
    const before = byStep.get(step);
    byStep.set(
      step,
      before?.attempt === attempt
        ? { ...before, text: before.text + (row.text as string) }
        : { attempt, start, text: row.text as string },
    );
  }
  return [...byStep].map(([step, { attempt, start, text }]) => ({
    step,
    attempt,
    text: text.slice(-TAIL_CHARS),
    cut: start > 0 || text.length > TAIL_CHARS,
  }));
}
