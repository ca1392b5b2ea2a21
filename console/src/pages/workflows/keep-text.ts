/**
 * An edit of a document without a new layout for the rest of it: YAML is written out in one style, so lines that a person wrote
 * in another are taken from their text wherever the edit did not touch them. Pure.
 */

/** A run of lines that differ: [from, to) on either side. */
interface Difference {
  left: [number, number];
  right: [number, number];
}

/**
 * @param original as a person wrote it
 * @param before the same document as the writer writes it
 * @param after the document with the edit, as the writer writes it
 * @returns `original` with only the lines changed that differ between `before` and `after`
 */
export function keepText(original: string, before: string, after: string): string {
  if (original === before) return after;
  const [o, b, a] = [original.split("\n"), before.split("\n"), after.split("\n")];
  const written = styleOf(b, o);
  const edited = differences(b, a);
  const out: string[] = [];
  let at = 0;
  // How far a line of `before` has moved in the other two.
  let inOriginal = 0;
  let inAfter = 0;
  let [w, e] = [0, 0];
  while (w < written.length || e < edited.length) {
    const [w0, e0] = [w, e];
    const edit = comesFirst(edited[e], written[w]);
    const [start, first] = (edit ? edited[e]! : written[w]!).left;
    let end = first;
    if (edit) e += 1;
    else w += 1;
    out.push(...o.slice(at + inOriginal, start + inOriginal));
    // All that overlaps becomes one stretch.
    for (let grown = true; grown; ) {
      grown = false;
      for (; w < written.length && written[w]!.left[0] < end; w += 1, grown = true)
        end = Math.max(end, written[w]!.left[1]);
      for (; e < edited.length && edited[e]!.left[0] < end; e += 1, grown = true)
        end = Math.max(end, edited[e]!.left[1]);
    }
    const toOriginal = w > w0 ? written[w - 1]!.right[1] - written[w - 1]!.left[1] : inOriginal;
    const toAfter = e > e0 ? edited[e - 1]!.right[1] - edited[e - 1]!.left[1] : inAfter;
    // Where both differ the edit wins, in the writer's style.
    if (e > e0) {
      const lines = a.slice(start + inAfter, end + toAfter);
      const shift = shiftOf(lines[0] ?? "", { before: b, original: o, inOriginal }, start, end);
      out.push(...lines.map((line) => shifted(line, shift)));
    } else out.push(...o.slice(start + inOriginal, end + toOriginal));
    [at, inOriginal, inAfter] = [end, toOriginal, toAfter];
  }
  out.push(...o.slice(at + inOriginal));
  return out.join("\n");
}

const indent = (line: string) => line.length - line.trimStart().length;

/** How much further in the text is indented there than the writer would: by the line itself, or by one of its neighbours. */
function shiftOf(
  line: string,
  { before, original, inOriginal }: { before: string[]; original: string[]; inOriginal: number },
  start: number,
  end: number,
): number {
  for (const near of end > start ? [start] : [start - 1, start]) {
    const [writer, person] = [before[near], original[near + inOriginal]];
    if (!writer?.trim() || !person?.trim()) continue;
    if (end > start || indent(writer) === indent(line)) return indent(person) - indent(writer);
  }
  return 0;
}

function shifted(line: string, by: number): string {
  if (by === 0 || line.trim() === "") return line;
  return by > 0 ? " ".repeat(by) + line : line.slice(Math.min(-by, indent(line)));
}

/** What begins earlier; at the same line, what only inserts. */
function comesFirst(edit: Difference | undefined, other: Difference | undefined): boolean {
  if (!edit || !other) return edit !== undefined;
  if (edit.left[0] !== other.left[0]) return edit.left[0] < other.left[0];
  return edit.left[0] === edit.left[1] || other.left[0] !== other.left[1];
}

/** Differences of style: lines that differ by their spaces alone are one difference each, however many follow each other. */
function styleOf(left: readonly string[], right: readonly string[]): Difference[] {
  const bare = (line: string) => line.replace(/\s+/g, "");
  const others = differences(left.map(bare), right.map(bare));
  const found: Difference[] = [];
  let [i, j] = [0, 0];
  for (const other of [...others, { left: [left.length, 0], right: [right.length, 0] } as Difference]) {
    for (; i < other.left[0]; i += 1, j += 1)
      if (left[i] !== right[j]) found.push({ left: [i, i + 1], right: [j, j + 1] });
    if (other.left[1] >= other.left[0]) {
      found.push(other);
      [i, j] = [other.left[1], other.right[1]];
    }
  }
  return found;
}

/** More comparisons than this are not worth it: then all of it counts as different. */
const CELLS = 20_000_000;

/** Where two lists of lines differ, by their longest common subsequence. */
export function differences(left: readonly string[], right: readonly string[]): Difference[] {
  let head = 0;
  while (head < left.length && head < right.length && left[head] === right[head]) head += 1;
  let tail = 0;
  const most = Math.min(left.length, right.length) - head;
  while (tail < most && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  const n = left.length - head - tail;
  const m = right.length - head - tail;
  if (n === 0 && m === 0) return [];
  if (n === 0 || m === 0 || n * m > CELLS) return [{ left: [head, head + n], right: [head, head + m] }];
  const width = m + 1;
  const common = new Uint16Array((n + 1) * width);
  for (let i = n - 1; i >= 0; i -= 1)
    for (let j = m - 1; j >= 0; j -= 1)
      common[i * width + j] =
        left[head + i] === right[head + j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const found: Difference[] = [];
  let [i, j] = [0, 0];
  while (i < n || j < m) {
    if (i < n && j < m && left[head + i] === right[head + j]) {
      i += 1;
      j += 1;
      continue;
    }
    const [i0, j0] = [i, j];
    while ((i < n || j < m) && !(i < n && j < m && left[head + i] === right[head + j])) {
      if (j >= m || (i < n && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) i += 1;
      else j += 1;
    }
    found.push({ left: [head + i0, head + i], right: [head + j0, head + j] });
  }
  return found;
}
