/** A workflow, and the workflows within it, as one list of plan steps. */
import type { Command, WorkflowDefinition } from "../contracts/definition.ts";
import type { PlanCondition, PlanStep, PlanValue } from "../contracts/plan.ts";
import { knownTruth } from "../engine/values.ts";
import { LIMITS } from "../limits.ts";
import { planArgs, planCall, planRollback, unknownCommand } from "./calls.ts";
import { type Frame, namesOf, type Place, type Planning, reachOf, type WorkflowCommand } from "./frame.ts";
import { checkpointOf, gateSteps, type NamedPolicy, policiesOf, withKnownDefaults } from "./gates.ts";
import { buildGraph, type Graph, type Node } from "./graph.ts";
import { findCommand } from "./names.ts";
import { both, type Reach, toCondition, toValue } from "./references.ts";

/** Steps laid flat, and which of them others wait for. */
interface Flat {
  steps: PlanStep[];
  roots: string[];
  ends: string[];
}
/** All steps of the workflow, each behind what it needs. Problems go to `planning.issues`. */
export async function flatten(command: WorkflowCommand, frame: Frame, planning: Planning): Promise<Flat> {
  const { definition } = command;
  const commands = await Promise.all(
    definition.steps.map((step) => findCommand(step.command, planning.lookup)),
  );
  const unknown = definition.steps.flatMap((step, index) =>
    commands[index] && commands[index].status !== "inactive"
      ? []
      : [unknownCommand(step.command, `${frame.path}steps.${index}.command`)],
  );
  const graph =
    unknown.length > 0
      ? { issues: unknown }
      : buildGraph(
          definition,
          commands.map((c) => c!.slug),
        );
  if ("issues" in graph) {
    const at = unknown.length > 0 ? "" : frame.path;
    planning.issues.push(...graph.issues.map((issue) => ({ ...issue, path: at + issue.path })));
    return { steps: [], roots: [], ends: [] };
  }
  for (const found of commands)
    if (found!.status === "deprecated") planning.warnings.push(`${found!.slug} is deprecated`);
  return laidFlat(definition, graph, commands as Command[], frame, planning);
}

async function laidFlat(
  definition: WorkflowDefinition,
  graph: Graph,
  commands: Command[],
  frame: Frame,
  planning: Planning,
): Promise<Flat> {
  const policies = policiesOf(definition, graph, frame, planning);
  const places = new Map<string, Place>();
  const flat: Flat = { steps: [], roots: [], ends: [] };
  for (const node of graph.nodes) {
    const command = commands[node.index]!;
    const reach = reachOf(node, graph, commands, places, frame, planning);
    const needs = node.needs.flatMap((need) => places.get(need)!.ends);
    const site: Site = {
      node,
      command,
      reach,
      path: `${frame.path}steps.${node.index}`,
      id: frame.prefix + node.id,
      needs: node.needs.length === 0 ? frame.needs : needs,
      policy: withKnownDefaults(policies.get(node.id), reach, `${frame.path}steps.${node.index}`),
      earlier: [...graph.upstream.get(node.id)!].flatMap((id) => places.get(id)!.ends),
    };
    const part =
      command.type === "workflow"
        ? await nested(command, site, frame, planning)
        : await single(site, frame, planning);
    flat.steps.push(...part.steps);
    if (node.needs.length === 0) flat.roots.push(...part.roots);
    places.set(node.id, {
      ends: part.ends,
      last: part.ends.at(-1) ?? site.id,
      gate: part.steps.find((step) => step.checkpoint)?.id ?? site.id,
    });
    if (flat.steps.length > LIMITS.planSteps) {
      planning.issues.push({
        path: `${frame.path}steps`,
        message: `more than ${LIMITS.planSteps} steps in all`,
      });
      break;
    }
  }
  const needed = new Set(graph.nodes.flatMap((node) => node.needs));
  flat.ends = graph.nodes.filter((node) => !needed.has(node.id)).flatMap((n) => places.get(n.id)?.ends ?? []);
  return flat;
}

interface Site {
  node: Node;
  command: Command;
  reach: Reach;
  path: string;
  id: string;
  needs: string[];
  policy: NamedPolicy | null;
  /** Ids of the steps of the same workflow that come before. */
  earlier: string[];
}

/** A step whose command is no workflow. */
async function single(site: Site, frame: Frame, planning: Planning): Promise<Flat> {
  const { node, command, reach, path, id } = site;
  const { step } = node;
  const when = both(carried(site, frame), step.when ? toCondition(step.when, reach, `${path}.when`) : null);
  const forEach = step.for_each === undefined ? null : listOf(site);
  const inner: Reach = { ...reach, item: forEach ? "own" : null };
  const call = planCall(command, step.args, inner, path, {
    timeout_s: capped(step.timeout_s ?? command.timeout_s, frame.timeoutS),
    retry: step.retry,
    idle: knownTruth(when) === false,
  });
  const planned: PlanStep = {
    ...call,
    id,
    needs: site.needs,
    when,
    checkpoint: null,
    continue_on_error: step.continue_on_error || frame.continueOnError,
    for_each: forEach,
    requires: command.requires,
    rollback: await rollbackOf(site, inner, frame, planning),
  };
  if (site.policy) planned.checkpoint = checkpointOf(site.policy, [planned], planning.soleApprover);
  return { steps: [planned], roots: [id], ends: [id] };
}

async function rollbackOf(
  { node, command, path }: Site,
  reach: Reach,
  frame: Frame,
  planning: Planning,
): Promise<PlanStep["rollback"]> {
  const { rollback } = node.step;
  if (rollback === false || !frame.rollback) return null;
  const undo: Reach = { ...reach, rollback: true };
  if (rollback) return planRollback(rollback, undo, planning.lookup, `${path}.rollback`);
  if (!command.rollback) return null;
  return ownRollback(command, undo, planning, `${path}.rollback`);
}

/** A command's own rollback: its `args.X` are the step's final arguments, its `outputs.X` the step's outputs. */
export function ownRollback(
  command: Command,
  reach: Reach,
  planning: Planning,
  path: string,
): Promise<PlanStep["rollback"]> {
  const argNames = new Set(command.parameters.map((parameter) => parameter.name));
  const own: Reach = { ...reach, args: null, argNames, steps: new Map(), self: null, rollback: true };
  return planRollback(command.rollback!, own, planning.lookup, path);
}

/** A step whose command is a workflow: its steps, with what the step says carried down to them. */
async function nested(command: WorkflowCommand, site: Site, frame: Frame, planning: Planning): Promise<Flat> {
  const { node, reach, path, id } = site;
  const { step } = node;
  const refuse = (field: string, message: string): Flat => {
    planning.issues.push({ path: `${path}.${field}`, message });
    return { steps: [], roots: [], ends: [id] };
  };
  if (frame.chain.includes(command.slug))
    return refuse("command", `a workflow cannot run itself: ${[...frame.chain, command.slug].join(" → ")}`);
  if (frame.chain.length >= LIMITS.workflowDepth)
    return refuse("command", `workflows within workflows go ${LIMITS.workflowDepth} deep at most`);
  if (command.definition.given !== undefined)
    return refuse("command", `${command.slug} gets its steps when it is started; write them here instead`);
  if (step.retry) return refuse("retry", `${command.slug} is a workflow; say retry at its own steps`);
  if (step.rollback)
    return refuse(
      "rollback",
      `${command.slug} is a workflow; its steps bring their own rollback (or say false)`,
    );
  const when = both(carried(site, frame), step.when ? toCondition(step.when, reach, `${path}.when`) : null);
  const items = step.for_each === undefined ? [null] : itemsOf(site, refuse);
  if (!Array.isArray(items)) return items;
  const all: Flat = { steps: [], roots: [], ends: [] };
  for (const [index, item] of items.entries()) {
    const prefix = item === null ? id : `${id}.${index}`;
    const idle = knownTruth(when) === false;
    const inner: Frame = {
      prefix: `${prefix}.`,
      path: `${path}.`,
      args: planArgs(command, step.args, { ...reach, item }, path, idle),
      argNames: namesOf(command),
      needs: site.needs,
      when,
      chain: [...frame.chain, command.slug],
      rollback: frame.rollback && step.rollback !== false,
      continueOnError: frame.continueOnError || step.continue_on_error,
      timeoutS: capped(step.timeout_s, frame.timeoutS),
    };
    const flat = await flatten(command, inner, planning);
    all.steps.push(...flat.steps);
    all.roots.push(...flat.roots);
    all.ends.push(...flat.ends);
  }
  if (items.length === 0) return { steps: [], roots: [], ends: site.needs };
  if (!site.policy) return all;
  const gated = gateSteps(all, site.policy, { id: `${id}.gate`, when, soleApprover: planning.soleApprover });
  return { ...gated, ends: all.ends };
}

/** The condition the step gets from around it: that of its workflow, and, when the workflow goes on after errors
 * as one, that nothing before it within the workflow has failed. */
function carried(site: Site, frame: Frame): PlanCondition | null {
  if (!frame.continueOnError || site.earlier.length === 0) return frame.when;
  const failed = site.earlier.map(
    (step): PlanCondition => ({
      not: { test: { ref: { of: "status", step } }, equals: "failed" },
    }),
  );
  return both(frame.when, { all: failed });
}

function capped(timeout: number | undefined, cap: number | undefined): number | undefined {
  if (cap === undefined) return timeout;
  return Math.min(timeout ?? LIMITS.stepTimeoutS, cap);
}

/** The list of a fan-out; a list that is known already is checked. */
function listOf({ node, reach, path }: Site): PlanValue | null {
  const value = toValue(node.step.for_each as never, reach, `${path}.for_each`);
  if (value === undefined) {
    reach.issues.push({ path: `${path}.for_each`, message: "leads to nothing; a list is needed" });
    return null;
  }
  if ("ref" in value) return value;
  if (!Array.isArray(value.value)) reach.issues.push({ path: `${path}.for_each`, message: "must be a list" });
  else if (value.value.length > LIMITS.forEachItems)
    reach.issues.push({ path: `${path}.for_each`, message: `more than ${LIMITS.forEachItems} items` });
  return value;
}

/** The items over which a nested workflow is repeated: they must be known, since steps cannot be made later. */
function itemsOf(site: Site, refuse: (field: string, message: string) => Flat): PlanValue[] | Flat {
  const list = listOf(site);
  if (list && "value" in list && Array.isArray(list.value)) return list.value.map((value) => ({ value }));
  if (list && "ref" in list)
    return refuse("for_each", `${site.command.slug} is a workflow: its list must be known before the run`);
  return { steps: [], roots: [], ends: [site.id] };
}
