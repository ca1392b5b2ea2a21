/** Waiting for a run: pings of the hub when they come, and a look at D1 every few seconds in case one was lost. */
import { readRunHead } from "@tw/shared/db/read-events";
import type { RunEvent } from "@tw/shared/engine/state";
import { isTerminal } from "@tw/shared/engine/statuses";
import { type AgentHubRpc, hubOf, type WatchPing } from "@tw/shared/hub";
import { LIMITS } from "@tw/shared/limits";
import type { Env } from "./env.ts";

/** Pings kept for a reader that is busy, and characters of them; older ones are dropped, since it reads D1 again anyway. */
const BACKLOG = 1_000;
const BACKLOG_CHARS = 256 * 1024;

/** One open watch on a run. It reopens itself when the hub went away, and misses nothing that a look at D1 would not find. */
export class RunWatch {
  readonly #hub: Pick<AgentHubRpc, "watch">;
  readonly #runId: string;
  #reader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #lines: string[] = [];
  #chars = 0;
  #wake: (() => void) | null = null;
  #closed = false;

  constructor(hub: Pick<AgentHubRpc, "watch">, runId: string) {
    this.#hub = hub;
    this.#runId = runId;
  }

  /** Attach to the hub. After this every commit pings; a hub that cannot be reached is tried again by `next`. */
  async open(): Promise<void> {
    try {
      const reader = (await this.#hub.watch(this.#runId)).getReader();
      if (this.#closed) return void reader.cancel().catch(() => {});
      this.#reader = reader;
      void this.#pump(reader);
    } catch (error) {
      console.warn(`watch of ${this.#runId}: ${String(error)}`);
    }
  }

  /** The pings since the last call; waits for one, `waitMs` at most. */
  async next(waitMs: number): Promise<WatchPing[]> {
    if (this.#lines.length === 0 && !this.#closed) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, waitMs);
      });
      if (timer !== undefined) clearTimeout(timer);
      this.#wake = null;
    }
    if (!this.#reader && !this.#closed) await this.open();
    this.#chars = 0;
    return this.#lines.splice(0).map((line) => JSON.parse(line) as WatchPing);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Nobody listens any more. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#reader?.cancel().catch(() => {});
    this.#reader = null;
  }

  #keep(line: string): void {
    this.#lines.push(line);
    this.#chars += line.length;
    while (this.#lines.length > BACKLOG || (this.#chars > BACKLOG_CHARS && this.#lines.length > 1))
      this.#chars -= this.#lines.shift()!.length;
  }

  async #pump(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) if (line) this.#keep(line);
        this.#wake?.();
      }
    } catch {
      // The hub restarted or moved; `next` attaches again.
    }
    if (this.#reader === reader) this.#reader = null;
  }
}

/**
 * Wait until a run is over or waits for a person, `waitMs` at most.
 * @returns whether the tenant has such a run; what became of it is the caller's to read
 */
export async function waitForRun(
  env: Pick<Env, "DB" | "HUB">,
  ask: { tenantId: string; runId: string; waitMs: number },
): Promise<boolean> {
  const { tenantId, runId } = ask;
  const until = Date.now() + Math.min(ask.waitMs, LIMITS.waitMaxS * 1000);
  const watch = new RunWatch(hubOf(env.HUB as unknown as DurableObjectNamespace, tenantId), runId);
  try {
    // Before the first look: what is committed from here on also pings, and most who wait come early.
    await watch.open();
    for (;;) {
      const head = await readRunHead(env.DB, tenantId, runId);
      if (!head) return false;
      const left = until - Date.now();
      if (isTerminal(head.status) || head.status === "waiting" || left <= 0) return true;
      if (await moved(watch, head.seq, Math.min(left, LIMITS.rereadMs))) return true;
    }
  } finally {
    watch.close();
  }
}

/** Resolves when a ping names a newer event than `seq`, or after `waitMs`; true when the run is over. */
export async function moved(watch: RunWatch, seq: number, waitMs: number): Promise<boolean> {
  const until = Date.now() + waitMs;
  for (;;) {
    const left = until - Date.now();
    if (left <= 0 || watch.closed) return false;
    let newer = false;
    for (const ping of await watch.next(left)) {
      if (!("seq" in ping)) continue;
      if (ping.terminal) return true;
      newer ||= ping.seq > seq;
    }
    if (newer) return false;
  }
}

/**
 * The events behind `seq`, from pings that bring them without a gap.
 * @returns null when they have to be read: a ping came without them, one was lost, or nothing came for `waitMs`
 */
export async function pinged(
  watch: RunWatch,
  seq: number,
  waitMs: number,
): Promise<{ events: RunEvent[]; over: boolean } | null> {
  const until = Date.now() + waitMs;
  for (let left = waitMs; left > 0 && !watch.closed; left = until - Date.now()) {
    const events: RunEvent[] = [];
    let at = seq;
    let over = false;
    for (const ping of await watch.next(left)) {
      if (!("seq" in ping) || ping.seq <= at) continue;
      const more = (ping.events ?? []).filter((event) => event.seq > at);
      if (more[0]?.seq !== at + 1) return null;
      events.push(...more);
      at = ping.seq;
      over = ping.terminal === true;
    }
    if (events.length > 0) return { events, over };
  }
  return null;
}
