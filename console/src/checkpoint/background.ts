/** What the API says of a checkpoint beyond its shape. Read leniently, as `question.ts` does. Pure. */
import type { Actor, Checkpoint } from "../api/types.ts";
import type { Difference } from "./difference.ts";

export interface Background {
  groups: string[];
  requesterMayVote: boolean;
  mayBreakGlass: boolean;
  /** Approvals that a group still owes. */
  missing: { group: string; left: number }[];
  /** Why it was withdrawn and asked again. */
  changed: Difference[];
  /** What is not as it was when people were asked before. */
  difference: Difference[];
  brokenGlass: {
    by: Actor;
    reason: string;
    at: number;
    review: { by: Actor; comment: string | null; at: number } | null;
  } | null;
  decidedBy: Actor | null;
  inputs: { [name: string]: unknown };
  /** The commit it is about. */
  head: string | null;
}

interface Loose {
  policy?: { groups?: string[]; requester_may_vote?: boolean; break_glass?: boolean };
  missing?: Background["missing"];
  changed?: Difference[] | null;
  break_glass?: Background["brokenGlass"];
  decided_by?: Actor | null;
  inputs?: { [name: string]: unknown } | null;
  context?: { difference?: Difference[]; pinned?: { head?: unknown } };
}

export function backgroundOf(checkpoint: Checkpoint): Background {
  const c = checkpoint as unknown as Loose;
  const head = c.context?.pinned?.head;
  return {
    groups: c.policy?.groups ?? [],
    requesterMayVote: c.policy?.requester_may_vote ?? true,
    mayBreakGlass: c.policy?.break_glass ?? true,
    missing: c.missing ?? [],
    changed: c.changed ?? [],
    difference: c.context?.difference ?? [],
    brokenGlass: c.break_glass ?? null,
    decidedBy: c.decided_by ?? null,
    inputs: c.inputs ?? {},
    head: typeof head === "string" ? head : null,
  };
}

/** Who is asked, in words. */
export function askedOf({ groups, requesterMayVote }: Background, required: number): string {
  const who = groups.length > 0 ? `of the group ${groups.join(" or ")}` : "who may approve here";
  const many = required === 1 ? "One person" : `${required} people`;
  return `${many} ${who}${requesterMayVote ? "" : "; not whoever asked for the run"}`;
}
