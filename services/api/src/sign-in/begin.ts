/** The end of every way to sign in: a fresh session, its cookie, and on to where the person was going. */
import type { NewSession, SignInMethod } from "@tw/shared/db/sessions";
import { newId } from "@tw/shared/ids";
import { newSessionValue } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";
import type { Env } from "../env.ts";
import { sessionHash, setSessionCookie } from "../session.ts";

/** A session that is not stored yet, and the value for its cookie. Always a new value: one that was there before sign-in is never kept. */
export async function freshSession(
  request: Request,
  env: Env,
  person: { tenantId: string; userId: string; name: string },
  method: SignInMethod,
  now: number,
): Promise<{ session: NewSession; value: string }> {
  const value = newSessionValue();
  return {
    value,
    session: {
      id: newId("session", now),
      hash: await hashToken(value),
      tenantId: person.tenantId,
      userId: person.userId,
      userName: person.name,
      method,
      userAgent: request.headers.get("user-agent"),
      replaces: await sessionHash(request, env),
    },
  };
}

/** The redirect that signs the browser in. */
export function signedIn(env: Env, value: string, returnTo: string, more: string[] = []): Response {
  const headers = new Headers({
    Location: returnTo,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
  });
  for (const line of [setSessionCookie(env, value), ...more]) headers.append("Set-Cookie", line);
  return new Response(null, { status: 303, headers });
}
