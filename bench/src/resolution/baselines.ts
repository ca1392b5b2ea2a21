/** What anybody would use: full-text search with BM25, a fuzzy-search library, a small search engine. Each as its manual sets it up. */
import { DatabaseSync } from "node:sqlite";
import type { Command } from "@tw/shared/contracts/definition";
import Fuse from "fuse.js";
import MiniSearch from "minisearch";
import type { Case } from "../../../shared/test/resolution/load.ts";
import type { Tally } from "../../../shared/test/resolution/score.ts";

export interface Baseline {
  name: string;
  /** Slugs, best first. */
  find(text: string): string[];
}

/** A chain is no command, so these are asked for any of its parts: more than they can be blamed for. */
export function tallyBaseline(cases: readonly Case[], baseline: Baseline): Tally {
  const count: Tally = { cases: 0, top1: 0, top3: 0, withArgs: 0, argsRight: 0 };
  for (const one of cases) {
    const wanted = one.chain ? [...one.chain, "git-commit-and-push", "git-add-and-commit"] : one.slugs;
    const found = baseline.find(one.text);
    const nothing = wanted.length === 0;
    count.cases += 1;
    if (nothing ? found.length === 0 : found.slice(0, 1).some((slug) => wanted.includes(slug)))
      count.top1 += 1;
    if (nothing ? found.length === 0 : found.slice(0, 3).some((slug) => wanted.includes(slug)))
      count.top3 += 1;
  }
  return count;
}

export function baselines(commands: readonly Command[]): Baseline[] {
  const documents = commands.map(({ slug, name, aliases, description, examples, category }) => ({
    id: slug,
    name: `${name} ${slug.replaceAll("-", " ")}`,
    aliases: aliases.join(" . "),
    examples: examples.map(({ text }) => text).join(" . "),
    description,
    category,
  }));
  return [fullText(documents), fuzzy(documents), engine(documents)];
}
type Documents = {
  id: string;
  name: string;
  aliases: string;
  examples: string;
  description: string;
  category: string;
}[];

function fullText(documents: Documents): Baseline {
  const db = new DatabaseSync(":memory:");
  db.exec(
    "CREATE VIRTUAL TABLE commands USING fts5 (id UNINDEXED, name, aliases, examples, description, category, tokenize = 'porter unicode61')",
  );
  const insert = db.prepare("INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?)");
  for (const one of documents)
    insert.run(one.id, one.name, one.aliases, one.examples, one.description, one.category);
  const find = db.prepare(
    "SELECT id FROM commands WHERE commands MATCH ? ORDER BY bm25(commands, 0, 10, 5, 3, 2, 1) LIMIT 10",
  );
  return {
    name: "FTS5, BM25",
    find(text) {
      const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      if (words.length === 0) return [];
      return find.all(words.map((word) => `"${word}"`).join(" OR ")).map((row) => row.id as string);
    },
  };
}

function fuzzy(documents: Documents): Baseline {
  const fuse = new Fuse(documents, {
    keys: [
      { name: "name", weight: 5 },
      { name: "aliases", weight: 3 },
      { name: "examples", weight: 2 },
      { name: "description", weight: 1 },
    ],
    ignoreLocation: true,
    threshold: 0.4,
    useTokenSearch: true,
  } as never);
  return { name: "fuse.js", find: (text) => fuse.search(text, { limit: 10 }).map(({ item }) => item.id) };
}

function engine(documents: Documents): Baseline {
  const search = new MiniSearch({
    fields: ["name", "aliases", "examples", "description", "category"],
    searchOptions: { boost: { name: 5, aliases: 3, examples: 2 }, fuzzy: 0.2, prefix: true },
  });
  search.addAll(documents);
  return {
    name: "minisearch",
    find: (text) =>
      search
        .search(text)
        .slice(0, 10)
        .map(({ id }) => id as string),
  };
}
