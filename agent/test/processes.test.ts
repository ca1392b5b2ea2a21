import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

/** A number that a test's program wrote to a file under the root. */
function pidIn(agent: AgentProcess, file: string): number {
  try {
    return Number(readFileSync(join(agent.root, file), "utf8")) || 0;
  } catch {
    return 0;
  }
}
function stateAndParent(pid: string): [number, { state: string; parent: number }][] {
  try {
    const stat = readFileSync(`/proc/${Number(pid)}/stat`, "latin1");
    const [state = "", parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [[Number(pid), { state, parent: Number(parent) }]];
  } catch {
    return [];
  }
}
const sh = (id: string, script: string, more = {}) => step(id, "sh", ["-c", script], more);

describe.each(["forker", "shell"])("programs started by the %s", (launcher) => {
  let hub: TestHub;
  let agent: AgentProcess;
  beforeAll(async () => {
    hub = await TestHub.start();
    agent = await new AgentProcess(hub, {
      env: { TW_LAUNCH: launcher, TW_KILL_GRACE_MS: "300", TW_SECRET_WORD: "a secret with \n lines" },
    }).start();
  });
  afterAll(async () => {
    await agent.remove();
    await hub.stop();
  });

  it("get their arguments as they are, and nothing of them is text to a shell", async () => {
    const nasty = ["", " ", "a b", "$(touch pwned)", "`id`", "'", '"', "*", "\n", "--x=1", "é 漢", ";", "\\"];
    const one = job([step("a", "printf", ["<%s>", ...nasty])]);
    hub.give(one);
    expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded" } });
    await until(() => hub.log(one.job, "a") === nasty.map((arg) => `<${arg}>`).join(""), "the log");
    expect(readdirSync(agent.root)).not.toContain("pwned");
  });

  it("find a short list of names in their environment, and the definition's", async () => {
    const one = job([
      step("a", "sh", ["-c", "env"], { env: { APP_COLOR: "green", GREETING: { secret: "WORD" } } }),
    ]);
    hub.give(one);
    await hub.result(one.job);
    const log = await until(() => hub.log(one.job, "a"), "the log");
    expect(log).toContain("APP_COLOR=green");
    expect(log).toContain("GREETING=***");
    expect(log).toMatch(/TW_RUN_ID=run_\w+\nTW_|TW_RUN_ID=/);
    expect(log).toContain("GIT_TERMINAL_PROMPT=0");
    expect(log).not.toMatch(/TW_TOKEN|TW_SECRET|TW_URL|NODE_/);
  });

  it("read their input, also when it is large or never read", async () => {
    const text = "x".repeat(300_000);
    const one = job([step("a", "wc", ["-c"], { stdin: text }), step("b", "true", [], { stdin: text })]);
    hub.give(one);
    const { a, b } = await hub.result(one.job);
    expect([a!.state, b!.state]).toEqual(["succeeded", "succeeded"]);
    await until(() => hub.log(one.job, "a").trim() === "300000", "the count");
  });

  it("tell a signal from an exit code", async () => {
    const one = job([sh("a", "kill -SEGV $$")]);
    hub.give(one);
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "failed" });
    if (launcher === "forker")
      expect(a).toMatchObject({ signal: "SIGSEGV", exit_code: null, error: { code: "signal" } });
    else expect(a!.exit_code).toBe(139);
  });

  it("cancelled, die with their whole group, also what ignores SIGTERM", async () => {
    const one = job([
      sh("a", "trap '' TERM; echo $$ > self; (trap '' TERM; sleep 300) & echo $! > child; wait; sleep 300"),
    ]);
    hub.give(one);
    const self = await until(() => pidIn(agent, "self"), "the program's pid");
    const child = await until(() => pidIn(agent, "child"), "the child's pid");
    hub.cancel(one.job);
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "cancelled", signal: "SIGKILL" });
    // Not "soon": when it is reported, nobody lives.
    expect([lives(self), lives(child)]).toEqual([false, false]);
  });

  it("cancelled politely, may clean up", async () => {
    const one = job([
      sh("a", "trap 'echo cleaned; exit 0' TERM; echo up > ready; while :; do sleep 0.02; done"),
    ]);
    hub.give(one);
    await until(() => readdirSync(agent.root).includes("ready"), "the program");
    hub.cancel(one.job);
    const { a } = await hub.result(one.job);
    expect(a!.state).toBe("cancelled");
    await until(() => hub.log(one.job, "a").includes("cleaned"), "its last words");
  });

  it("past their time are ended and say so", async () => {
    const one = job([sh("a", "echo $$ > slow; sleep 300", { timeout_s: 0.3 }), step("b", "true")]);
    hub.give(one);
    const { a, b } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "failed", error: { code: "timeout" } });
    expect(b!.state).toBe("not_started");
    expect(lives(pidIn(agent, "slow"))).toBe(false);
  });

  it("ended, are reported though a grandchild holds their output; it is ended too", async () => {
    const one = job([sh("a", "sleep 300 & echo $! > holder; echo done")]);
    hub.give(one);
    // The grandchild would hold it for five minutes.
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "succeeded", exit_code: 0 });
    await until(() => !lives(pidIn(agent, "holder")), "the end of the grandchild");
    expect(hub.log(one.job, "a")).toBe("done\n");
  });

  it.runIf(process.platform === "linux")(
    "that left their group are found, ended on a cancel, and named",
    async () => {
      const one = job([sh("a", "setsid sh -c 'echo $$ > runaway; exec sleep 300' & wait; sleep 300")]);
      hub.give(one);
      const runaway = await until(() => pidIn(agent, "runaway"), "the runaway");
      hub.cancel(one.job);
      const { a } = await hub.result(one.job);
      expect(a!.escapees.join()).toContain(String(runaway));
      expect(lives(runaway)).toBe(false);
    },
  );

  it.runIf(process.platform === "linux")("that succeed may leave a daemon, which is named", async () => {
    const one = job([
      sh(
        "a",
        "setsid sh -c 'echo $$ > daemon; exec sleep 300 >/dev/null 2>&1' & while ! [ -s daemon ]; do sleep 0.01; done",
      ),
    ]);
    hub.give(one);
    const { a } = await hub.result(one.job);
    const daemon = pidIn(agent, "daemon");
    expect(a).toMatchObject({ state: "succeeded" });
    expect(a!.escapees.join()).toContain(String(daemon));
    expect(lives(daemon)).toBe(true);
    process.kill(daemon, "SIGKILL");
  });

  it("not yet started when the cancel comes never start", async () => {
    const one = job([sh("a", "echo up > first; sleep 300"), sh("b", "echo up > second")]);
    hub.give(one);
    await until(() => readdirSync(agent.root).includes("first"), "the first step");
    hub.cancel(one.job);
    const { a, b } = await hub.result(one.job);
    expect([a!.state, b!.state]).toEqual(["cancelled", "not_started"]);
    expect(readdirSync(agent.root)).not.toContain("second");
  });

  it("leave no zombies behind", async () => {
    const many = Array.from({ length: 50 }, () => job([step("a", "true"), sh("b", "true & true & wait")]));
    hub.give(...many);
    for (const one of many) expect((await hub.result(one.job)).b!.state).toBe("succeeded");
    const zombies = () => {
      const family = new Map(readdirSync("/proc").flatMap(stateAndParent));
      const ours = (pid: number): boolean => {
        const parent = family.get(pid)?.parent;
        return parent === agent.child.pid || (parent !== undefined && ours(parent));
      };
      return [...family].filter(([pid, { state }]) => state === "Z" && ours(pid));
    };
    // One that has just ended may not be reaped yet; one that is left behind stays.
    await until(() => zombies().length === 0, "the last of them to be reaped");
  });
});
