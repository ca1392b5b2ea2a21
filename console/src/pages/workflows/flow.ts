/** What the canvas shows: the steps as nodes, what each runs, and what it can refer to. Pure. */
import "./no-eval.ts";
import type { Command, WorkflowStep } from "@tw/shared/contracts/definition";
import { planCall } from "@tw/shared/library/calls";
import { describeCall } from "@tw/shared/library/describe";
import { nodesOf } from "@tw/shared/library/graph";
import { slugCandidates } from "@tw/shared/library/names";
import { outputNames } from "@tw/shared/library/outputs";
import { fromWords } from "@tw/shared/library/reference-words";
import type { Reach } from "@tw/shared/library/references";
import { asValues, type StepDraft, stepsOf, type Values } from "./document.ts";

export interface Parameter {
  name: string;
  type: string;
  required: boolean;
  description: string;
}
export interface FlowStep {
  index: number;
  id: string;
  needs: string[];
  draft: StepDraft;
  /** Null while no command of that name is known. */
  command: Command | null;
  /** The command as it will run; what only the run will know stands in words: <file from backup>. */
  line: string;
  outputs: string[];
  /** Ids of all steps that are finished before it starts. */
  before: Set<string>;
}
export interface Flow {
  steps: FlowStep[];
  edges: { from: string; to: string; written: boolean }[];
  /** The workflow's own parameters, as far as they can be read. */
  parameters: Parameter[];
}
export type Commands = ReadonlyMap<string, Command>;

/** The flow of what a text says, whether or not it could be saved. */
export function flowOf(input: Values | null, commands: Commands): Flow {
  const drafts = stepsOf(input);
  const found = drafts.map(({ command }) => commandOf(command, commands));
  const slugs = drafts.map(
    ({ command }, index) => found[index]?.slug ?? slugCandidates(command).at(-1) ?? `step-${index + 1}`,
  );
  const parallel = asValues(input?.definition).parallel_execution === true;
  const nodes = nodesOf({ steps: drafts as unknown as WorkflowStep[], parallel_execution: parallel }, slugs);
  const needs = new Map(nodes.map((node) => [node.id, node.needs]));
  const steps = nodes.map((node): FlowStep => {
    const draft = drafts[node.index]!;
    const command = found[node.index] ?? null;
    return {
      index: node.index,
      id: node.id,
      needs: node.needs,
      draft,
      command,
      line: lineOf(draft, command, new Set(needs.keys())),
      outputs: command ? [...outputNames(command)] : [],
      before: beforeOf(node.id, needs),
    };
  });
  const edges = steps.flatMap((step) =>
    step.needs
      .filter((need) => needs.has(need))
      .map((need) => ({ from: need, to: step.id, written: step.draft.needs !== undefined })),
  );
  return { steps, edges, parameters: parametersOf(input) };
}

export function commandOf(written: string, commands: Commands): Command | null {
  for (const slug of slugCandidates(written)) {
    const command = commands.get(slug);
    if (command) return command;
  }
  return null;
}

function beforeOf(id: string, needs: ReadonlyMap<string, string[]>): Set<string> {
  const before = new Set<string>();
  const left = [...(needs.get(id) ?? [])];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (before.has(next) || !needs.has(next)) continue;
    before.add(next);
    left.push(...(needs.get(next) ?? []));
  }
  return before;
}

function parametersOf(input: Values | null): Parameter[] {
  if (!Array.isArray(input?.parameters)) return [];
  return input.parameters.map(asValues).map((parameter) => ({
    name: String(parameter.name ?? ""),
    type: typeof parameter.type === "string" ? parameter.type : "string",
    required: parameter.required === true,
    description: typeof parameter.description === "string" ? parameter.description : "",
  }));
}

/** Every reference leads somewhere here: what is wrong with one is for the check to say. */
function lineOf({ command: written, args }: StepDraft, command: Command | null, ids: Set<string>): string {
  if (!command) return written;
  if (command.type === "workflow") return [command.slug, ...Object.entries(args).map(argText)].join(" ");
  const reach: Reach = {
    args: null,
    argNames: null,
    context: {},
    steps: new Map([...ids].map((id) => [id, { last: id, gate: id }])),
    self: null,
    elsewhere: () => null,
    earlier: () => undefined,
    item: "own",
    rollback: true,
    issues: [],
  };
  try {
    return describeCall(planCall(command, args as never, reach, "")).line;
  } catch {
    return command.slug;
  }
}

function argText([name, value]: [string, unknown]): string {
  const from = asValues(value).from;
  return `${name}=${typeof from === "string" ? `<${fromWords(from)}>` : typeof value === "string" ? value : JSON.stringify(value)}`;
}

/** A reference that can be picked for an argument, a condition or a list. */
export interface Pick {
  from: string;
  /** What it is, for those who choose. */
  about: string;
  group: string;
}

/** What the step can refer to. `own`: in its rollback, where its own outputs are known too. */
export function picksFor(step: FlowStep, flow: Flow, own = false): Pick[] {
  const args = flow.parameters
    .filter(({ name }) => name !== "")
    .map(({ name, type, description }) => ({
      from: `args.${name}`,
      about: description || type,
      group: "Arguments of the workflow",
    }));
  const results = flow.steps
    .filter(({ id }) => step.before.has(id))
    .reverse()
    .flatMap((other) => [
      ...other.outputs.map((name) => ({
        from: `steps.${other.id}.outputs.${name}`,
        about: `${name} of ${other.draft.command}`,
        group: `Results of ${other.id}`,
      })),
      {
        from: `steps.${other.id}.status`,
        about: "how it ended: succeeded, failed, skipped",
        group: `Results of ${other.id}`,
      },
      ...formOf(other).map((name) => ({
        from: `steps.${other.id}.inputs.${name}`,
        about: "what the approver filled in",
        group: `Results of ${other.id}`,
      })),
    ]);
  const inputs = formOf(step).map((name) => ({
    from: `steps.${step.id}.inputs.${name}`,
    about: "what the approver filled in here",
    group: "Its own checkpoint",
  }));
  const item =
    step.draft.for_each === undefined
      ? []
      : [{ from: "item", about: "the item it is run for", group: "For each" }];
  const outputs = own
    ? step.outputs.map((name) => ({
        from: `outputs.${name}`,
        about: "of this step",
        group: "Its own results",
      }))
    : [];
  return [...outputs, ...inputs, ...item, ...args, ...results];
}

function formOf({ draft }: FlowStep): string[] {
  const { form } = asValues(draft.checkpoint);
  return Array.isArray(form) ? form.map((field) => String(asValues(field).name ?? "")).filter(Boolean) : [];
}
