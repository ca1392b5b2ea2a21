/** A workflow, and the workflows within it, as one list of plan steps. */
import {
  type CheckpointPolicy,
  type Command,
  checkpointPolicySchema,
  type WorkflowDefinition,
} from "../contracts/definition.ts";
import type { PlanArgs, PlanCondition, PlanStep, PlanValue } from "../contracts/plan.ts";
import type { Issue } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { planArgs, planCall, planRollback, unknownCommand } from "./calls.ts";
import { checkpointOf, gateSteps } from "./gates.ts";
import { buildGraph, type Graph, type Node } from "./graph.ts";
import { findCommand, type Lookup } from "./names.ts";
import { outputNames } from "./outputs.ts";
import { type Args, takesMore } from "./parameters.ts";
import { both, knownTruth, type Reach, toCondition, toValue } from "./references.ts";

type WorkflowCommand = Extract<Command, { type: "workflow" }>;

/** What is the same for every step of one plan. */
export interface Planning {
  context: Args;
  lookup: Lookup;
  soleApprover: boolean;
  issues: Issue[];
  warnings: string[];
}
/** Where one workflow stands within the plan. */
export interface Frame {
  /** Before its steps' ids: "" or "deploy.". */
  prefix: string;
  /** Before its issues' paths: "" or "steps.3.". */
  path: string;
  args: PlanArgs;
  /** Names of the workflow's parameters; null when it takes any. */
  argNames: Set<string> | null;
  /** What the steps wait for that need nothing within the workflow. */
  needs: string[];
  when: PlanCondition | null;
  /** Slugs of the workflows it stands in, itself the last. */
  chain: string[];
  rollback: boolean;
  continueOnError: boolean;
  timeoutS: number | undefined;
}
/** Steps laid flat, and which of them others wait for. */
interface Flat {
  steps: PlanStep[];
  roots: string[];
  ends: string[];
}
/** A step's place in the plan: what others wait for, whose outputs are its outputs, where its checkpoint is. */
interface Place {
  ends: string[];
  last: string;
  gate: string;
}

/** The frame of the workflow that is run itself. */
export function topFrame(command: WorkflowCommand, args: PlanArgs): Frame {
  return {
    prefix: "",
    path: "",
    args,
    argNames: namesOf(command),
    needs: [],
    when: null,
    chain: [command.slug],
    rollback: true,
    continueOnError: false,
    timeoutS: undefined,
  };
}

/** What a command that is run by itself can refer to: no steps, no item. */
export function reachOfOne(planning: Planning): Reach {
  return {
    args: {},
    argNames: null,
    context: planning.context,
    steps: new Map(),
    self: null,
    elsewhere: () => null,
    earlier: () => undefined,
    item: null,
    rollback: false,
    issues: planning.issues,
  };
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
      policy: policies.get(node.id) ?? null,
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
  policy: (CheckpointPolicy & { name: string }) | null;
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

function reachOf(
  node: Node,
  graph: Graph,
  commands: Command[],
  places: Map<string, Place>,
  frame: Frame,
  planning: Planning,
): Reach {
  const before = graph.upstream.get(node.id)!;
  const all = new Set(graph.nodes.map((other) => other.id));
  return {
    args: frame.args,
    argNames: frame.argNames,
    context: planning.context,
    steps: new Map([...before].map((id) => [id, places.get(id)!])),
    self: { id: node.id, gate: frame.prefix + node.id },
    elsewhere: (id) =>
      all.has(id) ? `step "${id}" need not be finished before "${node.id}"; add it to its needs` : null,
    earlier: (name) => {
      const nodes = graph.nodes.filter(({ id }) => before.has(id));
      const from = nodes.findLast(
        ({ index, step }) => !step.for_each && outputNames(commands[index]!).has(name),
      );
      const place = from && places.get(from.id);
      return place && { ref: { of: "outputs", step: place.last, path: [name] } };
    },
    item: null,
    rollback: false,
    issues: planning.issues,
  };
}

/** What `args.NAME` may name within the workflow. */
export function namesOf(command: Command): Set<string> | null {
  return takesMore(command.parameters) ? null : new Set(command.parameters.map(({ name }) => name));
}

/** The policy of each step that has a checkpoint. Unnamed ones take the names of `human_checkpoints`, in order. */
function policiesOf(
  definition: WorkflowDefinition,
  graph: Graph,
  frame: Frame,
  planning: Planning,
): Map<string, CheckpointPolicy & { name: string }> {
  const policies = new Map<string, CheckpointPolicy & { name: string }>();
  const named = new Set<string>();
  const own = definition.steps.map(({ checkpoint }) =>
    typeof checkpoint === "object" ? checkpoint.name : null,
  );
  const names = definition.human_checkpoints.filter((name) => !own.includes(name));
  for (const { id, step } of [...graph.nodes].sort((a, b) => a.index - b.index)) {
    if (step.checkpoint === false) continue;
    const policy = checkpointPolicySchema.parse(step.checkpoint === true ? {} : step.checkpoint);
    const name = policy.name ?? names.shift() ?? `before ${id}`;
    named.add(name);
    policies.set(id, { ...policy, name });
  }
  // A checkpoint that somebody asked for must not vanish because no step has it.
  for (const [index, name] of definition.human_checkpoints.entries())
    if (!named.has(name))
      planning.issues.push({
        path: `${frame.path}human_checkpoints.${index}`,
        message: `no step has the checkpoint "${name}"; give one "checkpoint: true"`,
      });
  return policies;
}
