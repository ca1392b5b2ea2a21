/** What people tell beside what they order, other words for then, names beside their thing, and values that nothing takes. */
import { expect, test } from "vitest";
import { buildIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import type { Situation } from "../../src/resolution/situation.ts";
import { loadLibrary } from "./load.ts";

const index = buildIndex(loadLibrary());
const worker: Situation = {
  wrangler: { config: "wrangler.jsonc", environments: ["staging", "production"], database: "shopdb" },
};

function ask(text: string, situation: Situation = {}) {
  const place = { agent: null, cwd: null };
  return resolve({ text, situation, usage: new Map(), active: [], place }, index);
}

function steps(text: string, situation: Situation = {}): string[] {
  const [first] = ask(text, situation).candidates;
  return (first?.steps ?? []).filter(({ look }) => !look).map(({ command }) => command);
}

test.each([
  ["the tag v2.1.0 was wrong, delete it", "git-tag-delete"],
  ["I deleted a file by accident, bring it back", "files-restore"],
  ["the consumer is broken, pause the orders queue", "wrangler-queues-pause"],
  ["which groups have we got and who's in them?", "iam-groups"],
  ["upload a new worker version, tag it canary-3", "wrangler-versions-upload"],
])("a reason, and an argument behind a comma, is no step: %s", (text, slug) => {
  expect(ask(text).candidates[0]?.slug).toBe(slug);
});

test("behind a reason the order alone may be what is meant", () => {
  expect(ask("the tests are green, deploy it", worker).candidates[0]?.slug).toBe("wrangler-deploy");
});

test.each([
  ["once the tests are green, tag it v3.0.1", ["npm-test", "git-tag"]],
  ["before you push, run the tests", ["npm-test", "git-push"]],
  ["pull, after that install the dependencies", ["git-pull", "npm-install"]],
  ["restart api and show its logs", ["service-restart", "service-logs"]],
])("steps in the order in which they are meant: %s", (text, expected) => {
  expect(steps(text)).toEqual(expected);
});

test("a value that nothing takes counts against a command", () => {
  expect(ask("install dayjs").candidates[0]).toMatchObject({
    slug: "npm-add",
    args: { packages: ["dayjs"] },
  });
});

test("what is undone is done by the command that undoes it", () => {
  expect(ask("roll back the package upgrade").candidates[0]?.slug).toBe("npm-restore");
  expect(ask("undo my uncommitted modifications in src").candidates[0]?.slug).toBe("git-discard");
});

test.each([
  ["stop the service db", { name: "db" }],
  ["add a bukcet exports", { name: "exports" }],
  ["kv value of session:42 in SESSIONS", { key: "session:42", binding: "SESSIONS" }],
  ["Priya's last 10 commits", { author: "Priya", count: 10 }],
  ["need a queue thumbnails with a 30s delay", { name: "thumbnails", delay_s: 30 }],
  ["throw coverage and .turbo in the bin", { paths: ["coverage", ".turbo"] }],
  ["is shopdb consistent", { database: "shopdb" }],
  ["drop my local changes in src/api and src/db", { paths: ["src/api", "src/db"] }],
  ["first push of this branch, track it upstream", { set_upstream: true }],
])("names beside their thing, also where they are words for others: %s", (text, args) => {
  expect(ask(text).candidates[0]?.args).toMatchObject(args);
});

test("a statement ends where the place begins", () => {
  const [first] = ask("run select count(*) from orders on the remote shopdb", worker).candidates;
  expect(first?.args).toMatchObject({ command: "select count(*) from orders", local: false });
});
