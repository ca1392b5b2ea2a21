/** References in words, as lines and conditions show what only the run will know. Pure. */
import type { PlanRef } from "../contracts/plan.ts";

/**
 * "sha from git-commit", "reason answered before deploy", "the state of build".
 * @param self the step it is said of, where it is one's own result
 */
export function refWords(ref: PlanRef, self?: string): string {
  switch (ref.of) {
    case "outputs":
      return given(ref.path, ref.step);
    case "inputs":
      return `${ref.path.join(".") || "what was"} answered before ${ref.step}`;
    case "status":
      return `the state of ${ref.step}`;
    case "item":
      return ref.path.length > 0 ? `${ref.path.join(".")} of the item` : "the item";
    case "own_outputs":
      return self === undefined ? ref.path.join(".") || "its result" : given(ref.path, self);
    case "own_args":
      return ref.path.join(".");
  }
}

/** The same of a reference as definitions write it: `steps.git-commit.outputs.sha`, `args.message`. */
export function fromWords(from: string): string {
  const [root, step = "", kind, ...path] = from.split(".");
  const rest = from.split(".").slice(1);
  if (root === "steps" && kind === "status") return refWords({ of: "status", step });
  if (root === "steps" && (kind === "outputs" || kind === "inputs"))
    return refWords({ of: kind, step, path });
  if (root === "item") return refWords({ of: "item", path: rest });
  if (root === "args" || root === "outputs") return rest.join(".");
  return from;
}

function given(path: string[], step: string): string {
  return path.length > 0 ? `${path.join(".")} from ${step}` : `what ${step} gives`;
}
