/** Checkpoints as they are read: lists, one with its votes, and what is still to be announced. */
import type { Vote } from "../approvals/outcome.ts";
import { standing } from "../approvals/policy.ts";
import type { FormField } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Actor, Checkpoint } from "../engine/state.ts";
import { CHECKPOINT_STATUSES, type CheckpointStatus } from "../engine/statuses.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { mayVote } from "./vote-rule.ts";
import { VOTES_SQL, voteFromRow } from "./votes.ts";

/** A checkpoint as the HTTP API answers it. */
export interface CheckpointView {
  id: string;
  run_id: string;
  step: string;
  name: string;
  prompt: string;
  status: CheckpointStatus;
  required: number;
  votes: { by: Actor; decision: string; channel: string; comment: string | null; at: number }[];
  form: FormField[];
  plan_digest: string;
  created_at: number;
  expires_at: number | null;
  decided_at: number | null;
}
/** One checkpoint with everything an approver is shown. */
export type CheckpointDetail = CheckpointView & {
  reason: Checkpoint["reason"];
  policy: Omit<Checkpoint["policy"], "form" | "name" | "prompt">;
  /** Withdrawn because of this; the question is asked again by the next checkpoint of the step. */
  changed: Checkpoint["changed"];
  break_glass: Checkpoint["breakGlass"];
  escalated_at: number | null;
  /** Of each group with a minimum that is not met: how many are missing. */
  missing: { group: string; left: number }[];
  context: { [name: string]: Json };
  inputs: { [name: string]: Json } | null;
  decided_by: Actor | null;
};
export interface CheckpointWithVotes {
  checkpoint: Checkpoint;
  votes: Vote[];
}

/** The API's shape of a checkpoint and its votes. */
export function checkpointView(c: Checkpoint, votes: Vote[]): CheckpointView {
  return {
    id: c.id,
    run_id: c.runId,
    step: c.stepId,
    name: c.name,
    prompt: c.prompt,
    status: c.status,
    required: c.policy.quorum,
    votes: votes.map((v) => ({
      by: { id: v.userId, name: v.name, type: "person" },
      decision: v.decision,
      channel: v.channel,
      comment: v.comment,
      at: v.at,
    })),
    form: c.form,
    plan_digest: c.planDigest,
    created_at: c.createdAt,
    expires_at: c.expiresAt,
    decided_at: c.decidedAt,
  };
}

/** The API's shape of one checkpoint, with what will run, what has run and what undoing means. */
export function checkpointDetail(c: Checkpoint, votes: Vote[]): CheckpointDetail {
  const { form: _form, name: _name, prompt: _prompt, ...policy } = c.policy;
  return {
    ...checkpointView(c, votes),
    reason: c.reason,
    policy,
    changed: c.changed,
    break_glass: c.breakGlass,
    escalated_at: c.escalatedAt,
    missing: standing(c.policy, votes, c.planDigest, c.escalatedAt !== null).missing,
    context: c.context,
    inputs: c.inputs,
    decided_by: c.decidedBy,
  };
}

const VOTES_OF = `SELECT * FROM checkpoint_votes
  WHERE checkpoint_id IN (SELECT value FROM json_each(?2)) AND tenant_id = ?1 ORDER BY at, user_id`;

/** One checkpoint of the tenant with its votes. */
export async function getCheckpoint(
  db: D1Database,
  tenantId: string,
  id: string,
  now: number,
): Promise<CheckpointWithVotes | null> {
  const [rows, votes] = await db.batch<Row>([
    db.prepare("SELECT * FROM command_checkpoints WHERE id = ?2 AND tenant_id = ?1").bind(tenantId, id),
    db.prepare(VOTES_SQL).bind(tenantId, JSON.stringify([id]), now),
  ]);
  const row = rows?.results[0];
  return row ? { checkpoint: checkpointFromRow(row), votes: (votes?.results ?? []).map(voteFromRow) } : null;
}

/** All checkpoints of some runs, by run. */
export async function checkpointsOfRuns(
  db: D1Database,
  tenantId: string,
  runIds: string[],
): Promise<Map<string, CheckpointWithVotes[]>> {
  const { results } = await db
    .prepare(
      `SELECT * FROM command_checkpoints WHERE run_id IN (SELECT value FROM json_each(?2)) AND tenant_id = ?1
       ORDER BY created_at, id`,
    )
    .bind(tenantId, JSON.stringify(runIds))
    .all<Row>();
  const byRun = new Map<string, CheckpointWithVotes[]>();
  for (const one of await withVotes(db, tenantId, results.map(checkpointFromRow))) {
    const list = byRun.get(one.checkpoint.runId) ?? [];
    list.push(one);
    byRun.set(one.checkpoint.runId, list);
  }
  return byRun;
}

export interface CheckpointFilter {
  tenantId: string;
  status?: CheckpointStatus | undefined;
  /** Only those this person may still vote on. */
  mineUserId?: string | undefined;
  /** Only those an owner went past: all of them, or those nobody has reviewed. Oldest and newest alike, whatever their status. */
  brokenGlass?: "all" | "unreviewed" | undefined;
  /** For whom a person stands in at this time. */
  now: number;
  /** Only those with an id below it: newest first. */
  cursor?: string | undefined;
  limit: number;
}

/** Checkpoints of a tenant, newest first, one more than asked for tells that there are more. */
export async function listCheckpoints(
  db: D1Database,
  filter: CheckpointFilter,
): Promise<{ items: CheckpointWithVotes[]; nextCursor: string | null }> {
  const { tenantId, limit, mineUserId } = filter;
  const statuses = mineUserId
    ? (["pending"] as const)
    : filter.brokenGlass
      ? (["approved"] as const)
      : filter.status
        ? [filter.status]
        : CHECKPOINT_STATUSES;
  // A person's list is joined with what makes a vote possible; there is one index walk per status, never a sort of all.
  const mine = mineUserId
    ? `JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id AND r.cancel_requested_at IS NULL
       JOIN users u ON u.id = ?5 AND ${mayVote("?6")}`
    : "";
  const notYet = mineUserId
    ? "AND NOT EXISTS (SELECT 1 FROM checkpoint_votes v WHERE v.checkpoint_id = c.id AND v.user_id = ?5 AND v.plan_digest = c.plan_digest)"
    : "";
  const broken = filter.brokenGlass
    ? `AND c.break_glass_json IS NOT NULL ${filter.brokenGlass === "all" ? "" : "AND json_extract(c.break_glass_json, '$.review') IS NULL"}`
    : "";
  const sql = `SELECT c.* FROM command_checkpoints c ${mine}
    WHERE c.tenant_id = ?1 AND c.status = ?2 AND c.id < ?3 ${broken} ${notYet} ORDER BY c.id DESC LIMIT ?4 + 0`;
  const results = await db.batch<Row>(
    statuses.map((status) => {
      const values: (string | number)[] = [tenantId, status, filter.cursor ?? "~", limit + 1];
      if (mineUserId) values.push(mineUserId, filter.now);
      return db.prepare(sql).bind(...values);
    }),
  );
  const rows = results
    .flatMap((result) => result.results)
    .sort((a, b) => ((a.id as string) < (b.id as string) ? 1 : -1));
  const page = rows.slice(0, limit).map(checkpointFromRow);
  return {
    items: await withVotes(db, tenantId, page),
    nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

async function withVotes(
  db: D1Database,
  tenantId: string,
  checkpoints: Checkpoint[],
): Promise<CheckpointWithVotes[]> {
  if (checkpoints.length === 0) return [];
  const ids = JSON.stringify(checkpoints.map((c) => c.id));
  const { results } = await db.prepare(VOTES_OF).bind(tenantId, ids).all<Row>();
  return checkpoints.map((checkpoint) => ({
    checkpoint,
    votes: results.filter((row) => row.checkpoint_id === checkpoint.id).map(voteFromRow),
  }));
}
