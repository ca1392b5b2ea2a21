import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parameterSchema } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import type { Refusal } from "../../src/errors.ts";
import { canonicalJson, sha256Hex } from "../../src/library/canonical.ts";
import { pathProblem, validateArgs } from "../../src/library/parameters.ts";

const validate = (parameter: object, value: Json) => {
  try {
    return validateArgs([parameterSchema.parse({ name: "a", ...parameter })], { a: value }).args.a;
  } catch (error) {
    return `${(error as Refusal).issues?.[0]?.path}: ${(error as Refusal).issues?.[0]?.message}`;
  }
};

describe("values", () => {
  it.each<[object, Json]>([
    [{ type: "string" }, ""],
    [{ type: "string", pattern: "[a-z]+" }, "abc"],
    [{ type: "number", min: 0, max: 2 }, 2],
    [{ type: "boolean" }, false],
    [{ type: "enum", options: ["x", "y"] }, "y"],
    [{ type: "path" }, "a/../b"],
    [{ type: "path" }, "..."],
    [{ type: "secret" }, "api_key"],
    [{ type: "json" }, { deep: [null] }],
    [{ type: "json", items: "path" }, ["a", "b/c"]],
  ])("%j takes %j", (parameter, value) => {
    expect(validate(parameter, value)).toEqual(value);
  });

  it.each<[object, Json]>([
    [{ type: "string" }, 1],
    [{ type: "string" }, "a\0b"],
    [{ type: "string", min: 1 }, ""],
    [{ type: "string", required: true }, ""],
    [{ type: "string", required: true }, null],
    // The pattern must match all of it, also across lines.
    [{ type: "string", pattern: "[a-z]+" }, "abc1"],
    [{ type: "string", pattern: "a|b" }, "ac"],
    [{ type: "string", pattern: "[a-z]+" }, "abc\nrm"],
    [{ type: "number" }, "3"],
    [{ type: "number", max: 2 }, 3],
    [{ type: "boolean" }, "true"],
    [{ type: "enum", options: ["x"] }, "y"],
    [{ type: "path" }, "/etc"],
    [{ type: "path" }, "~/x"],
    [{ type: "path" }, "a/../../b"],
    [{ type: "path" }, "..\\x"],
    [{ type: "path" }, "C:\\x"],
    [{ type: "path" }, ""],
    [{ type: "secret" }, "sk-live-1234 5678"],
    [{ type: "json", items: "string" }, "a"],
    [{ type: "json", items: "string" }, [1]],
    [{ type: "json", items: "path" }, ["a", "../b"]],
  ])("%j refuses %j", (parameter, value) => {
    expect(validate(parameter, value)).toMatch(/^args\.a: /);
  });

  it("says every problem, and what may be given instead", () => {
    const parameters = ["a", "b"].map((name) =>
      parameterSchema.parse({ name, type: "string", required: true }),
    );
    try {
      validateArgs(parameters, { c: 1, b: 2 });
      expect.unreachable();
    } catch (error) {
      expect((error as Refusal).issues).toEqual([
        { path: "args.c", message: "unknown argument; it takes a, b" },
        { path: "args.a", message: "missing; a string is needed" },
        { path: "args.b", message: "must be a string, not a number" },
      ]);
    }
  });

  it("says of a choice that is missing what there is to choose from", () => {
    const mode = parameterSchema.parse({ name: "mode", type: "enum", options: ["a", "b"], required: true });
    expect(() => validateArgs([mode], {})).toThrow("missing; one of a, b is needed");
  });

  it("names from an object's prototype are unknown", () => {
    for (const name of ["__proto__", "constructor", "toString"])
      expect(() => validateArgs([], JSON.parse(`{"${name}": 1}`))).toThrow(/takes no arguments/);
    expect(validateArgs([parameterSchema.parse({ name: "constructor", type: "string" })], {}).args).toEqual(
      {},
    );
  });

  it("no path it lets through leads out", () => {
    const part = fc.constantFrom("..", ".", "a", "", "b c", "...", "..a");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const path = parts.join("/");
        if (pathProblem(path) !== null) return;
        const at = new URL(`file:///srv/root/${parts.map(encodeURIComponent).join("/")}`).pathname;
        expect(`${at}/`.startsWith("/srv/root/")).toBe(true);
      }),
    );
  });
});

describe("canonical JSON", () => {
  it("is the same whatever the order of keys, and is JSON of the same value", async () => {
    const shuffled = (value: unknown): unknown =>
      value !== null && typeof value === "object" && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, member]) => [key, shuffled(member)]),
          )
        : value;
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as never), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(await sha256Hex("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });
});
