import type { WatchPing } from "@tw/shared/hub";

/** Pings that wait for a slow reader. More are dropped: it reads D1 again anyway. */
const BACKLOG = 256;
const encoder = new TextEncoder();

/** Who watches which run: one open stream each, gone as soon as its reader is. */
export class Watchers {
  readonly #byRun = new Map<string, Set<ReadableByteStreamController>>();

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
        },
        cancel: () => this.#remove(runId, mine),
      },
      { highWaterMark: BACKLOG * 1024 },
    );
  }

  ping(runId: string, ping: WatchPing): void {
    const all = this.#byRun.get(runId);
    if (!all) return;
    const line = encoder.encode(`${JSON.stringify(ping)}\n`);
    for (const controller of all) {
      try {
        // Each reader needs bytes of its own: a byte stream takes the buffer it is given.
        if ((controller.desiredSize ?? 0) > 0) controller.enqueue(line.slice());
      } catch {
        this.#remove(runId, controller);
      }
    }
  }

  /** How many streams are open; with none the hub may sleep. */
  get size(): number {
    return [...this.#byRun.values()].reduce((sum, all) => sum + all.size, 0);
  }

  #remove(runId: string, controller: ReadableByteStreamController): void {
    const all = this.#byRun.get(runId);
    all?.delete(controller);
    if (all?.size === 0) this.#byRun.delete(runId);
  }
}
