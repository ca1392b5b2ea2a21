/** One claimed notification through its channel, and what becomes of it. */
import { linkToken, tokenHash } from "@tw/shared/approvals/links";
import type { Due, Sending } from "@tw/shared/db/notifications";
import type { Checkpoint } from "@tw/shared/engine/state";
import { LIMITS } from "@tw/shared/limits";
import { sendEmail } from "./channels/email.ts";
import { SendFailure } from "./channels/failure.ts";
import { sendSlack } from "./channels/slack.ts";
import { sendWebhook } from "./channels/webhook.ts";
import type { Env } from "./env.ts";
import { type Message, requestMessage, whyNotSend } from "./render.ts";
import { endMailOf } from "./render-end.ts";
import { mailOf } from "./render-mail.ts";

const GONE = "its person is no longer in the workspace";

/** Send it, unless it no longer matters. Never throws: a failure is what is returned. */
export async function deliver(due: Due, env: Env): Promise<{ sending: Sending; channelDown: boolean }> {
  const now = Date.now();
  const moot = whyNotSend(due, now);
  if (moot) return { sending: { status: "failed", error: moot }, channelDown: false };
  try {
    const receipt = await inTime(due.kind === "finished" ? sendEnd(due, env) : sendRequest(due, env, now));
    return { sending: { status: "sent", receipt }, channelDown: false };
  } catch (error) {
    const failure =
      error instanceof SendFailure ? error : new SendFailure(`Unexpected: ${String(error)}`, { again: true });
    return { sending: afterFailure(due, failure, Date.now()), channelDown: failure.channelDown };
  }
}

async function sendEnd(due: Due, env: Env): Promise<string> {
  if (!due.user) throw new SendFailure(GONE, { again: false });
  return await sendEmail(endMailOf(due, env.PUBLIC_URL), due.user, due.id, env);
}

async function sendRequest(due: Due, env: Env, now: number): Promise<string> {
  const checkpoint = due.checkpoint as Checkpoint;
  const message = requestMessage({ ...due, checkpoint }, env.PUBLIC_URL, await linksOf(due, env), now);
  switch (due.channel) {
    case "email":
      if (!due.user) throw new SendFailure(GONE, { again: false });
      return await sendEmail(mailOf(message), due.user, due.id, env);
    case "slack":
      return await sendSlack(message, env);
    case "webhook":
      return await sendWebhook(message, due.id, env, now);
  }
}

/** The same links for every try. One whose hash is not stored (the key was changed) is left out: the console still decides. */
async function linksOf(due: Due, env: Env): Promise<Message["links"]> {
  const { salt, checkpoint } = due;
  if (!salt || !checkpoint) return [];
  const origin = env.PUBLIC_URL.replace(/\/+$/, "");
  const links = await Promise.all(
    due.linked.map(async ({ hash, ...person }) => {
      const token = await linkToken(env.LINK_KEY, salt, checkpoint.id, person.id);
      return (await tokenHash(token)) === hash ? [{ ...person, url: `${origin}/a/${token}` }] : [];
    }),
  );
  return links.flat();
}

/** Again later, as long as it makes sense: the wait doubles, at least what the other side asked for, and then it is given up. */
export function afterFailure(due: Pick<Due, "id" | "attempts">, failure: SendFailure, now: number): Sending {
  if (!failure.again) return { status: "failed", error: failure.message };
  if (due.attempts >= LIMITS.notifyTries)
    return { status: "failed", error: `given up after ${due.attempts} tries: ${failure.message}` };
  const backoff = Math.min(LIMITS.notifyBackoffMaxS, LIMITS.notifyBackoffS * 2 ** (due.attempts - 1));
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
