/** Checkpoints of a plan: whose vote they ask for, and where they stand when several steps are behind one. */
import {
  type CheckpointPolicy,
  checkpointPolicySchema,
  type WorkflowDefinition,
} from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanCondition, PlanStep } from "../contracts/plan.ts";
import { EFFECTS, type Effect } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";
import type { Frame, Planning } from "./frame.ts";
import type { Graph } from "./graph.ts";
import { type Reach, toValue } from "./references.ts";

type Checkpoint = NonNullable<PlanStep["checkpoint"]>;
export type NamedPolicy = CheckpointPolicy & { name: string };

/** The strongest effect: `read` < `write` < `destructive`. */
export function strongest(effects: Effect[]): Effect {
  return EFFECTS[Math.max(0, ...effects.map((effect) => EFFECTS.indexOf(effect)))]!;
}

/**
 * The checkpoint before these steps. Unless the policy says, the requester may vote, but not on something destructive,
 * except where nobody else could: a workspace with one person who may vote.
 */
export function checkpointOf(policy: NamedPolicy, steps: PlanStep[], soleApprover: boolean): Checkpoint {
  const destructive = strongest(steps.map((step) => step.effect)) === "destructive";
  return {
    ...policy,
    prompt: policy.prompt ?? promptFor(steps),
    requester_may_vote: policy.requester_may_vote ?? (!destructive || soleApprover),
  };
}

/** "Run wrangler-deploy (env: production)?" Secrets' names and what is as always are not shown. */
function promptFor(steps: PlanStep[]): string {
  if (steps.length > 1)
    return `Run ${steps.length} steps, from ${steps[0]!.command} to ${steps.at(-1)!.command}?`;
  const { command, args, parameters } = steps[0]!;
  const shown = parameters
    .filter(({ type }) => type !== "secret")
    .flatMap(({ name, default: usual }) => {
      const arg = args[name];
      return arg && "value" in arg && JSON.stringify(arg.value) !== JSON.stringify(usual)
        ? [`${name}: ${clip(typeof arg.value === "string" ? arg.value : JSON.stringify(arg.value))}`]
        : [];
    });
  return `Run ${command}${shown.length > 0 ? ` (${shown.slice(0, 6).join(", ")})` : ""}?`;
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/**
 * Puts one checkpoint before all of the steps: on their only first step, or, where there are several or it may be
 * skipped, on a step of its own that does nothing else.
 */
export function gateSteps(
  { steps, roots }: { steps: PlanStep[]; roots: string[] },
  policy: NamedPolicy,
  gate: { id: string; when: PlanCondition | null; soleApprover: boolean },
): { steps: PlanStep[]; roots: string[] } {
  const checkpoint = checkpointOf(policy, steps, gate.soleApprover);
  const first = steps.filter((step) => roots.includes(step.id));
  const only = first.length === 1 ? first[0]! : null;
  if (only && only.when === null && only.checkpoint === null && only.for_each === null) {
    const gated = { ...only, checkpoint };
    return { steps: steps.map((step) => (step === only ? gated : step)), roots };
  }
  const taken = new Set(steps.map((step) => step.id));
  let id = gate.id;
  for (let n = 2; taken.has(id); n += 1) id = `${gate.id}-${n}`;
  const needs = [...new Set(first.flatMap((step) => step.needs))];
  const behind = steps.map((step) => (roots.includes(step.id) ? { ...step, needs: [id] } : step));
  return { steps: [{ ...noop(id), needs, when: gate.when, checkpoint }, ...behind], roots: [id] };
}

function noop(id: string): PlanStep {
  return {
    id,
    command: "noop",
    version: 1,
    effect: "read",
    exec: { type: "api", handler: "noop" },
    parameters: [],
    args: {},
    timeout_s: LIMITS.stepTimeoutS,
    retry: { max: 1, backoff_s: 1 },
    needs: [],
    when: null,
    checkpoint: null,
    continue_on_error: false,
    for_each: null,
    requires: [],
    rollback: null,
  };
}

/** Defaults of form fields may be results of earlier steps: what is known now is a value, the rest is looked up when people are asked. */
export function withKnownDefaults(
  policy: NamedPolicy | undefined,
  reach: Reach,
  path: string,
): NamedPolicy | null {
  if (!policy) return null;
  const form = policy.form.map((field, index) => {
    if (field.default === undefined) return field;
    const value = toValue(field.default, reach, `${path}.checkpoint.form.${index}.default`);
    const { default: _written, ...rest } = field;
    if (value === undefined) return rest;
    return { ...rest, default: ("value" in value ? value.value : value) as Json };
  });
  return { ...policy, form };
}

/** The policy of each step that has a checkpoint. Unnamed ones take the names of `human_checkpoints`, in order. */
export function policiesOf(
  definition: WorkflowDefinition,
  graph: Graph,
  frame: Frame,
  planning: Planning,
): Map<string, NamedPolicy> {
  const policies = new Map<string, NamedPolicy>();
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
