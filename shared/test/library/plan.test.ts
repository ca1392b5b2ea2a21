import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGraph } from "../../src/library/graph.ts";
import { describePlan } from "../../src/library/plan.ts";
import { LIMITS } from "../../src/limits.ts";
import { command, issuesOf, plan, string, workflow } from "./commands.ts";

/** As it stands in the brief. */
const BRIEF = {
  name: "workflow deploy",
  steps: [
    { command: "git-status", checkpoint: false },
    { command: "git-add", checkpoint: false },
    { command: "git-commit", checkpoint: false },
    { command: "git-push", checkpoint: false },
    { command: "wrangler-deploy", checkpoint: true },
    { command: "verify-deployment", checkpoint: false },
  ],
  human_checkpoints: ["pre-deploy"],
  rollback_on_error: true,
  parallel_execution: false,
};
const brief = (more: object = {}) =>
  command("brief", { type: "workflow", definition: { ...BRIEF, ...more } });
describe("the brief's example", () => {
  it("is planned as written, one step after another", async () => {
    const { plan: made } = await plan(brief());
    expect(made.steps.map(({ id, needs }) => [id, needs])).toEqual([
      ["git-status", []],
      ["git-add", ["git-status"]],
      ["git-commit", ["git-add"]],
      ["git-push", ["git-commit"]],
      ["wrangler-deploy", ["git-push"]],
      ["verify-deployment", ["wrangler-deploy"]],
    ]);
    expect(made.steps.map((step) => step.checkpoint?.name ?? null)).toEqual([
      null,
      null,
      null,
      null,
      "pre-deploy",
      null,
    ]);
    expect(made.rollback_on_error).toBe(true);
  });

  it("runs all at once when it says parallel", async () => {
    const { plan: made } = await plan(brief({ parallel_execution: true, human_checkpoints: ["pre-deploy"] }));
    expect(made.steps.every((step) => step.needs.length === 0)).toBe(true);
  });

  it("gets the url to verify from the deployment before it", async () => {
    const { plan: made } = await plan(brief());
    expect(made.steps.at(-1)?.args).toEqual({
      url: { ref: { of: "outputs", step: "wrangler-deploy", path: ["url"] } },
    });
  });
});

describe("what a plan refuses", () => {
  const nope = { command: "noop" };
  it.each([
    ["an unknown command", workflow([nope, { command: "nope" }]), ["steps.1.command"]],
    [
      "two ids that are the same",
      workflow([
        { ...nope, id: "a" },
        { ...nope, id: "a" },
      ]),
      ["steps.1.id"],
    ],
    ["a need that is not there", workflow([{ ...nope, needs: ["b"] }]), ["steps.0.needs.0"]],
    [
      "a cycle",
      workflow([
        { ...nope, id: "a", needs: ["b"] },
        { ...nope, id: "b", needs: ["a"] },
      ]),
      ["steps.0.needs"],
    ],
    ["a step that needs itself", workflow([{ ...nope, id: "a", needs: ["a"] }]), ["steps.0.needs"]],
    [
      "a reference to a step that is not upstream",
      workflow(
        [
          { ...nope, id: "a" },
          { command: "echo", args: { value: { from: "steps.a.outputs.x" } } },
        ],
        {
          parallel_execution: true,
        },
      ),
      ["steps.1.args.value"],
    ],
    [
      "a reference to no step",
      workflow([{ ...nope, when: { from: "steps.x.status", equals: "failed" } }]),
      ["steps.0.when.from"],
    ],
    [
      "a reference to no parameter",
      workflow([{ command: "echo", args: { value: { from: "args.x" } } }]),
      ["steps.0.args.value"],
    ],
    [
      "item without for_each",
      workflow([{ command: "echo", args: { value: { from: "item" } } }]),
      ["steps.0.args.value"],
    ],
    ["an unknown argument", workflow([{ command: "noop", args: { x: 1 } }]), ["steps.0.args.x"]],
    ["a missing argument", workflow([{ command: "wrangler-rollback" }]), ["steps.0.args.version"]],
    ["a wrong argument", workflow([{ command: "wrangler-deploy", args: { env: 3 } }]), ["steps.0.args.env"]],
    [
      "a leading hyphen in a positional",
      workflow([{ command: "wrangler-rollback", args: { version: "-x" } }]),
      ["steps.0.args.version"],
    ],
    [
      "too many items",
      workflow([{ command: "noop", for_each: { from: "context.list" } }]),
      ["steps.0.for_each"],
    ],
    [
      "a checkpoint nobody has",
      workflow([nope], { human_checkpoints: ["pre-deploy"] }),
      ["human_checkpoints.0"],
    ],
    ["itself", workflow([{ command: "flow" }]), ["steps.0.command"]],
    [
      "a rollback that is no command",
      workflow([{ ...nope, rollback: { command: "x" } }]),
      ["steps.0.rollback.command"],
    ],
  ])("%s", async (_what, of, paths) => {
    const context = { list: Array.from({ length: LIMITS.forEachItems + 1 }, (_, i) => i) };
    expect(await issuesOf(plan(of, { context }))).toEqual(paths);
  });

  it("all problems at once, each with its path", async () => {
    const of = workflow([{ command: "noop", args: { a: 1 } }, { command: "wrangler-rollback" }]);
    expect(await issuesOf(plan(of))).toEqual(["steps.0.args.a", "steps.1.args.version"]);
  });

  it("wrong arguments of the command itself", async () => {
    const of = command("one", {
      type: "api",
      definition: { handler: "noop" },
      parameters: [string("a", { required: true })],
    });
    expect(await issuesOf(plan(of, { args: { b: 1 } }))).toEqual(["args.b", "args.a"]);
    expect(await issuesOf(plan(of, { args: { a: "x" }, cwd: "../up" }))).toEqual(["cwd"]);
  });
});

describe("names", () => {
  it.each([
    "git-status",
    "git status",
    "shell/git-status",
    "bash: git status",
    "Git  Status",
    "git/git-status",
  ])("%s is git-status", async (written) => {
    const { plan: made } = await plan(workflow([{ command: written }]));
    expect(made.steps[0]).toMatchObject({ id: "git-status", command: "git-status" });
  });

  it("repeated commands are numbered", async () => {
    const { plan: made } = await plan(
      workflow([{ command: "noop" }, { command: "noop" }, { command: "noop", id: "noop-2" }]),
    );
    expect(made.steps.map((step) => step.id)).toEqual(["noop", "noop-3", "noop-2"]);
  });
});

describe("digests", () => {
  it("are equal for the same request and different for another", async () => {
    const request = { args: { env: "a" }, context: { git: { branch: "main" } } };
    const of = workflow(
      [{ command: "wrangler-deploy", args: { env: { from: "args.env" } } }],
      {},
      { parameters: [string("env")] },
    );
    const [one, two, three] = await Promise.all([
      plan(of, request),
      plan(of, request),
      plan(of, { args: { env: "b" } }),
    ]);
    expect(one.digest).toMatch(/^[0-9a-f]{64}$/);
    expect(two.digest).toBe(one.digest);
    expect(three.digest).not.toBe(one.digest);
  });
});

describe("concurrency", () => {
  it("groups by arguments, and by place when it says so", async () => {
    const of = (scope: string) =>
      workflow(
        [{ command: "noop" }],
        { concurrency: { group: { join: ["deploy:", { param: "env" }] }, scope } },
        { parameters: [string("env")] },
      );
    const request = { args: { env: "p" }, cwd: "site", agent: { id: "agt_1" } };
    expect((await plan(of("workspace"), request)).plan.concurrency?.group).toBe("deploy:p");
    expect((await plan(of("workspace"), {})).plan.concurrency?.group).toBe("deploy:");
    expect((await plan(of("project"), request)).plan.concurrency?.group).toBe('deploy:p ["agt_1","site"]');
  });
});

it("a described plan shows the lines that will run, with what is not known yet", async () => {
  const of = workflow([
    { id: "a", command: "echo" },
    { command: "git-commit", args: { message: "it's done" } },
    { command: "wrangler-deploy", args: { env: { from: "steps.a.outputs.env" } }, checkpoint: true },
  ]);
  const made = await plan(of);
  const shown = describePlan(made.plan, made.digest);
  expect(shown.steps.map((step) => step.line)).toEqual([
    "echo",
    "git commit -m 'it'\\''s done'",
    "wrangler deploy --env <env from a>",
  ]);
  // What another program reads stays exact.
  expect(shown.steps[2]?.argv?.at(-1)).toBe("<steps.a.outputs.env>");
  expect(shown.steps[2]?.args).toEqual({ env: "<steps.a.outputs.env>" });
  expect(shown.steps[2]?.rollback?.line).toBe(
    "wrangler rollback <previous from wrangler-deploy> --env <env from a>",
  );
  expect(shown.steps[2]?.rollback?.argv).toContain("<outputs.previous>");
  expect(shown.checkpoints).toMatchObject([
    { step: "wrangler-deploy", who: "1 person who may vote, but not the requester" },
  ]);
  expect(shown.plan_digest).toBe(made.digest);
});

it("an undo is shown with what its step was given, and without what it was not", async () => {
  const lines = async (args: object) =>
    describePlan((await plan(workflow([{ command: "wrangler-deploy", args } as never]))).plan).steps[0]
      ?.rollback?.line;
  expect(await lines({ env: "production" })).toBe(
    "wrangler rollback <previous from wrangler-deploy> --env production",
  );
  expect(await lines({})).toBe("wrangler rollback <previous from wrangler-deploy>");
});

it("every graph without a cycle is ordered behind its needs, every other is refused", () => {
  const graphs = fc.integer({ min: 1, max: 12 }).chain((size) =>
    fc.array(fc.array(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), {
      minLength: size,
      maxLength: size,
    }),
  );
  fc.assert(
    fc.property(graphs, (edges) => {
      const steps = edges.map((needs, i) => ({
        id: `s${i}`,
        command: "noop",
        needs: needs.map((n) => `s${n}`),
      }));
      const graph = buildGraph(
        { steps: steps as never, parallel_execution: false, rollback_on_error: false, human_checkpoints: [] },
        steps.map(() => "noop"),
      );
      if ("issues" in graph) {
        expect(graph.issues).toHaveLength(1);
        expect(graph.issues[0]?.message).toMatch(/need each other/);
        return;
      }
      const at = new Map(graph.nodes.map((node, index) => [node.id, index]));
      expect(at.size).toBe(steps.length);
      for (const node of graph.nodes)
        for (const need of node.needs) expect(at.get(need)).toBeLessThan(at.get(node.id)!);
    }),
  );
});
