import { describe, expect, it } from "vitest";
import type { OutputsSpec } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import { parseOutputs } from "../../src/library/outputs.ts";
import { LIMITS } from "../../src/limits.ts";

describe("outputs", () => {
  it.each<[string, OutputsSpec, string, Json]>([
    ["json's members", { format: "json" }, '{"a":1,"b-c":2}', { a: 1 }],
    [
      "json by path",
      { format: "json", select: { n: "0.results.1.n", none: "0.x" } },
      '[{"results":[{},{"n":7}]}]',
      { n: 7 },
    ],
    ["json behind a banner", { format: "json" }, 'Loading…\n\u001b[1m\n{"a":1}\n', { a: 1 }],
    ["a json list", { format: "json", name: "items" }, "[1,2]", { items: [1, 2] }],
    ["what is no json", { format: "json" }, "oops {", {}],
    ["lines", { format: "lines" }, "a\r\nb\n\nc\n", { lines: ["a", "b", "", "c"] }],
    ["no lines", { format: "lines", name: "files" }, "", { files: [] }],
    [
      "named groups",
      { format: "regex", pattern: "^id: (?<id>\\d+)( (?<more>x))?$" },
      "x\nid: 12\nid: 13\n",
      { id: "12" },
    ],
    ["no match", { format: "regex", pattern: "(?<id>\\d+)" }, "none", {}],
  ])("%s", (_what, spec, stdout, expected) => {
    expect(parseOutputs(spec, { stdout })).toEqual(expected);
  });

  it("a file's facts, when it is there", () => {
    const spec = { format: "file" as const, param: "out" };
    expect(parseOutputs(spec, { stdout: "", file: { path: "a.sql", bytes: 3 } })).toEqual({
      file: "a.sql",
      bytes: 3,
    });
    expect(parseOutputs(spec, { stdout: "", file: null })).toEqual({});
  });

  it("keeps as many lines as fit, and says so", () => {
    const line = "é".repeat(100);
    const found = parseOutputs({ format: "lines" }, { stdout: `${line}\n`.repeat(1_000) });
    expect(found.truncated).toBe(true);
    expect((found.lines as string[]).every((one) => one === line)).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThan(LIMITS.outputBytes);
  });
});

describe("git status", () => {
  const status = (stdout: string) => parseOutputs({ format: "porcelain" }, { stdout });
  it("a branch with everything", () => {
    const text = [
      "# branch.oid 364f4690a3ede8edeee0b96a4fe8a9632584e183",
      "# branch.head fix/login",
      "# branch.upstream origin/fix/login",
      "# branch.ab +2 -1",
      "1 M. N... 100644 100644 100644 a b staged.txt",
      "1 .M N... 100644 100644 100644 a b changed.txt",
      "1 MM N... 100644 100644 100644 a b both.txt",
      "2 R. N... 100644 100644 100644 a b R100 new name.txt\told.txt",
      "u UU N... 100644 100644 100644 100644 a b c conflict.txt",
      "? untracked 1.txt",
      "! ignored",
      "",
    ].join("\n");
    expect(status(text)).toEqual({
      branch: "fix/login",
      head: "364f4690a3ede8edeee0b96a4fe8a9632584e183",
      upstream: "origin/fix/login",
      ahead: 2,
      behind: 1,
      dirty: true,
      staged: 3,
      unstaged: 3,
      untracked: 1,
      conflicted: 1,
      clean: false,
    });
  });
  it("a new repository, and a detached head", () => {
    expect(status("# branch.oid (initial)\n# branch.head main\n")).toMatchObject({
      branch: "main",
      head: null,
      upstream: null,
      clean: true,
      dirty: false,
    });
    expect(status("# branch.oid abc\n# branch.head (detached)\n1 A. x\n")).toMatchObject({
      branch: null,
      head: "abc",
      dirty: false,
      staged: 1,
      clean: false,
    });
  });
});
