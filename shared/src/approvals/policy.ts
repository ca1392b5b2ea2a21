/**
 * Who may decide a checkpoint, and when it is decided. Pure; the SQL of `db/vote-rule.ts` holds the same rule (I22), because
 * only a statement of the database can look at everything at once. A property test holds the two against each other.
 */
import type { Actor } from "../engine/state.ts";
import type { Role } from "../engine/statuses.ts";

export interface GroupMinimum {
  group: string | string[];
  min: number;
}
export interface VotePolicy {
  quorum: number;
  groups: string[];
  requester_may_vote: boolean;
  minimums?: GroupMinimum[] | undefined;
  escalate?: { after_s: number; to: string } | undefined;
}
export interface Face {
  id: string;
  role: Role;
  groups: string[];
}
export interface Voter extends Face {
  name: string;
  /** People this one stands in for at this moment, who have not voted themselves and did not ask for the run. */
  standsInFor?: Face[];
}

/** Roles that decide. An operator runs commands and a viewer looks on; neither has a vote. */
export const VOTING_ROLES: readonly Role[] = ["owner", "approver"];

/** Why this person has no vote here, in words for that person; null when they have one. */
export function whyNoVote(
  policy: VotePolicy,
  voter: Voter,
  requestedBy: Actor,
  escalated = false,
): string | null {
  const faces = [voter, ...(voter.standsInFor ?? [])].filter((face) => VOTING_ROLES.includes(face.role));
  if (faces.length === 0)
    return `Your role is ${voter.role}; only people with the role owner or approver decide checkpoints.`;
  const asked = askedGroups(policy, escalated);
  if (policy.groups.length > 0 && !faces.some((face) => face.groups.some((group) => asked.includes(group))))
    return `Only members of ${asked.join(" or ")} decide this checkpoint, and you are in none of them.`;
  if (!policy.requester_may_vote && requestedBy.id === voter.id)
    return `You asked for this run yourself; somebody else${policy.groups.length > 0 ? ` of ${asked.join(" or ")}` : ""} has to decide it.`;
  return null;
}

/** Groups whose members may vote where not everybody may. */
export function askedGroups(policy: VotePolicy, escalated: boolean): string[] {
  const minimums = (policy.minimums ?? []).flatMap((one) => one.group);
  const more = escalated && policy.escalate ? [policy.escalate.to] : [];
  return [...new Set([...policy.groups, ...minimums, ...more])];
}

/** A vote as it counts: `groups` are those it speaks for now, or null when its person may not vote any more. */
export interface CountedVote {
  userId: string;
  decision: "approve" | "reject";
  planDigest: string;
  groups?: string[] | null;
}

/**
 * How the votes stand: one rejection decides, else `quorum` approvals by distinct people for this very plan, so many of
 * them from each group as its minimum says. Votes of people who may not vote any more do not count.
 */
export function standing(
  policy: VotePolicy,
  votes: CountedVote[],
  planDigest: string,
  escalated = false,
): {
  approvals: number;
  required: number;
  missing: { group: string; left: number }[];
  decided: "approved" | "rejected" | null;
} {
  const current = votes.filter((vote) => vote.planDigest === planDigest && vote.groups !== null);
  const approvers = new Map(current.filter((v) => v.decision === "approve").map((v) => [v.userId, v]));
  const rejected = current.some((vote) => vote.decision === "reject");
  const missing = (policy.minimums ?? []).flatMap(({ group, min }) => {
    const names = [group].flat();
    const counts = escalated && policy.escalate ? [...names, policy.escalate.to] : names;
    const there = [...approvers.values()].filter((vote) =>
      (vote.groups ?? []).some((name) => counts.includes(name)),
    ).length;
    return there >= min ? [] : [{ group: names.join(" or "), left: min - there }];
  });
  const approvals = approvers.size;
  return {
    approvals,
    required: policy.quorum,
    missing,
    decided: rejected ? "rejected" : approvals >= policy.quorum && missing.length === 0 ? "approved" : null,
  };
}

/** `2 people of release, at least 1 of security`, for whoever reads a plan or a page. */
export function describeRule(policy: VotePolicy): string {
  const who = policy.groups.length > 0 ? ` of ${policy.groups.join(" or ")}` : "";
  const minimums = (policy.minimums ?? []).map(
    ({ group, min }) => `at least ${min} of ${[group].flat().join(" or ")}`,
  );
  return [`${policy.quorum} ${policy.quorum === 1 ? "person" : "people"}${who}`, ...minimums].join(", ");
}
