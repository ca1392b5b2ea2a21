import type { WatchPing } from "@tw/shared/hub";
import { LIMITS } from "@tw/shared/limits";

/** Bytes of pings that wait for a slow reader. More are dropped: it reads D1 again anyway. */
const BACKLOG_BYTES = 256 * 1024;
const encoder = new TextEncoder();
const STILL_THERE = encoder.encode("\n");

/** Who watches which run: one open stream each, gone as soon as its reader is. */
export class Watchers {
  readonly #byRun = new Map<string, Set<ReadableByteStreamController>>();
  #beat: ReturnType<typeof setInterval> | null = null;

  /** A stream of NDJSON pings. It keeps the hub awake only while somebody reads it. */
  open(runId: string): ReadableStream<Uint8Array> {
    let mine: ReadableByteStreamController;
    return new ReadableStream(
      {
        type: "bytes",
        start: (controller) => {
          mine = controller as ReadableByteStreamController;
          const all = this.#byRun.get(runId) ?? new Set();
          this.#byRun.set(runId, all.add(mine));
          // The platform tells us that a reader has gone only when we write to it.
          this.#beat ??= setInterval(() => this.#writeToAll(), LIMITS.watchBeatMs);
        },
        cancel: () => this.#remove(runId, mine),
      },
      { highWaterMark: BACKLOG_BYTES },
    );
  }

  ping(runId: string, ping: WatchPing): void {
    const all = this.#byRun.get(runId);
    if (!all) return;
    const over = "terminal" in ping && ping.terminal === true;
    const line = encoder.encode(`${JSON.stringify(ping)}\n`);
    for (const controller of all) this.#write(runId, controller, line, over);
  }

  /** How many streams are open; with none the hub may sleep. */
  get size(): number {
    return [...this.#byRun.values()].reduce((sum, all) => sum + all.size, 0);
  }

  #writeToAll(): void {
    for (const [runId, all] of this.#byRun)
      for (const controller of all) this.#write(runId, controller, STILL_THERE, false);
  }

  /** Also ends the stream when the run is over: there is nothing more to come. */
  #write(runId: string, controller: ReadableByteStreamController, line: Uint8Array, over: boolean): void {
    try {
      // Each reader needs bytes of its own: a byte stream takes the buffer it is given.
      if ((controller.desiredSize ?? 0) > 0) controller.enqueue(line.slice());
      if (over) controller.close();
    } catch {
      over = true;
    }
    if (over) this.#remove(runId, controller);
  }

  #remove(runId: string, controller: ReadableByteStreamController): void {
    const all = this.#byRun.get(runId);
    all?.delete(controller);
    if (all?.size === 0) this.#byRun.delete(runId);
    if (this.#byRun.size > 0 || this.#beat === null) return;
    clearInterval(this.#beat);
    this.#beat = null;
  }
}
