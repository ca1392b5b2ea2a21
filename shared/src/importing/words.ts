/** Splits a command line as a shell would, as far as no shell is needed; what needs one is named and refused. */

/** A word: literals and `{{name}}` placeholders, glued. */
export type Word = (string | { param: string })[];

export interface Plain {
  words: Word[];
}
export interface NeedsShell {
  /** What a shell would have to do, for a person. */
  why: string;
}

const MEANING: { [sign: string]: string } = {
  "|": "a pipe",
  "&": "& (background or &&)",
  ";": "several commands",
  "<": "a redirection",
  ">": "a redirection",
  "(": "a subshell",
  ")": "a subshell",
  $: "a variable or $(…)",
  "`": "a back-ticked command",
  "*": "a file pattern",
  "?": "a file pattern",
  "[": "a file pattern",
  "~": "the home directory",
  "#": "a comment",
  "!": "the history",
  "\n": "several lines",
};

/** Words of one simple command with quotes, or why it needs a shell. Backslash and newline join two lines. */
export function plainWords(line: string): Plain | NeedsShell {
  const text = line.replace(/\\\r?\n[ \t]*/g, " ").trim();
  const words: Word[] = [];
  let word: Word | null = null;
  let quote: "'" | '"' | null = null;
  const add = (part: string | { param: string }) => {
    word ??= [];
    const last = word.at(-1);
    if (typeof part === "string" && typeof last === "string") word[word.length - 1] = last + part;
    else word.push(part);
  };
  for (let i = 0; i < text.length; i += 1) {
    const sign = text[i]!;
    const placeholder = /^\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/.exec(text.slice(i));
    if (placeholder) {
      add({ param: placeholder[1]! });
      i += placeholder[0].length - 1;
    } else if (quote === "'") {
      if (sign === "'") quote = null;
      else add(sign);
    } else if (quote === '"') {
      if (sign === '"') quote = null;
      else if (sign === "$" || sign === "`") return { why: `${MEANING[sign]} in quotes` };
      else if (sign === "\\" && /["\\$`]/.test(text[i + 1] ?? "")) add(text[++i]!);
      else add(sign);
    } else if (sign === "'" || sign === '"') {
      quote = sign;
      add("");
    } else if (/\s/.test(sign) && sign !== "\n" && sign !== "\r") {
      if (word) words.push(word);
      word = null;
    } else if (sign === "\\") {
      if (i + 1 >= text.length) return { why: "a backslash at the end" };
      add(text[++i]!);
    } else if (
      MEANING[sign] !== undefined &&
      !(sign === "#" && word) &&
      !(sign === "!" && word) &&
      !(sign === "~" && word)
    )
      return { why: MEANING[sign] };
    else if (sign === "{" && /^\{[^{}]*[,.][^{}]*\}/.test(text.slice(i)))
      return { why: "braces with alternatives" };
    else if (sign === "\r") return { why: MEANING["\n"]! };
    else add(sign);
  }
  if (quote !== null) return { why: `a quote (${quote}) that is not closed` };
  if (word) words.push(word);
  return { words };
}

/**
 * The same command as a shell script, each placeholder a variable that holds the script's N-th argument: in the shell's
 * own quoting, so that a value stays one value wherever the placeholder stood.
 */
export function asScript(line: string, params: string[]): string {
  let body = "";
  let quote: "'" | '"' | null = null;
  for (let i = 0; i < line.length; i += 1) {
    const sign = line[i]!;
    const placeholder = /^\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/.exec(line.slice(i));
    if (placeholder) {
      const variable = `\${${variableOf(placeholder[1]!)}}`;
      body += quote === '"' ? variable : quote === "'" ? `'"${variable}"'` : `"${variable}"`;
      i += placeholder[0].length - 1;
      continue;
    }
    if (sign === "\\" && quote !== "'") {
      body += sign + (line[i + 1] ?? "");
      i += 1;
      continue;
    }
    if (quote === null && (sign === "'" || sign === '"')) quote = sign;
    else if (quote === sign) quote = null;
    body += sign;
  }
  const head = params.map((name, index) => `${variableOf(name)}=\${${index + 1}-}`);
  return ["#!/usr/bin/env bash", "set -euo pipefail", ...head, body.trimEnd(), ""].join("\n");
}

function variableOf(name: string): string {
  return `arg_${name.replace(/[^A-Za-z0-9_]/g, "_")}`;
}
