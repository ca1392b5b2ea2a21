/** Ids of runs that are started for something that happened: derived from it, so that it cannot start two. */
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";

/** In the shape of `newId("run", at)`; the same cause and moment always give the same. */
export async function derivedRunId(cause: string, at: number): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`run\n${cause}\n${at}`));
  const tail = [...new Uint8Array(digest).slice(0, 14)].map((byte) => ALPHABET[byte % 36]).join("");
  return `run_${at.toString(36).padStart(9, "0")}${tail}`;
}
