/** What a clause says, worked out once for all commands that it may mean. Pure. */
import { stemOf, type Token } from "./words.ts";

export interface Said {
  words: ReadonlySet<string>;
  stems: ReadonlySet<string>;
  /** Its words in lower case with one space around each; what is none is a dot. */
  text: string;
}

const known = new WeakMap<readonly Token[], Said>();

/** What the tokens say, as sets and as text. */
export function saidBy(tokens: readonly Token[]): Said {
  let said = known.get(tokens);
  if (!said) {
    const words = tokens.filter(({ kind }) => kind === "word");
    said = {
      words: new Set(words.map(({ word }) => word)),
      stems: new Set(words.map(stemOf)),
      text: ` ${tokens.map(({ kind, text }) => (kind === "word" ? text.toLowerCase() : "·")).join(" ")} `,
    };
    known.set(tokens, said);
  }
  return said;
}
