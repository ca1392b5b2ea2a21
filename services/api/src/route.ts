/**
 * A route is one entry: where it is, who may call it, what it takes, what it answers, and what it does.
 * The same entry mounts the route (`serve.ts`) and describes it (`openapi.ts`), so that the two cannot drift.
 */

import type { Row } from "@tw/shared/db/rows";
import type { newId } from "@tw/shared/ids";
import type * as z from "zod";
import type { Caller, TokenType } from "./auth.ts";
import type { Env } from "./env.ts";
import type { Scope } from "./scopes.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";
export type IdKind = Parameters<typeof newId>[0];

/** A JSON answer. A handler that streams returns a `Response` instead. */
export interface Answer {
  status: number;
  body: unknown;
  headers?: { [name: string]: string };
}

/** Everything a handler knows of one request; validated, and the tenant only ever from the token. */
export interface Call<B = unknown, Q = unknown> {
  env: Env;
  request: Request;
  requestId: string;
  /** Of a `public` route it is nobody: see `PUBLIC_CALLER`. */
  caller: Caller;
  params: { [name: string]: string };
  query: Q;
  body: B;
  /** Server time, read after the token was looked up. */
  now: number;
  /** Rows of the route's `preload` statements, in order. */
  preloaded: Row[][];
  /** An id for what this request creates. Under an Idempotency-Key it is derived, so that a retry finds what was made. */
  newId(kind: IdKind): string;
  /** True when an earlier request with the same key may have got part of the way: look for its rows before making them. */
  retried: boolean;
}

export interface RouteSpec<B extends z.ZodType, Q extends z.ZodType> {
  method: Method;
  /** As in OpenAPI: `/api/commands/{slug}`. A parameter named `key` may hold slashes. */
  path: string;
  summary: string;
  tag: string;
  /** The scope it asks for; `any` valid token; or `public`, without a token. */
  scope: Scope | "any" | "public";
  /** Types of token that may call it; people and services unless said. */
  callers?: readonly TokenType[];
  /** Strict object schemas: an unknown field is refused by name. Without `body`, a POST takes an empty one. */
  query?: Q;
  body?: B;
  /** The body is not JSON: the handler takes it from `request`, as a stream. */
  streams?: boolean;
  /** Status → what it means and the schema of the JSON answer. Errors are added by `openapi.ts`. */
  answers: { [status: number]: { description: string; schema?: z.ZodType; type?: string } };
  /** Takes an Idempotency-Key. `sealed`: the stored answer holds a secret and is encrypted under the caller's own token. */
  creates?: "plain" | "sealed";
  /** Statements sent along with the token's own look-up, in one round trip; `hash` stands for the token. */
  preload?(db: D1Database, hash: string, params: { [name: string]: string }): D1PreparedStatement[];
  /** The answer of what an earlier request with this key has already made, if it has. */
  recover?(call: Call<z.output<B>, z.output<Q>>): Promise<Answer | null>;
  handle(call: Call<z.output<B>, z.output<Q>>): Promise<Answer | Response>;
}

/** A route with its types erased, as the registry holds it. */
export type Route = RouteSpec<z.ZodType, z.ZodType>;

/** Declares a route: infers the types of body and query from their schemas. */
export function route<B extends z.ZodType, Q extends z.ZodType>(spec: RouteSpec<B, Q>): Route {
  return spec as unknown as Route;
}

/** A JSON answer. */
export function answer(status: number, body: unknown, headers?: { [name: string]: string }): Answer {
  return headers ? { status, body, headers } : { status, body };
}
