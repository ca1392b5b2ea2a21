/** A reader of server-sent events that keeps all it saw, and can hang up in the middle. */
import type { Stack } from "./stack.ts";

export interface Seen {
  id: string | null;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent
  data: any;
  at: number;
}

export class EventReader {
  readonly seen: Seen[] = [];
  comments = 0;
  /** The server has ended the stream. */
  ended = false;
  readonly #abort = new AbortController();

  static async open(stack: Pick<Stack, "request">, path: string, lastId?: string): Promise<EventReader> {
    const reader = new EventReader();
    const answer = await stack.request(path, {
      headers: { accept: "text/event-stream", ...(lastId === undefined ? {} : { "last-event-id": lastId }) },
      signal: reader.#abort.signal,
    });
    if (!answer.ok || !answer.body) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    void reader.#read(answer.body);
    return reader;
  }

  get lastId(): string {
    return this.seen.findLast((one) => one.id !== null)?.id ?? "";
  }
  of(event: string): Seen[] {
    return this.seen.filter((one) => one.event === event);
  }
  hangUp(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = "";
    try {
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#block(block);
      }
      this.ended = true;
    } catch {
      // Hung up.
    }
  }

  #block(block: string): void {
    const fields = new Map(
      block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
    );
    if (fields.has("")) this.comments++;
    const event = fields.get("event");
    if (event)
      this.seen.push({
        id: fields.get("id") ?? null,
        event,
        data: JSON.parse(fields.get("data") ?? "null"),
        at: performance.now(),
      });
  }
}
