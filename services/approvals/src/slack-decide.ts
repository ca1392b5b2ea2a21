/** A decision in Slack: by a button at once, or by a modal where there is something to fill in. */
import { describeDecision, type VoteOutcome, voteRefusal } from "@tw/shared/approvals/outcome";
import { questionOf } from "@tw/shared/approvals/request";
import { slackCall } from "@tw/shared/approvals/slack-api";
import { slackText } from "@tw/shared/approvals/slack-text";
import { getCheckpoint } from "@tw/shared/db/checkpoints";
import type { SlackPerson } from "@tw/shared/db/slack-people";
import { castVote } from "@tw/shared/db/votes";
import { LIMITS } from "@tw/shared/limits";
import { sendHint } from "@tw/shared/queues/send";
import type { Env } from "./env.ts";
import { commentOf, decideModal, errorsOf, inputsOf, type Pending, saying } from "./slack-modal.ts";
import type { ButtonValue, ViewValues } from "./slack-payloads.ts";

export interface Said {
  text: string;
  /** There is nothing left to press: the message with the buttons is replaced. */
  final: boolean;
}

/** A press of Approve or Reject. Null: a modal was opened, and nothing is to be said yet. */
export async function pressed(
  env: Env,
  person: SlackPerson,
  decision: "approve" | "reject",
  button: ButtonValue,
  press: { triggerId: string | null; responseUrl: string | null },
): Promise<Said | null> {
  if (env.SLACK_BOT_TOKEN && press.triggerId) {
    const found = await getCheckpoint(env.DB, person.tenantId, button.checkpoint, Date.now());
    const open = found?.checkpoint.status === "pending" && found.checkpoint.planDigest === button.digest;
    if (found && open && (decision === "reject" || found.checkpoint.form.length > 0)) {
      const pending: Pending = { ...button, decision, response_url: press.responseUrl };
      const setup = { token: env.SLACK_BOT_TOKEN, apiUrl: env.SLACK_API_URL };
      const view = decideModal(found.checkpoint, pending);
      await slackCall(setup, "views.open", { trigger_id: press.triggerId, view }, LIMITS.slackAnswerMs);
      return null;
    }
  }
  return sayOutcome(await vote(env, person, { ...button, decision }, null, null), env.PUBLIC_URL);
}

/** A modal that was sent: what Slack is to do with it, and what is said where the button was. */
export async function submitted(
  env: Env,
  person: SlackPerson,
  pending: Pending,
  values: ViewValues,
): Promise<{ reply: object; said: Said | null }> {
  const found = await getCheckpoint(env.DB, person.tenantId, pending.checkpoint, Date.now());
  const fields = found?.checkpoint.form ?? [];
  const inputs = pending.decision === "approve" && fields.length > 0 ? inputsOf(fields, values) : null;
  const outcome = await vote(env, person, pending, commentOf(values), inputs);
  if (outcome.kind === "invalid")
    return { reply: { response_action: "errors", errors: errorsOf(outcome.issues, fields) }, said: null };
  const refusal = voteRefusal(outcome);
  if (refusal) return { reply: { response_action: "update", view: saying(refusal.message) }, said: null };
  return { reply: { response_action: "clear" }, said: sayOutcome(outcome, env.PUBLIC_URL) };
}

async function vote(
  env: Env,
  { tenantId, user }: SlackPerson,
  of: ButtonValue & { decision: "approve" | "reject" },
  comment: string | null,
  inputs: ReturnType<typeof inputsOf> | null,
): Promise<VoteOutcome> {
  const outcome = await castVote(
    env.DB,
    {
      tenantId,
      checkpointId: of.checkpoint,
      user,
      decision: of.decision,
      channel: "slack",
      comment,
      inputs,
      planDigest: of.digest,
    },
    Date.now(),
  );
  // The plan is not the one that was shown: the run is looked at, so that people are asked about the one of now.
  if (outcome.kind === "digest_changed") await sendHint(env.RUNS, [outcome.checkpoint.runId]);
  if (outcome.kind === "decided") {
    // Every copy of the message is changed by the notifier, which also begins the thread below.
    await sendHint(env.RUNS, [outcome.checkpoint.runId]);
    await sendHint(env.NOTIFICATIONS, [outcome.checkpoint.runId]);
  }
  return outcome;
}

/** How a checkpoint stands, for a request that was handled already; nothing is done. */
export async function sayStanding(env: Env, tenantId: string | null, checkpointId: string): Promise<string> {
  const found = tenantId === null ? null : await getCheckpoint(env.DB, tenantId, checkpointId, Date.now());
  const status = found?.checkpoint.status;
  const again = "Refused: this very request was handled already.";
  if (!found || (status !== "approved" && status !== "rejected")) return again;
  const by = found.votes.find((v) => v.userId === found.checkpoint.decidedBy?.id) ?? null;
  return `${again} ${slackText(describeDecision(status, by, found.checkpoint.decidedAt), 1000)}`;
}

function sayOutcome(outcome: VoteOutcome, publicUrl: string): Said {
  switch (outcome.kind) {
    case "decided":
    case "already": {
      const by = outcome.votes.find((v) => v.userId === outcome.checkpoint.decidedBy?.id) ?? null;
      const what = describeDecision(outcome.status, by, outcome.checkpoint.decidedAt);
      const prompt = slackText(questionOf(outcome.checkpoint).prompt, 500);
      return {
        text: `${outcome.status === "approved" ? "✓" : "✕"} *${prompt}*\n${slackText(what, 1000)}`,
        final: true,
      };
    }
    case "voted":
      return {
        text: `Your vote is counted: ${outcome.approvals} of ${outcome.checkpoint.policy.quorum} approvals.`,
        final: false,
      };
    case "invalid":
      return {
        text: `This one asks you to fill in a form first: ${publicUrl}/approvals`,
        final: false,
      };
    default:
      return { text: slackText(voteRefusal(outcome)?.message ?? "Nothing was decided.", 1000), final: false };
  }
}
