/** A server that steps call: it counts calls per idempotency key, outside of the system under test. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpPeer {
  url: string;
  /** Requests in order of arrival. */
  seen: {
    method: string;
    path: string;
    key: string | undefined;
    body: string;
    headers: IncomingMessage["headers"];
  }[];
  /** How often the work was done, by idempotency key. */
  effects: Map<string, number>;
  close(): Promise<void>;
}
export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** Listens on a free port of loopback. */
export async function httpPeer(answer: Answer): Promise<HttpPeer> {
  const seen: HttpPeer["seen"] = [];
  const effects = new Map<string, number>();
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const key = request.headers["idempotency-key"] as string | undefined;
      seen.push({
        method: request.method ?? "",
        path: request.url ?? "",
        key,
        body,
        headers: request.headers,
      });
      if (key !== undefined) effects.set(key, (effects.get(key) ?? 0) + 1);
      answer(request, response, body);
    });
    response.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    effects,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
