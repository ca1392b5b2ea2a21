/** Signatures of webhooks that come in, and what of their bodies becomes arguments. Pure but for the cryptography. */
import { hmacHex, sameText } from "../approvals/links.ts";
import type { Json } from "../contracts/json.ts";
import { LIMITS } from "../limits.ts";

export const HOOK_SCHEMES = ["standard", "github"] as const;
export type HookScheme = (typeof HOOK_SCHEMES)[number];

/** What a genuine message is told apart by, and what its sender calls it. */
export interface Genuine {
  messageId: string;
  label: string;
}

/** A fresh secret in the form that senders take: of Standard Webhooks `whsec_` and base64, else plain text. 256 random bits. */
export function newHookSecret(scheme: HookScheme): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  if (scheme === "standard") return `whsec_${btoa(String.fromCharCode(...bytes))}`;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Did one of these secrets sign exactly this body? Null when not: a header missing, another signature, or (Standard
 * Webhooks, which sign the time) too old or too far ahead.
 * GitHub signs the body alone, so a message is told apart by its signature: the same body again is the same message,
 * whatever delivery id it comes with.
 */
export async function readSignature(
  scheme: HookScheme,
  secrets: string[],
  headers: Headers,
  body: string,
  now: number,
): Promise<Genuine | null> {
  if (scheme === "github") {
    const given = headers.get("x-hub-signature-256") ?? "";
    for (const secret of secrets)
      if (sameText(given.toLowerCase(), `sha256=${await hmacHex(secret, body)}`))
        return { messageId: given.toLowerCase(), label: headers.get("x-github-delivery") ?? "" };
    return null;
  }
  const id = headers.get("webhook-id") ?? "";
  const at = headers.get("webhook-timestamp") ?? "";
  if (!/^[\x21-\x7e]{1,200}$/.test(id) || !/^\d{1,12}$/.test(at)) return null;
  if (Math.abs(now / 1000 - Number(at)) > LIMITS.hookWindowS) return null;
  const given = (headers.get("webhook-signature") ?? "").split(" ").slice(0, 10);
  for (const secret of secrets) {
    const expected = `v1,${await hmacBase64(secret, `${id}.${at}.${body}`)}`;
    if (given.some((one) => sameText(one, expected))) return { messageId: id, label: id };
  }
  return null;
}

/** The signature of Standard Webhooks: HMAC-SHA256 under the secret's decoded bytes, base64. */
export async function hmacBase64(secret: string, text: string): Promise<string> {
  const raw = Uint8Array.from(atob(secret.replace(/^whsec_/, "")), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text));
  return btoa(String.fromCharCode(...new Uint8Array(mac)));
}

/** The value at a path such as `head_commit.id` or `commits.0.id`; undefined when there is none. Only own fields are followed. */
export function valueAt(body: Json, path: string): Json | undefined {
  let at: Json | undefined = body;
  for (const part of path.split(".")) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = (at as { [name: string]: Json })[part];
  }
  return at;
}

/** Arguments out of a body, over the fixed ones; a path that leads nowhere leaves its argument as it was. */
export function mappedArgs(
  fixed: { [name: string]: Json },
  map: { [name: string]: string },
  body: Json,
): { [name: string]: Json } {
  const args = { ...fixed };
  for (const [name, path] of Object.entries(map)) {
    const value = valueAt(body, path);
    if (value !== undefined && value !== null) args[name] = value;
  }
  return args;
}

/** Does the body have each of these values at its place? */
export function bodyMatches(when: { [path: string]: Json }, body: Json): boolean {
  return Object.entries(when).every(([path, wanted]) => valueAt(body, path) === wanted);
}
