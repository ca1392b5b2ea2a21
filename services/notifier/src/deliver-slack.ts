/** One notification in Slack: a new message, the change of a sent one, or a reply below it. */
import { decidingVote, describeDecision } from "@tw/shared/approvals/outcome";
import { utc } from "@tw/shared/approvals/visible";
import type { Due, Receipt } from "@tw/shared/db/claim-notifications";
import { readRun } from "@tw/shared/db/read-runs";
import { SendFailure } from "./channels/failure.ts";
import { directChannel, type SlackPlace, sendSlackApi, sendSlackHook, slackSetup } from "./channels/slack.ts";
import type { Env } from "./env.ts";
import type { Message } from "./render.ts";
import { ROLLBACK_WORDS, SHAPES } from "./render-end.ts";
import { finishedOf, progressOf, type SlackMessage, settledOf, slackOf } from "./render-slack.ts";

/** `message` is the checkpoint's question; null when there is none. */
export async function deliverSlack(
  due: Due,
  env: Env,
  message: Message | null,
  now: number,
): Promise<Receipt> {
  const setup = slackSetup(env);
  const content = await contentOf(due, env, message, setup !== null);
  if (!setup) return await sendSlackHook(content, env);
  const sent = await sendSlackApi(setup, content, await placeOf(due, env, now));
  return {
    ...sent,
    ...(due.checkpoint ? { digest: due.checkpoint.planDigest } : {}),
    ...(due.kind === "progress" && due.run ? { seq: due.run.eventSeq } : {}),
  };
}

async function placeOf(due: Due, env: Env, now: number): Promise<SlackPlace> {
  const channel = text(due.data.channel);
  if (due.kind === "settled") return { channel, ts: text(due.data.ts) };
  // Told once, then changed: a thread with one line for every step would be noise.
  if (due.kind === "progress") return { channel, thread: text(due.data.thread), ts: due.receipt?.ts ?? null };
  if (channel) return { channel, thread: text(due.data.thread) };
  if (due.user) {
    const setup = slackSetup(env);
    if (setup) return { channel: await directChannel(setup, env.DB, due.tenantId, due.user, now) };
  }
  const own = text(due.data.slack_channel) ?? env.SLACK_CHANNEL ?? null;
  if (!own) throw new SendFailure("Slack is not set up: SLACK_CHANNEL is missing", { again: false });
  return { channel: own };
}

async function contentOf(due: Due, env: Env, message: Message | null, bot: boolean): Promise<SlackMessage> {
  const runUrl = `${env.PUBLIC_URL.replace(/\/+$/, "")}/runs/${encodeURIComponent(due.run?.id ?? "")}`;
  switch (due.kind) {
    case "settled":
      return settledOf(needed(message), outcomeOf(due), runUrl);
    case "progress": {
      const run = await readRun(env.DB, due.tenantId, due.run?.id ?? "");
      if (!run) throw new SendFailure("its run is gone", { again: false });
      return progressOf(run, runUrl);
    }
    case "finished": {
      if (!due.run) throw new SendFailure("its run is gone", { again: false });
      const { command, status, error, rollback } = due.run;
      const lines = [error ?? "", ROLLBACK_WORDS[rollback] ?? ""].filter((line) => line !== "");
      return finishedOf({ shape: SHAPES[status] ?? "•", command, status, lines }, runUrl);
    }
    default:
      return slackOf(needed(message), bot || env.SLACK_BUTTONS === "true", bot);
  }
}

/** What became of the question, in words. */
export function outcomeOf(due: Pick<Due, "checkpoint" | "votes" | "receipt">): {
  shape: string;
  words: string;
} {
  const checkpoint = due.checkpoint;
  const at = checkpoint?.decidedAt ?? null;
  switch (checkpoint?.status) {
    case "approved":
    case "rejected":
      return {
        shape: checkpoint.status === "approved" ? "✓" : "✕",
        words: describeDecision(checkpoint.status, decidingVote(checkpoint, due.votes), at),
      };
    case "expired":
      return { shape: "✕", words: `It expired${at === null ? "" : ` ${utc(at)}`} without a decision.` };
    case "withdrawn":
      if (checkpoint.changed)
        return { shape: "↻", words: "The plan changed, and it is asked again. Look for the newer message." };
      return { shape: "–", words: "It was withdrawn; there is nothing to decide any more." };
    default:
      return { shape: "↻", words: "The plan changed, and it is asked again. Look for the newer message." };
  }
}

function needed(message: Message | null): Message {
  if (!message) throw new SendFailure("its checkpoint is gone", { again: false });
  return message;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
