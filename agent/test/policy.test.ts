import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findProgram } from "../src/find-program.ts";
import { PolicyDenied, PolicyGuard } from "../src/policy.ts";
import { loadPolicy } from "../src/policy-file.ts";

const PATH = "/usr/local/bin:/usr/bin:/bin";
let dir: string;
let root: string;
beforeAll(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "tw-policy-")));
  root = join(dir, "root");
  mkdirSync(join(root, "project", "scripts"), { recursive: true });
  mkdirSync(join(dir, "outside"));
  symlinkSync(join(dir, "outside"), join(root, "way-out"));
  symlinkSync(join(root, "project"), join(root, "inside"));
  writeFileSync(join(root, "project", "scripts", "build.sh"), "#!/bin/sh\n", { mode: 0o755 });
  writeFileSync(join(root, "project", "true"), "#!/bin/sh\n", { mode: 0o755 });
});
afterAll(() => rmSync(dir, { recursive: true }));

async function guard(policy?: unknown): Promise<PolicyGuard> {
  const file = policy === undefined ? null : join(dir, "policy.json");
  if (file) writeFileSync(file, JSON.stringify(policy));
  const loaded = await loadPolicy(file, dir);
  return new PolicyGuard(loaded.policy, root, loaded.file);
}
function program(judge: PolicyGuard, name: string, cwd = root): void {
  judge.program(name, findProgram(name, cwd, root, PATH), PATH);
}

describe("the policy", () => {
  it("allows what the library needs, and no shell", async () => {
    const judge = await guard();
    for (const name of ["git", "true", "ls", "npm"]) expect(() => program(judge, name)).not.toThrow();
    for (const name of ["sh", "bash", "python3", "curl", "sudo"])
      expect(() => program(judge, name)).toThrow(PolicyDenied);
  });

  it("lets a shell run a file under the root, and no text", async () => {
    const judge = await guard();
    const run = (script?: string) => judge.program("sh", "/bin/sh", PATH, script);
    expect(() => run(join(root, "project", "scripts", "build.sh"))).not.toThrow();
    for (const script of [
      undefined,
      join(root, "project"),
      join(root, "way-out"),
      join(root, "missing"),
      "/etc/profile",
    ])
      expect(() => run(script), script).toThrow(PolicyDenied);
  });

  it("takes a path for the program of this name only when it is that", async () => {
    const judge = await guard();
    expect(() => program(judge, "/bin/true")).not.toThrow();
    expect(() => program(judge, join(root, "project", "true"))).toThrow(PolicyDenied);
    expect(() => program(judge, "./true", join(root, "project"))).toThrow(PolicyDenied);
    expect(() => program(judge, "/bin/sh")).toThrow(PolicyDenied);
  });

  it("allows scripts under the root where it says so", async () => {
    const judge = await guard({ scripts: ["project/scripts/*"] });
    expect(() => program(judge, "./scripts/build.sh", join(root, "project"))).not.toThrow();
    expect(() => program(judge, "./true", join(root, "project"))).toThrow(PolicyDenied);
    expect(() => program(judge, "../../bin/sh", join(root, "project"))).toThrow(PolicyDenied);
  });

  it("keeps working directories under the root, by their real path", async () => {
    const judge = await guard();
    expect(judge.cwd(null)).toBe(root);
    expect(judge.cwd("project")).toBe(join(root, "project"));
    expect(judge.cwd("inside/scripts")).toBe(join(root, "project", "scripts"));
    for (const out of [
      "..",
      "../outside",
      "/etc",
      "way-out",
      "project/../../outside",
      "missing",
      "project/true",
    ])
      expect(() => judge.cwd(out), out).toThrow(PolicyDenied);
  });

  it("follows every link of a path, and lets none lead out", async () => {
    const judge = await guard();
    const at = join(root, "paths");
    mkdirSync(join(at, "dir"), { recursive: true });
    const link = (to: string, name: string) => symlinkSync(to, join(at, name));
    link(join(dir, "outside"), "out");
    link(join(dir, "outside", "new"), "nowhere");
    link("../../outside", "climbs");
    link("out", "second");
    link("dir", "in");
    link("circle", "circle");
    const out = [
      "out",
      "out/x",
      "dir/../out/x",
      "in/../out",
      "nowhere",
      "nowhere/x",
      "climbs",
      "second/x",
      "out/../../x",
    ];
    for (const path of out) expect(() => judge.path(at, path, false), path).toThrow(PolicyDenied);
    for (const path of [".", "in", "in/new", "new", "dir/in/../x", "circle", "circle/x", "in/.."])
      expect(() => judge.path(at, path, false), path).not.toThrow();
    // A link that is meant itself lies where it lies; what is behind it does not.
    for (const path of ["out", "dir/../out", "nowhere", "second"])
      expect(() => judge.path(at, path, true), path).not.toThrow();
    for (const path of ["out/", "out/.", "out/..", "out/x", "second/x"])
      expect(() => judge.path(at, path, true), path).toThrow(PolicyDenied);
    const narrow = await guard({ directories: ["paths/dir"] });
    expect(() => narrow.path(join(at, "dir"), "x", false)).not.toThrow();
    expect(() => narrow.path(join(at, "dir"), "../x", false)).toThrow(PolicyDenied);
  });

  it("keeps to its directories", async () => {
    const judge = await guard({ directories: ["project"] });
    expect(judge.cwd("project/scripts")).toBe(join(root, "project", "scripts"));
    expect(() => judge.cwd(null)).toThrow(PolicyDenied);
  });

  it("lets a definition set no name that makes a program run something else", async () => {
    const judge = await guard();
    expect(() => judge.env(["CI", "APP_COLOR", "CLOUDFLARE_ENV"])).not.toThrow();
    for (const name of [
      "LD_PRELOAD",
      "NODE_OPTIONS",
      "BASH_ENV",
      "ENV_FILE",
      "GIT_SSH_COMMAND",
      "PATH",
      "HOME",
      "IFS",
      "PERL5OPT",
      "GIT_CONFIG_GLOBAL",
      "npm_config_script_shell",
    ])
      expect(() => judge.env([name]), name).toThrow(PolicyDenied);
  });

  it("limits commands and effects", async () => {
    const judge = await guard({ commands: ["git-*", "ls"], effects: ["read"] });
    expect(() => judge.command("git-status", "read")).not.toThrow();
    expect(() => judge.command("git-push", "destructive")).toThrow(/effects/);
    expect(() => judge.command("rm", "read")).toThrow(/commands/);
  });

  it("can deny defaults, or leave them all out", async () => {
    const without = await guard({ deny_programs: ["git"] });
    expect(() => program(without, "git")).toThrow(PolicyDenied);
    expect(() => program(without, "ls")).not.toThrow();
    const bare = await guard({ defaults: false, programs: ["ls"] });
    expect(() => program(bare, "ls")).not.toThrow();
    expect(() => program(bare, "true")).toThrow(PolicyDenied);
  });

  it("says where to change it", async () => {
    const judge = await guard({});
    expect(() => program(judge, "bash")).toThrow(`edit ${join(dir, "policy.json")}`);
  });

  it("refuses a file with mistakes, and reads YAML", async () => {
    await expect(guard({ program: ["ls"] })).rejects.toThrow('"program" is not a field');
    await expect(guard({ programs: "ls" })).rejects.toThrow("must be a list");
    await expect(guard({ effects: ["reed"] })).rejects.toThrow("effects");
    const yaml = join(dir, "p.yaml");
    writeFileSync(yaml, "programs: [make]\n# a comment\n");
    expect((await loadPolicy(yaml, dir)).policy.programs).toContain("make");
  });
});

describe("a program", () => {
  it("is found in the project first, unless it is one of the system's", () => {
    const bin = join(root, "node_modules", ".bin");
    mkdirSync(bin, { recursive: true });
    for (const name of ["wrangler", "git"]) writeFileSync(join(bin, name), "#!/bin/sh\n", { mode: 0o755 });
    expect(findProgram("wrangler", join(root, "project"), root, PATH)).toBe(join(bin, "wrangler"));
    expect(findProgram("git", join(root, "project"), root, PATH)).not.toBe(join(bin, "git"));
    // Not from above the root.
    expect(findProgram("wrangler", join(root, "project"), join(root, "project"), "/nowhere")).toBe(null);
  });
});
