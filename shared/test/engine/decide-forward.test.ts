import { describe, expect, test } from "vitest";
import { foldEvents } from "../../src/engine/evolve.ts";
import { LIMITS } from "../../src/limits.ts";
import { GATE, planStep, pureStep, Story } from "./story.ts";

describe("what may start", () => {
  test("nothing to run: done in one decision", () => {
    const story = new Story([
      pureStep("a", "noop"),
      pureStep("b", "echo", { needs: ["a"], args: { x: { value: 7 } } }),
    ]);
    story.decide();
    expect(story.run.status).toBe("succeeded");
    expect(story.step("b").outputs).toEqual({ x: 7 });
    expect(story.run.nextCheckAt).toBeNull();
  });

  test("steps of one agent in a row travel as one job, and all their results come in at once", () => {
    const story = new Story([
      planStep("a"),
      planStep("b", { needs: ["a"] }),
      planStep("c", { needs: ["b"] }),
    ]);
    story.decide();
    expect(story.jobs.map((job) => job.steps.map((sent) => sent.step))).toEqual([["a", "b", "c"]]);
    expect(story.statuses()).toEqual({ a: "queued", b: "queued", c: "queued" });
    story.work();
    expect(story.run.status).toBe("succeeded");
  });

  test.for<[string, Parameters<typeof planStep>[1]]>([
    ["a gate", { checkpoint: GATE }],
    ["a fan-out", { for_each: { value: [1] } }],
    [
      "an argument from a step of the same job",
      {
        parameters: [{ name: "x", type: "json", required: false, description: "" }],
        args: { x: { ref: { of: "outputs", step: "a", path: ["n"] } } },
      },
    ],
    [
      "a condition on a step of the same job",
      { when: { test: { ref: { of: "status", step: "a" } }, equals: "succeeded" } },
    ],
    ["a step of another kind", { exec: { type: "external", url: "https://example.test/", method: "GET" } }],
  ])("%s ends a job's row of steps", ([, of]) => {
    const story = new Story([planStep("a"), planStep("b", { needs: ["a"], ...of })]);
    story.decide();
    expect(story.jobs.map((job) => job.steps.map((sent) => sent.step))).toEqual([["a"]]);
  });

  test("where the work forks, each branch is its own job", () => {
    const story = new Story([
      planStep("a"),
      planStep("b", { needs: ["a"] }),
      planStep("c", { needs: ["a"] }),
      planStep("d", { needs: ["b", "c"] }),
    ]);
    story.decide();
    expect(story.jobs).toHaveLength(1);
    story.work();
    expect(story.jobs.slice(1).map((job) => job.steps[0]?.step)).toEqual(["b", "c"]);
    story.work("b");
    expect(story.step("d").status).toBe("pending");
    story.work("c");
    story.work("d");
    expect(story.run.status).toBe("succeeded");
  });

  test.for([
    [true, "succeeded"],
    [false, "skipped"],
  ] as const)("a condition that is %s: %s; what follows goes on", ([value, status]) => {
    const story = new Story([
      pureStep("a", "noop", { when: { test: { value } } }),
      pureStep("b", "noop", { needs: ["a"] }),
    ]);
    story.decide();
    expect(story.statuses()).toEqual({ a: status, b: "succeeded" });
  });

  test("a run behind another of its group waits, and is looked at again", () => {
    const story = new Story([pureStep("a", "noop")]);
    story.blockedBy("run_before");
    story.decide();
    expect(story.run.status).toBe("queued");
    expect(story.run.nextCheckAt).toBeGreaterThan(story.now);
    story.blockedBy(null);
    story.decide();
    expect(story.run.status).toBe("succeeded");
  });

  test("arguments that do not fit, once they are known, fail the step", () => {
    const parameters = [{ name: "x", type: "number" as const, required: true, description: "" }];
    const story = new Story([planStep("a", { parameters, args: { x: { value: "a word" } } })]);
    story.decide();
    expect(story.run).toMatchObject({ status: "failed", error: { code: "invalid_args", step: "a" } });
  });
});

describe("fan-out", () => {
  const each = (items: number[], of = {}) =>
    new Story([
      planStep("each", { for_each: { value: items }, ...of }),
      pureStep("join", "noop", { needs: ["each"] }),
    ]);

  test("of nothing joins at once", () => {
    const story = each([]);
    story.decide();
    expect(story.step("each")).toMatchObject({
      status: "succeeded",
      children: 0,
      outputs: { items: [], count: 0 },
    });
    expect(story.run.status).toBe("succeeded");
  });

  test("joins once, when the last of the planned children is done, in the order of the items", () => {
    const story = each([10, 20, 30]);
    story.decide();
    expect(story.jobs.map((job) => job.steps[0]?.step)).toEqual(["each.0", "each.1", "each.2"]);
    story.work("each.2", { n: 3 });
    story.work("each.0", { n: 1 });
    expect(story.step("join").status).toBe("pending");
    story.work("each.1", { n: 2 });
    expect(story.step("each").outputs).toEqual({ items: [{ n: 1 }, { n: 2 }, { n: 3 }], count: 3 });
    expect(story.run.status).toBe("succeeded");
    expect(
      story.events.filter((event) => event.step === "join" && event.type === "step.succeeded"),
    ).toHaveLength(1);
  });

  test("fails as a whole, but only when its other children have ended", () => {
    const story = each([1, 2]);
    story.decide();
    const first = story.lease("each.0");
    story.report(first, { "each.0": { state: "failed", exit_code: 1 } });
    story.decide();
    expect(story.run.status).toBe("running");
    story.work("each.1");
    expect(story.run).toMatchObject({ status: "failed", error: { step: "each" } });
  });

  test("stopped in the middle ends with its children", () => {
    const story = each([1, 2]);
    story.decide();
    story.cancel();
    story.decide();
    expect(story.run.status).toBe("cancelled");
    expect(["each", "each.0", "each.1"].map((id) => story.step(id).status)).toEqual([
      "cancelled",
      "cancelled",
      "cancelled",
    ]);
  });

  test("of too much is refused", () => {
    const story = each(Array.from({ length: LIMITS.forEachItems + 1 }, (_, i) => i));
    story.decide();
    expect(story.run.error).toMatchObject({ code: "invalid_args" });
  });
});

describe("time", () => {
  test("a sleep is a timer, not a wait", () => {
    const story = new Story([pureStep("a", "sleep", { args: { seconds: { value: 30 } } })]);
    story.decide();
    expect(story.step("a").status).toBe("waiting");
    // An earlier look that stands already is kept.
    expect(story.run.nextCheckAt).toBeLessThanOrEqual(story.now + 30_000);
    story.decide(29_000);
    expect(story.step("a").status).toBe("waiting");
    story.decide(1_000);
    expect(story.run.status).toBe("succeeded");
  });

  test("a failed attempt waits twice as long each time, then the step has failed", () => {
    const story = new Story([planStep("a", { retry: { max: 3, backoff_s: 2 } })]);
    story.decide();
    for (const wait of [2_000, 4_000]) {
      story.report(story.lease(), { a: { state: "failed", exit_code: 1 } });
      story.decide();
      expect(story.step("a")).toMatchObject({ status: "waiting", wakeAt: story.now + wait });
      story.decide(wait);
    }
    story.report(story.lease(), { a: { state: "failed", exit_code: 1 } });
    story.decide();
    expect(story.run.status).toBe("failed");
    expect(story.step("a")).toMatchObject({ status: "failed", attempt: 3 });
  });

  test("a run that is out of time fails, whatever it waits for", () => {
    const story = new Story([planStep("a", { checkpoint: GATE })], { timeout_s: 60 });
    story.decide();
    story.decide(60_000);
    expect(story.run).toMatchObject({ status: "failed", error: { code: "timeout" } });
    expect(story.checkpoints[0]?.status).toBe("withdrawn");
  });
});

describe("decide", () => {
  test("changes nothing when nothing is due, however often it is asked", () => {
    const story = new Story([planStep("a"), planStep("b", { checkpoint: GATE })]);
    story.decide();
    for (let i = 0; i < 3; i++) expect(story.decide(1).changed).toBe(false);
  });

  test("leaves a run that is over alone", () => {
    const story = new Story([pureStep("a", "noop")]);
    story.decide();
    expect(story.decide(1_000_000)).toMatchObject({ changed: false, events: [], jobs: [] });
  });

  test("says everything in events: folding them gives the rows", () => {
    const story = new Story([
      planStep("a"),
      planStep("b", { needs: ["a"], checkpoint: GATE }),
      pureStep("c", "noop", { needs: ["b"] }),
    ]);
    story.decide();
    story.work();
    story.vote("approved");
    story.decide();
    story.work();
    const folded = foldEvents([
      { seq: 1, type: "run.created", at: 0, data: { status: "queued" } },
      ...story.events,
    ]);
    expect(folded.status).toBe(story.run.status);
    expect(Object.fromEntries([...folded.steps].map(([id, step]) => [id, step.status]))).toEqual(
      story.statuses(),
    );
  });
});
