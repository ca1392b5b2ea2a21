/** A program that is just being started belongs to nobody yet: what ends another program's leftovers must not take it for one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runProcess } from "../src/process.ts";

const dir = mkdtempSync(join(tmpdir(), "tw-orphans-"));
afterAll(() => rmSync(dir, { recursive: true }));

let number = 0;
function run(program: string) {
  number += 1;
  return runProcess({
    program,
    argv: [],
    cwd: dir,
    env: { TW_OUTPUT: join(dir, `output-${number}`) },
    stdin: null,
    merge: true,
    markFile: join(dir, `mark-${number}`),
    onStdout() {},
    onStderr() {},
    onStarted() {},
    timeoutMs: 30_000,
    graceMs: 100,
    drainMs: 1_000,
    stop: new AbortController().signal,
  });
}

it("programs that fail end no other that starts at that moment", async () => {
  const ends: string[] = [];
  /** One after the other, as jobs side by side do. */
  const line = async (program: string) => {
    for (let i = 0; i < 80; i += 1) {
      const { code, signal } = await run(program);
      ends.push(`${program} ${signal ?? code}`);
    }
  };
  await Promise.all([line("/bin/false"), line("/bin/true")]);
  expect([...new Set(ends)].sort()).toEqual(["/bin/false 1", "/bin/true 0"]);
});
