import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AgentProcess } from "./agent-process.ts";
import { TestHub } from "./hub.ts";
import { job, step } from "./job.ts";

let hub: TestHub;
let agent: AgentProcess;
beforeAll(async () => {
  hub = await TestHub.start();
  agent = await new AgentProcess(hub).start();
});
afterAll(async () => {
  await agent.remove();
  await hub.stop();
});

describe("a job", () => {
  it("of five short steps costs one or two reports", async () => {
    const counts = [];
    for (let time = 0; time < 5; time++) {
      const five = job(["a", "b", "c", "d", "e"].map((id) => step(id, "/bin/true")));
      const given = performance.now();
      hub.give(five);
      const result = await hub.result(five.job);
      expect(Object.values(result).map((one) => one.state)).toEqual(Array(5).fill("succeeded"));
      // A step that lasts 50 ms is no short one and rightly reported by itself: on a busy machine that many are forgiven.
      const lasting = Math.floor((performance.now() - given) / 50);
      counts.push(hub.reports(five.job).length - lasting);
    }
    expect(Math.min(...counts)).toBeLessThanOrEqual(2);
  });

  it("stops at the first failure; later steps are not started", async () => {
    const three = job([
      step("a", "true"),
      step("b", "sh", ["-c", "echo no luck >&2; exit 7"]),
      step("c", "true"),
    ]);
    hub.give(three);
    const { a, b, c } = await hub.result(three.job);
    expect(a).toMatchObject({ state: "succeeded", exit_code: 0 });
    expect(b).toMatchObject({ state: "failed", exit_code: 7, error: { code: "exit_code" } });
    expect(b!.error!.message).toContain("no luck");
    expect(c).toMatchObject({ state: "not_started", error: null });
    expect(hub.log(three.job, "b")).toBe("no luck\n");
  });
});
