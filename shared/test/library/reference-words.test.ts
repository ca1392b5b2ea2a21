import { expect, test } from "vitest";
import { fromWords, refWords } from "../../src/library/reference-words.ts";

test("a reference is said in words, wherever it leads", () => {
  expect(
    [
      "steps.git-commit.outputs.sha",
      "steps.git-commit.outputs",
      "steps.build.status",
      "steps.deploy.inputs.reason",
      "item",
      "item.name",
      "args.message",
      "outputs.tree",
      "context.branch",
    ].map(fromWords),
  ).toEqual([
    "sha from git-commit",
    "what git-commit gives",
    "the state of build",
    "reason answered before deploy",
    "the item",
    "name of the item",
    "message",
    "tree",
    "context.branch",
  ]);
  expect(refWords({ of: "own_outputs", path: ["tree"] }, "git-add")).toBe("tree from git-add");
});
