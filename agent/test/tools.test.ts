import { expect, it } from "vitest";
import { typedArgs } from "../src/cli/arguments.ts";
import { satisfies } from "../src/tools.ts";

it.each([
  ["4.155.0", ">=4", true],
  ["3.114.1", ">=4", false],
  ["24.21.0", ">=20 <25", true],
  ["25.0.0", ">=20 <25", false],
  ["4.2.0", "^4.2.1", false],
  ["4.9.9", "^4.2.1", true],
  ["5.0.0", "^4.2.1", false],
  ["0.3.0", "^0.2.0", false],
  ["1.4.9", "~1.4.2", true],
  ["1.5.0", "~1.4.2", false],
  ["2.39.5", "2.x", true],
  ["2.39.5", "2", true],
  ["2.39.5", "*", true],
  ["2.39.5", ">2.39", false],
  ["2.40.0", "> 2.39", true],
  ["2.39.5", "<=2.39", true],
  ["5.0.0", "^3 || >=5", true],
  ["v4.1.0-beta.1", ">=4.1", true],
])("%s satisfies %s: %s", (version, range, expected) => {
  expect(satisfies(version, range)).toBe(expected);
});

it("reads arguments in the types of the parameters", () => {
  const parameters = [
    { name: "count", type: "number" },
    { name: "all", type: "boolean" },
    { name: "tags", type: "json" },
  ];
  expect(typedArgs(["count=3", "all=true", 'tags=["a"]', "message=1=2", "note="], parameters)).toEqual({
    count: 3,
    all: true,
    tags: ["a"],
    message: "1=2",
    note: "",
  });
  expect(() => typedArgs(["oops"], parameters)).toThrow("name=value");
});
