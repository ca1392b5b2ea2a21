import { describe, expect, test } from "vitest";
import type { StepReport } from "../../src/contracts/agent-protocol.ts";
import { planStep, Story } from "./story.ts";

const read = { effect: "read" as const, retry: { max: 3, backoff_s: 1 } };
const declared = { effect: "write" as const, retry: { max: 2, backoff_s: 1 } };
const once = { effect: "write" as const, retry: { max: 1, backoff_s: 1 } };

type Said = Partial<StepReport> & Pick<StepReport, "state">;
const failed = (code: string): Said => ({ state: "failed", exit_code: null, error: { code, message: code } });
const notStarted = (code: string): Said => ({ state: "not_started", error: { code, message: code } });

describe("what a report of a single step leads to", () => {
  test.for<[string, Said, Parameters<typeof planStep>[1], string, string]>([
    ["succeeded", { state: "succeeded", exit_code: 0 }, once, "succeeded", "succeeded"],
    ["failed, no attempt left", { state: "failed", exit_code: 2 }, once, "failed", "failed"],
    ["failed, attempts left", { state: "failed", exit_code: 2 }, declared, "waiting", "running"],
    [
      "failed, and the error may pass",
      { state: "failed", exit_code: 2 },
      { ...once, continue_on_error: true },
      "failed",
      "succeeded",
    ],
    ["refused by the agent's policy", notStarted("policy_denied"), read, "failed", "failed"],
    ["a tool is missing", notStarted("prerequisite_missing"), read, "failed", "failed"],
    ["the agent went down before the start", notStarted("interrupted"), once, "queued", "running"],
    ["the agent went down under a write", failed("interrupted"), once, "failed", "failed"],
    ["the agent went down under a read", failed("interrupted"), read, "waiting", "running"],
    ["no answer to a write", failed("outcome_unknown"), once, "unknown", "waiting"],
    ["no answer to what may be repeated", failed("outcome_unknown"), declared, "waiting", "running"],
    ["stopped, though nobody asked", { state: "cancelled" }, once, "failed", "failed"],
    ["done, yet still running", { state: "running" }, once, "unknown", "waiting"],
  ])("%s", ([, said, of, step, run]) => {
    const story = new Story([planStep("a", of)]);
    story.decide();
    story.report(story.lease(), { a: said });
    story.decide();
    expect({ step: story.step("a").status, run: story.run.status }).toEqual({ step, run });
  });

  test("a report while it runs only says that it runs, once", () => {
    const story = new Story([planStep("a")]);
    story.decide();
    const job = story.lease();
    story.report(job, { a: { state: "running" } }, false);
    expect(story.decide().events.map((event) => event.type)).toEqual(["step.started"]);
    story.report(job, { a: { state: "running" } }, false);
    expect(story.decide().changed).toBe(false);
    expect(story.step("a")).toMatchObject({ status: "running", attempt: 1, agentId: "agt_1", startedSeq: 1 });
  });

  test("what probes captured is kept when the program fails", () => {
    const story = new Story([planStep("a")]);
    story.decide();
    story.report(story.lease(), { a: { state: "failed", exit_code: 1, outputs: { before: "abc" } } });
    story.decide();
    expect(story.step("a").outputs).toEqual({ before: "abc" });
  });

  test("processes that got away are named", () => {
    const story = new Story([planStep("a")]);
    story.decide();
    story.report(story.lease(), { a: { state: "failed", exit_code: 1, escapees: ["4711 sleep"] } });
    story.decide();
    expect(story.run.error?.message).toContain("4711 sleep");
  });
});

describe("a lease that ran out", () => {
  test.for<[string, Parameters<typeof planStep>[1], string, string]>([
    ["of a read: it runs again", read, "waiting", "running"],
    ["of what was declared repeatable: it runs again", declared, "waiting", "running"],
    ["of a write: a person is asked", once, "unknown", "waiting"],
    ["of a destructive step: a person is asked", { ...once, effect: "destructive" }, "unknown", "waiting"],
  ])("%s", ([, of, step, run]) => {
    const story = new Story([planStep("a", of)]);
    story.decide();
    story.lease();
    expect(story.decide(59_000).changed).toBe(false);
    story.decide(1_000);
    expect({ step: story.step("a").status, run: story.run.status, job: story.jobs[0]?.status }).toEqual({
      step,
      run,
      job: "lost",
    });
  });

  test("too often ends a read, with as many attempts as it has", () => {
    const story = new Story([planStep("a", read)]);
    story.decide();
    for (let i = 0; i < 3; i++) {
      story.lease();
      story.decide(60_000);
      story.decide(10_000);
    }
    expect(story.run.status).toBe("failed");
    expect(story.step("a")).toMatchObject({ attempt: 3, error: { code: "lease_lost" } });
  });

  test("of several steps: the first runs again, the others wait for their turn and are asked about then", () => {
    const story = new Story([
      planStep("a", read),
      planStep("b", { ...once, needs: ["a"] }),
      planStep("c", { ...read, needs: ["b"] }),
    ]);
    story.decide();
    story.lease();
    story.decide(60_000);
    expect(story.statuses()).toEqual({ a: "waiting", b: "pending", c: "pending" });
    story.decide(1_000);
    expect(story.jobs.at(-1)?.steps.map((sent) => sent.step)).toEqual(["a"]);
    story.work();
    expect(story.statuses()).toEqual({ a: "succeeded", b: "unknown", c: "pending" });
    expect(story.run.status).toBe("waiting");
    story.vote("approved");
    story.decide();
    expect(story.jobs.at(-1)?.steps[0]).toMatchObject({ step: "b", attempt: 2 });
    while (story.run.status === "running") story.work();
    expect(story.run.status).toBe("succeeded");
  });

  test("after some of its steps were reported: those stay, the rest is looked at", () => {
    const story = new Story([
      planStep("a", once),
      planStep("b", { ...once, needs: ["a"] }),
      planStep("c", { ...once, needs: ["b"] }),
    ]);
    story.decide();
    story.report(story.lease(), { a: { state: "succeeded", exit_code: 0 } }, false);
    story.decide(60_000);
    expect(story.statuses()).toEqual({ a: "succeeded", b: "unknown", c: "pending" });
  });

  test("a person who says no ends the run; one who says yes gives one more attempt", () => {
    for (const [answer, run, step] of [
      ["rejected", "failed", "unknown"],
      ["approved", "running", "queued"],
    ] as const) {
      const story = new Story([planStep("a", once)]);
      story.decide();
      story.lease();
      story.decide(60_000);
      story.vote(answer);
      story.decide();
      expect({ run: story.run.status, step: story.step("a").status }).toEqual({ run, step });
    }
  });

  test("while the run ends: what became of the step stays unknown, and the run ends", () => {
    const story = new Story([planStep("a", once)]);
    story.decide();
    story.lease();
    story.cancel();
    story.decide();
    expect(story.run.status).toBe("running");
    expect(story.jobs[0]?.cancelRequestedAt).not.toBeNull();
    story.decide(60_000);
    expect({ run: story.run.status, step: story.step("a").status }).toEqual({
      run: "cancelled",
      step: "unknown",
    });
  });
});
