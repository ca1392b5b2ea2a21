/** What a run's programs wrote, as lines: whole ones at once, the beginning of one after a moment. */
import type { SseEvent } from "./sse.ts";
import { type Screen, tame } from "./terminal.ts";

/** A prompt or a progress bar ends without a line's end; it is shown when nothing followed for so long. */
const PARTIAL_MS = 150;
/** Text is shown in parts of so many characters: each is held several times over while it is made into lines. */
const PART_CHARS = 8_192;
/** What `tame` takes out, and the carriage return: text without it is shown as it is. */
const NOT_PLAIN = /[^\P{Cc}\t\n]|[\u202a-\u202e\u2066-\u2069]/u;

interface Piece {
  step: string;
  attempt: number;
  text?: string;
  bytes?: number;
}

/** Takes the events of a log stream. Lines of several steps at once stay apart, each under its step's name. */
export class LogPrinter {
  readonly #screen: Screen;
  readonly #open = new Map<string, string>();
  /** Steps whose last line was shown before its end came. */
  readonly #endless = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  take({ event, data }: SseEvent): void {
    if (event !== "log" && event !== "gap") return;
    const piece = JSON.parse(data) as Piece;
    const text = event === "gap" ? `\n[… ${piece.bytes ?? 0} bytes missing …]\n` : (piece.text ?? "");
    const from = this.#endless.delete(piece.step) && text.startsWith("\n") ? 1 : 0;
    for (let at = from; at < text.length; at += PART_CHARS)
      this.#add(piece.step, text.slice(at, at + PART_CHARS));
    clearTimeout(this.#timer);
    if (this.#open.size > 0) this.#timer = setTimeout(() => this.flush(), PARTIAL_MS);
  }

  #add(step: string, text: string): void {
    const all = (this.#open.get(step) ?? "") + text;
    const end = all.lastIndexOf("\n");
    const rest = all.slice(end + 1);
    // At once: a write for each line costs more memory than the lines.
    if (end >= 0) this.#screen.print(this.#lines(step, all.slice(0, end)));
    if (rest === "") this.#open.delete(step);
    else this.#open.set(step, rest);
  }

  /** Shows what is left of lines that have no end yet. */
  flush(): void {
    clearTimeout(this.#timer);
    for (const [step, rest] of this.#open) {
      this.#screen.print(this.#shown(step, rest));
      this.#endless.add(step);
    }
    this.#open.clear();
  }

  /** Whole lines, each under the step's name. Most have nothing to be tamed: a flood of them is not taken apart. */
  #lines(step: string, text: string): string {
    if (NOT_PLAIN.test(text))
      return text
        .split("\n")
        .map((line) => this.#shown(step, line))
        .join("\n");
    const [before, after] = this.#around(step);
    // `$` means something in a replacement.
    const between = `${after}\n${before}`.replaceAll("$", "$$$$");
    return `${before}${text.replace(/\n/g, between)}${after}`;
  }

  #shown(step: string, line: string): string {
    // A carriage return draws a line anew: what stands in the end is what counts.
    const shown = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
    const [before, after] = this.#around(step);
    return `${before}${tame(shown, after !== "")}${after}`;
  }

  /** What stands before and behind each line; on a coloured screen a line's own colours end with it. */
  #around(step: string): [string, string] {
    const colour = this.#screen.style.good("x") !== "x";
    return [`${this.#screen.style.dim(`  ${step} │`)} `, colour ? "\x1b[0m" : ""];
  }
}
