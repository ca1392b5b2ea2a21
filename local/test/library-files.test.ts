import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCommand } from "./run-library.ts";

let home: string;
let work: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tw-files-"));
  work = join(home, "work");
  mkdirSync(join(work, "dir"), { recursive: true });
  writeFileSync(join(work, "a b.txt"), "a\n");
  writeFileSync(join(work, "-x"), "longer\n");
  writeFileSync(join(work, "dir", "deep.txt"), "deep\n");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const run = (slug: string, args: Parameters<typeof runCommand>[1] = {}) => runCommand(slug, args, work, home);
const files = () =>
  execFileSync("find", [".", "-printf", "%y %p %l %s\n"], { cwd: work, encoding: "utf8" })
    .split("\n")
    .sort()
    .join("\n");

describe("files", () => {
  it.each<[string, Parameters<typeof runCommand>[1]]>([
    ["rm", { paths: ["a b.txt", "-x", "dir"] }],
    ["cp", { from: "dir", to: "copy" }],
    ["cp", { from: "a b.txt", to: "dir" }],
    ["cp", { from: "a b.txt", to: "-x" }],
    ["mv", { from: "-x", to: "dir/place.txt" }],
    ["mv", { from: "a b.txt", to: "-x" }],
    ["mkdir", { path: "made" }],
  ])("%s %j is undone", async (slug, args) => {
    const before = files();
    const ran = await run(slug, args);
    expect(ran.code, ran.said).toBe(0);
    expect(files()).not.toBe(before);
    expect(await ran.undo()).toEqual({ [slug]: 0 });
    expect(files()).toBe(before);
    expect(readFileSync(join(work, "-x"), "utf8")).toBe("longer\n");
  });

  it("mkdir of what is there is no reason to remove it", async () => {
    const ran = await run("mkdir", { path: "dir" });
    expect(await ran.undo()).toEqual({});
    expect(existsSync(join(work, "dir", "deep.txt"))).toBe(true);
  });

  it("nothing leads out of the directory, not even a link", async () => {
    mkdirSync(join(home, "outside"));
    symlinkSync(join(home, "outside"), join(work, "link"));
    for (const [slug, args] of [
      ["cp", { from: "a b.txt", to: "link/x" }],
      ["mv", { from: "a b.txt", to: "link/x" }],
      ["rm", { paths: ["link/../link/x"] }],
    ] as const)
      expect((await run(slug, args as never)).code).not.toBe(0);
    expect(existsSync(join(home, "outside", "x"))).toBe(false);
    await expect(run("rm", { paths: ["../outside"] })).rejects.toThrow(/lead out/);
  });

  it("what stands in the way of an undo is not overwritten", async () => {
    const ran = await run("rm", { paths: ["-x"] });
    writeFileSync(join(work, "-x"), "new\n");
    expect(await ran.undo()).not.toEqual({ rm: 0 });
    expect(readFileSync(join(work, "-x"), "utf8")).toBe("new\n");
  });

  it("what reads gives its outputs", async () => {
    expect((await run("ls")).outputs).toEqual({ entries: ["-x", "a b.txt", "dir/"] });
    expect((await run("cat", { path: "-x" })).said).toBe("longer\n");
    expect((await run("head", { path: "a b.txt", lines: 1 })).said).toBe("a\n");
    expect((await run("grep", { pattern: "deep" })).outputs).toEqual({ matches: ["./dir/deep.txt:1:deep"] });
    expect(await run("grep", { pattern: "-nowhere-", fixed: true })).toMatchObject({
      code: 0,
      outputs: { matches: [] },
    });
    expect((await run("find", { name: "*.txt", type: "f" })).outputs).toMatchObject({
      paths: expect.arrayContaining(["./a b.txt", "./dir/deep.txt"]),
    });
    expect((await run("cd", { path: "dir" })).outputs).toEqual({ directory: join(work, "dir") });
    expect((await run("pwd")).outputs).toEqual({ directory: work });
    expect((await run("which", { name: "ls" })).outputs).toEqual({ path: expect.stringMatching(/\/ls$/) });
    expect((await run("ps")).outputs).toMatchObject({
      processes: expect.arrayContaining([expect.stringMatching(/PID/)]),
    });
  });
});

describe("packages", () => {
  it("scripts get their arguments as they are, from the project's own package manager", async () => {
    writeFileSync(
      join(work, "package.json"),
      JSON.stringify({ scripts: { show: "node show.js", test: "node show.js" } }),
    );
    writeFileSync(join(work, "show.js"), "console.log(JSON.stringify(process.argv.slice(2)))");
    const ran = await run("npm-run", { script: "show", args: ["--small", "a b", "$(id)", "'"] });
    expect(ran.said).toContain('["--small","a b","$(id)","\'"]');
    expect(ran.outputs).toEqual({ package_manager: "npm" });
    expect((await run("npm-test")).code).toBe(0);
    expect((await run("npm-run", { script: "nope" })).code).not.toBe(0);
    // npm takes a second to start, on a busy machine many.
  }, 300_000);
});

describe("backups", () => {
  it("are archived under the time, and the newest are kept", async () => {
    const made = await run("backup-archive", { into: "backups", paths: ["dir", "-x"], name: "backup" });
    expect(made.outputs).toMatchObject({
      file: expect.stringMatching(/^backups\/backup-\d{8}T\d{9}Z\.tar\.gz$/),
    });
    expect(execFileSync("tar", ["-tzf", made.outputs.file as string], { cwd: work, encoding: "utf8" })).toBe(
      "dir/\ndir/deep.txt\n-x\n",
    );
    for (const day of ["01", "02", "03"])
      writeFileSync(join(work, "backups", `backup-202001${day}T000000000Z.tar.gz`), "");
    writeFileSync(join(work, "backups", "backup-notes.txt"), "mine");
    const pruned = await run("backup-prune", { into: "backups", name: "backup", keep: 2 });
    expect(pruned.outputs).toEqual({
      kept: 2,
      deleted: ["backup-20200101T000000000Z.tar.gz", "backup-20200102T000000000Z.tar.gz"],
    });
    expect(existsSync(join(work, "backups", "backup-notes.txt"))).toBe(true);
    expect(await made.undo()).toEqual({ "backup-archive": 0 });
    expect(existsSync(join(work, made.outputs.file as string))).toBe(false);
  });
});
