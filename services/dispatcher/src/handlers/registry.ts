/**
 * Our own commands of type `api` that need the database. Those that need nothing (noop, echo, sleep, fail) never come
 * here: the engine settles them itself. To add one: a file beside this one, a line in `HANDLERS`.
 */
import type { Json } from "@tw/shared/contracts/json";
import { infrastructureStatus } from "./infrastructure-status.ts";

export interface HandlerContext {
  db: D1Database;
  /** The run's tenant: every row a handler touches carries it. */
  tenantId: string;
  /** Server time when the step began. */
  now: number;
}

/**
 * Takes validated arguments, gives outputs. A `Refusal` fails the step with its code and message.
 * It may run again after a lost lease, so a handler with a `write` effect must come to the same end when repeated.
 */
export type Handler = (
  context: HandlerContext,
  args: { [name: string]: Json },
) => Promise<{ [name: string]: Json }>;

export const HANDLERS: { [name: string]: Handler } = {
  "infrastructure-status": infrastructureStatus,
};
