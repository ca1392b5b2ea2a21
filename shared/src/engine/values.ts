/** Values and conditions of a plan, looked up in what has happened so far. Pure. */
import type { Json } from "../contracts/json.ts";
import type { PlanArgs, PlanCondition, PlanRef, PlanValue } from "../contracts/plan.ts";

/** What a reference can reach. */
export interface Scope {
  outputs(step: string): { [name: string]: Json } | null;
  inputs(step: string): { [name: string]: Json } | null;
  status(step: string): string;
  item?: Json;
  ownOutputs?: { [name: string]: Json } | null;
  ownArgs?: { [name: string]: Json };
}

/** The value, or undefined where the reference leads to nothing and has no default. */
export function resolveValue(value: PlanValue, scope: Scope): Json | undefined {
  if ("value" in value) return value.value;
  const found = follow(value.ref, scope);
  return found === undefined || found === null ? (value.default ?? found) : found;
}

function follow(ref: PlanRef, scope: Scope): Json | undefined {
  switch (ref.of) {
    case "outputs":
      return descend(scope.outputs(ref.step), ref.path);
    case "inputs":
      return descend(scope.inputs(ref.step), ref.path);
    case "status":
      return scope.status(ref.step);
    case "item":
      return descend(scope.item, ref.path);
    case "own_outputs":
      return descend(scope.ownOutputs, ref.path);
    case "own_args":
      return descend(scope.ownArgs, ref.path);
  }
}

function descend(value: Json | undefined, path: string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path) {
    if (at === null || typeof at !== "object" || Array.isArray(at) || !Object.hasOwn(at, key))
      return undefined;
    at = at[key];
  }
  return at;
}

/** All args of a call; an arg whose reference leads to nothing is left out, so that an optional one is simply absent. */
export function resolveArgs(args: PlanArgs, scope: Scope): { [name: string]: Json } {
  const resolved: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(args)) {
    const found = resolveValue(value, scope);
    if (found !== undefined && found !== null) resolved[name] = found;
  }
  return resolved;
}

/** Does the condition hold? A value that is not there equals nothing and is not greater than anything. */
export function testCondition(condition: PlanCondition, scope: Scope): boolean {
  if ("all" in condition) return condition.all.every((c) => testCondition(c, scope));
  if ("any" in condition) return condition.any.some((c) => testCondition(c, scope));
  if ("not" in condition) return !testCondition(condition.not, scope);
  const value = resolveValue(condition.test, scope) ?? null;
  if (condition.present !== undefined && (value !== null) !== condition.present) return false;
  if (condition.equals !== undefined && !same(value, condition.equals)) return false;
  if (condition.not_equals !== undefined && same(value, condition.not_equals)) return false;
  if (condition.greater_than !== undefined && !(typeof value === "number" && value > condition.greater_than))
    return false;
  const bare =
    condition.present === undefined &&
    condition.equals === undefined &&
    condition.not_equals === undefined &&
    condition.greater_than === undefined;
  return bare ? value !== null && value !== false && value !== 0 && value !== "" : true;
}

/** What is known of a condition before the run: true, false, or undefined when it depends on results. */
export function knownTruth(condition: PlanCondition | null): boolean | undefined {
  if (condition === null) return true;
  if ("all" in condition) {
    const truths = condition.all.map(knownTruth);
    return truths.includes(false) ? false : truths.includes(undefined) ? undefined : true;
  }
  if ("any" in condition) {
    const truths = condition.any.map(knownTruth);
    return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
  }
  if ("not" in condition) {
    const truth = knownTruth(condition.not);
    return truth === undefined ? undefined : !truth;
  }
  if ("ref" in condition.test) return undefined;
  return testCondition(condition, { outputs: () => null, inputs: () => null, status: () => "pending" });
}

function same(a: Json, b: Json): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Ids of the steps whose results a value or condition looks at. */
export function stepsRead(of: PlanValue | PlanCondition): string[] {
  if ("all" in of) return of.all.flatMap(stepsRead);
  if ("any" in of) return of.any.flatMap(stepsRead);
  if ("not" in of) return stepsRead(of.not);
  if ("test" in of) return stepsRead(of.test);
  return "ref" in of && "step" in of.ref ? [of.ref.step] : [];
}
