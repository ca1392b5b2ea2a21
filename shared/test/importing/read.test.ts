/** Files of people's own commands: what each entry becomes, and what is refused with which reason. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import type { Command } from "../../src/contracts/definition.ts";
import type { Json } from "../../src/contracts/json.ts";
import { IMPORT_KINDS, ImportError, type ImportItem } from "../../src/importing/item.ts";
import { kindOf, readFiles } from "../../src/importing/read.ts";
import { asScript, plainWords } from "../../src/importing/words.ts";
import { checkDefinition } from "../../src/library/check.ts";
import { compilePlan } from "../../src/library/plan.ts";
import { renderRun } from "../../src/library/render.ts";
import { fixtures } from "./files.ts";

function line({ path, name, slug, command, reason, warnings }: ImportItem): string {
  const what =
    command === null
      ? `- ${reason}`
      : command.type === "builtin"
        ? [
            command.definition.program,
            ...command.definition.argv.map((item) =>
              typeof item === "string" ? item : JSON.stringify(item),
            ),
          ].join(" ")
        : command.type;
  const parameters = (command?.parameters ?? []).map(
    (p) =>
      `${p.name}:${p.type}${p.required ? "!" : ""}${p.default === undefined ? "" : `=${JSON.stringify(p.default)}`}${p.options ? `[${p.options}]` : ""}`,
  );
  return [
    `${path} | ${name} | ${slug}`,
    `  ${what}`,
    ...(parameters.length ? [`  (${parameters.join(", ")})`] : []),
    ...(command ? [`  "${command.description}"`] : []),
    ...warnings.map((w) => `  * ${w}`),
  ].join("\n");
}

test.each(IMPORT_KINDS)(
  "%s: each entry of the fixtures becomes what is written down, or is left out with a reason",
  async (kind) => {
    const files = fixtures(kind);
    expect(files.length).toBeGreaterThanOrEqual(3);
    const items = readFiles(files, kind);
    await expect(`${items.map(line).join("\n")}\n`).toMatchFileSnapshot(`expected/${kind}.txt`);
    const commands = items.flatMap(({ command }) => command ?? []);
    // `write` until somebody says otherwise; stronger only where the file itself asks before it runs.
    for (const command of commands) expect(["write", "destructive"]).toContain(command.effect);
    for (const command of commands) expect(checkDefinition(command)).toEqual([]);
    expect(new Set(items.filter((i) => i.command).map((i) => i.slug)).size).toBe(commands.length);
    expect(readFiles(files, kind)).toEqual(items);
  },
);

test("the kind is told by a file's name and place", () => {
  for (const kind of IMPORT_KINDS.filter((one) => one !== "warp"))
    for (const { path } of fixtures(kind)) expect(kindOf(path)).toBe(kind);
  expect(kindOf(".warp/workflows/git.yaml")).toBe("warp");
  expect(kindOf("values.yaml")).toBeNull();
});

/** The argv that a run of the item would have. */
async function argvOf(item: ImportItem, args: { [name: string]: Json }): Promise<string[]> {
  const command = {
    ...item.command,
    id: "cmd_1",
    tenant_id: "t",
    slug: item.slug,
    version: 1,
    status: "active",
  } as Command;
  const { plan } = await compilePlan({
    command,
    args,
    context: {},
    cwd: null,
    agent: null,
    lookup: async () => null,
    soleApprover: true,
  });
  const run = renderRun(plan.steps[0]!, args, []);
  return [run.program, ...(run.argv as string[])];
}
const one = (kind: (typeof IMPORT_KINDS)[number], slug: string): ImportItem => {
  const item = readFiles(fixtures(kind), kind).find((found) => found.slug === slug && found.command);
  if (!item) throw new Error(`there is no ${slug}`);
  return item;
};

describe("values arrive whole or are refused", () => {
  const AWKWARD = ["a b", "x;id", "$(id)", "`id`", "a\nb", "'q'", '"q"', "a|b", "a&b", ">f", "*", "~", "#"];

  it("make and just put values into a shell's text: nothing that means something to it gets in", async () => {
    for (const value of AWKWARD) {
      await expect(argvOf(one("makefile", "make-go-service-build"), { VERSION: value })).rejects.toThrow(
        "must match",
      );
      await expect(argvOf(one("justfile", "just-ops-pods"), { where: value })).rejects.toThrow("must match");
      await expect(argvOf(one("justfile", "just-rust-watch"), { paths: ["src", value] })).rejects.toThrow(
        "must match",
      );
    }
    expect(
      await argvOf(one("makefile", "make-go-service-build"), { VERSION: "v1.2.3-rc.1+build_5" }),
    ).toEqual(["make", "build", "VERSION=v1.2.3-rc.1+build_5"]);
    expect(await argvOf(one("justfile", "just-ops-scale"), { name: "web", replicas: "3" })).toEqual([
      "just",
      "--justfile",
      "ops.just",
      "scale",
      "web",
      "3",
      "staging",
    ]);
  });

  it("no value can be an option", async () => {
    await expect(argvOf(one("justfile", "just-ops-pods"), { where: "--evil" })).rejects.toThrow("hyphen");
    await expect(
      argvOf(one("warp", "warp-follow-a-container-s-log"), { container: "--privileged" }),
    ).rejects.toThrow("hyphen");
    await expect(
      argvOf(one("warp", "warp-clone-with-a-shallow-history"), {
        repository_url: "--upload-pack=id",
        directory: "x",
      }),
    ).rejects.toThrow("hyphen");
    await expect(argvOf(one("github-actions", "gh-nightly"), { git_ref: "-x" })).rejects.toThrow();
  });

  it("a GitHub input may hold anything and stays one value; a file's name is no file", async () => {
    for (const value of [...AWKWARD, "@/etc/passwd", "--x", "a=b"])
      expect(
        await argvOf(one("github-actions", "gh-deploy"), { target: "production", version: value }),
      ).toContain(`version=${value}`);
  });

  it("npm gets a -- before what is for the script, the others give it on by themselves", async () => {
    expect(await argvOf(one("package-json", "npm-site-test"), { args: ["--run", "a b", "-t"] })).toEqual([
      "npm",
      "run",
      "test",
      "--",
      "--run",
      "a b",
      "-t",
    ]);
    expect(await argvOf(one("package-json", "npm-api-lint"), { args: ["--quiet"] })).toEqual([
      "pnpm",
      "run",
      "lint",
      "--quiet",
    ]);
    expect(await argvOf(one("package-json", "npm-site-test"), {})).toEqual(["npm", "run", "test"]);
  });
});

describe("words", () => {
  it.each([
    ["echo 'a b' \"c d\" e\\ f", ["echo", "a b", "c d", "e f"]],
    ["x --flag=\"a'b\" ''", ["x", "--flag=a'b", ""]],
    ['say "back\\\\slash \\" quote"', ["say", 'back\\slash " quote']],
    ["a \\\n  b", ["a", "b"]],
    ["curl http://h/a#b", ["curl", "http://h/a#b"]],
  ])("%s", (text, words) => {
    expect(plainWords(text)).toEqual({ words: words.map((word) => [word]) });
  });

  it.each([
    "a | b",
    "a && b",
    "a; b",
    "a > f",
    "a $X",
    'a "$X"',
    "a `b`",
    "ls *",
    "cd ~",
    "a\nb",
    "(a)",
    "a 'b",
    "x {a,b}",
    "# x",
    "a \\",
  ])("needs a shell: %s", (text) => {
    expect(plainWords(text)).toHaveProperty("why");
  });

  it("as a script, a value stays one value however the placeholder was quoted", () => {
    const dir = mkdtempSync(join(tmpdir(), "tw-words-"));
    try {
      const script = join(dir, "s.sh");
      writeFileSync(
        script,
        asScript(`printf '[%s]' {{a}} "x{{a}}y" 'p{{a}}q' "\\"{{b}}\\"" | cat`, ["a", "b"]),
      );
      const evil = `'"; touch ${dir}/owned; $(touch ${dir}/owned) \`touch ${dir}/owned\` *`;
      const printed = execFileSync("bash", [script, evil, "two words"], { encoding: "utf8", cwd: dir });
      expect(printed).toBe(`[${evil}][x${evil}y][p${evil}q]["two words"]`);
      expect(execFileSync("ls", [dir], { encoding: "utf8" })).toBe("s.sh\n");
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

test.each([
  [{ path: "package.json", text: "{ not json" }, "package.json is not JSON"],
  [{ path: "package.json", text: "[]" }, "holds no object"],
  [{ path: ".warp/x.yaml", text: "a: [" }, "is not YAML"],
  [{ path: ".github/workflows/x.yml", text: "- a" }, "holds no workflow"],
  [{ path: "../package.json", text: "{}" }, "must not lead out"],
  [{ path: "/etc/package.json", text: "{}" }, "must be relative"],
  [{ path: "notes.txt", text: "" }, "name the kind"],
  [{ path: "package.json", text: " ".repeat(300_000) }, "longer than"],
  [
    {
      path: "package.json",
      text: JSON.stringify({
        scripts: Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`s${i}`, "x"])),
      }),
    },
    "at most 150",
  ],
  [
    {
      path: ".warp/bomb.yaml",
      text: `a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    },
    "YAML",
  ],
])("a file that cannot be taken is refused by name: %#", (file, message) => {
  expect(() => readFiles([file], null)).toThrow(ImportError);
  expect(() => readFiles([file], null)).toThrow(message);
});
