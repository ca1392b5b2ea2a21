/**
 * The one way out for HTTP steps: a checked target, redirects followed by hand with every target checked again,
 * one deadline over everything, and a cap on the body that counts what comes out of decompression.
 */
import { checkTarget, type TargetRules } from "./fetch-target.ts";

const REDIRECTS_MAX = 3;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that may go along to another origin; anything else may be a credential. */
const HARMLESS = new Set(["accept", "accept-language", "content-type", "idempotency-key", "user-agent"]);

export interface SafeRequest {
  url: string;
  method: string;
  headers: Headers;
  body: string | null;
  /** Total: connecting, redirects and the body together. */
  timeoutMs: number;
  maxBytes: number;
  /** Without it the body is not waited for. */
  readBody: boolean;
  /** Aborted when the step is cancelled or its lease is lost. */
  signal: AbortSignal;
}
export interface SafeResponse {
  status: number;
  headers: Headers;
  /** Where the answer came from, after redirects. */
  url: string;
  text: string;
}

/** A call that got no usable answer. `unanswered`: the server may have acted on the request and nobody knows. */
export class CallFailed extends Error {
  override name = "CallFailed";
  readonly code: string;
  readonly unanswered: boolean;
  constructor(code: string, message: string, unanswered: boolean) {
    super(message);
    this.code = code;
    this.unanswered = unanswered;
  }
}

/** Fetch under all guards. Throws only `CallFailed`. */
export async function safeFetch(request: SafeRequest, rules: TargetRules): Promise<SafeResponse> {
  const stop = new AbortController();
  const late = new CallFailed("timeout", `no complete answer within ${request.timeoutMs / 1000} s`, true);
  const timer = setTimeout(() => stop.abort(late), request.timeoutMs);
  const cancelled = () => stop.abort(new CallFailed("cancelled", "stopped while it was waiting", true));
  if (request.signal.aborted) cancelled();
  request.signal.addEventListener("abort", cancelled);
  try {
    return await follow(request, rules, stop.signal);
  } catch (error) {
    if (stop.signal.aborted) throw stop.signal.reason;
    if (error instanceof CallFailed) throw error;
    throw new CallFailed("connection_lost", `no answer: ${text(error)}`, true);
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener("abort", cancelled);
  }
}

async function follow(request: SafeRequest, rules: TargetRules, signal: AbortSignal): Promise<SafeResponse> {
  let { method, body } = request;
  let headers = new Headers(request.headers);
  let target = request.url;
  let origin: string | null = null;
  for (let redirects = 0; ; redirects++) {
    const checked = checkTarget(target, rules);
    if ("refused" in checked)
      throw new CallFailed(
        "policy_denied",
        redirects === 0
          ? `${target} may not be called: ${checked.refused}`
          : `redirected to ${target}, which may not be called: ${checked.refused}`,
        false,
      );
    const { url } = checked;
    if (origin !== null && url.origin !== origin)
      headers = new Headers([...headers].filter(([name]) => HARMLESS.has(name)));
    origin = url.origin;
    if (signal.aborted) throw signal.reason;
    const response = await fetch(url, {
      method,
      headers,
      body,
      redirect: "manual",
      cache: "no-store",
      signal,
    });
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) return finish(request, response, url, signal);
    await response.body?.cancel();
    if (redirects === REDIRECTS_MAX)
      throw new CallFailed(
        "too_many_redirects",
        `more than ${REDIRECTS_MAX} redirects, last to ${location}`,
        false,
      );
    if (!URL.canParse(location, url))
      throw new CallFailed("policy_denied", `redirected to ${location}, which is not a URL`, false);
    target = new URL(location, url).href;
    if (response.status === 303 || (response.status < 303 && method === "POST")) {
      method = method === "HEAD" ? "HEAD" : "GET";
      body = null;
      headers.delete("content-type");
    }
  }
}

async function finish(
  request: SafeRequest,
  response: Response,
  url: URL,
  signal: AbortSignal,
): Promise<SafeResponse> {
  const answer = { status: response.status, headers: response.headers, url: url.href };
  if (!request.readBody || response.body === null) {
    await response.body?.cancel();
    return { ...answer, text: "" };
  }
  return { ...answer, text: await readCapped(response.body, request.maxBytes, signal) };
}

/** The body as text, or a failure as soon as it is longer than allowed; a stalled body ends with the signal. */
async function readCapped(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  const reader = body.getReader();
  // The body is raced against the signal by hand: not every runtime lets an abort reach a body that is being read.
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  aborted.catch(() => {});
  const decoder = new TextDecoder();
  let bytes = 0;
  let out = "";
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return out + decoder.decode();
      bytes += value.byteLength;
      if (bytes > maxBytes)
        throw new CallFailed("body_too_large", `the answer's body is longer than ${maxBytes} bytes`, false);
      out += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    // Not awaited: a cancel can hang as long as the body does.
    reader.cancel(error).catch(() => {});
    throw error;
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
