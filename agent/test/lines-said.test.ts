/** What `tw` says in a line of a run or of a planned step. */
import { expect, test } from "vitest";
import type { Run } from "../src/cli/api.ts";
import { planLines } from "../src/cli/follow.ts";
import { asListed } from "../src/cli/runs.ts";

const run = (more: Partial<Run>) => ({ command: "mkdir", parent_run_id: null, ...more }) as Run;

test("an undo says what it undoes, and a run that was undone by which", () => {
  expect(asListed(run({}))).toBe("mkdir");
  expect(asListed(run({ undone_by: null }))).toBe("mkdir");
  expect(asListed(run({ parent_run_id: "run_1" }))).toBe("mkdir, undo of run_1");
  expect(asListed(run({ undone_by: "run_2" }))).toBe("mkdir, undone by run_2");
});

test("a plan says of a step that it is a dry run only where the argument is true", () => {
  const step = (dry_run: unknown) => ({
    id: "deploy",
    command: "wrangler-deploy",
    effect: "destructive",
    argv: ["wrangler", "deploy"],
    args: { dry_run },
  });
  expect(planLines({ steps: [step(true)] })[0]).toContain("deploy (destructive, dry run): wrangler deploy");
  expect(planLines({ steps: [step("true")] })[0]).toContain("deploy (destructive): wrangler deploy");
});
