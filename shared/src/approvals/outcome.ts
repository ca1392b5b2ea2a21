/** What came of a vote, in one shape for every channel: HTTP, link, Slack, command line. Pure. */
import type { Checkpoint } from "../engine/state.ts";
import type { Channel } from "../engine/statuses.ts";
import { type Issue, Refusal } from "../errors.ts";

export type Decision = "approve" | "reject";
export interface Vote {
  userId: string;
  name: string;
  decision: Decision;
  channel: Channel;
  comment: string | null;
  planDigest: string;
  at: number;
  /** Groups it speaks for now; null when its person may not vote any more, so that it does not count. Unset: not looked up. */
  groups?: string[] | null;
}

/** `voted`: counted, more votes are needed. `decided`: this vote decided. All others changed nothing. */
export type VoteOutcome =
  | { kind: "voted"; checkpoint: Checkpoint; votes: Vote[]; approvals: number; repeated: boolean }
  | { kind: "decided"; checkpoint: Checkpoint; votes: Vote[]; status: "approved" | "rejected" }
  | {
      kind: "already";
      checkpoint: Checkpoint;
      votes: Vote[];
      status: "approved" | "rejected";
      by: Vote | null;
    }
  | { kind: "expired"; checkpoint: Checkpoint; votes: Vote[] }
  | { kind: "withdrawn"; checkpoint: Checkpoint; votes: Vote[]; why: "withdrawn" | "cancelled" | "run_over" }
  | { kind: "forbidden"; reason: string }
  | { kind: "link_used"; checkpoint: Checkpoint; votes: Vote[] }
  | { kind: "digest_changed"; checkpoint: Checkpoint; votes: Vote[] }
  | { kind: "sign_in"; checkpoint: Checkpoint; votes: Vote[] }
  | { kind: "invalid"; issues: Issue[] }
  | { kind: "not_found" };

/** The vote that decided: the rejection, or the last approval that made the quorum. */
export function decidingVote(checkpoint: Checkpoint, votes: Vote[]): Vote | null {
  return (
    votes.find((vote) => vote.userId === checkpoint.decidedBy?.id && vote.at === checkpoint.decidedAt) ??
    votes.find((vote) => vote.userId === checkpoint.decidedBy?.id) ??
    null
  );
}

const WHERE: Record<Channel, string> = {
  api: "over the API",
  console: "in the console",
  link: "through an e-mailed link",
  slack: "in Slack",
  cli: "on the command line",
};

/** Who decided what, when and where: for whoever comes late. */
export function describeDecision(
  status: "approved" | "rejected",
  by: Vote | null,
  at: number | null,
): string {
  const when = at === null ? "" : ` at ${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  if (!by) return `It was ${status}${when}.`;
  const comment = by.comment ? `, saying “${by.comment}”` : "";
  return `${by.name} ${status} it${when}, ${WHERE[by.channel]}${comment}.`;
}

/** The one refusal every channel answers with; null when the vote counted. */
export function voteRefusal(outcome: VoteOutcome): Refusal | null {
  switch (outcome.kind) {
    case "voted":
    case "decided":
      return null;
    case "already":
      return new Refusal(
        "conflict",
        `This checkpoint is already decided. ${describeDecision(outcome.status, outcome.by, outcome.checkpoint.decidedAt)}`,
      );
    case "expired":
      return new Refusal(
        "expired",
        `This checkpoint expired${when(outcome.checkpoint.expiresAt)} without a decision. Start the run again to ask anew.`,
      );
    case "withdrawn":
      return new Refusal("conflict", WITHDRAWN[outcome.why]);
    case "forbidden":
      return new Refusal("forbidden", outcome.reason);
    case "link_used":
      return new Refusal(
        "conflict",
        "This link was used already. To change a vote that is still open, use the console.",
      );
    case "digest_changed": {
      const { changed, planDigest } = outcome.checkpoint;
      return new Refusal(
        "conflict",
        "The plan changed since you looked at it, so your vote was not counted. Read the plan again and vote with its new plan_digest.",
        {
          issues: changed
            ? changed.map(({ what, before, after }) => ({
                path: what,
                message: `was ${before}, is ${after}`,
              }))
            : [{ path: "plan_digest", message: `the plan is now ${planDigest}` }],
        },
      );
    }
    case "sign_in":
      return new Refusal(
        "forbidden",
        "This question is about something destructive in a protected environment: a link alone does not decide it. Sign in, then decide.",
      );
    case "invalid":
      return new Refusal("invalid_args", "The form is not filled in correctly.", { issues: outcome.issues });
    case "not_found":
      return new Refusal("not_found", "not found");
  }
}

const WITHDRAWN = {
  withdrawn: "This checkpoint was withdrawn; there is nothing to decide any more.",
  cancelled: "The run was cancelled; there is nothing to decide any more.",
  run_over: "The run is over; there is nothing to decide any more.",
} as const;

function when(at: number | null): string {
  return at === null ? "" : ` at ${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
