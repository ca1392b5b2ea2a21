/** What an editor does, done by the agent on a project of about 290 files, with each of the two kinds of TypeScript. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { act } from "./action.ts";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { bytesOf, compile, makeProject, write } from "./ide-project.ts";
import { until } from "./until.ts";

// Compilers are slow where many tests run at once.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });
let hub: TestHub;
let agent: AgentProcess;
beforeAll(async () => {
  hub = await TestHub.start();
  agent = await new AgentProcess(hub, { policy: {} }).start();
  for (const version of ["5", "7"] as const) {
    mkdirSync(join(agent.root, version));
    makeProject(join(agent.root, version), version);
  }
});
afterAll(async () => {
  await agent.remove();
  await hub.stop();
});
const read = (path: string) => readFileSync(join(agent.root, path), "utf8");

describe.each(["5", "7"] as const)("a project with TypeScript %s", (version) => {
  const cwd = version;
  const dir = () => join(agent.root, version);

  it("rename reaches every file, the project still compiles, and undo gives back the same bytes", async () => {
    const before = bytesOf(dir());
    const rename = await act(hub, "rename-symbol", { symbol: "addMoney", new_name: "sumOf" }, { cwd });
    expect(rename.report).toMatchObject({ state: "succeeded", error: null });
    expect(rename.outputs).toMatchObject({ changed: true, old_name: "addMoney", file_count: 290 });
    expect(rename.outputs.edits).toBeGreaterThan(800);
    const after = bytesOf(dir());
    expect([...after].filter(([path, hash]) => before.get(path) !== hash)).toHaveLength(290);
    expect(compile(dir())).toBe("");
    const part = read(`${version}/src/feature0/part3.ts`);
    // Comments and strings are nobody's name, and CRLF stays.
    expect(part).toContain("// addMoney of part 3");
    expect(part).toContain("sumOf(own, total0x2([]))");
    expect(
      part
        .split("\n")
        .slice(0, -1)
        .every((line) => line.endsWith("\r")),
    ).toBe(true);
    expect(read(`${version}/src/core/money.ts`)).toContain('currency: "addMoney"');

    const undo = await act(hub, "undo-patch", { undo: rename.outputs.undo! }, { cwd });
    expect(undo.report).toMatchObject({ state: "succeeded", error: null });
    expect(bytesOf(dir())).toEqual(before);
  });

  it("two things of one name: the other keeps it, and re-exports and their importers follow", async () => {
    const files = {
      "total.ts": "export const total = 1;\nexport const sum = { total };\n",
      "barrel.ts": 'export { total } from "./total.js";\n',
      "user.ts":
        'import { total } from "./barrel.js";\nimport { sum } from "./total.js";\nexport const sent = JSON.stringify({ total, more: sum.total });\n',
    };
    for (const [name, text] of Object.entries(files)) write(dir(), `src/${name}`, text);
    const rename = await act(
      hub,
      "rename-symbol",
      { symbol: "total", file: "src/total.ts", line: 1, new_name: "one" },
      { cwd },
    );
    expect(rename.report).toMatchObject({ state: "succeeded", error: null });
    expect([...(rename.outputs.files as string[])].sort()).toEqual([
      "src/barrel.ts",
      "src/total.ts",
      "src/user.ts",
    ]);
    expect(read(`${version}/src/total.ts`)).toBe(
      "export const one = 1;\nexport const sum = { total: one };\n",
    );
    expect(read(`${version}/src/barrel.ts`)).toBe('export { one } from "./total.js";\n');
    expect(read(`${version}/src/user.ts`)).toBe(
      files["user.ts"].replace("{ total }", "{ one }").replace("{ total,", "{ total: one,"),
    );
    expect(compile(dir())).toBe("");
    for (const name of Object.keys(files)) rmSync(join(dir(), "src", name));
  });

  it("a new name that means something else already is refused, also where the compiler would be content", async () => {
    write(
      dir(),
      "src/names.ts",
      `export function isText(it: unknown) { return typeof it === "string"; }
export function bothTexts(it: any, that: any) { return isText(it) && isText(that); }
`,
    );
    write(
      dir(),
      "src/names-used.ts",
      'import { isText } from "./names.js";\nconst local = 1;\nexport const used = isText(local);\n',
    );
    const before = bytesOf(dir());
    for (const [taken, place] of [
      ["bothTexts", "src/names.ts:"],
      ["that", "src/names.ts:2:"],
      ["local", "src/names-used.ts:"],
      ["class", "src/names"],
    ] as const) {
      const rename = await act(hub, "rename-symbol", { symbol: "isText", new_name: taken }, { cwd });
      expect([taken, rename.report.state, rename.report.error?.code]).toEqual([
        taken,
        "failed",
        "name_taken",
      ]);
      expect(rename.report.error!.message).toContain(place);
      expect(bytesOf(dir())).toEqual(before);
    }
    // Errors that were there before are no reason.
    write(dir(), "src/names-used.ts", `${read(`${version}/src/names-used.ts`)}export const odd: Date = 1;\n`);
    const free = await act(hub, "rename-symbol", { symbol: "isText", new_name: "isString" }, { cwd });
    expect(free.outputs).toMatchObject({ edits: 5, file_count: 2 });
    for (const name of ["names", "names-used"]) rmSync(join(dir(), `src/${name}.ts`));
  });

  it("a warm server knows what was changed behind its back", async () => {
    const lines = read(`${version}/src/core/money.ts`);
    write(dir(), "src/core/money.ts", `// moved down\n\n\n${lines}`);
    write(
      dir(),
      "src/late.ts",
      `import { addMoney, NO_MONEY } from "./core/money.js";\nexport const late = addMoney(NO_MONEY, NO_MONEY);\n`,
    );
    const found = await act(
      hub,
      "find-references",
      { symbol: "addMoney", file: "src/core/money.ts" },
      { cwd, effect: "read" },
    );
    expect(found.report).toMatchObject({ state: "succeeded", error: null });
    expect(found.outputs.truncated).toBe(true);
    expect(found.outputs.files).toBe(291);
    expect(found.log()).toContain("src/late.ts:2:21: export const late = addMoney(NO_MONEY, NO_MONEY);");
    rmSync(join(dir(), "src/late.ts"));
    write(dir(), "src/core/money.ts", lines);

    const place = { file: "src/feature1/part0.ts", line: 5, column: 51 };
    const definition = await act(hub, "goto-definition", place, { cwd, effect: "read" });
    expect(definition.outputs).toMatchObject({ file: "src/core/money.ts", line: 3, column: 17, count: 1 });
  });

  it("diagnostics of a file and of the whole project", async () => {
    write(
      dir(),
      "src/wrong.ts",
      `import { NO_MONEY } from "./core/money.js";\nexport const n: string = NO_MONEY.amount;\n`,
    );
    const expected = { file: "src/wrong.ts", line: 2, column: 14, severity: "error", code: "TS2322" };
    const one = await act(
      hub,
      "diagnostics",
      { file: "src/wrong.ts", severity: "error" },
      { cwd, effect: "read" },
    );
    expect(one.outputs).toMatchObject({ errors: 1, problems: [expected] });
    const all = await act(hub, "diagnostics", {}, { cwd, effect: "read" });
    expect(all.outputs).toMatchObject({ errors: 1, problems: [expected] });
    expect(all.outputs.by).toMatch(/^tsc /);
    rmSync(join(dir(), "src/wrong.ts"));
  });
});

describe("format", () => {
  it("uses what the project formats with, keeps the byte order mark, and its patch alone undoes it", async () => {
    const dir = join(agent.root, "formatted");
    mkdirSync(join(dir, "node_modules/.bin"), { recursive: true });
    writeFileSync(
      join(dir, "biome.json"),
      JSON.stringify({ formatter: { indentStyle: "space", indentWidth: 3 } }),
    );
    symlinkSync(
      join(import.meta.dirname, "../../node_modules/@biomejs/biome/bin/biome"),
      join(dir, "node_modules/.bin/biome"),
    );
    const ugly = "\uFEFFexport   const a={b:1,\r\n c:2}\r\nif(a){a.b=3}";
    write(dir, "a.ts", ugly);
    const format = await act(hub, "format-document", { file: "a.ts" }, { cwd: "formatted" });
    expect(format.report).toMatchObject({ state: "succeeded", error: null });
    expect(format.outputs).toMatchObject({ changed: true, formatter: "biome", file_count: 1 });
    expect(read("formatted/a.ts")).toMatch(
      /^\uFEFFexport const a = \{ b: 1, c: 2 \};\r?\nif \(a\) \{\r?\n {3}a\.b = 3;/,
    );
    const again = await act(hub, "format-document", { file: "a.ts" }, { cwd: "formatted" });
    expect(again.outputs).toMatchObject({ changed: false, undo: null });
    const patch = format.outputs.patch as string;
    expect(patch).toContain("+++ b/formatted/a.ts");
    const undo = await act(hub, "undo-patch", { patch }, { cwd: "formatted" });
    expect(undo.report).toMatchObject({ state: "succeeded", error: null });
    expect(read("formatted/a.ts")).toBe(ugly);
  });

  it("without a formatter the language server formats; nothing at all is a missing prerequisite", async () => {
    write(agent.root, "5/src/ugly.ts", "export   const   a  =  1 ;\n");
    const format = await act(hub, "format-document", { file: "src/ugly.ts" }, { cwd: "5" });
    expect(format.outputs).toMatchObject({ changed: true, formatter: "typescript-language-server" });
    expect(read("5/src/ugly.ts")).toBe("export const a = 1;\n");
    rmSync(join(agent.root, "5/src/ugly.ts"));
    write(agent.root, "notes.rst", "x\n");
    const none = await act(hub, "format-document", { file: "notes.rst" });
    expect(none.report).toMatchObject({ state: "not_started", error: { code: "prerequisite_missing" } });
    expect(none.report.error!.message).toContain("neither prettier nor biome");
  });

  it("a formatter of this machine's settings, held against its policy", async () => {
    write(agent.root, "list.words", "pear\napple\n");
    const settings = join(agent.state, "ide.json");
    writeFileSync(settings, JSON.stringify({ formatters: [{ extensions: [".words"], command: ["sort"] }] }));
    const sorted = await act(hub, "format-document", { file: "list.words" });
    expect(sorted.outputs).toMatchObject({ changed: true, formatter: "sort" });
    expect(read("list.words")).toBe("apple\npear\n");
    writeFileSync(
      settings,
      JSON.stringify({ formatters: [{ extensions: [".words"], command: ["perl", "-pe", "1"] }] }),
    );
    const denied = await act(hub, "format-document", { file: "list.words" });
    expect(denied.report).toMatchObject({ state: "not_started", error: { code: "policy_denied" } });
    rmSync(settings);
  });
});

describe("search", () => {
  it("finds text and patterns, says where, and stops at its limit", async () => {
    const all = await act(
      hub,
      "search",
      { query: "ADDMONEY(OWN", path: "src/feature2" },
      { cwd: "7", effect: "read" },
    );
    expect(all.outputs).toMatchObject({ count: 11, files: 11, truncated: false });
    const matches = all.outputs.matches as { file: string; line: number; column: number; text: string }[];
    expect(matches[0]).toEqual({
      file: "src/feature2/part1.ts",
      line: 7,
      column: 10,
      text: "  return addMoney(own, total2x0([]));",
    });
    const none = await act(
      hub,
      "search",
      { query: "ADDMONEY(OWN", case_sensitive: true },
      { cwd: "7", effect: "read" },
    );
    expect(none.outputs).toMatchObject({ count: 0, matches: [] });
    const few = await act(
      hub,
      "search",
      { query: "total\\d+x0\\b", regex: true, limit: 5 },
      { cwd: "7", effect: "read" },
    );
    expect(few.outputs).toMatchObject({ count: 5, truncated: true });
    const option = await act(hub, "search", { query: "--files" }, { cwd: "7", effect: "read" });
    expect(option.outputs).toMatchObject({ count: 0 });
    // Nobody says that every file is UTF-8.
    writeFileSync(join(agent.root, "7/old.txt"), Buffer.from("caf\xe9 of old\n", "latin1"));
    const old = await act(hub, "search", { query: "of old", path: "old.txt" }, { cwd: "7", effect: "read" });
    expect(old.outputs).toMatchObject({ count: 1, matches: [{ file: "old.txt", line: 1, column: 6 }] });
    const bad = await act(hub, "search", { query: "(", regex: true }, { cwd: "7", effect: "read" });
    expect(bad.report).toMatchObject({ state: "failed", error: { code: "action_failed" } });
  });
});

describe("the editor", () => {
  it("is a missing prerequisite where there is none, and is told file and line where there is one", async () => {
    const missing = await act(
      hub,
      "open-file",
      { file: "src/core/money.ts", line: 3 },
      { cwd: "7", effect: "read" },
    );
    expect(missing.report).toMatchObject({ state: "not_started", error: { code: "prerequisite_missing" } });

    const bin = join(agent.dir, "bin");
    mkdirSync(bin);
    // A project that brings its own is not asked.
    mkdirSync(join(agent.root, "7/node_modules/.bin"), { recursive: true });
    writeFileSync(join(agent.root, "7/node_modules/.bin/cursor"), "#!/bin/sh\nexit 9\n", { mode: 0o755 });
    writeFileSync(join(bin, "code"), `#!/bin/sh\nprintf '%s\\n' "$@" > ${agent.dir}/told\n`, { mode: 0o755 });
    // A hub of its own, or the first agent might take the job.
    const its = await TestHub.start();
    const other = new AgentProcess(its, { policy: {}, env: { PATH: `${bin}:${process.env.PATH}` } });
    try {
      await other.start();
      write(other.root, "a.ts", "x");
      const open = await act(its, "open-file", { file: "a.ts", line: 3, column: 5 }, { effect: "read" });
      expect(open.outputs).toEqual({ editor: "code", file: "a.ts" });
      expect(readFileSync(join(agent.dir, "told"), "utf8")).toBe(`--goto\n${other.root}/a.ts:3:5\n`);
      write(other.root, "b.ts", "y");
      const diff = await act(its, "diff", { left: "a.ts", right: "b.ts" }, { effect: "read" });
      expect(diff.outputs).toEqual({ editor: "code", left: "a.ts", right: "b.ts" });
    } finally {
      await other.remove();
      await its.stop();
    }
  });
});

describe("what must not happen", () => {
  it("nothing outside the root is read, changed or told of", async () => {
    symlinkSync("/etc/hostname", join(agent.root, "leads-out.ts"));
    for (const [name, args] of [
      ["format-document", { file: "leads-out.ts" }],
      ["open-file", { file: "../../etc/hostname" }],
      ["find-references", { file: "/etc/hostname", symbol: "x" }],
      ["search", { query: "x", path: "../.." }],
      ["undo-patch", { patch: "--- a/../x.ts\n+++ b/../x.ts\n@@ -1,1 +1,1 @@\n-a\n+b\n" }],
    ] as const) {
      const { report } = await act(hub, name, args);
      expect([name, report.state, report.error?.code]).toEqual([name, "not_started", "policy_denied"]);
    }
    rmSync(join(agent.root, "leads-out.ts"));
  });

  it("an undo refuses when a file was changed since, and leaves all of them as they are", async () => {
    const dir = join(agent.root, "7");
    const rename = await act(
      hub,
      "rename-symbol",
      { symbol: "total3x0", new_name: "firstTotal" },
      { cwd: "7" },
    );
    expect(rename.outputs).toMatchObject({ file_count: 2 });
    const later = `${read("7/src/feature3/part1.ts")}// a person's line\n`;
    write(dir, "src/feature3/part1.ts", later);
    const renamed = bytesOf(dir);
    const undo = await act(hub, "undo-patch", { undo: rename.outputs.undo! }, { cwd: "7" });
    expect(undo.report).toMatchObject({ state: "failed", error: { code: "conflict" } });
    expect(bytesOf(dir)).toEqual(renamed);
    write(dir, "src/feature3/part1.ts", later.replace("// a person's line\n", ""));
    const again = await act(hub, "undo-patch", { undo: rename.outputs.undo! }, { cwd: "7" });
    expect(again.report.state).toBe("succeeded");
  });

  it("a name that several things have is not guessed at", async () => {
    write(agent.root, "7/src/twice.ts", "export const NO_MONEY = 1;\n");
    const rename = await act(hub, "rename-symbol", { symbol: "NO_MONEY", new_name: "ZERO" }, { cwd: "7" });
    expect(rename.report).toMatchObject({ state: "failed", error: { code: "ambiguous" } });
    expect(rename.report.error!.message).toContain("src/twice.ts:1:14");
    rmSync(join(agent.root, "7/src/twice.ts"));
  });

  it("no language server outlives the agent, however that ends", async () => {
    await act(
      hub,
      "goto-definition",
      { symbol: "addMoney", file: "src/core/money.ts" },
      { cwd: "5", effect: "read" },
    );
    const servers = serversUnder(agent.root);
    expect(servers.length).toBeGreaterThanOrEqual(2);
    await agent.crash();
    await until(() => servers.every((pid) => !lives(pid)), "the language servers to end");
  });
});

/** Processes that work in the directory. */
function serversUnder(root: string): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return (
          /typescript-language-server|tsserver|--lsp/.test(words) &&
          existsSync(`/proc/${pid}/cwd`) &&
          readFileSync(`/proc/${pid}/environ`, "utf8").includes(root.slice(0, -"/root".length))
        );
      } catch {
        return false;
      }
    });
}
