/** One claimed notification through its channel, and what becomes of it. */
import { linkToken, tokenHash } from "@tw/shared/approvals/links";
import { ASKING_KINDS } from "@tw/shared/approvals/request";
import type { Due, Receipt, Sending } from "@tw/shared/db/claim-notifications";
import type { Checkpoint } from "@tw/shared/engine/state";
import { LIMITS } from "@tw/shared/limits";
import { mailedToken } from "@tw/shared/sign-in/tokens";
import { sendEmail } from "./channels/email.ts";
import { SendFailure } from "./channels/failure.ts";
import { sendWebhook } from "./channels/webhook.ts";
import { deliverSlack } from "./deliver-slack.ts";
import type { Env } from "./env.ts";
import type { Mail } from "./mail-layout.ts";
import { type Message, requestMessage, whyNotSend } from "./render.ts";
import { endMailOf } from "./render-end.ts";
import { mailOf } from "./render-mail.ts";
import { decidedOf, finishedBodyOf, webhookOf } from "./render-webhook.ts";
import { signInMailOf } from "./render-welcome.ts";

/** Mails their reader could do without. */
const OPTIONAL = new Set(["finished", "reminder"]);

/** Send it, unless it no longer matters. Never throws: a failure is what is returned. */
export async function deliver(due: Due, env: Env): Promise<{ sending: Sending; channelDown: boolean }> {
  const now = Date.now();
  const moot = whyNotSend(due, now);
  if (moot) return { sending: { status: "failed", error: moot }, channelDown: false };
  try {
    const receipt = await inTime(send(due, env, now));
    return { sending: { status: "sent", receipt, open: isOpen(due, receipt) }, channelDown: false };
  } catch (error) {
    const failure =
      error instanceof SendFailure ? error : new SendFailure(`Unexpected: ${String(error)}`, { again: true });
    return { sending: afterFailure(due, failure, Date.now()), channelDown: failure.channelDown };
  }
}

/** Is there more to do with it: buttons that will have to go, progress that goes on? */
function isOpen(due: Due, receipt: Receipt): boolean {
  if (due.channel === "slack" && due.kind === "progress")
    return due.run !== null && due.run.finishedAt === null;
  const asks = ASKING_KINDS.includes(due.kind);
  return asks && (due.channel === "webhook" || (due.channel === "slack" && Boolean(receipt.ts)));
}

async function send(due: Due, env: Env, now: number): Promise<Receipt> {
  switch (due.channel) {
    case "slack":
      return await deliverSlack(
        due,
        env,
        due.checkpoint ? await messageOf(due, due.checkpoint, env, now) : null,
        now,
      );
    case "webhook":
      return { receipt: await sendWebhook(await eventOf(due, env, now), due.id, env, now), ...digestOf(due) };
    case "email": {
      if (!due.user) throw new SendFailure("its person is no longer in the workspace", { again: false });
      const head = {
        id: due.id,
        thread: due.run?.id ?? null,
        at: due.createdAt,
        optional: OPTIONAL.has(due.kind),
      };
      return { receipt: (await sendEmail(await letterOf(due, env, now), due.user, head, env)).slice(0, 500) };
    }
  }
}

function digestOf(due: Due): Receipt {
  return due.checkpoint ? { digest: due.checkpoint.planDigest } : {};
}

async function letterOf(due: Due, env: Env, now: number): Promise<Mail> {
  if (due.kind === "sign_in" || due.kind === "invitation") return await welcomeOf(due, env, now);
  if (due.kind === "finished" && due.run)
    return endMailOf({ run: due.run, tenantName: due.tenantName }, env.PUBLIC_URL);
  return mailOf(await messageOf(due, due.checkpoint as Checkpoint, env, now));
}

/** The link is made again from its salt; only its hash is stored. */
async function welcomeOf(due: Due, env: Env, now: number): Promise<Mail> {
  if (!due.salt) throw new SendFailure("it carries no salt, so its link cannot be made", { again: false });
  const token = await mailedToken(env.LINK_KEY, due.salt, due.subject);
  const { by, expires_at: expiresAt } = due.data;
  return signInMailOf({
    kind: due.kind === "invitation" ? "invitation" : "sign_in",
    workspace: due.tenantName,
    url: `${env.PUBLIC_URL.replace(/\/+$/, "")}/sign-in/${token}`,
    by: typeof by === "string" ? by : null,
    leftMs: typeof expiresAt === "number" ? expiresAt - now : null,
  });
}

async function eventOf(due: Due, env: Env, now: number): Promise<object> {
  if (due.kind === "finished" && due.run) return finishedBodyOf(due.run, due.tenantName, due.id);
  const checkpoint = due.checkpoint as Checkpoint;
  if (due.kind === "settled") return decidedOf(checkpoint, due.votes, due.tenantName, due.id);
  return webhookOf(await messageOf(due, checkpoint, env, now), due.id);
}

async function messageOf(due: Due, checkpoint: Checkpoint, env: Env, now: number): Promise<Message> {
  return requestMessage({ ...due, checkpoint }, env.PUBLIC_URL, await linksOf(due, env), now);
}

/** The same links for every try. One whose hash is not stored (the key was changed) is left out: the console still decides. */
async function linksOf(due: Due, env: Env): Promise<Message["links"]> {
  const { salt, checkpoint } = due;
  if (!salt || !checkpoint) return [];
  const origin = env.PUBLIC_URL.replace(/\/+$/, "");
  const links = await Promise.all(
    due.linked.map(async ({ hash, id, name, email }) => {
      const token = await linkToken(env.LINK_KEY, salt, checkpoint.id, id);
      return (await tokenHash(token)) === hash ? [{ id, name, email, url: `${origin}/a/${token}` }] : [];
    }),
  );
  return links.flat();
}

/** Again later, as long as it makes sense: the wait doubles, at least what the other side asked for, and then it is given up. */
export function afterFailure(
  due: Pick<Due, "id" | "attempts"> & { attemptsBefore?: number },
  failure: SendFailure,
  now: number,
): Sending {
  if (!failure.again) return { status: "failed", error: failure.message };
  const tries = due.attempts - (due.attemptsBefore ?? 0);
  if (tries >= LIMITS.notifyTries)
    return { status: "failed", error: `given up after ${tries} tries: ${failure.message}` };
  const backoff = Math.min(LIMITS.notifyBackoffMaxS, LIMITS.notifyBackoffS * 2 ** (tries - 1));
  // Spread by the id, so that a thousand messages that failed together do not come back together.
  const spread =
    0.75 + 0.5 * ([...due.id].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % 997, 7) / 997);
  const waitS = Math.max(backoff * spread, Math.min(failure.retryAfterS ?? 0, LIMITS.retryAfterMaxS));
  return { status: "pending", error: failure.message, nextTryAt: now + Math.ceil(waitS * 1000) };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new SendFailure(`no answer in ${LIMITS.notifySendMs / 1000} s`, { again: true, channelDown: true }),
        ),
      LIMITS.notifySendMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    if (timer !== undefined) clearTimeout(timer);
  }
}
