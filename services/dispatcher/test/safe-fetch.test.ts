import { afterEach, describe, expect, test } from "vitest";
import { CallFailed, type SafeRequest, safeFetch } from "../src/safe-fetch.ts";
import { type Answer, type HttpPeer, httpPeer } from "./http-peer.ts";

const peers: HttpPeer[] = [];
async function peer(answer: Answer): Promise<HttpPeer> {
  const made = await httpPeer(answer);
  peers.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(peers.splice(0).map((p) => p.close()));
});

const rules = { allowPrivate: true };
function request(url: string, more: Partial<SafeRequest> = {}): SafeRequest {
  return {
    url,
    method: "GET",
    headers: new Headers({ "idempotency-key": "job_1", authorization: "Bearer x" }),
    body: null,
    timeoutMs: 5_000,
    maxBytes: 100_000,
    wants: () => "whole",
    signal: new AbortController().signal,
    ...more,
  };
}
async function failureOf(call: Promise<unknown>): Promise<CallFailed> {
  const error = await call.then(
    () => null,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(CallFailed);
  return error as CallFailed;
}

describe("a guarded fetch", () => {
  test("gives status, headers and body", async () => {
    const server = await peer((_, response) => response.writeHead(201, { "x-a": "b" }).end("grüß"));
    const answer = await safeFetch(request(`${server.url}/x`), rules);
    expect([answer.status, answer.headers.get("x-a"), answer.text]).toEqual([201, "b", "grüß"]);
  });

  test("follows three redirects and no more", async () => {
    const server = await peer((r, response) => {
      const n = Number(r.url?.slice(1));
      if (n === 0) response.end("there");
      else response.writeHead(302, { location: `/${n - 1}` }).end();
    });
    expect((await safeFetch(request(`${server.url}/3`), rules)).text).toBe("there");
    const failed = await failureOf(safeFetch(request(`${server.url}/4`), rules));
    expect([failed.code, failed.unanswered]).toEqual(["too_many_redirects", false]);
    expect(server.seen).toHaveLength(8);
  });

  test.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://0xa9fea9fe/",
    "file:///etc/passwd",
    "http://user:pw@example.com/",
  ])("a redirect to %s is refused before it is followed", async (location) => {
    const server = await peer((_, response) => response.writeHead(302, { location }).end());
    const failed = await failureOf(safeFetch(request(server.url), rules));
    expect(failed.code).toBe("policy_denied");
    expect(server.seen).toHaveLength(1);
  });

  test("credentials do not follow a redirect to another origin, the idempotency key does", async () => {
    const other = await peer((_, response) => response.end("other"));
    const server = await peer((r, response) =>
      r.url === "/a"
        ? response.writeHead(307, { location: "/b" }).end()
        : response.writeHead(307, { location: `${other.url}/c` }).end(),
    );
    await safeFetch(request(`${server.url}/a`), rules);
    expect(server.seen[1]?.headers.authorization).toBe("Bearer x");
    expect(other.seen[0]?.headers.authorization).toBeUndefined();
    expect(other.seen[0]?.key).toBe("job_1");
  });

  test("303 and a redirected POST become GET without a body; 307 keeps both", async () => {
    const server = await peer((r, response) => {
      if (r.url === "/end") response.end();
      else response.writeHead(Number(r.url?.slice(1)), { location: "/end" }).end();
    });
    for (const status of [301, 303, 307, 308])
      await safeFetch(request(`${server.url}/${status}`, { method: "POST", body: "b" }), rules);
    const ends = server.seen.filter((r) => r.path === "/end").map((r) => `${r.method} ${r.body}`);
    expect(ends).toEqual(["GET ", "GET ", "POST b", "POST b"]);
  });

  test("a server that never answers ends at the deadline", async () => {
    const server = await peer(() => {});
    const failed = await failureOf(safeFetch(request(server.url, { timeoutMs: 200 }), rules));
    expect([failed.code, failed.unanswered]).toEqual(["timeout", true]);
  });

  test("an endless slow body ends at the deadline", async () => {
    const timers: NodeJS.Timeout[] = [];
    const server = await peer((_, response) => {
      response.writeHead(200);
      timers.push(setInterval(() => response.write("."), 20));
    });
    const failed = await failureOf(safeFetch(request(server.url, { timeoutMs: 300 }), rules));
    expect(failed.code).toBe("timeout");
    for (const timer of timers) clearInterval(timer);
  });

  test("redirects count towards one deadline", async () => {
    const server = await peer((_, response) => {
      setTimeout(() => response.writeHead(302, { location: "/again" }).end(), 150);
    });
    expect((await failureOf(safeFetch(request(server.url, { timeoutMs: 300 }), rules))).code).toBe("timeout");
  });

  test("a huge body is given up at the cap", async () => {
    let written = 0;
    const server = await peer((_, response) => {
      const chunk = Buffer.alloc(65_536, "a");
      const more = () => {
        while (written < 500 * chunk.length && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const failed = await failureOf(safeFetch(request(server.url), rules));
    expect(failed.code).toBe("body_too_large");
    expect(written).toBeLessThan(400 * 65_536);
  });

  test("a body nobody wants is not waited for", async () => {
    const server = await peer((_, response) => void response.writeHead(200).write("first, and no end"));
    const answer = await safeFetch(request(server.url, { wants: () => "nothing" }), rules);
    expect([answer.status, answer.text]).toEqual([200, ""]);
  });

  test("the start of a body is what comes in a moment", async () => {
    const server = await peer((_, response) => void response.writeHead(500).write("x".repeat(3_000)));
    const answer = await safeFetch(request(server.url, { wants: () => "start" }), rules);
    expect([answer.status, answer.text]).toEqual([500, "x".repeat(2_000)]);
    const silent = await peer((_, response) => void response.writeHead(500).flushHeaders());
    expect((await safeFetch(request(silent.url, { wants: () => "start" }), rules)).text).toBe("");
  });

  test("a connection that breaks after the request is unanswered", async () => {
    const server = await peer((r) => void r.socket.destroy());
    const failed = await failureOf(safeFetch(request(server.url, { method: "POST", body: "{}" }), rules));
    expect([failed.code, failed.unanswered]).toEqual(["connection_lost", true]);
    expect(server.effects.get("job_1")).toBe(1);
  });

  test("a cancel ends the call at once", async () => {
    const server = await peer(() => {});
    const stop = new AbortController();
    const call = failureOf(safeFetch(request(server.url, { signal: stop.signal }), rules));
    await expect.poll(() => server.seen.length).toBe(1);
    stop.abort();
    expect((await call).code).toBe("cancelled");
  });
});
