/**
 * A program that an agent runs may reach the workspace for one thing: the files that its own step is about. It shows a pass that
 * the agent makes from its token and the job. The pass dies with the lease, opens nothing else, and does not give the token away.
 */

export interface JobPass {
  job: string;
  fence: number;
  step: string;
}

/** HMAC-SHA256 under the token's hash, which is all that the workspace keeps of it; hex. */
export async function makePass(tokenHash: string, { job, fence, step }: JobPass): Promise<string> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey(
    "raw",
    encode(tokenHash),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const mac = await crypto.subtle.sign("HMAC", key, encode(`files\n${job}\n${fence}\n${step}`));
  return Array.from(new Uint8Array(mac), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Compares in a time that tells nothing. */
export function samePass(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let different = 0;
  for (let i = 0; i < expected.length; i += 1) different |= given.charCodeAt(i) ^ expected.charCodeAt(i);
  return different === 0;
}
