/** Workflows as text: any edit leaves valid YAML, every comment and every other line; undoing gives back the same bytes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "@tw/shared/contracts/definition";
import { afterEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { check, notesOf } from "../src/pages/workflows/check.ts";
import { read, stepsOf, type Values, write } from "../src/pages/workflows/document.ts";
import {
  addStep,
  connect,
  disconnect,
  dropStep,
  rename,
  reorder,
  setField,
  setTop,
} from "../src/pages/workflows/edits.ts";
import { type Commands, flowOf, picksFor } from "../src/pages/workflows/flow.ts";
import { begin, changed, redo, undo } from "../src/pages/workflows/history.ts";
import { differences, keepText } from "../src/pages/workflows/keep-text.ts";

const LIBRARY = join(import.meta.dirname, "../../library");
const commands: Commands = new Map(
  ["git", "database", "deployment", "flow", "workflows", "storage", "files"].flatMap((file) => {
    const { commands: all } = parse(readFileSync(join(LIBRARY, `${file}.yaml`), "utf8"));
    return Object.entries(all as Values).map(([slug, body]): [string, Command] => [
      slug,
      {
        name: slug,
        parameters: [],
        requires: [],
        ...(body as object),
        slug,
        status: "active",
      } as unknown as Command,
    ]);
  }),
);

/** As a person writes it: two styles, comments everywhere, an odd order of fields. */
const WRITTEN = `# Ours. Ask Vera before you change it.
type:   workflow
name: nightly
effect: write # it pushes

parameters:
- {name: message, type: string, default: "Nightly"}   # shown in the log
-   name: times
    type: number
definition:
  # one after another
  rollback_on_error: true
  steps:
    # look first
    - command: git-status
    - {command: git-add, when: {from: steps.git-status.outputs.dirty, equals: true}}  # stage


    - id: commit   # named
      command: git-commit
      args:
          # said by the caller
          message:   { from: args.message }
    - id: push
      needs: [ commit ]
      command: git-push
      args: {branch: {from: steps.git-status.outputs.branch}}
# the end
`;
const flow = (text: string) => flowOf(read(text).input, commands);
const comments = (text: string) => [...text.matchAll(/#.*$/gm)].map(([comment]) => comment.trimEnd()).sort();

describe("an edit changes only what it is about", () => {
  const lines = (text: string) => text.split("\n");
  const changedLines = (text: string) => {
    const found = differences(lines(WRITTEN), lines(text));
    return [
      found.flatMap(({ left: [from, to] }) => lines(WRITTEN).slice(from, to)),
      found.flatMap(({ right: [from, to] }) => lines(text).slice(from, to)),
    ];
  };

  test("an argument, a flag of the workflow, a step at the end", () => {
    expect(changedLines(setField(WRITTEN, 2, ["args", "message"], "Hello"))).toEqual([
      ["          message:   { from: args.message }"],
      ["          message: Hello"],
    ]);
    expect(changedLines(setTop(WRITTEN, ["definition", "rollback_on_error"], false))).toEqual([
      ["  rollback_on_error: true"],
      ["  rollback_on_error: false"],
    ]);
    const added = addStep(WRITTEN, flow(WRITTEN), commands, { index: 4, slug: "git-status" });
    expect(added.id).toBe("git-status-2");
    expect(changedLines(added.text)).toEqual([[], ["    - id: git-status-2", "      command: git-status"]]);
  });

  test("moving a step takes its comment along; names that would change are written down", () => {
    const moved = reorder(WRITTEN, flow(WRITTEN), commands, 0, 1);
    expect(comments(moved)).toEqual(comments(WRITTEN));
    expect(stepsOf(read(moved).input).map(({ command }) => command)).toEqual([
      "git-add",
      "git-status",
      "git-commit",
      "git-push",
    ]);
    expect(moved).toMatch(/# look first\n\s+- command: git-status/);
    const twice = addStep(WRITTEN, flow(WRITTEN), commands, { index: 4, slug: "git-status" }).text;
    const without = twice.replace(
      "    - id: git-status-2\n      command: git-status\n",
      "    - command: git-status\n",
    );
    const first = dropStep(without, flow(without), commands, 0);
    expect(flow(first).steps.at(-1)?.id).toBe("git-status-2");
  });

  test("another id is followed by all who name it; a step that goes leaves its needs to others", () => {
    const renamed = rename(WRITTEN, flow(WRITTEN), 2, "save");
    expect(flow(renamed).steps[3]?.needs).toEqual(["save"]);
    const looked = rename(WRITTEN, flow(WRITTEN), 0, "look");
    expect(looked).toContain("steps.look.outputs.dirty");
    expect(looked).toContain("steps.look.outputs.branch");
    expect(looked).not.toContain("steps.git-status.");
    const dropped = dropStep(WRITTEN, flow(WRITTEN), commands, 2);
    expect(flow(dropped).steps.map(({ id, needs }) => [id, needs])).toEqual([
      ["git-status", []],
      ["git-add", ["git-status"]],
      ["push", ["git-add"]],
    ]);
  });

  test("connecting and its opposite", () => {
    const both = connect(WRITTEN, flow(WRITTEN), "git-status", "push");
    expect(flow(both).steps[3]?.needs).toEqual(["commit", "git-status"]);
    expect(disconnect(both, flow(both), "git-status", "push")).toBe(
      WRITTEN.replace("[ commit ]", "[ commit ]"),
    );
    const free = disconnect(WRITTEN, flow(WRITTEN), "git-status", "git-add");
    expect(flow(free).steps[1]).toMatchObject({ needs: [], draft: { needs: [] } });
  });
});

describe("any edits, at random", () => {
  let seed = 0;
  afterEach(({ task }) => {
    if (task.result?.state === "fail") process.stderr.write(`seed ${seed}\n`);
  });
  /** mulberry32 */
  const dice = (start: number) => {
    let state = start;
    return (sides: number) => {
      state = (state + 0x6d2b79f5) | 0;
      let t = Math.imul(state ^ (state >>> 15), 1 | state);
      t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
      return (((t ^ (t >>> 14)) >>> 0) % 1_000_000) % sides;
    };
  };
  const slugs = ["git-status", "git-push", "sleep", "cat", "wrangler-deploy", "no-such-command"];
  const values = [
    true,
    3,
    "a: b # c",
    "line\nline",
    { from: "args.message" },
    ["x", "y"],
    "",
    null,
    "yes",
    "1e3",
  ];

  test("the text stays valid, no comment is lost, every step back gives the same bytes", () => {
    for (seed = 1; seed <= 8; seed += 1) {
      const roll = dice(seed);
      let history = begin(WRITTEN);
      const texts = [WRITTEN];
      for (let n = 0; n < 14; n += 1) {
        const { text } = history;
        const now = flow(text);
        const count = now.steps.length;
        const index = roll(Math.max(count, 1));
        const ids = now.steps.map(({ id }) => id);
        // Nothing that is taken away here carries a comment: those must all stay.
        const next = [
          () =>
            addStep(text, now, commands, { index: roll(count + 1), slug: slugs[roll(slugs.length)]! }).text,
          () => reorder(text, now, commands, index, roll(Math.max(count, 1))),
          () => setField(text, index, ["args", ["a", "b", "message"][roll(3)]!], values[roll(values.length)]),
          () => setField(text, index, ["timeout_s"], 1 + roll(90)),
          () => connect(text, now, ids[roll(count)]!, ids[index]!),
          () => disconnect(text, now, now.steps[index]!.needs[0] ?? "", ids[index]!),
          () => rename(text, now, index, `step-${n}`),
          () => setTop(text, ["description"], String(values[roll(values.length)])),
          () => setField(text, index, ["continue_on_error"], roll(2) === 0 ? true : undefined),
          () => setField(text, index, ["retry"], { max: 1 + roll(5), backoff_s: roll(9) }),
        ][roll(10)]!();
        const { input, problem } = read(next);
        expect(problem).toBeNull();
        expect(parse(next)).toEqual(input);
        for (const comment of comments(WRITTEN)) expect(next).toContain(comment);
        history = changed(history, next, null, n);
        if (history.text !== texts.at(-1)) texts.push(history.text);
      }
      for (const text of [...texts].reverse()) {
        expect(history.text).toBe(text);
        history = undo(history);
      }
      for (const text of texts) {
        expect(history.text).toBe(text);
        history = redo(history);
      }
    }
  });
});

test("lines of another style are kept wherever the edit is not; where both differ the edit wins", () => {
  expect(keepText("a:  1\nb:  2\n", "a: 1\nb: 2\n", "a: 1\nb: 3\n")).toBe("a:  1\nb: 3\n");
  expect(keepText("a: 1\n\n\nb: 2\n", "a: 1\n\nb: 2\n", "a: 1\n\nb: 2\nc: 3\n")).toBe(
    "a: 1\n\n\nb: 2\nc: 3\n",
  );
  expect(keepText("x", "x", "y")).toBe("y");
});

test("typing is undone in stretches; a new edit forgets what was undone", () => {
  let history = begin("");
  history = changed(history, "a", "text", 0);
  history = changed(history, "ab", "text", 100);
  history = changed(history, "abc", "text", 5_000);
  expect(undo(history).text).toBe("ab");
  expect(undo(undo(history)).text).toBe("");
  expect(changed(undo(history), "x", null, 6_000).future).toEqual([]);
});

test("a stored command becomes text and the same command again", () => {
  for (const command of commands.values()) {
    if (command.type !== "workflow") continue;
    const { slug: _, status: __, ...body } = command as unknown as Values;
    const back = read(write(body)).input as Values;
    expect(stepsOf(back)).toEqual(stepsOf(body));
    expect(back.parameters ?? []).toEqual(body.parameters ?? []);
    expect(write(back)).toBe(write(body));
  }
});

test("the checks are the server's: circles, what is missing, references, types; notes say what is likely wrong", async () => {
  const lookup = async (slug: string) => commands.get(slug) ?? null;
  const found = async (text: string) =>
    (await check(read(text).input as Values, "nightly", lookup)).map(
      ({ path, message }) => `${path}: ${message}`,
    );
  expect(await found(WRITTEN)).toEqual([]);
  expect(await found(connect(WRITTEN, flow(WRITTEN), "push", "commit"))).toEqual([
    "definition.steps.2.needs: the steps need each other: commit → push → commit",
  ]);
  expect(await found(setField(WRITTEN, 2, ["args", "message"], { from: "steps.push.outputs.x" }))).toEqual([
    expect.stringMatching(/steps\.2\.args\.message.*need not be finished before/),
  ]);
  expect(await found(setField(WRITTEN, 0, ["command"], "git-statsu"))).toEqual([
    expect.stringMatching(/^definition\.steps\.0\.command: /),
  ]);
  const reading = addStep(WRITTEN, flow(WRITTEN), commands, { index: 4, slug: "cat" }).text;
  expect(await found(reading)).toEqual([expect.stringMatching(/^definition\.steps\.4\.args\.path: missing/)]);
  const sleeping = addStep(WRITTEN, flow(WRITTEN), commands, { index: 4, slug: "sleep" }).text;
  expect(await found(setField(sleeping, 4, ["args", "seconds"], "long"))).toEqual([
    expect.stringMatching(/^definition\.steps\.4\.args\.seconds: must be a number/),
  ]);
  const odd = setField(WRITTEN, 3, ["args", "branch"], { from: "steps.git-status.outputs.twig" });
  expect(notesOf(flow(odd)).map(({ path }) => path)).toEqual(["definition.steps.3.args.branch"]);
  expect(notesOf(flow(WRITTEN))).toEqual([]);
});

test("a node shows what will run; what can be picked is what is finished by then", () => {
  const { steps } = flow(WRITTEN);
  expect(steps[2]?.line).toMatch(/^git .*commit .*<message>/);
  expect(steps[3]?.line).toContain("<branch from git-status>");
  const picks = picksFor(steps[1]!, flow(WRITTEN)).map(({ from }) => from);
  expect(picks).toContain("steps.git-status.outputs.dirty");
  expect(picks).toContain("args.message");
  expect(picks.some((from) => from.startsWith("steps.push"))).toBe(false);
});
