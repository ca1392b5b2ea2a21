/** Programs that fork faster than one can look, pids given out again, cancels in the wrong moment, a hub that takes no logs. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "@tw/shared/limits";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { memoryMiB, pidIn } from "./observe.ts";
import { until } from "./until.ts";

const sh = (id: string, script: string, more = {}) => step(id, "sh", ["-c", script], more);
let hub: TestHub;
let agent: AgentProcess;
beforeAll(async () => {
  hub = await TestHub.start();
  agent = await new AgentProcess(hub, { env: { TW_KILL_GRACE_MS: "300" } }).start();
});
afterAll(async () => {
  await agent.remove();
  await hub.stop();
});

/** Living processes whose working directory is the agent's root: what its programs left. */
function left(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && lives(pid) && cwdOf(pid) === agent.root);
}
function cwdOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "latin1").match(/(?:^|\0)PWD=([^\0]*)/)?.[1] ?? "";
  } catch {
    return "";
  }
}

describe("a cancel", () => {
  it("that comes between lease and start keeps the program from starting", async () => {
    const probe = {
      program: "sh",
      argv: ["-c", "echo up > probing; sleep 300"],
      outputs: { format: "lines" as const },
      required: true,
    };
    const one = job([sh("a", "echo up > started", { before: [probe] })]);
    hub.give(one);
    await until(() => existsSync(join(agent.root, "probing")), "the look before the start");
    hub.cancel(one.job);
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "not_started", error: { code: "cancelled" } });
    expect(existsSync(join(agent.root, "started"))).toBe(false);
  });

  it("in the moment of the end makes one result, whichever was first", async () => {
    const jobs = Array.from({ length: 24 }, () => job([sh("a", "sleep 0.1")]));
    hub.give(...jobs);
    for (const one of jobs)
      void until(() => hub.reports(one.job).length > 0, "a report").then(
        () => hub.cancel(one.job),
        () => {},
      );
    for (const one of jobs) {
      const { a } = await hub.result(one.job);
      expect(["succeeded", "cancelled"]).toContain(a!.state);
      const finals = hub.reports(one.job).filter((report) => report.done);
      expect(new Set(finals.map((report) => report.steps[0]!.state)).size).toBe(1);
    }
  });
});

describe.runIf(process.platform === "linux")("a storm of processes", () => {
  it("many files and hundreds of processes, half of them outside the group, are all ended; the agent works on", async () => {
    const script = `i=0; while [ $i -lt 150 ]; do sleep 300 & setsid sleep 300 & i=$((i+1)); done
      mkdir many; cd many; seq 20000 | xargs touch; cd ..; echo up > storm; wait`;
    const one = job([sh("a", script)]);
    hub.give(one);
    await until(() => existsSync(join(agent.root, "storm")), "the storm");
    expect(left().length).toBeGreaterThan(250);
    hub.cancel(one.job);
    const { a } = await hub.result(one.job, 40_000);
    expect(left()).toEqual([]);
    expect(a!.state).toBe("cancelled");
    // All are found; the report names the first fifty.
    expect(a!.escapees.length).toBe(50);
    expect(a!.escapees.every((line) => / sleep 300 \(ended\)$/.test(line))).toBe(true);
    const next = job([step("a", "true")]);
    hub.give(next);
    expect(await hub.result(next.job)).toMatchObject({ a: { state: "succeeded" } });
  });

  it("one that forks itself away again and again is caught, or named as alive", async () => {
    // Each life is a new process in a session of its own; the last one ends by itself.
    writeFileSync(
      join(agent.root, "hop.sh"),
      `[ -e no-more ] && exit; [ $1 -gt 2000 ] && exit; echo $1 > hops; setsid sh hop.sh $(($1+1)) &\n`,
    );
    const one = job([sh("a", "setsid sh hop.sh 1 & wait; sleep 300")]);
    hub.give(one);
    await until(() => pidIn(agent, "hops") > 5, "some hops");
    hub.cancel(one.job);
    const { a } = await hub.result(one.job, 40_000);
    const alive = a!.escapees.filter((line) => line.endsWith("(still alive)"));
    if (alive.length === 0) expect(left()).toEqual([]);
    writeFileSync(join(agent.root, "no-more"), "");
    await until(() => left().length === 0, "the end of the hops");
    expect(a).toMatchObject({ state: "cancelled" });
    expect(a!.escapees.length).toBeGreaterThan(0);
  });
});

describe.runIf(process.platform === "linux")("after a crash", () => {
  it("a pid that was given out again is left alone, since it started at another time", async () => {
    // A hub of its own, or the other agent's questions would be taken for this one's.
    const hub = await TestHub.start();
    const other = await new AgentProcess(hub, { env: { TW_KILL_GRACE_MS: "300" } }).start();
    let stranger: ChildProcess | undefined;
    try {
      await other.crash();
      // Its own group, as the lost program had.
      stranger = spawn("sleep", ["300"], { detached: true, stdio: "ignore" });
      const pid = stranger.pid as number;
      const one = job([sh("a", "echo never")]);
      const mark = join(other.state, "steps", "1-9.mark");
      const files = { mark, out: join(other.state, "steps", "1-9.out") };
      writeFileSync(mark, `${pid}\n`);
      const lines = [
        { t: "leased", job: one },
        { t: "spawning", job: one.job, step: "a", key: `${one.run} forward a 1`, ...files, outputs: {} },
        { t: "spawned", job: one.job, step: "a", pid, start: "1" },
      ];
      appendFileSync(
        join(other.state, "journal.ndjson"),
        lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      );
      await other.start();
      expect(await hub.result(one.job)).toMatchObject({
        a: { state: "failed", error: { code: "interrupted" } },
      });
      expect(lives(pid)).toBe(true);
    } finally {
      stranger?.kill("SIGKILL");
      await other.remove();
      await hub.stop();
    }
  });
});

describe("while the hub takes no logs", () => {
  it("a flood neither blocks its program nor fills the memory; the log comes later, whole but for a marked middle", async () => {
    const before = memoryMiB(agent.child.pid as number);
    hub.logsDown = true;
    let peak = before;
    const watch = setInterval(() => {
      peak = Math.max(peak, memoryMiB(agent.child.pid as number));
    }, 20);
    const one = job([sh("a", "echo first; yes 0123456789abcde | head -c 31457280; echo last")]);
    hub.give(one);
    // The job is over and told of although not one piece of its log was taken.
    expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded", log_truncated: true } });
    hub.messages.splice(0, hub.messages.length, ...hub.messages.filter((message) => message.type !== "log"));
    hub.logsDown = false;
    await until(() => hub.log(one.job, "a").endsWith("last\n"), "the end of the log");
    clearInterval(watch);
    const log = hub.log(one.job, "a");
    expect(log.startsWith("first\n0123456789abcde\n")).toBe(true);
    expect(log).toMatch(/\n\[\.\.\. \d+ bytes of output left out here/);
    expect(log).not.toContain("<gap");
    expect(Buffer.byteLength(log)).toBeLessThanOrEqual(LIMITS.logBytes);
    expect(peak - before).toBeLessThan(64);
  });
});
