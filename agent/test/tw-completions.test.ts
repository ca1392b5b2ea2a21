/** Completions as a person gets them: typed into a real bash, and word by word. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { begin, emptyHome, programOnTerminal } from "./tw-process.ts";
import { until } from "./until.ts";

vi.setConfig({ testTimeout: 60_000 });

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
let home: string;
let remove: () => void;
beforeEach(() => {
  ({ home, remove } = emptyHome());
  const mode = { name: "mode", options: ["calm", "loud"] };
  const kept = {
    url: "http://127.0.0.1:9",
    at: Date.now(),
    commands: [
      { slug: "picks", parameters: [mode, { name: "path" }] },
      { slug: "ls", parameters: [] },
    ],
  };
  mkdirSync(join(home, ".cache/tw"), { recursive: true });
  writeFileSync(join(home, ".cache/tw/commands.json"), JSON.stringify(kept));
});
afterEach(() => remove());

/** What could stand where the last word begins. */
async function found(...words: string[]): Promise<string[]> {
  const { out } = await begin(["__complete", "--", ...words], { HOME: home }).ended;
  return out.split("\n").flatMap((line) => line.split("\t")[0] || []);
}

test("bash completes a command, a parameter, its value and a file behind the = into one word", async () => {
  mkdirSync(join(home, "bin"));
  const file = join(home, "bin/tw");
  // Tells what it was given; only what completes is the real one.
  const real = `exec '${process.execPath}' '${MAIN}' "$@"`;
  writeFileSync(file, `#!/bin/sh\ncase $1 in __complete|completions) ${real};; esac\necho "given<$*>"\n`);
  chmodSync(file, 0o755);
  writeFileSync(join(home, "notes.txt"), "");
  const env = { HOME: home, INPUTRC: "/dev/null", PATH: `${join(home, "bin")}:${process.env.PATH}` };
  const bash = programOnTerminal(["bash", "--norc", "--noprofile", "-i"], env, home);
  bash.child.stdin?.write('eval "$(tw completions bash)"\n');
  bash.child.stdin?.write("tw run pi\tmo\tl\tpa\tno\t\n");
  await until(() => bash.said.out.includes("given<"), "the command line", 20_000);
  bash.child.stdin?.write("exit\n");
  expect((await bash.ended).out).toContain("given<run picks mode=loud path=notes.txt>");
});

test("values of options are no commands, and have completions of their own", async () => {
  expect(await found("run", "--agent", "laptop", "pi")).toEqual(["picks"]);
  expect(await found("run", "--label", "ls", "picks", "mo")).toEqual(["mode="]);
  expect(await found("runs", "--status", "r")).toEqual(["running", "rolling_back", "rejected"]);
  expect(await found("runs", "--command", "pi")).toEqual(["picks"]);
  expect(await found("agent", "policy", "explain", "pi")).toEqual(["picks"]);
  expect(await found("commands", "pi")).toEqual(["picks"]);
  expect(await found("commands", "picks", "")).toEqual([]);
  expect(await found("run", "--cwd", "")).toEqual([]);
});
