/** The `Set-Cookie` lines that begin and end a session. Reading them: `shared/src/sign-in/cookie.ts`. */
import { LIMITS } from "@tw/shared/limits";
import { isSecure, type PublicOrigin, sessionCookie, sessionCookieName } from "@tw/shared/sign-in/cookie";
import { hashToken } from "@tw/shared/tokens";

/** Hash of the session the request came with, or null: for what a sign-in replaces. */
export async function sessionHash(request: Request, env: PublicOrigin): Promise<string | null> {
  const value = sessionCookie(request, env);
  return value === null ? null : await hashToken(value);
}

/** Begins a session. Lax: a link in a mail opens the console signed in, a foreign form sends no cookie. */
export function setSessionCookie(env: PublicOrigin, value: string): string {
  return cookie(env, sessionCookieName(env), value, LIMITS.sessionMs / 1000);
}

/** Ends it. */
export function clearSessionCookie(env: PublicOrigin): string {
  return cookie(env, sessionCookieName(env), "", 0);
}

/** A cookie no script can read, for this host only. */
export function cookie(env: PublicOrigin, name: string, value: string, maxAgeS: number): string {
  const secure = isSecure(env) ? "; Secure" : "";
  return `${name}=${value}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
}
