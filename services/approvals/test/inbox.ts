/** A real SMTP server and a real HTTP server that keep what they are sent, and can be down, slow or rude. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo, Server as NetServer } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

export interface Inbox {
  url: string;
  port: number;
  /** Messages as they came over the wire. */
  raw: string[];
  envelopes: { from: string; to: string[] }[];
  /** What is answered after the message's data; an error refuses it. */
  answer: (raw: string) => Error | null;
  mails(): Promise<Email[]>;
  close(): Promise<void>;
}

/** An SMTP server on a free port, or on `port` again after it was down. */
export async function openInbox(port = 0): Promise<Inbox> {
  const raw: string[] = [];
  const envelopes: Inbox["envelopes"] = [];
  const server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    logger: false,
    onData(stream, session, done) {
      let text = "";
      stream.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      stream.on("end", () => {
        const refused = inbox.answer(text);
        if (!refused) {
          raw.push(text);
          const { mailFrom, rcptTo } = session.envelope;
          envelopes.push({ from: mailFrom ? mailFrom.address : "", to: rcptTo.map((to) => to.address) });
        }
        done(refused ?? undefined);
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const bound = ((server as unknown as { server: NetServer }).server.address() as AddressInfo).port;
  const inbox: Inbox = {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    raw,
    envelopes,
    answer: () => null,
    mails: () => Promise.all(raw.map((text) => PostalMime.parse(text))),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
  return inbox;
}

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}
export interface Sink {
  url: string;
  received: Received[];
  answer: (request: Received, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** An HTTP server that keeps every request. */
export async function openSink(): Promise<Sink> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString("utf8");
    });
    request.on("end", () => {
      const one = { path: request.url ?? "", headers: request.headers, body };
      received.push(one);
      sink.answer(one, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const sink: Sink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (_, response) => response.end("ok"),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return sink;
}

/** Waits for something to become true; fails with `what` after thirty seconds. */
export async function until<T>(what: string, look: () => T | Promise<T>): Promise<NonNullable<T>> {
  const end = performance.now() + 30_000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
