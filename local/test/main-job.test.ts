/** The job the workspace is for, with nothing replaced: the launcher, its agent, git, wrangler, a mail server, a person's link. */
import { execFileSync } from "node:child_process";
import { appendFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Inbox, openInbox, openSink, type Sink } from "../../services/approvals/test/inbox.ts";
import { ask, cleanUp, folder, type Launched, launch, type Ready, until } from "./launcher.ts";

type Run = {
  id: string;
  status: string;
  steps: {
    id: string;
    status: string;
    exit_code: number | null;
    rollback: { status: string } | null;
    finished_at: number;
  }[];
  checkpoints: { id: string; status: string; votes: { channel: string; decision: string }[] }[];
  rollback: { status: string; undone: string[]; left: string[] };
  error: unknown;
};

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const data = folder();
const project = join(data, "workspace", "demo");
let inbox: Inbox;
let site: Sink;
let launched: Launched;
let ready: Ready;

beforeAll(async () => {
  inbox = await openInbox();
  site = await openSink();
  launched = launch("--json", "--port", "0", "--data", data, "--smtp", `127.0.0.1:${inbox.port}`);
  ready = await launched.ready();
});
afterAll(async () => {
  launched.child.kill("SIGTERM");
  expect(await launched.exit).toBe(0);
  await cleanUp();
  await inbox.close();
  await site.close();
});
afterEach(({ task }) => {
  if (task.result?.state === "fail") process.stderr.write(launched.stderr());
});

const git = (cwd: string, ...argv: string[]): string => execFileSync("git", argv, { cwd, encoding: "utf8" });
const remote = (): string => git(join(data, "workspace", "demo.git"), "rev-parse", "main").trim();
/** Everything a rejection must leave as it was. */
const state = () => ({
  remote: remote(),
  head: git(project, "rev-parse", "HEAD"),
  index: git(project, "ls-files", "--stage"),
  status: git(project, "status", "--porcelain", "--branch"),
  tree: git(project, "diff"),
});
const deploy = async (message: string): Promise<string> => {
  const { run } = await ask<{ run: Run }>(ready, "/api/workflows/workflow-deploy/execute", {
    cwd: "demo",
    args: { message, dry_run: true, verify_url: site.url },
  });
  return run.id;
};
const look = (id: string): Promise<Run> => ask<Run>(ready, `/api/runs/${id}?wait_s=5`);
const settled = async (id: string, status: string): Promise<Run> => {
  let run = await look(id);
  await until(
    async () => {
      run = await look(id);
      return run.status === status || ["succeeded", "failed", "rejected", "cancelled"].includes(run.status);
    },
    `the run is ${status}`,
    () => JSON.stringify(run, null, 1),
  );
  expect(run, JSON.stringify(run.error)).toMatchObject({ status });
  return run;
};
const used = new Set<string>();
/** Opens the link that was mailed and not used yet, as a person would, and presses a button. A mail about the run before may come late. */
const decide = async (decision: "approve" | "reject"): Promise<void> => {
  let link = "";
  await until(
    async () => {
      const links = (await inbox.mails()).map(
        ({ text = "" }) => /http:\/\/127\.0\.0\.1:\d+\/a\/[\w.-]+/.exec(text)?.[0],
      );
      link = links.find((one) => one && !used.has(one)) ?? "";
      return link !== "";
    },
    "the mail has come",
    () => inbox.raw.join("\n"),
  );
  used.add(link);
  const headers = { connection: "close" };
  // What a scanner does decides nothing.
  await fetch(link, { method: "HEAD", headers });
  await fetch(link, { headers });
  const page = await (await fetch(link, { headers })).text();
  const nonce = /name="nonce"[^>]*value="([^"]+)"/.exec(page)?.[1];
  expect(nonce, page).toBeDefined();
  const answer = await fetch(link, {
    method: "POST",
    body: new URLSearchParams({ decision, comment: "seen", nonce: nonce! }),
    headers: { ...headers, origin: ready.url },
  });
  expect(answer.status, await answer.text()).toBe(200);
};

test("a change is committed, pushed, approved by a mailed link, built by wrangler and looked at", async () => {
  appendFileSync(join(project, "README.md"), "\nDeployed by the workspace.\n");
  const before = remote();
  const id = await deploy("Say who deploys");
  const waiting = await settled(id, "waiting");
  expect(waiting.checkpoints).toMatchObject([{ status: "pending" }]);
  expect(site.received).toHaveLength(0);
  await decide("approve");
  const run = await settled(id, "succeeded");
  expect(run.steps.map((step) => [step.id, step.status])).toEqual(
    ["git-status", "git-add", "git-commit", "git-push", "wrangler-deploy", "verify-deployment"].map(
      (step) => [step, "succeeded"],
    ),
  );
  expect(run.checkpoints).toMatchObject([
    { status: "approved", votes: [{ channel: "link", decision: "approve" }] },
  ]);
  expect(remote()).not.toBe(before);
  expect(git(join(data, "workspace", "demo.git"), "log", "-1", "--format=%s", "main").trim()).toBe(
    "Say who deploys",
  );
  expect(git(project, "status", "--porcelain")).toBe("");
  expect(site.received.length).toBeGreaterThan(0);
  const logs = await fetch(`${ready.url}/api/runs/${id}/logs?step=wrangler-deploy`, {
    headers: { authorization: `Bearer ${ready.token}` },
  });
  expect(await logs.text()).toContain("--dry-run: exiting now.");
});

test("the same, rejected: nothing was ever there", async () => {
  appendFileSync(join(project, "README.md"), "\nNot wanted.\n");
  writeFileSync(join(project, "staged.txt"), "staged\n");
  git(project, "add", "staged.txt");
  writeFileSync(join(project, "untracked.txt"), "untracked\n");
  const before = state();
  const id = await deploy("Not wanted");
  const waiting = await settled(id, "waiting");
  expect(waiting.steps.find((step) => step.id === "git-push")?.status).toBe("succeeded");
  expect(remote()).not.toBe(before.remote);
  await decide("reject");
  const run = await settled(id, "rejected");
  expect(run.rollback).toMatchObject({
    status: "succeeded",
    undone: ["git-push", "git-commit", "git-add"],
    left: [],
  });
  expect(state()).toEqual(before);
  git(project, "reset", "--quiet", "--hard");
  rmSync(join(project, "untracked.txt"));
});
