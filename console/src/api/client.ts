/** The API, typed by its own description. `ask` unwraps an answer or throws an ApiProblem. */
import createClient, { type Middleware } from "openapi-fetch";
import { answered, signedOut, unanswered } from "./connection.ts";
import { problemOf, Unreachable } from "./problem.ts";
import type { paths } from "./schema.d.ts";

let csrf: string | null = null;
let answeredWho = (): void => {};
/** Resolved once it is known who asks. */
const knownWho = new Promise<void>((resolve) => {
  answeredWho = resolve;
});
/** The longest an unsafe request is held back for that. */
const WHO_MS = 5_000;

/** GET /api/me says what unsafe requests of this session must carry. */
export function keepCsrf(value: string | null): void {
  csrf = value;
  answeredWho();
}

/** For unsafe requests that are not made by `api`: a file that is stored. */
export function csrfHeader(): { [name: string]: string } {
  return csrf ? { "X-TW-CSRF": csrf } : {};
}

const UNSAFE = /^(POST|PUT|PATCH|DELETE)$/;

const guard: Middleware = {
  async onRequest({ request }) {
    if (!UNSAFE.test(request.method)) return;
    // Whoever types while the page still loads would be refused.
    if (!csrf) await Promise.race([knownWho, new Promise((resolve) => setTimeout(resolve, WHO_MS))]);
    if (csrf) request.headers.set("X-TW-CSRF", csrf);
  },
};

/** `fetch` that keeps the connection's state. Streams use it too. */
export async function watchedFetch(input: Request | string, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (error) {
    if ((error as Error).name === "AbortError") throw error;
    unanswered();
    throw new Unreachable();
  }
  // A proxy in front of a workspace that is down answers in its place.
  if (response.status === 502 || response.status === 504) {
    unanswered();
    throw new Unreachable();
  }
  answered();
  if (response.status === 401) signedOut.set(true);
  return response;
}

// The whole address: a Request of a bare path exists only in pages.
export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => watchedFetch(request),
});
api.use(guard);

/** The body of a good answer; anything else is thrown as what the API said of it. */
export async function ask<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<NonNullable<T>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemOf(response.status, error);
  return data as NonNullable<T>;
}

/** A fresh key, so that a request repeated after a lost answer does its work once. */
export function idempotencyKey(): { "Idempotency-Key": string } {
  return { "Idempotency-Key": crypto.randomUUID() };
}
