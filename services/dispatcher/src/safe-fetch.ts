/**
 * The one way out for HTTP steps: a checked target, redirects followed by hand with every target checked again,
 * one deadline over everything, and a cap on the body that counts what comes out of decompression.
 */
import { checkTarget, type TargetRules } from "./fetch-target.ts";

const REDIRECTS_MAX = 3;
/** Of a body that is only shown. */
const START_CHARS = 2_000;
const START_MS = 2_000;
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
  /** How much of the body is wanted: nothing is waited for that is not. `start` never fails. */
  wants(status: number): "whole" | "start" | "nothing";
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
    discard(response);
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
  const wanted = request.wants(response.status);
  if (response.body === null) return { ...answer, text: "" };
  if (wanted === "whole")
    return { ...answer, text: await readWhole(response.body, request.maxBytes, signal) };
  if (wanted === "start") return { ...answer, text: await readStart(response.body, signal) };
  discard(response);
  return { ...answer, text: "" };
}

/** Not awaited: a cancel can hang as long as the body does. */
function discard(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/** The body as text, or a failure as soon as it is longer than allowed. */
async function readWhole(
  body: ReadableStream<Uint8Array>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<string> {
  let bytes = 0;
  let out = "";
  for await (const piece of piecesOf(body, signal)) {
    bytes += piece.bytes;
    if (bytes > maxBytes)
      throw new CallFailed("body_too_large", `the answer's body is longer than ${maxBytes} bytes`, false);
    out += piece.text;
  }
  return out;
}

/** What comes of the body in a moment, up to a few lines: to be shown, not to be relied on. */
async function readStart(body: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string> {
  let out = "";
  try {
    const moment = AbortSignal.any([signal, AbortSignal.timeout(START_MS)]);
    for await (const piece of piecesOf(body, moment)) {
      out += piece.text;
      if (out.length >= START_CHARS) break;
    }
  } catch {
    // The connection broke or the moment is over: what has come is shown.
  }
  return out.slice(0, START_CHARS);
}

/** The body piece by piece, decoded; a stalled one ends with the signal. */
async function* piecesOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<{ bytes: number; text: string }> {
  const reader = body.getReader();
  // Raced against the signal by hand: not every runtime lets an abort reach a body that is being read.
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  const stop = () => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), aborted.promise]);
      yield { bytes: value?.byteLength ?? 0, text: decoder.decode(value, { stream: !done }) };
      if (done) return;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    reader.cancel().catch(() => {});
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
