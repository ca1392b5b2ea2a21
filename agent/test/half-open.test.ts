/** A line that is dead without a sign: bytes go in and none come out, and nobody closes it. */

import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, connect as open, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { pidIn } from "./observe.ts";
import { until } from "./until.ts";

/** Passes bytes on until `drop`: from then on those of the connections there are vanish, as behind a router that forgot them. */
async function proxyTo(hub: TestHub): Promise<{ url: string; drop(): number; close(): Promise<void> }> {
  const target = Number(new URL(hub.url).port);
  const pairs: { ends: Socket[]; dropped: boolean }[] = [];
  const server: Server = createServer((near) => {
    const far = open(target, "127.0.0.1");
    const pair = { ends: [near, far], dropped: false };
    pairs.push(pair);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("error", () => {});
      from.on("data", (bytes) => {
        if (!pair.dropped) to.write(bytes);
      });
      from.on("close", () => {
        if (!pair.dropped) to.destroy();
      });
    }
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    drop() {
      for (const pair of pairs) pair.dropped = true;
      return pairs.length;
    },
    async close() {
      for (const { ends } of pairs) for (const end of ends) end.destroy();
      await new Promise((go) => server.close(go));
    },
  };
}

it("a half-open socket is noticed and replaced, and costs neither lease nor result", async () => {
  const hub = await TestHub.start();
  hub.leaseMs = 8_000;
  const proxy = await proxyTo(hub);
  const agent = new AgentProcess(hub, {
    env: { TW_URL: proxy.url, TW_PING_MS: "1000", TW_KILL_GRACE_MS: "300" },
  });
  try {
    await agent.start();
    const script = "echo $$ > self; echo before; until [ -e go ]; do sleep 0.02; done; echo after";
    const one = job([step("a", "sh", ["-c", script])], { lease_ms: 8_000 });
    hub.give(one);
    const pid = await until(() => pidIn(agent, "self"), "the program");
    await until(() => hub.log(one.job, "a") === "before\n", "its first line");
    const hellos = hub.of("hello").length;
    proxy.drop();
    await until(() => hub.of("hello").length > hellos, "another connection");
    expect(hub.of("hello").at(-1)!.holding).toEqual([{ job: one.job, fence: 1 }]);
    expect(lives(pid)).toBe(true);
    writeFileSync(join(agent.root, "go"), "");
    expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded" } });
    await until(() => hub.log(one.job, "a") === "before\nafter\n", "the whole log");
    await until(() => agent.stderr.includes("two pings without an answer"), "the reason");
  } finally {
    await agent.remove();
    await proxy.close();
    await hub.stop();
  }
});

it("sent away by a busy hub, comes back after random waits that grow", async () => {
  const hub = await TestHub.start();
  const agent = new AgentProcess(hub);
  try {
    await agent.start();
    hub.refuseUpgrade = 503;
    hub.disconnect();
    const waits = () => [...agent.stderr.matchAll(/next try in (\d+) ms/g)].map(([, ms]) => Number(ms));
    await until(() => waits().length >= 5, "five tries");
    const tries = waits().slice(0, 5);
    for (const [n, ms] of tries.entries()) expect(ms).toBeLessThanOrEqual(200 * 2 ** n);
    expect(new Set(tries).size).toBeGreaterThan(2);
    hub.refuseUpgrade = 0;
    const hellos = hub.of("hello").length;
    await until(() => hub.of("hello").length > hellos, "a connection");
    await until(() => agent.stderr.endsWith("connected again\n"), "the word that it is back");
  } finally {
    await agent.remove();
    await hub.stop();
  }
});
