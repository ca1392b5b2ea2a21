/** What is told of a run in few words: outputs a person wants, and how long a step took that was reported together with others. */
import { expect, test } from "vitest";
import type { Plan, Run, RunEvent } from "../src/api/types.ts";
import { doneForReal } from "../src/checkpoint/question.ts";
import { told } from "../src/checkpoint/results.ts";
import { markOf } from "../src/components/plan-mark.ts";
import { relative } from "../src/components/relative.ts";
import { endOf, scaleOf, statusOf, timelineOf } from "../src/pages/runs/timeline.ts";

test("of a step's outputs the few that say what happened; a commit once and short, nothing that is empty", () => {
  const commit = "f954d453bd49d83bc5a1d2f7c4f1f0b6a4d3c2e1";
  expect(
    told({
      head: commit,
      upstream: "origin/main",
      ahead: 0,
      branch: "main",
      dirty: true,
      change: " ",
      commit,
      pushed: commit,
      before: "d8717bd47e60316f805ddc71c10d73812e123ad4",
    }),
  ).toEqual([
    { name: "branch", text: "main" },
    { name: "dirty", text: "" },
    { name: "commit", text: "f954d45" },
  ]);
  expect(told({ ref: "refs/heads/main", tree: commit })).toEqual([{ name: "ref", text: "main" }]);
});

const step = (id: string, needs: string[], from: number, to: number) => ({
  id,
  command: id,
  status: "succeeded" as const,
  attempt: 1,
  needs,
  agent_id: "agt_1",
  exit_code: 0,
  outputs: null,
  error: null,
  started_at: from,
  finished_at: to,
  rollback: null,
});
const barsOf = (steps: ReturnType<typeof step>[], events: RunEvent[] = []) => {
  const run = { created_at: 0, finished_at: 1_000, steps } as unknown as Run;
  return timelineOf(run, events, 1_000).rows.map(({ bars }) => bars);
};

test("a step whose start and end came in one report ran, about, since what it needed had ended", () => {
  const [, second] = barsOf([step("add", [], 100, 300), step("commit", ["add"], 460, 460)]);
  expect(second).toMatchObject([{ kind: "run", from: 300, to: 460, status: "succeeded", about: true }]);
});

test("what waited for a timer has not failed, and was not at work meanwhile", () => {
  const event = (type: string, at: number) =>
    ({ seq: at, type, at, step: "sleep", data: {} }) as unknown as RunEvent;
  const [bars] = barsOf(
    [{ ...step("sleep", [], 10, 900) }],
    [event("step.started", 10), event("step.waiting", 12), event("step.succeeded", 900)],
  );
  expect(bars).toMatchObject([
    { kind: "run", from: 10, to: 12, status: "succeeded" },
    { kind: "wait", from: 12, to: 900 },
  ]);
});

test("a plan is marked by what it does at most; what is only tried does not count, unless nothing else is done", () => {
  const mark = (effect: string, ...steps: [string, boolean][]) =>
    markOf({
      effect,
      steps: steps.map(([effect, dry_run]) => ({ effect, args: { dry_run } })),
    } as unknown as Plan);
  const deploy = (dry: boolean): [string, boolean] => ["destructive", dry];
  expect(mark("destructive", deploy(false))).toEqual({ effect: "destructive", dry: false });
  expect(mark("destructive", deploy(true))).toEqual({ effect: "destructive", dry: true });
  expect(mark("destructive", ["read", false], deploy(true))).toEqual({ effect: "destructive", dry: true });
  expect(mark("destructive", ["write", false], deploy(true))).toEqual({ effect: "write", dry: false });
  expect(mark("destructive", deploy(true), deploy(false))).toEqual({ effect: "destructive", dry: false });
  expect(mark("write", ["write", false])).toEqual({ effect: "write", dry: false });
});

test("a long wait is drawn short and marked as such; what stands over the work is to its scale", () => {
  const done = [step("add", [], 0, 104), step("commit", ["add"], 104, 400)];
  const run = { created_at: 0, finished_at: null, steps: done, checkpoints: [] } as unknown as Run;
  const { rows, from, to } = timelineOf(run, [], 8_000);
  const { place, breaks, marks } = scaleOf(rows, from, to);
  expect(breaks).toEqual([[400, 8_000]]);
  expect(place(400)).toBeCloseTo(0.7);
  // No mark within the break, and each at the place of its time.
  expect(marks.map(({ ms }) => ms)).toEqual([0, 200]);
  for (const { at, ms } of marks) expect(at).toBeCloseTo((0.7 * ms) / 400);
  const even = scaleOf(rows, 0, 420);
  expect(even.breaks).toEqual([]);
  expect(even.marks.map(({ ms }) => ms)).toEqual([0, 200]);
});

test("a step that people said no to was rejected, not cancelled", () => {
  const cancelled = { ...step("deploy", [], 0, 0), status: "cancelled" as const, started_at: null };
  const asked = (status: string) =>
    ({ checkpoints: [{ step: "deploy", status }] }) as unknown as Parameters<typeof statusOf>[1];
  expect(statusOf(cancelled, asked("rejected"))).toBe("rejected");
  expect(statusOf(cancelled, asked("withdrawn"))).toBe("cancelled");
});

test("a step that was rolled back ended as undone, one whose rollback failed as it was", () => {
  const rolledBack = (status: string) =>
    ({ ...step("push", [], 0, 9), rollback: { status } }) as unknown as Parameters<typeof endOf>[0];
  expect(endOf(rolledBack("succeeded"), { checkpoints: [] })).toBe("undone");
  expect(endOf(rolledBack("failed"), { checkpoints: [] })).toBe("succeeded");
});

test("before a dry run, what was done for real is what changed something and was not tried only", () => {
  const results = ["look", "add", "try", "push.1", "lint"].map((step) => ({
    step,
    status: step === "lint" ? "failed" : "succeeded",
    outputs: null,
  }));
  const planned = (id: string, effect: string, dry_run = false) => ({ id, effect, args: { dry_run } });
  const plan = [
    planned("look", "read"),
    planned("add", "write"),
    planned("try", "destructive", true),
    planned("push", "write"),
    planned("lint", "write"),
  ];
  expect(doneForReal({ results }, plan)).toEqual(["add", "push.1"]);
});

test("what is past is told in whole units, what is to come by the nearest", () => {
  const [minute, hour] = [60_000, 3_600_000];
  const told = [-3.97 * hour, -59.4 * 1_000, 59.7 * minute, 3.97 * hour, 23.8 * hour, 100 * minute];
  expect(told.map((ms) => relative(ms, 0))).toEqual([
    "3 h ago",
    "59 s ago",
    "in 1 h",
    "in 4 h",
    "in 1 d",
    "in 2 h",
  ]);
});
