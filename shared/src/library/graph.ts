/** The steps of one workflow as a graph: ids, what each needs, an order, and who comes before whom. */
import type { WorkflowDefinition, WorkflowStep } from "../contracts/definition.ts";
import type { Issue } from "../errors.ts";

export interface Node {
  id: string;
  /** Position in the definition; issues name it. */
  index: number;
  step: WorkflowStep;
  needs: string[];
}
export interface Graph {
  /** Each behind everything it needs; the definition's order where that leaves a choice. */
  nodes: Node[];
  /** Everything that is finished before the step starts. */
  upstream: Map<string, Set<string>>;
}

/** Ids of the steps: their own, else their command's slug, with -2, -3 when it comes again. */
export function stepIds(steps: WorkflowStep[], slugs: string[]): string[] {
  const taken = new Set(steps.flatMap((step) => (step.id === undefined ? [] : [step.id])));
  return steps.map((step, index) => {
    if (step.id !== undefined) return step.id;
    const slug = slugs[index]!;
    let id = slug;
    for (let n = 2; taken.has(id); n += 1) id = `${slug}-${n}`;
    taken.add(id);
    return id;
  });
}

/** The steps with what each needs, whether or not that makes a graph. */
export function nodesOf(
  definition: Pick<WorkflowDefinition, "steps" | "parallel_execution">,
  slugs: string[],
): Node[] {
  const ids = stepIds(definition.steps, slugs);
  return definition.steps.map((step, index): Node => {
    // Without `needs`: one after another, or all at once.
    const before = definition.parallel_execution || index === 0 ? [] : [ids[index - 1]!];
    return { id: ids[index]!, index, step, needs: [...new Set(step.needs ?? before)] };
  });
}

/** The workflow's graph, or the issues that keep it from being one. `slugs` are the steps' commands. */
export function buildGraph(definition: WorkflowDefinition, slugs: string[]): Graph | { issues: Issue[] } {
  const nodes = nodesOf(definition, slugs);
  const ids = nodes.map(({ id }) => id);
  const issues = [...duplicates(ids), ...dangling(nodes)];
  if (issues.length > 0) return { issues };
  const ordered = inOrder(nodes);
  if (ordered.length < nodes.length) return { issues: [cycle(nodes, ordered)] };
  return { nodes: ordered, upstream: ancestors(ordered) };
}

function duplicates(ids: string[]): Issue[] {
  return ids.flatMap((id, index) => {
    const first = ids.indexOf(id);
    return first === index
      ? []
      : [{ path: `steps.${index}.id`, message: `"${id}" is already the id of steps.${first}` }];
  });
}

function dangling(nodes: Node[]): Issue[] {
  const known = new Set(nodes.map((node) => node.id));
  return nodes.flatMap((node) =>
    node.needs
      .map((need, position) => ({ need, position }))
      .filter(({ need }) => !known.has(need))
      .map(({ need, position }) => ({
        path: `steps.${node.index}.needs.${position}`,
        message: `there is no step "${need}"; the steps are ${[...known].slice(0, 20).join(", ")}`,
      })),
  );
}

/** Takes, again and again, the first step whose needs are all taken; steps on a cycle are never taken. */
function inOrder(nodes: Node[]): Node[] {
  const waiting = new Map(nodes.map((node) => [node.id, new Set(node.needs)]));
  const neededBy = new Map<string, Node[]>();
  for (const node of nodes)
    for (const need of node.needs) neededBy.set(need, [...(neededBy.get(need) ?? []), node]);
  const ready = nodes.filter((node) => node.needs.length === 0);
  const ordered: Node[] = [];
  while (ready.length > 0) {
    ready.sort((a, b) => a.index - b.index);
    const node = ready.shift()!;
    ordered.push(node);
    for (const next of neededBy.get(node.id) ?? []) {
      const left = waiting.get(next.id)!;
      left.delete(node.id);
      if (left.size === 0) ready.push(next);
    }
  }
  return ordered;
}

function cycle(nodes: Node[], ordered: Node[]): Issue {
  const free = new Set(ordered.map((node) => node.id));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  // Every step left needs another that is left: following those needs must come back.
  const path: Node[] = [];
  let at = nodes.find((node) => !free.has(node.id))!;
  while (!path.includes(at)) {
    path.push(at);
    at = byId.get(at.needs.find((need) => !free.has(need))!)!;
  }
  const round = [...path.slice(path.indexOf(at)), at].map((node) => node.id);
  return { path: `steps.${at.index}.needs`, message: `the steps need each other: ${round.join(" → ")}` };
}

function ancestors(ordered: Node[]): Map<string, Set<string>> {
  const upstream = new Map<string, Set<string>>();
  for (const node of ordered)
    upstream.set(node.id, new Set(node.needs.flatMap((need) => [need, ...upstream.get(need)!])));
  return upstream;
}
