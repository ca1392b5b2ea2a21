/** No flag of wrangler is invented: what the library writes is what the installed command line takes, also where no account is. */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import type { ArgvItem, Parameter } from "@tw/shared/contracts/definition";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { tail } from "../../library/kit/tail.ts";
import { readWords } from "../../library/kit/words.ts";
import { LIBRARY_FOLDER, remoteArgv } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { ROOT } from "../src/ports.ts";
import { environment } from "./run-library.ts";
import { argvProblems, subcommand } from "./wrangler-cli.ts";

const { commands } = await readLibrary(LIBRARY_FOLDER);
const folder = mkdtempSync(join(tmpdir(), "tw-flags-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Every argv that the template can become: each item there, each choice of a choice. */
function spelledOut(items: ArgvItem[], parameters: Parameter[]): string[][] {
  return items.reduce<string[][]>(
    (all, item) => {
      const forms = formsOf(item, parameters);
      return forms.flatMap((words) => all.map((argv) => [...argv, ...words])).slice(0, 64);
    },
    [[]],
  );
}
function formsOf(item: ArgvItem, parameters: Parameter[]): string[][] {
  if (typeof item === "string") return [[item]];
  if ("literal" in item) return [[item.literal]];
  if ("each" in item) return [["VALUE"]];
  if ("join" in item)
    return [[item.join.map((part) => (typeof part === "string" ? part : "VALUE")).join("")]];
  if (!("flag" in item)) return [["VALUE"]];
  const parameter = parameters.find(({ name }) => name === item.param);
  if (parameter?.type === "boolean") return [[item.flag]];
  return (parameter?.type === "enum" ? (parameter.options ?? []) : ["VALUE"]).map((value) => [
    item.flag,
    value,
  ]);
}

const cases = commands.flatMap(({ slug, input }) => {
  if (input.type !== "builtin") return [];
  const programs = [input.definition, ...(input.definition.before ?? []), ...(input.definition.after ?? [])];
  return programs
    .filter(({ program }) => program === "wrangler")
    .map(({ argv }) => ({ slug, argv, parameters: input.parameters }));
});

describe("what the library gives wrangler", () => {
  it("are its own subcommands, flags and choices", () => {
    expect(new Set(cases.map(({ slug }) => slug)).size).toBeGreaterThan(40);
    const problems = cases.flatMap(({ slug, argv, parameters }) =>
      spelledOut(argv, parameters).flatMap((words) =>
        argvProblems(words).map((problem) => `${slug}: ${problem}`),
      ),
    );
    expect([...new Set(problems)]).toEqual([]);
  });

  it("a flag that it does not have would be found", () => {
    expect(argvProblems(["deploy", "--env", "VALUE", "--dri-run"])).toEqual([
      "wrangler deploy has no --dri-run",
    ]);
    expect(argvProblems(["tail", "--format", "yaml"])).toEqual(["--format is one of json, pretty, not yaml"]);
    expect(argvProblems(["d1", "exekute", "VALUE"])).toEqual(["wrangler d1 exekute VALUE is no command"]);
    expect(argvProblems(["queues", "info", "VALUE", "VALUE"])).toEqual([
      "wrangler queues info takes 1 values, not 2",
    ]);
  });

  it("is what wrangler's own --help says", async () => {
    const looks = ["deploy", "d1 time-travel restore"];
    const helps = await Promise.all(
      looks.map((words) =>
        promisify(execFile)(join(ROOT, "node_modules", ".bin", "wrangler"), [...words.split(" "), "--help"], {
          cwd: folder,
          env: { ...environment(folder), WRANGLER_HIDE_BANNER: "true", NO_COLOR: "1" },
        }),
      ),
    );
    for (const [index, words] of looks.entries()) {
      const found = subcommand(words.split(" "));
      if (typeof found === "string") throw new Error(found);
      const said = new Set(
        Array.from(helps[index]!.stdout.matchAll(/^\s+(?:-\w, )?--([\w-]+)/gm), (m) => m[1]),
      );
      expect(said.size, words).toBeGreaterThan(5);
      said.delete("help");
      for (const flag of said) expect(found.flags.has(flag as string), `${words} --${flag}`).toBe(true);
    }
  }, 300_000);
});

it("what loads the library into a deployed workspace is taken by wrangler", () => {
  expect(argvProblems(remoteArgv("turbocharged-workspace", "library.sql"))).toEqual([]);
});

describe("what tw-kit gives wrangler", () => {
  const log = join(folder, "argv");
  /** A stand-in that writes down how it was called: what needs an account cannot be run here to its end. Gives the PATH that has it first. */
  const standIn = (endless: boolean): string => {
    rmSync(log, { force: true });
    writeFileSync(
      join(folder, "wrangler"),
      `#!/usr/bin/env node
require("node:fs").appendFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(2)) + "\\n");
process.stdout.write('{"bookmark": "00000001-00000002", "outcome": "ok"}\\n');
${endless ? 'process.on("SIGINT", () => process.exit(130)); setInterval(() => {}, 1_000);' : ""}
`,
    );
    chmodSync(join(folder, "wrangler"), 0o755);
    return [folder, environment(folder).PATH].join(delimiter);
  };
  const recorded = async (argv: string[], endless = false): Promise<{ calls: string[]; stdout: string }> => {
    const PATH = standIn(endless);
    const { stdout } = await promisify(execFile)(join(ROOT, "node_modules", ".bin", "tw-kit"), argv, {
      cwd: folder,
      env: { ...environment(folder), PATH },
    });
    return { calls: readFileSync(log, "utf8").trim().split("\n"), stdout };
  };

  it.each([
    ["d1-bookmark", "--database=demo", "--env=production", "--config=w.jsonc"],
    ["d1-restore", "--database=demo", "--remote", "--bookmark=00000001-00000002", "--env=production"],
    [
      "tail",
      "--seconds=600",
      "--events=1",
      "--status=error",
      "--search=x",
      "--version-id=v",
      "--env=e",
      "--",
      "w",
    ],
  ])("%s", async (...argv) => {
    const { calls } = await recorded(argv);
    expect(calls.length).toBeGreaterThan(0);
    expect(calls.flatMap((call) => argvProblems(JSON.parse(call) as string[]))).toEqual([]);
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it("a tail ends when its time is over", async () => {
    vi.stubEnv("PATH", standIn(true));
    const shown = new Promise<void>((come) => {
      vi.spyOn(process.stderr, "write").mockImplementation((text) => {
        if (String(text).includes("bookmark")) come();
        return true;
      });
    });
    // Its minute is over once the first event has come, however long the program takes to start.
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const timed = tail(readWords(["--seconds=60", "--events=5", "--"]));
    await shown;
    vi.advanceTimersByTime(60_000);
    expect(await timed).toEqual({ events: 1, failures: 0, stopped_after: "time" });
  });

  it("a tail ends when it has seen enough", async () => {
    const enough = await recorded(["tail", "--seconds=600", "--events=1", "--"], true);
    expect(JSON.parse(enough.stdout)).toEqual({ events: 1, failures: 0, stopped_after: "events" });
  });
});
