/** Commands by words, for lists: the same ranking that resolves words. */
import type { Command } from "@tw/shared/contracts/definition";
import { readResolving } from "@tw/shared/db/resolving";
import { buildIndex } from "@tw/shared/resolution/library-index";
import { searchCommands } from "@tw/shared/resolution/resolve";
import type { Caller } from "../auth.ts";
import { libraryIndex } from "./library-cache.ts";

/** Those of `all` that the words find, best first; behind them those with a word that begins with each word typed. */
export async function foundBy(
  db: D1Database,
  caller: Caller,
  text: string,
  all: readonly Command[],
): Promise<Command[]> {
  const { tenantId } = caller;
  const { libraryMark, usage } = await readResolving(db, {
    tenantId,
    personId: caller.actor.id,
    agentId: null,
  });
  // What is out of use is in no index; a list of it is short and rare.
  const active = all.every(({ status }) => status === "active");
  const index = active
    ? await libraryIndex(db, tenantId, libraryMark)
    : buildIndex(all.map((command) => ({ ...command, status: "active" as const })));
  const listed = new Map(all.map((command) => [command.slug, command]));
  const ranked = searchCommands(text, index, usage).flatMap(({ slug }) => listed.get(slug) ?? []);
  const found = new Set(ranked);
  return [...ranked, ...all.filter((command) => !found.has(command) && beginsLike(command, text))];
}

/** A list is narrowed while somebody types, so half a word finds what the ranking does not know yet. */
function beginsLike({ slug, name, aliases }: Command, text: string): boolean {
  const words = [slug, name, ...aliases].flatMap((said) => said.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const typed = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return typed.length > 0 && typed.every((part) => words.some((word) => word.startsWith(part)));
}
