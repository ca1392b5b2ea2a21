/**
 * Encryption of the secrets the workspace keeps: AES-256-GCM under a key of the Worker secret SECRETS_KEY, bound to tenant
 * and name, so that a ciphertext cannot be moved to another row.
 *
 * SECRETS_KEY is `id:key`, the key 32 bytes in base64url; several by commas. The first one encrypts, each decrypts what was
 * sealed under its id: a new key is put in front, and every secret that is set again moves to it.
 */
import { Refusal } from "@tw/shared/errors";

const FORM = /^[A-Za-z0-9_-]{1,32}:[A-Za-z0-9_-]{43}=?$/;

interface NamedKey {
  id: string;
  key: CryptoKey;
}
/** Imported once per isolate. */
const imported = new Map<string, Promise<NamedKey[]>>();

function keysOf(setting: string | undefined): Promise<NamedKey[]> {
  if (!setting)
    throw new Refusal(
      "unavailable",
      "This workspace has no key to keep secrets with. Whoever runs it sets SECRETS_KEY; docs/security.md says how.",
    );
  let keys = imported.get(setting);
  if (!keys) {
    keys = Promise.all(setting.split(",").map((one) => importKey(one.trim())));
    imported.set(setting, keys);
  }
  return keys;
}

async function importKey(text: string): Promise<NamedKey> {
  if (!FORM.test(text)) throw new Error("SECRETS_KEY must be id:key, the key 32 bytes in base64url");
  const [id, key] = text.split(":") as [string, string];
  return {
    id,
    key: await crypto.subtle.importKey("raw", decode(key), "AES-GCM", false, ["encrypt", "decrypt"]),
  };
}

export interface Place {
  tenantId: string;
  name: string;
}

/** Encrypts a value for its row. Throws a Refusal when no key is set. */
export async function sealSecret(
  setting: string | undefined,
  place: Place,
  value: string,
): Promise<{ keyId: string; sealed: string }> {
  const { id, key } = (await keysOf(setting))[0] as NamedKey;
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: nonce, additionalData: bound(place, id) },
    key,
    new TextEncoder().encode(value),
  );
  return { keyId: id, sealed: `${encode(nonce)}.${encode(new Uint8Array(data))}` };
}

/** The value again. Throws a Refusal that names the secret when its key is gone or the row was changed. */
export async function openSecret(
  setting: string | undefined,
  place: Place,
  row: { keyId: string; sealed: string },
): Promise<string> {
  const found = (await keysOf(setting)).find(({ id }) => id === row.keyId);
  if (!found)
    throw new Refusal(
      "unavailable",
      `The secret ${place.name} is under the key ${row.keyId}, which is not in SECRETS_KEY any more. Set the secret again.`,
    );
  const [nonce = "", data = ""] = row.sealed.split(".");
  try {
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv: decode(nonce), additionalData: bound(place, row.keyId) },
      found.key,
      decode(data),
    );
    return new TextDecoder().decode(plain);
  } catch {
    throw new Refusal("unavailable", `The secret ${place.name} cannot be decrypted. Set it again.`);
  }
}

function bound({ tenantId, name }: Place, keyId: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(
    JSON.stringify(["secret", tenantId, name, keyId]),
  ) as Uint8Array<ArrayBuffer>;
}
function encode(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
function decode(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/").replaceAll("=", ""));
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}
