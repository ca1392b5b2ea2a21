/** Bearer tokens: 256 random bits behind a prefix that secret scanners can find. Only their SHA-256 is ever stored. */

const TOKEN = /^tw_[A-Za-z0-9_-]{43}$/;

/** A fresh token. It is shown once and never stored. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const text = btoa(String.fromCharCode(...bytes));
  return `tw_${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Has it the shape of a whole token? A truncated one has not, and needs no look-up. */
export function looksLikeToken(text: string): boolean {
  return TOKEN.test(text);
}

/** SHA-256 of a token in hex, as `tokens.hash` holds it. */
export async function hashToken(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
