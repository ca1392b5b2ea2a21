/** An argv as one line, the same wherever it is shown. Only for reading: nothing is ever run from this text. */
export function lineText(words: string[]): string {
  return words.map(quoted).join(" ");
}

/**
 * Quoted as a shell would need it, but for words in angle brackets, which only the run will know. Line ends and other control
 * characters as bash writes them ($'a\nb'), so that no argument looks like a line of its own.
 */
export function quoted(text: string): string {
  if (/^(?:[\w@%+=:,./-]|<[\w .-]*>)+$/.test(text)) return text;
  if (!/\p{Cc}/u.test(text)) return `'${text.replaceAll("'", "'\\''")}'`;
  const escaped = text
    .replaceAll(/[\\']/g, "\\$&")
    .replaceAll(/\p{Cc}/gu, (one) => NAMED[one] ?? `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return `$'${escaped}'`;
}
const NAMED: { [character: string]: string } = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };
