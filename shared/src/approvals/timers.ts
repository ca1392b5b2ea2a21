/** When whom to tell again about an open question. Pure: from the policy and what has been told, for any moment, however late. */
import type { CheckpointPolicy } from "../contracts/definition.ts";

export interface Told {
  createdAt: number;
  /** Number of the newest reminder; 0 before the first. */
  reminders: number;
  escalatedAt: number | null;
}
export interface TellingDue {
  /** Number of the reminder that is due, or null. What was missed is not made up for: one reminder, with the newest number. */
  remind: number | null;
  escalate: boolean;
  /** When to look again; null when there is nothing more to come. */
  nextTellAt: number | null;
}

/** What is due at `now`. Asked twice with what the first answer led to, the second finds nothing due. */
export function tellingDue(
  policy: Pick<CheckpointPolicy, "remind_every_s" | "escalate">,
  told: Told,
  now: number,
): TellingDue {
  const every = policy.remind_every_s === undefined ? null : policy.remind_every_s * 1000;
  const round = every === null ? 0 : Math.floor((now - told.createdAt) / every);
  const escalateAt = policy.escalate ? told.createdAt + policy.escalate.after_s * 1000 : null;
  const escalate = escalateAt !== null && told.escalatedAt === null && escalateAt <= now;
  const next = [
    ...(every === null ? [] : [told.createdAt + (Math.max(round, told.reminders) + 1) * every]),
    ...(escalateAt !== null && told.escalatedAt === null && !escalate ? [escalateAt] : []),
  ];
  return {
    remind: round > told.reminders ? round : null,
    escalate,
    nextTellAt: next.length > 0 ? Math.min(...next) : null,
  };
}
