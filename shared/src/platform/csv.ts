/** CSV as spreadsheets write it (RFC 4180): quotes, doubled quotes, line breaks within quotes; comma, semicolon or tab. */

export interface CsvRow {
  /** Of the row's first character, from 1. */
  line: number;
  cells: string[];
}

/** The rows; empty lines are left out. The separator is the one that the first line has most of. */
export function readCsv(text: string): CsvRow[] {
  const source = text.replace(/^\uFEFF/, "");
  const first = source.split(/\r?\n/, 1)[0] ?? "";
  const count = (sign: string) => first.split(sign).length;
  const separator = [",", ";", "\t"].sort((a, b) => count(b) - count(a))[0] as string;
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let began = 1;
  const endRow = () => {
    cells.push(cell);
    if (cells.some((one) => one.trim() !== "")) rows.push({ line: began, cells });
    cells = [];
    cell = "";
  };
  for (let i = 0; i < source.length; i += 1) {
    const char = source[i] as string;
    if (char === "\n") line += 1;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (source[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else quoted = false;
    } else if (char === '"' && cell.trim() === "") {
      quoted = true;
      cell = "";
    } else if (char === separator) {
      cells.push(cell);
      cell = "";
    } else if (char === "\n") {
      endRow();
      began = line;
    } else if (char !== "\r") cell += char;
  }
  endRow();
  return rows;
}
