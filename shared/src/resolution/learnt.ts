/**
 * What people say for which command, learnt from phrases: a table of features with a weight for each command, made by
 * `npm run resolution -- --teach`. A second vote beside the phrases of the library; it names the words that it goes by. Pure.
 */
import type { Features } from "./features.ts";
import TABLE from "./learnt.json" with { type: "json" };

/** Weights are whole numbers in the table. */
export const UNIT = 100;
/** Always said, once. */
export const ALWAYS = { name: "always", worth: 0.3 };
/** Stands for "no command is meant". */
export const NOTHING = "";

export interface Table {
  /** Digest of the phrases that it was made from. */
  from: string;
  /** Slugs, and `NOTHING`. */
  commands: string[];
  /** Feature → pairs of a command's place and its weight. */
  features: { [name: string]: string };
}

export interface Vote {
  /** Log of how likely, up to a sum that is the same for all. */
  votes: Map<string, number>;
  /** What of the weight of one command is owed to one feature. */
  owed(slug: string, feature: string): number;
}

/** A table, ready for use. */
export class Learnt {
  private readonly table: Table;
  private readonly rows = new Map<string, Map<string, number> | null>();
  readonly commands: ReadonlySet<string>;

  constructor(table: Table) {
    this.table = table;
    this.commands = new Set(table.commands);
  }

  /** Digest of the phrases that it was made from. */
  get from(): string {
    return this.table.from;
  }

  /** Is it a word that the phrases use? */
  knows(stemmed: string): boolean {
    return Object.hasOwn(this.table.features, `w:${stemmed}`);
  }

  /** Does the word speak for the command? */
  speaksFor(slug: string, stemmed: string): boolean {
    return (this.row(`w:${stemmed}`)?.get(slug) ?? 0) > 0;
  }

  /** All words that the phrases use, stemmed. */
  words(): string[] {
    return Object.keys(this.table.features).flatMap((name) => (name.startsWith("w:") ? [name.slice(2)] : []));
  }

  vote(features: Features): Vote {
    const votes = new Map<string, number>();
    for (const [name, worth] of [...features, [ALWAYS.name, ALWAYS.worth] as const])
      for (const [slug, weight] of this.row(name) ?? [])
        votes.set(slug, (votes.get(slug) ?? 0) + weight * worth);
    return {
      votes,
      owed: (slug, name) => (this.row(name)?.get(slug) ?? 0) * (features.get(name) ?? 0),
    };
  }

  private row(name: string): Map<string, number> | null {
    let row = this.rows.get(name);
    if (row === undefined) {
      const text = Object.hasOwn(this.table.features, name) ? this.table.features[name]! : null;
      row = text === null ? null : new Map();
      const numbers = text === null ? [] : text.split(" ").map(Number);
      for (let at = 0; at + 1 < numbers.length; at += 2)
        row!.set(this.table.commands[numbers[at]!]!, numbers[at + 1]! / UNIT);
      // What nobody knows is not remembered: anybody may send any word.
      if (row) this.rows.set(name, row);
    }
    return row;
  }
}

/** What the phrases of this repository teach. */
export const LEARNT = new Learnt(TABLE);
