/**
 * The second renewer. The main loop renews what it holds over its socket; a thread of its own watches that it does, and when
 * it is late (busy, stuck in a slow disk, its socket dead without a sign) renews over HTTP instead. If that fails too, and the
 * main loop does not end the work whose lease is over, the thread does: nobody works on without a lease.
 */
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { HubMessage } from "@tw/shared/contracts/agent-protocol";

/** What the thread is told. Deadlines go through memory that both share, since the main loop may not come to read a message. */
export type ToThread =
  | { t: "session"; session: number }
  | { t: "hold"; slot: number; job: string; fence: number; leaseMs: number }
  /** The program that runs for the job now; null: none. */
  | { t: "program"; job: string; program: Watched | null }
  /** The main loop ends the work itself. */
  | { t: "ending"; job: string }
  | { t: "release"; job: string };
export interface Watched {
  pid: number;
  /** As `startTime` tells it, so that a pid given out again is not taken for it. */
  start: string | null;
  /** What its processes carry in their environment. */
  tag: string;
}
export type FromThread =
  | { t: "stop"; job: string; reason: "cancel" | "lost" }
  /** Pushes that came with the answer: of an agent that polls they would come only once. */
  | { t: "push"; messages: HubMessage[] };
export interface ThreadData {
  url: string;
  token: string;
  /** Per slot two deadlines on the lease clock: by the main loop's renewals, and by the thread's. */
  deadlines: SharedArrayBuffer;
}

interface Held {
  slot: number;
  fence: number;
  leaseMs: number;
  program: Watched | null;
  /** Until the thread is told. */
  lasting: NodeJS.Timeout | undefined;
}

const SLOTS = 256;
/** Work that ends sooner is not worth a word to another thread, nor the thread: it takes 30 MB, and is started with the first that lasts. */
const LASTING_MS = 100;

export class Heartbeat {
  readonly #data: ThreadData;
  readonly #deadlines: BigInt64Array;
  readonly #held = new Map<string, Held>();
  readonly #hear: (message: FromThread) => void;
  readonly #say: (line: string) => void;
  #thread: Worker | null = null;
  #session = 0;

  constructor(options: {
    url: string;
    token: string;
    hear: (message: FromThread) => void;
    say: (line: string) => void;
  }) {
    const deadlines = new SharedArrayBuffer(SLOTS * 2 * BigInt64Array.BYTES_PER_ELEMENT);
    this.#data = { url: options.url, token: options.token, deadlines };
    this.#deadlines = new BigInt64Array(deadlines);
    this.#hear = options.hear;
    this.#say = options.say;
  }

  /** The session of the newest `welcome`: under it the thread speaks. */
  set session(session: number) {
    this.#session = session;
    this.#tell({ t: "session", session });
  }

  /** A lease is held until `deadline`, on the lease clock. */
  hold(job: string, fence: number, leaseMs: number, deadline: number): void {
    const taken = new Set([...this.#held.values()].map(({ slot }) => slot));
    const slot = Array.from({ length: SLOTS }, (_, i) => i).find((i) => !taken.has(i));
    if (slot === undefined) return;
    const held: Held = { slot, fence, leaseMs, program: null, lasting: undefined };
    held.lasting = setTimeout(() => {
      held.lasting = undefined;
      this.#introduce(job, held);
    }, LASTING_MS).unref();
    this.#held.set(job, held);
    Atomics.store(this.#deadlines, slot * 2, whole(deadline));
    Atomics.store(this.#deadlines, slot * 2 + 1, 0n);
  }

  /** The main loop has renewed it. */
  renewed(job: string, deadline: number): void {
    const held = this.#held.get(job);
    if (held) Atomics.store(this.#deadlines, held.slot * 2, whole(deadline));
  }

  /** Until when the job is held by what the thread has renewed; 0 when it has not. */
  deadline(job: string): number {
    const held = this.#held.get(job);
    return held ? Number(Atomics.load(this.#deadlines, held.slot * 2 + 1)) : 0;
  }

  program(job: string, program: Watched | null): void {
    const held = this.#held.get(job);
    if (!held || held.program === program) return;
    held.program = program;
    if (!held.lasting) this.#tell({ t: "program", job, program });
  }

  ending(job: string): void {
    if (this.#held.get(job)?.lasting === undefined) this.#tell({ t: "ending", job });
  }

  release(job: string): void {
    const held = this.#held.get(job);
    if (!held) return;
    this.#held.delete(job);
    if (held.lasting) clearTimeout(held.lasting);
    else this.#tell({ t: "release", job });
  }

  #introduce(job: string, { slot, fence, leaseMs, program }: Held): void {
    if (!this.#thread) this.#start(job);
    this.#tell({ t: "hold", slot, job, fence, leaseMs });
    if (program) this.#tell({ t: "program", job, program });
  }

  #tell(message: ToThread): void {
    this.#thread?.postMessage(message);
  }

  /** Starts it, and tells it what else is held: one that ended on a fault is replaced so. */
  #start(job: string): void {
    const file = join(import.meta.dirname, `heartbeat-thread${extname(import.meta.filename)}`);
    const thread = new Worker(file, { workerData: this.#data });
    thread.unref();
    thread.on("message", (message: FromThread) => this.#hear(message));
    thread.on("error", (error) => {
      this.#say(`the heartbeat thread ended (${error.message}); leases are renewed by the main loop alone`);
      this.#thread = null;
    });
    this.#thread = thread;
    this.#tell({ t: "session", session: this.#session });
    for (const [name, held] of this.#held) if (name !== job && !held.lasting) this.#introduce(name, held);
  }
}

function whole(ms: number): bigint {
  return BigInt(Math.floor(ms));
}
