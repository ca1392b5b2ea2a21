/** Which words become which arguments: each rule by itself, and what must not become one. */
import { expect, test } from "vitest";
import type { Json } from "../../src/contracts/json.ts";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import type { Situation } from "../../src/resolution/situation.ts";
import { asCommand, loadLibrary } from "./load.ts";

const library = loadLibrary();
const whole = buildIndex(library);
const first = (text: string, index = whole, situation: Situation = {}) =>
  resolve({ text, situation, usage: new Map(), active: [], place: { agent: null, cwd: null } }, index)
    .candidates[0];
/** The command with exactly these arguments. */
type Row = [text: string, slug: string, args: { [name: string]: Json }];
const holds = ([text, slug, args]: Row) => {
  const found = first(text);
  expect({ slug: found?.slug, args: found?.args }).toEqual({ slug, args });
};

test.each<Row>([
  ["tail -50 app.log", "tail", { lines: 50, path: "app.log" }],
  ["git log -3", "git-log", { count: 3 }],
  ["kill -9 4411", "kill", { signal: "KILL", pid: 4411 }],
  ["kill -HUP 99", "kill", { signal: "HUP", pid: 99 }],
  ["git init -b trunk", "git-init", { branch: "trunk" }],
  [
    "git remote add backup https://git.example.org/a.git",
    "git-remote-add",
    { name: "backup", url: "https://git.example.org/a.git" },
  ],
  ["git show --stat HEAD~2", "git-show", { stat: true, commit: "HEAD~2" }],
  ["grep error app.log", "grep", { pattern: "error", path: "app.log" }],
  ["mkdir build", "mkdir", { path: "build" }],
  ["wrangler r2 object delete media/a.png", "wrangler-r2-object-delete", { bucket: "media", key: "a.png" }],
])("as it is typed on a command line: %s", (...row) => holds(row));

test.each<Row>([
  ["open lib/util.ts:14:3 in cursor", "cursor-open-file", { file: "lib/util.ts", line: 14, column: 3 }],
  ["show line 40 of src/main.ts in the editor", "cursor-open-file", { file: "src/main.ts", line: 40 }],
  ["who uses renderInvoice", "cursor-find-references", { symbol: "renderInvoice" }],
  ["where is the class Invoice defined", "cursor-goto-definition", { symbol: "Invoice" }],
  [
    "rename the function load_user to fetchUser",
    "cursor-rename-symbol",
    { symbol: "load_user", new_name: "fetchUser" },
  ],
  ["go back three commits", "git-reset-to", { commit: "HEAD~3" }],
  ["reset to origin/develop", "git-reset-to", { commit: "origin/develop" }],
  ["revert abc1234", "git-revert", { commit: "abc1234" }],
  ["tag v3.0.0", "git-tag", { name: "v3.0.0" }],
  ["archive client cli_9z8y7", "clients-archive", { id: "cli_9z8y7" }],
  ["set the email of cli_9z8y7 to bo@x.org", "clients-update", { id: "cli_9z8y7", email: "bo@x.org" }],
  ["emp_7x left on 2026-05-31", "meauxos-employees-leave", { id: "emp_7x", ended_on: "2026-05-31" }],
  ["show costs since 2026-01", "meauxos-costs", { from: "2026-01" }],
])("known by how it is written: %s", (...row) => holds(row));

test.each<Row>([
  ["create a branch spike", "git-branch-create", { name: "spike" }],
  ["pause the invoices queue", "wrangler-queues-pause", { name: "invoices" }],
  ["purge queue reports", "wrangler-queues-purge", { name: "reports" }],
  ["show the logs of the mailer service", "service-logs", { name: "mailer" }],
  ["size of the folder site", "du", { path: "site" }],
  [
    "set the secret MAIL_KEY from the stored secret mail_key",
    "wrangler-secret-put",
    { key: "MAIL_KEY", value: "mail_key" },
  ],
  ["hire Maria Lopez as accountant", "meauxos-employees-add", { name: "Maria Lopez", title: "accountant" }],
  ["create a database reporting", "wrangler-d1-create", { name: "reporting" }],
  ["set the company of cli_5 to Acme Corp", "clients-update", { id: "cli_5", company: "Acme Corp" }],
  ["list keys beginning with cart:", "wrangler-kv-key-list", { prefix: "cart:" }],
  ["zip src and docs", "backup-archive", { paths: ["src", "docs"] }],
  ["ask claude why the tests are slow", "claude-ask", { prompt: "why the tests are slow" }],
])("named beside the word for it: %s", (...row) => holds(row));

test.each<Row>([
  ["wait five seconds", "sleep", { seconds: 5 }],
  ["sleep for a minute", "sleep", { seconds: 60 }],
  ["keep the newest three archives", "backup-prune", { keep: 3 }],
  ["create queue jobs with a delay of 10 seconds", "wrangler-queues-create", { name: "jobs", delay_s: 10 }],
  [
    "check that https://a.example.org returns 404",
    "verify-deployment",
    { url: "https://a.example.org", status: 404 },
  ],
  ["tail the worker for 20 seconds, only errors", "wrangler-tail", { seconds: 20, status: "error" }],
])("numbers and times: %s", (...row) => holds(row));

test("what its own definition says switches a boolean", () => {
  expect(first("review what is staged")?.args).toMatchObject({ staged: true });
  expect(first("review what is not staged")?.args).toMatchObject({ staged: false });
  expect(first("git branches, the remote ones too")?.args).toEqual({ all: true });
  const shopdb = { wrangler: { database: "shopdb" } };
  expect(first("run the migrations locally", whole, shopdb)?.args).toEqual({
    local: true,
    database: "shopdb",
  });
  expect(first("run the migrations on the deployed database", whole, shopdb)?.args).toMatchObject({
    local: false,
  });
  // "also commit changes that are not staged" is not said by "staged changes".
  expect(first("commit and push the staged changes")?.args).not.toHaveProperty("all");
  expect(first("switch to main first")?.args).not.toHaveProperty("create");
  // Doing it later is not that it was done.
  expect(first("dump the database before we deploy", whole, shopdb)?.args).not.toHaveProperty("local");
});

test("a command of one's own is filled by what its definition says, like any other", () => {
  const own = {
    ...asCommand("lamp-set", {
      category: "own",
      description: "Sets a lamp.",
      type: "builtin",
      effect: "write",
      aliases: ["set lamp", "dim lamp"],
      parameters: [
        { name: "lamp", type: "string", required: true, description: "the lamp" },
        { name: "owner", type: "string", description: "who has it, usr_…" },
        { name: "until", type: "string", pattern: "\\d{2}:\\d{2}", description: "when it ends" },
        { name: "fade_s", type: "number", description: "seconds it takes" },
        {
          name: "quiet",
          type: "boolean",
          default: true,
          description: "without a sound; false is noisy",
        },
      ],
      definition: { program: "echo", argv: [{ param: "lamp" }] },
    }),
    is_public: false,
  };
  const mine = buildIndex([...library, own]);
  expect(first("dim the lamp porch for usr_7 until 22:30, noisy, in 4 seconds", mine)).toMatchObject({
    slug: "lamp-set",
    args: { lamp: "porch", owner: "usr_7", until: "22:30", fade_s: 4, quiet: false },
  });
});

test.each<Row>([
  ["delete foo in src", "rm", { paths: ["src/foo"] }],
  ["remove a.txt and b.txt in the folder drafts", "rm", { paths: ["drafts/a.txt", "drafts/b.txt"] }],
  ["delete node_modules in packages/api", "rm", { paths: ["packages/api/node_modules"] }],
  ["delete everything in dist", "rm", { paths: ["dist"] }],
  ["rename old.ts to new.ts in src", "mv", { from: "src/old.ts", to: "src/new.ts" }],
  ["rename index.js in lib to main.js", "mv", { from: "lib/index.js", to: "main.js" }],
  ["copy app.ts in src to backup/app.ts", "cp", { from: "src/app.ts", to: "backup/app.ts" }],
  ["show README.md in docs", "cat", { path: "docs/README.md" }],
  ["remove a.txt from dist", "rm", { paths: ["dist/a.txt"] }],
  ["move everything from dist to public", "mv", { from: "dist", to: "public" }],
  ["make a folder named test in packages", "mkdir", { path: "packages/test" }],
  ["create a folder components in src", "mkdir", { path: "src/components" }],
])("it is done to what is named, where that lies: %s", (...row) => holds(row));

test.each(["delete log files in tmp", "remove temp files from dist"])(
  "of what is only a part of a directory, the directory is no argument: %s",
  (text) => {
    const found = first(text);
    expect(found?.slug).toBe("rm");
    expect(JSON.stringify(found?.args)).not.toMatch(/tmp|temp|dist/);
  },
);

test.each<Row>([
  ["make a zip of src", "backup-archive", { paths: ["src"] }],
  ["new project from template called shop", "workflow-setup-project", { name: "shop" }],
  ["add a secret STRIPE_KEY to production", "wrangler-secret-put", { key: "STRIPE_KEY", env: "production" }],
  ["change the value of theme to dark in kv", "wrangler-kv-key-put", { key: "theme", value: "dark" }],
  ["create a branch from develop called cart-2", "git-branch-create", { start: "develop", name: "cart-2" }],
  ["show the last 5 commits of alice", "git-log", { count: 5, author: "alice" }],
  ["push this branch to upstream", "git-push", { remote: "upstream" }],
  ["find todo comments in src", "grep", { pattern: "TODO", path: "src" }],
  ["search for console.log in src", "grep", { pattern: "console.log", path: "src" }],
  ["the 5 biggest files in src", "du-largest", { count: 5, path: "src", type: "f" }],
  ["update react to the latest version", "npm-update", { packages: ["react"], latest: true }],
  ["upgrade zod and hono", "npm-update", { packages: ["zod", "hono"] }],
  ["npm update hono", "npm-update", { packages: ["hono"] }],
])("a preposition binds what it can introduce: %s", (...row) => holds(row));

test.each([
  ["purge all the waiting messages of the queue", "wrangler-queues-purge", "name"],
  ["how is the queue configured", "wrangler-queues-info", "name"],
  ["restart the service that hangs", "service-restart", "name"],
  ["restore the database to an earlier bookmark", "wrangler-d1-time-travel-restore", "database"],
  ["show me the value of the kv entry", "wrangler-kv-key-get", "key"],
  ["peek at the start of the file", "head", "path"],
  ["kill the process on port 3000", "kill", "pid"],
  ["merge it into main", "git-merge", "branch"],
  ["delete the remote branch old-ui", "git-branch-delete-at", "commit"],
  ["find files bigger than 10 MB", "find", "depth"],
])("what names something else is no argument: %s", (text, slug, parameter) => {
  const found = first(text);
  expect(found?.slug).toBe(slug);
  expect(found?.args).not.toHaveProperty(parameter);
});

test("said to be a name, or quoted, also a plain word is one", () => {
  expect(first("create a queue called waiting")?.args).toEqual({ name: "waiting" });
  expect(first('purge the queue "messages"')?.args).toEqual({ name: "messages" });
});
