/** A disk that takes no more: nothing is started that could not be told of after a crash, and what ran is told all the same. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

const sh = (id: string, script: string) => step(id, "sh", ["-c", script]);
let hub: TestHub;
let agent: AgentProcess;
beforeEach(async () => {
  hub = await TestHub.start();
  agent = new AgentProcess(hub, { env: { TW_KILL_GRACE_MS: "300" } });
});
afterEach(async () => {
  await agent.remove();
  await hub.stop();
});
const journal = () => join(agent.state, "journal.ndjson");

it.runIf(process.platform === "linux")(
  "a journal on a full disk stops the start with a sentence",
  async () => {
    // Not one byte fits into a file of its own.
    await agent.start({ wait: false, under: ["prlimit", "--fsize=0:"] });
    expect(await agent.closed).toBe(2);
    expect(agent.stderr).toMatch(/cannot be (used|written) .*free some space/i);
    expect(agent.stderr).not.toContain("    at ");
  },
);

it.runIf(process.platform === "linux")("a read-only journal stops the start with a sentence", async () => {
  // Not even root may write it.
  symlinkSync("/proc/sys/kernel/ostype", journal());
  await agent.start({ wait: false });
  expect(await agent.closed).toBe(2);
  expect(agent.stderr).toMatch(/journal.ndjson cannot be written \(E(ACCES|ROFS|PERM)/);
  expect(agent.stderr).not.toContain("    at ");
});

it.runIf(process.platform === "linux")(
  "a state directory that cannot be written stops the start with a sentence",
  async () => {
    agent.env.TW_STATE = "/proc/sys/kernel";
    await agent.start({ wait: false });
    expect(await agent.closed).toBe(2);
    expect(agent.stderr).toContain("The state directory /proc/sys/kernel cannot be used");
  },
);

it.runIf(process.platform === "linux")(
  "a disk that fills up while it runs: what ran is reported, nothing new is started until there is room",
  async () => {
    await agent.start();
    /** The agent's own files may not grow beyond this; the programs' may. */
    const limit = (bytes: number | "unlimited") =>
      execFileSync("prlimit", ["--pid", String(agent.child.pid), `--fsize=${bytes}:`]);
    const running = job([
      sh("a", "echo up > up; until [ -e go ]; do sleep 0.02; done; echo n=1 >> $TW_OUTPUT"),
    ]);
    hub.give(running);
    await until(() => existsSync(join(agent.root, "up")), "the program");
    await until(() => readFileSync(journal(), "utf8").includes('"spawned"'), "its line in the journal");
    // As much as it has now and a bit: the next line is torn in its middle.
    limit(readFileSync(journal()).length + 10);
    writeFileSync(join(agent.root, "go"), "");
    expect(await hub.result(running.job)).toMatchObject({ a: { state: "succeeded", outputs: { n: "1" } } });
    await until(() => agent.stderr.includes("no work is taken until it can"), "the word that it is full");

    const waiting = job([sh("a", "echo up > later")]);
    const asks = hub.of("ask").length;
    hub.give(waiting);
    // It hears the nudge before the question that follows it, and answers that.
    hub.push({ type: "probe", probe: "after", wants: [] });
    await until(() => hub.of("probed").some((message) => message.probe === "after"), "an answer");
    expect(hub.of("ask").length).toBe(asks);
    expect(existsSync(join(agent.root, "later"))).toBe(false);

    limit("unlimited");
    expect(await hub.result(waiting.job)).toMatchObject({ a: { state: "succeeded" } });
    await until(() => agent.stderr.includes("the journal can be written again"), "the word that it can");
    const kinds = () => {
      const lines = readFileSync(journal(), "utf8").split("\n").filter(Boolean);
      return lines.map((line) => (JSON.parse(line) as { t: string }).t).join(" ");
    };
    // Every line of both jobs, whole and once, though one was torn.
    await until(() => kinds().endsWith("closed"), "the end of the job in the journal");
    expect(kinds()).toMatch(
      /^start leased spawning spawned settled closed leased spawning( spawned)? settled closed$/,
    );
  },
);

it.runIf(process.platform === "linux")(
  "a job that arrives on a full disk is refused, its program not started",
  async () => {
    await agent.start();
    execFileSync("prlimit", ["--pid", String(agent.child.pid), "--fsize=1:"]);
    const one = job([sh("a", "echo up > up"), sh("b", "echo up > up")]);
    hub.give(one);
    const { a, b } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "not_started", error: { code: "journal_unwritable" } });
    expect(a!.error!.message).toContain("Nothing was started");
    expect(b).toMatchObject({ state: "not_started", error: null });
    expect(existsSync(join(agent.root, "up"))).toBe(false);
  },
);
