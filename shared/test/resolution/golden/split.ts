/** Which of the fresh cases are held out from tuning: by the text alone, so that nobody can choose. */
import { createHash } from "node:crypto";

export function heldOut(text: string): boolean {
  return (createHash("sha256").update(text).digest()[1] as number) % 2 === 0;
}
