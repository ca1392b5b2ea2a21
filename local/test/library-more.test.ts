/** Commands that look into files and history, take single changes back, and ask Claude; run for real in a scratch directory. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseOutputs } from "@tw/shared/library/outputs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { attempt } from "../../library/kit/run.ts";
import { eventReader } from "../../library/kit/tail.ts";
import { LIBRARY_FOLDER } from "../src/library.ts";
import { readLibrary } from "../src/library-files.ts";
import { environment, runCommand } from "./run-library.ts";

let home: string;
let work: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tw-more-"));
  work = join(home, "work");
  mkdirSync(work);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (slug: string, args: Parameters<typeof runCommand>[1] = {}) => runCommand(slug, args, work, home);
const ok = async (slug: string, args: Parameters<typeof runCommand>[1] = {}) => {
  const ran = await run(slug, args);
  expect(ran.code, ran.said).toBe(0);
  return ran;
};
const write = (name: string, text: string) => writeFileSync(join(work, name), text);
const read = (name: string) => readFileSync(join(work, name), "utf8");
const git = (...argv: string[]) =>
  execFileSync("git", argv, { cwd: work, env: environment(home), encoding: "utf8" });

describe("files", () => {
  it("write-file and touch are undone", async () => {
    const made = await ok("write-file", { path: "-a b.txt", text: "$(id)\n'" });
    expect(read("-a b.txt")).toBe("$(id)\n'");
    const over = await ok("write-file", { path: "-a b.txt", text: "" });
    expect(read("-a b.txt")).toBe("");
    expect(await over.undo()).toEqual({ "write-file": 0 });
    expect(read("-a b.txt")).toBe("$(id)\n'");
    expect(await made.undo()).toEqual({ "write-file": 0 });
    expect(existsSync(join(work, "-a b.txt"))).toBe(false);
    const touched = await ok("touch", { path: "-new" });
    const again = await ok("touch", { path: "-new" });
    expect(await again.undo()).toEqual({});
    expect(await touched.undo()).toEqual({ touch: 0 });
    expect(existsSync(join(work, "-new"))).toBe(false);
    symlinkSync("/tmp", join(work, "out"));
    expect((await run("write-file", { path: "out/x.txt", text: "x" })).code).not.toBe(0);
  });

  it("what measures gives its outputs", async () => {
    write("-n", "one two\nthree\n");
    expect((await ok("wc", { path: "-n" })).outputs).toEqual({ lines: "2", words: "3", bytes: "14" });
    expect((await ok("du", { path: "-n" })).outputs).toEqual({ kilobytes: expect.stringMatching(/^\d+$/) });
    mkdirSync(join(work, "big/node_modules/own"), { recursive: true });
    write("big/-a.bin", "x".repeat(300_000));
    write("big/b.bin", "x".repeat(100_000));
    write("big/node_modules/own/c.bin", "x".repeat(200_000));
    linkSync(join(work, "big/-a.bin"), join(work, "big/node_modules/own/again.bin"));
    symlinkSync("/usr", join(work, "big/out"));
    const { largest, kilobytes } = (await ok("du-largest", { path: "big" })).outputs;
    // What is larger is named first; a second name of a file takes no room, and a link is only itself.
    expect((largest as { path: string }[]).map(({ path }) => path)).toEqual([
      "big/-a.bin",
      "big/node_modules",
      "big/b.bin",
      "big/out",
    ]);
    expect(Number(kilobytes)).toBeGreaterThan(580);
    expect(Number(kilobytes)).toBeLessThan(700);
    expect((await ok("du-largest", { path: "big", type: "f", count: 1 })).outputs.largest).toEqual([
      { path: "big/-a.bin", kilobytes: expect.any(Number) },
    ]);
    expect((await run("du-largest", { path: "nowhere" })).code).not.toBe(0);
    expect((await ok("df")).outputs).toEqual({
      kilobytes_free: expect.stringMatching(/^\d+$/),
      used_percent: expect.stringMatching(/^\d+$/),
    });
    expect((await ok("stat", { path: "-n" })).outputs).toMatchObject({ bytes: "14", kind: "regular file" });
    expect((await ok("checksum", { path: "-n" })).outputs).toEqual({
      sha256: createHash("sha256").update("one two\nthree\n").digest("hex"),
    });
    expect((await ok("date")).outputs).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/),
    });
    write("other", "one two\n");
    expect((await ok("compare-files", { left: "-n", right: "other" })).outputs.differences).toContain(
      "-three",
    );
    expect((await ok("compare-files", { left: "-n", right: "-n" })).outputs).toEqual({ differences: [] });
  });

  it("kill ends that process and no other", async () => {
    const [one, other] = [spawn("sleep", ["600"]), spawn("sleep", ["600"])];
    const ended = new Promise((settle) => one.once("exit", (_code, signal) => settle(signal)));
    try {
      await ok("kill", { pid: one.pid as number });
      expect(await ended).toBe("SIGTERM");
      expect(other.exitCode).toBe(null);
      await ok("kill", { pid: other.pid as number, signal: "STOP" });
      for (const pid of [0, 1, -1]) await expect(run("kill", { pid })).rejects.toThrow(/at least 2/);
      expect((await run("kill", { pid: one.pid as number })).code).not.toBe(0);
    } finally {
      other.kill("SIGKILL");
    }
  });

  it("unpack makes a new directory and takes it away again", async () => {
    mkdirSync(join(work, "dir"));
    write("dir/a.txt", "a");
    const { file } = (await ok("backup-archive", { paths: ["dir"] })).outputs as { file: string };
    const unpacked = await ok("unpack", { archive: file, into: "again" });
    expect(read("again/dir/a.txt")).toBe("a");
    expect((await run("unpack", { archive: file, into: "dir" })).code).not.toBe(0);
    expect(await unpacked.undo()).toEqual({ unpack: 0 });
    expect(existsSync(join(work, "again"))).toBe(false);
  });
});

describe("git", () => {
  beforeEach(() => {
    git("init", "--quiet", "--initial-branch=main");
    write("a.txt", "one\n");
    write("-b.txt", "b\n");
    git("add", "--all");
    git("commit", "--quiet", "--message", "First");
  });

  it("looks into the history", async () => {
    git("tag", "v1");
    git("remote", "add", "origin", "../x.git");
    expect((await ok("git-show")).said).toMatch(/First[\s\S]*\+one/);
    expect((await ok("git-blame", { path: "-b.txt" })).outputs.lines).toHaveLength(1);
    expect((await ok("git-tags")).outputs).toEqual({ tags: ["v1"] });
    expect((await ok("git-remotes")).outputs.remotes).toHaveLength(2);
    write("a.txt", "two\n");
    await ok("git-stash", { message: "aside" });
    expect((await ok("git-stash-list")).outputs.stashes).toEqual([expect.stringContaining("aside")]);
  });

  it("git-discard throws changes away and can bring them back", async () => {
    write("a.txt", "mine\n");
    rmSync(join(work, "-b.txt"));
    write("new.txt", "new\n");
    const thrown = await ok("git-discard", { paths: ["."] });
    expect([read("a.txt"), read("-b.txt"), read("new.txt")]).toEqual(["one\n", "b\n", "new\n"]);
    expect(await thrown.undo()).toEqual({ "git-discard": 0 });
    expect(read("a.txt")).toBe("mine\n");
    expect(existsSync(join(work, "-b.txt"))).toBe(false);
  });

  it("git-unstage, git-remote-remove, git-tag-delete, git-branch-delete-at and git-restore-index are undone", async () => {
    write("a.txt", "two\n");
    git("add", "a.txt");
    const unstaged = await ok("git-unstage");
    expect(git("diff", "--staged", "--name-only")).toBe("");
    expect(await unstaged.undo()).toEqual({ "git-unstage": 0 });
    expect(git("diff", "--staged", "--name-only")).toBe("a.txt\n");
    const emptied = await ok("git-restore-index", { tree: git("rev-parse", "HEAD^{tree}").trim() });
    expect(await emptied.undo()).toEqual({ "git-restore-index": 0 });
    expect(git("diff", "--staged", "--name-only")).toBe("a.txt\n");
    git("remote", "add", "origin", "../x.git");
    git("tag", "--annotate", "-m", "The first", "v1");
    git("branch", "old");
    const before = git("show-ref");
    const commit = git("rev-parse", "HEAD").trim();
    const done = [
      await ok("git-remote-remove", { name: "origin" }),
      await ok("git-tag-delete", { name: "v1" }),
      await ok("git-branch-delete-at", { name: "old", commit }),
    ];
    expect(git("show-ref")).not.toBe(before);
    for (const one of done) expect(Object.values(await one.undo())).toEqual([0]);
    expect(git("show-ref")).toBe(before);
    expect(git("remote", "get-url", "origin")).toBe("../x.git\n");
  });

  it("git-cherry-pick takes a commit over, and one that conflicts back", async () => {
    git("switch", "--quiet", "--create", "side");
    write("a.txt", "side\n");
    git("commit", "--quiet", "--all", "--message", "Side");
    git("switch", "--quiet", "main");
    const head = git("rev-parse", "HEAD");
    const taken = await ok("git-cherry-pick", { commit: "side" });
    expect(read("a.txt")).toBe("side\n");
    expect(await taken.undo()).toEqual({ "git-cherry-pick": 0 });
    expect([git("rev-parse", "HEAD"), read("a.txt")]).toEqual([head, "one\n"]);
    write("a.txt", "other\n");
    git("commit", "--quiet", "--all", "--message", "Other");
    const conflict = await run("git-cherry-pick", { commit: "side" });
    expect(conflict.code).not.toBe(0);
    expect(await conflict.undo()).toEqual({ "git-cherry-pick": 0 });
    expect([read("a.txt"), git("status", "--porcelain")]).toEqual(["other\n", ""]);
  });
});

describe("claude", () => {
  /** A stand-in for the CLI, which is not installed here: it answers as print mode with JSON does, with what it was given. */
  beforeEach(() => {
    mkdirSync(join(home, "bin"));
    writeFileSync(
      join(home, "bin", "claude"),
      `#!/usr/bin/env node
const asked = require("node:fs").readFileSync(0, "utf8");
const argv = process.argv.slice(2);
const failed = asked.includes("FAIL");
if (asked.includes("LONG")) {
  console.log(JSON.stringify({ type: "result", subtype: "error_max_turns", is_error: true, num_turns: 20, total_cost_usd: 0.3 }));
  process.exit(1);
}
console.log(JSON.stringify({ type: "result", subtype: failed ? "error_during_execution" : "success", is_error: failed,
  result: failed ? "no" : JSON.stringify({ argv, asked }), total_cost_usd: 0.01, duration_ms: 1200, num_turns: 3, session_id: "s1" }));
`,
    );
    chmodSync(join(home, "bin", "claude"), 0o755);
    process.env.PATH = `${join(home, "bin")}:${process.env.PATH}`;
  });
  afterEach(() => {
    process.env.PATH = process.env.PATH?.slice(join(home, "bin").length + 1);
  });
  const answered = (outputs: { [name: string]: unknown }) =>
    JSON.parse(outputs.text as string) as { argv: string[]; asked: string };

  it("claude-ask puts the question on stdin and lets it only read", async () => {
    const { outputs } = await ok("claude-ask", { prompt: "--help; $(id)", model: "opus", max_usd: 0.5 });
    expect(outputs).toMatchObject({ cost_usd: 0.01, duration_ms: 1200, turns: 3, session: "s1" });
    const { argv, asked } = answered(outputs);
    expect(asked).toBe("--help; $(id)");
    expect(argv).toEqual([
      "-p",
      "--output-format",
      "json",
      "--permission-mode",
      "plan",
      "--disallowedTools",
      "Bash,Edit,Write,NotebookEdit,WebFetch,WebSearch",
      "--model",
      "opus",
      "--max-turns",
      "20",
      "--max-budget-usd",
      "0.5",
    ]);
  });

  it("claude-ask says when it ran out of rounds", async () => {
    const long = await run("claude-ask", { prompt: "LONG" });
    expect([long.code, long.said]).toEqual([
      1,
      expect.stringMatching(/not done after 20 rounds.*max_turns.*\$0\.3/),
    ]);
  });

  it("claude-review-diff and claude-commit-message give it the diff", async () => {
    git("init", "--quiet", "--initial-branch=main");
    write("a.txt", "one\n");
    expect((await run("claude-commit-message")).said).toMatch(/nothing is staged/);
    git("add", "a.txt");
    const message = answered((await ok("claude-commit-message")).outputs);
    expect(message.asked).toMatch(/commit message[\s\S]*\+one/);
    const review = answered((await ok("claude-review-diff", { note: "--look at the names" })).outputs);
    expect(review.asked).toMatch(/Review[\s\S]*--look at the names[\s\S]*\+one/);
    expect(review.argv).toContain("plan");
    write("a.txt", "FAIL\n");
    const failed = await run("claude-review-diff", { staged: false });
    expect([failed.code, failed.said]).toEqual([1, expect.stringMatching(/claude could not answer: no/)]);
  });
});

describe("what only Cloudflare answers", () => {
  it("is read from how wrangler prints it", async () => {
    const { commands } = await readLibrary(LIBRARY_FOLDER);
    const outputs = (slug: string, stdout: string) => {
      const input = commands.find((command) => command.slug === slug)?.input;
      if (input?.type !== "builtin" || !input.definition.outputs) throw new Error(`${slug} has no outputs`);
      return parseOutputs(input.definition.outputs, { stdout });
    };
    const id = "3f2a7c1e-0b4d-4f6a-9c8e-1a2b3c4d5e6f";
    const deployed = `Total Upload: 1.20 KiB / gzip: 0.60 KiB
Uploaded shop (2.34 sec)
Deployed shop triggers (0.44 sec)
  https://shop.example.workers.dev
Current Version ID: ${id}
`;
    expect(outputs("wrangler-deploy", deployed)).toEqual({
      worker: "shop",
      url: "https://shop.example.workers.dev",
      version_id: id,
    });
    expect(outputs("wrangler-deploy", `Current Version ID: ${id}\n`)).toEqual({ version_id: id });
    expect(outputs("wrangler-d1-create", `{\n  "d1_databases": [\n {\n "database_id": "${id}"\n`)).toEqual({
      database_id: id,
    });
    expect(outputs("wrangler-queues-create", "🌀 Creating queue 'jobs'\n✅ Created queue 'jobs'\n")).toEqual({
      made: "Created queue",
    });
  });

  it("events of a tail are told apart however they arrive", () => {
    const events = [
      { outcome: "ok", logs: [{ message: ["}\n{"] }] },
      { outcome: "exception", list: [{ a: 1 }, {}] },
    ];
    for (const indent of [0, 2, 4]) {
      const text = events.map((event) => `${JSON.stringify(event, null, indent)}\n`).join("");
      for (const size of [1, 7, 1_000]) {
        const seen: object[] = [];
        const take = eventReader((event) => seen.push(event));
        for (let at = 0; at < text.length; at += size) take(text.slice(at, at + size));
        expect(seen, `indent ${indent}, ${size} at a time`).toEqual(events);
      }
    }
  });
});

it("a program that ends before it has read its input is told by its own words and exit code", () => {
  const script = "console.error('no such bucket'); process.exit(3)";
  const ran = attempt(process.execPath, ["-e", script], false, { input: "x".repeat(8_000_000) });
  expect(ran).toMatchObject({ code: 3, stderr: "no such bucket\n" });
  expect(() => attempt("no-such-program", [], false)).toThrow("was not found");
});
