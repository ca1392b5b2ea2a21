/** Asking for a link by mail. Whoever asks learns nothing about who is in the workspace: same answer, same work, same time. */
import { invitationStatements, requestSignInLinks } from "@tw/shared/db/sign-in-links";
import type { User } from "@tw/shared/db/users";
import { newId } from "@tw/shared/ids";
import { LIMITS } from "@tw/shared/limits";
import { sendHint } from "@tw/shared/queues/send";
import { returnPath } from "@tw/shared/sign-in/return-to";
import { mailedToken, newLinkToken } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import * as z from "zod";
import type { Env } from "../env.ts";
import { RateLimit } from "../rate-limit.ts";

/** As addresses are stored: in lower case. */
export const addressSchema = z.email().max(254).toLowerCase();
const perNetwork = new RateLimit(LIMITS.signInsPerMinute, "attempts to sign in a minute from one address");

/** Refuses somebody who asks too often, whomever they ask about. */
export function limitSignIns(request: Request, now: number): void {
  perNetwork.take(request.headers.get("cf-connecting-ip") ?? "this machine", now);
}

/**
 * Mails a person who was added a link to sign in with.
 * @returns false where no mail is set up
 */
export async function invite(env: Env, person: User, by: string, now: number): Promise<boolean> {
  if (!mailIsSetUp(env)) return false;
  const id = newId("link", now);
  const salt = newLinkToken();
  const hash = await hashToken(await mailedToken(env.LINK_KEY, salt, id));
  await env.DB.batch(
    invitationStatements(env.DB, { id, hash, salt, tenantId: person.tenantId, userId: person.id, by }, now),
  );
  await sendHint(env.NOTIFICATIONS, [id]);
  return true;
}

/** Can anybody be mailed from here? */
export function mailIsSetUp(env: Env): boolean {
  return (env.CHANNELS ?? "").split(",").includes("email");
}

/** Mails a link to whoever has this address, if anybody does. */
export async function askForLink(
  env: Env,
  ask: { email: string; returnTo: string | null | undefined },
  now: number,
): Promise<void> {
  const floor = new Promise((resolve) => setTimeout(resolve, LIMITS.signInFloorMs));
  const candidates = await Promise.all(
    Array.from({ length: LIMITS.signInWorkspaces }, async () => {
      const id = newId("link", now);
      const salt = newLinkToken();
      return { id, salt, hash: await hashToken(await mailedToken(env.LINK_KEY, salt, id)) };
    }),
  );
  await requestSignInLinks(env.DB, { email: ask.email, returnTo: returnPath(ask.returnTo), candidates }, now);
  await sendHint(
    env.NOTIFICATIONS,
    candidates.map(({ id }) => id),
  );
  await floor;
}
