/** Conditions in words: short, unambiguous, and true of the condition they tell of. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { PlanCondition, PlanValue } from "../../src/contracts/plan.ts";
import { conditionWords } from "../../src/library/condition-words.ts";

const output = (name: string, step = "state"): PlanValue => ({
  ref: { of: "outputs", step, path: [name] },
});
const dirty: PlanCondition = { test: output("dirty"), equals: true };
const staged: PlanCondition = { test: output("staged"), greater_than: 0 };
const ahead: PlanCondition = { test: output("ahead"), greater_than: 0 };
const upstream: PlanCondition = { test: output("upstream"), present: true };
const via = (value: string): PlanCondition => ({ test: { value: "auto" }, equals: value });
const words = (condition: PlanCondition) =>
  conditionWords(condition, (step) => (step === "state" ? "git-status" : "build"));

test("what is known is left out, and what another part settles", () => {
  const git: PlanCondition = {
    any: [via("git"), { all: [via("auto"), upstream, { any: [dirty, staged, ahead] }] }],
  };
  expect(words({ all: [git, dirty] })).toEqual({
    will: "depends",
    words: "the branch has an upstream and files have changed",
  });
  expect(words({ all: [git, { any: [dirty, staged] }] })).toEqual({
    will: "depends",
    words: "the branch has an upstream and (files have changed or something is staged)",
  });
  expect(words({ any: [dirty, { all: [dirty, staged] }] })).toMatchObject({ words: "files have changed" });
  expect(words(via("git"))).toEqual({ will: "never" });
  expect(words({ all: [via("auto"), { not: via("git") }] })).toEqual({ will: "always" });
});

test("what is no repository's state is said as the workflow calls it; a not is turned where there is a word", () => {
  const bytes: PlanCondition = { test: output("bytes", "pack"), greater_than: 1_000 };
  expect(words({ not: { all: [bytes, dirty] } })).toMatchObject({
    words: "not (bytes from pack is more than 1000) or no file has changed",
  });
  expect(words({ test: { ref: { of: "status", step: "pack" } }, equals: "failed" })).toMatchObject({
    words: "the state of pack is failed",
  });
  expect(
    words({ test: { ref: { of: "inputs", step: "go", path: ["region"] } }, equals: "eu" }),
  ).toMatchObject({
    words: "region answered before go is eu",
  });
});

/** Reads the words back and decides them: letters stand for tests. */
function decide(text: string, truth: (letter: string) => boolean): boolean {
  let rest = text;
  const take = (start: string) => {
    if (!rest.startsWith(start)) return false;
    rest = rest.slice(start.length);
    return true;
  };
  const one = (): boolean => {
    if (take("not (")) {
      const inner = some();
      take(")");
      return !inner;
    }
    if (take("(")) {
      const inner = some();
      take(")");
      return inner;
    }
    const [, letter = "", no = ""] = /^([a-e]) from x is (not )?1/.exec(rest) ?? [];
    rest = rest.slice(`${letter} from x is ${no}1`.length);
    return truth(letter) !== (no !== "");
  };
  const some = (): boolean => {
    let value = one();
    for (;;) {
      if (take(" and ")) value = one() && value;
      else if (take(" or ")) value = one() || value;
      else return value;
    }
  };
  return some();
}

test("the words mean what the condition means", () => {
  const letters = ["a", "b", "c", "d", "e"];
  const { condition } = fc.letrec<{ condition: PlanCondition }>((tie) => ({
    condition: fc.oneof(
      { depthSize: "small" },
      fc.constantFrom<PlanCondition>(
        ...letters.map((name) => ({ test: output(name, "x"), equals: 1 })),
        { test: { value: 1 }, equals: 1 },
        { test: { value: 1 }, equals: 2 },
      ),
      fc.record({ all: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }) }),
      fc.record({ any: fc.array(tie("condition"), { minLength: 1, maxLength: 4 }) }),
      fc.record({ not: tie("condition") }),
    ),
  }));
  const meant = (one: PlanCondition, truth: (letter: string) => boolean): boolean => {
    if ("all" in one) return one.all.every((part) => meant(part, truth));
    if ("any" in one) return one.any.some((part) => meant(part, truth));
    if ("not" in one) return !meant(one.not, truth);
    if ("value" in one.test) return one.test.value === one.equals;
    return truth((one.test.ref as { path: string[] }).path[0] ?? "");
  };
  fc.assert(
    fc.property(condition, fc.nat(31), (one, bits) => {
      const truth = (letter: string) => ((bits >> letters.indexOf(letter)) & 1) === 1;
      const told = conditionWords(one, () => "build");
      const value = told.will === "depends" ? decide(told.words, truth) : told.will === "always";
      expect(value).toBe(meant(one, truth));
    }),
    { numRuns: 1_000 },
  );
});
