import { customAlphabet } from "nanoid";

const PREFIXES = {
  run: "run",
  agent: "agt",
  user: "usr",
  token: "tok",
  tenant: "ten",
  command: "cmd",
  schedule: "sch",
  hook: "hook",
  standIn: "sub",
  session: "ses",
  link: "sil",
  txn: "txn",
  client: "cli",
  deployment: "dep",
  employee: "emp",
  cost: "cost",
  knowledge: "know",
  kept: "kept",
} as const;
const ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
let random: ((size?: number) => string) | undefined;

/** A fresh id, `run_0mfx3k2p1c…`: nine base-36 digits of time (so ids sort by creation), then 14 random ones (72 bits). */
export function newId(kind: keyof typeof PREFIXES, now: number): string {
  // Made on first use: Workers refuse randomness while a module loads.
  random ??= customAlphabet(ALPHABET, 14);
  return `${PREFIXES[kind]}_${now.toString(36).padStart(9, "0")}${random()}`;
}

/**
 * An id for what a step makes: the same step gives the same one, so that what is repeated is made once. Its time is the run's own,
 * which the run's id begins with.
 */
export async function derivedId(kind: keyof typeof PREFIXES, of: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`${kind}/${of}`));
  const letters = Array.from(new Uint8Array(digest).subarray(0, 14), (byte) => ALPHABET[byte % 36]).join("");
  return `${PREFIXES[kind]}_${of.slice(4, 13)}${letters}`;
}

/**
 * Derived ids: the same run, step, attempt and fence always give the same id, so a second one cannot be made.
 * The fence is in it because a step that was sent out and never started keeps its attempt.
 */
export function jobId(
  runId: string,
  stepId: string,
  attempt: number,
  purpose: "forward" | "rollback",
  fence: number,
): string {
  return `job_${runId.slice(4)}.${stepId}.${attempt}.${fence}${purpose === "rollback" ? ".undo" : ""}`;
}
export function checkpointId(runId: string, stepId: string, round: number): string {
  return `chk_${runId.slice(4)}.${stepId}.${round}`;
}
