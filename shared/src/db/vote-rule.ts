/**
 * SQL of who may vote and when a checkpoint is approved: the same rule as `approvals/policy.ts`. Every expression is about
 * checkpoint `c` of run `r`; `at` is the statement's own parameter for the time.
 */

/** Facts that came this soon after the question may have been gathered before the steps that led to it ended. */
const FACTS_SETTLE_MS = 2_000;

/** HEAD of the pinned directory as agent `a` told it last. */
export function headOf(a: string): string {
  return `json_extract(${a}.facts_json, CASE WHEN c.context_json ->> '$.pinned.cwd' IS NULL THEN '$.git.head'
    ELSE '$.projects."' || (c.context_json ->> '$.pinned.cwd') || '".git.head' END)`;
}

const inGroups = (face: string, list: string) =>
  `EXISTS (SELECT 1 FROM json_each(${list}) wanted JOIN json_each(${face}.groups_json) has ON has.value = wanted.value)`;
const escalatedTo = (face: string) =>
  `(c.escalated_at IS NOT NULL AND ${inGroups(face, "c.policy_json, '$.escalate.to'")})`;

/**
 * The people whose say person `u` has at this time: u's own, and that of whoever u stands in for. Somebody who votes
 * themselves, or asked for the run, lends their say to nobody.
 */
const faces = (at: string) => `(SELECT u.id UNION ALL SELECT s.user_id FROM stand_ins s
    WHERE s.tenant_id = u.tenant_id AND s.stand_in_id = u.id AND s.from_at <= ${at} AND s.until_at > ${at}
      AND s.user_id IS NOT json_extract(r.requested_by_json, '$.id')
      AND NOT EXISTS (SELECT 1 FROM checkpoint_votes own WHERE own.checkpoint_id = c.id AND own.user_id = s.user_id))`;

/** Is `p` somebody with a say here? */
const HAS_SAY = `p.tenant_id = c.tenant_id AND p.status = 'active' AND p.role IN ('owner', 'approver')
    AND (coalesce(json_array_length(c.policy_json, '$.groups'), 0) = 0 OR ${inGroups("p", "c.policy_json, '$.groups'")}
      OR EXISTS (SELECT 1 FROM json_each(c.policy_json, '$.minimums') m WHERE ${inGroups("p", "m.value, '$.group'")})
      OR ${escalatedTo("p")})`;

const NOT_THE_REQUESTER = `(json_extract(c.policy_json, '$.requester_may_vote') = 1 OR (json_extract(r.requested_by_json, '$.id') <> u.id
    AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.id = json_extract(r.requested_by_json, '$.id') AND t.user_id = u.id)))`;

/** May person `u` vote on checkpoint `c` of run `r` at this time? */
export function mayVote(at: string): string {
  return `u.tenant_id = c.tenant_id AND u.status = 'active' AND ${NOT_THE_REQUESTER}
  AND EXISTS (SELECT 1 FROM users p WHERE p.id IN ${faces(at)} AND ${HAS_SAY})`;
}

/** Approvals for this very plan by people who may (still) vote; `only` narrows by `p`, whose say it is. */
const approvals = (at: string, only: string) => `(SELECT count(DISTINCT q.user_id) FROM checkpoint_votes q
    JOIN users u ON u.id = q.user_id JOIN workflow_executions r ON r.id = c.run_id AND r.tenant_id = c.tenant_id
    JOIN users p ON p.id IN ${faces(at)}
    WHERE q.checkpoint_id = c.id AND q.decision = 'approve' AND q.plan_digest = c.plan_digest
      AND u.tenant_id = c.tenant_id AND u.status = 'active' AND ${NOT_THE_REQUESTER} AND ${HAS_SAY}${only})`;

/** Are there as many approvals as the policy asks for, and of each group as many as its minimum? */
export function isApproved(at: string): string {
  return `(${approvals(at, "")} >= json_extract(c.policy_json, '$.quorum')
  AND NOT EXISTS (SELECT 1 FROM json_each(c.policy_json, '$.minimums') least
    WHERE ${approvals(at, ` AND (${inGroups("p", "least.value, '$.group'")} OR ${escalatedTo("p")})`)} < least.value ->> '$.min'))`;
}

/** Groups person `u` speaks for now, as a JSON list; null when u may not vote (any more). For whoever shows the votes. */
export function groupsOf(at: string): string {
  return `CASE WHEN ${mayVote(at)} THEN (SELECT json_group_array(DISTINCT g.value) FROM users p, json_each(p.groups_json) g
    WHERE p.id IN ${faces(at)} AND ${HAS_SAY}) END`;
}

/**
 * Is the repository where it was when people were asked? `pinned` is what earlier steps reported; the agent's own word counts
 * once it is surely younger than the question.
 */
export const HEAD_MOVED = `EXISTS (SELECT 1 FROM agents a WHERE a.id = c.context_json ->> '$.pinned.agent' AND a.tenant_id = c.tenant_id
    AND a.facts_at > c.created_at + ${FACTS_SETTLE_MS} AND ${headOf("a")} <> c.context_json ->> '$.pinned.head')`;
