/** Somebody agreed to one commit, and HEAD moves before it runs: with the real agent and git, nothing starts and people are asked again. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { marked } from "../src/processes.ts";
import { ask, cleanUp, folder, type Launched, launch, type Ready, until } from "./launcher.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });
interface Checkpoint {
  id: string;
  status: string;
  plan_digest: string;
  created_at: number;
  context: { difference?: object[]; pinned?: { head: string } };
  changed: { what: string; before: string; after: string }[] | null;
}
interface Run {
  id: string;
  status: string;
  steps: { id: string; status: string; attempt: number }[];
  checkpoints: Checkpoint[];
}
const data = folder();
const project = join(data, "workspace", "demo");
let launched: Launched;
let ready: Ready;
const git = (...argv: string[]): string =>
  execFileSync("git", argv, { cwd: project, encoding: "utf8" }).trim();
const commit = (): string => {
  git("-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--allow-empty", "-qm", "moved");
  return git("rev-parse", "HEAD");
};
const read = (id: string) => ask<Run>(ready, `/api/runs/${id}`);
const checkpointOf = (id: string) => ask<Checkpoint>(ready, `/api/checkpoints/${id}`);

beforeAll(async () => {
  launched = launch("--json", "--port", "0", "--data", data);
  ready = await launched.ready();
  const put = await fetch(`${ready.url}/api/commands/tag-it`, {
    method: "PUT",
    headers: { authorization: `Bearer ${ready.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      name: "tag it",
      type: "workflow",
      effect: "write",
      definition: {
        steps: [
          { command: "git-status" },
          { command: "git-commit", args: { message: "Tagged", allow_empty: true }, checkpoint: true },
        ],
      },
    }),
  });
  expect(put.status).toBe(201);
});
afterAll(async () => {
  launched.child.kill("SIGTERM");
  await launched.exit;
  await cleanUp();
});

async function waiting(): Promise<{ run: string; asked: Checkpoint }> {
  const { run } = await ask<{ run: Run }>(ready, "/api/commands/tag-it/execute", { cwd: "demo" });
  let asked: Checkpoint | undefined;
  await until(async () => {
    asked = (await read(run.id)).checkpoints[0];
    return asked !== undefined;
  }, "it asks");
  return { run: run.id, asked: asked as Checkpoint };
}
async function askedAgain(run: string): Promise<Checkpoint> {
  let again: Checkpoint | undefined;
  await until(async () => {
    again = (await read(run)).checkpoints.find((c) => c.id.endsWith(".2"));
    return again !== undefined;
  }, "it asks again");
  return await checkpointOf((again as Checkpoint).id);
}

async function withoutAgent<T>(does: () => Promise<T>): Promise<T> {
  const pids = marked(data, "agent");
  expect(pids).not.toEqual([]);
  for (const pid of pids) process.kill(pid, "SIGSTOP");
  try {
    return await does();
  } finally {
    for (const pid of pids) process.kill(pid, "SIGCONT");
  }
}

test("moved between the vote and the start: the agent starts nothing, and the second question tells both commits", async () => {
  const { run, asked } = await waiting();
  const before = git("rev-parse", "HEAD");
  expect((await checkpointOf(asked.id)).context.pinned?.head).toBe(before);
  // The agent stands still meanwhile: it cannot have told that HEAD moved.
  const after = await withoutAgent(async () => {
    const moved = commit();
    await ask(ready, `/api/checkpoints/${asked.id}/approve`, { approved: true });
    return moved;
  });
  const again = await askedAgain(run);
  expect(again.context.difference).toEqual([{ what: "HEAD", before, after }]);
  const stopped = await read(run);
  expect(stopped.steps.find((s) => s.id === "git-commit")).toMatchObject({ status: "waiting", attempt: 0 });
  expect(git("rev-parse", "HEAD")).toBe(after);
  expect(again.context.pinned?.head).toBe(after);
  await ask(ready, `/api/checkpoints/${again.id}/approve`, { approved: true });
  await until(async () => (await read(run)).status === "succeeded", "it succeeds");
  expect(git("log", "-1", "--format=%s")).toBe("Tagged");
});

test("moved while people look: the vote is refused with the difference, and asked again", async () => {
  const { run, asked } = await waiting();
  const before = git("rev-parse", "HEAD");
  // The agent's word counts once it is surely younger than the question.
  await until(() => Date.now() > asked.created_at + 2_200, "the question is old enough");
  const after = commit();
  await until(async () => {
    const answer = await ask<object>(ready, "/api/resolve", { text: "git status", context: { cwd: "demo" } });
    return JSON.stringify(answer).includes(after);
  }, "the agent tells");
  const vote = ask(ready, `/api/checkpoints/${asked.id}/approve`, {
    approved: true,
    plan_digest: asked.plan_digest,
  });
  await expect(vote).rejects.toThrow(`409`);
  await expect(vote).rejects.toThrow(`{"path":"HEAD","message":"was ${before}, is ${after}"}`);
  const again = await askedAgain(run);
  expect((await checkpointOf(asked.id)).status).toBe("withdrawn");
  expect(again.context.difference).toEqual([{ what: "HEAD", before, after }]);
  await ask(ready, `/api/runs/${run}/cancel`, {});
});
