/**
 * Tokens of approval links. A token is derived from the link key and a random salt, so that the notifier can make the
 * same link again for a retry while the database holds only the salt and the token's hash: neither opens a page alone.
 */
const encoder = new TextEncoder();

/** 256 random bits for one announcement, hex. */
export function newSalt(): string {
  return hex(crypto.getRandomValues(new Uint8Array(32)));
}

/** The token of one person's link: 64 hex characters, bound to checkpoint and person by the derivation itself. */
export async function linkToken(
  key: string,
  salt: string,
  checkpointId: string,
  userId: string,
): Promise<string> {
  return await hmacHex(key, `link\n${salt}\n${checkpointId}\n${userId}`);
}

/** What is stored of a token. */
export async function tokenHash(token: string): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(token))));
}

/** The nonce of a page: derived, so that opening a page writes nothing; another plan gives another nonce. */
export async function pageNonce(
  key: string,
  hash: string,
  checkpointId: string,
  digest: string,
): Promise<string> {
  return await hmacHex(key, `page\n${hash}\n${checkpointId}\n${digest}`);
}

/** HMAC-SHA256 of a text, hex. */
export async function hmacHex(key: string, text: string): Promise<string> {
  const imported = await crypto.subtle.importKey(
    "raw",
    encoder.encode(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  return hex(new Uint8Array(await crypto.subtle.sign("HMAC", imported, encoder.encode(text))));
}

/** Equal, in a time that does not tell where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  let differences = left.length ^ right.length;
  for (let i = 0; i < left.length; i++)
    differences |= (left[i] as number) ^ (right[i % (right.length || 1)] ?? 0);
  return differences === 0;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
