/** What a route and a command both do: one action, its input, the scope it asks for. Both only bring the context. */
import type * as z from "zod";
import type { Json } from "../contracts/json.ts";
import { auditStatement } from "../db/audit.ts";
import type { Actor } from "../engine/state.ts";
import { Refusal } from "../errors.ts";
import type { newId } from "../ids.ts";
import type { Scope } from "../scopes.ts";

export type IdKind = Parameters<typeof newId>[0];
export type Outputs = { [name: string]: Json };

/** On whose behalf, where and when. The tenant is the token's or the run's, never an input. */
export interface PlatformContext {
  db: D1Database;
  files: R2Bucket;
  tenantId: string;
  actor: Actor;
  scopes: readonly Scope[];
  now: number;
  /** The run whose step this is; none over HTTP. */
  runId: string | null;
  /** The same id again when the same request or step is repeated. */
  newId(kind: IdKind): string | Promise<string>;
}

export interface Action<I extends z.ZodType = z.ZodType> {
  scope: Scope;
  input: I;
  run(context: PlatformContext, input: z.output<I>): Promise<Outputs>;
}

/** Declares an action: infers the type of its input from the schema. */
export function action<I extends z.ZodType>(spec: Action<I>): Action<I> {
  return spec;
}

/** Does it for a caller that was not checked yet. @throws Refusal 403, 422, and what the action itself refuses */
export async function perform(spec: Action, context: PlatformContext, input: unknown): Promise<Outputs> {
  demand(context, spec.scope);
  const parsed = spec.input.safeParse(input);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      path: issue.path.join("."),
      message: issue.code === "unrecognized_keys" ? `unknown: ${issue.keys.join(", ")}` : issue.message,
    }));
    throw new Refusal("invalid_args", `${issues[0]?.path || "input"}: ${issues[0]?.message}`, { issues });
  }
  return spec.run(context, parsed.data);
}

/** @throws Refusal 403 without the scope */
export function demand(context: Pick<PlatformContext, "scopes" | "actor">, scope: Scope): void {
  if (!context.scopes.includes(scope))
    throw new Refusal(
      "forbidden",
      `This needs the scope ${scope}, which ${context.actor.name} does not hold.`,
    );
}

/** One and the same answer for what is unknown and what is another tenant's. */
export function missing(noun: string): Refusal {
  return new Refusal("not_found", `There is no ${noun} with this id or name in your workspace.`);
}

/** The audit entry of a change, for its batch. */
export function noted(
  { db, tenantId, actor, now }: PlatformContext,
  what: { action: string; target: string; detail?: Outputs },
  only?: { sql: string; values: unknown[] },
): D1PreparedStatement {
  return auditStatement(db, { tenantId, at: now, actor, ...what }, only);
}

/** The items of a page of `limit`, of which one more was asked for to see whether there is another page. */
export function page<T>(found: T[], limit: number, cursorOf: (last: T) => string) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: found.length > limit && last !== undefined ? cursorOf(last) : null };
}

/** Plain data as JSON: what the database gave back. */
export function json<T>(value: T): Json {
  return value as unknown as Json;
}
