/** The words behind a verb. */

/** What could not be done, in a sentence for a person. */
export class Failed extends Error {
  override name = "Failed";
}

export interface Words {
  /** `--name value` and `--name=value`. */
  value(name: string): string | undefined;
  needed(name: string): string;
  /** `--name` alone. */
  has(name: string): boolean;
  /** Everything behind `--`. */
  rest: string[];
}

const ALONE = new Set(["local", "remote"]);

/** Reads flags up to `--`; everything behind it is taken as it is. */
export function readWords(argv: string[]): Words {
  const end = argv.indexOf("--");
  const rest = end === -1 ? [] : argv.slice(end + 1);
  const values = new Map<string, string>();
  const alone = new Set<string>();
  const flags = end === -1 ? argv : argv.slice(0, end);
  const words = flags[Symbol.iterator]();
  for (const word of words) {
    const match = /^--([a-z0-9-]+)(?:=([\s\S]*))?$/.exec(word);
    if (!match) throw new Failed(`"${word}" is no flag; values stand behind --`);
    const [, name = "", glued] = match;
    if (ALONE.has(name)) {
      alone.add(name);
      continue;
    }
    const value: string | undefined = glued ?? words.next().value;
    if (value === undefined) throw new Failed(`--${name} needs a value`);
    values.set(name, value);
  }
  return {
    rest,
    value: (name) => values.get(name),
    has: (name) => alone.has(name),
    needed(name) {
      const value = values.get(name);
      if (value === undefined) throw new Failed(`--${name} is missing`);
      return value;
    },
  };
}
