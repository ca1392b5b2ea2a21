import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";

/** Deeper than any definition needs; schemas walk values recursively and must not overflow the stack. */
const MAX_DEPTH = 64;

/** Reads a JSON body: only `application/json`, at most `LIMITS.bodyBytes`, valid UTF-8. An empty body is `{}`. */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get("content-type");
  const declared = Number(request.headers.get("content-length") ?? "0");
  if (type !== null && !/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new Refusal(
      "unsupported_media_type",
      `Send the body as application/json, not ${type.slice(0, 80)}.`,
    );
  }
  const bytes = await readCapped(request, declared);
  if (bytes.byteLength === 0) return {};
  if (type === null) throw new Refusal("unsupported_media_type", "Say Content-Type: application/json.");
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Refusal("bad_request", "The body is not valid UTF-8.");
  }
  if (depth(text) > MAX_DEPTH)
    throw new Refusal("bad_request", `The body is nested deeper than ${MAX_DEPTH} levels.`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Refusal("bad_request", `The body is not JSON: ${(error as Error).message}`);
  }
}

/** Reads a body as the very text that was sent, for a signature over it: at most `LIMITS.bodyBytes`, valid UTF-8. */
export async function readText(request: Request): Promise<string> {
  const bytes = await readCapped(request, Number(request.headers.get("content-length") ?? "0"));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Refusal("bad_request", "The body is not valid UTF-8.");
  }
}

async function readCapped(request: Request, declared: number): Promise<Uint8Array> {
  const tooLarge = () =>
    new Refusal("too_large", `The body is larger than ${LIMITS.bodyBytes} bytes, the most that is taken.`);
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  // What is too large is still read for a while and thrown away: a client that is cut off while sending never sees the answer.
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size <= LIMITS.bodyBytes && declared <= LIMITS.bodyBytes) chunks.push(value);
    if (size > LIMITS.bodyBytes * 20) {
      await reader.cancel();
      throw tooLarge();
    }
  }
  if (size > LIMITS.bodyBytes) throw tooLarge();
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

/** How deep brackets nest outside of strings. */
function depth(text: string): number {
  let level = 0;
  let deepest = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      if (code === 92) i++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++level);
    else if (code === 93 || code === 125) level--;
  }
  return deepest;
}
