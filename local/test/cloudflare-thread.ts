/**
 * A stand-in of Cloudflare's API with what wrangler asks of it for KV and queues, in a thread of its own: the test's waits for the
 * programs it starts. `/state` is the test's: what there is, read with GET and set with PUT.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { parentPort } from "node:worker_threads";

/** A value of KV; its bytes as base64. */
export interface Value {
  bytes: string;
  expiration?: number;
  metadata?: object;
}
export interface State {
  /** Of every namespace the same. */
  values: { [key: string]: Value };
  queues: { [name: string]: { delivery_paused?: boolean } };
}

let state: State = { values: {}, queues: {} };

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  const path = pathname.replace(/^\/accounts\/\w+/, "");
  const body = await bodyOf(request);
  const json = (content: unknown) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(content));
  };
  if (path === "/state") {
    // The test waits for programs with its own thread, and would not see a connection close meanwhile.
    response.setHeader("connection", "close");
    if (request.method === "PUT") state = JSON.parse(body.toString()) as State;
    return json(state);
  }
  const kv = /^\/storage\/kv\/namespaces\/\w+\/(?:values\/(.+)|keys)$/.exec(path);
  const key = kv?.[1] === undefined ? undefined : decodeURIComponent(kv[1]);
  if (key !== undefined && request.method === "GET") {
    const found = state.values[key];
    return response.writeHead(found ? 200 : 404).end(Buffer.from(found?.bytes ?? "", "base64"));
  }
  let result: unknown = null;
  if (key !== undefined && request.method === "DELETE") delete state.values[key];
  else if (key !== undefined) state.values[key] = await sentValue(body, request, searchParams);
  else if (kv)
    result = Object.entries(state.values)
      .filter(([name]) => name.startsWith(searchParams.get("prefix") ?? ""))
      .map(([name, { expiration, metadata }]) => ({ name, expiration, metadata }));
  else if (path === "/queues") result = Object.keys(state.queues).map(queue);
  else if (path.startsWith("/queues/")) {
    const name = path.slice("/queues/id-".length);
    const said = JSON.parse(body.toString() || "{}") as { settings?: object };
    state.queues[name] = { ...state.queues[name], ...said.settings };
    result = queue(name);
  }
  json({ success: true, result, errors: [], messages: [], result_info: {} });
});
server.listen(0, "127.0.0.1", () => parentPort?.postMessage((server.address() as AddressInfo).port));

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** With metadata it comes as a form. */
async function sentValue(body: Buffer, request: IncomingMessage, query: URLSearchParams): Promise<Value> {
  const until = query.get("expiration");
  const expires = until === null ? {} : { expiration: Number(until) };
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return { bytes: body.toString("base64"), ...expires };
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  const value = form.get("value");
  const bytes = Buffer.from(value instanceof Blob ? await value.arrayBuffer() : Buffer.from(value ?? ""));
  const metadata = JSON.parse(form.get("metadata") as string) as object;
  return { bytes: bytes.toString("base64"), metadata, ...expires };
}

function queue(name: string): object {
  return {
    queue_name: name,
    queue_id: `id-${name}`,
    created_on: "2026-01-01T00:00:00Z",
    modified_on: "2026-01-01T00:00:00Z",
    producers: [],
    consumers: [],
    producers_total_count: 0,
    consumers_total_count: 0,
    ...(state.queues[name]?.delivery_paused === undefined ? {} : { settings: state.queues[name] }),
  };
}
