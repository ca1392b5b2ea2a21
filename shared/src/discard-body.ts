import { LIMITS } from "./limits.ts";

/**
 * Reads what nobody read and throws it away, within a bound. A request that is refused before its body was looked at must be
 * taken in nevertheless: a client that is cut off while sending never sees the answer.
 */
export async function discardBody(request: Request): Promise<void> {
  if (!request.body || request.bodyUsed || request.body.locked) return;
  try {
    const reader = request.body.getReader();
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.byteLength;
      if (size > LIMITS.bodyBytes * 20) return void (await reader.cancel());
    }
  } catch {
    // The client went away while it was sending.
  }
}
