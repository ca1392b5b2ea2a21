/** A plan's conditions as a person says them: what is known already is left out, and no "and" stands beside an "or" unmarked. Pure. */
import type { PlanCondition, PlanValue } from "../contracts/plan.ts";
import { knownTruth } from "../engine/values.ts";
import { refWords } from "./reference-words.ts";

type Test = Extract<PlanCondition, { test: PlanValue }>;

/** What git-status says of a repository, in words: when it holds, when it does not, of it as a thing to be said. */
export const REPOSITORY_WORDS: { [output: string]: [yes: string, no: string] } = {
  dirty: ["files have changed", "no file has changed"],
  staged: ["something is staged", "nothing is staged"],
  ahead: ["there are commits to push", "there is nothing to push"],
  behind: ["the branch is behind its upstream", "the branch is not behind its upstream"],
  upstream: ["the branch has an upstream", "the branch has no upstream"],
};

/**
 * @param commandOf the command of a step, by the step's id
 * @returns "always" and "never" where that is known before the run; else the words behind "only if"
 */
export function conditionWords(
  condition: PlanCondition,
  commandOf: (step: string) => string | undefined,
): { will: "always" | "never" } | { will: "depends"; words: string } {
  const left = simplified(condition);
  if (typeof left === "boolean") return { will: left ? "always" : "never" };
  return { will: "depends", words: said(left, commandOf) };
}

/** The same condition without what is known, without doubles, and without parts that another part settles. */
function simplified(condition: PlanCondition): PlanCondition | boolean {
  const known = knownTruth(condition);
  if (known !== undefined) return known;
  if ("not" in condition) {
    const inner = simplified(condition.not);
    return typeof inner === "boolean" ? !inner : turned(inner);
  }
  if ("all" in condition) return joined("all", condition.all);
  if ("any" in condition) return joined("any", condition.any);
  return condition;
}

function joined(kind: "all" | "any", parts: PlanCondition[]): PlanCondition | boolean {
  const other = kind === "all" ? "any" : "all";
  const open = parts.map(simplified).filter((part) => typeof part !== "boolean");
  const flat = open.flatMap((part) => partsOf(part, kind));
  // "dirty, and dirty or staged" is "dirty"; "dirty, or dirty and staged" too.
  const left = flat.filter(
    (part, at) =>
      !flat.some((one, place) => {
        if (place === at) return false;
        const [mine, others] = [keysOf(part, other), keysOf(one, other)];
        const within = [...others].every((key) => mine.has(key));
        return within && (others.size < mine.size || place < at);
      }),
  );
  return left.length === 1 ? (left[0] as PlanCondition) : ({ [kind]: left } as PlanCondition);
}

function partsOf(condition: PlanCondition, kind: "all" | "any"): PlanCondition[] {
  return kind in condition ? (condition as { [kind: string]: PlanCondition[] })[kind]! : [condition];
}

function keysOf(condition: PlanCondition, kind: "all" | "any"): Set<string> {
  return new Set(partsOf(condition, kind).map((part) => JSON.stringify(part)));
}

/** The opposite, without a "not" where there is a word for it. */
function turned(condition: PlanCondition): PlanCondition {
  if ("not" in condition) return condition.not;
  if ("all" in condition) return { any: condition.all.map(turned) };
  if ("any" in condition) return { all: condition.any.map(turned) };
  const { test, equals, not_equals, present } = condition;
  const only = Object.keys(condition).length === 2;
  if (only && equals !== undefined) return { test, not_equals: equals };
  if (only && not_equals !== undefined) return { test, equals: not_equals };
  if (only && present !== undefined) return { test, present: !present };
  return { not: condition };
}

function said(condition: PlanCondition, commandOf: (step: string) => string | undefined): string {
  const bracketed = (part: PlanCondition, kind: "all" | "any") =>
    kind in part ? `(${said(part, commandOf)})` : said(part, commandOf);
  if ("all" in condition) return condition.all.map((part) => bracketed(part, "any")).join(" and ");
  if ("any" in condition) return condition.any.map((part) => bracketed(part, "all")).join(" or ");
  if ("not" in condition) return `not (${said(condition.not, commandOf)})`;
  return repository(condition, commandOf) ?? plainly(condition);
}

function repository(test: Test, commandOf: (step: string) => string | undefined): string | null {
  const ref = "ref" in test.test ? test.test.ref : undefined;
  if (ref?.of !== "outputs" || ref.path.length !== 1 || commandOf(ref.step) !== "git-status") return null;
  const words = REPOSITORY_WORDS[ref.path[0] ?? ""];
  if (!words) return null;
  const { test: _, ...tests } = test;
  switch (JSON.stringify(tests)) {
    case "{}":
    case '{"equals":true}':
    case '{"not_equals":false}':
    case '{"greater_than":0}':
    case '{"present":true}':
      return words[0];
    case '{"equals":false}':
    case '{"not_equals":true}':
    case '{"equals":0}':
    case '{"present":false}':
      return words[1];
    default:
      return null;
  }
}

function plainly(test: Test): string {
  const subject = subjectOf(test.test);
  const parts = [
    test.equals !== undefined && `${subject} is ${shownValue(test.equals)}`,
    test.not_equals !== undefined && `${subject} is not ${shownValue(test.not_equals)}`,
    test.greater_than !== undefined && `${subject} is more than ${test.greater_than}`,
    test.present !== undefined && `${subject} is ${test.present ? "there" : "not there"}`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(" and ") : `${subject} is there`;
}

/** A reference in words; what is known, as it is. */
function subjectOf(value: PlanValue): string {
  return "value" in value ? shownValue(value.value) : refWords(value.ref);
}

function shownValue(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
}
