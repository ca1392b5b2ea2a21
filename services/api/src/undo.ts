/** The plan that undoes a finished run: its rollbacks, newest start first, behind a checkpoint. Pure. */
import { checkpointPolicySchema } from "@tw/shared/contracts/definition";
import type { Plan, PlanStep } from "@tw/shared/contracts/plan";
import type { RunRows } from "@tw/shared/db/read-runs";
import type { Run, Step } from "@tw/shared/engine/state";
import { resolveArgs, type Scope, testCondition } from "@tw/shared/engine/values";
import { gateSteps, strongest } from "@tw/shared/library/gates";

/** Null when no step of the run can be undone. Every value is final: what the steps put out is known by now. */
export function undoPlan({ run, steps, checkpoints }: RunRows, soleApprover: boolean): Plan | null {
  const undone = steps
    .filter((row) => row.startedSeq !== null && row.children === null && row.rollbackStatus === "none")
    .sort((a, b) => (b.startedSeq as number) - (a.startedSeq as number))
    .flatMap((row) => compensation(row, run, scopeOf(row, steps, checkpoints)));
  if (undone.length === 0) return null;
  // One after the other: a step is undone before what it was built on.
  const chain = undone.map((step, index) => ({
    ...step,
    needs: index === 0 ? [] : [undone[index - 1]?.id ?? ""],
  }));
  const roots = chain.slice(0, 1).map((step) => step.id);
  const policy = {
    ...checkpointPolicySchema.parse({}),
    name: "undo",
    prompt: `Undo ${run.command} (${chain.length} step${chain.length === 1 ? "" : "s"}, from ${chain[0]?.command} to ${chain.at(-1)?.command})?`,
  };
  const gated = gateSteps({ steps: chain, roots }, policy, { id: "gate", when: null, soleApprover });
  return {
    ...run.plan,
    type: "workflow",
    effect: strongest(gated.steps.map((step) => step.effect)),
    agent: agentOf(run, steps),
    steps: gated.steps,
    rollback_on_error: false,
    // Two people who ask at the same moment must not undo it twice.
    concurrency: run.plan.concurrency ?? { group: `undo of ${run.id}`, on_conflict: "refuse" },
  };
}

/** The step's rollback as a step of its own, if there is one and it applies. */
function compensation(row: Step, run: Run, scope: Scope): PlanStep[] {
  const planned = plannedOf(row, run.plan);
  if (!planned?.rollback) return [];
  const own: Scope = { ...scope, ownOutputs: row.outputs, ownArgs: resolveArgs(planned.args, scope) };
  const { when, args, ...call } = planned.rollback;
  if (when !== null && !testCondition(when, own)) return [];
  const values = Object.entries(resolveArgs(args, own)).map(([name, value]) => [name, { value }] as const);
  return [
    {
      ...call,
      id: row.id,
      args: Object.fromEntries(values),
      needs: [],
      when: null,
      checkpoint: null,
      continue_on_error: false,
      for_each: null,
      requires: [],
      rollback: null,
    },
  ];
}

function plannedOf(row: Step, plan: Plan): PlanStep | undefined {
  const parent = row.item === undefined ? row.id : row.id.replace(/\.\d+$/, "");
  return plan.steps.find((step) => step.id === parent);
}

function scopeOf(row: Step, steps: Step[], checkpoints: RunRows["checkpoints"]): Scope {
  const find = (id: string) => steps.find((step) => step.id === id);
  return {
    outputs: (id) => find(id)?.outputs ?? null,
    inputs: (id) =>
      checkpoints.find(
        ({ checkpoint: c }) => c.stepId === id && c.status === "approved" && c.reason === "gate",
      )?.checkpoint.inputs ?? null,
    status: (id) => find(id)?.status ?? "pending",
    ...(row.item === undefined ? {} : { item: row.item }),
  };
}

/** What was done on one machine is undone there. */
function agentOf(run: Run, steps: Step[]): Plan["agent"] {
  const agents = new Set(steps.flatMap((row) => (row.agentId === null ? [] : [row.agentId])));
  agents.delete("dispatcher");
  const [only] = agents;
  return agents.size === 1 && only !== undefined ? { ...run.plan.agent, id: only } : run.plan.agent;
}
