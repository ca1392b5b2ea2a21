/** Outputs of a step are kept up to a size. A longer answer is cut where it grows, and says so. */
import type { Outputs } from "./action.ts";

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).byteLength;

/** The outputs within `most` bytes: the end of the longest list is left out, or of the longest text. */
export function fit(outputs: Outputs, most: number): Outputs {
  if (bytes(outputs) <= most) return outputs;
  const sizes = Object.entries(outputs)
    .filter(([, value]) => Array.isArray(value) || typeof value === "string")
    .sort(([, a], [, b]) => bytes(b) - bytes(a));
  const [name, value] = sizes[0] ?? [];
  if (name === undefined) return outputs;
  const whole = value as string | unknown[];
  let [kept, tooMuch] = [0, whole.length];
  const cut = (length: number) => ({
    ...outputs,
    [name]: whole.slice(0, length) as Outputs[string],
    truncated: true,
    omitted: whole.length - length,
  });
  while (tooMuch - kept > 1) {
    const middle = Math.floor((kept + tooMuch) / 2);
    if (bytes(cut(middle)) <= most) kept = middle;
    else tooMuch = middle;
  }
  return cut(kept);
}
