import { LIMITS } from "@tw/shared/limits";
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import { LogStream } from "../src/log-stream.ts";

/** A log stream whose hub takes a chunk only when the next of `takes` says so. */
function stream(takes: boolean[]) {
  const got: { start: number; text: string }[] = [];
  let asked = 0;
  const log = new LogStream(async (start, text) => {
    const taken = takes.length === 0 || takes[asked++ % takes.length]!;
    // A refusal may be a lost answer: the hub has the chunk all the same.
    got.push({ start, text });
    return taken;
  });
  return { log, got };
}
function stored(got: { start: number; text: string }[]): string {
  const parts: Buffer[] = [];
  let end = 0;
  for (const { start, text } of [...got].sort((a, b) => a.start - b.start)) {
    const bytes = Buffer.from(text);
    expect(start).toBeLessThanOrEqual(end);
    parts.push(bytes.subarray(Math.min(bytes.length, end - start)));
    end = Math.max(end, start + bytes.length);
  }
  return Buffer.concat(parts).toString();
}

it("gives every byte once, in order, whatever is lost and sent again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("漢".repeat(20_000))), {
        maxLength: 20,
      }),
      fc.array(fc.boolean(), { maxLength: 5 }),
      async (texts, refusals) => {
        const { log, got } = stream([...refusals, true]);
        for (const text of texts) log.write(text);
        log.finish();
        const done = log.sent();
        let over = false;
        void done.then(() => {
          over = true;
        });
        while (!over) {
          log.pump();
          await new Promise((go) => setImmediate(go));
        }
        expect(stored(got)).toBe(texts.join(""));
        expect(log.bytes).toBe(Buffer.byteLength(texts.join("")));
        expect(log.truncated).toBe(false);
        for (const { text } of got) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMITS.logChunkBytes);
      },
    ),
    { numRuns: 60 },
  );
});

it("keeps the head and the end of too much output, and says what is missing", async () => {
  const { log, got } = stream([]);
  const line = `${"0123456789".repeat(9)}abcdefghi\n`;
  for (let i = 0; i < 150_000; i++) log.write(line);
  log.write("the end\n");
  log.finish();
  await log.sent();
  const text = stored(got);
  expect(log.truncated).toBe(true);
  expect(Buffer.byteLength(text)).toBe(log.bytes);
  expect(log.bytes).toBeLessThanOrEqual(LIMITS.logBytes);
  expect(text.endsWith("the end\n")).toBe(true);
  const left = Number(/\[\.\.\. (\d+) bytes of output left out here/.exec(text)![1]);
  const mark = /\n\[\.\.\. [^\]]*\]\n/.exec(text)![0];
  expect(Buffer.byteLength(text) - mark.length + left).toBe(15_000_000 + 8);
});

it("holds ten megabytes and no more while nothing is taken for five minutes, then gives them all", async () => {
  vi.useFakeTimers();
  try {
    let down = true;
    let refused = 0;
    const got: { start: number; text: string }[] = [];
    const log = new LogStream(async (start, text) => {
      if (down) refused++;
      else got.push({ start, text });
      return !down;
    });
    const line = `${"x".repeat(99)}\n`;
    for (let second = 0; second < 300; second++) {
      log.write(line.repeat(1_000));
      await vi.advanceTimersByTimeAsync(1_000);
      // And the piece that came last, of which only a part may be the end.
      expect(log.held).toBeLessThanOrEqual(LIMITS.logBytes + 100_000);
    }
    log.write("the end\n");
    log.finish();
    // It kept asking, without a storm of requests: at most the window, twice a second.
    expect(refused).toBeGreaterThan(300);
    expect(refused).toBeLessThanOrEqual(300 * 2 * 8);
    down = false;
    await vi.advanceTimersByTimeAsync(1_000);
    await log.sent();
    const text = stored(got);
    expect(text.endsWith("the end\n")).toBe(true);
    expect(text).toMatch(/\[\.\.\. \d+ bytes of output left out here/);
    expect(Buffer.byteLength(text)).toBe(log.bytes);
    expect(log.held).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
