/** Server-sent events out of a response, as the standard says they are written. */
export interface SseEvent {
  id: string | null;
  event: string;
  data: string;
}

/** Yields events as they come in whole; comments and `retry` are passed over. Throws when the line breaks. */
export async function* sseEvents(response: Response): AsyncGenerator<SseEvent> {
  if (!response.body) return;
  const decoder = new TextDecoder();
  let rest = "";
  let event: { id: string | null; event: string; data: string[] } = { id: null, event: "message", data: [] };
  for await (const bytes of response.body) {
    const lines = (rest + decoder.decode(bytes as Uint8Array, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line === "") {
        if (event.data.length > 0) yield { ...event, data: event.data.join("\n") };
        event = { id: null, event: "message", data: [] };
        continue;
      }
      const [, field = "", value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
      if (field === "data") event.data.push(value);
      else if (field === "event") event.event = value;
      else if (field === "id") event.id = value;
    }
  }
}
