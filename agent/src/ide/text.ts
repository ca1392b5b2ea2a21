/** Places in a text as language servers count them: lines and UTF-16 units from 0, a byte order mark left out. */
import type { Position, TextEdit } from "vscode-languageserver-protocol";
import { ActionFailed } from "./context.ts";

const BOM = "\uFEFF";

export function splitBom(text: string): { bom: string; body: string } {
  return text.startsWith(BOM) ? { bom: BOM, body: text.slice(1) } : { bom: "", body: text };
}

/** Where each line begins. */
function lineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\n|\r/g)) starts.push(end.index + end[0].length);
  return starts;
}

export class Lines {
  readonly #text: string;
  readonly #starts: number[];
  constructor(text: string) {
    this.#text = text;
    this.#starts = lineStarts(text);
  }
  /** Throws ActionFailed for a place the text does not have. */
  offset({ line, character }: Position): number {
    const start = this.#starts[line];
    if (start === undefined) {
      // After the last line is where a whole text ends for some servers.
      if (line === this.#starts.length && character === 0) return this.#text.length;
      throw new ActionFailed(`There is no line ${line + 1}; the file has ${this.#starts.length}.`);
    }
    return Math.min(start + character, this.#starts[line + 1] ?? this.#text.length);
  }
  position(offset: number): Position {
    let line = 0;
    while (line + 1 < this.#starts.length && this.#starts[line + 1]! <= offset) line += 1;
    return { line, character: offset - this.#starts[line]! };
  }
  /** A line without its end. */
  line(line: number): string {
    const start = this.#starts[line];
    return start === undefined ? "" : this.#text.slice(start, this.#starts[line + 1]).replace(/[\r\n]+$/, "");
  }
  between(from: Position, to: Position): string {
    return this.#text.slice(this.offset(from), this.offset(to));
  }
}

/** The text with the edits made; they all speak of the text as it is. Throws ActionFailed when two overlap. */
export function withEdits(text: string, edits: TextEdit[]): string {
  const { bom, body } = splitBom(text);
  const lines = new Lines(body);
  const placed = edits
    .map(({ range, newText }, i) => ({
      from: lines.offset(range.start),
      to: lines.offset(range.end),
      newText,
      i,
    }))
    .sort((a, b) => a.from - b.from || a.i - b.i);
  let result = "";
  let at = 0;
  for (const { from, to, newText } of placed) {
    if (from < at || to < from)
      throw new ActionFailed("The language server's edits overlap; nothing was changed.");
    result += body.slice(at, from) + newText;
    at = to;
  }
  return bom + result + body.slice(at);
}
