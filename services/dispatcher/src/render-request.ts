/** An HTTP step's definition and its final arguments, as the request that is sent. Pure. */
import type { HttpExternal, Value } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";

type Args = { [name: string]: Json };

export interface HttpRequest {
  url: string;
  method: HttpExternal["method"];
  headers: Headers;
  body: string | null;
  expectStatus: number[];
  bodyMatches: RegExp | null;
}

/** The step cannot be called as its arguments stand; the message says which and why. */
export class BadCall extends Error {
  override name = "BadCall";
}

/** Headers that belong to the connection or to us, never to a definition. */
const RESERVED =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|cookie2?|cf-.*|x-forwarded-.*|proxy-.*|idempotency-key)$/i;
const PATTERN_CHARS = 500;

export function renderRequest(definition: HttpExternal, args: Args, idempotencyKey: string): HttpRequest {
  const headers = new Headers({ accept: "*/*", "user-agent": "turbocharged-workspace" });
  for (const [name, value] of Object.entries(definition.headers ?? {})) {
    if (RESERVED.test(name)) throw new BadCall(`the header ${name} cannot be set by a definition`);
    const rendered = renderText(value, args);
    if (rendered === null) continue;
    // A line break would start a header of its own; the platform refuses most of these, we refuse all.
    if (/[^\t\x20-\x7e\x80-\xff]/.test(rendered))
      throw new BadCall(`the header ${name} has a character that a header cannot carry`);
    headers.set(name, rendered);
  }
  headers.set("idempotency-key", idempotencyKey);
  const body = renderBody(definition, args, headers);
  return {
    url: renderUrl(definition.url, args),
    method: definition.method,
    headers,
    body,
    expectStatus: renderStatus(definition.expect?.status ?? 200, args),
    bodyMatches: definition.expect?.body_matches ? renderPattern(definition.expect.body_matches, args) : null,
  };
}

/**
 * A parameter that follows other parts of a URL is data, so it is encoded: it can add no query or fragment, and of a host
 * it can be the whole or one label, never a new end of it.
 */
function renderUrl(value: Value, args: Args): string {
  if (typeof value === "string") return value;
  let url = "";
  for (const part of "param" in value ? [value] : value.join) {
    if (typeof part === "string") {
      url += part;
      continue;
    }
    const text = asText(args[part.param]);
    if (text === null) throw new BadCall(`args.${part.param}: missing; the URL needs it`);
    if (url === "") url = text;
    else if (/^https?:\/\/[^/?#]*$/i.test(url)) url += hostPart(part.param, text, url.endsWith("//"));
    else url += encodePath(part.param, text);
  }
  return url;
}

function hostPart(name: string, text: string, whole: boolean): string {
  if (!(whole ? /^[A-Za-z0-9.-]+(:\d+)?$/ : /^[A-Za-z0-9-]+$/).test(text))
    throw new BadCall(`args.${name}: must be ${whole ? "a host" : "one part of a host, without dots"}`);
  return text;
}

function encodePath(name: string, text: string): string {
  const segments = text.split("/");
  if (segments.some((segment) => segment === "." || segment === ".."))
    throw new BadCall(`args.${name}: must not contain the path segments . or ..`);
  return segments.map(encodeURIComponent).join("/");
}

function renderText(value: Value, args: Args): string | null {
  if (typeof value === "string") return value;
  if ("param" in value) return asText(args[value.param]);
  const parts = value.join.map((part) => (typeof part === "string" ? part : asText(args[part.param])));
  return parts.includes(null) ? null : parts.join("");
}

function asText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function renderBody(definition: HttpExternal, args: Args, headers: Headers): string | null {
  if (definition.body === undefined) return null;
  if (definition.method === "GET" || definition.method === "HEAD")
    throw new BadCall(`a ${definition.method} request has no body; use POST, PUT or PATCH`);
  const body = fill(definition.body as Json, args);
  if (typeof body === "string") return body;
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return JSON.stringify(body ?? null);
}

/** Replaces each `{param: NAME}` within the body by the argument itself; a member whose argument was not given is left out. */
function fill(template: Json, args: Args): Json | undefined {
  if (template === null || typeof template !== "object") return template;
  if (Array.isArray(template))
    return template.map((item) => fill(item, args)).filter((item) => item !== undefined);
  const entries = Object.entries(template);
  const [first] = entries;
  if (entries.length === 1 && first?.[0] === "param" && typeof first[1] === "string")
    return Object.hasOwn(args, first[1]) ? args[first[1]] : undefined;
  if (entries.length === 1 && first?.[0] === "join" && Array.isArray(first[1]))
    return renderText(template as unknown as Value, args) ?? undefined;
  const filled = entries.map(([key, value]) => [key, fill(value, args)] as const);
  return Object.fromEntries(filled.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

function renderStatus(expected: NonNullable<HttpExternal["expect"]>["status"], args: Args): number[] {
  if (typeof expected === "number") return [expected];
  if (Array.isArray(expected)) return expected;
  const given = args[expected.param] ?? 200;
  const list = (Array.isArray(given) ? given : [given]).map(Number);
  if (list.length === 0 || list.some((status) => !Number.isInteger(status)))
    throw new BadCall(`args.${expected.param}: must be an HTTP status or a list of them`);
  return list;
}

/**
 * The platform's regular expressions can take for ever on a pattern that repeats a repetition, and would hold up the
 * calls beside this one, so such patterns are refused.
 */
function renderPattern(value: Value, args: Args): RegExp | null {
  const pattern = renderText(value, args);
  if (pattern === null || pattern === "") return null;
  if (pattern.length > PATTERN_CHARS)
    throw new BadCall(`the pattern for the body has more than ${PATTERN_CHARS} characters`);
  if (/\((?:[^()\\]|\\.)*[*+}|](?:[^()\\]|\\.)*\)\s*[*+{]/.test(pattern) || /\\[1-9]|\\k</.test(pattern))
    throw new BadCall(`the pattern ${pattern} repeats a repetition or refers back; write it without`);
  try {
    return new RegExp(pattern, "mu");
  } catch (error) {
    throw new BadCall(`the pattern ${pattern} is no regular expression: ${(error as Error).message}`);
  }
}
