/** A statement of a person's, cut into tokens: enough to number its parameters and to refuse what no single SELECT needs. */
import { Refusal } from "../errors.ts";
import { LIMITS } from "../limits.ts";

export interface SqlToken {
  kind: "word" | "name" | "string" | "number" | "parameter" | "sign";
  /** Of a word lower-case, of a name or string without its quotes. */
  text: string;
  start: number;
  end: number;
}

const BLANK = /[\t\n\f\r ]/;
const WORD_START = /[A-Za-z_]/;
const WORD = /[A-Za-z0-9_]/;
const QUOTES: { [open: string]: string } = { "'": "'", '"': '"', "`": "`", "[": "]" };
/** A string literal may follow these; after any other word it would be read as a name. */
const BEFORE_STRING = new Set(
  "and or not like glob escape then else when case in is between select distinct all where on having by values limit offset collate".split(
    " ",
  ),
);

const refuse = (message: string) =>
  new Refusal("invalid_args", message, { issues: [{ path: "sql", message }] });

/** Cuts the text into tokens without comments. @throws Refusal (422) for what has no end or no place in a SELECT */
export function sqlTokens(sql: string): SqlToken[] {
  if (sql.length > LIMITS.queryChars)
    throw refuse(`The statement has ${sql.length} characters; at most ${LIMITS.queryChars} are taken.`);
  const tokens: SqlToken[] = [];
  let at = 0;
  const push = (kind: SqlToken["kind"], text: string, end: number) => {
    tokens.push({ kind, text, start: at, end });
    at = end;
  };
  while (at < sql.length) {
    const char = sql[at] as string;
    if (BLANK.test(char)) at += 1;
    else if (sql.startsWith("--", at)) {
      const end = sql.indexOf("\n", at);
      at = end < 0 ? sql.length : end + 1;
    } else if (sql.startsWith("/*", at)) {
      const end = sql.indexOf("*/", at + 2);
      if (end < 0) throw refuse("A comment begins with /* and does not end.");
      at = end + 2;
    } else if (char in QUOTES) {
      const { text, end } = quoted(sql, at, QUOTES[char] as string);
      push(char === "'" ? "string" : "name", text, end);
    } else if (WORD_START.test(char)) {
      let end = at + 1;
      while (end < sql.length && WORD.test(sql[end] as string)) end += 1;
      // x'00' is a blob.
      if (end === at + 1 && /x/i.test(char) && sql[end] === "'") {
        const blob = quoted(sql, end, "'");
        push("number", blob.text, blob.end);
      } else push("word", sql.slice(at, end).toLowerCase(), end);
    } else if (/[0-9]/.test(char)) {
      let end = at + 1;
      while (end < sql.length && /[0-9A-Za-z_.]/.test(sql[end] as string)) end += 1;
      push("number", sql.slice(at, end), end);
    } else if (char === "?") {
      let end = at + 1;
      while (end < sql.length && /[0-9]/.test(sql[end] as string)) end += 1;
      push("parameter", sql.slice(at + 1, end), end);
    } else if (/[@:$#]/.test(char))
      throw refuse(`"${char}" begins a named parameter; use ? or ?1 and give the values in order.`);
    else if (/[-+*/%&|<>=!~(),.;]/.test(char)) push("sign", char, at + 1);
    else throw refuse(`The character ${JSON.stringify(char)} has no meaning outside of quotes.`);
  }
  return tokens;
}

function quoted(sql: string, at: number, close: string): { text: string; end: number } {
  let text = "";
  for (let i = at + 1; i < sql.length; i += 1) {
    if (sql[i] !== close) text += sql[i];
    // A doubled quote stands for one; a bracket has no such thing.
    else if (close !== "]" && sql[i + 1] === close) {
      text += close;
      i += 1;
    } else return { text, end: i + 1 };
  }
  throw refuse(`A quote (${sql[at]}) is opened and not closed.`);
}

/**
 * The shape that a single SELECT has: it begins as one, brackets are balanced, nothing names a database file, no name could
 * be mistaken for ours. What it may read is settled by the database's own compilation of it, not here.
 */
export function checkShape(tokens: SqlToken[]): void {
  const first = tokens[0];
  if (!first) throw refuse("There is no statement.");
  if (first.kind !== "word" || !["select", "with", "values"].includes(first.text))
    throw refuse(`Only a SELECT can be asked; this begins with ${JSON.stringify(first.text.slice(0, 40))}.`);
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    const previous = tokens[i - 1];
    const next = tokens[i + 1];
    if (token.kind === "sign") {
      if (token.text === ";") throw refuse("Only one statement can be asked at a time, without a semicolon.");
      if (token.text === "(") depth += 1;
      if (token.text === ")") depth -= 1;
      if (depth < 0) throw refuse("A bracket is closed that was not opened.");
    }
    const naming = token.kind === "word" || token.kind === "name" || token.kind === "string";
    if (naming && next?.text === "." && next.kind === "sign" && /^(main|temp)$/i.test(token.text))
      throw refuse(`Name the table alone, without "${token.text}." before it.`);
    if (token.kind === "name" && !/^\w[\w ]{0,63}$/.test(token.text))
      throw refuse(
        `The name ${JSON.stringify(token.text.slice(0, 40))} may hold letters, digits, spaces and _ only.`,
      );
    if (
      token.kind === "name" &&
      /\b(constant|using|row|rows|subquery|virtual|scan|search)\b/i.test(token.text)
    )
      throw refuse(`Choose another name than ${JSON.stringify(token.text)}.`);
    if (token.kind === "string" && previous && !mayPrecedeString(previous))
      throw refuse(
        `'${token.text.slice(0, 40)}' stands where a name belongs; names are written in double quotes.`,
      );
  }
  if (depth > 0) throw refuse("A bracket is opened and not closed.");
}

function mayPrecedeString(token: SqlToken): boolean {
  if (token.kind === "sign") return token.text !== ")" && token.text !== ".";
  return token.kind === "word" && BEFORE_STRING.has(token.text);
}

/** The text with its parameters numbered from ?2 on, since ?1 is the tenant; and how many values it needs. */
export function numberParameters(sql: string, tokens: SqlToken[]): { sql: string; needed: number } {
  let text = "";
  let from = 0;
  let needed = 0;
  for (const token of tokens) {
    if (token.kind !== "parameter") continue;
    const number = token.text === "" ? needed + 1 : Number(token.text);
    if (number < 1 || number > LIMITS.queryParameters)
      throw refuse(`A parameter is numbered from ?1 to ?${LIMITS.queryParameters}.`);
    needed = Math.max(needed, number);
    text += `${sql.slice(from, token.start)}?${number + 1}`;
    from = token.end;
  }
  return { sql: text + sql.slice(from), needed };
}
