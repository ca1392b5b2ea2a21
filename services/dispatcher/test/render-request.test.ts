import { describe, expect, test } from "vitest";
import { BadCall, renderRequest } from "../src/render-request.ts";
import { httpSchemaOf } from "./http-definition.ts";

const render = (definition: object, args = {}) => renderRequest(httpSchemaOf(definition), args, "job_1");

describe("an HTTP step's request", () => {
  test("carries arguments in URL, headers and body", () => {
    const request = render(
      {
        url: { join: ["https://api.example.com/repos/", { param: "repo" }, "?state=", { param: "state" }] },
        method: "POST",
        headers: { "X-Env": { param: "env" }, "X-Absent": { param: "absent" } },
        body: {
          title: { param: "title" },
          tags: [{ param: "tag" }, "fixed"],
          gone: { param: "absent" },
          count: 2,
        },
      },
      { repo: "a/b", state: "open", env: "prod", title: 'say "hi"', tag: { x: 1 } },
    );
    expect(request.url).toBe("https://api.example.com/repos/a/b?state=open");
    expect(request.headers.get("x-env")).toBe("prod");
    expect(request.headers.has("x-absent")).toBe(false);
    expect(request.headers.get("content-type")).toBe("application/json");
    expect(request.headers.get("idempotency-key")).toBe("job_1");
    expect(JSON.parse(request.body ?? "")).toEqual({
      title: 'say "hi"',
      tags: [{ x: 1 }, "fixed"],
      count: 2,
    });
  });

  test("an argument within a URL stays data", () => {
    const url = { join: ["https://api.example.com/", { param: "p" }] };
    expect(render({ url }, { p: "x?admin=1#y@evil.example" }).url).toBe(
      "https://api.example.com/x%3Fadmin%3D1%23y%40evil.example",
    );
    expect(() => render({ url }, { p: "a/../../secret" })).toThrow(BadCall);
    const host = { join: ["https://api.example.com", { param: "p" }] };
    expect(() => render({ url: host }, { p: ".evil.example" })).toThrow("one part of a host");
    expect(() => render({ url: host }, { p: "@evil.example" })).toThrow(BadCall);
    const region = { join: ["https://", { param: "p" }, ".example.com/x"] };
    expect(render({ url: region }, { p: "eu1" }).url).toBe("https://eu1.example.com/x");
    expect(() => render({ url: region }, { p: "evil.example/" })).toThrow(BadCall);
    expect(() => render({ url }, {})).toThrow("args.p: missing");
  });

  test("headers of the connection and line breaks are refused", () => {
    expect(() => render({ url: "https://a.example", headers: { Host: "b.example" } })).toThrow(BadCall);
    expect(() => render({ url: "https://a.example", headers: { "Idempotency-Key": "mine" } })).toThrow(
      BadCall,
    );
    expect(() =>
      render({ url: "https://a.example", headers: { "X-A": { param: "a" } } }, { a: "1\r\nX-B: 2" }),
    ).toThrow(BadCall);
  });

  test("a body needs a method that has one", () => {
    expect(() => render({ url: "https://a.example", body: {} })).toThrow("has no body");
  });

  test("expected statuses: one, several, or an argument", () => {
    const status = (expect: object, args = {}) =>
      render({ url: "https://a.example", expect }, args).expectStatus;
    expect(status({})).toEqual([200]);
    expect(status({ status: [200, 204] })).toEqual([200, 204]);
    expect(status({ status: { param: "s" } }, { s: 503 })).toEqual([503]);
    expect(() => status({ status: { param: "s" } }, { s: "soon" })).toThrow(BadCall);
  });

  test("patterns that could take for ever are refused", () => {
    const pattern = (body_matches: string) =>
      render({ url: "https://a.example", expect: { body_matches } }).bodyMatches;
    expect(pattern("version: \\d+\\.\\d+")?.test("version: 1.2")).toBe(true);
    expect(pattern("<title>.*</title>")?.test("<title>x</title>")).toBe(true);
    for (const bad of ["(a+)+b", "(a|a)*b", "(x*)*", "(a+){10}", "(.)\\1"])
      expect(() => pattern(bad), bad).toThrow(BadCall);
    expect(() => pattern("(")).toThrow(BadCall);
  });
});
