/** The library's workflows through the launcher, with its agent, git and wrangler: from an empty directory, from nothing, and when they fail. */
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { ask, cleanUp, folder, type Launched, launch, type Ready, until } from "./launcher.ts";

type Run = {
  id: string;
  status: string;
  steps: { id: string; status: string; outputs: { [name: string]: unknown } | null; error: unknown }[];
  checkpoints: { id: string; status: string }[];
  rollback: { status: string; undone: string[]; left: string[] };
  error: { code: string; message: string; step: string } | null;
};

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });
const data = folder();
const root = join(data, "workspace");
const project = join(root, "demo");
let launched: Launched;
let ready: Ready;
beforeAll(async () => {
  launched = launch("--json", "--port", "0", "--data", data);
  ready = await launched.ready();
  // Without the change that the demo comes with.
  git(project, "checkout", "--quiet", "--", ".");
});
afterAll(async () => {
  launched.child.kill("SIGTERM");
  expect(await launched.exit).toBe(0);
  await cleanUp();
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") process.stderr.write(launched.stderr());
});

const git = (cwd: string, ...argv: string[]): string => execFileSync("git", argv, { cwd, encoding: "utf8" });
const OVER = ["succeeded", "failed", "rejected", "cancelled"];
/** Runs it to its end; where a person is asked, the owner says what `vote` says. */
async function run(slug: string, cwd: string, args: object, vote?: boolean): Promise<Run> {
  const { run: begun } = await ask<{ run: Run }>(ready, `/api/workflows/${slug}/execute`, { cwd, args });
  let now = begun;
  await until(
    async () => {
      now = await ask<Run>(ready, `/api/runs/${begun.id}?wait_s=5`);
      const open = now.checkpoints.find(({ status }) => status === "pending");
      if (open && vote !== undefined)
        await ask(ready, `/api/checkpoints/${open.id}/approve`, { approved: vote });
      return OVER.includes(now.status);
    },
    `${slug} is over`,
    () => JSON.stringify(now, null, 1),
  );
  return now;
}
const states = ({ steps }: Run) => Object.fromEntries(steps.map(({ id, status }) => [id, status]));
const outputs = ({ steps }: Run, id: string) => steps.find((step) => step.id === id)?.outputs ?? {};

test("workflow-setup-project: an empty directory becomes a project that wrangler would deploy", async () => {
  mkdirSync(join(root, "shop"));
  const done = await run("workflow-setup-project", "shop", {
    name: "shop",
    database: "shop",
    bucket: "shop-files",
    queue: "shop-jobs",
  });
  expect(done.status, JSON.stringify(done.error)).toBe("succeeded");
  expect(states(done)).toEqual({
    clone: "skipped",
    ...Object.fromEntries(
      ["init", "files", "install", "check-config", "resources", "migrate", "build", "doctor"].map((id) => [
        id,
        "succeeded",
      ]),
    ),
  });
  expect(outputs(done, "check-config")).toMatchObject({ buckets: ["shop-files"], queues: ["shop-jobs"] });
  expect(outputs(done, "build")).toMatchObject({ gzip: expect.stringMatching(/KiB/) });
  expect(outputs(done, "doctor")).toMatchObject({ healthy: true });
  expect(git(join(root, "shop"), "status", "--porcelain")).toContain("?? wrangler.jsonc");
});

test("workflow-setup-project: a broken config stops it, and what it began is taken away", async () => {
  const broken = join(root, "broken");
  mkdirSync(broken);
  writeFileSync(join(broken, "wrangler.jsonc"), '{ "name": "broken", "main": 3 }');
  const failed = await run("workflow-setup-project", "broken", { name: "broken" });
  expect(failed).toMatchObject({ status: "failed", error: { step: "check-config" } });
  expect(failed.rollback).toMatchObject({ status: "succeeded", undone: ["files"] });
  // What was there before is there still.
  expect(readdirSync(broken).sort()).toEqual([".git", "wrangler.jsonc"]);
  git(broken, "add", "wrangler.jsonc");
  git(broken, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet", "-m", "Broken");
  mkdirSync(join(root, "cloned"));
  const cloned = await run("workflow-setup-project", "cloned", { url: "../broken" });
  expect(cloned).toMatchObject({ status: "failed", error: { step: "check-config" } });
  expect(states(cloned)).toMatchObject({
    clone: "succeeded",
    init: "skipped",
    files: "skipped",
    build: "cancelled",
  });
});

test("quickstart: from nothing to a green run", async () => {
  mkdirSync(join(root, "fresh"));
  const done = await run("quickstart", "fresh", {});
  expect(done.status, JSON.stringify(done.error)).toBe("succeeded");
  expect(states(done)).toEqual({
    "agent-check": "succeeded",
    project: "succeeded",
    "first-deploy": "succeeded",
    next: "succeeded",
  });
  expect(readdirSync(join(root, "fresh", "hello")).sort()).toEqual([
    ".gitignore",
    ".wrangler",
    "package.json",
    "src",
    "wrangler.jsonc",
  ]);
});

test("workflow-backup: database and objects in one archive, uploaded, the newest kept", async () => {
  writeFileSync(join(project, "logo.svg"), "<svg/>");
  const bucket = { bucket: "assets", local: true };
  await run("chain", "demo", {
    steps: [
      { command: "wrangler-r2-object-put", args: { ...bucket, key: "img/logo.svg", file: "logo.svg" } },
    ],
  });
  rmSync(join(project, "logo.svg"));
  mkdirSync(join(project, "backups"));
  for (const day of ["01", "02"])
    writeFileSync(join(project, "backups", `backup-202001${day}T000000000Z.tar.gz`), "");
  const done = await run("workflow-backup", "demo", {
    database: "demo",
    bucket: "assets",
    keys: ["img/logo.svg"],
    upload_bucket: "saved",
    keep: 2,
  });
  expect(done.status, JSON.stringify(done.error)).toBe("succeeded");
  expect(new Set(Object.values(states(done)))).toEqual(new Set(["succeeded"]));
  const { file } = outputs(done, "archive") as { file: string };
  const packed = execFileSync("tar", ["-tzf", file], { cwd: project, encoding: "utf8" });
  expect(packed).toContain(".wrangler/backup/database.sql");
  expect(packed).toContain(".wrangler/backup/objects/img/logo.svg");
  expect(outputs(done, "prune")).toMatchObject({ kept: 2, deleted: ["backup-20200101T000000000Z.tar.gz"] });
  expect(outputs(done, "upload-backup")).toMatchObject({ existed: false });
  rmSync(join(project, "backups"), { recursive: true });
});

test("meauxos-backup: the same in the list of backups", async () => {
  const done = await run("meauxos-backup", "demo", { database: "demo" });
  expect(done.status, JSON.stringify(done.error)).toBe("succeeded");
  const listed = await ask<{ items: { id: string }[] }>(ready, "/api/meauxos/backup");
  expect(listed.items.map(({ id }) => id)).toContain(done.id);
  rmSync(join(project, "backups"), { recursive: true });
});

test("workflow-deploy: a Worker that does not build leaves repository and remote as they were", async () => {
  const state = () => ({
    head: git(project, "rev-parse", "HEAD"),
    remote: git(join(root, "demo.git"), "rev-parse", "main"),
    index: git(project, "ls-files", "--stage"),
    status: git(project, "status", "--porcelain", "--branch"),
  });
  const source = join(project, "src", "index.ts");
  const good = readFileSync(source, "utf8");
  appendFileSync(source, "\nexport const broken = {;\n");
  const before = state();
  const failed = await run("workflow-deploy", "demo", { message: "Broken", dry_run: true }, true);
  expect(failed).toMatchObject({ status: "failed", error: { step: "wrangler-deploy" } });
  expect(failed.rollback).toMatchObject({
    status: "succeeded",
    undone: ["git-push", "git-commit", "git-add"],
    left: [],
  });
  expect(state()).toEqual(before);
  writeFileSync(source, good);
});

test("deploy: clean it takes the Worker alone, with changes git as well", async () => {
  expect(git(project, "status", "--porcelain")).toBe("");
  const alone = await run("deploy", "demo", { dry_run: true }, true);
  expect(alone.status, JSON.stringify(alone.error)).toBe("succeeded");
  expect(states(alone)).toEqual({
    state: "succeeded",
    "git-add": "skipped",
    "git-commit": "skipped",
    "git-push": "skipped",
    "wrangler-deploy": "succeeded",
    "verify-deployment": "skipped",
    record: "skipped",
  });
  appendFileSync(join(project, "README.md"), "\nMore.\n");
  const whole = await run("deploy", "demo", { dry_run: true, message: "Say more" }, true);
  expect(states(whole)).toMatchObject({ "git-add": "succeeded", "git-push": "succeeded" });
  expect(git(join(root, "demo.git"), "log", "-1", "--format=%s", "main").trim()).toBe("Say more");
  // Where there is no repository, that is no reason to fail.
  expect(existsSync(join(root, "fresh", "hello", ".git"))).toBe(false);
  const nowhere = await run("deploy", "fresh/hello", { dry_run: true }, false);
  expect(nowhere.status).toBe("rejected");
  expect(states(nowhere)).toMatchObject({ state: "failed", "git-push": "skipped" });
});
