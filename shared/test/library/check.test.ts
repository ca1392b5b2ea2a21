import { describe, expect, it } from "vitest";
import { checkDefinition } from "../../src/library/check.ts";
import { checkReferences } from "../../src/library/check-references.ts";
import { command, lookupIn, workflow } from "./commands.ts";

const builtin = (program: string, argv: unknown[], more: object = {}) => ({
  name: "x",
  type: "builtin",
  definition: { program, argv },
  parameters: [{ name: "code", type: "string" }],
  ...more,
});
const paths = (input: unknown) => checkDefinition(input).map((issue) => issue.path);

describe("shell strings are refused", () => {
  it.each([
    ["bash -c", builtin("bash", ["-c", { param: "code" }]), "definition.argv.0"],
    ["sh -ec", builtin("/bin/sh", ["-ec", "x"]), "definition.argv.0"],
    ["a flag item", builtin("zsh", [{ flag: "-c", param: "code" }]), "definition.argv.0"],
    [
      "a conditional literal",
      builtin("bash", [{ literal: "-lc", when: { param: "code" } }, { param: "code" }]),
      "definition.argv.0",
    ],
    ["fish --command", builtin("fish", ["--command=x"]), "definition.argv.0"],
    ["cmd /c", builtin("cmd.exe", ["/c", { param: "code" }]), "definition.argv.0"],
    ["powershell", builtin("powershell", ["-EncodedCommand", { param: "code" }]), "definition.argv.0"],
    ["pwsh", builtin("pwsh", ["-NoProfile", "-Command", "x"]), "definition.argv.1"],
    ["env -S", builtin("env", ["-S", { param: "code" }]), "definition.argv.0"],
    ["a shell behind env", builtin("env", ["A=1", "bash", "-c", { param: "code" }]), "definition.argv.2"],
    ["node -e", builtin("node", ["-e", { param: "code" }]), "definition.argv.0"],
    ["python -c", builtin("python3", ["-c", { param: "code" }]), "definition.argv.0"],
    ["&&", builtin("echo", ["a && b"]), "definition.argv.0"],
    ["||", builtin("echo", ["a || b"]), "definition.argv.0"],
    [";", builtin("echo", ["ok", "a; b"]), "definition.argv.1"],
    ["|", builtin("echo", ["a | b"]), "definition.argv.0"],
    ["backticks", builtin("echo", ["`id`"]), "definition.argv.0"],
    ["$(", builtin("echo", ["$(id)"]), "definition.argv.0"],
    ["a line break", builtin("echo", ["a\nb"]), "definition.argv.0"],
    [
      "a probe's",
      builtin("echo", [], {
        definition: {
          program: "echo",
          argv: [],
          before: [{ program: "sh", argv: ["-c", "x"], outputs: { format: "lines" } }],
        },
      }),
      "definition.before.0.argv.0",
    ],
    ["a program with arguments", builtin("git status", []), "definition.program"],
    [
      "a string for a definition",
      { name: "x", type: "builtin", definition: "git status && ls" },
      "definition",
    ],
    [
      "a string for argv",
      { name: "x", type: "builtin", definition: { program: "git", argv: "status" } },
      "definition.argv",
    ],
  ])("%s", (_what, input, path) => {
    expect(paths(input)[0]).toBe(path);
  });

  it("programs that only take a flag of that name are not", () => {
    expect(checkDefinition(builtin("git", ["-c", "core.abbrev=no", "log"]))).toEqual([]);
    expect(checkDefinition(builtin("bash", ["scripts/build.sh", { param: "code" }]))).toEqual([]);
    expect(checkDefinition(builtin("node", ["scripts/build.mjs", "--", { param: "code" }]))).toEqual([]);
  });
});

describe("what a schema cannot say", () => {
  const parameters = (...list: object[]) => builtin("echo", [], { parameters: list });
  it.each([
    ["a parameter that is not there", builtin("echo", [{ param: "nope" }]), ["definition.argv.0"]],
    [
      "in a condition",
      builtin("echo", [{ literal: "x", when: { param: "nope" } }]),
      ["definition.argv.0.when.param"],
    ],
    ["each of no list", builtin("echo", [{ each: "code" }]), ["definition.argv.0"]],
    [
      "twice the same name",
      parameters({ name: "a", type: "string" }, { name: "a", type: "path" }),
      ["parameters.1.name"],
    ],
    ["an enum without options", parameters({ name: "a", type: "enum" }), ["parameters.0.options"]],
    [
      "a default it would refuse",
      parameters({ name: "a", type: "number", default: "x" }),
      ["parameters.0.default"],
    ],
    [
      "a default that is required",
      parameters({ name: "a", type: "string", required: true, default: "x" }),
      ["parameters.0.default"],
    ],
    [
      "a pattern that is none",
      parameters({ name: "a", type: "string", pattern: "(" }),
      ["parameters.0.pattern"],
    ],
    ["min above max", parameters({ name: "a", type: "number", min: 2, max: 1 }), ["parameters.0.min"]],
    ["a secret's default", parameters({ name: "a", type: "secret", default: "x" }), ["parameters.0.default"]],
    [
      "a secret in argv",
      builtin("echo", [{ param: "s" }], { parameters: [{ name: "s", type: "secret" }] }),
      ["definition.argv.0"],
    ],
    [
      "outputs without a group",
      builtin("echo", [], {
        definition: { program: "echo", argv: [], outputs: { format: "regex", pattern: "x" } },
      }),
      ["definition.outputs.pattern"],
    ],
    [
      "a rollback's argument",
      builtin("echo", [], { rollback: { command: "x", args: { a: { from: "args.nope" } } } }),
      ["rollback.args.a.from"],
    ],
    [
      "a rollback that looks at steps",
      builtin("echo", [], { rollback: { command: "x", args: { a: { from: "steps.a.outputs.b" } } } }),
      ["rollback.args.a.from"],
    ],
    [
      "an example it would refuse",
      builtin("echo", [], { examples: [{ text: "x", args: { code: 1, more: 2 } }] }),
      ["examples.0.args.more", "examples.0.args.code"],
    ],
    ["an unknown field", builtin("echo", [], { efect: "read" }), ["efect"]],
    [
      "an unknown field within",
      { name: "x", type: "builtin", definition: { program: "echo", argv: [{ flagg: "--x", param: "a" }] } },
      ["definition.argv.0.flagg"],
    ],
    ["an unknown type", { name: "x", type: "shell", definition: {} }, ["type"]],
    [
      "a cycle",
      {
        name: "x",
        type: "workflow",
        definition: {
          steps: [
            { id: "a", command: "noop", needs: ["b"] },
            { id: "b", command: "noop", needs: ["a"] },
          ],
        },
      },
      ["definition.steps.0.needs"],
    ],
  ])("%s", (_what, input, expected) => {
    expect(paths(input)).toEqual(expected);
  });
});

it("references are checked without knowing the arguments", async () => {
  const parameters = [{ name: "env", type: "string" }];
  const good = workflow(
    [{ command: "wrangler-deploy", args: { env: { from: "args.env" } } }],
    {},
    { parameters },
  );
  expect(await checkReferences(good, lookupIn())).toEqual([]);
  const bad = workflow([{ command: "nope" }], {}, { parameters });
  expect((await checkReferences(bad, lookupIn())).map((issue) => issue.path)).toEqual([
    "definition.steps.0.command",
  ]);
  const undo = command("one", {
    ...builtin("echo", []),
    rollback: { command: "wrangler-rollback", args: {} },
  });
  expect((await checkReferences(undo, lookupIn())).map((issue) => issue.path)).toEqual([
    "rollback.args.version",
  ]);
});
