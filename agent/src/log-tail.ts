/** The last bytes of endless text, in memory that is taken once: a flood leaves nothing behind for the garbage collector. */
const ENCODER = new TextEncoder();
/** Where a character does not fit before the ring's end, up to this many bytes of it stay empty. */
const SPARE = 4;

export class LogTail {
  readonly #keep: number;
  /** A ring: what is older than `#at` lies behind it, up to where the last round ended. */
  #ring: Uint8Array | null = null;
  #at = 0;
  #roundEnd = 0;
  #through = 0;

  /** `keep`: bytes of the end that are wanted. */
  constructor(keep: number) {
    this.#keep = keep;
  }

  /** How many bytes went through. */
  get through(): number {
    return this.#through;
  }
  /** Bytes of memory. */
  get held(): number {
    return this.#ring?.length ?? 0;
  }

  push(text: string): void {
    this.#ring ??= new Uint8Array(this.#keep + SPARE);
    for (let rest = text; ; ) {
      const { read, written } = ENCODER.encodeInto(rest, this.#ring.subarray(this.#at));
      this.#at += written;
      this.#through += written;
      if (read === rest.length) return;
      rest = rest.slice(read);
      this.#roundEnd = this.#at;
      this.#at = 0;
    }
  }

  /** The end, from a whole character on. The memory is given back. */
  take(): Buffer {
    const ring = this.#ring ?? new Uint8Array(0);
    const all = Buffer.concat([ring.subarray(this.#at, this.#roundEnd), ring.subarray(0, this.#at)]);
    this.#ring = null;
    this.#at = this.#roundEnd = 0;
    let from = Math.max(0, all.length - this.#keep);
    while (from < all.length && (all[from]! & 0xc0) === 0x80) from++;
    return all.subarray(from);
  }
}
