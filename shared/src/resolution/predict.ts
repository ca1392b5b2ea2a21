/** Which steps of a workflow will run here, as far as the facts tell, and why. Pure. */
import type { Command, Condition, WorkflowDefinition } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanCondition } from "../contracts/plan.ts";
import { conditionWords, REPOSITORY_WORDS } from "../library/condition-words.ts";
import { stepIds } from "../library/graph.ts";
import { slugCandidates } from "../library/names.ts";
import { follow } from "../library/outputs.ts";
import { type Args, own } from "../library/parameters.ts";
import type { Situation } from "./situation.ts";

export type Will = "run" | "skip" | "depends";
export interface StepView {
  id: string;
  command: string;
  args: Args;
  /** It only looks, so that the steps behind it know what to do. */
  look: boolean;
  will: Will;
  /** Why it runs, is skipped, or what that depends on; null when it simply runs. */
  why: string | null;
}

/** The steps of a workflow with what will become of each. Nothing is certain: the run looks for itself. */
export function predictSteps(
  workflow: Extract<Command, { type: "workflow" }>,
  args: Args,
  situation: Situation,
  find: (slug: string) => Command | undefined,
): StepView[] {
  return predict(workflow.definition, withDefaults(workflow, args), situation, find);
}

/** The same of steps that no stored workflow holds. */
export function predict(
  definition: Pick<WorkflowDefinition, "steps">,
  args: Args,
  situation: Situation,
  find: (slug: string) => Command | undefined,
): StepView[] {
  const commands = definition.steps.map((step) =>
    slugCandidates(step.command)
      .map(find)
      .find((found) => found !== undefined),
  );
  const slugs = definition.steps.map((step, at) => commands[at]?.slug ?? step.command);
  const ids = stepIds(definition.steps, slugs);
  const known: Known = {
    args,
    situation,
    slugs: new Map(ids.map((id, at) => [id, slugs[at]!])),
    will: new Map(),
  };
  return definition.steps.map((step, at) => {
    const truth = step.when ? holds(step.when, known) : true;
    const will: Will = truth === undefined ? "depends" : truth ? "run" : "skip";
    known.will.set(ids[at]!, will);
    const why = step.when ? because(step.when, will, known) : null;
    const look =
      slugs[at] === "fail" || (commands[at]?.effect === "read" && commands[at]?.type !== "external");
    return { id: ids[at]!, command: slugs[at]!, args: shownArgs(step.args, args), look, will, why };
  });
}

interface Known {
  args: Args;
  situation: Situation;
  slugs: Map<string, string>;
  will: Map<string, Will>;
}

function withDefaults(command: Command, args: Args): Args {
  const all: Args = {};
  for (const { name, default: usual } of command.parameters) if (usual !== undefined) all[name] = usual;
  return { ...all, ...args };
}

/** Arguments with those of the workflow put in; references to results stay as they are. */
function shownArgs(written: Args, args: Args): Args {
  const shown: Args = {};
  for (const [name, value] of Object.entries(written)) {
    const from =
      typeof value === "object" && value !== null && !Array.isArray(value) ? value.from : undefined;
    if (typeof from !== "string" || !from.startsWith("args.")) shown[name] = value;
    else {
      const given = own(args, from.slice(5));
      if (given !== undefined) shown[name] = given;
    }
  }
  return shown;
}

/** A value that a condition looks at: `unknown` when nothing tells it yet. */
function valueAt(from: string, known: Known): { value: Json } | "unknown" {
  const [root, name = "", what, ...path] = from.split(".");
  if (root === "args") return { value: own(known.args, name) ?? null };
  if (root === "context") return { value: follow(known.situation as Json, from.slice(8)) ?? null };
  if (root !== "steps") return "unknown";
  const will = known.will.get(name);
  if (what === "status")
    return will === "skip" ? { value: "skipped" } : will === "run" ? { value: "succeeded" } : "unknown";
  if (known.slugs.get(name) !== "git-status" || what !== "outputs") return "unknown";
  const { git } = known.situation;
  const fact = (git as Args | undefined)?.[path[0] ?? ""];
  return fact === undefined ? "unknown" : { value: fact };
}

function holds(condition: Condition, known: Known): boolean | undefined {
  if ("all" in condition) {
    const truths = condition.all.map((one) => holds(one, known));
    return truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;
  }
  if ("any" in condition) {
    const truths = condition.any.map((one) => holds(one, known));
    return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
  }
  if ("not" in condition) {
    const truth = holds(condition.not, known);
    return truth === undefined ? undefined : !truth;
  }
  const found = valueAt(condition.from, known);
  if (found === "unknown") return undefined;
  const { value } = found;
  if (condition.equals !== undefined && JSON.stringify(value) !== JSON.stringify(condition.equals))
    return false;
  if (condition.not_equals !== undefined && JSON.stringify(value) === JSON.stringify(condition.not_equals))
    return false;
  if (condition.present !== undefined && (value !== null && value !== "") !== condition.present) return false;
  if (condition.greater_than !== undefined && !(typeof value === "number" && value > condition.greater_than))
    return false;
  return true;
}

/** The same condition as a plan has it, with what is known here as values; null where it asks for more than a repository's state. */
function asPlanned(condition: Condition, known: Known): PlanCondition | null {
  if ("not" in condition) {
    const not = asPlanned(condition.not, known);
    return not && { not };
  }
  if ("all" in condition || "any" in condition) {
    const parts = ("all" in condition ? condition.all : condition.any).map((one) => asPlanned(one, known));
    if (!parts.every((part) => part !== null)) return null;
    return "all" in condition ? { all: parts } : { any: parts };
  }
  const { from, ...test } = condition;
  const tests = test as Omit<Extract<PlanCondition, { test: unknown }>, "test">;
  const found = valueAt(from, known);
  if (found !== "unknown") return { test: found, ...tests };
  const [root, step = "", what, output = "", ...deeper] = from.split(".");
  if (root !== "steps" || what !== "outputs" || deeper.length > 0 || !(output in REPOSITORY_WORDS))
    return null;
  return { test: { ref: { of: "outputs", step, path: [output] } }, ...tests };
}

function because(condition: Condition, will: Will, known: Known): string | null {
  const planned = will === "depends" ? asPlanned(condition, known) : null;
  const told = planned && conditionWords(planned, (step) => known.slugs.get(step));
  if (told?.will === "depends") return `if ${told.words}`;
  const wanted = will === "skip" ? false : will === "run" ? true : undefined;
  const said = new Set<string>();
  const walk = (one: Condition, negated: boolean): void => {
    if ("all" in one) for (const part of one.all) walk(part, negated);
    else if ("any" in one) for (const part of one.any) walk(part, negated);
    else if ("not" in one) walk(one.not, !negated);
    else {
      const truth = holds(one, known);
      if (truth !== wanted) return;
      const words = inWords(one, truth);
      if (words) said.add(words);
    }
  };
  walk(condition, false);
  if (said.size === 0) return null;
  const all = [...said].slice(0, 3);
  return will === "depends" ? `if ${all.join(" or ")}` : all.join(" and ");
}

function inWords(
  test: { from: string; equals?: unknown; greater_than?: number; present?: boolean },
  truth: boolean | undefined,
): string | null {
  const [root, name = "", what, output = ""] = test.from.split(".");
  if (root === "steps" && what === "outputs") {
    const said = REPOSITORY_WORDS[output];
    if (!said) return null;
    // Asked the other way round ("staged equals 0"), yes and no change places.
    const yes = test.equals === undefined ? test.present !== false : test.equals === true;
    if (output === "upstream" && test.present === false)
      return truth ? "the branch has no upstream yet" : null;
    if (truth === undefined) return yes ? said[0] : null;
    return said[truth === yes ? 0 : 1];
  }
  if (root === "steps" && what === "status") {
    if (truth === undefined) return null;
    return truth ? `${name} runs` : null;
  }
  if (root === "args")
    return test.present !== undefined
      ? truth === false
        ? `no ${name.replaceAll("_", " ")} was given`
        : null
      : null;
  return null;
}
