/**
 * Policies of the workspace put into a plan: which steps each is about, and what a checkpoint asks when several have a say.
 * Pure: the same plan and policies give the same plan, and applying them twice changes nothing more.
 */
import type { ApprovalPolicy, PolicyDemand } from "../contracts/approval-policy.ts";
import type { CheckpointPolicy, FormField } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanStep } from "../contracts/plan.ts";
import { checkpointOf, type NamedPolicy } from "../library/gates.ts";
import { LIMITS } from "../limits.ts";
import type { GroupMinimum } from "./policy.ts";

/** Environments in which something destructive is not decided by a link alone, unless a policy says otherwise. */
export const PROTECTED_ENVIRONMENTS: readonly string[] = ["production", "prod", "live"];

/** What a policy can look at beside the plan itself. */
export interface PlanFacts {
  tenantId: string;
  context: { [name: string]: Json };
  /** Category of each command of the plan, by slug. */
  categories: ReadonlyMap<string, string>;
  soleApprover: boolean;
}

/** The plan with a checkpoint wherever a policy asks for one, each asking what the strictest of all that apply asks. */
export function applyPolicies(plan: Plan, policies: ApprovalPolicy[], facts: PlanFacts): Plan {
  const steps = plan.steps.map((step) => withPolicies(plan, step, policies, facts));
  return steps.every((step, i) => step === plan.steps[i]) ? plan : { ...plan, steps };
}

function withPolicies(plan: Plan, step: PlanStep, policies: ApprovalPolicy[], facts: PlanFacts): PlanStep {
  // A step that only asks stands for those behind it: what they are is what is agreed to.
  const about = asksOnly(step) ? plan.steps.filter(({ needs }) => needs.includes(step.id)) : [step];
  const matching = policies.filter(
    (policy) => policy.enabled && about.some((one) => matches(policy, plan, one, facts)),
  );
  let checkpoint: PlanStep["checkpoint"] = step.checkpoint;
  if (matching.length > 0 && (checkpoint || !asksOnly(step))) {
    const own: NamedPolicy = checkpoint ?? { ...NOTHING_ASKED, name: matching[0]?.name ?? step.id };
    const merged = matching.reduce<NamedPolicy>(
      (asked, { require }) => strictest(asked, require),
      // What a policy demands is its own to bound: a checkpoint it creates expires as it says.
      checkpoint ? own : { ...own, expires_s: shortest(matching) },
    );
    const { requester_may_vote: said, ...rest } = merged;
    checkpoint = checkpointOf(
      { ...rest, ...(said === undefined ? {} : { requester_may_vote: said }) },
      about,
      facts.soleApprover,
    );
  }
  if (checkpoint && checkpoint.sign_in === undefined && about.some((one) => isProtected(plan, one, facts)))
    checkpoint = { ...checkpoint, sign_in: true };
  return same(checkpoint, step.checkpoint) ? step : { ...step, checkpoint };
}

const NOTHING_ASKED: CheckpointPolicy = {
  quorum: 1,
  groups: [],
  form: [],
  expires_s: LIMITS.checkpointExpiryS,
};

function shortest(policies: ApprovalPolicy[]): CheckpointPolicy["expires_s"] {
  const said = policies.flatMap(({ require }) =>
    require.expires_s === undefined ? [] : [require.expires_s],
  );
  return said.length === 0 ? LIMITS.checkpointExpiryS : said.reduce(sooner);
}

function asksOnly(step: PlanStep): boolean {
  return step.checkpoint !== null && step.exec.type === "api" && step.exec.handler === "noop";
}

/** Is the policy about this step? Every part of its match that is given must hold. */
export function matches(policy: ApprovalPolicy, plan: Plan, step: PlanStep, facts: PlanFacts): boolean {
  const { effects, environments, tags, commands, tenants } = policy.match;
  if (effects && !effects.includes(step.effect)) return false;
  if (commands && !commands.some((slug) => isNamed(slug, step.command) || isNamed(slug, plan.command)))
    return false;
  if (tenants && !tenants.includes(facts.tenantId)) return false;
  if (tags && !tagsOf(plan, step, facts).some((tag) => tags.some((asked) => alike(tag, asked)))) return false;
  if (!environments) return true;
  const environment = environmentOf(plan, step, facts);
  return environment === UNKNOWN || environments.some((asked) => alike(asked, environment));
}

/** Decided only while the run runs: it may be any environment. */
const UNKNOWN = Symbol("known later");

/** Where the step acts: its own argument, else the run's, else the context's. Empty when nobody says. */
function environmentOf(plan: Plan, step: PlanStep, facts: PlanFacts): string | typeof UNKNOWN {
  for (const name of ["env", "environment"]) {
    const arg = Object.hasOwn(step.args, name) ? step.args[name] : undefined;
    if (arg && "ref" in arg) return UNKNOWN;
    if (arg && typeof arg.value === "string" && arg.value !== "") return arg.value;
  }
  for (const from of [plan.args, facts.context])
    for (const name of ["env", "environment"]) {
      const value = Object.hasOwn(from, name) ? from[name] : undefined;
      if (typeof value === "string" && value !== "") return value;
    }
  return "";
}

function tagsOf(plan: Plan, step: PlanStep, { context, categories }: PlanFacts): string[] {
  const said = Array.isArray(context.tags) ? context.tags.filter((tag) => typeof tag === "string") : [];
  return [categories.get(step.command), categories.get(plan.command), ...said].filter(
    (tag) => tag !== undefined,
  );
}

function isProtected(plan: Plan, step: PlanStep, facts: PlanFacts): boolean {
  if (step.effect !== "destructive") return false;
  const environment = environmentOf(plan, step, facts);
  return environment !== UNKNOWN && PROTECTED_ENVIRONMENTS.some((name) => alike(name, environment));
}

function isNamed(pattern: string, slug: string): boolean {
  return pattern.endsWith("*") ? slug.startsWith(pattern.slice(0, -1)) : slug === pattern;
}

function alike(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/**
 * What two ask together, the strictest of each:
 * quorum the larger; groups those of the one that names any, and where both do, members of either may vote and each side's
 * quorum must come from its own; minimums all, of one group the larger; the requester votes only if nobody forbids it; every
 * field of both forms, required if either says so; the earliest expiry, reminder and escalation; `reject` before `stop`;
 * sign-in if either wants it; break-glass only if neither forbids it.
 */
export function strictest<T extends CheckpointPolicy>(own: T, more: PolicyDemand): T {
  const quorum = Math.max(own.quorum, more.quorum ?? 1);
  const groups = more.groups ?? [];
  const both = own.groups.length > 0 && groups.length > 0 && !holdsAlready(own, groups, more.quorum ?? 1);
  const minimums = mergeMinimums([
    ...(own.minimums ?? []),
    ...(more.minimums ?? []),
    ...(both
      ? [
          { group: own.groups, min: own.quorum },
          { group: groups, min: more.quorum ?? 1 },
        ]
      : []),
  ]);
  const requester =
    own.requester_may_vote === false || more.requester_may_vote === false
      ? false
      : (own.requester_may_vote ?? more.requester_may_vote);
  const merged: { [name: string]: unknown } = {
    ...own,
    prompt: own.prompt ?? more.prompt,
    quorum,
    groups: own.groups.length === 0 ? groups : both ? [...new Set([...own.groups, ...groups])] : own.groups,
    minimums: minimums.length > 0 ? minimums : undefined,
    requester_may_vote: requester,
    form: mergeForms(own.form, more.form ?? []),
    expires_s: more.expires_s === undefined ? own.expires_s : sooner(own.expires_s, more.expires_s),
    on_expiry:
      own.on_expiry === "stop" && more.on_expiry === "reject" ? "reject" : (own.on_expiry ?? more.on_expiry),
    remind_every_s: least(own.remind_every_s, more.remind_every_s),
    escalate:
      (more.escalate?.after_s ?? Number.POSITIVE_INFINITY) <
      (own.escalate?.after_s ?? Number.POSITIVE_INFINITY)
        ? more.escalate
        : own.escalate,
    supersede: own.supersede || more.supersede || undefined,
    // Nothing is stricter here: what the step itself says stands before what the policy says.
    notify: own.notify || more.notify ? { ...more.notify, ...own.notify } : undefined,
    sign_in: own.sign_in || more.sign_in || (own.sign_in ?? more.sign_in),
    break_glass: own.break_glass === false || more.break_glass === false ? false : undefined,
  };
  for (const name of Object.keys(merged)) if (merged[name] === undefined) delete merged[name];
  return merged as T;
}

/** The same groups, or asked of these groups before: asking again adds nothing. */
function holdsAlready(own: CheckpointPolicy, groups: string[], quorum: number): boolean {
  const key = keyOf(groups);
  if (keyOf(own.groups) === key) return true;
  const asked =
    own.minimums?.some(({ group, min }) => keyOf([group].flat()) === key && min >= quorum) ?? false;
  return asked && groups.every((group) => own.groups.includes(group));
}

function keyOf(groups: string[]): string {
  return JSON.stringify([...new Set(groups)].sort());
}

function mergeMinimums(all: GroupMinimum[]): GroupMinimum[] {
  const byGroup = new Map<string, GroupMinimum>();
  for (const one of all) {
    const names = [...new Set([one.group].flat())].sort();
    const key = keyOf(names);
    const min = Math.max(one.min, byGroup.get(key)?.min ?? 0);
    byGroup.set(key, { group: names.length === 1 ? (names[0] as string) : names, min });
  }
  return [...byGroup.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

function mergeForms(own: FormField[], more: FormField[]): FormField[] {
  const names = new Set(own.map(({ name }) => name));
  const kept = own.map((field) =>
    more.some((other) => other.name === field.name && other.required) ? { ...field, required: true } : field,
  );
  return [...kept, ...more.filter(({ name }) => !names.has(name))];
}

function sooner(
  a: CheckpointPolicy["expires_s"],
  b: CheckpointPolicy["expires_s"],
): CheckpointPolicy["expires_s"] {
  if (a === "never") return b;
  return b === "never" ? a : Math.min(a, b);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
