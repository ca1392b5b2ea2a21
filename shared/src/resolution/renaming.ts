/** "rename a to b": a name in code, or a file? What stands on both sides tells, and where it shall be done. Pure. */
import { USUAL_DIRECTORIES } from "./fill-roles.ts";
import { isWeak } from "./vocabulary.ts";
import type { Token } from "./words.ts";

export interface Renaming {
  symbol: string;
  new_name: string;
  /** The file it stands in; without one it may as well be a file that is renamed. */
  file: string | null;
  /** Places of the words that became arguments. */
  used: number[];
}

const NAME = /^[A-Za-z_$][\w$]*$/;
const KINDS =
  /^(?:the|my|our|variable|function|class|method|constant|symbol|type|hook|interface|component|please)$/;

/** The renaming of a name to a name, in a file of code or nowhere in particular; null when it is something else. */
export function renamingOf(tokens: readonly Token[]): Renaming | null {
  let at = tokens.findIndex(({ word }) => !/^(?:please|can|could|you|i|want|to)$/.test(word));
  if (at < 0 || tokens[at]!.word !== "rename") return null;
  const next = () => {
    at += 1;
    while (tokens[at] && KINDS.test(tokens[at]!.word)) at += 1;
    return tokens[at];
  };
  const used: number[] = [];
  const name = (token: Token | undefined) => {
    if (token?.kind !== "word" || !NAME.test(token.text) || isWeak(token.word)) return null;
    used.push(at);
    return token.text;
  };
  const symbol = name(next());
  if (symbol === null || !/^(?:to|into|as)$/.test(next()?.word ?? "")) return null;
  const new_name = name(next());
  if (new_name === null) return null;
  const behind = next();
  if (behind === undefined) return { symbol, new_name, file: null, used };
  const file = /^(?:in|inside|within|of)$/.test(behind.word) ? next() : undefined;
  // In a directory it may as well be a file that is renamed.
  if (file && at === tokens.length - 1 && (USUAL_DIRECTORIES.has(file.text) || /\/$/.test(file.text)))
    return { symbol, new_name, file: null, used };
  if (file?.kind !== "path" || !/\.\w+$/.test(file.text)) return null;
  used.push(at);
  return { symbol, new_name, file: file.text, used };
}
