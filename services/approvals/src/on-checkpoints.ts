/** Queue consumer: tells the notifier whom to ask, once per checkpoint, however often and late its hint comes. */
import { audienceOf, type Channels, channelsFrom } from "@tw/shared/approvals/audience";
import { linkToken, newSalt, tokenHash } from "@tw/shared/approvals/links";
import { announce, readUnannounced, type Telling, type Unannounced } from "@tw/shared/db/notifications";
import { newId } from "@tw/shared/ids";
import { LIMITS } from "@tw/shared/limits";
import { consume } from "@tw/shared/queues/consume";
import { sendHint } from "@tw/shared/queues/send";
import type { Env } from "./env.ts";
import { tellAgain } from "./tell-again.ts";

/** One batch of hints: all its runs in one go, and if that fails each alone, so that no run fails its neighbours. */
export async function onCheckpoints(batch: MessageBatch, env: Env): Promise<void> {
  await consume(batch, (runs) => announceEach(runs, env), sayPoison);
}

async function announceEach(runs: string[], env: Env): Promise<void> {
  try {
    await announceRuns(runs, env);
  } catch (error) {
    if (runs.length === 1) throw error;
    console.warn(`checkpoints: ${runs.length} runs failed together, now one by one: ${String(error)}`);
    const outcomes = await Promise.allSettled(runs.map((run) => announceRuns([run], env)));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed) throw failed.reason;
  }
}

async function sayPoison(message: { id: string }): Promise<void> {
  console.warn(`checkpoints: message ${message.id} is not a hint and is dropped`);
}

/** Announce whatever is pending and unannounced among these runs, tell again what is due, then wake the notifier. */
export async function announceRuns(runIds: string[], env: Env): Promise<string[]> {
  if (runIds.length === 0) return [];
  const open = await readUnannounced(env.DB, runIds);
  const now = Date.now();
  const channels = channelsFrom(env.CHANNELS);
  const due = open.filter((one) => one.expiresAt === null || one.expiresAt > now);
  if (due.length > 0) {
    const announcements = await Promise.all(due.map((one) => prepare(one, channels, env.LINK_KEY, now)));
    await announce(env.DB, announcements, newId("txn", now), now);
  }
  await tellAgain(env.DB, runIds, channels, env.LINK_KEY, now);
  // Also for runs announced before: their hint to the notifier may be the one that was lost.
  await sendHint(env.NOTIFICATIONS, runIds);
  return due.map((one) => one.id);
}

async function prepare(
  one: Unannounced,
  channels: Channels,
  key: string,
  now: number,
): Promise<Telling & { checkpointId: string }> {
  const salt = newSalt();
  const expiresAt = one.expiresAt ?? now + LIMITS.checkpointMaxExpiryS * 1000;
  const links = await Promise.all(
    one.approvers.map(async ({ id }) => ({
      hash: await tokenHash(await linkToken(key, salt, one.id, id)),
      userId: id,
      expiresAt,
    })),
  );
  return {
    checkpointId: one.id,
    tenantId: one.tenantId,
    runId: one.runId,
    kind: one.changed ? "changed" : "request",
    salt,
    links,
    to: audienceOf(one.approvers, channels, one.notify),
    ...(one.notify?.slack_channel ? { data: { slack_channel: one.notify.slack_channel } } : {}),
  };
}
