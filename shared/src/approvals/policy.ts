/** Who may decide a checkpoint, and when it is decided. Pure; the SQL of `db/votes.ts` holds the same rule (I22). */
import type { Actor } from "../engine/state.ts";
import type { Role } from "../engine/statuses.ts";

export interface VotePolicy {
  quorum: number;
  groups: string[];
  requester_may_vote: boolean;
}
export interface Voter {
  id: string;
  name: string;
  role: Role;
  groups: string[];
}

/** Roles that decide. An operator runs commands and a viewer looks on; neither has a vote. */
export const VOTING_ROLES: readonly Role[] = ["owner", "approver"];

/** Why this person has no vote here, in words for that person; null when they have one. */
export function whyNoVote(policy: VotePolicy, voter: Voter, requestedBy: Actor): string | null {
  if (!VOTING_ROLES.includes(voter.role))
    return `Your role is ${voter.role}; only people with the role owner or approver decide checkpoints.`;
  if (policy.groups.length > 0 && !policy.groups.some((group) => voter.groups.includes(group)))
    return `Only members of ${policy.groups.join(" or ")} decide this checkpoint, and you are in none of them.`;
  if (!policy.requester_may_vote && requestedBy.id === voter.id)
    return "You asked for this run yourself; somebody else has to decide it.";
  return null;
}

/** How the votes stand: one rejection decides, else `quorum` approvals by distinct people for this very plan. */
export function standing(
  policy: VotePolicy,
  votes: { userId: string; decision: "approve" | "reject"; planDigest: string }[],
  planDigest: string,
): { approvals: number; required: number; decided: "approved" | "rejected" | null } {
  const current = votes.filter((vote) => vote.planDigest === planDigest);
  const approvals = new Set(current.filter((v) => v.decision === "approve").map((v) => v.userId)).size;
  const rejected = current.some((vote) => vote.decision === "reject");
  return {
    approvals,
    required: policy.quorum,
    decided: rejected ? "rejected" : approvals >= policy.quorum ? "approved" : null,
  };
}
