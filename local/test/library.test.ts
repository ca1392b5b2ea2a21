import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandFromRow, SYSTEM } from "@tw/shared/db/commands";
import { librarySql, upsertLibrary } from "@tw/shared/db/library";
import { draftCommand } from "@tw/shared/library/draft-command";
import { compilePlan } from "@tw/shared/library/plan";
import { openTestD1 } from "@tw/shared/testing/sqlite-d1";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LIBRARY_FOLDER, loadLibrary } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { ROOT } from "../src/ports.ts";
import { environment } from "./run-library.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tw-library-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = `category: test
commands:
  hello:
    description: Says hello.
    type: builtin
    effect: read
    parameters:
      - { name: name, type: string, default: you }
    definition:
      program: echo
      argv: [hello, { param: name }]
  twice:
    type: workflow
    definition:
      steps:
        - { command: hello }
        - { command: hello, args: { name: again } }
`;
const file = (text: string, name = "test.yaml") => writeFileSync(join(folder, name), text);
const broken = async (text: string) => {
  file(text);
  return (await readLibrary(folder)).problems.map(({ file: name, line, field, reason }) => [
    name,
    line,
    field,
    reason,
  ]);
};

describe("the shipped library", () => {
  it("has no problem, and everything that is promised", async () => {
    const { commands, problems } = await readLibrary(LIBRARY_FOLDER);
    expect(problems).toEqual([]);
    const slugs = commands.map(({ slug }) => slug);
    expect(slugs).toEqual(
      expect.arrayContaining(
        `pwd ls cat grep find mkdir rm cp mv git-status git-add git-commit git-push git-reset-to wrangler-deploy wrangler-rollback
        wrangler-d1-execute wrangler-d1-export wrangler-d1-migrations-apply wrangler-r2-object-put wrangler-r2-object-get
        wrangler-r2-object-delete verify-deployment noop echo sleep fail workflow-deploy workflow-migrate workflow-backup
        npm-install npm-run npm-test`.split(/\s+/),
      ),
    );
    for (const { slug, input } of commands) {
      expect(input.description, slug).not.toBe("");
      expect(input.examples.length, slug).toBeGreaterThan(0);
    }
  });

  it("plans each of its examples", async () => {
    const { commands } = await readLibrary(LIBRARY_FOLDER);
    const library = new Map(
      commands.map((command) => [command.slug, draftCommand(SYSTEM, command.slug, command.input, 0)]),
    );
    const context = { wrangler: { database: "demo", bucket: "assets" } };
    for (const command of library.values())
      for (const { args } of command.examples)
        await compilePlan({
          command,
          args: args as never,
          context,
          cwd: null,
          agent: null,
          lookup: async (slug) => library.get(slug) ?? null,
          soleApprover: false,
        });
  });
});

/** What is replaced in a good file, by what, and what is then said: line, field, reason. */
const BROKEN: [string, string, string, number, string, RegExp][] = [
  [
    "a shell string",
    "argv: [hello, { param: name }]",
    "argv: [hello && rm]",
    11,
    "hello.definition.argv.0",
    /shell/,
  ],
  [
    "a shell",
    "program: echo\n      argv: [hello, { param: name }]",
    "program: bash\n      argv: [-c, { param: name }]",
    11,
    "hello.definition.argv.0",
    /run text as code/,
  ],
  [
    "a program with spaces",
    "program: echo",
    "program: echo hello",
    10,
    "hello.definition.program",
    /no spaces/,
  ],
  ["an unknown field", "effect: read", "efect: read", 6, "hello.efect", /unknown field/],
  ["a wrong value", "effect: read", "effect: reads", 6, "hello.effect", /expected one of/],
  ["an unknown type", "type: builtin", "type: shell", 5, "hello.type", /discriminator/],
  [
    "a parameter that is not there",
    "{ param: name }",
    "{ param: nam }",
    11,
    "hello.definition.argv.1",
    /no parameter "nam"/,
  ],
  [
    "a default of another type",
    "default: you",
    "default: 3",
    8,
    "hello.parameters.0.default",
    /must be a string/,
  ],
  [
    "an unknown command",
    "- { command: hello }",
    "- { command: hullo }",
    16,
    "twice.definition.steps.0.command",
    /no command "hullo"/,
  ],
  [
    "an unknown argument",
    "args: { name: again }",
    "args: { nam: again }",
    17,
    "twice.definition.steps.1.args.nam",
    /unknown argument/,
  ],
  [
    "a cycle",
    "- { command: hello }",
    "- { id: a, needs: [hello], command: hello }",
    16,
    "twice.definition.steps.0.needs",
    /need each other/,
  ],
  ["a slug that is none", "twice:", "Twice_2:", 12, "Twice_2", /no slug/],
  ["text that is no YAML", "category: test", "category: [test", 2, "(file)", /./],
  ["the same slug twice", "  twice:", "  hello:", 12, "(file)", /unique/],
  [
    "an enum without options",
    "type: string, default: you",
    "type: enum, default: you",
    8,
    "hello.parameters.0.options",
    /needs its options/,
  ],
  [
    "an undo that is not there",
    "      argv: [hello, { param: name }]\n",
    "      argv: [hello, { param: name }]\n    rollback: { command: goodbye }\n",
    12,
    "hello.rollback.command",
    /no command "goodbye"/,
  ],
  [
    "a secret on the command line",
    "type: string, default: you",
    "type: secret",
    11,
    "hello.definition.argv.1",
    /others can read/,
  ],
];

describe("a broken definition is refused with file, line, field and reason", () => {
  it.each(BROKEN)("%s", async (_what, good, bad, line, field, reason) => {
    expect(GOOD).toContain(good);
    const problems = await broken(GOOD.replace(good, bad));
    expect(problems[0]).toEqual(["test.yaml", line, field, expect.stringMatching(reason)]);
  });

  it("all problems of all files are told, and a slug in two files is one", async () => {
    file(GOOD, "a.yaml");
    expect((await broken(GOOD)).map(([name, line, field]) => [name, line, field])).toEqual([
      ["test.yaml", 3, "hello"],
      ["test.yaml", 12, "twice"],
    ]);
  });
});

describe("loading", () => {
  const rows = async (db: D1Database) =>
    (await db.prepare("SELECT * FROM agent_commands ORDER BY slug").all()).results.map((row) =>
      commandFromRow(row as never),
    );
  const versions = async (db: D1Database) =>
    (await db.prepare("SELECT command_id, version FROM command_versions ORDER BY 1, 2").all()).results;

  it("is idempotent; a change makes a version, what is gone is deprecated", async () => {
    const db = await openTestD1();
    file(GOOD);
    expect(await loadLibrary(db, folder, 1_000)).toMatchObject({
      created: ["hello", "twice"],
      updated: [],
      unchanged: 0,
    });
    const first = await rows(db);
    expect(first[0]).toMatchObject({
      id: "cmd_hello",
      tenant_id: "system",
      is_public: true,
      version: 1,
      category: "test",
      created_at: 1_000,
    });
    expect(await loadLibrary(db, folder, 2_000)).toEqual({
      created: [],
      updated: [],
      deprecated: [],
      unchanged: 2,
    });
    expect(await rows(db)).toEqual(first);
    file(GOOD.replace("Says hello.", "Says it."));
    expect(await loadLibrary(db, folder, 3_000)).toMatchObject({
      created: [],
      updated: ["hello"],
      unchanged: 1,
    });
    expect(await versions(db)).toEqual([
      { command_id: "cmd_hello", version: 1 },
      { command_id: "cmd_hello", version: 2 },
      { command_id: "cmd_twice", version: 1 },
    ]);
    file(GOOD.slice(0, GOOD.indexOf("  twice:")));
    expect(await loadLibrary(db, folder, 4_000)).toMatchObject({ updated: ["hello"], deprecated: ["twice"] });
    file(GOOD);
    expect(await loadLibrary(db, folder, 5_000)).toMatchObject({ deprecated: [] });
    expect((await rows(db)).map(({ slug, status, version }) => [slug, status, version])).toEqual([
      ["hello", "active", 4 - 1],
      ["twice", "active", 1],
    ]);
  });

  it("changes nothing when one definition is wrong", async () => {
    const db = await openTestD1();
    file(GOOD);
    await loadLibrary(db, folder, 1_000);
    const before = await rows(db);
    file(GOOD.replace("Says hello.", "Changed.").replace("command: hello }", "command: nope }"));
    await expect(loadLibrary(db, folder, 2_000)).rejects.toThrow(
      /test\.yaml:16: twice\.definition\.steps\.0\.command: /,
    );
    expect(await rows(db)).toEqual(before);
  });

  it("leaves the library as it was, whichever way a definition is broken", async () => {
    const db = await openTestD1();
    file(GOOD);
    await loadLibrary(db, folder, 1_000);
    const before = JSON.stringify([await rows(db), await versions(db)]);
    for (const [what, good, bad, line, field] of BROKEN) {
      // One good change beside the broken one, so that half a load would show.
      file(GOOD.replace(good, bad).replace("Says hello.", "Changed."));
      const refused = await loadLibrary(db, folder, 2_000).then(
        () => "loaded",
        (error: Error) => error.message,
      );
      expect(refused, what).toContain(`${join(folder, "test.yaml")}:${line}: ${field}: `);
      expect(JSON.stringify([await rows(db), await versions(db)]), what).toBe(before);
    }
  });

  it("leaves a tenant's own commands alone", async () => {
    const db = await openTestD1();
    file(GOOD);
    await loadLibrary(db, folder, 1_000);
    await db.prepare("INSERT INTO tenants (id, name, created_at) VALUES ('ten_a', 'a', 0)").run();
    await db
      .prepare(
        `INSERT INTO agent_commands SELECT 'cmd_own', 'ten_a', name, slug, description, category, command_text, parameters_json,
           implementation_type, implementation_ref, code_json, status, 0, 0, NULL, 0, 0, 7, effect, aliases_json, requires_json,
           rollback_json, timeout_s, retry_json, examples_json, 'x' FROM agent_commands WHERE slug = 'hello'`,
      )
      .run();
    file(GOOD.replace("Says hello.", "Changed."));
    await loadLibrary(db, folder, 2_000);
    const own = (await rows(db)).find(({ id }) => id === "cmd_own");
    expect(own).toMatchObject({ version: 7, description: "Says hello.", status: "active" });
  });

  it("as a SQL file gives the same rows, in statements that D1 takes", async () => {
    const { commands } = await readLibrary(LIBRARY_FOLDER);
    const sql = await librarySql(commands, 1_000);
    for (const statement of sql.split(";\n")) expect(statement.length).toBeLessThan(100_000);
    const one = await openTestD1();
    const two = await openTestD1();
    await upsertLibrary(one, commands, 1_000);
    for (const statement of statements(sql)) await two.prepare(statement).run();
    expect(await rows(two)).toEqual(await rows(one));
    expect(await versions(two)).toEqual(await versions(one));
  });
});

it("npm run library ends with an error and names the place", () => {
  file(GOOD.replace("effect: read", "efect: read"));
  const ended = spawnSync("node", [join(ROOT, "local", "src", "library.ts"), "--check", "--folder", folder], {
    encoding: "utf8",
    env: environment(folder),
  });
  expect(ended.status).toBe(1);
  expect(ended.stderr).toBe(`${join(folder, "test.yaml")}:6: hello.efect: unknown field\n`);
});

/** Statements of a file: each ends at a semicolon outside quotes. */
function statements(sql: string): string[] {
  const found: string[] = [];
  let rest = sql;
  while (rest.trim() !== "") {
    let quoted = false;
    let end = 0;
    while (end < rest.length && (quoted || rest[end] !== ";")) {
      if (rest[end] === "'") quoted = !quoted;
      end += 1;
    }
    found.push(rest.slice(0, end));
    rest = rest.slice(end + 1);
  }
  return found.filter((statement) => statement.trim() !== "");
}
