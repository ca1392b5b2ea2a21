/** What a notification about a checkpoint says, independent of its channel. Pure: the same row always gives the same message. */
import {
  choices,
  effectOf,
  type NotificationKind,
  type Question,
  questionOf,
  show,
} from "@tw/shared/approvals/request";
import { duration, oneLine, utc } from "@tw/shared/approvals/visible";
import type { Json } from "@tw/shared/contracts/json";
import type { Due } from "@tw/shared/db/claim-notifications";
import type { Checkpoint } from "@tw/shared/engine/state";

export interface Message {
  kind: NotificationKind;
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
  /** The effect deserves the colour of danger. */
  alarming: boolean;
  choices: { approve: string; reject: string };
  required: number;
  /** When it expires, in words. */
  expiry: string;
  /** Why it is asked again; empty the first time. */
  why: string;
  /** Of a plan that changed: what, and how. */
  changes: { what: string; before: string; after: string }[];
  /** Of a checkpoint that was passed without approval: by whom, and why. */
  bypass: { by: string; reason: string } | null;
}

const SUBJECT_CHARS = 120;
const SUBJECTS: { [kind in NotificationKind]?: string } = {
  request: "Approval needed",
  reminder: "Reminder, approval needed",
  escalation: "Escalated to you, approval needed",
  changed: "The plan changed, approval needed again",
  break_glass: "Approval bypassed",
};

/** The message of a request for a decision. `links` come from the caller, who alone holds the key. */
export function requestMessage(
  due: Pick<Due, "kind" | "data" | "tenantName" | "user"> & { checkpoint: Checkpoint },
  publicUrl: string,
  links: Message["links"],
  now: number,
): Message {
  const { checkpoint, data } = due;
  const question = questionOf(checkpoint);
  const meant = effectOf(question);
  const origin = publicUrl.replace(/\/+$/, "");
  return {
    kind: due.kind,
    subject: oneLine(`${SUBJECTS[due.kind] ?? "Approval needed"}: ${question.prompt}`, SUBJECT_CHARS),
    workspace: oneLine(due.tenantName, 80),
    question,
    checkpoint,
    person: due.user?.name ?? null,
    link: due.user ? (links.find((link) => link.id === due.user?.id)?.url ?? null) : null,
    console: `${origin}/approvals/${encodeURIComponent(checkpoint.id)}`,
    links,
    effect: meant.words,
    alarming: meant.alarming,
    choices: choices(question),
    required: checkpoint.policy.quorum,
    expiry:
      checkpoint.expiresAt === null
        ? "This question does not expire."
        : `Without an answer it expires ${utc(checkpoint.expiresAt)} (in ${duration(checkpoint.expiresAt - now)}).`,
    why: whyAgain(due.kind, data, checkpoint, now),
    changes: changesOf(due.kind, data, question),
    bypass:
      due.kind === "break_glass"
        ? { by: words(record(data.by).name ?? data.by, "Somebody"), reason: words(data.reason, "none given") }
        : null,
  };
}

function changesOf(kind: NotificationKind, data: Due["data"], question: Question): Message["changes"] {
  if (kind !== "changed") return [];
  if (data.changes === undefined) return question.difference;
  return list(data.changes).map((item) => {
    const r = record(item);
    return {
      what: words(r.what, "plan"),
      before: words(r.before, "(nothing)"),
      after: words(r.after, "(nothing)"),
    };
  });
}

function whyAgain(kind: NotificationKind, data: Due["data"], checkpoint: Checkpoint, now: number): string {
  const since = duration(now - checkpoint.createdAt);
  switch (kind) {
    case "reminder":
      return `This has waited for a decision for ${since}.`;
    case "escalation":
      return typeof data.unreached === "string"
        ? `The people who were asked first could not be reached: ${data.unreached}`
        : `Nobody has decided for ${since}, so you are asked too.`;
    case "changed":
      return [
        "The plan is not the one you were asked about before; earlier votes do not count for it.",
        ...questionOf(checkpoint).difference.map(
          ({ what, before, after }) =>
            `Changed: ${what}, from ${oneLine(before, 300)} to ${oneLine(after, 300)}.`,
        ),
      ].join(" ");
    default:
      return "";
  }
}

/** Why a message need not be sent any more; null when it still matters. */
export function whyNotSend(
  due: Pick<Due, "kind" | "checkpoint" | "data" | "run">,
  now: number,
): string | null {
  const { checkpoint, kind } = due;
  switch (kind) {
    case "sign_in":
    case "invitation":
      return typeof due.data.expires_at === "number" && due.data.expires_at <= now
        ? "not sent: its link has expired"
        : null;
    case "finished":
    case "progress":
      return due.run ? null : "its run is gone";
    case "settled":
    case "break_glass":
      return checkpoint ? null : "its checkpoint is gone";
    default:
      if (!checkpoint) return "its checkpoint is gone";
      if (checkpoint.status !== "pending") return `not sent: the checkpoint was already ${checkpoint.status}`;
      if (checkpoint.expiresAt !== null && checkpoint.expiresAt <= now)
        return "not sent: the checkpoint expired";
      return null;
  }
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
function record(value: Json | undefined): { [name: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
function words(value: Json | undefined, otherwise: string): string {
  return value === undefined || value === null || value === "" ? otherwise : show(value);
}
