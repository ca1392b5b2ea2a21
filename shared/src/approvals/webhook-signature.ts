/**
 * Signatures of the outgoing webhook, by the rules of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, base64, `v1,` in
 * front; several of them, by spaces, while a key is being replaced. Used to sign, and by whoever receives to check.
 */
import { sameText } from "./links.ts";

/** Keys written `whsec_…` are base64; any other is taken as the bytes of its text. */
function keyBytes(key: string): Uint8Array<ArrayBuffer> {
  if (!key.startsWith("whsec_")) return Uint8Array.from(new TextEncoder().encode(key));
  return Uint8Array.from(atob(key.slice(6)), (char) => char.charCodeAt(0));
}

async function sign(key: string, text: string): Promise<string> {
  const imported = await crypto.subtle.importKey(
    "raw",
    keyBytes(key),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const bytes = new Uint8Array(await crypto.subtle.sign("HMAC", imported, new TextEncoder().encode(text)));
  return btoa(String.fromCharCode(...bytes));
}

/** The three headers of one delivery. `keys`: the current one, and the one before while receivers still have it. */
export async function webhookHeaders(
  keys: string[],
  id: string,
  body: string,
  nowS: number,
): Promise<{ "webhook-id": string; "webhook-timestamp": string; "webhook-signature": string }> {
  const signatures = await Promise.all(keys.map((key) => sign(key, `${id}.${nowS}.${body}`)));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(nowS),
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

/** Null when one of the signatures was made with one of the keys and is fresh, else why not. */
export async function webhookRefusal(
  keys: string[],
  headers: { id: string | null; timestamp: string | null; signature: string | null },
  body: string,
  nowS: number,
  toleranceS = 300,
): Promise<string | null> {
  const { id, timestamp, signature } = headers;
  if (!id || !signature || !timestamp || !/^\d{1,12}$/.test(timestamp)) return "unsigned";
  if (Math.abs(nowS - Number(timestamp)) > toleranceS) return "too old";
  const expected = await Promise.all(keys.map((key) => sign(key, `${id}.${timestamp}.${body}`)));
  const given = signature.split(" ").flatMap((one) => (one.startsWith("v1,") ? [one.slice(3)] : []));
  return given.some((one) => expected.some((other) => sameText(one, other))) ? null : "wrong signature";
}
