/** Starting a command for a person who is not there: with the rights they have at this moment, through the same door as their own request. */

import type { Json } from "@tw/shared/contracts/json";
import { readCommand } from "@tw/shared/db/commands";
import { readRun } from "@tw/shared/db/read-runs";
import type { StoredAsk } from "@tw/shared/db/schedules";
import { countVoters } from "@tw/shared/db/tenants";
import { Refusal } from "@tw/shared/errors";
import { newId } from "@tw/shared/ids";
import { sendHint } from "@tw/shared/queues/send";
import { authorize, type Caller, callerOfPerson } from "../auth.ts";
import type { Env } from "../env.ts";
import { notFound } from "../errors.ts";
import { refuseMissing } from "../prerequisites.ts";
import type { Call } from "../route.ts";
import { prepared } from "../routes/execute.ts";
import { startRun } from "../start-run.ts";

/** A call as a handler knows it, for work that no request asked for directly. */
export function callFor(env: Env, caller: Caller, now: number, runId: string): Call {
  return {
    env,
    request: new Request(URL.canParse(env.PUBLIC_URL) ? env.PUBLIC_URL : "https://workspace.invalid"),
    requestId: runId,
    caller,
    params: {},
    query: {},
    body: {},
    now,
    preloaded: [],
    newId: (kind) => (kind === "run" ? runId : newId(kind, now)),
    retried: false,
  };
}

/**
 * Starts the command as `userId` under this very run id; a run that has it already is what an earlier try made.
 * Throws a `Refusal` when the person is gone or may not run commands, the command is not there, or its arguments do not fit.
 */
export async function launch(
  env: Env,
  of: {
    tenantId: string;
    userId: string;
    command: string;
    ask: StoredAsk;
    context: { [name: string]: Json };
    runId: string;
  },
): Promise<void> {
  if (await readRun(env.DB, of.tenantId, of.runId)) return void (await sendHint(env.RUNS, [of.runId]));
  const caller = await callerOfPerson(env.DB, of.tenantId, of.userId);
  if (!caller)
    throw new Refusal(
      "forbidden",
      "Whoever set this up is no longer in the workspace. Somebody else has to save it.",
    );
  authorize(caller, "runs:execute", ["person"]);
  const [command, voters] = await Promise.all([
    readCommand(env.DB, of.tenantId, of.command),
    countVoters(env.DB, of.tenantId),
  ]);
  if (!command) throw notFound("command");
  const call = callFor(env, caller, Date.now(), of.runId);
  const ask = { context: {}, ...of.ask };
  const { compiled, found } = await prepared(call, command, ask, { known: [], voters }, true);
  refuseMissing(found, []);
  await startRun(call, compiled, { context: of.context, note: of.ask.note ?? null });
}
