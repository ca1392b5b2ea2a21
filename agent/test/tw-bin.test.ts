/** `tw` of a clone, started by whatever Node a machine has. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const AGENT = join(import.meta.dirname, "..");
const tw = (...argv: string[]) =>
  // As an old Node is: it cannot run TypeScript.
  promisify(execFile)(process.execPath, ["--no-experimental-strip-types", join(AGENT, "tw.mjs"), ...argv], {
    cwd: tmpdir(),
    env: { PATH: process.env.PATH, HOME: tmpdir() },
  });

test("a Node that cannot run TypeScript hands on to the one that came with the packages", async () => {
  const { version } = JSON.parse(readFileSync(join(AGENT, "package.json"), "utf8"));
  expect((await tw("--version")).stdout.trim()).toBe(version);
});

test("code and words of the one that does the work come through", async () => {
  await expect(tw("runs")).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining("No workspace given"),
  });
});
