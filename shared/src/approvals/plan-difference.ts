/** What is different between two plans, in the words an approver reads. Pure. */
import type { Json } from "../contracts/json.ts";
import type { Plan, PlanStep } from "../contracts/plan.ts";
import type { Difference, Step } from "../engine/state.ts";
import { canonicalJson } from "../library/canonical.ts";
import { conditionWords } from "../library/condition-words.ts";
import { describeCall } from "../library/describe.ts";
import { describeRule } from "./policy.ts";

const NOTHING = "nothing";
/** An arg or a line longer than this is cut: it is shown in a mail. */
const SHOWN_CHARS = 300;

/**
 * Every pinned part that differs: arguments, versions, target, directory, limits, and of each step its line, its condition, whom it asks;
 * empty for the same plan. Of a step that is another one in what no words are for, its parts are named: none changes unsaid.
 */
export function planDifference(before: Plan, after: Plan): Difference[] {
  const found: Difference[] = [];
  const add = (what: string, was: Json | undefined, is: Json | undefined) => {
    if (canonicalJson(was ?? null) !== canonicalJson(is ?? null))
      found.push({ what, before: text(was), after: text(is) });
  };
  for (const name of new Set([...Object.keys(before.args), ...Object.keys(after.args)]))
    add(`argument ${name}`, before.args[name], after.args[name]);
  add(`version of ${after.command}`, before.version, after.version);
  add("target", target(before), target(after));
  add("directory", before.cwd ?? "the agent's root", after.cwd ?? "the agent's root");
  add("time limit", `${before.timeout_s} s`, `${after.timeout_s} s`);
  add("undo when it fails", before.rollback_on_error, after.rollback_on_error);
  for (const id of new Set([...before.steps, ...after.steps].map((step) => step.id))) {
    const [was, is] = [before, after].map((plan) => plan.steps.find((step) => step.id === id));
    const told = found.length;
    if (was && is && was.command === is.command) add(`version of ${is.command}`, was.version, is.version);
    add(`step ${id}`, was && describeCall(was).line, is && describeCall(is).line);
    if (was?.rollback || is?.rollback) add(`undo of ${id}`, undoLine(was), undoLine(is));
    if (!was || !is) continue;
    add(`condition of ${id}`, conditionOf(was, before), conditionOf(is, after));
    add(`checkpoint before ${id}`, askedAt(was), askedAt(is));
    add(`time limit of ${id}`, `${was.timeout_s} s`, `${is.timeout_s} s`);
    const parts = found.length > told ? [] : otherParts(was, is);
    if (parts.length > 0)
      found.push({ what: `step ${id}`, before: `another ${parts.join(", ")}`, after: "those of now" });
  }
  if (
    found.length === 0 &&
    canonicalJson(before as unknown as Json) !== canonicalJson(after as unknown as Json)
  )
    found.push({ what: "plan", before: "other limits or another order", after: "those of now" });
  return unique(found);
}

/**
 * Why the rest of a waiting run cannot follow another plan; null when it can. What has run stays as it was planned, and what
 * stands behind a gate that was passed runs as it was approved, unless it stands behind one that is still open too.
 */
export function whyNotReplan(
  before: Plan,
  after: Plan,
  rows: Step[],
  passed: string[],
  open: string[],
): string | null {
  const settled = new Set(
    rows.filter((row) => row.status !== "pending" && row.item === undefined).map((row) => row.id),
  );
  const askedAgain = behind(after, open);
  const agreed = behind(before, passed);
  for (const step of before.steps) {
    const now = after.steps.find(({ id }) => id === step.id);
    const same =
      now !== undefined && canonicalJson(now as unknown as Json) === canonicalJson(step as unknown as Json);
    if (same || open.includes(step.id)) continue;
    if (settled.has(step.id)) return `Step ${step.id} has run already and would be another one`;
    if (agreed.has(step.id) && !askedAgain.has(step.id))
      return `Step ${step.id} stands behind a checkpoint that was approved already`;
  }
  const added = after.steps.find(
    (step) =>
      !before.steps.some(({ id }) => id === step.id) &&
      behind(after, passed).has(step.id) &&
      !askedAgain.has(step.id),
  );
  if (added) return `Step ${added.id} would stand behind a checkpoint that was approved already`;
  if (before.concurrency?.group !== after.concurrency?.group)
    return "It would belong to another concurrency group";
  return null;
}

/** These steps and all that need them. */
function behind(plan: Plan, ids: string[]): Set<string> {
  const found = new Set(ids);
  for (let grew = true; grew; ) {
    grew = false;
    for (const step of plan.steps)
      if (!found.has(step.id) && step.needs.some((need) => found.has(need))) {
        found.add(step.id);
        grew = true;
      }
  }
  return found;
}

function target({ agent }: Plan): string {
  if (agent.id) return `agent ${agent.id}`;
  return agent.labels.length > 0 ? `an agent labelled ${agent.labels.join(", ")}` : "any agent";
}

/** When it runs, and what is done when it fails. */
function conditionOf(step: PlanStep, plan: Plan): string {
  const told = step.when
    ? conditionWords(step.when, (id) => plan.steps.find((one) => one.id === id)?.command)
    : { will: "always" as const };
  const when = told.will === "depends" ? `only if ${told.words}` : told.will;
  return step.continue_on_error ? `${when}; the run goes on when it fails` : when;
}

/** Whom it asks first. */
function askedAt({ checkpoint }: PlanStep): string {
  if (!checkpoint) return "nobody is asked";
  const self = checkpoint.requester_may_vote ? "" : ", not whoever asked for the run";
  return `${describeRule(checkpoint)}${self}`;
}

/** Names of the parts that differ. */
function otherParts(was: PlanStep, is: PlanStep): string[] {
  const parts = is as unknown as { [name: string]: Json };
  return Object.keys(parts)
    .filter(
      (name) =>
        canonicalJson((was as unknown as { [name: string]: Json })[name] ?? null) !==
        canonicalJson(parts[name] ?? null),
    )
    .map((name) => name.replaceAll("_", " "));
}

function undoLine(step: PlanStep | undefined): string | undefined {
  return step?.rollback ? describeCall(step.rollback, step).line : undefined;
}

function text(value: Json | undefined): string {
  if (value === undefined || value === null) return NOTHING;
  const whole = typeof value === "string" ? value : JSON.stringify(value);
  return whole.length > SHOWN_CHARS ? `${whole.slice(0, SHOWN_CHARS - 1)}…` : whole;
}

function unique(all: Difference[]): Difference[] {
  return all.filter((one, i) => all.findIndex((other) => other.what === one.what) === i);
}
