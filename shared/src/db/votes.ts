/** Votes on checkpoints: the one place where a person's decision becomes a fact. */
import { checkInputs, type Inputs } from "../approvals/form.ts";
import { type Decision, decidingVote, type Vote, type VoteOutcome } from "../approvals/outcome.ts";
import { standing } from "../approvals/policy.ts";
import type { Actor, Checkpoint, RunEvent } from "../engine/state.ts";
import { type Channel, isTerminal, type Role, type RunStatus } from "../engine/statuses.ts";
import { Refusal } from "../errors.ts";
import { newId } from "../ids.ts";
import { type LoadedRuns, loadedFrom, loadStatements } from "./load-runs.ts";
import { checkpointFromRow, type Row } from "./rows.ts";
import { voidCheckpoint } from "./void-checkpoint.ts";
import { groupsOf, HEAD_MOVED, isApproved, mayVote } from "./vote-rule.ts";
import { whyNotThem } from "./voters.ts";
import { once } from "./write.ts";

export { voteRefusal } from "../approvals/outcome.ts";
export type { VoteOutcome };

export interface VoteRequest {
  tenantId: string;
  checkpointId: string;
  /** An active person of the tenant. Role and groups are read again from the database, in the deciding statement. */
  user: { id: string; name: string; role: Role; groups: string[] };
  decision: Decision;
  channel: Channel;
  comment: string | null;
  inputs: Inputs | null;
  /** The digest of the plan the voter saw; null when the channel has no way to name one. */
  planDigest: string | null;
  /** The link it came through, by the hash of its token: single use. */
  link?: string | null;
  /** The person is signed in besides: some policies ask for more than a link. */
  signedIn?: boolean;
}

/** For whoever tells people of a new checkpoint: may person `u` vote, by how things stood when it was made? */
export const MAY_VOTE = mayVote("c.created_at");

// The guard: state, expiry, plan, run, identity, policy, form and link, in the one statement that lets a vote in (I5, I6, I18, I22).
const INSERT_VOTE = `INSERT INTO checkpoint_votes
  (checkpoint_id, user_id, tenant_id, decision, channel, name, comment, inputs_json, plan_digest, txn, at)
  SELECT c.id, u.id, c.tenant_id, ?4, ?5, u.name, ?6, ?7, c.plan_digest, ?8, ?9
  FROM command_checkpoints c
  JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
  JOIN users u ON u.id = ?3
  WHERE c.id = ?2 AND c.tenant_id = ?1
    AND c.status = 'pending'
    AND (c.expires_at IS NULL OR c.expires_at > ?9)
    AND (?10 IS NULL OR c.plan_digest = ?10)
    AND c.plan_digest = r.plan_digest
    AND r.status NOT IN ('succeeded', 'failed', 'rejected', 'cancelled')
    AND r.cancel_requested_at IS NULL
    AND ${mayVote("?9")}
    AND (?4 = 'reject' OR NOT ${HEAD_MOVED})
    AND (?5 <> 'link' OR ?13 OR coalesce(json_extract(c.policy_json, '$.sign_in'), 0) = 0)
    AND (?4 = 'reject' OR coalesce(c.form_json, '[]') = ?11)
    AND (?12 IS NULL OR EXISTS (SELECT 1 FROM approval_links l WHERE l.token_hash = ?12 AND l.tenant_id = c.tenant_id
      AND l.checkpoint_id = c.id AND l.user_id = u.id AND l.used_at IS NULL AND l.expires_at > ?9))
  ON CONFLICT (checkpoint_id, user_id) DO UPDATE SET decision = excluded.decision, channel = excluded.channel,
    comment = excluded.comment, inputs_json = excluded.inputs_json, plan_digest = excluded.plan_digest,
    txn = excluded.txn, at = excluded.at
    WHERE checkpoint_votes.decision <> excluded.decision OR checkpoint_votes.plan_digest <> excluded.plan_digest
      OR checkpoint_votes.at <= (SELECT u.updated_at FROM users u WHERE u.id = excluded.user_id)`;

const UPDATE_CHECKPOINT = `UPDATE command_checkpoints AS c SET txn = ?3,
  status = CASE WHEN ?4 = 'reject' THEN 'rejected' WHEN ${isApproved("?5")} THEN 'approved' ELSE status END,
  decided_at = CASE WHEN ?4 = 'reject' OR ${isApproved("?5")} THEN ?5 END,
  next_tell_at = CASE WHEN ?4 = 'reject' OR ${isApproved("?5")} THEN NULL ELSE next_tell_at END,
  decided_by_json = CASE WHEN ?4 = 'reject' OR ${isApproved("?5")} THEN ?6 END,
  inputs_json = CASE WHEN ?4 = 'approve' AND ${isApproved("?5")} THEN ?7 ELSE inputs_json END
  WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.status = 'pending'
    AND EXISTS (SELECT 1 FROM checkpoint_votes v WHERE v.checkpoint_id = ?2 AND v.user_id = ?8 AND v.txn = ?3)`;

// Due at once when decided: if the hint is lost, the next sweep goes on with the run (I7).
const UPDATE_RUN = `UPDATE workflow_executions SET version = version + 1, txn = ?3,
  event_seq = event_seq + (SELECT 1 + (c.status <> 'pending') FROM command_checkpoints c WHERE c.id = ?2),
  next_check_at = CASE WHEN (SELECT c.status FROM command_checkpoints c WHERE c.id = ?2) <> 'pending'
    THEN min(next_check_at, ?4) ELSE next_check_at END
  WHERE tenant_id = ?1 AND id = (SELECT c.run_id FROM command_checkpoints c WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3)`;

const INSERT_EVENTS = `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json)
  SELECT r.id, r.event_seq, r.tenant_id, r.event_seq - (c.status <> 'pending'), ?4, ?3,
    CASE WHEN c.status = 'pending'
      THEN json_array(json_object('seq', r.event_seq, 'type', 'checkpoint.voted', 'at', ?4, 'step', c.step_id, 'data', json(?5)))
      ELSE json_array(
        json_object('seq', r.event_seq - 1, 'type', 'checkpoint.voted', 'at', ?4, 'step', c.step_id, 'data', json(?5)),
        json_object('seq', r.event_seq, 'type', 'checkpoint.' || c.status, 'at', ?4, 'step', c.step_id, 'data', json(?6))) END
  FROM command_checkpoints c JOIN workflow_executions r ON r.id = c.run_id AND r.txn = ?3
  WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3`;

const INSERT_AUDIT = `INSERT INTO audit (tenant_id, seq, at, actor_json, action, target, detail_json)
  SELECT c.tenant_id, (SELECT coalesce(max(a.seq), 0) + 1 FROM audit a WHERE a.tenant_id = ?1), ?4, ?5,
    CASE WHEN c.status = 'pending' THEN 'checkpoint.voted' ELSE 'checkpoint.' || c.status END, c.id,
    json_object('run', c.run_id, 'step', c.step_id, 'decision', ?6, 'channel', ?7, 'plan_digest', c.plan_digest, 'comment', ?8)
  FROM command_checkpoints c WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3`;

const USE_LINK = `UPDATE approval_links SET used_at = ?4 WHERE token_hash = ?5 AND tenant_id = ?1 AND used_at IS NULL
  AND EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.id = ?2 AND c.tenant_id = ?1 AND c.txn = ?3)`;

const READ_ALL = `SELECT c.*, r.status AS run_status, r.cancel_requested_at, r.requested_by_json, r.plan_digest AS run_digest,
    u.name AS user_name, u.role AS user_role, u.groups_json AS user_groups, u.status AS user_status,
    (u.id IS NOT NULL AND ${mayVote("?5")}) AS may_vote, ${HEAD_MOVED} AS head_moved,
    (SELECT l.used_at IS NOT NULL FROM approval_links l WHERE l.token_hash = ?4 AND l.tenant_id = c.tenant_id) AS link_used
  FROM command_checkpoints c
  JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
  LEFT JOIN users u ON u.id = ?3 AND u.tenant_id = c.tenant_id
  WHERE c.id = ?2 AND c.tenant_id = ?1`;

/** The votes, each with the groups it speaks for now; null: its person may not vote any more, and it does not count. */
export const VOTES_SQL = `SELECT v.*, (SELECT ${groupsOf("?3")} FROM users u WHERE u.id = v.user_id) AS voter_groups
  FROM checkpoint_votes v JOIN command_checkpoints c ON c.id = v.checkpoint_id AND c.tenant_id = v.tenant_id
  JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
  WHERE v.checkpoint_id IN (SELECT value FROM json_each(?2)) AND v.tenant_id = ?1 ORDER BY v.at, v.user_id`;

/**
 * Cast one person's vote. One D1 batch: the vote goes in only if everything holds at once, all else hangs on its stamp,
 * so of any number of simultaneous callers one decides and the others learn who did. Machines have no vote: the caller
 * passes a person, and somebody who is not an active person of the tenant is refused here.
 * @param onStored hears how the run stands with the vote, read in the same transaction, so that what follows needs no load
 */
export async function castVote(
  db: D1Database,
  vote: VoteRequest,
  now: number,
  onStored?: (after: AfterVote) => void,
): Promise<VoteOutcome> {
  const txn = newId("txn", now);
  // Most checkpoints have no form, so the first try assumes none: one round trip. A form costs a second one.
  const filled = vote.decision === "approve" && Object.keys(vote.inputs ?? {}).length > 0;
  let { done, before, after } = await attempt(db, vote, txn, now, { form: filled ? "" : "[]", inputs: null });
  if (!done && before && wantsForm(before, vote, filled, now)) {
    const checked = checkInputs(checkpointFromRow(before).form, vote.inputs);
    if ("issues" in checked) return { kind: "invalid", issues: checked.issues };
    const form = { form: (before.form_json as string | null) ?? "[]", inputs: checked.inputs };
    ({ done, before, after } = await attempt(db, vote, txn, now, form));
  }
  if (!before || !after) return { kind: "not_found" };
  const checkpoint = checkpointFromRow(after.row);
  const votes = after.votes;
  if (done && after.run && after.run.loaded.snapshots[0]?.run.id === after.row.run_id) onStored?.(after.run);
  if (done)
    // After an answer that was lost, somebody else's later vote may have been the deciding one.
    return checkpoint.status === "pending" || after.row.txn !== txn
      ? { kind: "voted", checkpoint, votes, approvals: approvalsOf(checkpoint, votes), repeated: false }
      : { kind: "decided", checkpoint, votes, status: checkpoint.status as "approved" | "rejected" };
  const why = whyNot(before, checkpoint, votes, vote, now);
  // Found out by this very vote: it is asked again, with the difference, before anybody else decides on what is no longer so.
  if (why.kind !== "digest_changed" || !before.head_moved) return why;
  await voidCheckpoint(db, vote, now);
  const [found] = await db.batch<Row>(reads(db, vote, now));
  return { ...why, checkpoint: found?.results[0] ? checkpointFromRow(found.results[0]) : checkpoint };
}

/** A run as it stands with a vote that was stored, and the events the vote was stored with. */
export interface AfterVote {
  loaded: LoadedRuns;
  events: RunEvent[];
}
interface Tried {
  done: boolean;
  before: Row | null;
  after: { row: Row; votes: Vote[]; run: AfterVote | null } | null;
}
/** Of a checkpoint's run, whose id its own begins with: all rows, and the newest events. */
const AFTER = 5;
function afterStatements(db: D1Database, checkpointId: string): D1PreparedStatement[] {
  const runId = `run_${checkpointId.slice(4).split(".")[0]}`;
  return [
    ...loadStatements(db, [runId]),
    db
      .prepare("SELECT txn, events_json FROM run_events WHERE run_id = ?1 ORDER BY seq DESC LIMIT 1")
      .bind(runId),
  ];
}

async function attempt(
  db: D1Database,
  vote: VoteRequest,
  txn: string,
  now: number,
  form: { form: string; inputs: Inputs | null },
): Promise<Tried> {
  try {
    return await once(
      async () => read(await db.batch<Row>(statements(db, vote, txn, now, form)), txn),
      async () => read(await db.batch<Row>(reads(db, vote, now)), txn),
      (tried) => tried.done,
    );
  } catch (error) {
    console.error(`A vote could not be stored: ${String(error)}`);
    throw new Refusal(
      "unavailable",
      "The vote could not be stored just now. Look at the checkpoint, then try again.",
      {
        retryAfterS: 2,
      },
    );
  }
}

function statements(
  db: D1Database,
  vote: VoteRequest,
  txn: string,
  now: number,
  form: { form: string; inputs: Inputs | null },
): D1PreparedStatement[] {
  const { tenantId, checkpointId, user, decision, channel, comment } = vote;
  const actor: Actor = { id: user.id, name: user.name, type: "person" };
  const inputs = decision === "approve" && form.inputs ? JSON.stringify(form.inputs) : null;
  const voted = JSON.stringify({
    checkpoint: checkpointId,
    user: { id: user.id, name: user.name },
    decision,
    channel,
    comment,
  });
  const decided = JSON.stringify({
    checkpoint: checkpointId,
    by: actor,
    channel,
    comment,
    ...(inputs ? { inputs: form.inputs } : {}),
  });
  const link = vote.link ?? null;
  const [before, votes] = reads(db, vote, now) as [D1PreparedStatement, D1PreparedStatement];
  return [
    before,
    db
      .prepare(INSERT_VOTE)
      .bind(
        tenantId,
        checkpointId,
        user.id,
        decision,
        channel,
        comment,
        inputs,
        txn,
        now,
        vote.planDigest,
        form.form,
        link,
        vote.signedIn ? 1 : 0,
      ),
    db
      .prepare(UPDATE_CHECKPOINT)
      .bind(tenantId, checkpointId, txn, decision, now, JSON.stringify(actor), inputs, user.id),
    db.prepare(UPDATE_RUN).bind(tenantId, checkpointId, txn, now),
    db.prepare(INSERT_EVENTS).bind(tenantId, checkpointId, txn, now, voted, decided),
    db
      .prepare(INSERT_AUDIT)
      .bind(tenantId, checkpointId, txn, now, JSON.stringify(actor), decision, channel, comment),
    ...(link ? [db.prepare(USE_LINK).bind(tenantId, checkpointId, txn, now, link)] : []),
    ...afterStatements(db, checkpointId),
    before,
    votes,
  ];
}

function reads(db: D1Database, vote: VoteRequest, now: number): D1PreparedStatement[] {
  return [
    db.prepare(READ_ALL).bind(vote.tenantId, vote.checkpointId, vote.user.id, vote.link ?? null, now),
    db.prepare(VOTES_SQL).bind(vote.tenantId, JSON.stringify([vote.checkpointId]), now),
  ];
}

/** The first result is the state before, the last two the state after, all of one transaction. */
function read(results: D1Result<Row>[], txn: string): Tried {
  const before = results[0]?.results[0] ?? null;
  const rows = results.at(-1)?.results ?? [];
  const row = results.at(-2)?.results[0];
  return {
    done: rows.some((vote) => vote.txn === txn),
    before,
    after: row ? { row, votes: rows.map(voteFromRow), run: runAfter(results, txn) } : null,
  };
}

/** Null when the results are those of `reads` alone. */
function runAfter(results: D1Result<Row>[], txn: string): AfterVote | null {
  if (results.length < AFTER + 3) return null;
  const found = results.slice(-2 - AFTER, -2);
  const [newest] = found.at(-1)?.results ?? [];
  const events = newest?.txn === txn ? (JSON.parse(newest.events_json as string) as RunEvent[]) : [];
  return { loaded: loadedFrom(found.slice(0, -1)), events };
}

export function voteFromRow(r: Row): Vote {
  return {
    userId: r.user_id as string,
    name: r.name as string,
    decision: r.decision as Decision,
    channel: r.channel as Channel,
    comment: r.comment as string | null,
    planDigest: r.plan_digest as string,
    at: r.at as number,
    ...(r.voter_groups === undefined
      ? {}
      : { groups: r.voter_groups && JSON.parse(r.voter_groups as string) }),
  };
}

function approvalsOf(checkpoint: Checkpoint, votes: Vote[]): number {
  return standing(checkpoint.policy, votes, checkpoint.planDigest, checkpoint.escalatedAt !== null).approvals;
}

/** Is the form the only thing that may have kept the vote out? */
function wantsForm(before: Row, vote: VoteRequest, filled: boolean, now: number): boolean {
  if (vote.decision !== "approve" || (!filled && (before.form_json ?? "[]") === "[]")) return false;
  const checkpoint = checkpointFromRow(before);
  return whyNot(before, checkpoint, [], vote, now).kind === "voted";
}

/** Why a vote was not let in, from the state it met: the same conditions as the SQL, in the order people should hear them. */
function whyNot(
  before: Row,
  checkpoint: Checkpoint,
  votes: Vote[],
  vote: VoteRequest,
  now: number,
): VoteOutcome {
  const met = before.status as Checkpoint["status"];
  if (met === "approved" || met === "rejected")
    return { kind: "already", checkpoint, votes, status: met, by: decidingVote(checkpoint, votes) };
  if (met === "expired") return { kind: "expired", checkpoint, votes };
  if (before.cancel_requested_at !== null) return { kind: "withdrawn", checkpoint, votes, why: "cancelled" };
  if (met === "withdrawn" && checkpoint.changed) return { kind: "digest_changed", checkpoint, votes };
  if (met === "withdrawn") return { kind: "withdrawn", checkpoint, votes, why: "withdrawn" };
  if (isTerminal(before.run_status as RunStatus))
    return { kind: "withdrawn", checkpoint, votes, why: "run_over" };
  if (checkpoint.expiresAt !== null && checkpoint.expiresAt <= now)
    return { kind: "expired", checkpoint, votes };
  if (!before.may_vote) return { kind: "forbidden", reason: forbiddenReason(before, vote) };
  if (vote.link && before.link_used !== 0) return { kind: "link_used", checkpoint, votes };
  if (vote.channel === "link" && checkpoint.policy.sign_in && !vote.signedIn)
    return { kind: "sign_in", checkpoint, votes };
  if (
    (vote.planDigest !== null && vote.planDigest !== checkpoint.planDigest) ||
    before.run_digest !== checkpoint.planDigest
  )
    return { kind: "digest_changed", checkpoint, votes };
  if (vote.decision === "approve" && before.head_moved) return { kind: "digest_changed", checkpoint, votes };
  // Nothing stands against it: the same vote again (a double click), which counts once.
  return { kind: "voted", checkpoint, votes, approvals: approvalsOf(checkpoint, votes), repeated: true };
}

function forbiddenReason(before: Row, vote: VoteRequest): string {
  if (before.user_status !== "active") return "Only people of this workspace decide checkpoints.";
  return whyNotThem(before, vote.user.id);
}
