/** What a notification says, independent of its channel. Pure: the same row always gives the same message. */
import { choices, EFFECT_WORDS, type Question, questionOf } from "@tw/shared/approvals/request";
import { duration, oneLine, utc } from "@tw/shared/approvals/visible";
import type { Due } from "@tw/shared/db/notifications";
import type { Checkpoint } from "@tw/shared/engine/state";

export interface Message {
  /** One line, fit for a header. */
  subject: string;
  workspace: string;
  question: Question;
  checkpoint: Checkpoint;
  /** The person it is for, or null when a channel reads it. */
  person: string | null;
  /** Opens the decision, for this person. */
  link: string | null;
  /** Opens the console, for everybody. */
  console: string;
  /** Everybody's own link; only the signed webhook carries them. */
  links: { id: string; name: string; email: string; url: string }[];
  effect: string;
  choices: { approve: string; reject: string };
  required: number;
  /** When it expires, in words. */
  expiry: string;
}

const SUBJECT_CHARS = 120;

/** The message of a request for a decision. `links` come from the caller, who alone holds the key. */
export function requestMessage(
  due: Due & { checkpoint: Checkpoint },
  publicUrl: string,
  links: Message["links"],
  now: number,
): Message {
  const { checkpoint } = due;
  const question = questionOf(checkpoint);
  const origin = publicUrl.replace(/\/+$/, "");
  return {
    subject: oneLine(`Approval needed: ${question.prompt}`, SUBJECT_CHARS),
    workspace: oneLine(due.tenantName, 80),
    question,
    checkpoint,
    person: due.user?.name ?? null,
    link: due.user ? (links.find((link) => link.id === due.user?.id)?.url ?? null) : null,
    console: `${origin}/approvals/${encodeURIComponent(checkpoint.id)}`,
    links,
    effect: EFFECT_WORDS[question.effect],
    choices: choices(question),
    required: checkpoint.policy.quorum,
    expiry:
      checkpoint.expiresAt === null
        ? "This question does not expire."
        : `Without an answer it expires ${utc(checkpoint.expiresAt)} (in ${duration(checkpoint.expiresAt - now)}).`,
  };
}

/** Why a message need not be sent any more; null when it still matters. */
export function whyNotSend(due: Due, now: number): string | null {
  const { checkpoint } = due;
  if (due.kind === "finished") return null;
  if (!checkpoint) return "its checkpoint is gone";
  if (checkpoint.status !== "pending") return `not sent: the checkpoint was already ${checkpoint.status}`;
  if (checkpoint.expiresAt !== null && checkpoint.expiresAt <= now) return "not sent: the checkpoint expired";
  return null;
}
