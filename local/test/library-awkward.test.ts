/**
 * Every command on files, git and the machine, run by a real agent: as people call it, with its outputs and its undo; and with values
 * that mean something to a shell, to options, to git or to a file system. Each of those arrives as one value, which its effect shows, or
 * is refused before anything runs.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { LIBRARY_FOLDER } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { call, ended } from "./agent.ts";
import type { Row } from "./awkward/case.ts";
import { FILES } from "./awkward/cases-files.ts";
import { GIT } from "./awkward/cases-git.ts";
import { GIT_REMOTES } from "./awkward/cases-git-remotes.ts";
import { judge } from "./awkward/judge.ts";
import { runPlain } from "./awkward/plain.ts";
import { PLAIN_FILES } from "./awkward/plain-files.ts";
import { PLAIN_GIT } from "./awkward/plain-git.ts";
import { copyRepository, git } from "./awkward/repository.ts";
import { everyValue } from "./awkward/values.ts";
import { stateOf, World } from "./awkward/world.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 240_000, maxConcurrency: 4 });
const CATEGORIES = ["filesystem", "system", "git"];
const { commands } = await readLibrary(LIBRARY_FOLDER);
const asked = commands.filter(({ input }) => CATEGORIES.includes(input.category));
/** `npm run library-table` chooses by it. */
const only = new RegExp(process.env.TW_LIBRARY_ONLY ?? "");
const plain = [...PLAIN_FILES, ...PLAIN_GIT].map((one, index) => ({ ...one, id: `${one.command} ${index}` }));
const cases = [...FILES, ...GIT, ...GIT_REMOTES].map((one) => ({
  ...one,
  id: `${one.command} ${one.param}`,
}));

/**
 * What every change is checked with: of the values the plain one and a sixteenth, another sixteenth for each case, so that each case and
 * each value has its turn. `npm run library-table` tries all.
 */
const names = [...everyValue("").keys()];
const triedBy = (id: string) => (called: string) =>
  process.env.TW_LIBRARY_TABLE !== undefined ||
  called === "plain" ||
  (names.indexOf(called) + cases.findIndex((one) => one.id === id)) % 16 === 0;

let world: World;
const rows: Row[] = [];

beforeAll(async () => {
  world = await World.start();
});
afterAll(async () => {
  const file = process.env.TW_LIBRARY_TABLE;
  if (file) writeFileSync(file, JSON.stringify(rows));
  await world?.stop();
});

describe.concurrent("does what it is for, and is undone", () => {
  test.each(plain.filter(({ id }) => only.test(id)))("$id", async (one) => {
    const input = asked.find(({ slug }) => slug === one.command)?.input;
    if (!input) throw new Error(`the library has no ${one.command}`);
    const undo = "rollback" in input && input.rollback !== undefined;
    rows.push(await runPlain(world, one, { effect: input.effect, undo }, `plain ${one.id}`));
  });
});

describe.concurrent("each value arrives as one, or is refused", () => {
  test.each(cases.filter(({ id }) => only.test(id)))("$id", (one) =>
    judge(world, one, rows, triedBy(one.id)),
  );
});

test("no command is without a case", () => {
  const covered = new Set(plain.map(({ command }) => command));
  expect(asked.map(({ slug }) => slug).filter((slug) => !covered.has(slug))).toEqual([]);
  const texts = asked.flatMap(({ slug, input }) =>
    input.parameters
      .filter(({ type, items }) => type === "string" || type === "path" || items !== undefined)
      .map(({ name }) => `${slug} ${name}`),
  );
  const tried = new Set(cases.map(({ id }) => id));
  // Put in by the engine from what git-checkout and git-push found out; covered with the others of their command.
  const rest = ["git-checkout-back branch", "git-checkout-back made", "git-undo-push local_remote"];
  expect(texts.filter((text) => !tried.has(text) && !rest.includes(text))).toEqual([]);
});

test("what is no text takes no text", async () => {
  for (const { slug, input } of asked)
    for (const { name, type } of input.parameters.filter(({ type: one }) => /number|boolean|enum/.test(one)))
      for (const value of ["1; canary", "--output=x", "$(canary)", ""]) {
        const answer = await call(
          world.ws,
          `/api/commands/${slug}/execute`,
          { dry_run: true, args: { [name]: value } },
          422,
        );
        expect(JSON.stringify(answer.error.issues), `${slug} ${name} ${type}`).toContain(`args.${name}`);
      }
});

test("a directory of 10,000 files: read, searched, copied, moved, staged, removed, and all of it undone", async () => {
  const dir = join(world.agent.root, "many", "work");
  mkdirSync(dirname(dir), { recursive: true });
  copyRepository(dir);
  mkdirSync(join(dir, "many"));
  for (let i = 0; i < 10_000; i += 1) writeFileSync(join(dir, "many", `${i} it's $(canary).txt`), `${i}\n`);
  const was = stateOf(dir, true);
  const run = await world.execute(
    [
      { command: "ls", args: { path: "many" } },
      { command: "ls", args: { path: "many", all: true, long: true } },
      { command: "find", args: { path: "many", name: "9999*" } },
      { command: "find", args: { path: "many" } },
      { command: "grep", args: { pattern: "^9999$" } },
      { command: "grep", args: { pattern: "[0-9]" } },
      { command: "git-status", args: {} },
      { command: "cp", args: { from: "many", to: "copy" } },
      { command: "mv", args: { from: "copy", to: "moved" } },
      { command: "git-add", args: { paths: ["many"] } },
      { command: "git-status", args: {} },
      { command: "git-commit", args: { message: "many" } },
      { command: "rm", args: { paths: ["many", "moved"] } },
    ],
    dir,
  );
  expect(run, JSON.stringify(run.steps)).toMatchObject({ status: "succeeded" });
  const outputs = run.steps.map((step: { outputs: object }) => step.outputs);
  // More than an output may hold is cut, and says so.
  for (const at of [0, 1, 3, 5]) expect(outputs[at], `${at}`).toMatchObject({ truncated: true });
  expect(outputs[2].paths).toEqual(["./many/9999 it's $(canary).txt"]);
  expect(outputs[4].matches).toEqual(["./many/9999 it's $(canary).txt:1:9999"]);
  expect([outputs[6].untracked, outputs[10].staged]).toEqual([10_000, 10_000]);
  expect(git(dir, "ls-tree", "--name-only", "HEAD:many").trim().split("\n")).toHaveLength(10_000);
  expect(readdirSync(dir)).not.toContain("many");
  await world.undo(run.id);
  expect(stateOf(dir, true)).toEqual(was);
});

test("a directory swapped for a link between the plan and its run, and between a run and its undo", async () => {
  const { ws, agent, outside } = world;
  const dir = join(agent.root, "swapped");
  mkdirSync(join(dir, "sub"), { recursive: true });
  writeFileSync(join(dir, "sub", "secret.txt"), "own\n");
  const swap = () => {
    renameSync(join(dir, "sub"), join(dir, "real"));
    symlinkSync(outside, join(dir, "sub"));
  };
  const unswap = () => {
    rmSync(join(dir, "sub"));
    renameSync(join(dir, "real"), join(dir, "sub"));
  };
  const { run } = await call(ws, "/api/commands/chain/execute", {
    cwd: "swapped",
    args: { steps: [{ command: "cat", args: { path: "sub/secret.txt" }, checkpoint: true }] },
  });
  await ended(ws, run.id);
  swap();
  const late = await world.finish(run.id);
  expect(late.steps[0]).toMatchObject({ status: "failed", error: { code: "policy_denied" } });
  unswap();
  const removed = await world.execute([{ command: "rm", args: { paths: ["sub/secret.txt"] } }], dir);
  swap();
  const undone = await call(ws, `/api/runs/${removed.id}/undo`, {}, 202);
  expect((await world.finish(undone.run.id)).status).toBe("failed");
  world.untouched();
  unswap();
  await world.undo(removed.id);
  expect(readFileSync(join(dir, "sub", "secret.txt"), "utf8")).toBe("own\n");
});

test("what one agent kept is put back by no agent of another root", async () => {
  const { ws, agent, outside } = world;
  const dir = join(agent.root, "mine");
  mkdirSync(dir);
  writeFileSync(join(dir, "a.txt"), "mine\n");
  const removed = await world.execute([{ command: "rm", args: { paths: ["a.txt"] } }], dir);
  const { kept } = removed.steps[0].outputs as { kept: string };
  const file = join(agent.home, "data", "tw", "kept", kept, "record.json");
  writeFileSync(file, readFileSync(file, "utf8").replaceAll(join(dir, "a.txt"), join(outside, "a.txt")));
  const { run } = await call(ws, "/api/commands/files-restore/execute", { cwd: "mine", args: { kept } });
  const done = await world.finish(run.id);
  expect(done).toMatchObject({ status: "failed" });
  expect(done.steps[0].error.message).toContain("lies outside of");
  world.untouched();
});

test("nothing outside was touched, and no program of that name was started", () => {
  expect(existsSync(join(world.outside, "called"))).toBe(false);
  world.untouched();
  expect(world.ws.problems).toEqual([]);
});
