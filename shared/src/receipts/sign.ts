/** Ed25519 over a receipt, through WebCrypto, which workerd and Node both have. */
import type { Receipt, ReceiptBody } from "../contracts/receipt.ts";
import { canonicalJson } from "../library/canonical.ts";

/** So that a signature over a receipt is never one over anything else. */
const CONTEXT = "tw receipt v1\n";

/** A key pair as text: the private part `d.x`, both 32 bytes in base64url, and the public part `x` alone. */
export interface KeyPair {
  private: string;
  public: string;
}

export async function newKeyPair(): Promise<KeyPair> {
  const pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
  const { d, x } = (await crypto.subtle.exportKey("jwk", pair.privateKey)) as JsonWebKey;
  return { private: `${d}.${x}`, public: x as string };
}

/** The public part of a private key. Throws when it is not one. */
export function publicPart(privateKey: string): string {
  const [d = "", x = ""] = privateKey.trim().split(".");
  if (!RAW.test(d) || !RAW.test(x)) throw new Error("a receipt key is d.x: two times 32 bytes in base64url");
  return x;
}
const RAW = /^[A-Za-z0-9_-]{43}$/;

/** Is this the text of a public key? */
export function isPublicKey(text: string): boolean {
  return RAW.test(text);
}

export async function signReceipt(privateKey: string, body: ReceiptBody): Promise<Receipt> {
  const x = publicPart(privateKey);
  const d = privateKey.trim().split(".")[0] as string;
  const jwk = { kty: "OKP", crv: "Ed25519", d, x };
  const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["sign"]);
  const text = canonicalJson(body);
  const signature = await crypto.subtle.sign("Ed25519", key, bytesOf(text));
  return { body: text, signature: encode(new Uint8Array(signature)), key_id: await keyId(x) };
}

/** Did the holder of this public key sign exactly this text? */
export async function isSigned(publicKey: string, receipt: Receipt): Promise<boolean> {
  try {
    const jwk = { kty: "OKP", crv: "Ed25519", x: publicKey };
    const key = await crypto.subtle.importKey("jwk", jwk, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, decode(receipt.signature), bytesOf(receipt.body));
  } catch {
    return false;
  }
}

/** Names a public key in receipts. */
export async function keyId(publicKey: string): Promise<string> {
  return (await digestOf(publicKey)).slice(0, 16);
}

/** For people to compare: eight groups of four hex digits. */
export async function fingerprint(publicKey: string): Promise<string> {
  return ((await digestOf(publicKey)).slice(0, 32).match(/.{4}/g) as string[]).join(" ");
}

async function digestOf(publicKey: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", decode(publicKey));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(CONTEXT + text) as Uint8Array<ArrayBuffer>;
}
function encode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
function decode(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}
