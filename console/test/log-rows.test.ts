/** Rows of a log: folded, wrapped, both; what each row shows; no character lost or doubled. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { spansOf } from "../src/pages/runs/ansi.ts";
import { LogBuffer, shownText } from "../src/pages/runs/log-buffer.ts";
import { limitOf, partOf, rowsOf } from "../src/pages/runs/log-rows.ts";

const none: ReadonlySet<number> = new Set();
const bufferOf = (text: string) => {
  const buffer = new LogBuffer(() => {});
  buffer.take(1, 0, text);
  return buffer;
};
/** The text of every row, as the view cuts it. */
const rowsShown = (text: string, columns: number, folded = none) => {
  const buffer = bufferOf(text);
  const rows = rowsOf(buffer, folded, none, columns);
  return Array.from({ length: rows.length }, (_, row) => {
    const line = buffer.line(rows.line(row));
    const spans = spansOf(line.text, line.carried).map((span) => ({ ...span, text: shownText(span.text) }));
    const shown = columns === 0 ? spans : partOf(spans, line, rows.part(row), columns, limitOf(false));
    return shown.map((span) => span.text).join("");
  });
};

test("lines are cut at the width; wide letters, tabs, colours and marks keep what they take", () => {
  expect(rowsShown("abcdefghij\n\nklm\n", 4)).toEqual(["abcd", "efgh", "ij", "", "klm"]);
  expect(rowsShown("漢字漢字x\n", 4)).toEqual(["漢字", "漢字", "x"]);
  expect(rowsShown("a\tbcd\n", 9)).toEqual(["a\tb", "cd"]);
  expect(rowsShown("\u001b[31mabcdef\u001b[0mgh\n", 3)).toEqual(["abc", "def", "gh"]);
  expect(rowsShown("e\u0301e\u0301e\u0301\n", 2)).toEqual(["e\u0301e\u0301", "e\u0301"]);
  expect(rowsShown("ab\u202ecd\n", 4)).toEqual(["ab⟨2", "02E⟩", "cd"]);
});

test("what is folded has no rows; a character of it is found at its heading, one of a wrapped line in its row", () => {
  const text = "--- one\naaaaaaaa\nbb\n--- two\ncccccc\n";
  expect(rowsShown(text, 4, new Set([0]))).toEqual(["one", "two", "cccc", "cc"]);
  expect(rowsShown(text, 0, new Set([0]))).toEqual(["one", "two", "cccccc"]);
  const rows = rowsOf(bufferOf(text), new Set([0]), none, 4);
  expect(rows.at(2)).toBe(0);
  expect([rows.at(4), rows.at(4, 3), rows.at(4, 4)]).toEqual([2, 2, 3]);
});

test("of any text every character is in one row, in its order", () => {
  const text = fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { maxLength: 12 });
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 30 }), (lines, columns) => {
      // Line ends, escapes and headings mean something to the buffer.
      const plain = lines.map((line) => `.${line.replace(/[\p{Cc}\n]/gu, "")}`);
      const written = plain.map((line) => `${line}\n`).join("");
      expect(rowsShown(written, columns).join("")).toBe(plain.map(shownText).join(""));
      expect(rowsShown(written, 0)).toEqual(plain.map(shownText));
    }),
  );
});
