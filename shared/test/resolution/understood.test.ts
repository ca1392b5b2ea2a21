/** Plain words never become the opposite of what was said, and no word that says something is dropped in silence. */
import { describe, expect, test } from "vitest";
import type { Candidate } from "../../src/resolution/candidates.ts";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import type { Situation } from "../../src/resolution/situation.ts";
import { loadLibrary } from "./load.ts";

const index = buildIndex(loadLibrary());
const ask = (text: string, situation: Situation = {}, typing = false) =>
  resolve(
    { text, situation, usage: new Map(), active: [], place: { agent: null, cwd: null }, typing },
    index,
  );
const said = (candidate: Candidate | undefined) => candidate?.warnings.join(" ") ?? "";
const commandsOf = ({ slug, args }: Candidate): string[] =>
  slug === "chain" ? (args.steps as { command: string }[]).map(({ command }) => command) : [slug];

describe("a condition that a chain cannot hold", () => {
  test.each([
    ["deploy to staging then rollback if it fails", "deploy", "wrangler-rollback", "if it fails"],
    ["run the tests and if they fail undo the last commit", "npm-test", "git-undo-commit", "if they fail"],
    ["npm test unless it is friday then git push", "npm-test", "git-push", "unless it is friday"],
    ["run the tests, otherwise rollback", "npm-test", "wrangler-rollback", "otherwise"],
    ["build it or else rollback", "npm-build", "wrangler-rollback", "or else"],
    ["npm test || git push", "npm-test", "git-push", "||"],
    ["git pull, if that breaks then git stash", "git-pull", "git-stash", "if that breaks"],
    ["when the build breaks restore the database", null, "npm-build", "when the build breaks"],
    ["lint the code and delete dist only if the disk is full", null, "rm", "only if"],
  ])("%s", (text, first, never, words) => {
    const { kind, candidates } = ask(text);
    expect(kind).toBe("suggestions");
    if (first) expect(candidates[0]?.slug).toBe(first);
    expect(said(candidates[0])).toContain("Not understood");
    expect(said(candidates[0])).toContain(words);
    expect(said(candidates[0])).toContain("workflow");
    expect(candidates.flatMap(commandsOf)).not.toContain(never);
  });

  test("what fails is told from any other condition", () => {
    expect(ask("deploy to staging then rollback if it fails").candidates[0]?.warnings[0]).toBe(
      "Not understood: “if it fails”. It cannot run a step only when another fails: use a workflow with a condition.",
    );
    expect(said(ask("deploy when it is green").candidates[0])).toContain("Steps run one after another");
    expect(ask("deploy when it is green").kind).toBe("suggestions");
    expect(ask("deploy if the tests pass").kind).toBe("suggestions");
  });

  test.each([
    "run the tests then push if they pass",
    "run the tests and push only if they pass",
    "build it and if that works commit",
  ])("a chain stops at a failure anyway: %s", (text) => {
    const { kind, candidates } = ask(text);
    expect(kind).toBe("chain");
    expect(said(candidates[0])).not.toContain("Not understood");
  });

  test("who asks whether or when sets no condition, and neither does a message", () => {
    for (const text of ["check if the worker is healthy", "when did we last deploy the worker"])
      expect(said(ask(text).candidates[0])).toBe("");
    const [commit] = ask('commit with message "deploy if it fails"').candidates;
    expect(commit).toMatchObject({ args: { message: "deploy if it fails" } });
    expect(said(commit)).not.toContain("Not understood");
  });
});

describe("an environment that nobody knows", () => {
  const shop: Situation = { wrangler: { environments: ["acceptance", "production"] } };
  test.each([
    ["deploy to stagign", "staging", {}],
    ["deploy to stagingg", "staging", {}],
    ["deploy to prodution", "production", {}],
    ["deploy on acceptanse", "acceptance", shop],
    ["deploy to the developmnet environment", "development", {}],
  ])("%s is read as the nearest one", (text, env, situation) => {
    const [first] = ask(text, situation).candidates;
    expect(first?.args.env).toBe(env);
    expect(first?.reasons.join()).toMatch(new RegExp(`“\\w+” read as “${env}”`));
  });
  test.each(["deploy to flurbo", "deploy on zanzibar", "deploy to the xylo environment"])(
    "%s: it is named, and asked for",
    (text) => {
      const { kind, candidates } = ask(text, shop);
      expect(kind).toBe("suggestions");
      expect(candidates[0]?.warnings[0]).toMatch(
        /^Not understood: “\w+”. It would run without an environment.$/,
      );
      expect(candidates[0]?.missing).toContain("env");
    },
  );
  test("only commands that take an environment read it so", () => {
    expect(ask("rename a.txt to stagign").candidates[0]).toMatchObject({
      slug: "mv",
      args: { to: "stagign" },
    });
  });
});

describe("what shall not be done", () => {
  test.each([
    "dont delete dist",
    "do not deploy",
    "don't push",
    "don’t push",
    "never commit",
    "please do not restart the server",
    "you must not drop the table",
    "don't commit and push",
    "I don't want to deploy",
    "stop deploying",
  ])("%s: no command", (text) => {
    expect(ask(text)).toEqual({ kind: "none", candidates: [] });
  });
  test.each([
    ["commit but don't push", "git-commit"],
    ["don't push, just commit", "git-commit"],
    ["test and don't deploy", "npm-test"],
    ["deploy without committing", "wrangler-deploy"],
  ])("%s: the rest is done", (text, slug) => {
    expect(ask(text).candidates[0]?.slug).toBe(slug);
    expect(said(ask(text).candidates[0])).toBe("");
  });
  test("another command for it is only suggested; what tells something forbids nothing", () => {
    const { kind, candidates } = ask("dont commit config.json");
    expect([kind, candidates[0]?.slug]).toEqual(["suggestions", "git-unstage"]);
    expect(said(candidates[0])).toContain("says what not to do");
    expect(ask("I don't need debug.log any more, bin it").candidates[0]).toMatchObject({
      slug: "rm",
      args: { paths: ["debug.log"] },
    });
  });
});

test.each([
  ["commit everything except README.md", "git-add-and-commit", "except README.md"],
  ["commit all but README.md", "git-add-and-commit", "README.md"],
  ["commit without README.md", "git-commit", "without README.md"],
  ["delete all files except a.txt", "rm", "except a.txt"],
  ["delete dist excluding dist/keep.txt", "rm", "excluding dist/keep.txt"],
  ["delete dist, not node_modules", "rm", "not node_modules"],
  ["deploy to staging but not production", "deploy", "but not production"],
])("an exception is not understood, and never an argument: %s", (text, slug, words) => {
  const { kind, candidates } = ask(text);
  expect([kind, candidates[0]?.slug]).toEqual(["suggestions", slug]);
  expect(said(candidates[0])).toContain(`${words}”. It would leave nothing out.`);
  for (const { args } of candidates)
    expect(JSON.stringify(args)).not.toMatch(/README|a\.txt|keep|node_modules|production/);
});

test("an exception that a parameter holds is understood", () => {
  const [prune] = ask("throw away all but the last ten archives named shop").candidates;
  expect(prune).toMatchObject({ slug: "backup-prune", args: { name: "shop", keep: 10 } });
  expect(said(prune)).not.toContain("Not understood");
});

test.each([
  ["deploy tomorrow", "tomorrow"],
  ["deploy at 5pm", "at 5pm"],
  ["run the tests every night", "every night"],
  ["push in an hour", "in an hour"],
  ["deploy on friday", "on friday"],
  ["commit and push at 17:30", "at 17:30"],
  ["delete dist in 20 minutes", "in 20 minutes"],
  ["restart the service api at midnight", "at midnight"],
  ["restart the server at midnight", "at midnight"],
  ["delete src/foo.ts in the morning", "in the morning"],
])("a time is none of its arguments: %s", (text, words) => {
  const { kind, candidates } = ask(text);
  expect(kind).toBe("suggestions");
  expect(said(candidates[0])).toContain(
    `Not understood: “${words}”. It would run at once. Schedules run a command at a time.`,
  );
  expect(candidates[0]?.missing).not.toContain("env");
});

test("how long something lasts is an argument", () => {
  const { kind, candidates } = ask("wait 5 minutes");
  expect([kind, candidates[0]?.slug, candidates[0]?.args.seconds]).toEqual(["match", "sleep", 300]);
});

test.each(["kill port 3000", "kill the process on port 8080", "stop whatever listens on port 5173"])(
  "a port is no process: %s",
  (text) => {
    const { kind, candidates } = ask(text);
    expect(kind).not.toBe("match");
    for (const { args } of candidates) expect(args.pid).toBeUndefined();
    const kill = candidates.find(({ slug }) => slug === "kill");
    expect(kill?.missing).toContain("pid");
    expect(said(kill)).toContain("Not understood");
  },
);

test("a name in code is renamed in code, a file among files, and where it may be both both are offered", () => {
  expect(ask("rename total to sum in src/a.ts")).toMatchObject({
    kind: "match",
    candidates: [
      { slug: "cursor-rename-symbol", args: { symbol: "total", new_name: "sum", file: "src/a.ts" } },
    ],
  });
  expect(ask("rename the function loadUser to readUser in lib/users.ts").candidates[0]).toMatchObject({
    slug: "cursor-rename-symbol",
    args: { symbol: "loadUser", new_name: "readUser", file: "lib/users.ts" },
  });
  expect(ask("rename a.ts to b.ts").candidates[0]).toMatchObject({
    slug: "mv",
    args: { from: "a.ts", to: "b.ts" },
  });
  const both = ask("rename total to sum");
  expect(both.kind).toBe("suggestions");
  expect(both.candidates.map(({ slug }) => slug)).toEqual(
    expect.arrayContaining(["mv", "cursor-rename-symbol"]),
  );
  expect(ask("rename foo to bar in src").candidates).toMatchObject([
    { slug: "mv", args: { from: "src/foo", to: "src/bar" } },
    { slug: "cursor-rename-symbol", args: { symbol: "foo", new_name: "bar" } },
  ]);
});

test.each([
  ["revert the last 3 commits", "git-revert", "3"],
  ["undo the last two commits", "git-undo-commit", "two"],
  ["git push --force", "git-push", "--force"],
  ["git pull --rebase", "git-pull", "--rebase"],
])("a number or a flag that no argument holds is named: %s", (text, slug, word) => {
  const { kind, candidates } = ask(text);
  expect([kind, candidates[0]?.slug]).toEqual(["suggestions", slug]);
  expect(said(candidates[0])).toContain(`Not understood: “${word}”. It would run without it.`);
});

test("a branch is no remote, and the Worker whose logs are asked for is named", () => {
  expect(ask("push to main").candidates[0]).toMatchObject({ slug: "git-push", args: { branch: "main" } });
  expect(ask("push to main").candidates[0]?.args.remote).toBeUndefined();
  const here: Situation = { git: { branch: "checkout-page" } };
  expect(ask("push to checkout-page", here).candidates[0]?.args).toEqual({ branch: "checkout-page" });
  expect(ask("push to upstream").candidates[0]?.args.remote).toBe("upstream");
  expect(ask("tail the logs of shop").candidates[0]).toMatchObject({
    slug: "wrangler-tail",
    args: { worker: "shop" },
  });
});

test.each([
  ["comit and psuh", "git-commit-and-push", "“psuh” read as “push”"],
  ["git psuh", "git-push", "“psuh” read as “push”"],
  ["git comit", "git-commit", "“comit” read as “commit”"],
  ["git stauts", "git-status", "“stauts” read as “status”"],
  ["npm intsall", "npm-install", "“intsall” read as “install”"],
])("misspelt words behind a program, and both of two: %s", (text, slug, reason) => {
  const [first] = ask(text).candidates;
  expect(first?.slug).toBe(slug);
  expect(first?.reasons).toContain(reason);
});

test.each(["asdfghjkl", "make it work", "blorp the frobnicator", "do the needful", "qwertz uiop"])(
  "%s means nothing, and fills nothing",
  (text) => {
    const { kind, candidates } = ask(text);
    expect(["none", "suggestions"]).toContain(kind);
    for (const { sources } of candidates)
      expect(Object.values(sources).filter(({ from }) => from === "words")).toEqual([]);
  },
);

test.each([
  ["new project from template called shop", "template"],
  ["tag this as v1.2.0 and push the tag", "push"],
  ["kill node", "node"],
  ["include migrations in the next commit", "migrations"],
  ["schedule the backup", "schedule"],
  ["create a queue orders and a bucket files", "bucket"],
  ["start the dev server on port 4000", "4000"],
])("a known word that the command makes nothing of is named: %s", (text, word) => {
  const { kind, candidates } = ask(text);
  expect(kind).toBe("suggestions");
  expect(said(candidates[0])).toMatch(new RegExp(`Not understood: .*“${word}”`));
});

test("a place, a person or a time is no path, and is not dropped", () => {
  const [copied] = ask("copy the prod secrets to staging").candidates.filter(({ slug }) => slug === "cp");
  expect(copied?.args ?? {}).toEqual({});
  expect(ask("share the folder docs with bob").kind).not.toBe("match");
  expect(said(ask("what did alice commit last week").candidates[0])).toContain("“week”");
  const elsewhere: Situation = { git: { branch: "fix-login" } };
  expect(said(ask("merge feature/cart into main", elsewhere).candidates[0])).toContain("“main”");
  expect(said(ask("merge feature/cart into main", { git: { branch: "main" } }).candidates[0])).toBe("");
});

test.each(["who broke the build", "why does the login test fail", "approve the waiting deploy", "reject it"])(
  "who asks, or asks people, starts nothing: %s",
  (text) => {
    const { kind, candidates } = ask(text);
    const [best] = candidates;
    expect(kind !== "match" || best?.effect === "read").toBe(true);
  },
);

test("what is put aside is put aside before anything else", () => {
  const { kind, candidates } = ask("stash what I have, switch to main and pull");
  expect([kind, ...candidates.slice(0, 1).flatMap(commandsOf)]).toEqual([
    "chain",
    "git-stash",
    "git-checkout",
    "git-pull",
  ]);
});

test("while somebody types, a word that is only begun is not complained about", () => {
  expect(said(ask("commit and pus", {}, true).candidates[0])).not.toContain("Not understood");
  expect(said(ask("deploy to flurbo", {}, true).candidates[0])).toContain("Not understood");
});

test("what only reads is answered with the warning alone", () => {
  const { kind, candidates } = ask("show the git log every day");
  expect(candidates[0]).toMatchObject({ slug: "git-log", effect: "read" });
  expect(said(candidates[0])).toContain("Not understood: “every day”");
  expect(kind).toBe("match");
});
