/** Commands by how well they match words, best first. Pure. */
import type { Command } from "@tw/shared/contracts/definition";

/** Those that match every word somewhere, ranked; ties by use, then by slug. */
export function rankCommands(commands: Command[], query: string): Command[] {
  const words = wordsOf(query);
  if (words.length === 0) return commands;
  const phrase = words.join(" ");
  return commands
    .map((command) => ({ command, score: score(command, words, phrase) }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        b.command.usage_count - a.command.usage_count ||
        (a.command.slug < b.command.slug ? -1 : 1),
    )
    .map(({ command }) => command);
}

function score(command: Command, words: string[], phrase: string): number {
  const name = wordsOf(command.name).join(" ");
  const slug = command.slug.replaceAll("-", " ");
  const aliases = command.aliases.map((alias) => wordsOf(alias).join(" "));
  const description = wordsOf(command.description);
  let total = 0;
  for (const word of words) {
    const best = Math.max(
      inWords(slug.split(" "), word, 10),
      inWords(name.split(" "), word, 10),
      ...aliases.map((alias) => inWords(alias.split(" "), word, 6)),
      inWords([command.category], word, 4),
      inWords(description, word, 2),
    );
    if (best === 0) return 0;
    total += best;
  }
  // A whole name says more than its words.
  if (slug === phrase || name === phrase) total += 100;
  else if (aliases.includes(phrase)) total += 60;
  else if (slug.startsWith(phrase) || name.startsWith(phrase)) total += 20;
  return total + 1 / (1 + slug.length);
}

function inWords(all: string[], word: string, worth: number): number {
  let best = 0;
  for (const one of all) {
    if (one === word) return worth;
    if (one.startsWith(word)) best = Math.max(best, worth * 0.7);
    else if (word.length >= 3 && one.includes(word)) best = Math.max(best, worth * 0.4);
  }
  return best;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
