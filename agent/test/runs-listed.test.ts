/** How `tw runs` names a run. */
import { expect, test } from "vitest";
import type { Run } from "../src/cli/api.ts";
import { asListed } from "../src/cli/runs.ts";

const run = (more: Partial<Run>) => ({ command: "mkdir", parent_run_id: null, ...more }) as Run;

test("an undo says what it undoes, and a run that was undone by which", () => {
  expect(asListed(run({}))).toBe("mkdir");
  expect(asListed(run({ undone_by: null }))).toBe("mkdir");
  expect(asListed(run({ parent_run_id: "run_1" }))).toBe("mkdir, undo of run_1");
  expect(asListed(run({ undone_by: "run_2" }))).toBe("mkdir, undone by run_2");
});
