/** Encryption of an answer that shows a secret once: only the token that asked can read it again. */

async function keyOf(token: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", new TextEncoder().encode(token), "HKDF", false, [
    "deriveKey",
  ]);
  return crypto.subtle.deriveKey(
    {
      name: "HKDF",
      hash: "SHA-256",
      salt: new Uint8Array(),
      info: new TextEncoder().encode("sealed answer"),
    },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

/** AES-GCM under a key derived from the token. */
export async function seal(text: string, token: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const data = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv },
    await keyOf(token),
    new TextEncoder().encode(text),
  );
  return JSON.stringify({ iv: encode(iv), data: encode(new Uint8Array(data)) });
}

/** The text that was sealed under the same token. */
export async function open(sealed: string, token: string): Promise<string> {
  const { iv, data } = JSON.parse(sealed) as { iv: string; data: string };
  const plain = await crypto.subtle.decrypt(
    { name: "AES-GCM", iv: decode(iv) },
    await keyOf(token),
    decode(data),
  );
  return new TextDecoder().decode(plain);
}

function encode(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}
function decode(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
