/** Where a workflow stands within a plan, and what its steps can refer to. */
import type { Command } from "../contracts/definition.ts";
import type { PlanArgs, PlanCondition } from "../contracts/plan.ts";
import type { Issue } from "../errors.ts";
import type { Graph, Node } from "./graph.ts";
import type { Lookup } from "./names.ts";
import { outputNames } from "./outputs.ts";
import { type Args, takesMore } from "./parameters.ts";
import type { Reach } from "./references.ts";

export type WorkflowCommand = Extract<Command, { type: "workflow" }>;

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
/** A step's place in the plan: what others wait for, whose outputs are its outputs, where its checkpoint is. */
export interface Place {
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

/** What a step of a workflow can refer to. */
export function reachOf(
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
