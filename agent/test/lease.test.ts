import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AgentProcess, lives } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";
import { until } from "./until.ts";

const sh = (id: string, script: string, more = {}) => step(id, "sh", ["-c", script], more);
const LONG = "trap 'exit 0' TERM; echo $$ > self; while :; do echo tick; sleep 0.05; done";

let hub: TestHub;
let agent: AgentProcess;
beforeEach(async () => {
  hub = await TestHub.start();
  agent = new AgentProcess(hub, { env: { TW_KILL_GRACE_MS: "300" } });
  await agent.start();
});
afterEach(async () => {
  await agent.remove();
  await hub.stop();
});
const text = (name: string) =>
  existsSync(join(agent.root, name)) ? readFileSync(join(agent.root, name), "utf8") : "";
const self = async () => Number(await until(() => text("self").trim(), "the program"));
const passed = (ms: number) => {
  const end = performance.now() + ms;
  return until(() => performance.now() > end, `${ms} ms to pass`);
};

it("shows a step as running only when it lasts", async () => {
  const one = job([step("a", "true"), sh("b", "while ! [ -e go ]; do sleep 0.02; done")]);
  hub.give(one);
  const running = await until(
    () => hub.reports(one.job).find((report) => report.steps.some((each) => each.state === "running")),
    "the running step",
  );
  expect(running.steps.map((each) => [each.step, each.state])).toEqual([
    ["a", "succeeded"],
    ["b", "running"],
  ]);
  hub.cancel(one.job);
  await hub.result(one.job);
});

it("renews, and the answer may carry the cancel that was lost", async () => {
  hub.leaseMs = 4_000;
  const one = job([sh("a", LONG)], { lease_ms: 4_000 });
  hub.give(one);
  const pid = await self();
  await until(() => hub.of("renew").length >= 2, "two renewals");
  expect(hub.of("renew").at(-1)!.jobs).toEqual([{ job: one.job, fence: 1 }]);
  hub.cancelled.add(one.job);
  expect(await hub.result(one.job)).toMatchObject({ a: { state: "cancelled" } });
  expect(lives(pid)).toBe(false);
});

it("kills work whose fence is old, and says no more about it", async () => {
  hub.leaseMs = 6_000;
  const one = job([sh("a", LONG), step("b", "true")], { lease_ms: 6_000 });
  hub.give(one);
  const pid = await self();
  hub.lost.add(one.job);
  await until(() => !lives(pid), "the end of the work");
  const next = job([step("a", "true")]);
  hub.give(next);
  await hub.result(next.job);
  expect(hub.reports(one.job).some((report) => report.done)).toBe(false);
});

it("kills its own work at three quarters of the lease when nobody answers", async () => {
  const one = job([sh("a", LONG)], { lease_ms: 6_000 });
  hub.give(one);
  const pid = await self();
  const began = performance.now();
  hub.mute = true;
  await until(() => !lives(pid), "the end of the work");
  expect(performance.now() - began).toBeLessThan(6_000);
});

it("stopped past its lease (SIGSTOP), kills its work before it says another word", async () => {
  hub.leaseMs = 6_000;
  const one = job([sh("a", LONG)], { lease_ms: 6_000 });
  hub.give(one);
  const pid = await self();
  agent.signal("SIGSTOP");
  await passed(6_000);
  const before = hub.messages.length;
  // Something to read is there the moment it wakes up.
  hub.push({ type: "nudge" });
  agent.signal("SIGCONT");
  await until(() => !lives(pid), "the end of the work");
  await until(() => hub.messages.length > before, "a sign of life");
  const said = hub.messages
    .slice(before)
    .filter((message) => ["report", "log", "renew"].includes(message.type));
  expect(said).toEqual([]);
});

it("takes a lease that is given twice once, and asks again with the same request when the answer was lost", async () => {
  hub.unanswered.add("ask");
  const one = job([sh("a", "echo up >> up")]);
  hub.give(one);
  // Not answered in time, the request is repeated; the same leases come back.
  const asked = hub.of("ask").length;
  await until(() => hub.of("ask").length > asked, "the first ask");
  const request = hub.of("ask").at(-1)!.request;
  hub.unanswered.clear();
  hub.disconnect();
  hub.push({ type: "nudge" });
  await hub.result(one.job).catch(() => {
    throw new Error(`never ran; asks: ${JSON.stringify(hub.of("ask"))} first ${request}`);
  });
  expect(text("up")).toBe("up\n");
});

it("goes on working while the line is down, and delivers log and result when it is back", async () => {
  const script =
    "echo line 1; until [ -e go ]; do sleep 0.02; done; for i in 2 3 4 5 6 7 8 9; do echo line $i; done";
  const one = job([sh("a", `${script}; echo end > end`)]);
  hub.give(one);
  await until(() => hub.log(one.job, "a").includes("line 1"), "the first line");
  hub.refuseUpgrade = 503;
  hub.disconnect();
  writeFileSync(join(agent.root, "go"), "");
  await until(() => text("end"), "the end of the program");
  expect(hub.reports(one.job).some((report) => report.done)).toBe(false);
  hub.refuseUpgrade = 0;
  const { a } = await hub.result(one.job);
  expect(a!.state).toBe("succeeded");
  const all = Array.from({ length: 9 }, (_, i) => `line ${i + 1}\n`).join("");
  await until(() => hub.log(one.job, "a") === all, "the whole log");
  expect(hub.of("hello").length).toBe(2);
});

it("uses long polling where sockets are refused", async () => {
  await agent.crash();
  hub.refuseUpgrade = 400;
  await agent.start();
  const one = job([step("a", "true")]);
  hub.queue.push(one);
  expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded" } });
});

it("drains on SIGTERM: asks no more, renews, finishes, ends with 0", async () => {
  hub.leaseMs = 4_000;
  const one = job(
    [sh("a", "echo up > up; while ! [ -e go ]; do sleep 0.02; done"), sh("b", "echo end > end")],
    {
      lease_ms: 4_000,
    },
  );
  hub.give(one);
  await until(() => text("up"), "the program");
  agent.signal("SIGTERM");
  await until(() => hub.of("draining").length > 0, "the word that it drains");
  const asks = hub.of("ask").length;
  hub.give(job([step("never", "true")]));
  const renewals = hub.of("renew").length;
  await until(() => hub.of("renew").length > renewals + 1, "renewals while draining");
  writeFileSync(join(agent.root, "go"), "");
  expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded" }, b: { state: "succeeded" } });
  expect(await agent.exit).toBe(0);
  expect(hub.of("ask").length).toBe(asks);
  expect(hub.reports(one.job).at(-1)!.ask).toBeUndefined();
});

it("stops its work on the second signal", async () => {
  const one = job([sh("a", LONG)]);
  hub.give(one);
  const pid = await self();
  agent.signal("SIGTERM");
  await until(() => hub.of("draining").length > 0, "the word that it drains");
  agent.signal("SIGTERM");
  expect(await agent.exit).toBe(0);
  expect(lives(pid)).toBe(false);
  expect(await hub.result(one.job)).toMatchObject({ a: { state: "failed", error: { code: "interrupted" } } });
});

it.each([
  [4001, 3],
  [4003, 4],
])("told %i, kills its work and ends with %i", async (close, code) => {
  const one = job([sh("a", LONG)]);
  hub.give(one);
  const pid = await self();
  hub.disconnect(close);
  expect(await agent.exit).toBe(code);
  expect(lives(pid)).toBe(false);
});

it("told by the upgrade that its token is not valid, ends with 4", async () => {
  await agent.crash();
  hub.refuseUpgrade = 401;
  await agent.start({ wait: false });
  expect(await agent.exit).toBe(4);
});

it("whose launcher is gone lets its programs end and then ends", async () => {
  await agent.remove();
  agent = new AgentProcess(hub, { env: { TW_PARENT_WATCH: "1", TW_KILL_GRACE_MS: "300" } });
  await agent.start({ stdin: "pipe" });
  const one = job([sh("a", `echo $$ > self; until [ -e go ]; do sleep 0.05; done`)]);
  hub.give(one);
  const pid = await self();
  agent.child.stdin!.end();
  writeFileSync(join(agent.root, "go"), "");
  expect(await agent.exit).toBe(0);
  expect(lives(pid)).toBe(false);
  expect(await hub.result(one.job)).toMatchObject({ a: { state: "succeeded" } });
});
