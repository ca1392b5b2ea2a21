/** Another plan for a waiting run: other arguments, another agent, or the commands as they are defined now. */
import { planDifference, whyNotReplan } from "@tw/shared/approvals/plan-difference";
import { readCommand } from "@tw/shared/db/commands";
import { readRun, readRunRows } from "@tw/shared/db/read-runs";
import { replacePlan } from "@tw/shared/db/replan";
import { countVoters } from "@tw/shared/db/tenants";
import { Refusal } from "@tw/shared/errors";
import { sendHint } from "@tw/shared/queues/send";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";
import { runSchema } from "../schemas.ts";
import { askFields, planFor } from "../start-run.ts";

const differenceSchema = z.array(z.strictObject({ what: z.string(), before: z.string(), after: z.string() }));

export const replanRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/runs/{id}/replan",
    summary: "Plan the rest of a waiting run anew; whoever approves is asked again and shown the difference",
    tag: "Runs",
    scope: "runs:execute",
    body: z.strictObject({
      args: z.record(z.string().max(100), z.json()).optional().describe("in place of those of the same name"),
      agent: askFields.agent,
    }),
    answers: {
      200: {
        description: "The run, and what is different; nothing, and the open question stands",
        schema: z.strictObject({ run: runSchema, difference: differenceSchema }),
      },
    },
    async handle(call) {
      const { env, caller, params, body, now } = call;
      const { tenantId } = caller;
      const id = params.id as string;
      const [rows, voters] = await Promise.all([
        readRunRows(env.DB, tenantId, id),
        countVoters(env.DB, tenantId),
      ]);
      if (!rows) throw notFound("run");
      const { run, steps, checkpoints } = rows;
      if (run.requestedBy.id !== caller.actor.id)
        throw new Refusal(
          "forbidden",
          `Only ${run.requestedBy.name}, who asked for this run, changes what it will do.`,
        );
      if (run.status !== "waiting" || run.cancelRequestedAt !== null)
        throw new Refusal(
          "conflict",
          `Only a run that waits for people can be planned anew; this one is ${run.status}.`,
          { issues: [{ path: "status", message: run.status }] },
        );
      const command = await readCommand(env.DB, tenantId, run.command);
      if (!command) throw notFound("command");
      const { cwd, agent } = run.plan;
      const compiled = await planFor(
        call,
        command,
        {
          args: { ...run.args, ...body.args },
          context: run.context,
          ...(cwd === null ? {} : { cwd }),
          agent: body.agent ?? { ...(agent.id === null ? {} : { id: agent.id }), labels: agent.labels },
          // A gate the caller asked for is not lost because something else changes.
          checkpoint: run.plan.steps.some((step) => step.checkpoint?.name === "before start"),
        },
        { known: [], voters },
      );
      const difference = planDifference(run.plan, compiled.plan);
      if (difference.length > 0) {
        const gates = checkpoints.map(({ checkpoint }) => checkpoint);
        const passed = gates.filter((c) => c.status === "approved").map((c) => c.stepId);
        const open = gates.filter((c) => c.status === "pending" && c.reason === "gate").map((c) => c.stepId);
        const why = whyNotReplan(run.plan, compiled.plan, steps, passed, open);
        if (why !== null) throw new Refusal("conflict", `${why}. Cancel this run and start another one.`);
        const { plan, digest } = compiled;
        const by = caller.actor;
        const ask = { tenantId, runId: id, seenVersion: run.version, plan, digest, difference, by };
        if (!(await replacePlan(env.DB, ask, now)))
          throw new Refusal("conflict", "The run moved on meanwhile; look at it again.");
        await sendHint(env.RUNS, [id]);
      }
      return answer(200, { run: await readRun(env.DB, tenantId, id), difference });
    },
  }),
];
