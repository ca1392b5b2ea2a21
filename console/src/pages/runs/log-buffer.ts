/** The lines of a step's log while they come. Outside React: ten megabytes are kept here, and only what is in sight is rendered. */
import { visible } from "../../components/visible.ts";

export interface LogLine {
  /** Without line end, without what moves a terminal's cursor; colours are still in it. */
  text: string;
  /** Colours that earlier lines left on. */
  carried: string;
  kind: "text" | "gap" | "attempt" | "fold";
  /** Nothing but printable ASCII: each character takes one cell. */
  narrow: boolean;
}

/** OSC and other strings, and every CSI but colours: they mean something to a terminal only. */
const TERMINAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what it looks for
  /\u001b(?:[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\[[0-?]*[ -/]*[@-ln-~]|[ -/]*[0-Z\\^-~])|\u009b[0-?]*[ -/]*[@-~]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what it looks for
export const COLOUR = /\u001b\[([0-9;:]*)m/g;
const NARROW = /^[ -~]*$/;
const FOLD = /^(?:::group::|##\[group\]|--- |\+\+\+ )(.*)$/;

export class LogBuffer {
  readonly lines: LogLine[] = [];
  /** Characters of the longest line. */
  longest = 0;
  bytes = 0;
  /** Rises with every change; what follows the buffer looks at this. */
  version = 0;
  ended = false;
  #rest = "";
  #carried = "";
  #attempt = 0;
  readonly #at = new Map<number, number>();
  readonly #listeners = new Set<() => void>();
  readonly #encoder = new TextEncoder();
  readonly #soon: (tell: () => void) => void;
  #told = false;

  /** `soon` calls back before the next picture is drawn. */
  constructor(soon: (tell: () => void) => void) {
    this.#soon = soon;
  }

  subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  snapshot = (): number => this.version;

  /** A piece of an attempt's log from byte `start`. One that was taken before changes nothing. */
  take(attempt: number, start: number, text: string): void {
    const at = this.#at.get(attempt) ?? 0;
    const bytes = this.#encoder.encode(text).length;
    if (bytes > 0 && start + bytes <= at) return;
    this.#begin(attempt);
    this.#at.set(attempt, Math.max(at, start + bytes));
    this.bytes += bytes;
    this.#append(text);
    this.#changed();
  }

  /** Bytes that never arrived. */
  gap(attempt: number, start: number, bytes: number): void {
    const at = this.#at.get(attempt) ?? 0;
    if (start + bytes <= at) return;
    this.#begin(attempt);
    this.#at.set(attempt, start + bytes);
    this.#flush();
    this.#push(`${bytes.toLocaleString()} bytes are missing here`, "gap");
    this.#changed();
  }

  end(): void {
    this.ended = true;
    this.#changed();
  }

  /** The last line while it has no end yet. */
  get open(): string {
    return this.#rest;
  }

  get length(): number {
    return this.lines.length + (this.#rest === "" ? 0 : 1);
  }

  line(index: number): LogLine {
    return (
      this.lines[index] ?? { text: clean(this.#rest), carried: this.#carried, kind: "text", narrow: false }
    );
  }

  /** All of it, without colours. */
  plain(index: number): string {
    return this.line(index).text.replace(COLOUR, "");
  }

  #begin(attempt: number): void {
    if (attempt === this.#attempt) return;
    this.#flush();
    // The first needs no heading; of the second on it is what one looks for.
    if (this.#attempt !== 0) this.#push(`attempt ${attempt}`, "attempt");
    this.#attempt = attempt;
    this.#carried = "";
  }

  #append(text: string): void {
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    for (const part of parts) this.#line(part);
  }

  #flush(): void {
    if (this.#rest === "") return;
    const rest = this.#rest;
    this.#rest = "";
    this.#line(rest);
  }

  #line(raw: string): void {
    const text = clean(raw);
    if (/^::endgroup::|^##\[endgroup\]/.test(text)) return;
    const fold = FOLD.exec(text);
    this.#push(fold ? (fold[1] ?? text) : text, fold ? "fold" : "text");
    if (!text.includes("\u001b")) return;
    for (const [sequence, codes = ""] of text.matchAll(COLOUR))
      this.#carried = /^0?$/.test(codes) ? "" : (this.#carried + sequence).slice(-120);
  }

  #push(text: string, kind: LogLine["kind"]): void {
    this.lines.push({
      text,
      carried: kind === "text" ? this.#carried : "",
      kind,
      narrow: NARROW.test(text),
    });
    if (text.length > this.longest) this.longest = text.length;
  }

  #changed(): void {
    if (this.#told) return;
    this.#told = true;
    // Once for all pieces that come before the next picture is drawn.
    this.#soon(() => {
      this.#told = false;
      this.version++;
      for (const listener of this.#listeners) listener();
    });
  }
}

/** A line as it would stand in the end: what a carriage return overwrote is gone, what moves a cursor too. */
function clean(raw: string): string {
  let text = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
  const back = text.lastIndexOf("\r");
  if (back >= 0) text = text.slice(back + 1);
  return text.includes("\u001b") || text.includes("\u009b") ? text.replace(TERMINAL, "") : text;
}

export interface Span {
  text: string;
  colour?: string;
  background?: string;
  bold?: boolean;
  faint?: boolean;
  italic?: boolean;
  underline?: boolean;
}

/** The escapes left over in a span are shown as marks, as every other hidden character. */
export function shownText(text: string): string {
  return visible(text);
}
