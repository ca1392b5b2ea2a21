import type { PlanStep } from "@tw/shared/contracts/plan";
import { type RunRows, readRunRows } from "@tw/shared/db/read-runs";
import { resolveArgs, type Scope } from "@tw/shared/engine/values";
import { describeCall, describePlan } from "@tw/shared/library/describe";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";
import { planSchema } from "../schemas.ts";

/** What a run was to do, beside what it did. */
export const runPlanRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/runs/{id}/plan",
    summary: "The plan a run is pinned to, and the command lines of its steps with the values they ran with",
    tag: "Runs",
    scope: "runs:read",
    answers: {
      200: {
        description: "The plan, and by step's id the line that ran",
        schema: z.strictObject({ plan: planSchema, ran: z.record(z.string(), z.string()) }),
      },
    },
    async handle({ env, caller, params }) {
      const rows = await readRunRows(env.DB, caller.tenantId, params.id as string);
      if (!rows) throw notFound("run");
      const { plan, planDigest } = rows.run;
      const described = { ...describePlan(plan, planDigest), plan_digest: planDigest, warnings: [] };
      return answer(200, { plan: described, ran: linesThatRan(rows) });
    },
  }),
];

/** The command line of each step that started, with the results of earlier steps put in. */
function linesThatRan(rows: RunRows): { [step: string]: string } {
  const planned = new Map(rows.run.plan.steps.map((step) => [step.id, step]));
  const lines: { [step: string]: string } = {};
  for (const row of rows.steps) {
    if (row.startedSeq === null || row.children !== null) continue;
    const step = planned.get(row.id) ?? planned.get(row.id.replace(/\.\d+$/, ""));
    if (step) lines[row.id] = lineOf(step, scopeOf(rows, row.item));
  }
  return lines;
}

function lineOf(step: PlanStep, scope: Scope): string {
  const values = Object.entries(resolveArgs(step.args, scope)).map(
    ([name, value]) => [name, { value }] as const,
  );
  return describeCall({ ...step, args: Object.fromEntries(values) }).line;
}

function scopeOf({ steps, checkpoints }: RunRows, item: RunRows["steps"][number]["item"]): Scope {
  const find = (id: string) => steps.find((step) => step.id === id);
  return {
    outputs: (id) => find(id)?.outputs ?? null,
    inputs: (id) =>
      checkpoints.find(
        ({ checkpoint: c }) => c.stepId === id && c.status === "approved" && c.reason === "gate",
      )?.checkpoint.inputs ?? null,
    status: (id) => find(id)?.status ?? "pending",
    ...(item === undefined ? {} : { item }),
  };
}
