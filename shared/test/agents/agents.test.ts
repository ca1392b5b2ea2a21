import { expect, test } from "vitest";
import { fairShare, type Seated } from "../../src/agents/fair-share.ts";
import { waitingFor } from "../../src/agents/waiting-for.ts";

const seat = (agentId: string, free: number, labels: string[] = []): Seated => ({ agentId, free, labels });
const any = (count: number, labels: string[] = []) => [{ labels, wanted: null, count }];

test("a share is in proportion to the free places, at least one, never more than fits", () => {
  const [a, b] = [seat("a", 2), seat("b", 6)];
  expect(fairShare(a, [b], any(4))).toBe(1);
  expect(fairShare(b, [a], any(4))).toBe(3);
  expect(fairShare(b, [a], any(400))).toBe(6);
  expect(fairShare(a, [b], any(0))).toBe(1);
  expect(fairShare(seat("a", 0), [b], any(4))).toBe(0);
  // A full rival leaves all of it to the others.
  expect(fairShare(a, [seat("b", 0)], any(2))).toBe(2);
  // One that holds more than it should counts as full, not as a debt.
  expect(fairShare(a, [seat("b", -3)], any(2))).toBe(2);
});

test("what only one can take is its own; what it cannot take does not count", () => {
  const gpu = seat("gpu", 4, ["gpu", "linux"]);
  const others = [seat("b", 4, ["linux"]), seat("c", 4)];
  expect(fairShare(gpu, others, any(4, ["gpu"]))).toBe(4);
  expect(fairShare(gpu, others, any(4, ["linux"]))).toBe(2);
  expect(fairShare(gpu, others, [{ labels: [], wanted: "gpu", count: 3 }])).toBe(3);
  expect(fairShare(gpu, others, [{ labels: [], wanted: "b", count: 3 }])).toBe(1);
  expect(fairShare(others[1] as Seated, [gpu], any(9, ["gpu"]))).toBe(1);
});

test("asked one after the other until nothing is left, all jobs go out and nobody is more than one off its share", () => {
  for (const jobs of [1, 7, 50, 99, 350]) {
    const seats = Array.from({ length: 50 }, (_, i) => seat(`a${i}`, 1 + (i % 8)));
    const capacity = seats.reduce((sum, one) => sum + one.free, 0);
    const got = new Map<string, number>();
    let left = Math.min(jobs, capacity);
    while (left > 0) {
      // Whoever is emptiest asks first, as agents do.
      const next = seats
        .filter((one) => one.free > 0)
        .sort((x, y) => load(got, x) - load(got, y))[0] as Seated;
      const share = Math.min(
        left,
        fairShare(
          next,
          seats.filter((one) => one !== next),
          any(left),
        ),
      );
      next.free -= share;
      left -= share;
      got.set(next.agentId, (got.get(next.agentId) ?? 0) + share);
    }
    for (const [i, one] of seats.entries()) {
      const fair = (Math.min(jobs, capacity) * (1 + (i % 8))) / capacity;
      expect(Math.abs((got.get(one.agentId) ?? 0) - fair), `${jobs} jobs`).toBeLessThanOrEqual(1.01);
    }
  }
});
function load(got: Map<string, number>, one: Seated): number {
  const held = got.get(one.agentId) ?? 0;
  return held / (held + one.free);
}

test("why a job waits: no such label, nobody connected, one that stops, a wanted agent that is unknown; not when it only waits its turn", () => {
  const now = 1_000_000;
  const job = (labels: string[], wantedAgentId: string | null = null) =>
    [
      { status: "queued", kind: "agent", steps: [{ step: "build" }], labels, wantedAgentId, createdAt: 1 },
    ] as never;
  const agent = (more: object) =>
    ({
      id: "agt_1",
      name: "laptop",
      labels: ["mac"],
      hello: null,
      status: "online",
      lastSeenAt: now,
      ...more,
    }) as never;
  const say = (jobs: never, ...agents: never[]) => waitingFor(jobs, agents, now)[0]?.message;
  expect(say(job([]), agent({}))).toBeUndefined();
  expect(say(job(["mac"]), agent({}))).toBeUndefined();
  expect(say(job([]))).toContain("No agent is registered");
  expect(say(job(["gpu"]), agent({}))).toContain('No agent has the label "gpu"');
  expect(say(job(["gpu", "mac"]), agent({}))).toContain("the labels gpu, mac");
  expect(say(job(["mac"]), agent({ status: "offline" }))).toContain("Not connected: laptop");
  expect(say(job([]), agent({ lastSeenAt: now - 600_000 }))).toContain("Not connected: laptop");
  expect(say(job([]), agent({ status: "draining" }))).toContain("Stopping: laptop");
  expect(say(job([], "agt_2"), agent({}))).toContain("There is no agent agt_2");
  expect(say(job(["gpu"], "agt_1"), agent({}))).toContain("does not have");
});
