/** The commands that one clause may mean, best first, each with its arguments and with reasons a person can read. Pure. */
import type { Command } from "../contracts/definition.ts";
import type { Args } from "../library/parameters.ts";
import { fillArgs, type Source } from "./fill.ts";
import type { Vote } from "./learnt.ts";
import type { LibraryIndex } from "./library-index.ts";
import { type Match, matchCommands, type QueryWord, queryWords, scoreOf } from "./match.ts";
import { agrees, type Mood, moodOf, willing } from "./mood.ts";
import { renamingOf } from "./renaming.ts";
import { shellLine } from "./shell.ts";
import { deployTarget, listedNoun, type Situation } from "./situation.ts";
import type { Heard } from "./understood.ts";
import { asIs, byUndo } from "./undone.ts";
import { meaningsOf, SAME } from "./vocabulary.ts";
import { combine, learntVote, lostBy, namedBy, telling, wordsFor } from "./votes.ts";
import { stem, type Token, wordsOf } from "./words.ts";

/** How often a command was run: by this person, and in this workspace. */
export interface Use {
  mine: number;
  all: number;
  lastAt: number | null;
}
export type Usage = ReadonlyMap<string, Use>;

export interface Ranked {
  command: Command;
  score: number;
  /** The words are exactly a name of it, whatever the arguments. */
  exact: boolean;
  /** Its whole name was said. */
  called?: boolean;
  reasons: string[];
  args: Args;
  sources: { [name: string]: Source };
  missing: string[];
  /** The words it was read from. */
  heard: Heard;
}
export interface Here {
  situation: Situation;
  usage: Usage;
}

/** Candidates that are looked at closely; the rest shares hardly a word. */
const CLOSE = 16;
/** What is as near as this needs no other reason; what is less near than that is none. */
const OWN_WORDS = 0.97;
const HARDLY_NEAR = 0.45;
const NEGATION = /^(?:without|not|never|dont|don't|except)$/i;
const NEGATIONS = /\b(?:without|not|never|dont|don't|except)\s+(\w+)/gi;

/** Ranks the commands for the tokens of one clause. `whole` is the text that the tokens' places refer to. */
export function rankClause(
  tokens: readonly Token[],
  whole: string,
  index: LibraryIndex,
  here: Here,
  prefix = false,
): Ranked[] {
  const said = tokens.filter((token) => token.kind !== "mark");
  if (said.length === 0) return [];
  const negated = negatedConcepts(said);
  const ranked = rankSaid(said, whole, index, here, negated, prefix);
  const plainText = plainOf(negated.size > 0 ? withoutNegated(said) : said);
  if (negated.size > 0) {
    // "deploy without committing": what is not wanted is no word to be found.
    const others = rankSaid(withoutNegated(said), whole, index, here, negated, prefix);
    for (const other of others) {
      const held = ranked.find(({ command }) => command === other.command);
      other.score *= 0.94;
      if (!held) ranked.push(other);
      else if (other.score > held.score) ranked[ranked.indexOf(held)] = other;
    }
  }
  byShell(ranked, tokens, whole, index, here);
  byUndo(ranked, said, index, here);
  byScript(ranked, plainText, index, here);
  byPlace(ranked, plainText, negated, index, here);
  byName(ranked, said, index);
  return ranked.sort((a, b) => b.score - a.score || (a.command.slug < b.command.slug ? -1 : 1));
}

function rankSaid(
  said: Token[],
  whole: string,
  index: LibraryIndex,
  here: Here,
  negated: Set<string>,
  prefix: boolean,
): Ranked[] {
  const words = queryWords(said, index, prefix);
  const plainText = plainOf(said);
  const questionMark = /^\s*\?/.test(whole.slice(said.at(-1)?.end));
  const mood = moodOf(plainText, questionMark);
  const clause: Clause = { said, words, plainText, mood, negated, whole };
  const best = new Map<Command, Ranked>();
  for (const match of matchCommands(words, index, CLOSE)) {
    const one = candidate(match, clause, index, here);
    if (one.score > (best.get(one.command)?.score ?? -1)) best.set(one.command, one);
  }
  const vote = learntVote(said, questionMark, index);
  return vote ? withVote([...best.values()], vote, clause, index, here) : [...best.values()];
}

/** The same with what people say as a second vote, and with the commands that only that names. */
function withVote(near: Ranked[], vote: Vote, clause: Clause, index: LibraryIndex, here: Here): Ranked[] {
  const { said, whole } = clause;
  const all = [...near];
  for (const at of namedBy(vote, index)) {
    const command = index.commands[at]!;
    if (near.some((one) => one.command === command)) continue;
    const taken = new Set(telling(vote, command.slug, said));
    for (const { noun, raw, token } of clause.words) if (noun && raw === said[token]!.word) taken.add(token);
    const { args, sources, missing, used } = fillArgs(command, said, taken, here.situation, whole);
    const heard = { command, tokens: said, used };
    all.push({ command, score: 0, exact: false, reasons: [], args, sources, missing, heard });
  }
  const scores = combine(
    all.map((one) => ({
      one,
      slug: one.command.slug,
      near: one.score,
      called: one.called ?? false,
      lost: lostBy(one.heard, index),
    })),
    vote,
    index,
  );
  for (const [{ one, near: before }, score] of scores) {
    const own = one.called || !index.learnt?.commands.has(one.command.slug);
    one.score = own ? score : score * willing(clause.mood, clause.plainText, one.command.effect);
    const use = here.usage.get(one.command.slug);
    if (before < OWN_WORDS && use) one.score += usedOften(use);
    const words = before < OWN_WORDS ? wordsFor(vote, one.command.slug, said) : [];
    if (words.length === 0) continue;
    if (before < HARDLY_NEAR)
      one.reasons = one.reasons.filter((reason) => !/^(?:matches|like its|its desc)/.test(reason));
    one.reasons.unshift(`people say ${words.map((word) => `“${word}”`).join(", ")} for it`);
  }
  return all;
}

function usedOften(use: Use): number {
  return Math.min(0.04, 0.012 * Math.log2(1 + use.mine)) + Math.min(0.015, 0.003 * Math.log2(1 + use.all));
}

function plainOf(said: readonly Token[]): string {
  return said
    .filter((token) => token.kind === "word")
    .flatMap((token) => wordsOf(token.text))
    .join(" ");
}

/** The tokens without "without X". */
function withoutNegated(said: readonly Token[]): Token[] {
  return said.filter((token, at) => !NEGATION.test(token.text) && !NEGATION.test(said[at - 1]?.text ?? ""));
}

/** A command line as a program takes it is that program's command. */
function byShell(
  ranked: Ranked[],
  said: readonly Token[],
  whole: string,
  index: LibraryIndex,
  here: Here,
): void {
  const line = shellLine(said, (slug) => index.bySlug.has(slug));
  if (!line) return;
  const command = index.commands[index.bySlug.get(line.slug)!]!;
  const head = new Set(Array.from({ length: line.head }, (_, at) => at));
  const filled = fillArgs(command, said, head, here.situation, whole, line);
  for (const [at, { text }] of said.entries()) if (line.flags?.includes(text)) filled.used.set(at, 1);
  const held = ranked.findIndex((one) => one.command === command);
  if (held >= 0) ranked.splice(held, 1);
  ranked.push({
    command,
    score: Math.max(0.993 * 0.985 ** filled.missing.length, ...ranked.map(({ score }) => score + 0.001)),
    exact: true,
    reasons: ["written as on the command line"],
    args: filled.args,
    sources: filled.sources,
    missing: filled.missing,
    heard: { command, tokens: said, used: filled.used },
  });
}

/** A script of this project's package.json, called by its name: `lint`, `run lint`. */
function byScript(ranked: Ranked[], plainText: string, index: LibraryIndex, here: Here): void {
  const script =
    /^(?:please )?(?:npm |pnpm |yarn )?(?:run |do |execute )?(?:the |a )?([\w-]+)(?: script| it| everything| the code)?$/.exec(
      plainText,
    )?.[1];
  const at = index.bySlug.get("npm-run");
  if (!script || at === undefined || !here.situation.scripts?.includes(script)) return;
  if (ranked.some(({ exact, score, command }) => exact && score > 0.9 && command.category === "packages"))
    return;
  const command = index.commands[at]!;
  const held = ranked.findIndex((one) => one.command === command);
  if (held >= 0) ranked.splice(held, 1);
  ranked.push({
    command,
    score: 0.992,
    exact: true,
    reasons: [`${script} is a script of this project`],
    args: { script },
    sources: { script: { from: "words", text: script } },
    missing: [],
    heard: { command, tokens: [], used: new Map() },
  });
}

interface Clause {
  said: Token[];
  words: QueryWord[];
  plainText: string;
  mood: Mood;
  negated: Set<string>;
  whole: string;
}

function candidate(match: Match, clause: Clause, index: LibraryIndex, here: Here): Ranked {
  const command = index.commands[match.command]!;
  const { words, said, plainText } = clause;
  // What the library is about is said to find a command, not as one's argument.
  const taken = new Set(match.taken);
  for (const { noun, raw, token } of words) if (noun && raw === said[token]!.word) taken.add(token);
  const filled = fillArgs(command, said, taken, here.situation, clause.whole);
  const explained = match.explained.map((one, at) => {
    const sure = filled.used.get(words[at]!.token) ?? 0;
    // A word of the vocabulary that only fills a gap explains little: it more likely means another command.
    return Math.max(one, sure >= 0.9 || words[at]!.foreign ? sure : sure * 0.5);
  });
  let score = scoreOf(words, match.phrase, match.covered, explained);
  const { text, kind } = match.phrase;
  const exact =
    kind !== "description" &&
    (plainText === text ||
      (match.covered > 0.999 && explained.every((one, at) => one > 0.85 || words[at]!.weight < 0.13)));
  if (plainText === text && kind !== "description")
    score = Math.max(score, kind === "slug" ? 0.995 : kind === "alias" ? 0.99 : 0.985);
  // Nothing was said that it does not explain, and nothing of its name is wanting.
  else if (exact) score += Math.max(0, 0.975 - score) * 0.5;
  // A command line: its name first, its arguments behind.
  else if (kind === "slug" && text.includes(" ") && plainText.startsWith(`${text} `))
    score = Math.max(score, score * 0.5 + 0.5);
  score *= 0.985 ** filled.missing.length;
  if (plainText !== text) score *= agrees(clause.mood, command.effect);
  // What the words are about is not what it is about.
  if (words.some((word, at) => word.noun && explained[at]! < 0.3)) score *= 0.86;
  // What the library gives no words of its own is the other half of something else.
  if (command.is_public && command.aliases.length === 0) score *= 0.85;
  if (clause.negated.size > 0 && negates(command, clause.negated)) score *= 0.5;
  const use = here.usage.get(command.slug);
  if (use) score += usedOften(use);
  score += fitsHere(command, here.situation);
  return {
    command,
    score,
    exact,
    called: exact || (kind === "slug" && match.covered > 0.999),
    reasons: reasonsOf(match, words, use),
    args: filled.args,
    sources: filled.sources,
    missing: filled.missing,
    heard: { command, tokens: said, used: filled.used },
  };
}

/** A command for what is here is a little likelier than one for what is not. */
function fitsHere(command: Command, { git, wrangler, package_manager, ...others }: Situation): number {
  if (command.category === "git" && git) return 0.008;
  if (command.category === "packages" && package_manager) return 0.008;
  // Without an editor that tells where it is, what others do as well is better done by them.
  if (command.category === "cursor" && !("editor" in others)) return -0.015;
  if (["deployment", "database", "workflow"].includes(command.category) && wrangler) return 0.006;
  return 0;
}

function negatedConcepts(said: readonly Token[]): Set<string> {
  const text = said.map((token) => token.text).join(" ");
  const concepts = new Set<string>();
  for (const [, word] of text.matchAll(NEGATIONS))
    for (const { concept, weight } of meaningsOf(stem((word ?? "").toLowerCase())))
      if (weight >= SAME) concepts.add(concept);
  return concepts;
}

/** Does the command, or a step of it, do one of these? */
export function negates(command: Command, negated: ReadonlySet<string>): boolean {
  const parts =
    command.type === "workflow" ? command.definition.steps.map((step) => step.command) : [command.slug];
  return parts.some((part) =>
    wordsOf(part).some((word) =>
      meaningsOf(stem(word)).some(({ concept, weight }) => weight >= SAME && negated.has(concept)),
    ),
  );
}

function reasonsOf(
  match: Match,
  words: readonly QueryWord[],
  use: { mine: number; all: number } | undefined,
): string[] {
  const reasons: string[] = [];
  const { phrase } = match;
  if (phrase.kind === "description") reasons.push("its description matches");
  else
    reasons.push(
      phrase.kind === "example" ? `like its example “${phrase.text}”` : `matches “${phrase.text}”`,
    );
  for (const word of words)
    if (word.corrected && match.taken.has(word.token))
      reasons.push(`“${word.raw}” read as “${word.corrected}”`);
  if (use && use.mine > 0) reasons.push(use.mine === 1 ? "you ran it once" : `you ran it ${use.mine}×`);
  else if (use && use.all > 0)
    reasons.push(use.all === 1 ? "it was run here once" : `it was run here ${use.all}×`);
  return reasons;
}

/** Words that mean something else in each place: `deploy` and `list`. */
function byPlace(
  ranked: Ranked[],
  plainText: string,
  negated: ReadonlySet<string>,
  index: LibraryIndex,
  here: Here,
): void {
  const find = (slug: string) => ranked.find(({ command }) => command.slug === slug);
  const whole = find("workflow-deploy");
  const worker = find("wrangler-deploy");
  const general = find("deploy");
  const explicit =
    /\b(wrangler|worker|workflow|full|pages|complete|whole|commit|push|git|dry|without|only|just|versions?)\b/.test(
      plainText,
    );
  if (whole && worker && !explicit && Math.max(whole.score, worker.score, general?.score ?? 0) > 0.5) {
    const rivals = whole.exact || general?.exact ? ranked : [whole, worker, ...(general ? [general] : [])];
    const top = Math.max(...rivals.map(({ score }) => score));
    if (negated.size > 0 && !negates(whole.command, negated)) return;
    const target = negates(whole.command, negated)
      ? { slug: "wrangler-deploy" as const, because: [] }
      : deployTarget(here.situation);
    const [meant, other] = target?.slug === "wrangler-deploy" ? [worker, whole] : [whole, worker];
    meant.score = top + 0.02;
    other.score = Math.min(other.score, top - 0.03);
    // Where nothing is known, the one that looks for itself.
    if (general) general.score = target ? Math.min(general.score, top - 0.05) : top + 0.03;
    if (target) meant.reasons.push(...target.because);
  }
  const noun = listedNoun(here.situation.resource);
  if (noun && /^(list|show|ls|show all|list all|list here)$/.test(plainText)) {
    const slug = [`${noun}-list`, noun].find((one) => index.bySlug.has(one));
    const meant =
      slug === undefined ? undefined : (find(slug) ?? asIs(index.commands[index.bySlug.get(slug)!]!, here));
    const general = find("list");
    const target = meant ?? general;
    if (target) {
      if (!ranked.includes(target)) ranked.push(target);
      target.score = Math.max(...ranked.map(({ score }) => score)) + 0.05;
      target.reasons.push(`you are at ${here.situation.resource}`);
    }
  }
}

/** "rename total to sum in src/a.ts": a name in code. Without a file both are offered, equally near. */
function byName(ranked: Ranked[], said: Token[], index: LibraryIndex): void {
  const at = index.bySlug.get("cursor-rename-symbol");
  const renaming = at === undefined ? null : renamingOf(said);
  if (at === undefined || !renaming) return;
  const command = index.commands[at]!;
  const { symbol, new_name, file, used } = renaming;
  const args: Args = { symbol, new_name, ...(file === null ? {} : { file }) };
  const sources = Object.fromEntries(
    Object.entries(args).map(([name, text]) => [name, { from: "words" as const, text: String(text) }]),
  );
  const top = Math.max(0, ...ranked.map(({ score }) => score));
  // What it would make of the file is wrong.
  const others = ranked.filter(
    ({ command: { slug } }) => slug !== command.slug && (file === null || slug !== "mv"),
  );
  ranked.splice(0, ranked.length, ...others, {
    command,
    score: file === null ? top - 0.01 : top + 0.02,
    exact: false,
    reasons: [file === null ? "both may be names in code" : `both are names in code, in ${file}`],
    args,
    sources,
    missing: [],
    heard: { command, tokens: said, used: new Map(used.map((one) => [one, 1])) },
  });
}
