/** What an approver is told of two plans: nothing that is different goes unsaid, nothing that is the same is said. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { planDifference } from "../../src/approvals/plan-difference.ts";
import type { Plan, PlanCondition, PlanStep } from "../../src/contracts/plan.ts";
import { planStep } from "../engine/story.ts";

const step = (id: string, more: Partial<PlanStep> = {}): PlanStep =>
  planStep(id, {
    exec: { type: "api", handler: "echo" },
    args: { value: { value: "one" } },
    timeout_s: 30,
    ...more,
  });
const plan = (steps: PlanStep[], more: Partial<Plan> = {}): Plan => ({
  v: 1,
  command: "release",
  version: 1,
  type: "workflow",
  effect: "write",
  args: {},
  cwd: null,
  agent: { id: null, labels: [] },
  steps,
  rollback_on_error: true,
  concurrency: null,
  timeout_s: 3_600,
  ...more,
});
const state = step("state", { command: "git-status", effect: "read" });
const dirty: PlanCondition = {
  test: { ref: { of: "outputs", step: "state", path: ["dirty"] } },
  equals: true,
};
const asks = (quorum: number) =>
  ({
    name: "c",
    prompt: "",
    quorum,
    groups: ["ops"],
    requester_may_vote: false,
  }) as unknown as PlanStep["checkpoint"];

test("the same plan has no difference", () => {
  expect(planDifference(plan([state, step("put")]), plan([state, step("put")]))).toEqual([]);
});

test("a condition, a checkpoint and a limit are said in words, beside what else has changed", () => {
  const before = plan([state, step("put", { when: dirty, checkpoint: asks(2) })], { args: { to: "a" } });
  const after = plan([state, step("put", { continue_on_error: true, checkpoint: asks(1), timeout_s: 60 })], {
    args: { to: "b" },
    timeout_s: 60,
    rollback_on_error: false,
  });
  expect(planDifference(before, after)).toEqual([
    { what: "argument to", before: "a", after: "b" },
    { what: "time limit", before: "3600 s", after: "60 s" },
    { what: "undo when it fails", before: "true", after: "false" },
    {
      what: "condition of put",
      before: "only if files have changed",
      after: "always; the run goes on when it fails",
    },
    {
      what: "checkpoint before put",
      before: "2 people of ops, not whoever asked for the run",
      after: "1 person of ops, not whoever asked for the run",
    },
    { what: "time limit of put", before: "30 s", after: "60 s" },
  ]);
});

test("a step that changes is named, in whatever part", () => {
  const part = fc.constantFrom<Partial<PlanStep>>(
    { version: 2 },
    { effect: "destructive" },
    { exec: { type: "api", handler: "noop" } },
    { args: { value: { value: "two" } } },
    { timeout_s: 31 },
    { retry: { max: 2, backoff_s: 0 } },
    { needs: ["state"] },
    { when: dirty },
    { checkpoint: asks(1) },
    { continue_on_error: true },
    { for_each: { value: [1, 2] } },
    { requires: [{ tool: "git" }] },
    { rollback: { ...step("back"), when: null } },
  );
  fc.assert(
    fc.property(part, part, (one, other) => {
      const told = planDifference(
        plan([state, step("put"), step("say")]),
        plan([state, step("put", one), step("say", other)]),
      );
      const words = told.map(({ what }) => what).join("; ");
      for (const id of ["put", "say"]) expect(words).toContain(id);
    }),
  );
});
