/** One request through one route: who, may they, how often, what, once, do it. Each step refuses before the next one costs anything. */
import type { Row } from "@tw/shared/db/rows";
import { Refusal } from "@tw/shared/errors";
import { newId } from "@tw/shared/ids";
import * as z from "zod";
import { authenticate, authorize, type Caller, credentialOf, PUBLIC_CALLER } from "./auth.ts";
import { readJson } from "./body.ts";
import type { Env } from "./env.ts";
import { badShape } from "./errors.ts";
import { checkKey, withKey } from "./idempotency.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { Answer, Call, Route } from "./route.ts";

const NOTHING = z.strictObject({});

export interface Served {
  env: Env;
  request: Request;
  requestId: string;
  params: { [name: string]: string };
  limit: RateLimit;
}

/** Takes one request through the route. Throws a `Refusal` for whatever is wrong with it. */
export async function serve(route: Route, served: Served): Promise<Response> {
  const { env, request, params } = served;
  const credential = route.scope === "public" ? null : credentialOf(request, env);
  if (credential) served.limit.take(credential.value, Date.now());
  const { caller, preloaded, now } = credential
    ? await authenticate(
        env,
        request,
        credential,
        (hash) => route.preload?.(env.DB, hash, params) ?? [],
        route.preload ? `${route.path} ${JSON.stringify(params)}` : "",
      )
    : { caller: PUBLIC_CALLER, preloaded: [] as Row[][], now: Date.now() };
  if (route.scope !== "public") authorize(caller, route.scope, route.callers ?? ["person", "service"]);

  const url = new URL(request.url);
  const query = checked(route.query ?? NOTHING, queryOf(url), "query");
  const takesJson = (route.method === "POST" || route.method === "PUT") && !route.streams;
  const raw = takesJson ? await readJson(request) : undefined;
  const body = raw === undefined ? undefined : checked(route.body ?? NOTHING, raw, "body");

  const call: Call = {
    env,
    request,
    requestId: served.requestId,
    caller,
    params,
    query,
    body,
    now,
    preloaded,
    newId: (kind) => newId(kind, now),
    retried: false,
  };
  const key = route.creates && credential ? request.headers.get("idempotency-key") : null;
  if (key === null) return respond(await route.handle(call));
  const token = credential?.value as string;
  return respond(await keyed(route, call, { key, token, path: url.pathname, caller, raw }));
}

function keyed(
  route: Route,
  call: Call,
  by: { key: string; token: string; path: string; caller: Caller; raw: unknown },
): Promise<Answer> {
  checkKey(by.key);
  return withKey(
    {
      db: call.env.DB,
      key: by.key,
      route: `${route.method} ${route.path}`,
      path: by.path,
      body: by.raw,
      owner: by.caller.actor.id,
      tenantId: by.caller.tenantId,
      token: by.token,
      sealed: route.creates === "sealed",
      now: call.now,
    },
    async (work) => {
      const made = await route.handle({ ...call, ...work });
      if (made instanceof Response)
        throw new Error(`${route.path} takes an Idempotency-Key and must not stream`);
      return made;
    },
    async (work) => (await route.recover?.({ ...call, ...work })) ?? null,
  );
}

function checked(schema: z.ZodType, value: unknown, what: "body" | "query"): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw badShape(what, result.error);
}

/** Query parameters as an object; one that is given twice is refused rather than guessed. */
function queryOf(url: URL): { [name: string]: string } {
  const query: { [name: string]: string } = Object.create(null);
  for (const [name, value] of url.searchParams) {
    if (name in query)
      throw new Refusal("bad_request", `The query parameter "${name}" is given twice.`, {
        issues: [{ path: name, message: "given twice" }],
      });
    query[name] = value;
  }
  return { ...query };
}

function respond(answer: Answer | Response): Response {
  if (answer instanceof Response) return answer;
  if (answer.status === 204) return new Response(null, { status: 204, headers: answer.headers ?? {} });
  return Response.json(answer.body, { status: answer.status, headers: answer.headers ?? {} });
}
