/** The tarball: what is in it, that it needs nothing of this repository, and that it runs. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packAgent } from "../pack.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

let dir: string;
let pkg: string;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "tw-packed-"));
  const tarball = await packAgent(dir);
  execFileSync("tar", ["xzf", tarball, "-C", dir]);
  pkg = join(dir, "package");
  // What npm would install: the very packages, from where they lie.
  symlinkSync(resolve(import.meta.dirname, "../../node_modules"), join(dir, "node_modules"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test("one package with two programs, exact versions, no link into this repository", () => {
  const manifest = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  expect(manifest).toMatchObject({
    bin: { tw: "bin/tw", "tw-kit": "bin/tw-kit" },
    engines: { node: ">=22.13.0" },
  });
  const all = { ...manifest.dependencies, ...manifest.optionalDependencies };
  expect(Object.keys(all)).toEqual(expect.arrayContaining(["commander", "ws", "yaml"]));
  expect(Object.keys(manifest.optionalDependencies)).toContain("@napi-rs/keyring");
  for (const [name, version] of Object.entries(all)) expect(version, name).toMatch(/^\d+\.\d+\.\d+/);
  for (const name of readdirSync(join(pkg, "lib"))) {
    const text = readFileSync(join(pkg, "lib", name), "utf8");
    expect(text, name).not.toMatch(/from\s*"@tw\/|import\("@tw\//);
  }
  expect(readdirSync(join(pkg, "lib"))).toEqual(expect.arrayContaining(["forker.pl", "main.mjs", "kit.mjs"]));
});

test("an old Node gets a sentence and code 2, whatever else it could not read", () => {
  for (const [version, code] of [
    ["20.20.2", 2],
    ["22.12.0", 2],
    ["22.13.0", 0],
    ["24.0.0", 0],
  ] as const) {
    const old = join(dir, `as-${version}.cjs`);
    writeFileSync(
      old,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
    );
    const { status, stderr } = spawnSync(process.execPath, ["-r", old, join(pkg, "bin/tw"), "--version"], {
      encoding: "utf8",
    });
    expect(status, version).toBe(code);
    if (code === 2) expect(stderr).toContain(`tw needs Node 22.13 or newer, and this is Node ${version}`);
  }
});

test("what was packed runs: its help, its kit, and an agent that does a job with its own forker and kit", async () => {
  const hub = await TestHub.start();
  const [root, state] = [join(dir, "root"), join(dir, "state")];
  for (const one of [root, state]) mkdirSync(one);
  const help = spawnSync(process.execPath, [join(pkg, "bin/tw"), "--help"], { encoding: "utf8" });
  expect(help.stdout).toContain("approve [options] <checkpoint>");
  const agent = spawn(process.execPath, [join(pkg, "bin/tw"), "agent", "start"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      PATH: `${process.env.PATH}`,
      HOME: dir,
      TW_URL: hub.url,
      TW_TOKEN: "t",
      TW_ROOT: root,
      TW_STATE: state,
    },
  });
  const ended = new Promise((go) => agent.once("exit", go));
  try {
    await until(() => hub.of("ask").length > 0, "the agent asks");
    writeFileSync(join(root, "old.txt"), "old");
    const one = job([step("a", "tw-kit", ["remove", "--", "old.txt"])]);
    hub.give(one);
    expect((await hub.result(one.job)).a, hub.log(one.job, "a")).toMatchObject({ state: "succeeded" });
    expect(readdirSync(root)).not.toContain("old.txt");
  } finally {
    agent.kill("SIGTERM");
    await ended;
    await hub.stop();
  }
});
