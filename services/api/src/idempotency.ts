/**
 * Idempotency-Key: the key is reserved before the handler runs and filled with its answer after. What the handler makes gets ids
 * derived from the reservation, so that a try that died in the middle is found by the next one, never done twice.
 */
import {
  answerKey,
  giveUpKey,
  type KeyAsk,
  type Reservation,
  releaseKey,
  reserveKey,
} from "@tw/shared/db/idempotency";
import { Refusal } from "@tw/shared/errors";
import { newId } from "@tw/shared/ids";
import { canonicalJson, sha256Hex } from "@tw/shared/library/canonical";
import type { Answer, IdKind } from "./route.ts";
import { open, seal } from "./seal.ts";

/** A reservation nobody filled for this long belongs to a request that died: longer than any request takes. */
const IN_FLIGHT_MS = 30_000;
const KEY = /^[\x21-\x7e]{1,255}$/;
const ID_SPACE = 36n ** 14n;

export interface KeyedRequest {
  db: D1Database;
  key: string;
  /** Method and path as declared, `POST /api/commands/{slug}/execute`. */
  route: string;
  path: string;
  body: unknown;
  /** The person or machine the token belongs to: a retry with the person's next token is still the same request. */
  owner: string;
  tenantId: string;
  /** The caller's own token: a sealed answer is encrypted under it. */
  token: string;
  sealed: boolean;
  now: number;
}
export interface KeyedWork {
  /** Ids of what the handler makes. */
  newId(kind: IdKind): string;
  retried: boolean;
}

/** Refuses a key that is empty, too long or not plain ASCII. */
export function checkKey(key: string): void {
  if (!KEY.test(key))
    throw new Refusal("bad_request", "Idempotency-Key must be 1 to 255 visible ASCII characters.", {
      issues: [{ path: "Idempotency-Key", message: "1 to 255 visible ASCII characters" }],
    });
}

/** Runs the handler at most once per key, or repeats the answer it gave. */
export async function withKey(
  request: KeyedRequest,
  handle: (work: KeyedWork) => Promise<Answer>,
  recover: (work: KeyedWork) => Promise<Answer | null>,
): Promise<Answer> {
  const ask: KeyAsk = {
    owner: request.owner,
    tenantId: request.tenantId,
    route: request.route,
    key: request.key,
    bodyHash: await sha256Hex(`${request.path}\n${canonicalJson(request.body)}`),
  };
  const held = await reserveKey(request.db, ask, request.now);
  if (held.bodyHash !== ask.bodyHash)
    throw new Refusal(
      "idempotency_mismatch",
      "This Idempotency-Key was used for another request. Use a fresh key, or send the same request again.",
      { issues: [{ path: "Idempotency-Key", message: "was used with another body" }] },
    );
  if (held.status !== null && held.status > 0) return replay(held, request);
  const digest = await sha256Hex(
    JSON.stringify([ask.tenantId, ask.owner, ask.route, ask.key, held.createdAt]),
  );
  const work: KeyedWork = {
    newId: (kind) => derivedId(kind, held.createdAt, digest),
    retried: !held.fresh,
  };
  if (!held.fresh) {
    const made = await recover(work);
    if (made) return store(request, ask, made);
    if (held.status === null && request.now - held.createdAt < IN_FLIGHT_MS)
      throw new Refusal(
        "conflict",
        "The first request with this Idempotency-Key is still being worked on. Ask again in a moment.",
        {
          retryAfterS: 1,
        },
      );
  }
  let answer: Answer;
  try {
    answer = await handle(work);
  } catch (error) {
    await settle(() =>
      // A refusal changed nothing. Anything else may have: the ids are kept for whoever comes again.
      error instanceof Refusal && error.status < 500
        ? releaseKey(request.db, ask)
        : giveUpKey(request.db, ask),
    );
    throw error;
  }
  return store(request, ask, answer);
}

async function store(request: KeyedRequest, ask: KeyAsk, answer: Answer): Promise<Answer> {
  const text = JSON.stringify({ body: answer.body, headers: answer.headers ?? {} });
  const response = request.sealed ? await seal(text, request.token) : text;
  // What the handler did stands. If the answer cannot be kept, the next try derives it from the rows.
  await settle(() => answerKey(request.db, ask, { status: answer.status, response }));
  return answer;
}

async function replay(held: Reservation, request: KeyedRequest): Promise<Answer> {
  const stored = held.response ?? "{}";
  const text = request.sealed ? await opened(stored, request.token) : stored;
  const { body, headers } = JSON.parse(text) as { body: unknown; headers?: { [name: string]: string } };
  return { status: held.status as number, body, headers: { ...headers, "Idempotency-Replayed": "true" } };
}

async function opened(sealed: string, token: string): Promise<string> {
  try {
    return await open(sealed, token);
  } catch {
    throw new Refusal(
      "conflict",
      "This was made with another of your tokens, and only that one is shown the secret again. Use a fresh Idempotency-Key.",
    );
  }
}

/** The same reservation always gives the same id, of the same form as a fresh one. */
function derivedId(kind: IdKind, createdAt: number, digest: string): string {
  const random = (BigInt(`0x${digest}`) % ID_SPACE).toString(36).padStart(14, "0");
  return newId(kind, createdAt).slice(0, -14) + random;
}

async function settle(write: () => Promise<unknown>): Promise<void> {
  try {
    await write();
  } catch (error) {
    console.warn(`An idempotency key was not updated: ${String(error)}`);
  }
}
