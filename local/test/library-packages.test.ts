/** Packages added, changed and removed by a real npm from a registry of the test's own, and all of it undone. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCommand } from "./run-library.ts";

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

it("npm-add and npm-remove are undone: package.json and lock file to the byte, and what is installed", async () => {
  const ok = async (slug: string, packages: string[]) => {
    const ran = await runCommand(slug, { packages }, work, home);
    expect(ran.code, ran.said).toBe(0);
    return ran;
  };
  const nothing = files();
  const added = await ok("npm-add", ["demo@1.0.0"]);
  const [one, first] = [installed(), files()];
  expect([one, added.outputs.package_manager]).toEqual(["1.0.0", "npm"]);
  // What was there in another version is no package that the undo may take away.
  const changed = await ok("npm-add", ["demo@2.0.0"]);
  expect(installed()).toBe("2.0.0");
  expect(await changed.undo()).toEqual({ "npm-add": 0 });
  expect([installed(), files()]).toEqual(["1.0.0", first]);
  const removed = await ok("npm-remove", ["demo"]);
  expect([installed(), files()[0]]).toEqual([null, expect.not.stringContaining("demo")]);
  expect(await removed.undo()).toEqual({ "npm-remove": 0 });
  expect([installed(), files()]).toEqual(["1.0.0", first]);
  expect(await added.undo()).toEqual({ "npm-add": 0 });
  expect(files()).toEqual(nothing);
  expect(existsSync(join(work, "node_modules"))).toBe(false);
  // npm takes a second to start, on a busy machine many.
}, 300_000);
