/** Queue consumer and clockwork: claims what is due, sends it, marks it. At least once; a dead channel stops only itself. */
import { NOTIFICATION_CHANNELS } from "@tw/shared/approvals/audience";
import { claimDue, type Due, markNotification } from "@tw/shared/db/claim-notifications";
import { noteEnds, noteSettled, rearmProgress } from "@tw/shared/db/derive-notifications";
import { LIMITS } from "@tw/shared/limits";
import { consume } from "@tw/shared/queues/consume";
import { SendFailure } from "./channels/failure.ts";
import { afterFailure, deliver } from "./deliver.ts";
import { channelsOf, type Env } from "./env.ts";
import { noteUnreached } from "./unreached.ts";

/** At most so many sends of one channel at once; the platform gives an invocation six connections. */
const SENDS_PER_CHANNEL = 2;
/** Passes of one invocation; what is left is for the next one. */
const PASSES = 20;

/** One batch of hints. All of it is in D1, so nothing is ever repeated by the queue but a read that failed. */
export async function onNotifications(batch: MessageBatch, env: Env): Promise<void> {
  const poison = async (message: { id: string }): Promise<void> =>
    console.warn(`notifications: message ${message.id} is not a hint and is dropped`);
  await consume(
    batch,
    async (runs) => {
      await noteEnds(env.DB, runs, channelsOf(env), Date.now());
      await sendDue(env, runs);
    },
    poison,
  );
}

/** Send what is due: of these runs, or of all. @returns how many were sent */
export async function sendDue(env: Env, runIds: string[] | null): Promise<number> {
  let sent = 0;
  await followUp(env, runIds);
  for (let pass = 0; pass < PASSES; pass++) {
    const of = { runIds, limit: LIMITS.notifyBatch, claimMs: LIMITS.notifyClaimMs };
    const claimedAt = Date.now();
    const due = await claimDue(env.DB, of, claimedAt);
    const until = claimedAt + LIMITS.notifyClaimMs - LIMITS.notifySendMs;
    const done = await Promise.all(
      NOTIFICATION_CHANNELS.map((channel) =>
        sendChannel(
          due.filter((one) => one.channel === channel),
          until,
          env,
        ),
      ),
    );
    sent += done.reduce((sum, one) => sum + one.sent, 0);
    await noteUnreached(
      env,
      done.flatMap((one) => one.failed),
      Date.now(),
    );
    // What was just sent may be out of date already: it was decided meanwhile.
    if (due.length > 0) await followUp(env, [...new Set(due.map((one) => one.subject))]);
    if (due.length === 0) break;
  }
  return sent;
}

/** What was sent and still asks, or tells of a run that has moved on, is to be changed. */
async function followUp(env: Env, runIds: string[] | null): Promise<void> {
  const now = Date.now();
  await noteSettled(env.DB, runIds, now);
  if (env.SLACK_BOT_TOKEN) await rearmProgress(env.DB, runIds, LIMITS.slackProgressMs, now);
}

/** The notifications of one channel, two at a time. Once the channel turns out to be down, the rest is put off unsent. */
async function sendChannel(due: Due[], until: number, env: Env): Promise<{ sent: number; failed: Due[] }> {
  let sent = 0;
  const failed: Due[] = [];
  let down: SendFailure | null = null;
  const queue = [...due];
  const worker = async (): Promise<void> => {
    for (let one = queue.shift(); one; one = queue.shift()) {
      // A send that would outlive its claim could happen twice at once: it is left to the next holder.
      if (Date.now() > until) return;
      const result = down
        ? { sending: afterFailure(one, down, Date.now()), channelDown: true }
        : await deliver(one, env);
      if (result.channelDown && result.sending.status !== "sent")
        down ??= new SendFailure(result.sending.error, { again: true, channelDown: true });
      if (result.sending.status === "sent") sent++;
      else if (result.sending.status === "failed") failed.push(one);
      if (result.sending.status !== "sent")
        console.warn(`notifications: ${one.id} try ${one.attempts}: ${result.sending.error}`);
      // Marked one by one: a crash here repeats at most the messages that were on their way.
      if (!(await markNotification(env.DB, one, result.sending, Date.now())))
        console.warn(`notifications: ${one.id} was claimed again while it was being sent`);
    }
  };
  await Promise.all(Array.from({ length: SENDS_PER_CHANNEL }, worker));
  return { sent, failed };
}
