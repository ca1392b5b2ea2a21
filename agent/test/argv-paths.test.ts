/** Which words of a program's argv the agent takes for paths, and where it takes a link for itself. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PolicyDenied, PolicyGuard } from "../src/policy.ts";
import { DEFAULTS } from "../src/policy-file.ts";

let root: string;
let guard: PolicyGuard;
beforeAll(() => {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "tw-words-")));
  root = join(dir, "root");
  mkdirSync(join(root, "dir"), { recursive: true });
  mkdirSync(join(dir, "outside"));
  writeFileSync(join(dir, "outside", "secret"), "");
  writeFileSync(join(root, "own"), "");
  symlinkSync("../outside", join(root, "out"));
  symlinkSync("../outside/secret", join(root, "-secret"));
  symlinkSync("../outside/new", join(root, "nowhere"));
  guard = new PolicyGuard(DEFAULTS, root, "policy.json");
});
afterAll(() => rmSync(join(root, ".."), { recursive: true }));

const allows = (program: string, argv: string[]) => {
  try {
    guard.words(root, program, argv);
    return true;
  } catch (error) {
    if (error instanceof PolicyDenied) return false;
    throw error;
  }
};

it.each<[string, string[]]>([
  ["rm", ["-rf", "--", "out", "-secret", "nowhere"]],
  ["stat", ["--format=%s %F", "--", "-secret"]],
  ["stat", ["-c", "%s", "nowhere"]],
  ["readlink", ["out"]],
  ["ls", ["-d", "--", "out"]],
  ["ls", ["-lA", "out"]],
  ["mv", ["--", "-secret", "dir"]],
  ["mv", ["-T", "own", "out"]],
  ["cp", ["-a", "--", "-secret", "copy"]],
  ["ln", ["-sfn", "own", "out"]],
  ["tw-kit", ["remove", "--", "out", "-secret"]],
  ["tw-kit", ["copy", "--", "-secret", "nowhere"]],
  ["grep", ["-rnI", "--exclude-dir=.git", "-e", "../outside/secret", "--", "."]],
  ["find", ["./dir", "-not", "-path", "*/.git/*", "-name", "out"]],
])("a link is meant itself, or no path is: %s %j", (program, argv) => {
  expect(allows(program, argv)).toBe(true);
});

it.each<[string, string[]]>([
  ["rm", ["out/secret"]],
  ["rm", ["-r", "out/"]],
  ["stat", ["-L", "nowhere"]],
  ["stat", ["--dereference", "nowhere"]],
  ["readlink", ["-f", "nowhere"]],
  ["ls", ["out"]],
  ["ls", ["-1", "out"]],
  ["ls", ["-lL", "out"]],
  ["ls", ["-Id", "out"]],
  ["ls", ["-l", "--dereference-command-line", "out"]],
  ["mv", ["own", "out"]],
  ["mv", ["-t", "out", "own"]],
  ["mv", ["--target-directory=out", "own"]],
  ["cp", ["--", "-secret", "copy"]],
  ["cp", ["-aL", "--", "-secret", "copy"]],
  ["cp", ["-a", "--deref", "--", "-secret", "copy"]],
  ["cp", ["-a", "own", "out"]],
  ["cp", ["own", "nowhere"]],
  ["ln", ["-s", "own", "out"]],
  ["ln", ["-L", "nowhere", "x"]],
  ["cat", ["--", "-secret"]],
  ["tw-kit", ["unpack", "--archive=x", "--into=out"]],
  ["tw-kit", ["archive", "--into", "out", "--", "own"]],
  ["grep", ["-f", "-e", "../outside/secret"]],
  ["grep", ["-e", "x", "--", "../outside/secret"]],
  ["grep", ["--include", "-e", "../outside/secret"]],
  ["find", ["out", "-name", "x"]],
  ["find", [".", "-exec", "tac", "--", "-name", "../outside/secret", ";"]],
])("where a link or a path may lead out, it is refused: %s %j", (program, argv) => {
  expect(allows(program, argv)).toBe(false);
});
