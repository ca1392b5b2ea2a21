import { mayWait, waitingFor } from "@tw/shared/agents/waiting-for";
import { bindPolicies } from "@tw/shared/approvals/bind-policies";
import { listKnownAgents } from "@tw/shared/db/agents";
import { requestCancel } from "@tw/shared/db/cancel-run";
import { readCommand } from "@tw/shared/db/commands";
import {
  findUndo,
  listRuns,
  type RunRows,
  readRun,
  readRunRows,
  runRowsFrom,
  runStatements,
} from "@tw/shared/db/read-runs";
import { runView } from "@tw/shared/db/run-view";
import { countVoters } from "@tw/shared/db/tenants";
import { isTerminal, RUN_STATUSES } from "@tw/shared/engine/statuses";
import { Refusal } from "@tw/shared/errors";
import { planDigest } from "@tw/shared/library/plan";
import { LIMITS } from "@tw/shared/limits";
import { sendHint } from "@tw/shared/queues/send";
import { undoPlan } from "@tw/shared/undo/undo-plan";
import { refuseUndo, undoView } from "@tw/shared/undo/undo-view";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { commandLookup } from "../lookup.ts";
import { keptSteps } from "../rerun.ts";
import { answer, type Call, type Route, route } from "../route.ts";
import { pageOf, paging, runSchema, timeQuery } from "../schemas.ts";
import { type Compiled, planFor, recoverRun, startRun } from "../start-run.ts";
import { waitForRun } from "../watch.ts";

const started = {
  202: {
    description: "The run: over already when it needed nobody",
    schema: z.strictObject({ run: runSchema }),
  },
};
const rerunSchema = z.strictObject({
  from_step: z.string().min(1).max(200).optional().describe("keep the results before it"),
  args: z.record(z.string().max(100), z.json()).optional().describe("other arguments make a new plan"),
});

/** Reading runs, and ending or repeating them. */
export const runRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/runs",
    summary: "Runs of the workspace, newest first",
    tag: "Runs",
    scope: "runs:read",
    query: z.strictObject({
      ...paging,
      status: z.enum(RUN_STATUSES).optional(),
      command: z.string().max(80).optional(),
      requested_by: z.string().max(100).optional(),
      since: timeQuery,
      text: z.string().min(1).max(200).optional().describe("stands in its command, arguments or note"),
    }),
    answers: { 200: { description: "A page of runs", schema: pageOf(runSchema) } },
    async handle({ env, caller, query }) {
      const { items, nextCursor } = await listRuns(env.DB, {
        tenantId: caller.tenantId,
        status: query.status ?? null,
        command: query.command ?? null,
        requestedBy: query.requested_by ?? null,
        since: query.since ?? null,
        text: query.text ?? null,
        before: query.cursor ?? null,
        limit: query.limit,
      });
      return answer(200, { items, next_cursor: nextCursor });
    },
  }),
  route({
    method: "GET",
    path: "/api/runs/{id}",
    summary: "One run; with `wait_s` answered when it is over or waits for a person",
    tag: "Runs",
    scope: "runs:read",
    query: z.strictObject({ wait_s: z.coerce.number().min(0).max(LIMITS.waitMaxS).default(0) }),
    answers: { 200: { description: "The run", schema: runSchema } },
    preload: (db, hash, params) => runStatements(db, params.id ?? "", { hash }),
    async handle({ env, caller, params, query, preloaded }) {
      const runId = params.id as string;
      const { tenantId } = caller;
      let rows = runRowsFrom(preloaded);
      if (!rows) throw notFound("run");
      if (query.wait_s > 0 && !isTerminal(rows.run.status) && rows.run.status !== "waiting") {
        await waitForRun(env, { tenantId, runId, waitMs: query.wait_s * 1000 });
        rows = await readRunRows(env.DB, tenantId, runId);
        if (!rows) throw notFound("run");
      }
      const { run, steps, jobs, checkpoints } = rows;
      const now = Date.now();
      const agents = mayWait(jobs) ? await listKnownAgents(env.DB, tenantId) : [];
      return answer(200, {
        ...runView(run, steps, jobs, checkpoints),
        waiting_for: waitingFor(jobs, agents, now),
        undo: undoView(rows, rows.undone, now),
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/runs/{id}/cancel",
    summary: "Stop a run: no further step starts, running ones are ended",
    tag: "Runs",
    scope: "runs:execute",
    body: z.strictObject({ reason: z.string().max(500).optional() }),
    answers: { 202: { description: "It is being cancelled", schema: z.strictObject({ run: runSchema }) } },
    creates: "plain",
    async handle({ env, caller, params, body, now }) {
      const runId = params.id as string;
      const { tenantId } = caller;
      const outcome = await requestCancel(
        env.DB,
        { tenantId, runId, by: caller.actor, reason: body.reason ?? null },
        now,
      );
      if (outcome === "not_found") throw notFound("run");
      if (typeof outcome === "object")
        throw new Refusal("conflict", `The run is over already: it ${ENDED[outcome.terminal]}.`, {
          issues: [{ path: "status", message: outcome.terminal }],
        });
      await sendHint(env.RUNS, [runId]);
      const run = await readRun(env.DB, tenantId, runId);
      if (!run) throw notFound("run");
      return answer(202, { run });
    },
  }),
  route({
    method: "POST",
    path: "/api/runs/{id}/rerun",
    summary: "Run it again, from the start or from a step, with the same arguments or others",
    tag: "Runs",
    scope: "runs:execute",
    body: rerunSchema,
    answers: started,
    creates: "plain",
    recover: recoverRun,
    async handle(call) {
      const { env, caller, params, body } = call;
      const rows = await readRunRows(env.DB, caller.tenantId, params.id as string);
      if (!rows) throw notFound("run");
      if (!isTerminal(rows.run.status))
        throw new Refusal(
          "conflict",
          `The run is still ${rows.run.status}. Wait until it is over, or cancel it first.`,
          { issues: [{ path: "status", message: rows.run.status }] },
        );
      const compiled =
        body.args === undefined ? await samePlan(call, rows) : await newPlan(call, rows, body.args);
      const keep = body.from_step === undefined ? [] : kept(compiled, rows, body.from_step);
      const { id, context, note } = rows.run;
      return startRun(call, compiled, { context, note, rerunOf: id, keep });
    },
  }),
  route({
    method: "POST",
    path: "/api/runs/{id}/undo",
    summary: "Undo a run that succeeded: its rollbacks, newest first, once a person agrees",
    tag: "Runs",
    scope: "runs:execute",
    answers: started,
    creates: "plain",
    recover: recoverRun,
    async handle(call) {
      const { env, caller, params } = call;
      const { tenantId } = caller;
      const rows = await readRunRows(env.DB, tenantId, params.id as string);
      if (!rows) throw notFound("run");
      const { run } = rows;
      const [earlier, voters] = await Promise.all([
        findUndo(env.DB, { tenantId, runId: run.id }),
        countVoters(env.DB, tenantId),
      ]);
      refuseUndo(rows, earlier?.by === call.newId("run") ? null : earlier, call.now);
      const plan = await undoPlan(rows, voters <= 1, commandLookup(env.DB, tenantId, []));
      if (!plan) throw new Error(`${run.id} has restore points and no plan to undo it`);
      const compiled = await bindPolicies(
        env.DB,
        { plan, digest: await planDigest(plan), warnings: [] },
        { tenantId, context: run.context, soleApprover: voters <= 1 },
      );
      return startRun(call, compiled, {
        context: run.context,
        note: `undo of ${run.id}`,
        parentRunId: run.id,
      });
    },
  }),
];

/** What `compilePlan` calls the checkpoint that a caller asked for. */
const CALLERS_GATE = "before start";
const ENDED = {
  succeeded: "succeeded",
  failed: "failed",
  rejected: "was rejected",
  cancelled: "was cancelled",
} as { [status: string]: string };

/** Without other arguments the very plan runs again: the versions it was pinned to. Policies are those of today. */
async function samePlan({ env, caller }: Call, { run }: RunRows): Promise<Compiled> {
  const { tenantId } = caller;
  const voters = await countVoters(env.DB, tenantId);
  return bindPolicies(
    env.DB,
    { plan: run.plan, digest: run.planDigest, warnings: [] },
    { tenantId, context: run.context, soleApprover: voters <= 1 },
  );
}

async function newPlan(
  call: Call,
  { run }: RunRows,
  args: z.output<typeof rerunSchema>["args"],
): Promise<Compiled> {
  const { env, caller } = call;
  const [command, voters] = await Promise.all([
    readCommand(env.DB, caller.tenantId, run.command),
    countVoters(env.DB, caller.tenantId),
  ]);
  if (!command) throw notFound("command");
  const { cwd, agent, steps } = run.plan;
  return planFor(
    call,
    command,
    {
      args: args ?? {},
      context: run.context,
      ...(cwd === null ? {} : { cwd }),
      agent: { ...(agent.id === null ? {} : { id: agent.id }), labels: agent.labels },
      // A gate the caller asked for is not lost because the arguments are others.
      checkpoint: steps.some((step) => step.checkpoint?.name === CALLERS_GATE),
    },
    { known: [], voters },
  );
}

function kept({ plan }: Compiled, rows: RunRows, fromStep: string) {
  const ids = plan.steps.map((step) => step.id);
  if (!ids.includes(fromStep))
    throw new Refusal("invalid_args", `from_step: there is no step "${fromStep}" in this run.`, {
      issues: [{ path: "from_step", message: `must be one of ${ids.slice(0, 50).join(", ")}` }],
    });
  return keptSteps(plan, rows.steps, fromStep);
}
