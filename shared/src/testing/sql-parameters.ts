/** Reads the parameters of an SQL text, so that a wrong number of bound values is refused as D1 refuses it. */
export interface SqlParameters {
  /** The text with every `?NNN` made `?`, which is all that Node's SQLite binds by position. */
  sql: string;
  /** How many values D1 wants bound. */
  count: number;
  /** The values in the order of `sql`. */
  arrange(values: readonly unknown[]): readonly unknown[];
}

// Strings, quoted names and comments are stepped over; what is left with a question mark is a parameter.
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|\?(\d*)/g;

/** Finds the parameters of one statement. */
export function parseParameters(text: string): SqlParameters {
  const order: number[] = [];
  let highest = 0;
  let numbered = false;
  const sql = text.replace(TOKEN, (token: string, digits: string | undefined) => {
    if (digits === undefined) return token;
    const index = digits === "" ? highest + 1 : Number(digits);
    if (digits !== "") numbered = true;
    highest = Math.max(highest, index);
    order.push(index - 1);
    return "?";
  });
  return {
    sql,
    count: highest,
    arrange: numbered ? (values) => order.map((index) => values[index]) : (values) => values,
  };
}
