import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ArgvItem, BuiltinDefinition, Parameter } from "../../src/contracts/definition.ts";
import { parameterSchema } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { PlanCall } from "../../src/contracts/plan.ts";
import type { Refusal } from "../../src/errors.ts";
import { renderRun } from "../../src/library/render.ts";

const parameter = (input: object): Parameter => parameterSchema.parse(input);
function call(parameters: object[], definition: Partial<BuiltinDefinition>): PlanCall {
  return {
    command: "c",
    version: 1,
    effect: "read",
    exec: { type: "builtin", program: "p", argv: [], ...definition },
    parameters: parameters.map(parameter),
    args: {},
    timeout_s: 1,
    retry: { max: 1, backoff_s: 0 },
  };
}
const argvOf = (parameters: object[], argv: ArgvItem[], args: { [name: string]: Json }) =>
  renderRun(call(parameters, { argv }), args, []).argv;
const a = { name: "a", type: "string" };
const flag = { name: "on", type: "boolean" };

describe("argv", () => {
  it.each<[string, object[], ArgvItem[], { [name: string]: Json }, Json]>([
    ["literals stay", [], ["x y", "--", "$HOME"], {}, ["x y", "--", "$HOME"]],
    ["a parameter is one item", [a], [{ param: "a" }], { a: "x y" }, ["x y"]],
    ["an absent one is none", [a], ["x", { param: "a" }], {}, ["x"]],
    ["a flag and its value are two", [a], [{ flag: "--env", param: "a" }], { a: "p" }, ["--env", "p"]],
    [
      "glued where the value looks like a flag",
      [a],
      [{ flag: "--env", param: "a" }],
      { a: "-p" },
      ["--env=-p"],
    ],
    ["a short flag's value cannot be glued", [a], [{ flag: "-m", param: "a" }], { a: "-p" }, ["-m", "-p"]],
    ["an absent flag is none", [a], [{ flag: "--env", param: "a" }], {}, []],
    ["true is the flag alone", [flag], [{ flag: "--dry-run", param: "on" }], { on: true }, ["--dry-run"]],
    ["false is nothing", [flag], [{ flag: "--dry-run", param: "on" }], { on: false }, []],
    [
      "numbers are text",
      [{ name: "n", type: "number" }],
      [{ param: "n" }, { flag: "-n", param: "n" }],
      { n: -3 },
      ["-3", "-n", "-3"],
    ],
    ["json is text", [{ name: "j", type: "json" }], [{ param: "j" }], { j: { x: [1] } }, ['{"x":[1]}']],
    ["a join is one item", [a], [{ join: ["refs/heads/", { param: "a" }] }], { a: "x" }, ["refs/heads/x"]],
    ["a join with a part missing is none", [a], [{ join: ["refs/heads/", { param: "a" }] }], {}, []],
    [
      "when equals",
      [flag],
      [
        { literal: "yes", when: { param: "on", equals: true } },
        { literal: "no", when: { param: "on", equals: false } },
      ],
      { on: false },
      ["no"],
    ],
    [
      "when present",
      [a],
      [
        { literal: "x", when: { param: "a", present: true } },
        { literal: "y", when: { param: "a", present: false } },
      ],
      {},
      ["y"],
    ],
    ["defaults count as given", [{ ...a, default: "d" }], [{ param: "a" }], {}, ["d"]],
    [
      "each item of a list",
      [{ name: "l", type: "json", items: "string" }],
      [{ each: "l" }],
      { l: ["x y", "", "z"] },
      ["x y", "", "z"],
    ],
    [
      "text of an earlier program takes the parameter's type",
      [flag, { name: "n", type: "number" }],
      [{ flag: "--on", param: "on" }, { param: "n" }],
      { on: "true", n: "12" },
      ["--on", "12"],
    ],
  ])("%s", (_what, parameters, argv, args, expected) => {
    expect(argvOf(parameters, argv, args)).toEqual(expected);
  });

  it.each<[string, object[], ArgvItem[], { [name: string]: Json }]>([
    ["a leading hyphen", [a], [{ param: "a" }], { a: "--help" }],
    ["one at the start of a join", [a], [{ join: [{ param: "a" }, "/x"] }], { a: "-x" }],
    ["one in a list", [{ name: "a", type: "json", items: "string" }], [{ each: "a" }], { a: ["ok", "-x"] }],
    ["a NUL", [a], [{ flag: "-m", param: "a" }], { a: "x\0y" }],
    ["another type", [a], [{ param: "a" }], { a: { x: 1 } }],
    ["a path that leads out", [{ name: "a", type: "path" }], [{ param: "a" }], { a: "x/../../y" }],
    ["an absolute path", [{ name: "a", type: "path" }], [{ param: "a" }], { a: "/etc/passwd" }],
    ["an unknown argument", [], [], { a: 1 }],
  ])("refuses %s", (_what, parameters, argv, args) => {
    let refusal: Refusal | undefined;
    try {
      argvOf(parameters, argv, args);
    } catch (error) {
      refusal = error as Refusal;
    }
    expect(refusal).toMatchObject({ code: "invalid_args", status: 422 });
    expect(refusal?.issues?.[0]?.path).toBe("args.a");
  });

  it("every value arrives as exactly one item, whatever it holds", () => {
    const items: ArgvItem[] = [
      "before",
      { param: "a" },
      { flag: "-m", param: "a" },
      { flag: "--long", param: "a" },
      { join: ["<", { param: "a" }, ">"] },
      { each: "l" },
      "after",
    ];
    const parameters = [
      { ...a, allow_leading_dash: true },
      { name: "l", type: "json", items: "string", allow_leading_dash: true },
    ];
    const awkward = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "",
        " ",
        "--",
        "-x",
        "'",
        '"',
        "a\nb",
        "$(id)",
        "`id`",
        "; rm -rf ~",
        "%PATH%",
        "*",
        "~",
        "\\",
        "{a}",
        "é😀",
      ),
    );
    fc.assert(
      fc.property(awkward, fc.array(awkward, { maxLength: 4 }), (value, list) => {
        fc.pre(!value.includes("\0") && !list.some((item) => item.includes("\0")));
        const long = value.startsWith("-") ? [`--long=${value}`] : ["--long", value];
        expect(argvOf(parameters, items, { a: value, l: list })).toEqual([
          "before",
          value,
          "-m",
          value,
          ...long,
          `<${value}>`,
          ...list,
          "after",
        ]);
      }),
    );
  });
});

describe("the rest of a run", () => {
  it("secrets are named, never carried, in env and stdin", () => {
    const run = renderRun(
      call([{ name: "token", type: "secret" }, a], {
        env: { TOKEN: { param: "token" }, A: { param: "a" }, B: "b" },
        stdin: { param: "token" },
      }),
      { token: "deploy_token" },
      [],
    );
    expect(run.env).toEqual({ TOKEN: { secret: "deploy_token" }, B: "b" });
    expect(run.stdin).toEqual({ secret: "deploy_token" });
    expect(() =>
      renderRun(call([{ name: "token", type: "secret" }], {}), { token: "the value itself!" }, []),
    ).toThrow(/name of a stored secret/);
  });

  it("a json argument cannot pose as a secret", () => {
    const run = renderRun(
      call([{ name: "j", type: "json" }], { stdin: { param: "j" } }),
      { j: { secret: "x" } },
      [],
    );
    expect(run.stdin).toBe('{"secret":"x"}');
  });

  it("the directory is the plan's and the definition's below it", () => {
    const of = call([{ name: "dir", type: "path" }], { cwd: { param: "dir" } });
    expect(renderRun(of, { dir: "src" }, [], "site").cwd).toBe("site/src");
    expect(renderRun(of, {}, [], "site").cwd).toBe("site");
    expect(renderRun(of, { dir: "src" }, [], null).cwd).toBe("src");
    expect(renderRun(of, {}, [], null).cwd).toBeNull();
  });

  it("requirements and probes are asked only when they hold", () => {
    const probe = {
      program: "q",
      argv: [{ param: "a" }],
      outputs: { format: "lines" as const },
      required: false,
    };
    const of = call([a, { ...flag, default: false }], {
      before: [
        { ...probe, when: { param: "on", equals: false } },
        { ...probe, when: { param: "on", equals: true } },
      ],
    });
    const run = renderRun(of, { a: "x" }, [
      { login: "wrangler", when: { param: "on", equals: false } },
      { tool: "x", when: { param: "on", equals: true } },
      { tool: "git" },
    ]);
    expect(run.requires).toEqual([{ login: "wrangler" }, { tool: "git" }]);
    expect(run.before).toEqual([
      { program: "q", argv: ["x"], outputs: { format: "lines" }, required: false },
    ]);
  });
});
