/** The heartbeat's thread: leases stay while the main loop is busy, and end when they must although it is. */
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { elapsed, pidIn } from "./observe.ts";
import { until } from "./until.ts";

const LONG = "echo $$ > self; until [ -e go ]; do sleep 0.05; done";
const sh = (id: string, script: string) => step(id, "sh", ["-c", script]);
const open: { remove(): Promise<void> }[] = [];
afterAll(async () => {
  for (const one of open) await one.remove();
});

async function start(leaseMs: number): Promise<{ hub: TestHub; agent: AgentProcess }> {
  const hub = await TestHub.start();
  hub.leaseMs = leaseMs;
  const agent = new AgentProcess(hub, { env: { TW_KILL_GRACE_MS: "300" } });
  agent.env.NODE_OPTIONS = `--import=${blocker(agent)}`;
  open.push({ remove: () => agent.remove().then(() => hub.stop()) });
  await agent.start();
  return { hub, agent };
}

/** A module that holds up the agent's main loop, as a slow disk or a heap of work would, from `block` to `unblock`. */
function blocker(agent: AgentProcess): string {
  const file = join(agent.dir, "block.mjs");
  writeFileSync(
    file,
    `import { isMainThread } from "node:worker_threads";
     import { existsSync, writeFileSync } from "node:fs";
     const sign = ${JSON.stringify(join(agent.dir, "blocked"))};
     if (isMainThread && process.argv.includes("agent"))
       process.on("SIGUSR2", () => {
         writeFileSync(sign, "");
         const wait = new Int32Array(new SharedArrayBuffer(4));
         while (existsSync(sign)) Atomics.wait(wait, 0, 0, 20);
       });`,
  );
  return file;
}

describe.concurrent("with its main loop stuck", () => {
  const LEASE_MS = 8_000;

  it("renews from its thread; the work goes on and is reported", async ({ expect }) => {
    const { hub, agent } = await start(LEASE_MS);
    const one = job([sh("a", LONG)], { lease_ms: LEASE_MS });
    hub.give(one);
    const pid = await until(() => pidIn(agent, "self"), "the program");
    await until(() => hub.of("renew").length > 0, "a renewal by the main loop");
    await agent.block();
    // Longer than the lease: without the thread it would be over, and the work killed on waking up.
    await elapsed(1.2 * LEASE_MS);
    expect(hub.polled.filter((message) => message.type === "renew").length).toBeGreaterThanOrEqual(2);
    expect(lives(pid)).toBe(true);
    agent.unblock();
    writeFileSync(join(agent.root, "go"), "");
    expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded" } });
  });

  it("ends the work from its thread when the lease is over", async ({ expect }) => {
    const { hub, agent } = await start(LEASE_MS);
    const script = `trap '' TERM; setsid sh -c 'echo $$ > away; sleep 300' & ${LONG}`;
    const one = job([sh("a", script)], { lease_ms: LEASE_MS });
    hub.give(one);
    const pid = await until(() => pidIn(agent, "self"), "the program");
    const away = await until(() => pidIn(agent, "away"), "what left the group");
    await until(() => hub.of("renew").length > 0, "a renewal by the main loop");
    await agent.block();
    hub.mute = true;
    const began = performance.now();
    await until(() => !lives(pid) && !lives(away), "the end of the work");
    // Before the hub's own count ends, however late the last renewal was.
    expect(performance.now() - began).toBeLessThan(LEASE_MS);
    agent.unblock();
  });
});

it("keeps its leases beside programs that take all of the CPU", async () => {
  const leaseMs = 8_000;
  const { hub, agent } = await start(leaseMs);
  const busy = Array.from({ length: 3 * availableParallelism() }, () => "(while :; do :; done) &").join(" ");
  const one = job([sh("a", `${busy} ${LONG}`)], { lease_ms: leaseMs });
  hub.give(one);
  const pid = await until(() => pidIn(agent, "self"), "the program");
  await elapsed(1.2 * leaseMs);
  expect(lives(pid)).toBe(true);
  expect(hub.of("renew").length).toBeGreaterThanOrEqual(3);
  hub.cancel(one.job);
  expect(await hub.result(one.job)).toMatchObject({ a: { state: "cancelled" } });
  expect(lives(pid)).toBe(false);
});
