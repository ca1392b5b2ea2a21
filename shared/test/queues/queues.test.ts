import { afterEach, describe, expect, test, vi } from "vitest";
import { TryAgain } from "../../src/errors.ts";
import { LIMITS } from "../../src/limits.ts";
import { consume } from "../../src/queues/consume.ts";
import { sendHint } from "../../src/queues/send.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function queue(answer: () => Promise<unknown> = async () => {}) {
  const sent: { runs: string[]; options: unknown }[] = [];
  return {
    sent,
    send: (body: { runs: string[] }, options?: unknown) => {
      sent.push({ runs: body.runs, options });
      return answer();
    },
    sendBatch: (messages: { body: { runs: string[] } }[], options?: unknown) => {
      for (const { body } of messages) sent.push({ runs: body.runs, options });
      return answer();
    },
  };
}

describe("sending a hint", () => {
  test("each run once, a hundred to a message", async () => {
    const q = queue();
    const ids = Array.from({ length: 250 }, (_, i) => `run_${i}`);
    expect(await sendHint(q, [...ids, ...ids])).toBe(true);
    expect(q.sent.map((m) => m.runs.length)).toEqual([100, 100, 50]);
    expect(q.sent.flatMap((m) => m.runs)).toEqual(ids);
    expect(await sendHint(q, [])).toBe(true);
    expect(q.sent).toHaveLength(3);
  });

  test("later, when a delay is given", async () => {
    const q = queue();
    await sendHint(q, ["run_1"], 7);
    await sendHint(q, ["run_1"]);
    expect(q.sent.map((m) => m.options)).toEqual([{ delaySeconds: 7 }, undefined]);
  });

  test("a queue that hangs or fails only costs its time-out", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    vi.useFakeTimers();
    const hanging = sendHint(
      queue(() => new Promise(() => {})),
      ["run_1"],
    );
    await vi.advanceTimersByTimeAsync(LIMITS.sendTimeoutMs);
    expect(await hanging).toBe(false);
    expect(
      await sendHint(
        queue(() => Promise.reject(new Error("overloaded"))),
        ["run_1"],
      ),
    ).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("consuming hints", () => {
  function message(id: string, body: unknown) {
    const outcome: unknown[] = [];
    return {
      id,
      body,
      attempts: 1,
      outcome,
      ack: () => void outcome.push("ack"),
      retry: (options?: { delaySeconds?: number }) => void outcome.push(options),
    };
  }
  const hint = (...runs: string[]) => ({ v: 1, runs });

  test("all runs of a batch are handled in one call, each once", async () => {
    const calls: string[][] = [];
    const messages = [message("1", hint("a", "b")), message("2", hint("b", "c")), message("1", hint("a"))];
    await consume(
      { queue: "q", messages },
      async (runs) => void calls.push(runs),
      async () => {},
    );
    expect(calls).toEqual([["a", "b", "c"]]);
    expect(messages.map((m) => m.outcome)).toEqual([["ack"], ["ack"], ["ack"]]);
  });

  test("a failure retries the hints, after the time it names, and never the poison", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    for (const [error, delaySeconds] of [
      [new TryAgain("busy", 9), 9],
      [new Error("bug"), LIMITS.hintRetryS],
    ] as const) {
      const messages = [message("1", hint("a")), message("2", "poison")];
      await consume(
        { queue: "q", messages },
        async () => {
          throw error;
        },
        async () => {},
      );
      expect(messages.map((m) => m.outcome)).toEqual([[{ delaySeconds }], ["ack"]]);
    }
  });

  test("poison that cannot be recorded now comes back, its neighbours do not", async () => {
    const messages = [message("1", null), message("2", hint("a"))];
    await consume(
      { queue: "q", messages },
      async () => {},
      async () => {
        throw new Error("D1 is away");
      },
    );
    expect(messages.map((m) => m.outcome)).toEqual([[{ delaySeconds: LIMITS.hintRetryS }], ["ack"]]);
  });
});
