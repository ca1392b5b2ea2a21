/** Work that requests share: grouped, in order, each with its own result, and never stuck behind a request that was given up. */
import { expect, test, vi } from "vitest";
import { Rounds } from "../src/rounds.ts";
import { sharedRead } from "../src/shared-read.ts";

type Result = { of: number };

test("whoever is alone waits for nobody; what comes meanwhile is done together, each with its own result", async () => {
  const rounds: number[][] = [];
  const gates: (() => void)[] = [];
  const group = new Rounds<number, Result>(async (asks) => {
    rounds.push(asks);
    await new Promise<void>((open) => gates.push(open));
    return asks.map((of) => ({ of }));
  });
  const first = group.join(1);
  const others = [2, 3, 4].map((ask) => group.join(ask));
  expect(rounds).toEqual([[1]]);
  gates.shift()?.();
  expect(await first).toEqual({ of: 1 });
  await vi.waitFor(() => expect(rounds).toEqual([[1], [2, 3, 4]]));
  // One that comes while the second round is under way is in the third.
  const late = group.join(5);
  gates.shift()?.();
  expect(await Promise.all(others)).toEqual([{ of: 2 }, { of: 3 }, { of: 4 }]);
  await vi.waitFor(() => expect(rounds.at(-1)).toEqual([5]));
  gates.shift()?.();
  expect(await late).toEqual({ of: 5 });
});

test("what fails for one fails for that one; what fails for all is told to all, and the next round begins", async () => {
  let broken = false;
  const group = new Rounds<number, Result>(async (asks) => {
    await Promise.resolve();
    if (broken) throw new Error("the database is away");
    return asks.map((of) => (of === 13 ? { error: new Error("thirteen") } : { of }));
  });
  const [a, b, c] = await Promise.allSettled([group.join(1), group.join(13), group.join(2)]);
  expect([a, b, c].map((one) => one?.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  broken = true;
  const failed = await Promise.allSettled([group.join(1), group.join(2), group.join(3)]);
  expect(failed.every((one) => one.status === "rejected")).toBe(true);
  broken = false;
  expect(await group.join(4)).toEqual({ of: 4 });
});

test("a round whose request was given up holds nobody for ever", async () => {
  vi.useFakeTimers();
  try {
    let calls = 0;
    const group = new Rounds<number, Result>(async (asks) => {
      if (calls++ === 0) await new Promise(() => {});
      return asks.map((of) => ({ of }));
    });
    void group.join(1);
    const waiting = [group.join(2), group.join(3)];
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await Promise.all(waiting)).toEqual([{ of: 2 }, { of: 3 }]);
    expect(await group.join(4)).toEqual({ of: 4 });
  } finally {
    vi.useRealTimers();
  }
});

test("a shared read began after every request that takes it", async () => {
  let version = 0;
  const reads: number[] = [];
  const gates: (() => void)[] = [];
  const read = async () => {
    const seen = version;
    reads.push(seen);
    await new Promise<void>((open) => gates.push(open));
    return [{ results: [{ seen }] }] as unknown as D1Result<{ seen: unknown }>[];
  };
  const before = sharedRead("token x", read);
  version = 1;
  const after = [sharedRead("token x", read), sharedRead("token x", read)];
  gates.shift()?.();
  expect((await before)[0]?.results).toEqual([{ seen: 0 }]);
  await vi.waitFor(() => expect(reads).toEqual([0, 1]));
  gates.shift()?.();
  for (const one of await Promise.all(after)) expect(one[0]?.results).toEqual([{ seen: 1 }]);
});
