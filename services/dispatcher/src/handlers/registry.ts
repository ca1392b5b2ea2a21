/**
 * Our own commands of type `api` that need the database or the bucket. Those that need nothing (noop, echo, sleep, fail) never
 * come here: the engine settles them itself. What a handler does lives in `shared/src/platform`, where the HTTP routes take it
 * from too; to add one: an action there, a line in its `ACTIONS`.
 */
import type { Json } from "@tw/shared/contracts/json";
import { readRequester } from "@tw/shared/db/grants";
import { derivedId } from "@tw/shared/ids";
import { LIMITS } from "@tw/shared/limits";
import { type Outputs, perform } from "@tw/shared/platform/action";
import { ACTIONS } from "@tw/shared/platform/actions";
import { fit } from "@tw/shared/platform/fit";

export interface HandlerContext {
  db: D1Database;
  files: R2Bucket;
  /** The run's tenant: every row a handler touches carries it. */
  tenantId: string;
  runId: string;
  stepId: string;
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

/** The handler of this name. It does what whoever asked for the run may do at this moment, and no more. */
export function handlerOf(name: string): Handler | undefined {
  const spec = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!spec) return undefined;
  return async ({ db, files, tenantId, runId, stepId, now }, args) => {
    const requester = await readRequester(db, tenantId, runId, now);
    const context = {
      db,
      files,
      tenantId,
      runId,
      now,
      ...requester,
      newId: (kind: Parameters<typeof derivedId>[0]) => derivedId(kind, `${runId}/${stepId}`),
    };
    return fit(withId(await perform(spec, context, args)), LIMITS.outputBytes);
  };
}

/** A rollback names whole outputs: the id of the one record that was made or read stands on its own too. */
function withId(outputs: Outputs): Outputs {
  const records = Object.entries(outputs).filter(([name]) => name !== "before");
  const [only] = records.length === 1 ? records : [];
  const record = only?.[1];
  if (record === null || typeof record !== "object" || Array.isArray(record)) return outputs;
  return typeof record.id === "string" ? { id: record.id, ...outputs } : outputs;
}
