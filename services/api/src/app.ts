/** The HTTP surface: every route of the registry, and what surrounds all of them. */
import { discardBody } from "@tw/shared/discard-body";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { type Context, Hono } from "hono";
import { receiveHook } from "./automation/receive-hook.ts";
import type { Env } from "./env.ts";
import { refusalOf, refusalResponse } from "./errors.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Route } from "./route.ts";
import { serve } from "./serve.ts";
import { signInRoutes } from "./sign-in/routes.ts";

const REQUEST_ID = /^[\w-]{8,64}$/;
/** On every answer of the API. An answer is for the one who asked: no cache keeps it and no page may frame it. */
const SECURITY_HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

type Hosted = { Bindings: Env; Variables: { requestId: string } };

/** Builds the app over the routes; `requestsPerMinute` is per token. */
export function createApp(
  routes: readonly Route[],
  requestsPerMinute: number = LIMITS.requestsPerMinute,
): Hono<Hosted> {
  const app = new Hono<Hosted>();
  const limit = new RateLimit(requestsPerMinute);

  app.use(async (c, next) => {
    const given = c.req.header("x-request-id");
    c.set("requestId", given && REQUEST_ID.test(given) ? given : crypto.randomUUID());
    await next();
    await discardBody(c.req.raw);
    // A socket's answer has no headers to be changed.
    if (c.res.status === 101) return;
    c.res.headers.set("X-Request-Id", c.get("requestId"));
    // The pages of an approval link and of signing in bring their own, stricter ones.
    if (!isPassedThrough(c.req.path))
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
  });

  for (const path of ["/a/*", "/slack/*"])
    app.all(path, async (c) => {
      const answer = await c.env.APPROVALS.fetch(c.req.raw);
      // What another Worker answered has headers that cannot be changed; a copy's can.
      return new Response(answer.body, answer);
    });

  app.route("/sign-in", signInRoutes());
  app.all("/mcp", async (c) => {
    // Loaded when it is first asked for: most instances never are, and the protocol's library is large.
    const { serveMcp } = await import("./mcp/serve.ts");
    return serveMcp(c.env, c.req.raw, (request) => app.fetch(request, c.env, contextOf(c)));
  });
  app.post("/hooks/:id", (c) => receiveHook(c.env, c.req.raw, c.req.param("id")));

  for (const [path, allowed] of byPath(routes)) {
    const hosted = path.replaceAll("{key}", ":key{.+}").replaceAll(/\{(\w+)\}/g, ":$1");
    for (const route of allowed)
      app.on(route.method, hosted, (c) =>
        serve(route, {
          env: c.env,
          request: c.req.raw,
          requestId: c.get("requestId"),
          params: c.req.param() as { [name: string]: string },
          limit,
        }),
      );
    const methods = allowed
      .flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]))
      .join(", ");
    app.all(hosted, (c) =>
      refusalResponse(
        new Refusal("method_not_allowed", `${c.req.method} is not possible here; it takes ${methods}.`),
        { Allow: methods },
      ),
    );
  }

  app.notFound((c) =>
    refusalResponse(
      new Refusal("not_found", `There is nothing at ${c.req.path.slice(0, 200)}. See /api/openapi.json.`),
    ),
  );
  app.onError((error, c) => refusalResponse(refusalOf(error, c.get("requestId"))));
  return app;
}

/** The invocation's own context, so that what goes on after an answer belongs to it; there is none in a test of this process. */
function contextOf(c: Context): ExecutionContext | undefined {
  try {
    return c.executionCtx as ExecutionContext;
  } catch {
    return undefined;
  }
}

function isPassedThrough(path: string): boolean {
  return /^\/(?:a|slack|sign-in)(?:\/|$)/.test(path);
}

/** Routes by path. A fixed path comes before one with a parameter in its place, whatever the registry's order. */
function byPath(routes: readonly Route[]): [string, Route[]][] {
  const grouped = new Map<string, Route[]>();
  for (const route of routes) grouped.set(route.path, [...(grouped.get(route.path) ?? []), route]);
  const sortKey = (path: string) => path.replaceAll("{", "~");
  return [...grouped].sort(([a], [b]) => (sortKey(a) < sortKey(b) ? -1 : 1));
}
