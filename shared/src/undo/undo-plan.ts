/** The plan that undoes a finished run: its rollbacks, newest start first, behind a checkpoint. */
import { checkpointPolicySchema } from "../contracts/definition.ts";
import type { Plan, PlanStep } from "../contracts/plan.ts";
import type { RunRows } from "../db/read-runs.ts";
import type { Run, Step } from "../engine/state.ts";
import { ownRollback } from "../library/flatten.ts";
import { type Planning, reachOfOne } from "../library/frame.ts";
import { gateSteps, strongest } from "../library/gates.ts";
import { findCommand, type Lookup } from "../library/names.ts";
import { type RestorePoint, restorePoints } from "./restore-points.ts";

/** Null when no step of the run can be undone. */
export async function undoPlan(rows: RunRows, soleApprover: boolean, lookup: Lookup): Promise<Plan | null> {
  const { run, steps } = rows;
  const undone: PlanStep[] = [];
  for (const point of restorePoints(rows).points) undone.push(await compensation(point, lookup));
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
    prompt: `Undo ${run.command} (${stepsInWords(chain.map((step) => step.command))})?`,
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

/** The rollback as a step of its own. It brings the rollback of its own command, so that an undo can be taken back. */
async function compensation({ id, call, args }: RestorePoint, lookup: Lookup): Promise<PlanStep> {
  const values = Object.entries(args).map(([name, value]) => [name, { value }] as const);
  return {
    ...call,
    id,
    args: Object.fromEntries(values),
    needs: [],
    when: null,
    checkpoint: null,
    continue_on_error: false,
    for_each: null,
    requires: [],
    rollback: await takingBack(call.command, lookup),
  };
}

/** Null when the command is gone or has none; a problem with it must not stand in the way of the undo. */
async function takingBack(slug: string, lookup: Lookup): Promise<PlanStep["rollback"]> {
  const command = await findCommand(slug, lookup);
  if (!command?.rollback) return null;
  const planning: Planning = { context: {}, lookup, soleApprover: false, issues: [], warnings: [] };
  const rollback = await ownRollback(command, reachOfOne(planning), planning, "rollback");
  return planning.issues.length === 0 ? rollback : null;
}

/** What was done on one machine is undone there. */
function agentOf(run: Run, steps: Step[]): Plan["agent"] {
  const agents = new Set(steps.flatMap((row) => (row.agentId === null ? [] : [row.agentId])));
  agents.delete("dispatcher");
  const [only] = agents;
  return agents.size === 1 && only !== undefined ? { ...run.plan.agent, id: only } : run.plan.agent;
}

function stepsInWords(commands: string[]): string {
  if (commands.length === 1) return `one step, ${commands[0]}`;
  return `${commands.length} steps, from ${commands[0]} to ${commands.at(-1)}`;
}
