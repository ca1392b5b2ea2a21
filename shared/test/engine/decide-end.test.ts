import { describe, expect, test } from "vitest";
import { GATE, planStep, pureStep, Story, undo } from "./story.ts";

const undone = (story: Story) =>
  story.events.filter((event) => event.type === "step.rollback_started").map((event) => event.step);

describe("checkpoints", () => {
  test.for([
    ["approved", "succeeded", "succeeded"],
    ["rejected", "rejected", "cancelled"],
  ] as const)("%s: the run is %s", ([decision, run, step]) => {
    const story = new Story([
      pureStep("a", "noop"),
      pureStep("b", "noop", { needs: ["a"], checkpoint: GATE }),
    ]);
    story.decide();
    expect({ run: story.run.status, step: story.step("b").status }).toEqual({
      run: "waiting",
      step: "waiting",
    });
    story.vote(decision);
    story.decide();
    expect({ run: story.run.status, step: story.step("b").status }).toEqual({ run, step });
  });

  test("nobody answers: it expires at its time, not before, and the run is rejected", () => {
    const story = new Story([pureStep("a", "noop", { checkpoint: GATE })]);
    story.decide();
    story.decide(599_999);
    expect(story.checkpoints[0]?.status).toBe("pending");
    story.decide(1);
    expect(story.checkpoints[0]?.status).toBe("expired");
    expect(story.run).toMatchObject({ status: "rejected", error: { code: "expired" } });
  });

  test("one that never expires still has the run looked at", () => {
    const story = new Story([pureStep("a", "noop", { checkpoint: { ...GATE, expires_s: "never" } })]);
    story.decide();
    story.decide(80_000_000);
    expect(story.checkpoints[0]?.expiresAt).toBeNull();
    expect(story.run.nextCheckAt).not.toBeNull();
  });

  test("five side by side, answered in any order: each is asked once and consumed once", () => {
    const ids = ["a", "b", "c", "d", "e"];
    const story = new Story(ids.map((id) => pureStep(id, "noop", { checkpoint: GATE })));
    story.decide();
    expect(story.checkpoints).toHaveLength(5);
    for (let left = 5; left > 0; left--) {
      story.vote("approved");
      story.decide();
      expect(Object.values(story.statuses()).filter((status) => status === "succeeded")).toHaveLength(
        6 - left,
      );
    }
    expect(story.checkpoints).toHaveLength(5);
    expect(story.run.status).toBe("succeeded");
  });

  test("a step that failed before its program started is shown to whoever is asked later", () => {
    const story = new Story([
      planStep("look", { effect: "read", continue_on_error: true }),
      pureStep("go", "noop", { needs: ["look"], checkpoint: GATE }),
    ]);
    story.decide();
    const error = { code: "prerequisite_missing", message: "This is no git repository." };
    story.report(story.lease(), { look: { state: "not_started", error } });
    story.decide();
    expect(story.checkpoints[0]?.context?.results).toEqual([
      { step: "look", status: "failed", outputs: null, exit_code: null },
    ]);
  });

  test("what the approver filled in flows on", () => {
    const parameters = [{ name: "x", type: "json" as const, required: false, description: "" }];
    const story = new Story([
      pureStep("a", "echo", {
        checkpoint: GATE,
        parameters,
        args: { x: { ref: { of: "inputs", step: "a", path: ["why"] } } },
      }),
    ]);
    story.decide();
    story.vote("approved");
    Object.assign(story.checkpoints[0] ?? {}, { inputs: { why: "because" } });
    story.decide();
    expect(story.step("a").outputs).toEqual({ x: "because" });
  });
});

describe("rollback", () => {
  const chain = (of = {}) =>
    new Story(
      [
        planStep("a", { rollback: undo() }),
        pureStep("b", "noop", { needs: ["a"] }),
        planStep("c", { needs: ["b"], rollback: undo() }),
        planStep("d", { needs: ["c"], rollback: undo(), checkpoint: GATE }),
      ],
      { rollback_on_error: true, ...of },
    );
  const reach = (story: Story) => {
    story.decide();
    story.work("a");
    story.work("c");
  };

  test("undoes what started, in reverse order, one after the other", () => {
    const story = chain();
    reach(story);
    story.vote("rejected");
    story.decide();
    expect(story.run.status).toBe("rolling_back");
    expect(undone(story)).toEqual(["c"]);
    story.work("c");
    expect(undone(story)).toEqual(["c", "a"]);
    story.work("a");
    expect(story.run).toMatchObject({ status: "rejected", rollbackStatus: "succeeded" });
    expect(story.step("d")).toMatchObject({ status: "cancelled", rollbackStatus: "none" });
  });

  test("runs after a cancel too, and no attempt forward starts any more", () => {
    const story = chain();
    reach(story);
    story.cancel();
    story.decide();
    expect(story.checkpoints[0]?.status).toBe("withdrawn");
    story.work("c");
    story.work("a");
    expect(story.run).toMatchObject({ status: "cancelled", rollbackStatus: "succeeded" });
    expect(story.jobs.filter((job) => job.purpose === "forward")).toHaveLength(2);
  });

  test("does not happen unless the workflow says so", () => {
    const story = chain({ rollback_on_error: false });
    reach(story);
    story.vote("rejected");
    story.decide();
    expect(story.run).toMatchObject({ status: "rejected", rollbackStatus: "none" });
  });

  test("a compensation that fails is left, and the others still run", () => {
    const story = chain();
    reach(story);
    story.vote("rejected");
    story.decide();
    story.report(story.lease("c"), { c: { state: "failed", exit_code: 1 } });
    story.decide();
    story.work("a");
    expect(story.run).toMatchObject({ status: "rejected", rollbackStatus: "failed" });
    expect([story.step("c").rollbackStatus, story.step("a").rollbackStatus]).toEqual(["failed", "succeeded"]);
  });

  test("a compensation tries as often as it may", () => {
    const story = new Story(
      [
        planStep("a", { rollback: undo({ retry: { max: 2, backoff_s: 1 } }) }),
        pureStep("b", "fail", { needs: ["a"] }),
      ],
      {
        rollback_on_error: true,
      },
    );
    story.decide();
    story.work("a");
    story.report(story.lease("a"), { a: { state: "failed", exit_code: 1 } });
    story.decide();
    expect(story.step("a").rollbackStatus).toBe("pending");
    story.decide(1_000);
    story.work("a");
    expect(story.run).toMatchObject({ status: "failed", rollbackStatus: "succeeded" });
    expect(story.step("a").rollbackAttempt).toBe(2);
  });

  test("waits for what still runs: only the agent knows when it has stopped", () => {
    const story = new Story([planStep("a", { rollback: undo() }), pureStep("b", "fail")], {
      rollback_on_error: true,
    });
    story.decide();
    expect(story.run).toMatchObject({ status: "failed", rollbackStatus: "none" });
    const other = new Story(
      [
        planStep("a", { rollback: undo() }),
        pureStep("b", "sleep", { args: { seconds: { value: 5 } } }),
        pureStep("c", "fail", { needs: ["b"] }),
      ],
      {
        rollback_on_error: true,
      },
    );
    other.decide();
    const job = other.lease("a");
    other.report(job, { a: { state: "running" } }, false);
    other.decide(5_000);
    expect(undone(other)).toEqual([]);
    other.report(job, { a: { state: "cancelled" } });
    other.decide();
    expect(undone(other)).toEqual(["a"]);
    other.work("a");
    expect(other.run).toMatchObject({ status: "failed", rollbackStatus: "succeeded" });
  });

  test("of a step that left nothing behind is passed over", () => {
    const when = { test: { ref: { of: "own_outputs" as const, path: ["made"] } }, present: true };
    const story = new Story(
      [planStep("a", { rollback: undo({ when }) }), pureStep("b", "fail", { needs: ["a"] })],
      { rollback_on_error: true },
    );
    story.decide();
    story.work("a");
    expect(story.run.status).toBe("failed");
    expect(undone(story)).toEqual([]);
  });

  test("the failed step itself is undone too: it may have done half", () => {
    const story = new Story([planStep("a", { rollback: undo() })], { rollback_on_error: true });
    story.decide();
    story.report(story.lease("a"), { a: { state: "failed", exit_code: 1 } });
    story.decide();
    expect(undone(story)).toEqual(["a"]);
  });
});

describe("the first reason wins", () => {
  test("a cancel after the failure does not change how the run ends", () => {
    const story = new Story([planStep("a", { rollback: undo() }), pureStep("b", "fail", { needs: ["a"] })], {
      rollback_on_error: true,
    });
    story.decide();
    story.work("a");
    story.cancel();
    story.decide();
    story.work("a");
    expect(story.run).toMatchObject({ status: "failed", rollbackStatus: "succeeded" });
  });

  test("a result that came before the cancel was seen still counts", () => {
    const story = new Story([planStep("a")]);
    story.decide();
    const job = story.lease();
    story.report(job, { a: { state: "succeeded", exit_code: 0 } });
    story.cancel();
    story.decide();
    expect(story.step("a").status).toBe("succeeded");
    expect(story.run.status).toBe("cancelled");
  });
});
