/** The cookie that keeps a browser signed in: its name, its flags, and how it is read. */

import { LIMITS } from "@tw/shared/limits";
import { looksLikeSession } from "@tw/shared/sign-in/tokens";
import { hashToken } from "@tw/shared/tokens";

/** Of the workspace's address all that a cookie depends on. */
type Origin = { PUBLIC_URL: string };

/** Is the workspace reached over https? Its own address says so, since a proxy may stand in between; only a plain one says no. */
function isSecure(env: Origin): boolean {
  return !env.PUBLIC_URL.startsWith("http:");
}

/** `__Host-` binds a cookie to this host and to https; browsers refuse that prefix over http, where only a loopback is. */
export function sessionCookieName(env: Origin): string {
  return isSecure(env) ? "__Host-tw_session" : "tw_session";
}

/** The value of a cookie of this name, or null. */
export function readCookie(request: Request, name: string): string | null {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** The session's cookie, if the request has one of the right shape. */
export function sessionCookie(request: Request, env: Origin): string | null {
  const value = readCookie(request, sessionCookieName(env));
  return value !== null && looksLikeSession(value) ? value : null;
}

/** Hash of the session the request came with, or null: for what a sign-in replaces. */
export async function sessionHash(request: Request, env: Origin): Promise<string | null> {
  const value = sessionCookie(request, env);
  return value === null ? null : await hashToken(value);
}

/** The `Set-Cookie` that begins a session. Lax: a link in a mail opens the console signed in, a foreign form sends no cookie. */
export function setSessionCookie(env: Origin, value: string): string {
  return cookie(env, sessionCookieName(env), value, LIMITS.sessionMs / 1000, "/");
}

/** The `Set-Cookie` that ends it. */
export function clearSessionCookie(env: Origin): string {
  return cookie(env, sessionCookieName(env), "", 0, "/");
}

/** A cookie no script can read, for this host only. */
export function cookie(env: Origin, name: string, value: string, maxAgeS: number, path: string): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${isSecure(env) ? "; Secure" : ""}`;
}
