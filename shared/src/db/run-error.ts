/** Why a run failed, in short: for lists that tell what became of what they started. */

export interface RunError {
  code: string;
  message: string;
}

/** The error out of a run's row (`error_json`), without the step it happened in. */
export function runErrorOf(kept: unknown): RunError | null {
  if (typeof kept !== "string") return null;
  const { code, message } = JSON.parse(kept) as RunError;
  return { code, message };
}
