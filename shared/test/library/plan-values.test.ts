import { describe, expect, it } from "vitest";
import { command, issuesOf, plan, string, workflow } from "./commands.ts";

describe("values", () => {
  it("args and context are values, results are references", async () => {
    const of = workflow(
      [
        { id: "a", command: "echo", args: { value: { from: "args.env" } } },
        {
          command: "echo",
          args: {
            value: { from: "steps.a.outputs.x" },
            branch: { from: "context.git.branch", default: "?" },
          },
        },
      ],
      {},
      { parameters: [string("env")] },
    );
    const { plan: made } = await plan(of, {
      args: { env: "production" },
      context: { git: { branch: "main" } },
    });
    expect(made.steps.map((step) => step.args)).toEqual([
      { value: { value: "production" } },
      { value: { ref: { of: "outputs", step: "a", path: ["x"] } }, branch: { value: "main" } },
    ]);
  });

  it("an argument that was not given is left out, and so its step takes its own default", async () => {
    const of = workflow(
      [{ command: "wrangler-deploy", args: { env: { from: "args.env" } } }],
      {},
      { parameters: [string("env")] },
    );
    const { plan: made } = await plan(of);
    expect(made.steps[0]?.args).toEqual({});
  });

  it("facts fill what the caller left out", async () => {
    const of = command("show", {
      type: "builtin",
      parameters: [string("branch", { from: "git.branch", required: true })],
      definition: { program: "git", argv: ["log", { param: "branch" }] },
    });
    const { plan: made } = await plan(of, { context: { git: { branch: "fix" } } });
    expect(made.args).toEqual({ branch: "fix" });
    expect(await issuesOf(plan(of))).toEqual(["args.branch"]);
  });

  it("a caller's object is data, also when it looks like a reference", async () => {
    const of = command("one", {
      type: "api",
      definition: { handler: "echo" },
      parameters: [{ name: "value", type: "json" }],
    });
    const { plan: made } = await plan(of, { args: { value: { from: "args.secret" } } });
    expect(made.steps[0]?.args).toEqual({ value: { value: { from: "args.secret" } } });
  });

  it("a step that is known to be skipped may lack arguments", async () => {
    const of = workflow(
      [
        {
          command: "wrangler-rollback",
          args: { version: { from: "args.v" } },
          when: { from: "args.v", present: true },
        },
      ],
      {},
      { parameters: [string("v")] },
    );
    expect(await issuesOf(plan(of))).toEqual([]);
  });
});

describe("checkpoints", () => {
  const gated = (policy: unknown, commandName = "wrangler-deploy") =>
    workflow([{ command: commandName, checkpoint: policy }]);
  it.each([
    ["destructive: not the requester", gated(true), false, false],
    ["destructive in a workspace of one", gated(true), true, true],
    ["a write: the requester too", gated(true, "git-push"), false, true],
    ["as the policy says", gated({ requester_may_vote: true }), false, true],
    ["as the policy says, even when alone", gated({ requester_may_vote: false }), true, false],
  ])("%s", async (_what, of, soleApprover, may) => {
    const { plan: made } = await plan(of, { soleApprover });
    expect(made.steps[0]?.checkpoint?.requester_may_vote).toBe(may);
  });

  it("the caller's stands before the first step, or before all that come first", async () => {
    const single = await plan(command("one", { type: "api", definition: { handler: "noop" } }), {
      checkpoint: true,
    });
    expect(single.plan.steps[0]?.checkpoint).toMatchObject({ name: "before start" });
    const many = workflow(
      [
        { id: "a", command: "noop" },
        { id: "b", command: "noop" },
      ],
      { parallel_execution: true },
    );
    const { plan: made } = await plan(many, { checkpoint: true });
    expect(made.steps.map(({ id, needs, checkpoint }) => [id, needs, checkpoint !== null])).toEqual([
      ["gate", [], true],
      ["a", ["gate"], false],
      ["b", ["gate"], false],
    ]);
  });
});

describe("workflows within workflows", () => {
  const child = command("child", {
    type: "workflow",
    parameters: [string("env")],
    definition: {
      steps: [
        { id: "a", command: "wrangler-deploy", args: { env: { from: "args.env" } } },
        { id: "b", command: "echo", args: { value: { from: "steps.a.outputs.url" } } },
      ],
    },
  });
  it("are laid flat with what the parent says", async () => {
    const of = workflow([
      { id: "first", command: "echo" },
      {
        id: "deploy",
        command: "child",
        args: { env: { from: "steps.first.outputs.env" } },
        when: { from: "steps.first.outputs.go", equals: true },
        checkpoint: true,
      },
      { id: "last", command: "echo", args: { value: { from: "steps.deploy.outputs.value" } } },
    ]);
    const { plan: made } = await plan(of, { more: [child] });
    const when = { test: { ref: { of: "outputs", step: "first", path: ["go"] } }, equals: true };
    expect(made.steps.map(({ id, needs, when: on }) => [id, needs, on])).toEqual([
      ["first", [], null],
      ["deploy.gate", ["first"], when],
      ["deploy.a", ["deploy.gate"], when],
      ["deploy.b", ["deploy.a"], when],
      ["last", ["deploy.b"], null],
    ]);
    expect(made.steps[2]?.args).toEqual({ env: { ref: { of: "outputs", step: "first", path: ["env"] } } });
    expect(made.steps[3]?.args).toEqual({
      value: { ref: { of: "outputs", step: "deploy.a", path: ["url"] } },
    });
    expect(made.steps[4]?.args).toEqual({
      value: { ref: { of: "outputs", step: "deploy.b", path: ["value"] } },
    });
    expect(made.steps[1]?.checkpoint).toMatchObject({ requester_may_vote: false });
  });

  it("are repeated over a list that is known", async () => {
    const of = workflow([
      {
        id: "each",
        command: "child",
        args: { env: { from: "item.name" } },
        for_each: [{ name: "x" }, { name: "y" }],
      },
    ]);
    const { plan: made } = await plan(of, { more: [child] });
    expect(made.steps.map(({ id, args }) => [id, args.env])).toEqual([
      ["each.0.a", { value: "x" }],
      ["each.0.b", undefined],
      ["each.1.a", { value: "y" }],
      ["each.1.b", undefined],
    ]);
  });

  it("are refused when they run each other, or go too deep, or grow too large", async () => {
    const a = command("aa", { type: "workflow", definition: { steps: [{ command: "bb" }] } });
    const b = command("bb", { type: "workflow", definition: { steps: [{ command: "aa" }] } });
    expect(await issuesOf(plan(a, { more: [b] }))).toEqual(["steps.0.steps.0.command"]);
    const deep = Array.from({ length: 6 }, (_, i) =>
      command(`d${i}`, {
        type: "workflow",
        definition: { steps: [{ command: i === 5 ? "noop" : `d${i + 1}` }] },
      }),
    );
    expect(await issuesOf(plan(deep[0]!, { more: deep }))).toEqual([
      "steps.0.steps.0.steps.0.steps.0.steps.0.command",
    ]);
    const wide = command("wide", {
      type: "workflow",
      definition: { steps: Array.from({ length: 200 }, () => ({ command: "noop" })) },
    });
    expect(
      await issuesOf(plan(workflow([1, 2, 3].map(() => ({ command: "wide" }))), { more: [wide] })),
    ).toEqual(["steps"]);
  });
});

describe("rollbacks", () => {
  it("a command's own knows the step's args and outputs", async () => {
    const { plan: made } = await plan(workflow([{ command: "wrangler-deploy", args: { env: "x" } }]));
    expect(made.steps[0]?.rollback).toMatchObject({
      command: "wrangler-rollback",
      args: {
        env: { ref: { of: "own_args", path: ["env"] } },
        version: { ref: { of: "own_outputs", path: ["previous"] } },
      },
      retry: { max: 1 },
    });
  });

  it("a step's own takes its place and knows the workflow's args and earlier steps; false takes it away", async () => {
    const of = workflow(
      [
        { id: "a", command: "echo" },
        {
          command: "wrangler-deploy",
          rollback: {
            command: "echo",
            args: {
              env: { from: "args.env" },
              file: { from: "steps.a.outputs.file" },
              own: { from: "outputs.url" },
            },
          },
        },
        { command: "wrangler-deploy", rollback: false },
      ],
      {},
      { parameters: [string("env")] },
    );
    const { plan: made } = await plan(of, { args: { env: "production" } });
    expect(made.steps[1]?.rollback?.args).toEqual({
      env: { value: "production" },
      file: { ref: { of: "outputs", step: "a", path: ["file"] } },
      own: { ref: { of: "own_outputs", path: ["url"] } },
    });
    expect(made.steps[2]?.rollback).toBeNull();
  });
});
