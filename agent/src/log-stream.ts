/** The log of one attempt on its way to the hub: ordered by byte offset, sent again until answered, capped, at constant memory. */
import { LIMITS } from "@tw/shared/limits";
import { LogTail } from "./log-tail.ts";

const FLUSH_MS = 80;
const WINDOW = 8;
const RETRY_MS = 500;
const TAIL_BYTES = 256 * 1024;
const HEAD_BYTES = LIMITS.logBytes - TAIL_BYTES - 1_024;

/** Sends one chunk; false: not taken (no connection), try again later. */
export type SendLog = (start: number, text: string) => Promise<boolean>;

interface Chunk {
  start: number;
  bytes: Buffer;
  sending: boolean;
}

export class LogStream {
  readonly #send: SendLog;
  #open: Buffer[] = [];
  #openBytes = 0;
  #chunks: Chunk[] = [];
  #kept = 0;
  /** Output past the head. */
  readonly #tail = new LogTail(TAIL_BYTES);
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #idle: (() => void)[] = [];
  #closed = false;

  constructor(send: SendLog) {
    this.#send = send;
  }

  /** Bytes of the kept log so far. */
  get bytes(): number {
    return this.#kept;
  }
  /** Bytes in memory: not sent, not answered, or kept as the end. */
  get held(): number {
    const chunks = this.#chunks.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return chunks + this.#openBytes + this.#tail.held;
  }
  get truncated(): boolean {
    return this.#tail.through > TAIL_BYTES;
  }

  write(text: string): void {
    if (text === "" || this.#closed) return;
    // From here on nothing more goes to the head, even a piece that would fit: the log must not have holes inside.
    if (this.#tail.through > 0) {
      this.#tail.push(text);
      return;
    }
    const bytes = Buffer.from(text, "utf8");
    const cut = boundary(bytes, HEAD_BYTES - this.#kept);
    if (cut > 0) this.#keep(bytes.subarray(0, cut));
    if (cut < bytes.length) this.#tail.push(bytes.toString("utf8", cut));
  }

  #keep(bytes: Buffer): void {
    this.#open.push(bytes);
    this.#openBytes += bytes.length;
    this.#kept += bytes.length;
    if (this.#openBytes >= LIMITS.logChunkBytes) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  /** Sends what is there now instead of waiting for a fuller chunk. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#openBytes === 0) return;
    let bytes = Buffer.concat(this.#open, this.#openBytes);
    let start = this.#kept - bytes.length;
    this.#open = [];
    this.#openBytes = 0;
    while (bytes.length > 0) {
      const cut = boundary(bytes, LIMITS.logChunkBytes);
      this.#chunks.push({ start, bytes: bytes.subarray(0, cut), sending: false });
      start += cut;
      bytes = bytes.subarray(cut);
    }
    // What was just refused is not asked again for each new piece.
    if (!this.#again) this.pump();
  }

  /** The attempt is over: adds what was left out and the end of the output, and sends all that is left. */
  finish(): void {
    if (this.#tail.through > 0) {
      const tail = this.#tail.take();
      const left = this.#tail.through - tail.length;
      const mark = left > 0 ? `\n[... ${left} bytes of output left out here: more than 10 MiB ...]\n` : "";
      const rest = Buffer.concat([Buffer.from(mark), tail]);
      this.#open.push(rest);
      this.#openBytes += rest.length;
      this.#kept += rest.length;
    }
    this.flush();
    this.#closed = true;
  }

  /** Sends chunks up to the window; called again when the connection is back. */
  pump(): void {
    clearTimeout(this.#again);
    this.#again = undefined;
    const sending = this.#chunks.filter((chunk) => chunk.sending).length;
    for (const chunk of this.#chunks.filter((c) => !c.sending).slice(0, WINDOW - sending))
      void this.#sendOne(chunk);
    if (this.#chunks.length === 0) for (const done of this.#idle.splice(0)) done();
  }

  async #sendOne(chunk: Chunk): Promise<void> {
    chunk.sending = true;
    const taken = await this.#send(chunk.start, chunk.bytes.toString("utf8"));
    chunk.sending = false;
    if (!taken) {
      this.#again ??= setTimeout(() => {
        this.#again = undefined;
        this.pump();
      }, RETRY_MS).unref();
      return;
    }
    const at = this.#chunks.indexOf(chunk);
    if (at !== -1) this.#chunks.splice(at, 1);
    this.pump();
  }

  /** Forgets everything: nobody wants this log any more. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#closed = true;
    this.#chunks = [];
    this.#open = [];
    this.#openBytes = 0;
    this.#tail.take();
    this.pump();
  }

  /** Resolves when every chunk was answered. */
  async sent(): Promise<void> {
    if (this.#chunks.length > 0) await new Promise<void>((done) => this.#idle.push(done));
  }
}

/** The longest cut of at most `limit` bytes that ends between two characters. */
function boundary(bytes: Buffer, limit: number): number {
  if (bytes.length <= limit) return bytes.length;
  let cut = limit;
  while (cut > 0 && (bytes[cut]! & 0xc0) === 0x80) cut--;
  return cut;
}
