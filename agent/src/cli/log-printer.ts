/** What a run's programs wrote, as lines: whole ones at once, the beginning of one after a moment. */
import type { SseEvent } from "./sse.ts";
import { type Screen, tame } from "./terminal.ts";

/** A prompt or a progress bar ends without a line's end; it is shown when nothing followed for so long. */
const PARTIAL_MS = 150;

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
  #timer: NodeJS.Timeout | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  take({ event, data }: SseEvent): void {
    if (event !== "log" && event !== "gap") return;
    const piece = JSON.parse(data) as Piece;
    const text = event === "gap" ? `\n[… ${piece.bytes ?? 0} bytes missing …]\n` : (piece.text ?? "");
    const lines = ((this.#open.get(piece.step) ?? "") + text).split("\n");
    const rest = lines.pop() ?? "";
    // At once: a write for each line costs more memory than the lines.
    if (lines.length > 0) this.#screen.print(lines.map((line) => this.#shown(piece.step, line)).join("\n"));
    if (rest === "") this.#open.delete(piece.step);
    else this.#open.set(piece.step, rest);
    clearTimeout(this.#timer);
    if (this.#open.size > 0) this.#timer = setTimeout(() => this.flush(), PARTIAL_MS);
  }

  /** Shows what is left of lines that have no end yet. */
  flush(): void {
    clearTimeout(this.#timer);
    for (const [step, rest] of this.#open) this.#screen.print(this.#shown(step, rest));
    this.#open.clear();
  }

  #shown(step: string, line: string): string {
    // A carriage return draws a line anew: what stands in the end is what counts.
    const shown = line.replace(/\r+$/, "").split("\r").at(-1) ?? "";
    const colour = this.#screen.style.good("x") !== "x";
    return `${this.#screen.style.dim(`  ${step} │`)} ${tame(shown, colour)}${colour ? "\x1b[0m" : ""}`;
  }
}
