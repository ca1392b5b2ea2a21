/**
 * What the agent has begun, on disk before it begins: an append-only file of JSON lines. After a crash it tells which jobs
 * were held, which programs were started and which results were never delivered.
 */
import { randomUUID } from "node:crypto";
import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { LeasedJob, StepReport } from "@tw/shared/contracts/agent-protocol";
import { ConfigError } from "./config.ts";

export type Entry =
  /** `name` is the journal's own, made with its first line: another file is another journal. */
  | { t: "start"; epoch: number; boot: string; name: string }
  | { t: "leased"; job: LeasedJob }
  /** Written before the program is started; `outputs` are those of the probes before it. */
  | {
      t: "spawning";
      job: string;
      step: string;
      key: string;
      mark: string;
      out: string;
      outputs: Record<string, unknown>;
    }
  | { t: "spawned"; job: string; step: string; pid: number; start: string | null }
  | { t: "settled"; job: string; report: StepReport }
  /** Delivered, or not ours any more: nothing is owed. */
  | { t: "closed"; job: string }
  /** Attempts started earlier, kept when the file is rewritten. */
  | { t: "spent"; keys: string[] };

const COMPACT_AFTER = 2_000;
const QUICK_SYNC_MS = 4;
const SLOW_SYNCS = 200;
const SPENT_KEPT = 5_000;

export class Journal {
  readonly #path: string;
  #fd: number;
  #lines = 0;
  #unwritten = "";
  /** What of an earlier line did not go to the file: a full disk takes half a line. */
  #torn: Buffer | null = null;
  #fault: Error | null = null;
  /** Told when the journal cannot be written any more. */
  onFault: (error: Error) => void = () => {};
  #live = new Map<string, Entry[]>();
  readonly #spent = new Set<string>();
  #start: Extract<Entry, { t: "start" }> | null = null;
  #waiting: ((error: Error | null) => void)[] = [];
  #syncing = false;
  /** Syncs still to be done beside the event loop, since one before was slow. */
  #slowSyncs = 0;

  private constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "a", 0o600);
  }

  /** Opens the journal and returns what an earlier agent left in it. Throws ConfigError when it cannot be read or written. */
  static open(stateDir: string): { journal: Journal; left: Entry[] } {
    const path = join(stateDir, "journal.ndjson");
    try {
      const left = readEntries(path);
      const journal = new Journal(path);
      // A crash may have torn the last line; the next one must not be glued to it.
      writeSync(journal.#fd, "\n");
      syncFolder(path);
      for (const entry of left) journal.#note(entry);
      journal.#lines = left.length;
      return { journal, left };
    } catch (error) {
      throw new ConfigError(
        `The agent's journal ${path} cannot be written (${(error as Error).message}). Without it nothing may be started ` +
          "here: free some space or make it writable, or give another directory with --state.",
      );
    }
  }

  /** Known once `begin` was called. */
  get name(): string {
    return this.#start?.name ?? "";
  }

  /** Notes an entry; the kernel has it before the next turn of the event loop, the disk after `synced`. */
  write(entry: Entry): void {
    this.#note(entry);
    if (this.#unwritten === "") setImmediate(() => this.#flushIfPossible());
    this.#unwritten += `${JSON.stringify(entry)}\n`;
    if (++this.#lines >= COMPACT_AFTER && !this.#syncing) this.#compact();
  }

  /** Why the journal cannot be written now; null when it can. While it cannot, no program may be started. */
  get fault(): Error | null {
    return this.#fault;
  }

  /** Tries whether the disk takes what it refused, and one line more. */
  works(): boolean {
    try {
      // An empty line is no entry.
      this.#unwritten += "\n";
      this.#flush();
      fdatasyncSync(this.#fd);
      this.#fault = null;
      return true;
    } catch {
      return false;
    }
  }

  #failed(error: Error): Error {
    const news = this.#fault === null;
    this.#fault = error;
    if (news) this.onFault(error);
    return error;
  }

  /**
   * Resolves when all that was written is on the disk: enough against a crash of the machine. Callers share one sync.
   * Rejects with the system's error when the disk takes no more; what was to be written is kept and tried again.
   */
  async synced(): Promise<void> {
    this.#flush();
    // On a quick disk the way to another thread and back costs more than the sync itself.
    if (this.#slowSyncs === 0 && !this.#syncing) {
      const began = performance.now();
      try {
        fdatasyncSync(this.#fd);
      } catch (error) {
        throw this.#failed(error as Error);
      }
      if (performance.now() - began > QUICK_SYNC_MS) this.#slowSyncs = SLOW_SYNCS;
      return;
    }
    this.#slowSyncs = Math.max(0, this.#slowSyncs - 1);
    const done = new Promise<void>((resolve, reject) => {
      this.#waiting.push((error) => (error ? reject(error) : resolve()));
    });
    if (!this.#syncing) this.#sync();
    await done;
  }

  #flush(): void {
    if (this.#unwritten === "" && this.#torn === null) return;
    let bytes = Buffer.from(this.#unwritten);
    if (this.#torn) bytes = Buffer.concat([this.#torn, bytes]);
    this.#unwritten = "";
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#fd, bytes));
      this.#torn = null;
    } catch (error) {
      // Goes on where it stopped once there is room: no line is lost, none is written twice.
      this.#torn = bytes;
      throw this.#failed(error as Error);
    }
  }

  /** A full disk is told to whoever needs the entry on disk, by `synced`. */
  #flushIfPossible(): void {
    try {
      this.#flush();
    } catch {
      // Kept, and tried again with the next.
    }
  }

  #sync(): void {
    this.#syncing = true;
    const mine = this.#waiting.splice(0);
    fdatasync(this.#fd, (error) => {
      this.#syncing = false;
      if (error) this.#failed(error);
      for (const settle of mine) settle(error);
      if (this.#waiting.length > 0) this.#sync();
    });
  }

  /** Was this attempt started before, by this agent or one before it? */
  isSpent(key: string): boolean {
    return this.#spent.has(key);
  }

  /** Begins a new life of the agent; the number is higher than that of any before it. */
  begin(boot: string): number {
    const epoch = (this.#start?.epoch ?? 0) + 1;
    this.write({ t: "start", epoch, boot, name: this.#start?.name ?? randomUUID() });
    return epoch;
  }

  #note(entry: Entry): void {
    if (entry.t === "start") this.#start = entry;
    else if (entry.t === "spent") for (const key of entry.keys) this.#spent.add(key);
    else if (entry.t === "closed") this.#live.delete(entry.job);
    else {
      const job = entry.t === "leased" ? entry.job.job : entry.job;
      if (entry.t === "spawning") this.#spend(entry.key);
      const entries = this.#live.get(job);
      if (entries) entries.push(entry);
      else if (entry.t === "leased") this.#live.set(job, [entry]);
    }
  }

  #spend(key: string): void {
    this.#spent.add(key);
    const [oldest] = this.#spent;
    if (this.#spent.size > SPENT_KEPT && oldest !== undefined) this.#spent.delete(oldest);
  }

  /** Rewrites the file with only what is still owed. The rename is atomic: either file is whole. */
  #compact(): void {
    const fresh = `${this.#path}.new`;
    let fd: number | null = null;
    this.#lines = 0;
    try {
      this.#flush();
      const spent: Entry = { t: "spent", keys: [...this.#spent] };
      const keep = [...(this.#start ? [this.#start] : []), spent, ...[...this.#live.values()].flat()];
      let bytes = Buffer.from(keep.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
      fd = openSync(fresh, "w", 0o600);
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(fd, bytes));
      fsyncSync(fd);
      renameSync(fresh, this.#path);
      // Else a power cut could bring the old file back, without what was promised since.
      syncFolder(this.#path);
      closeSync(this.#fd);
      this.#fd = fd;
    } catch {
      // No room for a second file: the long one goes on being the journal, and is rewritten another time.
      if (fd !== null && fd !== this.#fd) {
        closeSync(fd);
        rmSync(fresh, { force: true });
      }
    }
  }

  close(): void {
    this.#flushIfPossible();
    closeSync(this.#fd);
  }
}

function readEntries(path: string): Entry[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return [];
  }
  const entries: Entry[] = [];
  for (const line of text.split("\n")) {
    try {
      if (line !== "") entries.push(JSON.parse(line) as Entry);
    } catch {
      // The last line of a crash is torn; nothing was promised on it.
    }
  }
  return entries;
}

/** A name in a folder is on the disk only when the folder is. */
function syncFolder(path: string): void {
  let fd: number;
  try {
    fd = openSync(dirname(path), "r");
  } catch {
    // Windows opens no folders.
    return;
  }
  try {
    fsyncSync(fd);
  } catch {
    // Some network file systems refuse it.
  }
  closeSync(fd);
}
