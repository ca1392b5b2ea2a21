/** Packages added, changed, removed and listed by a real npm from a registry of the test's own, and all of it undone; other managers as they print. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Json } from "@tw/shared/contracts/json";
import { afterAll, beforeAll, expect, it } from "vitest";
import { environment, runCommand } from "./run-library.ts";

const VERSIONS = ["1.0.0", "2.0.0"];
let home: string;
let work: string;
let registry: Worker;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "tw-packages-"));
  work = join(home, "work");
  mkdirSync(work);
  for (const version of VERSIONS) {
    const folder = join(home, version, "package");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "demo", version }));
    execFileSync("tar", ["-czf", join(home, `${version}.tgz`), "-C", join(home, version), "package"]);
  }
  registry = new Worker(join(import.meta.dirname, "package-registry-thread.ts"), {
    workerData: { name: "demo", versions: VERSIONS, folder: home },
  });
  const [port] = (await once(registry, "message")) as [number];
  writeFileSync(join(work, ".npmrc"), `registry=http://127.0.0.1:${port}/\n`);
  writeFileSync(join(work, "package.json"), '{ "name": "site",\n  "private": true }\n');
});
afterAll(async () => {
  await registry?.terminate();
  rmSync(home, { recursive: true, force: true });
});

const files = () =>
  ["package.json", "package-lock.json"].map((name) =>
    existsSync(join(work, name)) ? readFileSync(join(work, name), "utf8") : null,
  );
const installed = (): string | null => {
  const file = join(work, "node_modules/demo/package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : null;
};

it("npm-add, npm-update and npm-remove are undone: package.json and lock file to the byte, and what is installed", async () => {
  const ok = async (slug: string, packages: string[]) => {
    const ran = await runCommand(slug, { packages }, work, home);
    expect(ran.code, ran.said).toBe(0);
    return ran;
  };
  const update = async (args: { latest?: true; packages?: string[] }) => {
    const ran = await runCommand("npm-update", args, work, home);
    expect(ran.code, ran.said).toBe(0);
    return ran;
  };
  const nothing = files();
  const added = await ok("npm-add", ["demo@1.0.0"]);
  const [one, first] = [installed(), files()];
  expect([one, added.outputs.package_manager]).toEqual(["1.0.0", "npm"]);
  const looked = async (slug: string) => (await runCommand(slug, {}, work, home)).outputs;
  expect(await looked("npm-outdated")).toMatchObject({
    package_manager: "npm",
    packages: { demo: { current: "1.0.0", latest: "2.0.0" } },
  });
  expect(await looked("npm-list")).toMatchObject({
    package_manager: "npm",
    name: "site",
    dependencies: { demo: { version: "1.0.0" } },
  });
  // What was there in another version is no package that the undo may take away.
  const changed = await ok("npm-add", ["demo@2.0.0"]);
  expect(installed()).toBe("2.0.0");
  expect(await changed.undo()).toEqual({ "npm-add": 0 });
  expect([installed(), files()]).toEqual(["1.0.0", first]);
  // As far as package.json allows there is nothing newer; past it there is.
  writeFileSync(join(work, "package.json"), first[0]!.replace("^1.0.0", "~1.0.0"));
  const asked = files();
  await update({});
  expect(installed()).toBe("1.0.0");
  const newest = await update({ latest: true });
  expect([installed(), newest.outputs.package_manager]).toEqual(["2.0.0", "npm"]);
  expect(files()[0]).toMatch(/"demo": ?"\^2\.0\.0"/);
  expect(await newest.undo()).toEqual({ "npm-update": 0 });
  expect([installed(), files()[0]]).toEqual(["1.0.0", asked[0]]);
  writeFileSync(join(work, "package.json"), first[0]!);
  writeFileSync(join(work, "package-lock.json"), first[1]!);
  const removed = await ok("npm-remove", ["demo"]);
  expect([installed(), files()[0]]).toEqual([null, expect.not.stringContaining("demo")]);
  expect(await removed.undo()).toEqual({ "npm-remove": 0 });
  expect([installed(), files()]).toEqual(["1.0.0", first]);
  expect(await added.undo()).toEqual({ "npm-add": 0 });
  expect(files()).toEqual(nothing);
  expect(existsSync(join(work, "node_modules"))).toBe(false);
  writeFileSync(join(work, "package.json"), '{ "name": "site", "dependencies": { "demo": "1.0.0" } }');
  expect(await looked("npm-list")).toMatchObject({ problems: [expect.stringContaining("missing: demo")] });
  // npm takes a second to start, on a busy machine many.
}, 300_000);

/** What each program printed of a project that asks for nanoid 4.0.0 and is-number ^6.0.0, by the words it was started with. */
const PRINTED: [manager: string, lock: string, printed: { [words: string]: string | [string, number] }][] = [
  [
    "pnpm",
    "pnpm-lock.yaml",
    {
      "outdated --format json": [
        JSON.stringify({
          nanoid: { current: "4.0.0", latest: "6.0.2", wanted: "4.0.0", isDeprecated: false },
          "is-number": { current: "6.0.0", latest: "7.0.0", wanted: "6.0.0", isDeprecated: false },
        }),
        1,
      ],
      "ls --json --depth 0": JSON.stringify([
        {
          name: "site",
          dependencies: { nanoid: { from: "nanoid", version: "4.0.0" } },
          devDependencies: { "is-number": { from: "is-number", version: "6.0.0" } },
        },
      ]),
    },
  ],
  [
    "yarn",
    "yarn.lock",
    {
      "--version": "1.22.22",
      "outdated --json": [
        `{"type":"info","data":"Color legend"}
{"type":"table","data":{"head":["Package","Current","Wanted","Latest","Package Type","URL"],"body":[["is-number","6.0.0","6.0.0","7.0.0","devDependencies",""],["nanoid","4.0.0","4.0.0","6.0.2","dependencies",""]]}}`,
        1,
      ],
      "list --json --depth=0":
        '{"type":"tree","data":{"type":"list","trees":[{"name":"nanoid@4.0.0","children":[]},{"name":"other@1.0.0","children":[]},{"name":"is-number@6.0.0","children":[]}]}}',
    },
  ],
  [
    "yarn",
    "yarn.lock",
    {
      "--version": "4.18.1",
      "info --json": `{"value":"is-number@npm:6.0.0","children":{"Version":"6.0.0"}}
{"value":"nanoid@npm:4.0.0","children":{"Version":"4.0.0"}}
{"value":"site@workspace:.","children":{"Version":"0.0.0","Dependencies":[{"descriptor":"is-number@npm:^6.0.0","locator":"is-number@npm:6.0.0"},{"descriptor":"nanoid@npm:4.0.0","locator":"nanoid@npm:4.0.0"}]}}`,
      "npm info is-number nanoid --fields version --json": `{"name":"nanoid","version":"6.0.2"}
{"name":"is-number","version":"7.0.0"}`,
    },
  ],
  [
    "bun",
    "bun.lock",
    {
      outdated: `bun outdated v1.4.5 (a7733435c)
|---------------------------------------------|
| Package         | Current | Update | Latest |
|-----------------|---------|--------|--------|
| nanoid          | 4.0.0   | 4.0.0  | 6.0.2  |
|-----------------|---------|--------|--------|
| is-number (dev) | 6.0.0   | 6.0.0  | 7.0.0  |
|---------------------------------------------|`,
      "pm ls": `/site node_modules (2 installed)
├── is-number@6.0.0
└── nanoid@4.0.0`,
    },
  ],
];

it.each(
  PRINTED.map(
    ([manager, lock, printed]) =>
      [`${manager} ${printed["--version"] ?? ""}`, manager, lock, printed] as const,
  ),
)("npm-outdated and npm-list follow %s", async (_, manager, lock, printed) => {
  const site = mkdtempSync(join(home, "site-"));
  const asked = { dependencies: { nanoid: "4.0.0" }, devDependencies: { "is-number": "^6.0.0" } };
  writeFileSync(join(site, "package.json"), JSON.stringify({ name: "site", ...asked }));
  writeFileSync(join(site, lock), "");
  const bin = mkdtempSync(join(home, "bin-"));
  writeFileSync(join(bin, "package.json"), "{}");
  const known = Object.fromEntries(Object.entries(printed).map(([words, said]) => [words, [said].flat()]));
  writeFileSync(
    join(bin, manager),
    `#!/usr/bin/env node
const known = ${JSON.stringify(known)};
const [said, code = 0] = known[process.argv.slice(2).join(" ")] ?? ["unknown words", 2];
console.log(said);
process.exitCode = code;
`,
    { mode: 0o755 },
  );
  const { PATH = "" } = environment(home);
  const look = async (slug: string) => {
    const ran = await runCommand(slug, {}, site, home, undefined, { PATH: [bin, PATH].join(delimiter) });
    expect(ran.code, ran.said).toBe(0);
    return ran.outputs;
  };
  expect(await look("npm-outdated")).toMatchObject({
    package_manager: manager,
    packages: { nanoid: { current: "4.0.0", latest: "6.0.2" }, "is-number": { latest: "7.0.0" } },
  });
  const listed = await look("npm-list");
  expect(listed).toMatchObject({
    package_manager: manager,
    name: "site",
    dependencies: { nanoid: { version: "4.0.0" }, "is-number": { version: "6.0.0" } },
  });
  expect(Object.keys(listed.dependencies as object)).toHaveLength(2);
});

it.each([
  ["pnpm", "pnpm-lock.yaml", "9.1.0", ["update", "update --latest nanoid"]],
  ["yarn", "yarn.lock", "1.22.22", ["upgrade", "upgrade --latest nanoid"]],
  ["yarn", "yarn.lock", "4.18.1", ["up --recursive nanoid is-number", "up nanoid"]],
  ["bun", "bun.lock", "1.4.5", ["update", "update --latest nanoid"]],
])("npm-update says it as %s takes it (%s, %s)", async (manager, lock, version, words) => {
  const site = mkdtempSync(join(home, "site-"));
  const asked = {
    dependencies: { nanoid: "4.0.0", own: "file:../own" },
    devDependencies: { "is-number": "1" },
  };
  writeFileSync(join(site, "package.json"), JSON.stringify({ name: "site", ...asked }));
  writeFileSync(join(site, lock), "");
  const bin = mkdtempSync(join(home, "bin-"));
  const said = join(bin, "said");
  writeFileSync(
    join(bin, manager),
    `#!/bin/sh
[ "$1" = --version ] && echo ${version} || echo "$@" >> "${said}"
`,
    { mode: 0o755 },
  );
  const { PATH = "" } = environment(home);
  const calls: { [name: string]: Json }[] = [{}, { packages: ["nanoid"], latest: true }];
  for (const args of calls) {
    const ran = await runCommand("npm-update", args, site, home, undefined, {
      PATH: [bin, PATH].join(delimiter),
    });
    expect(ran.code, ran.said).toBe(0);
    expect(ran.outputs.package_manager).toBe(manager);
  }
  expect(readFileSync(said, "utf8").trim().split("\n")).toEqual(words);
});
