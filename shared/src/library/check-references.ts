/** Do the commands a definition names exist, and do they take what it gives them? Its own arguments are not known yet. */
import type { Command } from "../contracts/definition.ts";
import type { PlanArgs } from "../contracts/plan.ts";
import type { Issue } from "../errors.ts";
import { flatten, ownRollback } from "./flatten.ts";
import { type Planning, reachOfOne, topFrame } from "./frame.ts";
import type { Lookup } from "./names.ts";

/** Issues of a definition that `checkDefinition` found good, with the paths of its fields. */
export async function checkReferences(command: Command, lookup: Lookup): Promise<Issue[]> {
  const planning: Planning = { context: {}, lookup, soleApprover: false, issues: [], warnings: [] };
  if (command.type !== "workflow") {
    if (command.rollback) await ownRollback(command, reachOfOne(planning), planning, "rollback");
    return planning.issues;
  }
  // Any value may come for a parameter, so each stands as a reference that only a run could follow.
  const args: PlanArgs = {};
  for (const { name } of command.parameters) args[name] = { ref: { of: "own_args", path: [name] } };
  await flatten(command, topFrame(command, args), planning);
  return planning.issues.map((issue) => ({ ...issue, path: `definition.${issue.path}` }));
}
