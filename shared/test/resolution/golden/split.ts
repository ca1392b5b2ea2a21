/** Which cases are held out from tuning: by the text alone, so that nobody can choose. */
import { createHash } from "node:crypto";

export function heldOut(text: string): boolean {
  return (createHash("sha256").update(text).digest()[0] as number) % 3 === 0;
}
