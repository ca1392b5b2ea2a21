/**
 * A plan: what a run would do, resolved, before it does it. A run stores its plan and never looks at the library again.
 * Everything known when the plan is made (args, context) is a value by then; only results of steps are still references.
 */
import type { Effect } from "../engine/statuses.ts";
import type {
  BuiltinDefinition,
  CheckpointPolicy,
  HttpExternal,
  Parameter,
  Requirement,
  Retry,
} from "./definition.ts";
import type { Json } from "./json.ts";

/** Where a value comes from while the run runs. `own` is the step itself (in a rollback: what it put out and was given). */
export type PlanRef =
  | { of: "outputs"; step: string; path: string[] }
  | { of: "inputs"; step: string; path: string[] } // what the checkpoint before `step` was filled with
  | { of: "status"; step: string }
  | { of: "item"; path: string[] }
  | { of: "own_outputs"; path: string[] }
  | { of: "own_args"; path: string[] };
export type PlanValue = { value: Json } | { ref: PlanRef; default?: Json };
export type PlanArgs = { [name: string]: PlanValue };

export type PlanCondition =
  | { test: PlanValue; equals?: Json; not_equals?: Json; present?: boolean; greater_than?: number }
  | { all: PlanCondition[] }
  | { any: PlanCondition[] }
  | { not: PlanCondition };

export type Exec =
  | ({ type: "builtin" } & BuiltinDefinition)
  | { type: "api"; handler: string }
  | ({ type: "external" } & HttpExternal)
  | { type: "ide"; ide: string; args: { [name: string]: Json } };

/** One command made ready to run, forward or as a compensation. */
export interface PlanCall {
  command: string;
  version: number;
  effect: Effect;
  exec: Exec;
  parameters: Parameter[];
  args: PlanArgs;
  timeout_s: number;
  retry: Retry;
}

export interface PlanStep extends PlanCall {
  /** `deploy`; `deploy.push` for a step of a nested workflow. A fan-out's children are made while running: `copy.0`. */
  id: string;
  needs: string[];
  when: PlanCondition | null;
  checkpoint: (CheckpointPolicy & { name: string; prompt: string; requester_may_vote: boolean }) | null;
  continue_on_error: boolean;
  for_each: PlanValue | null;
  requires: Requirement[];
  rollback: (PlanCall & { when: PlanCondition | null; within_s?: number }) | null;
}

export interface Plan {
  v: 1;
  command: string;
  version: number;
  type: "builtin" | "api" | "workflow" | "external";
  effect: Effect;
  args: { [name: string]: Json };
  /** Relative to the agent's root; null is the root. */
  cwd: string | null;
  agent: { id: string | null; labels: string[] };
  steps: PlanStep[];
  rollback_on_error: boolean;
  concurrency: { group: string; on_conflict: "queue" | "refuse" | "supersede" } | null;
  timeout_s: number;
}
