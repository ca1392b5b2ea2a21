/** Ordinary calls of the commands on files and on the machine. */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { has, type Plain, text } from "./plain.ts";

/** a.txt, run.sh (executable), dir/deep.txt, dir/link to it, empty/ */
function some(dir: string): void {
  writeFileSync(join(dir, "a.txt"), "one two\nthree\n");
  writeFileSync(join(dir, "run.sh"), "#!/bin/sh\n");
  chmodSync(join(dir, "run.sh"), 0o751);
  mkdirSync(join(dir, "dir"), { mode: 0o750 });
  writeFileSync(join(dir, "dir", "deep.txt"), "deep\n");
  symlinkSync("deep.txt", join(dir, "dir", "link"));
  mkdirSync(join(dir, "empty"), { mode: 0o711 });
}
const LINKS = ["link-dir", "link-file", "link-nowhere", "link-second"];
const made = { kept: expect.any(String) };
const file = (command: string, more: Omit<Plain, "command">): Plain => ({ command, prepare: some, ...more });
const processes: { [dir: string]: ReturnType<typeof spawn> } = {};

export const PLAIN_FILES: Plain[] = [
  file("pwd", { outputs: { directory: expect.stringMatching(/\/work$/) } }),
  file("cd", { args: { path: "dir" }, outputs: { directory: expect.stringMatching(/\/work\/dir$/) } }),
  file("ls", { outputs: { entries: ["a.txt", "dir/", "empty/", ...LINKS, "run.sh"] } }),
  file("ls", {
    args: { path: "dir", all: true, long: true },
    did: (_, log) => expect(log).toMatch(/^-rw.* deep\.txt$/m),
  }),
  file("cat", { args: { path: "a.txt" }, did: (_, log) => expect(log).toContain("one two\nthree\n") }),
  file("head", {
    args: { path: "a.txt", lines: 1 },
    did: (_, log) => expect(log).toMatch(/one two\n(?!three)/),
  }),
  file("tail", {
    args: { path: "a.txt", lines: 1 },
    did: (_, log) => expect(log).not.toContain("one two"),
  }),
  file("grep", {
    args: { pattern: "DE+P", ignore_case: true },
    outputs: { matches: ["./dir/deep.txt:1:deep"] },
  }),
  file("grep", { args: { pattern: "nowhere to be found" }, outputs: { matches: [] } }),
  file("find", {
    args: { name: "*.txt", type: "f", depth: 2 },
    outputs: { paths: expect.arrayContaining(["./a.txt", "./dir/deep.txt"]) },
  }),
  file("wc", { args: { path: "a.txt" }, outputs: { lines: "2", words: "3", bytes: "14" } }),
  file("du", { args: { path: "dir" }, outputs: { kilobytes: expect.stringMatching(/^\d+$/) } }),
  file("du-largest", {
    args: { path: "dir", count: 1, type: "f" },
    outputs: {
      largest: [{ path: "dir/deep.txt", kilobytes: expect.any(Number) }],
      kilobytes: expect.any(Number),
    },
  }),
  file("df", {
    outputs: {
      kilobytes_free: expect.stringMatching(/^\d+$/),
      used_percent: expect.stringMatching(/^\d+$/),
    },
  }),
  file("stat", {
    args: { path: "run.sh" },
    outputs: { bytes: "10", mode: "751", changed_at_s: expect.stringMatching(/^\d+$/), kind: "regular file" },
  }),
  file("checksum", {
    args: { path: "a.txt" },
    outputs: { sha256: createHash("sha256").update("one two\nthree\n").digest("hex") },
  }),
  file("compare-files", {
    args: { left: "a.txt", right: "dir/deep.txt" },
    did: (_, log) => expect(log).toMatch(/^-three\n\+deep$/m),
  }),
  file("compare-files", { args: { left: "a.txt", right: "a.txt" }, outputs: { differences: [] } }),
  file("which", { args: { name: "ls" }, outputs: { path: expect.stringMatching(/\/ls$/) } }),
  file("ps", { outputs: { processes: expect.arrayContaining([expect.stringMatching(/PID/)]) } }),
  file("date", { outputs: { time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}Z$/) } }),
  file("kill", {
    prepare: (dir) => {
      processes[dir] = spawn("sleep", ["600"]);
    },
    args: (dir) => ({ pid: processes[dir]?.pid ?? 0 }),
    did: async (dir) => {
      const child = processes[dir];
      await new Promise((go) => (child?.signalCode === null ? child.once("exit", go) : go(null)));
      expect(child?.signalCode).toBe("SIGTERM");
    },
  }),
  file("mkdir", {
    args: { path: "dir/new/deeper" },
    outputs: { ...made, made: 2 },
    did: (dir) => expect(has(dir, "dir/new/deeper")).toBe(true),
  }),
  file("rmdir", {
    args: { path: "empty" },
    outputs: made,
    did: (dir) => expect(has(dir, "empty")).toBe(false),
  }),
  file("rm", {
    args: { paths: ["run.sh", "dir"] },
    outputs: made,
    did: (dir) => expect([has(dir, "run.sh"), has(dir, "dir")]).toEqual([false, false]),
  }),
  file("cp", {
    args: { from: "dir", to: "copy" },
    outputs: { ...made, file: expect.stringMatching(/\/copy$/) },
    did: (dir) => expect(text(dir, "copy/link")).toBe("deep\n"),
  }),
  file("cp", {
    args: { from: "a.txt", to: "run.sh" },
    did: (dir) => expect(text(dir, "run.sh")).toMatch(/^one/),
  }),
  file("mv", {
    args: { from: "a.txt", to: "dir" },
    outputs: { ...made, file: expect.stringMatching(/\/dir\/a\.txt$/) },
    did: (dir) => expect([has(dir, "a.txt"), has(dir, "dir/a.txt")]).toEqual([false, true]),
  }),
  file("mv", { args: { from: "a.txt", to: "run.sh" }, did: (dir) => expect(has(dir, "a.txt")).toBe(false) }),
  file("files-restore", {
    // What is put back here was made by the step before; the undo of both leaves it as it was.
    prepare: (dir) => {
      some(dir);
      writeFileSync(join(dir, "b.txt"), "b");
    },
    first: [
      { command: "rm", args: { paths: ["a.txt"] } },
      { command: "mv", args: { from: "b.txt", to: "c.txt" } },
    ],
    args: { kept: { from: "steps.v0.outputs.kept" } as never },
    outputs: made,
    did: (dir) => expect(text(dir, "a.txt")).toMatch(/^one/),
  }),
  file("write-file", {
    args: { path: "new/note.txt", text: "hello\n" },
    outputs: { ...made, file: "new/note.txt", bytes: 6 },
    did: (dir) => expect(text(dir, "new/note.txt")).toBe("hello\n"),
  }),
  file("write-file", {
    args: { path: "run.sh", text: "" },
    did: (dir) => expect(text(dir, "run.sh")).toBe(""),
  }),
  file("touch", { args: { path: "new.txt" }, did: (dir) => expect(text(dir, "new.txt")).toBe("") }),
  file("rm-file", { args: { path: "a.txt" }, did: (dir) => expect(has(dir, "a.txt")).toBe(false) }),
  file("unpack", {
    prepare: (dir) => {
      some(dir);
      execFileSync("tar", ["-czf", "dir.tgz", "dir"], { cwd: dir });
    },
    args: { archive: "dir.tgz", into: "again" },
    outputs: { ...made, directory: "again" },
    did: (dir) => {
      expect(text(dir, "again/dir/deep.txt")).toBe("deep\n");
      expect(lstatSync(join(dir, "again/dir/link")).isSymbolicLink()).toBe(true);
    },
  }),
];
