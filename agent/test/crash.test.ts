import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

const sh = (id: string, script: string, more = {}) => step(id, "sh", ["-c", script], more);

describe.each(["forker", "shell"])("after kill -9 of the agent (%s)", (launcher) => {
  let hub: TestHub;
  let agent: AgentProcess;
  const file = (name: string) => join(agent.root, name);
  const text = (name: string) => (existsSync(file(name)) ? readFileSync(file(name), "utf8") : "");
  beforeEach(async () => {
    hub = await TestHub.start();
    agent = new AgentProcess(hub, { env: { TW_LAUNCH: launcher, TW_KILL_GRACE_MS: "300" } });
    await agent.start();
  });
  afterEach(async () => {
    await agent.remove();
    await hub.stop();
  });

  it.each([0, 3])("a program that ended meanwhile with %i is reported as it was", async (code) => {
    const script = `echo file=backup.sql >> $TW_OUTPUT; echo up > up; while ! [ -e go ]; do sleep 0.02; done; exit ${code}`;
    const one = job([sh("a", script), sh("b", "echo up > never")], { fence: 7 });
    hub.give(one);
    await until(() => text("up"), "the program");
    await agent.crash();
    writeFileSync(file("go"), "");
    const mark = join(agent.state, "steps", "1-1.mark");
    await until(() => readFileSync(mark, "utf8").split("\n")[1], "the exit code on disk");

    await agent.start();
    const { a, b } = await hub.result(one.job);
    expect(hub.reports(one.job).at(-1)!.fence).toBe(7);
    expect(a).toMatchObject({
      state: code === 0 ? "succeeded" : "failed",
      exit_code: code,
      outputs: { file: "backup.sql" },
    });
    expect(b!.state).toBe("not_started");
    expect(text("never")).toBe("");
    // Held jobs are named when it says hello again, and it asks for new work only then.
    expect(hub.of("hello").at(-1)!.holding).toEqual([{ job: one.job, fence: 7 }]);
  });

  it("a program that still runs is ended with its group and reported interrupted", async () => {
    const one = job([
      sh("a", "trap '' TERM; (trap '' TERM; sleep 300) & echo $! > child; echo $$ > self; sleep 300"),
    ]);
    hub.give(one);
    const self = Number(await until(() => text("self").trim(), "the program"));
    const child = Number(text("child"));
    await agent.crash();
    expect([lives(self), lives(child)]).toEqual([true, true]);
    await agent.start();
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "failed", error: { code: "interrupted" } });
    expect([lives(self), lives(child)]).toEqual([false, false]);
  });

  it("a step that never started is reported not started, and a starter on its way comes too late", async () => {
    const one = job([sh("a", "echo up >> up")]);
    // What a crash between the journal and the start leaves behind.
    await agent.crash();
    const mark = join(agent.state, "steps", "1-9.mark");
    const out = join(agent.state, "steps", "1-9.out");
    const lines = [
      { t: "leased", job: one },
      { t: "spawning", job: one.job, step: "a", key: `${one.run} forward a 1`, mark, out, outputs: {} },
    ];
    writeFileSync(
      join(agent.state, "journal.ndjson"),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
      { flag: "a" },
    );
    await agent.start();
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "not_started", error: { code: "interrupted" } });
    expect(text("up")).toBe("");
  });

  it("a result that was written but perhaps not delivered is delivered, and newer than before", async () => {
    hub.unanswered.add("report");
    const one = job([sh("a", "echo up >> up")]);
    hub.give(one);
    const first = await until(() => hub.reports(one.job)[0], "the first report");
    await agent.crash();
    hub.unanswered.clear();
    await agent.start();
    const again = await until(
      () => hub.reports(one.job).find((report) => report.seq > first.seq),
      "a newer report",
    );
    expect(again).toMatchObject({ done: true, fence: one.fence, steps: [{ state: "succeeded" }] });
    expect(text("up")).toBe("up\n");
  });

  it("an attempt is never started twice, whatever the hub gives out", async () => {
    const one = job([sh("a", "echo up >> up")]);
    hub.give(one);
    await hub.result(one.job);
    await until(() => readdirSync(join(agent.state, "steps")).length === 0, "the job's end");
    const reports = hub.reports(one.job).length;
    hub.give(one);
    await until(() => hub.reports(one.job).length > reports, "a report");
    expect(hub.reports(one.job).at(-1)!.steps[0]).toMatchObject({
      state: "failed",
      error: { code: "interrupted" },
    });
    await agent.crash();
    await agent.start();
    const again = hub.reports(one.job).length;
    hub.give({ ...one, fence: 2 });
    await until(() => hub.reports(one.job).length > again, "a report");
    expect(text("up")).toBe("up\n");
  });

  it("a second agent on the same state directory is refused", async () => {
    const first = agent.child;
    await agent.start({ wait: false });
    expect(await agent.closed).toBe(2);
    expect(agent.stderr).toContain("Another agent already works with the state directory");
    agent.child = first;
  });

  it("a killed starter process costs its programs, not the agent", async () => {
    if (launcher !== "forker") return;
    const one = job([sh("a", "echo $PPID > parent; echo $$ > self; sleep 300")]);
    hub.give(one);
    const self = Number(await until(() => text("self").trim(), "the program"));
    process.kill(Number(text("parent")), "SIGKILL");
    const { a } = await hub.result(one.job);
    expect(a).toMatchObject({ state: "failed", error: { code: "interrupted" } });
    expect(lives(self)).toBe(false);
    const next = job([step("a", "true")]);
    hub.give(next);
    expect((await hub.result(next.job)).a!.state).toBe("succeeded");
  });
});
