/**
 * Server-sent events over fetch: they come back by themselves after a lost connection, from the last id that was handled.
 * Not the browser's EventSource, which cannot be told where to begin and hides why it failed.
 */
import { watchedFetch } from "./client.ts";
import { problemOf } from "./problem.ts";

export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}
export interface StreamOptions {
  /** The address for a connection that begins after `lastId` ("" at first). */
  url(lastId: string): string;
  onEvent(event: StreamEvent): void;
  onState?(state: "open" | "lost"): void;
  signal: AbortSignal;
  /** Is this the event after which the server has nothing more to say? */
  isLast(event: StreamEvent): boolean;
}

const LONGEST_WAIT_MS = 5_000;
/** The server shows every 15 s that it is alive; silence for longer is a connection that only seems to be there. */
const SILENCE_MS = 40_000;

/** Follows the stream until its last event or until aborted. Throws what the API refuses; everything else is tried again. */
export async function follow(options: StreamOptions): Promise<void> {
  let lastId = "";
  let failures = 0;
  while (!options.signal.aborted) {
    const before = lastId;
    try {
      const ended = await once(options, lastId, (event) => {
        if (event.id) lastId = event.id;
        failures = 0;
      });
      if (ended) return;
    } catch (error) {
      if (options.signal.aborted) return;
      if ((error as { status?: number }).status !== undefined && (error as { status: number }).status < 500)
        throw error;
    }
    if (options.signal.aborted) return;
    options.onState?.("lost");
    failures = lastId === before ? failures + 1 : 1;
    await wait(Math.min(250 * 2 ** failures, LONGEST_WAIT_MS), options.signal);
  }
}

async function once(
  { url, onEvent, onState, signal, isLast }: StreamOptions,
  lastId: string,
  seen: (event: StreamEvent) => void,
): Promise<boolean> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS);
  try {
    const response = await watchedFetch(url(lastId), {
      headers: { accept: "text/event-stream", ...(lastId ? { "last-event-id": lastId } : {}) },
      signal: AbortSignal.any([signal, silence.signal]),
    });
    if (!response.ok || !response.body)
      throw problemOf(response.status, await response.json().catch(() => null));
    onState?.("open");
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    const parse = eventParser();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
      for (const event of parse(value)) {
        onEvent(event);
        seen(event);
        if (isLast(event)) return true;
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Cuts a stream of text into events; what is incomplete waits for the next piece. */
export function eventParser(): (text: string) => StreamEvent[] {
  let rest = "";
  return (text) => {
    const events: StreamEvent[] = [];
    rest += text;
    let end = rest.indexOf("\n\n");
    while (end >= 0) {
      const event = { id: "", event: "message", data: "" };
      for (const line of rest.slice(0, end).split("\n")) {
        const colon = line.indexOf(":");
        if (colon <= 0) continue;
        const field = line.slice(0, colon);
        const value = line.slice(colon + 1).replace(/^ /, "");
        if (field === "data") event.data += (event.data ? "\n" : "") + value;
        else if (field === "id") event.id = value;
        else if (field === "event") event.event = value;
      }
      if (event.data) events.push(event);
      rest = rest.slice(end + 2);
      end = rest.indexOf("\n\n");
    }
    return events;
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
