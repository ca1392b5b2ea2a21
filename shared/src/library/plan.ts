/** From a command and its arguments to the plan of a run: everything resolved, nothing done. */
import { type Command, checkpointPolicySchema } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanStep } from "../contracts/plan.ts";
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { holds, renderValue, type Source } from "./argv.ts";
import { callOf, fact } from "./calls.ts";
import { canonicalJson, sha256Hex } from "./canonical.ts";
import { flatten, ownRollback } from "./flatten.ts";
import { type Planning, reachOfOne, topFrame } from "./frame.ts";
import { checkpointOf, gateSteps, strongest } from "./gates.ts";
import { withGivenSteps } from "./given-steps.ts";
import type { Lookup } from "./names.ts";
import { type Args, invalidArgs, own, pathProblem, validateArgs } from "./parameters.ts";
import { positionalIssues } from "./render.ts";

export { describePlan } from "./describe.ts";

export interface PlanRequest {
  command: Command;
  args: Args;
  context: { [name: string]: Json };
  cwd: string | null;
  agent: { id?: string | null | undefined; labels?: string[] | undefined } | null;
  /** The caller wants a checkpoint before the first step. */
  checkpoint?: boolean | undefined;
  lookup: Lookup;
  /** Commands that run before its steps: they install what is missing, and the caller has consented. */
  installs?: Command[] | undefined;
  /** Only one person of the workspace may vote, so that nobody could vote in the requester's place. */
  soleApprover: boolean;
}

/** Makes the plan. Throws `invalid_args` with every problem found, or `not_found` for an inactive command. */
export async function compilePlan(
  request: PlanRequest,
): Promise<{ plan: Plan; digest: string; warnings: string[] }> {
  const { context } = request;
  const command = withGivenSteps(request.command, request.args);
  if (command.status === "inactive")
    throw new Refusal("not_found", `The command ${command.slug} is switched off.`);
  const planning: Planning = {
    context,
    lookup: request.lookup,
    soleApprover: request.soleApprover,
    issues: [],
    warnings: command.status === "deprecated" ? [`${command.slug} is deprecated`] : [],
  };
  if (request.cwd !== null) {
    const message = pathProblem(request.cwd);
    if (message !== null) planning.issues.push({ path: "cwd", message });
  }
  const { args } = validateArgs(command.parameters, withFacts(command, request.args, context));
  const steps =
    command.type === "workflow"
      ? await workflowSteps(command, args, planning)
      : [await singleStep(command, args, planning)];
  const all = await behindInstalls(request.installs ?? [], steps, planning);
  if (planning.issues.length > 0) throw invalidArgs(planning.issues);
  const plan: Plan = {
    v: 1,
    command: command.slug,
    version: command.version,
    type: command.type,
    effect: strongest([command.effect, ...all.map((step) => step.effect)]),
    args,
    cwd: request.cwd,
    agent: { id: request.agent?.id ?? null, labels: request.agent?.labels ?? [] },
    steps: request.checkpoint ? askFirst(all, request.soleApprover) : all,
    // A single command that fails may be half done: its own rollback compensates it.
    rollback_on_error: command.type === "workflow" ? command.definition.rollback_on_error : false,
    concurrency: null,
    timeout_s: (command.type === "workflow" ? command.timeout_s : undefined) ?? LIMITS.runTimeoutS,
  };
  plan.concurrency = concurrencyOf(command, plan);
  return { plan, digest: await planDigest(plan), warnings: planning.warnings };
}

/** SHA-256 over the canonical plan. A vote names it, so that it counts only for this very plan. */
export function planDigest(plan: Plan): Promise<string> {
  return sha256Hex(canonicalJson(plan));
}

function withFacts(command: Command, args: Args, context: Args): Args {
  const filled: Args = { ...args };
  for (const parameter of command.parameters) {
    const value = own(filled, parameter.name) ?? fact(parameter.from, context);
    if (value !== undefined) filled[parameter.name] = value;
  }
  return filled;
}

function valuesOf(args: Args): { [name: string]: { value: Json } } {
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [name, { value }]));
}

async function workflowSteps(
  command: Extract<Command, { type: "workflow" }>,
  args: Args,
  planning: Planning,
): Promise<PlanStep[]> {
  const frame = topFrame(command, valuesOf(args));
  const { steps } = await flatten(command, frame, planning);
  // What the workflow itself asks of the machine is asked before its first program starts.
  const source: Source = { get: (name) => own(args, name), isSecret: () => false };
  const asked = command.requires
    .filter(({ when }) => !when || holds(when as { param: string }, source))
    .map(({ when: _when, ...requirement }) => requirement);
  const first = steps.find((step) => step.exec.type === "builtin");
  if (first && asked.length > 0) first.requires = [...asked, ...first.requires];
  return steps;
}

async function singleStep(command: Command, args: Args, planning: Planning): Promise<PlanStep> {
  const reach = reachOfOne(planning);
  const call = callOf(command, valuesOf(args));
  planning.issues.push(...positionalIssues(call, args));
  return {
    ...call,
    id: command.slug,
    needs: [],
    when: null,
    checkpoint: null,
    continue_on_error: false,
    for_each: null,
    requires: command.requires,
    rollback: command.rollback ? await ownRollback(command, reach, planning, "rollback") : null,
  };
}

/** The steps behind those that install what they need, one after the other. */
async function behindInstalls(
  installs: Command[],
  steps: PlanStep[],
  planning: Planning,
): Promise<PlanStep[]> {
  let needs: string[] = [];
  const first: PlanStep[] = [];
  for (const command of installs) {
    if (command.type === "workflow") {
      planning.issues.push({ path: "consent", message: `${command.slug} is a workflow; run it by itself` });
      continue;
    }
    const { args } = validateArgs(command.parameters, withFacts(command, {}, planning.context));
    const step = { ...(await singleStep(command, args, planning)), id: `install-${command.slug}`, needs };
    first.push(step);
    needs = [step.id];
  }
  return [...first, ...steps.map((step) => (step.needs.length === 0 ? { ...step, needs } : step))];
}

/** The caller's own checkpoint: before the first step, or one before all of them when several come first. */
function askFirst(steps: PlanStep[], soleApprover: boolean): PlanStep[] {
  const policy = { ...checkpointPolicySchema.parse({}), name: "before start" };
  const [only] = steps;
  if (steps.length === 1 && only)
    return only.checkpoint ? steps : [{ ...only, checkpoint: checkpointOf(policy, steps, soleApprover) }];
  const roots = steps.filter((step) => step.needs.length === 0).map((step) => step.id);
  return gateSteps({ steps, roots }, policy, { id: "gate", when: null, soleApprover }).steps;
}

function concurrencyOf(command: Command, plan: Plan): Plan["concurrency"] {
  const concurrency = command.type === "workflow" ? command.definition.concurrency : undefined;
  if (!concurrency) return null;
  // A part that was not given is empty here: "deploy:" without an environment is a group too.
  const source: Source = { get: (name) => own(plan.args, name) ?? "", isSecret: () => false };
  const group = renderValue(concurrency.group, source);
  if (typeof group !== "string" || group === "") return null;
  const { id, labels } = plan.agent;
  const place = JSON.stringify([id ?? labels, plan.cwd ?? "."]);
  return {
    group: concurrency.scope === "project" ? `${group} ${place}` : group,
    on_conflict: concurrency.on_conflict,
  };
}
