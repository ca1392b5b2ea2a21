/** What a plan needs on the machine where it will run: each requirement of each step, and whether its lack is certain. Pure. */
import type { Requirement } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanStep } from "../contracts/plan.ts";
import { knownTruth } from "../engine/values.ts";
import { holds, renderValue, type Source } from "../library/argv.ts";
import { canonicalJson } from "../library/canonical.ts";

export interface Need {
  step: string;
  requirement: Requirement;
  /** Relative to the agent's root, '' for the root itself; null when only the run will know it. */
  cwd: string | null;
  /** The requirement without what is said about it: what an agent is asked, and what its answer is kept under. */
  key: string;
  /**
   * Nothing comes before that could still provide it, and the step will run: when it is missing now, the run cannot do its work.
   */
  sure: boolean;
}

/** Every need of the plan, in the order of its steps. Steps and requirements known not to apply are left out. */
export function needsOf(plan: Plan): Need[] {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  return plan.steps.flatMap((step) => {
    const truth = step.when === null ? true : knownTruth(step.when);
    if (step.requires.length === 0 || truth === false) return [];
    // A step that may fail is no reason to refuse the run.
    const mustRun = truth === true && step.for_each === null && !step.continue_on_error;
    const certain = mustRun && !changedBefore(step, steps);
    return step.requires.flatMap((requirement): Need[] => {
      const applies = appliesTo(step, requirement);
      if (applies === false) return [];
      const { tool, version, file, git, login } = requirement;
      const key = canonicalJson({ tool, version, file, git, login });
      return [
        { step: step.id, requirement, cwd: directoryOf(plan, step), key, sure: certain && applies === true },
      ];
    });
  });
}

/** Does a step that is no `read` run before this one? It may make the very file or install the very tool. */
function changedBefore(step: PlanStep, steps: Map<string, PlanStep>, seen = new Set<string>()): boolean {
  return step.needs.some((id) => {
    if (seen.has(id)) return false;
    seen.add(id);
    const before = steps.get(id);
    return before !== undefined && (before.effect !== "read" || changedBefore(before, steps, seen));
  });
}

/** Null when it depends on an argument that is not known yet. */
function appliesTo(step: PlanStep, { when }: Requirement): boolean | null {
  if (!when) return true;
  const arg = Object.hasOwn(step.args, when.param) ? step.args[when.param] : undefined;
  if (arg && !("value" in arg)) return null;
  return holds(when as { param: string }, known(step));
}

function directoryOf(plan: Plan, step: PlanStep): string | null {
  const base = plan.cwd === null || plan.cwd === "." ? "" : plan.cwd;
  const below = step.exec.type === "builtin" ? step.exec.cwd : undefined;
  if (below === undefined) return base;
  const text = renderValue(below, known(step));
  if (typeof text !== "string") {
    const param = typeof below === "object" && "param" in below ? below.param : null;
    // A directory that was not given is the plan's own.
    return param !== null && !Object.hasOwn(step.args, param) ? base : null;
  }
  return base === "" ? text : `${base}/${text}`;
}

function known(step: PlanStep): Source {
  const secrets = new Set(step.parameters.filter(({ type }) => type === "secret").map(({ name }) => name));
  return {
    get(name): Json | undefined {
      const arg = Object.hasOwn(step.args, name) ? step.args[name] : undefined;
      return arg && "value" in arg ? arg.value : undefined;
    },
    isSecret: (name) => secrets.has(name),
  };
}
