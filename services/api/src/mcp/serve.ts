/**
 * `/mcp`: the workspace as tools for assistants, over Streamable HTTP. Each request is complete in itself: no session is kept
 * between requests, so that any instance can answer any of them. A token is needed, and a cookie is never taken: whatever runs
 * in a browser must not reach it through somebody who is signed in.
 */
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { Refusal } from "@tw/shared/errors";
import { LIMITS } from "@tw/shared/limits";
import { authenticate, authorize, credentialOf } from "../auth.ts";
import type { Env } from "../env.ts";
import { type AskApi, toolServer } from "./tools.ts";

/** Answers one request; `ask` goes through the HTTP API's own door with the same token. */
export async function serveMcp(
  env: Env,
  request: Request,
  ask: (request: Request) => Response | Promise<Response>,
): Promise<Response> {
  const header = request.headers.get("authorization");
  if (!header) throw new Refusal("unauthorized", "Send your token as Authorization: Bearer tw_…");
  const { caller } = await authenticate(env, request, credentialOf(request, env), () => [], "");
  authorize(caller, "commands:read", ["person", "service"]);
  // Without sessions there is no stream of the server's own to open, and none to end.
  if (request.method !== "POST")
    throw new Refusal("method_not_allowed", "POST one message at a time; no session is kept here.");
  const origin = new URL(request.url).origin;
  const api: AskApi = async (method, path, body) => {
    const answer = await ask(
      new Request(new URL(path, origin), {
        method,
        headers: {
          authorization: header,
          accept: "application/json, text/plain",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get("content-type") ?? "");
    return { ok: answer.ok, body: isJson ? JSON.parse(text) : text };
  };
  const server = toolServer({ env, tenantId: caller.tenantId, tenantName: caller.tenantName, api });
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: true,
    maxRequestBodySize: LIMITS.bodyBytes,
  });
  await server.connect(transport);
  try {
    return await transport.handleRequest(request);
  } finally {
    await server.close();
  }
}
