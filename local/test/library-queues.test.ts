/** Queues paused and resumed by the pinned wrangler against a stand-in of Cloudflare's API; undone only what was changed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cloudflare, startCloudflare } from "./cloudflare.ts";
import { runCommand } from "./run-library.ts";

let home: string;
let api: Cloudflare;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "tw-queues-"));
  api = await startCloudflare();
});
afterAll(async () => {
  await api?.stop();
  rmSync(home, { recursive: true, force: true });
});

it.each([
  ["wrangler-queues-pause", false, { was_paused: false }, { "wrangler-queues-pause": 0 }],
  ["wrangler-queues-pause", true, { was_paused: true }, {}],
  ["wrangler-queues-resume", true, { was_paused: true }, { "wrangler-queues-resume": 0 }],
  ["wrangler-queues-resume", false, { was_paused: false }, {}],
])(
  "%s of a queue with paused: %s",
  async (slug, delivery_paused, captured, undone) => {
    await api.set({ queues: { jobs: { delivery_paused }, "jobs-2": { delivery_paused: !delivery_paused } } });
    const done = await runCommand(slug, { name: "jobs" }, home, home, undefined, api.env);
    expect([done.code, done.outputs], done.said).toEqual([0, captured]);
    const paused = slug === "wrangler-queues-pause";
    expect((await api.state()).queues.jobs).toEqual({ delivery_paused: paused });
    expect(await done.undo()).toEqual(undone);
    expect((await api.state()).queues.jobs).toEqual({ delivery_paused });
  },
  300_000,
);

it("what is not told is not guessed: a queue of unknown state stays paused", async () => {
  await api.set({ queues: { jobs: {} } });
  const done = await runCommand("wrangler-queues-pause", { name: "jobs" }, home, home, undefined, api.env);
  expect([done.code, done.outputs], done.said).toEqual([0, {}]);
  expect(await done.undo()).toEqual({});
  expect((await api.state()).queues.jobs).toEqual({ delivery_paused: true });
}, 300_000);
