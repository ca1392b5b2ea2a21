/** The digest of a step as it is sent. The approvals service makes it of what it derived, the agent of what it got. */
import type { JobStep } from "../contracts/agent-protocol.ts";
import { canonicalJson, sha256Hex } from "../library/canonical.ts";

export function callDigest(step: JobStep): Promise<string> {
  return sha256Hex(canonicalJson(step));
}

/** Secrets the step's program is given, by name: whole values of argv, environment and stdin. */
export function secretsNamed(step: JobStep): string[] {
  const { run } = step;
  if (!run) return [];
  const values = [...run.argv, ...Object.values(run.env), ...(run.stdin === null ? [] : [run.stdin])];
  return [...new Set(values.flatMap((value) => (typeof value === "string" ? [] : [value.secret])))];
}
