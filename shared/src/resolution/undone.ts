/** What a command is undone by, where somebody asks to undo it; and a command as it is without any words. Pure. */
import type { Command } from "../contracts/definition.ts";
import { type Filled, fillArgs } from "./fill.ts";
import type { LibraryIndex } from "./library-index.ts";
import type { Here, Ranked } from "./rank.ts";
import { isWeak } from "./vocabulary.ts";
import { type Token, wordsOf } from "./words.ts";

const UNDOING = /^(?:undo|reverse|revert|rollback|undone|reversed)$/;

/** "Undo the npm update": what a command is undone by is meant, where the command itself is the nearest. */
export function byUndo(ranked: Ranked[], said: readonly Token[], index: LibraryIndex, here: Here): void {
  const first = said.find(({ kind, word }) => kind !== "word" || !isWeak(word));
  if (!first || !UNDOING.test(first.word)) return;
  const best = ranked.reduce<Ranked | null>(
    (most, one) => (most && most.score >= one.score ? most : one),
    null,
  );
  const slug = best && "rollback" in best.command ? best.command.rollback?.command : undefined;
  const at = slug === undefined ? undefined : index.bySlug.get(slug);
  if (!best || at === undefined || best.command.slug === slug || best.exact) return;
  const undoes = index.commands[at]!;
  if (wordsOf(best.command.slug).some((word) => UNDOING.test(word) || /^(?:restore|back)$/.test(word)))
    return;
  // "Undo my edits" is what the command itself is for.
  const bag = index.bagOf(index.bySlug.get(best.command.slug)!);
  if (["undo", "revers", "revert", "rollback"].some((one) => (bag.get(`=${one}`) ?? 0) > 0.25)) return;
  let one = ranked.find(({ command }) => command === undoes);
  if (!one) {
    one = asIs(undoes, here);
    ranked.push(one);
  }
  one.score = Math.max(one.score, best.score);
  best.score = Math.min(best.score, one.score - 0.1);
  one.reasons.unshift(`undoes ${best.command.slug}`);
}

/** The command without any words: what the place alone tells of it. */
export function asIs(command: Command, here: Here): Ranked {
  const filled: Filled = fillArgs(command, [], new Set(), here.situation, "");
  return {
    command,
    score: 0,
    exact: true,
    reasons: [],
    args: filled.args,
    sources: filled.sources,
    missing: filled.missing,
    heard: { command, tokens: [], used: filled.used },
  };
}
