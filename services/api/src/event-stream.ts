import { LIMITS } from "@tw/shared/limits";

/** Writes server-sent events; `closed` turns true when the client has gone. */
export interface EventSink {
  send(event: { id?: string; event: string; data: unknown }): Promise<void>;
  readonly closed: boolean;
}

/**
 * A response of server-sent events. `feed` writes them and returns when there is nothing more to come; comments keep the
 * connection alive meanwhile, and are how a client that hung up is noticed. Writing waits for the reader, so a slow one costs no memory.
 */
export function eventStream(feed: (sink: EventSink) => Promise<void>, gone: () => void): Response {
  const encoder = new TextEncoder();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  let closed = false;
  const end = () => {
    if (closed) return;
    closed = true;
    clearInterval(beat);
    gone();
  };
  const write = async (text: string) => {
    if (closed) return;
    try {
      await writer.write(encoder.encode(text));
    } catch {
      end();
    }
  };
  const beat = setInterval(() => void write(": still here\n\n"), LIMITS.heartbeatMs);
  writer.closed.catch(end);
  const sink: EventSink = {
    send: ({ id, event, data }) =>
      write(`${id === undefined ? "" : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
    get closed() {
      return closed;
    },
  };
  const run = async () => {
    try {
      await write("retry: 1000\n\n");
      await feed(sink);
      if (!closed) await writer.close();
    } catch (error) {
      // The client comes back with the last id it saw.
      console.warn(`event stream ended early: ${String(error)}`);
      await writer.abort(error).catch(() => {});
    } finally {
      end();
    }
  };
  void run();
  return new Response(readable, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Accel-Buffering": "no",
    },
  });
}

/** Does the client want server-sent events rather than what the route answers otherwise? */
export function wantsEvents(request: Request): boolean {
  return /text\/event-stream/i.test(request.headers.get("accept") ?? "");
}
