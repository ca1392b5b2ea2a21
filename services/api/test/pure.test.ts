/** The parts that need no Worker: what a rerun keeps, how requests are counted, how issues are named. */
import { commandInputSchema } from "@tw/shared/contracts/definition";
import type { Plan } from "@tw/shared/contracts/plan";
import { runView } from "@tw/shared/db/run-view";
import type { Job, Run, Step } from "@tw/shared/engine/state";
import { Lost, Refusal, TryAgain } from "@tw/shared/errors";
import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { issuesOf, refusalOf, refusalResponse } from "../src/errors.ts";
import { RateLimit } from "../src/rate-limit.ts";
import { keptSteps } from "../src/rerun.ts";
import { effectiveScopes, ROLE_SCOPES, SCOPES } from "../src/scopes.ts";
import { open, seal } from "../src/seal.ts";

function planOf(needs: { [id: string]: string[] }): Plan {
  const steps = Object.entries(needs).map(([id, before]) => ({
    id,
    needs: before,
    command: id,
    rollback: null,
    for_each: null,
    continue_on_error: false,
  }));
  return { steps } as unknown as Plan;
}
function row(id: string, more: Partial<Step> = {}): Step {
  return {
    id,
    status: "succeeded",
    attempt: 1,
    maxAttempts: 1,
    position: 0,
    jobId: `job_${id}`,
    agentId: null,
    exitCode: 0,
    outputs: {},
    error: null,
    wakeAt: null,
    item: undefined,
    children: null,
    startedAt: 1,
    startedSeq: 1,
    finishedAt: 2,
    rollbackStatus: "none",
    rollbackAttempt: 0,
    rollback: null,
    ...more,
  };
}

describe("what a rerun keeps", () => {
  const plan = planOf({ a: [], b: ["a"], c: ["a"], d: ["b", "c"], e: [] });
  const rows = ["a", "b", "c", "d", "e"].map((id) => row(id));
  const ids = (kept: Step[]) => kept.map((step) => step.id);

  test("all that comes before the step and does not depend on it", () => {
    expect(ids(keptSteps(plan, rows, "c"))).toEqual(["a", "b"]);
    expect(ids(keptSteps(plan, rows, "a"))).toEqual([]);
    expect(ids(keptSteps(plan, rows, "e"))).toEqual(["a", "b", "c", "d"]);
  });

  test("not what failed, was undone or never ran, nor what rests on it", () => {
    for (const spoiled of [
      row("a", { status: "failed" }),
      row("a", { rollbackStatus: "succeeded" }),
      row("a", { rollbackStatus: "failed" }),
      row("a", { status: "cancelled" }),
    ])
      expect(ids(keptSteps(plan, [spoiled, ...rows.slice(1)], "e"))).toEqual([]);
    expect(ids(keptSteps(plan, rows.slice(1), "e"))).toEqual([]);
  });

  test("a kept step has no place in the order of starts: a rerun undoes only what it did itself", () => {
    expect(keptSteps(plan, rows, "b")).toEqual([{ ...row("a"), jobId: null, startedSeq: null }]);
  });

  test("whatever the graph, no kept step needs one that runs again", () => {
    const graph = fc
      .array(fc.nat(4), { minLength: 2, maxLength: 12 })
      .map((seeds) =>
        Object.fromEntries(
          seeds.map((seed, i) => [
            `s${i}`,
            i === 0 ? [] : [...new Set([`s${(seed * 7) % i}`, `s${(seed * 3) % i}`])],
          ]),
        ),
      );
    const statuses = fc.array(fc.constantFrom("succeeded", "failed", "skipped", "cancelled"), {
      minLength: 12,
      maxLength: 12,
    });
    fc.assert(
      fc.property(graph, statuses, fc.nat(), (needs, status, from) => {
        const all = Object.keys(needs);
        const done = all.map((id, i) => row(id, { status: status[i] as Step["status"] }));
        const kept = new Set(ids(keptSteps(planOf(needs), done, all[from % all.length] as string)));
        for (const id of kept) for (const need of needs[id] ?? []) expect(kept).toContain(need);
      }),
    );
  });
});

describe("the view of a run", () => {
  const run = { plan: planOf({ copy: [], after: ["copy"] }), rollbackStatus: "none" } as unknown as Run;

  test("a step without a row is pending; children of a fan-out follow their parent in order", () => {
    const rows = [
      row("copy", { children: 11, status: "running" }),
      row("copy.10", { item: "k", position: 12 }),
      row("copy.2", { item: "c", position: 4 }),
    ];
    const { steps } = runView(run, rows, [], []);
    expect(steps.map((step) => [step.id, step.status])).toEqual([
      ["copy", "running"],
      ["copy.2", "succeeded"],
      ["copy.10", "succeeded"],
      ["after", "pending"],
    ]);
  });

  test("what an agent reports of a leased job shows as running before the run was told", () => {
    const report = { step: "copy", attempt: 1, state: "running" };
    const job = {
      id: "job_1",
      purpose: "forward",
      agentId: "agt_1",
      leasedAt: 5,
      reports: [report],
      steps: [{ step: "copy", attempt: 1 }],
    } as unknown as Job;
    const waiting = row("copy", {
      status: "queued",
      attempt: 1,
      jobId: "job_1",
      startedAt: null,
      finishedAt: null,
    });
    expect(runView(run, [waiting], [job], []).steps[0]).toMatchObject({
      status: "running",
      agent_id: "agt_1",
      started_at: 5,
    });
    const stale = { ...job, id: "job_0" } as Job;
    expect(runView(run, [waiting], [stale], []).steps[0]?.status).toBe("queued");
    // Queued at its first move it has no row yet, only its job.
    expect(runView(run, [], [job], []).steps[0]?.status).toBe("running");
    expect(runView(run, [], [{ ...job, reports: [] }], []).steps.map((step) => step.status)).toEqual([
      "queued",
      "pending",
    ]);
  });
});

test("a bucket gives its burst, then refuses with the seconds to wait, and fills again; keys do not share", () => {
  const limit = new RateLimit(60);
  for (let i = 0; i < 60; i++) limit.take("a", 0);
  expect(() => limit.take("a", 0)).toThrow(Refusal);
  try {
    limit.take("a", 500);
  } catch (error) {
    expect(error).toMatchObject({ status: 429, retryAfterS: 1 });
    expect(refusalResponse(error as Refusal).headers.get("retry-after")).toBe("1");
  }
  limit.take("b", 500);
  limit.take("a", 2_000);
});

test("errors become answers by their class, and what is ours is not described", () => {
  vi.spyOn(console, "error").mockReturnValue();
  expect(refusalOf(new Lost("x"), "r").status).toBe(409);
  expect(refusalOf(new TryAgain("later", 3), "r")).toMatchObject({ status: 503, retryAfterS: 3 });
  expect(refusalOf(new Error("D1_ERROR: Network connection lost."), "r")).toMatchObject({ status: 503 });
  const internal = refusalOf(new TypeError("x is undefined at /secret/path"), "req-1");
  expect(internal).toMatchObject({ status: 500, code: "internal" });
  expect(internal.message).toContain("req-1");
  expect(internal.message).not.toContain("secret");
  vi.restoreAllMocks();
});

test("issues name the field that was meant, also inside of alternatives", () => {
  const parsed = commandInputSchema.safeParse({
    name: "x",
    type: "workflow",
    definition: { steps: [{ command: "a", when: { from: "nowhere" }, checkpoint: { quorum: 0 } }] },
  });
  expect(issuesOf(parsed.error as NonNullable<typeof parsed.error>).map((issue) => issue.path)).toEqual([
    "definition.steps.0.checkpoint.quorum",
    "definition.steps.0.when.from",
  ]);
});

test("a role holds no more than its scopes; admin holds all", () => {
  expect(effectiveScopes(["admin"], null)).toEqual([...SCOPES]);
  expect(effectiveScopes(["admin"], "viewer")).toEqual(ROLE_SCOPES.viewer);
  expect(effectiveScopes(["runs:read", "admin"], "owner")).toEqual([...SCOPES]);
  expect(effectiveScopes(["runs:execute"], "approver")).toEqual([]);
});

test("a sealed answer opens under its own token only", async () => {
  const sealed = await seal("the answer", "tw_one");
  expect(sealed).not.toContain("the answer");
  expect(await open(sealed, "tw_one")).toBe("the answer");
  await expect(open(sealed, "tw_two")).rejects.toThrow();
});
