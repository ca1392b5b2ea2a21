/** Every route of the registry against every way of coming in wrongly. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { routes } from "../src/registry.ts";
import type { Route } from "../src/route.ts";
import { type Api, type Client, startApi } from "./api.ts";

let api: Api;
let nobody: Client;
/** Holds no scope that any route asks for, except the one that is left out of the walk. */
let agent: Client;
const walked = routes.map((route) => [`${route.method} ${route.path}`, route] as const);
const guarded = walked.filter(([, route]) => route.scope !== "public");

beforeAll(async () => {
  api = await startApi();
  nobody = api.client(null);
  agent = api.client(api.agent.token);
});
afterAll(() => api?.stop());

const at = (route: Route) => route.path.replaceAll(/\{\w+\}/g, "something");
const bodyOf = (route: Route) => (route.method === "POST" || route.method === "PUT" ? {} : undefined);

function expectError(reply: { status: number; body: unknown }, status: number, code: string) {
  expect(reply).toMatchObject({ status, body: { error: { code, message: expect.any(String) } } });
}

test.each(guarded)("%s without a token is 401", async (_, route) => {
  const reply = await nobody(route.method, at(route), bodyOf(route));
  expectError(reply, 401, "unauthorized");
  expect(reply.headers.get("www-authenticate")).toContain("Bearer");
});

test.each(guarded)("%s with a token that is junk, truncated or unknown is 401", async (_, route) => {
  const known = api.token;
  const unknown = `${known.slice(0, -4)}AAAA`;
  for (const token of ["junk", known.slice(0, -1), `${known}x`, known.toUpperCase(), unknown])
    expectError(await api.client(token)(route.method, at(route), bodyOf(route)), 401, "unauthorized");
  const basic = await nobody(route.method, at(route), bodyOf(route), { authorization: `Basic ${known}` });
  expectError(basic, 401, "unauthorized");
});

test.each(guarded)("%s with a token of a lower scope, or of another type, is 403", async (_, route) => {
  const callers = route.callers ?? ["person", "service"];
  if (!callers.includes("agent"))
    expectError(await agent(route.method, at(route), bodyOf(route)), 403, "forbidden");
  if (!callers.includes("person"))
    expectError(await api.owner(route.method, at(route), bodyOf(route)), 403, "forbidden");
  if (route.scope === "any" || route.scope === "public") return;
  const other = route.scope === "secrets:write" ? "audit:read" : "secrets:write";
  const lower = await api.service([other]);
  expectError(await lower(route.method, at(route), bodyOf(route)), 403, "forbidden");
});

test("every path refuses the methods it has not, naming those it has", async () => {
  const byPath = Map.groupBy(routes, (route) => at(route));
  for (const [path, known] of byPath)
    for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"]) {
      if (known.some((route) => route.method === method)) continue;
      // Another route may stand at the same path with something else in its place.
      const reply = await api.owner(method, path);
      expectError(reply, 405, "method_not_allowed");
      for (const route of known) expect(reply.headers.get("allow")).toContain(route.method);
    }
});

test.each(guarded.filter(([, { method, streams }]) => !streams && (method === "POST" || method === "PUT")))(
  "%s refuses another content type, what is not JSON, what is too large, and unknown fields",
  async (_, route) => {
    const client = route.callers?.includes("agent") ? agent : api.owner;
    const typed = (type: string, body: string) =>
      client(route.method, at(route), body, { "content-type": type });
    expectError(await typed("text/plain", "{}"), 415, "unsupported_media_type");
    expectError(await typed("application/x-www-form-urlencoded", "a=1"), 415, "unsupported_media_type");
    for (const body of ["{", "not json", '{"a":}', "[".repeat(5_000)])
      expectError(await typed("application/json", body), 400, "bad_request");
    expectError(
      await typed("application/json", JSON.stringify({ x: "x".repeat(1_000_000) })),
      413,
      "too_large",
    );
    for (const body of ["[]", "null", '"text"', "7"])
      expectError(await typed("application/json", body), 400, "bad_request");
    if (route.path === "/api/agents/poll") return;
    const reply = await client(route.method, at(route), { no_such_field: 1 });
    expectError(reply, 400, "bad_request");
    expect(JSON.stringify(reply.body.error.issues)).toMatch(/no_such_field|type/);
  },
);

test.each(guarded.filter(([, { method }]) => method === "GET"))(
  "%s refuses unknown and doubled query parameters",
  async (_, route) => {
    const client = route.callers && !route.callers.includes("person") ? agent : api.owner;
    const reply = await client("GET", `${at(route)}?no_such_parameter=1`);
    expectError(reply, 400, "bad_request");
    expect(reply.body.error.issues).toContainEqual({ path: "no_such_parameter", message: "unknown field" });
    expectError(await client("GET", `${at(route)}?limit=1&limit=2`), 400, "bad_request");
  },
);

test("a large body gets its answer, not a broken connection, wherever it is sent", async () => {
  const large = { x: "x".repeat(2_000_000) };
  expectError(await nobody("POST", "/api/plan", large), 401, "unauthorized");
  expectError(await nobody("POST", "/api/no/such/route", large), 404, "not_found");
  expectError(await api.owner("DELETE", "/api/plan", large), 405, "method_not_allowed");
  expectError(await api.owner("POST", "/api/plan", large), 413, "too_large");
  const text = await api.owner("POST", "/api/plan", JSON.stringify(large), { "content-type": "text/plain" });
  expectError(text, 415, "unsupported_media_type");
  // Approvals, behind this Worker, takes in what it refuses too.
  const form = { "content-type": "application/x-www-form-urlencoded" };
  const words = `comment=${"x".repeat(8_000_000)}`;
  for (const [path, status] of [
    ["/a/not-a-token", 404],
    ["/slack/interactions", 404],
  ] as const)
    expect((await nobody("POST", path, words, form)).status, path).toBe(status);
});

test("every answer carries a request id and security headers; a path that is not there is 404 in the same shape", async () => {
  const reply = await nobody("GET", "/api/no/such/route", undefined, { "x-request-id": "my-request-1" });
  expectError(reply, 404, "not_found");
  expect(reply.headers.get("x-request-id")).toBe("my-request-1");
  expect(reply.headers.get("x-content-type-options")).toBe("nosniff");
  expect(reply.headers.get("cache-control")).toBe("no-store");
  expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await nobody("GET", "/api/health")).headers.get("x-request-id")).toMatch(/^[\w-]{36}$/);
});

test("the OpenAPI document names every route, its scope and its schemas, and every reference leads somewhere", async () => {
  const { status, body } = await api.owner("GET", "/api/openapi.json");
  expect(status).toBe(200);
  for (const route of routes)
    expect(body.paths[route.path][route.method.toLowerCase()]).toMatchObject({ "x-scope": route.scope });
  const text = JSON.stringify(body);
  const names = Object.keys(body.components.schemas);
  expect(names).toEqual(expect.arrayContaining(["Run", "Command", "Checkpoint", "Plan", "Error", "Json"]));
  for (const [, ref] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
    expect(ref).toMatch(/^#\/components\/schemas\//);
    expect(names).toContain(ref?.split("/").at(-1));
  }
});

test("approval links and Slack are passed through to approvals", async () => {
  const page = await nobody("GET", "/a/not-a-token");
  expect(page.status).toBe(404);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect((await nobody("POST", "/slack/interactions", "payload=1")).status).not.toBe(405);
});
