/** The cookie of a session, as every Worker behind the one public origin reads it. */
import { looksLikeSession } from "./tokens.ts";

/** Of the workspace's address all that a cookie depends on. */
export type PublicOrigin = { PUBLIC_URL: string };

/** Is the workspace reached over https? Its own address says so, since a proxy may stand in between; only a plain one says no. */
export function isSecure(env: PublicOrigin): boolean {
  return !env.PUBLIC_URL.startsWith("http:");
}

/** `__Host-` binds a cookie to this host and to https; browsers refuse that prefix over http, where only a loopback is. */
export function sessionCookieName(env: PublicOrigin): string {
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

/** The session's cookie, if the request has one of the right shape. `hashToken` of it is what `findSession` takes. */
export function sessionCookie(request: Request, env: PublicOrigin): string | null {
  const value = readCookie(request, sessionCookieName(env));
  return value !== null && looksLikeSession(value) ? value : null;
}
