/** References of a definition (`steps.backup.outputs.file`) as a plan's values. What is known when planning is a value. */
import { type Condition, type Ref, refSchema } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanCondition, PlanRef, PlanValue } from "../contracts/plan.ts";
import type { Issue } from "../errors.ts";
import { follow } from "./outputs.ts";
import { own } from "./parameters.ts";

/** What the references at one place of a definition can reach. */
export interface Reach {
  /** The workflow's arguments; of a command's own rollback: null, then `args` are the step's final ones. */
  args: { [name: string]: PlanValue } | null;
  /** Names that `args.NAME` may have; null when any may. */
  argNames: Set<string> | null;
  context: { [name: string]: Json };
  /** Steps that have finished by then: their id in the plan, and the one that holds their checkpoint. */
  steps: Map<string, { last: string; gate: string }>;
  /** The step itself: what its own checkpoint was filled with flows into its args. */
  self: { id: string; gate: string } | null;
  /** Why a step of the workflow that is not in `steps` cannot be referred to; null when there is none of that name. */
  elsewhere(id: string): string | null;
  /** The newest output of this name among the steps before, for parameters that say `from: earlier.NAME`. */
  earlier(name: string): PlanValue | undefined;
  /** What `item` is: a fan-out's own item while running, a known value, or nothing. */
  item: PlanValue | "own" | null;
  /** May `outputs.NAME` be used (in a rollback)? */
  rollback: boolean;
  issues: Issue[];
}

/** A step's argument as written: a reference, or any JSON value. Undefined where a reference leads to nothing. */
export function toValue(written: Json, reach: Reach, path: string): PlanValue | undefined {
  if (!isReference(written)) return { value: written };
  const ref = refSchema.safeParse(written);
  if (ref.success) return resolve(ref.data, reach, path);
  reach.issues.push({ path: `${path}.from`, message: ref.error.issues[0]!.message });
  return undefined;
}

/** An object with `from`, and at most `default` beside it, is a reference. */
function isReference(written: Json): boolean {
  if (written === null || typeof written !== "object" || Array.isArray(written)) return false;
  return (
    typeof written.from === "string" && Object.keys(written).every((k) => k === "from" || k === "default")
  );
}

/** The plan's value for a reference. */
export function resolve(ref: Ref, reach: Reach, path: string): PlanValue | undefined {
  const [root, ...rest] = ref.from.split(".");
  const found = find(root!, rest, reach);
  if (typeof found === "string") {
    reach.issues.push({ path, message: `${ref.from}: ${found}` });
    return undefined;
  }
  if (found === undefined || ("value" in found && found.value === null))
    return ref.default === undefined ? found : { value: ref.default };
  if ("ref" in found && ref.default !== undefined && found.default === undefined)
    return { ref: found.ref, default: ref.default };
  return found;
}

/** A value, nothing, or what is wrong. */
function find(root: string, rest: string[], reach: Reach): PlanValue | undefined | string {
  const [name = "", ...more] = rest;
  switch (root) {
    case "args":
      if (reach.argNames && !reach.argNames.has(name)) return "there is no such parameter";
      return reach.args ? own(reach.args, name) : { ref: { of: "own_args", path: rest } };
    case "outputs":
      return reach.rollback
        ? { ref: { of: "own_outputs", path: rest } }
        : "only a rollback has outputs of its own";
    case "context": {
      const value = follow(reach.context, rest.join("."));
      return value === undefined ? undefined : { value };
    }
    case "item":
      return itemValue(rest, reach);
    default:
      return stepRef(name, more, reach);
  }
}

function itemValue(path: string[], reach: Reach): PlanValue | undefined | string {
  if (reach.item === null) return "only a step with for_each has an item";
  if (reach.item === "own") return { ref: { of: "item", path } };
  if ("ref" in reach.item) {
    const { ref } = reach.item;
    return "path" in ref ? { ref: { ...ref, path: [...ref.path, ...path] } } : reach.item;
  }
  const value = follow(reach.item.value, path.join("."));
  return value === undefined ? undefined : { value };
}

function stepRef(id: string, [what, ...path]: string[], reach: Reach): PlanValue | string {
  if (what === "inputs" && reach.self?.id === id)
    return { ref: { of: "inputs", step: reach.self.gate, path } };
  const step = reach.steps.get(id);
  if (!step) return reach.elsewhere(id) ?? `there is no step "${id}"`;
  const ref: PlanRef =
    what === "status"
      ? { of: "status", step: step.last }
      : what === "inputs"
        ? { of: "inputs", step: step.gate, path }
        : { of: "outputs", step: step.last, path };
  return { ref };
}

/** The plan's form of a condition. */
export function toCondition(written: Condition, reach: Reach, path: string): PlanCondition {
  if ("all" in written) return { all: written.all.map((c, i) => toCondition(c, reach, `${path}.all.${i}`)) };
  if ("any" in written) return { any: written.any.map((c, i) => toCondition(c, reach, `${path}.any.${i}`)) };
  if ("not" in written) return { not: toCondition(written.not, reach, `${path}.not`) };
  const { from, ...test } = written;
  const value = resolve({ from }, reach, `${path}.from`) ?? { value: null };
  return { test: value, ...(test as { equals?: Json }) };
}

/** Both must hold; null always holds. */
export function both(a: PlanCondition | null, b: PlanCondition | null): PlanCondition | null {
  if (a === null || b === null) return a ?? b;
  return { all: [a, b] };
}
