/** What an answer says beside the command: arguments and where they came from, what is missing, what will be skipped, what stands in the way. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { withGivenSteps } from "../../src/library/given-steps.ts";
import type { Asked } from "../../src/resolution/candidates.ts";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve, searchCommands } from "../../src/resolution/resolve.ts";
import { deployTarget, listedNoun, situationOf } from "../../src/resolution/situation.ts";
import { tokenise } from "../../src/resolution/words.ts";
import { asCommand, loadLibrary } from "./load.ts";

const commands = loadLibrary();
const index = buildIndex(commands);
const ask = (text: string, more: Partial<Asked> = {}) =>
  resolve(
    { text, situation: {}, usage: new Map(), active: [], place: { agent: null, cwd: null }, ...more },
    index,
  );
const clean = {
  branch: "main",
  upstream: "origin/main",
  head: "1".repeat(40),
  ahead: 0,
  behind: 0,
  dirty: false,
  staged: 0,
};
const wrangler = { config: "wrangler.jsonc", environments: ["staging", "production"], database: "shopdb" };

test("arguments say where they came from, and what is missing is named", () => {
  const [copy] = ask("copy a.txt to b.txt").candidates;
  expect(copy).toMatchObject({ slug: "cp", args: { from: "a.txt", to: "b.txt" }, missing: [] });
  const [dump] = ask("export the database to dump.sql", { situation: { wrangler } }).candidates;
  expect(dump?.args).toMatchObject({ database: "shopdb", output: "dump.sql" });
  expect(dump?.sources).toMatchObject({
    database: { from: "fact", fact: "wrangler.database" },
    output: { from: "words" },
  });
  expect(ask("export the database").candidates[0]?.missing).toEqual(["database"]);
});

test("a value that the parameter refuses is left out, never bent", () => {
  const [branch] = ask('create a branch called "a b~c"').candidates;
  expect(branch).toMatchObject({ slug: "git-branch-create", missing: ["name"] });
  const [show] = ask("cat ../../etc/passwd").candidates;
  expect(show).toMatchObject({ slug: "cat", missing: ["path"] });
});

test("deploy means what there is to do here, and says why", () => {
  const dirty = ask("deploy", { situation: { git: { ...clean, dirty: true }, wrangler } });
  expect(dirty.candidates[0]).toMatchObject({ slug: "workflow-deploy" });
  expect(dirty.candidates[0]?.reasons).toContain("there are changes that are not staged");
  expect(ask("deploy", { situation: { git: clean, wrangler } }).candidates[0]?.slug).toBe("wrangler-deploy");
  expect(dirty.candidates.map(({ slug }) => slug)).toContain("wrangler-deploy");
  expect(deployTarget({})).toBeNull();
});

test("a team's own command goes first when it is called by its name, whatever people say elsewhere", () => {
  const own = ["say-hello", "restart-lamp", "release-notes", "deploy-docs"].map((slug) => ({
    ...asCommand(slug, {
      category: "own",
      description: "What this team does by itself.",
      type: "builtin",
      effect: "read",
      parameters: [{ name: "who", type: "string" }],
      definition: { program: "echo", argv: ["hello", { param: "who" }] },
    }),
    is_public: false,
  }));
  const mine = buildIndex([...commands, ...own]);
  const first = (text: string) =>
    resolve({ text, situation: {}, usage: new Map(), active: [], place: { agent: null, cwd: null } }, mine)
      .candidates[0]?.slug;
  expect(
    ["say hello", "say hello to Ada", "restart the lamp", "release notes", "deploy the docs"].map(first),
  ).toEqual(["say-hello", "say-hello", "restart-lamp", "release-notes", "deploy-docs"]);
  expect(first("deploy to staging")).not.toBe("deploy-docs");
});

test("list means what is open", () => {
  expect(ask("list", { situation: { resource: "/api/clients" } }).candidates[0]?.slug).toBe("clients-list");
  expect(ask("list").candidates[0]?.slug).toBe("list");
  expect([listedNoun("/api/clients/7?x=1"), listedNoun("/"), listedNoun("/api/..;x")]).toEqual([
    "clients",
    null,
    null,
  ]);
});

test("usage puts what somebody runs before what others run, among equals", () => {
  const twins = ["east-report", "west-report"].map((slug) =>
    asCommand(slug, {
      description: "Makes the report.",
      type: "builtin",
      aliases: ["make the report"],
      definition: { program: "true", argv: [slug] },
    }),
  );
  const both = buildIndex(twins);
  const use = (slug: string, mine: number, all: number) => new Map([[slug, { mine, all, lastAt: 1 }]]);
  const first = (usage: Asked["usage"]) =>
    resolve(
      { text: "make the report", situation: {}, usage, active: [], place: { agent: null, cwd: null } },
      both,
    );
  expect(first(use("west-report", 12, 12)).candidates[0]).toMatchObject({ slug: "west-report" });
  expect(first(use("west-report", 12, 12)).candidates[0]?.reasons).toContain("you ran it 12×");
  expect(first(use("east-report", 0, 3)).candidates[0]?.reasons).toContain("it was run here 3×");
  expect(searchCommands("report", both, use("west-report", 2, 2))[0]?.slug).toBe("west-report");
});

test("two commands that answer to the same words are a choice; one that does the same as another says so", () => {
  const same = {
    description: "Says hello.",
    type: "builtin",
    aliases: ["hello there"],
    definition: { program: "true", argv: [] },
  };
  const both = buildIndex([asCommand("hello-a", same), asCommand("hello-b", same)]);
  const answer = resolve(
    { text: "hello there", situation: {}, usage: new Map(), active: [], place: { agent: null, cwd: null } },
    both,
  );
  expect(answer.kind).toBe("suggestions");
  expect(answer.candidates[0]?.warnings).toEqual(["does the same as hello-b"]);
});

test("a run under way for the same target is a conflict; one for another target is none", () => {
  const run = {
    id: "run_1",
    command: "workflow-deploy",
    status: "waiting",
    group: 'deploy:staging [[],"shop"]',
  };
  const situation = { git: { ...clean, dirty: true }, wrangler };
  const here = { situation, active: [run], place: { agent: null, cwd: "shop" } };
  const [same] = ask("deploy to staging", here).candidates;
  // In words for people; the run itself stands beside them.
  expect(same?.warnings.join()).toContain(
    "workflow-deploy is waiting for a person for the same target; this",
  );
  expect(same?.warnings.join()).not.toContain("run_1");
  expect(same?.under_way).toEqual(["run_1"]);
  const [other] = ask("ls", here).candidates;
  expect(other).toMatchObject({ warnings: [], under_way: [] });
});

test("what a step depends on is said whole, without what is known already", () => {
  const deploy = ask("deploy to staging").candidates.find(({ slug }) => slug === "deploy");
  expect(deploy?.steps?.map(({ command, why }) => [command, why])).toEqual([
    ["git-status", null],
    ["git-add", "if the branch has an upstream and files have changed"],
    ["git-commit", "if the branch has an upstream and (files have changed or something is staged)"],
    [
      "git-push",
      "if the branch has an upstream and (files have changed or something is staged or there are commits to push)",
    ],
    ["wrangler-deploy", null],
    ["verify-deployment", "no verify url was given"],
    ["deployments-record", null],
  ]);
});

test("steps that will be skipped say why, and what nobody knows is left open", () => {
  const known = ask("git commit and push", { situation: { git: { ...clean, dirty: true } } }).candidates[0];
  expect(known?.steps?.find(({ id }) => id === "pull")).toMatchObject({ will: "skip" });
  expect(known?.steps?.find(({ id }) => id === "add")).toMatchObject({
    will: "run",
    why: expect.stringContaining("files have changed"),
  });
  const unknown = ask("git commit and push").candidates[0];
  expect(unknown?.steps?.find(({ id }) => id === "commit")).toMatchObject({ will: "depends" });
});

test("what one step makes, the next one takes", () => {
  const [chain] = ask("export the database then put it in the bucket", {
    situation: { wrangler: { ...wrangler, bucket: "assets" } },
  }).candidates;
  expect(chain).toMatchObject({ slug: "chain", missing: [] });
  expect(chain?.args.steps).toMatchObject([
    { command: "wrangler-d1-export" },
    {
      command: "wrangler-r2-object-put",
      args: {
        bucket: "assets",
        key: "database.sql",
        file: { from: "steps.wrangler-d1-export.outputs.file" },
      },
    },
  ]);
});

test("a chain's steps are checked like anybody's: what is no list of steps is refused by place", () => {
  const chain = commands.find(({ slug }) => slug === "chain")!;
  expect(withGivenSteps(chain, { steps: [{ command: "noop" }] })).toMatchObject({
    definition: { steps: [{ command: "noop" }] },
  });
  expect(() => withGivenSteps(chain, { steps: [{ command: "noop", sudo: true }] })).toThrow(/args\.steps\.0/);
  expect(() => withGivenSteps(chain, { steps: [] })).toThrow(/args\.steps/);
});

test("facts of another shape than they should have are left out", () => {
  const facts = {
    git: "yes",
    scripts: [1],
    projects: { shop: { git: { branch: "dev" }, wrangler: { environments: 7, name: "x" } } },
  };
  expect(situationOf(facts, null, {})).toEqual({});
  expect(situationOf(facts, "shop/src", { git: { dirty: true } })).toEqual({
    git: { branch: "dev", dirty: true },
    wrangler: { name: "x" },
  });
});

test("no text breaks it", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom(
      "and",
      "then",
      "&&",
      '"',
      "'",
      "--x=",
      "commit",
      "push",
      "deploy",
      "to",
      "select",
      "from",
      "a/b",
      "7",
      "and,",
      "not",
    ),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), (words) => {
      const text = words.join(" ");
      for (const { start, end } of tokenise(text)) expect(start).toBeLessThanOrEqual(end);
      const { candidates } = ask(text);
      for (const { score } of candidates) expect(score).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 150 },
  );
  expect(ask("\u0000 ".repeat(900) + "commit and ".repeat(400)).candidates.length).toBeLessThan(9);
});

test("a list of what words find holds every command that tells what has changed", () => {
  const found = searchCommands("what changed", index, new Map()).map(({ slug }) => slug);
  expect(found.slice(0, 2)).toEqual(["git-status", "git-diff"]);
});
