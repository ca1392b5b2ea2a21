/** Values that sign somebody in: the cookie of a session and the token of a link. Only their SHA-256 is ever stored. */
import { hmacHex } from "../approvals/links.ts";

const SESSION = /^tws_[A-Za-z0-9_-]{43}$/;
const LINK = /^[0-9a-f]{64}$/;

/** 256 fresh random bits for a cookie. The prefix keeps it from ever being taken for a bearer token. */
export function newSessionValue(): string {
  return `tws_${base64url(crypto.getRandomValues(new Uint8Array(32)))}`;
}

/** Has it the shape of a session's cookie? What has not needs no look-up. */
export function looksLikeSession(text: string): boolean {
  return SESSION.test(text);
}

/** 256 fresh random bits, hex: the token of a link that is handed over at once, or a salt. */
export function newLinkToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (b) => b.toString(16).padStart(2, "0")).join(
    "",
  );
}

/** Has it the shape of a sign-in link's token? */
export function looksLikeLink(text: string): boolean {
  return LINK.test(text);
}

/**
 * The token of a mailed sign-in link, 64 hex characters. Derived from the link key, so that the notifier can make the same
 * link for every try while the database holds only the salt and the token's hash.
 */
export async function mailedToken(linkKey: string, salt: string, linkId: string): Promise<string> {
  return await hmacHex(linkKey, `sign-in\n${salt}\n${linkId}`);
}

/** The value that a page of this session sends with whatever changes something. Derived from the cookie, which no page can read. */
export async function csrfOf(sessionValue: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`csrf\n${sessionValue}`));
  return base64url(new Uint8Array(digest));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}
