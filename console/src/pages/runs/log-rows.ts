/** Which line of a log, and which part of it, stands in which row while lines are folded or wrapped. Pure. */
import { visible } from "../../components/visible.ts";
import { COLOUR, type LogBuffer, type LogLine, type Span } from "./log-buffer.ts";

/** Characters of one line that are shown until one asks for the rest, and then. */
export const WIDE = 2_000;
const WIDEST = 200_000;
const TAB = 8;

export interface LogRows {
  length: number;
  line(row: number): number;
  /** The part of its line, 0 where nothing is wrapped. */
  part(row: number): number;
  /** The row of a line's character; of a line that is folded away, the row of its heading. */
  at(line: number, character?: number): number;
}

/** How many characters of a line are shown. */
export function limitOf(whole: boolean): number {
  return whole ? WIDEST : WIDE;
}

/** `columns` is the width of a row in cells, 0 where lines are not wrapped. */
export function rowsOf(
  buffer: LogBuffer,
  folded: ReadonlySet<number>,
  whole: ReadonlySet<number>,
  columns: number,
): LogRows {
  const { length } = buffer;
  if (folded.size === 0 && columns === 0)
    return { length, line: (row) => row, part: () => 0, at: (line) => line };
  const starts = new Uint32Array(length + 1);
  let hidden = false;
  for (let index = 0; index < length; index++) {
    const line = buffer.line(index);
    const head = line.kind === "fold" || line.kind === "attempt";
    if (head) hidden = folded.has(index);
    const rows = !head && hidden ? 0 : columns === 0 ? 1 : partsIn(line, columns, limitOf(whole.has(index)));
    starts[index + 1] = (starts[index] ?? 0) + rows;
  }
  const line = (row: number): number => {
    let [low, high] = [0, length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  };
  return {
    length: starts[length] ?? 0,
    line,
    part: (row) => row - (starts[line(row)] ?? 0),
    at(wanted, character = 0) {
      const first = starts[wanted] ?? 0;
      if (starts[wanted + 1] === first) return Math.max(0, first - 1);
      if (columns === 0 || character === 0) return first;
      const cuts = cutsOf(buffer.line(wanted), columns, limitOf(whole.has(wanted)));
      return (
        first +
        Math.max(
          0,
          cuts.findLastIndex((cut) => cut <= character),
        )
      );
    },
  };
}

/** That part of a line's spans which stands in one of its rows. */
export function partOf(spans: Span[], line: LogLine, part: number, columns: number, limit: number): Span[] {
  const cuts = cutsOf(line, columns, limit);
  const [from, to] = [cuts[part] ?? 0, cuts[part + 1] ?? Number.POSITIVE_INFINITY];
  let at = 0;
  return spans.flatMap((span) => {
    const begin = at;
    at += span.text.length;
    const text = span.text.slice(Math.max(0, from - begin), Math.max(0, to - begin));
    return text === "" ? [] : [{ ...span, text }];
  });
}

function partsIn(line: LogLine, columns: number, limit: number): number {
  return line.narrow
    ? Math.max(1, Math.ceil(Math.min(line.text.length, limit) / columns))
    : cutsOf(line, columns, limit).length;
}

const kept = new WeakMap<LogLine, { columns: number; limit: number; cuts: number[] }>();

/** Where in the shown text of a line its rows begin. */
function cutsOf(line: LogLine, columns: number, limit: number): number[] {
  const before = kept.get(line);
  if (before?.columns === columns && before.limit === limit) return before.cuts;
  const cuts = [0];
  let [at, column] = [0, 0];
  for (const character of visible(line.text.slice(0, limit).replace(COLOUR, ""))) {
    const cells = character === "\t" ? TAB - (column % TAB) : cellsOf(character);
    if (column > 0 && column + cells > columns) {
      cuts.push(at);
      column = 0;
    }
    column += cells;
    at += character.length;
  }
  kept.set(line, { columns, limit, cuts });
  return cuts;
}

/** What takes two cells in a monospace face. */
const DOUBLE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60]/u;

function cellsOf(character: string): number {
  if ((character.codePointAt(0) ?? 0) < 0x300) return 1;
  return /\p{M}/u.test(character) ? 0 : DOUBLE.test(character) ? 2 : 1;
}
