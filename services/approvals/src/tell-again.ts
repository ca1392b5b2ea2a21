/** Reminders, escalation and the alert of a broken glass: made when due, once each, however often and late somebody looks. */
import { audienceOf, type Channels, type Recipient } from "@tw/shared/approvals/audience";
import { linkToken, newSalt, tokenHash } from "@tw/shared/approvals/links";
import type { NotificationKind } from "@tw/shared/approvals/request";
import { tellingDue } from "@tw/shared/approvals/timers";
import type { Telling } from "@tw/shared/db/notifications";
import { type DueTelling, readDueTells, storeTold, type Told } from "@tw/shared/db/tells";
import type { Checkpoint } from "@tw/shared/engine/state";
import { newId } from "@tw/shared/ids";
import { LIMITS } from "@tw/shared/limits";

/** Everything of these runs that is due to be told again. */
export async function tellAgain(
  db: D1Database,
  runIds: string[],
  channels: Channels,
  key: string,
  now: number,
): Promise<void> {
  const due = await readDueTells(db, runIds, now);
  const told = await Promise.all(due.map((one) => tell(one, channels, key, now)));
  await storeTold(db, told, newId("txn", now), now);
}

async function tell(one: DueTelling, channels: Channels, key: string, now: number): Promise<Told> {
  const { checkpoint, reminders } = one;
  const marks = { checkpoint, reminders, escalatedAt: null, nextTellAt: null, tellings: [] };
  if (checkpoint.breakGlass) return { ...marks, tellings: [alert(one, channels)] };
  // Decided, withdrawn, or about to expire: nobody needs to hear of it again.
  if (checkpoint.status !== "pending" || (checkpoint.expiresAt !== null && checkpoint.expiresAt <= now))
    return marks;
  const { createdAt, escalatedAt } = checkpoint;
  const answer = tellingDue(checkpoint.policy, { createdAt, reminders, escalatedAt }, now);
  const tellings: Telling[] = [];
  const add = async (kind: NotificationKind, people: Recipient[], round: number) => {
    if (people.length > 0) tellings.push(await question(checkpoint, kind, people, round, channels, key, now));
  };
  const others = answer.escalate ? one.others : [];
  if (answer.escalate) await add("escalation", others, 1);
  // Whoever is just being asked for the first time needs no reminder.
  const waited = one.waitedFor.filter(({ id }) => !others.some((other) => other.id === id));
  if (answer.remind !== null) await add("reminder", waited, answer.remind);
  return {
    checkpoint,
    reminders: answer.remind ?? reminders,
    escalatedAt: answer.escalate ? now : null,
    nextTellAt: answer.nextTellAt,
    tellings,
  };
}

/** Messages with links of their own: the first ones may be used up, or were never made for these people. */
async function question(
  checkpoint: Checkpoint,
  kind: NotificationKind,
  people: Recipient[],
  round: number,
  channels: Channels,
  key: string,
  now: number,
): Promise<Telling> {
  const salt = newSalt();
  const expiresAt = checkpoint.expiresAt ?? now + LIMITS.checkpointMaxExpiryS * 1000;
  const links = await Promise.all(
    people.map(async ({ id }) => ({
      hash: await tokenHash(await linkToken(key, salt, checkpoint.id, id)),
      userId: id,
      expiresAt,
    })),
  );
  const { notify } = checkpoint.policy;
  return {
    tenantId: checkpoint.tenantId,
    runId: checkpoint.runId,
    checkpointId: checkpoint.id,
    kind,
    round,
    salt,
    links,
    to: audienceOf(people, channels, notify),
    ...(notify?.slack_channel ? { data: { slack_channel: notify.slack_channel } } : {}),
  };
}

function alert({ checkpoint, voters }: DueTelling, channels: Channels): Telling {
  const glass = checkpoint.breakGlass;
  return {
    tenantId: checkpoint.tenantId,
    runId: checkpoint.runId,
    checkpointId: checkpoint.id,
    kind: "break_glass",
    to: audienceOf(voters, channels, checkpoint.policy.notify),
    data: { by: glass?.by.name ?? "", reason: glass?.reason ?? "", at: glass?.at ?? 0 },
  };
}
