/** What is different between two runs of a command, in words. Pure. */
import type { Plan, Run } from "../api/types.ts";
import { valueText } from "../components/visible.ts";

export interface Difference {
  what: string;
  before: string;
  after: string;
}
export interface Planned {
  run: Pick<Run, "args" | "command" | "command_version">;
  plan: Plan;
}

/** Arguments, version, folder, machine, and the line of each step; empty when both would do the same. */
export function runDifference(before: Planned, after: Planned): Difference[] {
  const found: Difference[] = [];
  const add = (what: string, was: string | undefined, is: string | undefined) => {
    if (was !== is) found.push({ what, before: was ?? "", after: is ?? "" });
  };
  for (const name of new Set([...Object.keys(before.run.args), ...Object.keys(after.run.args)]))
    add(name, textOf(before.run.args[name]), textOf(after.run.args[name]));
  add("version", String(before.run.command_version), String(after.run.command_version));
  add("folder", folderOf(before.plan), folderOf(after.plan));
  add("agent", agentOf(before.plan), agentOf(after.plan));
  const lines = [linesOf(before.plan), linesOf(after.plan)] as const;
  for (const step of new Set([...lines[0].keys(), ...lines[1].keys()]))
    add(`step ${step}`, lines[0].get(step), lines[1].get(step));
  return found;
}

const textOf = (value: unknown) => (value === undefined ? undefined : valueText(value));

type Loose = { cwd?: string | null; agent?: { id?: string | null; labels?: string[] } };
const folderOf = (plan: Plan) => (plan as unknown as Loose).cwd ?? "the agent's root";
const agentOf = (plan: Plan) => {
  const { agent } = plan as unknown as Loose;
  return agent?.id ?? (agent?.labels?.join(", ") || "any");
};
const linesOf = (plan: Plan) =>
  new Map(plan.steps.map((step) => [step.id, (step as { line?: string }).line ?? step.command]));
