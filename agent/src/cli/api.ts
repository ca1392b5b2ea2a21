/** The workspace's HTTP API, as the command line uses it. */
import { setTimeout as pause } from "node:timers/promises";
import { type SseEvent, sseEvents } from "./sse.ts";

/** What the API refused, in its own words; `status` 0 means it could not be reached. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export interface Step {
  id: string;
  command: string;
  status: string;
  attempt: number;
  exit_code: number | null;
  error: { code: string; message: string } | null;
}
/** A step that no agent can take now, and why. */
export interface WaitingFor {
  steps: string[];
  labels: string[];
  message: string;
}
export interface Run {
  id: string;
  command: string;
  status: string;
  created_at: number;
  note: string | null;
  parent_run_id: string | null;
  /** Only in a list. */
  undone_by?: string | null;
  steps: Step[];
  checkpoints: { id: string; name: string; prompt: string; status: string; step: string }[];
  waiting_for?: WaitingFor[];
  error: { code: string; message: string } | null;
}
export interface Parameter {
  name: string;
  type: string;
  required: boolean;
  default?: unknown;
  description: string;
  options?: string[];
  from?: string;
}
export interface Command {
  slug: string;
  name: string;
  description: string;
  category: string;
  type: string;
  effect: string;
  parameters: Parameter[];
}
export const TERMINAL = ["succeeded", "failed", "rejected", "cancelled"];

export interface Where {
  url: string;
  token: string;
}

export class Api {
  readonly url: string;
  readonly #token: string;
  constructor({ url, token }: Where) {
    this.url = url.replace(/\/+$/, "");
    this.#token = token;
  }

  async get<T>(path: string): Promise<T> {
    return (await this.#send("GET", path)).json() as Promise<T>;
  }
  async text(path: string): Promise<string> {
    return (await this.#send("GET", path, undefined, "text/plain")).text();
  }
  async post<T>(path: string, body: unknown): Promise<T> {
    return (await this.#send("POST", path, body)).json() as Promise<T>;
  }
  async put<T>(path: string, body: unknown): Promise<T> {
    return (await this.#send("PUT", path, body)).json() as Promise<T>;
  }
  async delete(path: string): Promise<void> {
    await this.#send("DELETE", path);
  }

  /** Server-sent events, resumed where they stopped when the line breaks. Ends with the server's own end of the stream. */
  async *events(path: string, signal?: AbortSignal, lost?: (why: string) => void): AsyncGenerator<SseEvent> {
    let last: string | null = null;
    for (let tries = 0; !signal?.aborted; ) {
      try {
        const response = await this.#send("GET", path, undefined, "text/event-stream", signal, last);
        for await (const event of sseEvents(response)) {
          tries = 0;
          last = event.id ?? last;
          yield event;
        }
        return;
      } catch (error) {
        if (signal?.aborted) return;
        if (!passes(error)) throw error;
        if (tries === 0) lost?.((error as Error).message);
        await between(tries++, signal);
      }
    }
  }

  /** As `get`; a workspace that does not answer is asked again until it does. Null when `signal` ended that. */
  async getWhenThere<T>(path: string, signal?: AbortSignal, lost?: (why: string) => void): Promise<T | null> {
    for (let tries = 0; !signal?.aborted; tries++) {
      try {
        return (await (await this.#send("GET", path, undefined, undefined, signal)).json()) as T;
      } catch (error) {
        if (signal?.aborted) return null;
        if (!passes(error)) throw error;
        if (tries === 0) lost?.((error as Error).message);
        await between(tries, signal);
      }
    }
    return null;
  }

  async #send(
    method: string,
    path: string,
    body?: unknown,
    accept = "application/json",
    signal?: AbortSignal,
    lastEventId: string | null = null,
  ): Promise<Response> {
    const headers: Record<string, string> = {
      authorization: `Bearer ${this.#token}`,
      accept,
      // A vote from here is recorded as one from the command line.
      "x-tw-channel": "cli",
    };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (lastEventId !== null) headers["last-event-id"] = lastEventId;
    let response: Response;
    try {
      response = await fetch(`${this.url}${path}`, {
        method,
        headers,
        ...(signal ? { signal } : {}),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ApiError(0, unreachable(this.url, error));
    }
    if (!response.ok) throw new ApiError(response.status, await refusal(response));
    return response;
  }
}

/** Is it worth asking again? What the server refused will be refused again. */
function passes(error: unknown): boolean {
  const status = error instanceof ApiError ? error.status : 0;
  return status < 400 || status >= 500 || status === 429;
}

/** The pause before another try; whoever ends the waiting ends it at once. */
async function between(tries: number, signal?: AbortSignal): Promise<void> {
  const ms = Math.random() * Math.min(15_000, 250 * 2 ** tries);
  await pause(ms, undefined, signal ? { signal } : {}).catch(() => {});
}

/** Why a request never got an answer, for people. */
export function unreachable(url: string, error: unknown): string {
  const cause = (error as Error).cause as (Error & { code?: string }) | undefined;
  return `${url} does not answer: ${cause?.message || cause?.code || (error as Error).message}`;
}

/** An argument is `path` on the command line, not the `args.path` of the request. */
function asTyped(text: string): string {
  return text.replace(/^(?:args|inputs)\.(?=\w)/, "");
}

async function refusal(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const { error } = JSON.parse(text) as {
      error: { message: string; issues?: { path: string; message: string }[] };
    };
    // The message often says one of them already.
    const more = (error.issues ?? []).filter(({ message }) => !error.message.includes(message));
    return [asTyped(error.message), ...more.map((one) => `  ${asTyped(one.path)}: ${one.message}`)].join(
      "\n",
    );
  } catch {
    return `the workspace answered ${response.status}`;
  }
}
