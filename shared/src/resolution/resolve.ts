/**
 * Plain words to commands: without a model, without a network, explainable. The words are split into clauses, each clause ranks
 * the library, and what several clauses mean becomes a chain that can be run as it is. Pure.
 */
import type { Command, WorkflowStep } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Effect } from "../engine/statuses.ts";
import { strongest } from "../library/gates.ts";
import type { Args } from "../library/parameters.ts";
import { beginsAnew, isClause, joinings, type Piece, piecesOf, verbList, withoutIfs } from "./clauses.ts";
import {
  type Clause,
  chainSteps,
  composeParts,
  inheriting,
  type Part,
  referring,
  standsForSeveral,
} from "./compose.ts";
import type { Source } from "./fill.ts";
import type { LibraryIndex } from "./library-index.ts";
import { predict, predictSteps, type StepView } from "./predict.ts";
import { type Here, type Ranked, rankClause, type Usage } from "./rank.ts";
import type { Situation } from "./situation.ts";
import { type ActiveRun, type Place, warningsFor } from "./warnings.ts";
import { joinPhrases, tokenise, wordsOf } from "./words.ts";

/** The command that runs steps given as its argument. */
export const CHAIN = "chain";

export interface Candidate {
  /** Run it with `POST /api/commands/{slug}/execute {args}`: also a chain. */
  slug: string;
  name: string;
  description: string;
  type: Command["type"];
  effect: Effect;
  /** 0 to 1. */
  score: number;
  reasons: string[];
  args: Args;
  /** Where each argument came from. */
  sources: { [name: string]: Source };
  /** Required arguments that nothing told yet; of a chain as `step.argument`. */
  missing: string[];
  warnings: string[];
  /** Runs that are not over and that it would meet; the warnings say how. */
  under_way: string[];
  /** What it consists of, and what of that will be skipped here. */
  steps?: StepView[];
}
export type Kind = "match" | "chain" | "suggestions" | "none";
export interface Resolution {
  kind: Kind;
  candidates: Candidate[];
}
export interface Asked {
  text: string;
  situation: Situation;
  usage: Usage;
  active: readonly ActiveRun[];
  place: Place;
  /** The last word may be a beginning: somebody is typing. */
  typing?: boolean;
}

/** A candidate below this is noise. */
export const LEAST = 0.24;
/** From here on a candidate is meant, unless another is as near. */
const SURE = 0.62;
const APART = 0.045;
/** A clause that begins with what to do may be less sure. */
const CLAUSE_LEAST = 0.45;
const LOOSE_LEAST = 0.6;
/** All of them together must be surer than that. */
const CHAIN_LEAST = 0.57;
/** So near the second best command of a clause is another reading of the whole. */
const NEAR = 0.3;
/** By how much a chain must be ahead of one command that the words name, and how far it may be behind one that they do not: farther where each clause begins with what to do. */
const EXACT_AHEAD = 0.02;
const EXACT_BEHIND = -0.12;
const BEHIND = -0.06;
const ANEW_BEHIND = -0.25;
const SHOWN = 8;
const TEXT_CHARS = 2_000;

/** Reads the text. Never throws for what is in it. */
export function resolve(asked: Asked, index: LibraryIndex): Resolution {
  const text = withoutIfs(joinPhrases(asked.text.slice(0, TEXT_CHARS)));
  const tokens = tokenise(text);
  if (tokens.length === 0) return { kind: "none", candidates: [] };
  const here: Here = { situation: asked.situation, usage: asked.usage };
  const single = rankClause(tokens, text, index, here, asked.typing);
  // The same words are looked at in several readings.
  const seen = new Map<string, Ranked[]>();
  const chain = bestChain(
    piecesOf(tokens),
    index,
    (clause) => {
      const key = clause.map(({ start, word }) => `${start}${word}`).join();
      let ranked = seen.get(key);
      if (!ranked) {
        ranked = rankClause(clause, text, index, here);
        seen.set(key, ranked);
      }
      return ranked;
    },
    text,
    here,
  );
  // It has no meaning of its own: what several clauses mean becomes it.
  const chainAt = single.findIndex(({ command }) => command.slug === CHAIN);
  if (chainAt >= 0) single.splice(chainAt, 1);
  const [best] = single;
  const top = best?.score ?? 0;
  const exact = best?.exact === true;
  // The words are a name of it, with nothing beside.
  const named = index.exact.has(wordsOf(text).join(" "));
  const found = single
    .filter(({ score }) => score >= LEAST)
    .slice(0, SHOWN)
    .map((one) => ofRanked(one, asked, index));
  // A workflow that was said by its own name, and stands for several commands, is shown as them.
  const known =
    best && top >= SURE && standsForSeveral(best.command)
      ? [
          {
            command: best.command,
            args: best.args,
            missing: best.missing,
            sources: best.sources,
            combined: true,
          },
        ]
      : null;
  const read =
    chain &&
    chain.score >=
      top + (chain.anew && !named ? (exact ? EXACT_BEHIND : ANEW_BEHIND) : exact ? EXACT_AHEAD : BEHIND)
      ? ofParts(chain.parts, chain.score, asked, index)
      : known
        ? ofParts(known, top, asked, index)
        : [];
  // Where one clause may as well mean another command, that chain is offered, too.
  const other =
    read[0]?.slug === CHAIN && chain?.other
      ? ofParts(chain.other.parts, chain.other.score, asked, index)
      : [];
  const chains = [...read, ...other.slice(0, 1)];
  const candidates = [
    ...chains,
    ...found.filter((one) => !chains.some((other) => other.slug === one.slug)),
  ].slice(0, SHOWN);
  for (const one of candidates) one.score = Math.min(1, Math.round(one.score * 1_000) / 1_000);
  return { kind: kindOf(candidates, chains.length > 0, single), candidates };
}

/** All commands that words find, best first, for a list. */
export function searchCommands(text: string, index: LibraryIndex, usage: Usage): Command[] {
  const words = joinPhrases(text.slice(0, TEXT_CHARS));
  return rankClause(tokenise(words), words, index, { situation: {}, usage }, true)
    .filter(({ score }) => score >= LEAST)
    .map(({ command }) => command);
}

function kindOf(candidates: readonly Candidate[], isChain: boolean, single: readonly Ranked[]): Kind {
  const [first, second] = candidates;
  if (!first) return "none";
  if (isChain) return "chain";
  if (first.score < SURE) return "suggestions";
  const near = second !== undefined && second.score > first.score - APART;
  // Two commands that answer to the very same words are a choice.
  return near && !(single[0]?.exact && !single[1]?.exact) ? "suggestions" : "match";
}

interface Read {
  parts: Part[];
  score: number;
  /** Each clause begins with what to do. */
  anew?: boolean;
  /** The same with the next best command for the clause that is least sure. */
  other?: { parts: Part[]; score: number } | undefined;
}

/** The best way to read the pieces as several commands; null when one of them is none. */
function bestChain(
  pieces: Piece[],
  index: LibraryIndex,
  rank: (tokens: Piece["tokens"]) => Ranked[],
  text: string,
  here: Here,
): Read | null {
  const split = pieces.flatMap((piece) => verbList(piece, index) ?? [piece]);
  if (split.length < 2 || split.length > 12) return null;
  let best: Read | null = null;
  for (const way of joinings(split)) {
    if (way.length < 2) continue;
    const clauses: Clause[] = [];
    for (const piece of way) {
      if (!piece.hard && piece !== way[0] && !isClause(piece, index) && !beginsAnew(piece)) break;
      const ranked = read(piece.tokens, clauses.at(-1)?.ranked[0], index, rank);
      const least = piece === way[0] || piece.hard || beginsAnew(piece) ? CLAUSE_LEAST : LOOSE_LEAST;
      if ((ranked[0]?.score ?? 0) < least) break;
      clauses.push({ ranked, tokens: piece.tokens });
    }
    if (clauses.length < way.length) continue;
    const scores = clauses.map(({ ranked }) => Math.min(1, ranked[0]!.score));
    const score =
      (scores.reduce((sum, one) => sum + one, 0) / scores.length) * 0.6 + Math.min(...scores) * 0.4;
    if (score < CHAIN_LEAST || (best && score <= best.score + 0.001)) continue;
    const parts = composeParts(clauses, text, index, here);
    if (parts && new Set(clauses.map(({ ranked }) => ranked[0]!.command.slug)).size > 1)
      best = {
        parts,
        score,
        anew: way.slice(1).every((piece) => piece.hard || beginsAnew(piece)),
        other: otherwise(clauses, score, text, index, here),
      };
  }
  return best;
}

/** The chain with the next best command in the clause where that is nearest; undefined when none is near. */
function otherwise(
  clauses: readonly Clause[],
  score: number,
  text: string,
  index: LibraryIndex,
  here: Here,
): Read | undefined {
  const gaps = clauses.map(({ ranked }) => (ranked[1] ? ranked[0]!.score - ranked[1].score : 1));
  const gap = Math.min(...gaps);
  if (gap > NEAR) return undefined;
  const at = gaps.indexOf(gap);
  const swapped = clauses.map((clause, i) =>
    i === at ? { ...clause, ranked: clause.ranked.slice(1) } : clause,
  );
  const parts = composeParts(swapped, text, index, here);
  return parts ? { parts, score: score - gap / clauses.length - 0.04 } : undefined;
}

/** What a clause may mean behind another one, whose thing its pronoun may stand for. */
function read(
  tokens: Piece["tokens"],
  before: Ranked | undefined,
  index: LibraryIndex,
  rank: (tokens: Piece["tokens"]) => Ranked[],
): Ranked[] {
  const ranked = rank(tokens);
  const meant = before ? referring(tokens, before.command, index) : null;
  if (!before || !meant) return ranked;
  const [best, ...others] = rank(meant.tokens);
  // What the pronoun stands for says more than the pronoun does.
  if (!best || best.score < (ranked[0]?.score ?? 0) - 0.2) return ranked;
  return [inheriting(best, before, meant.noun), ...others];
}

/** A command alone. Of a workflow its steps are shown. */
function ofRanked(ranked: Ranked, asked: Asked, index: LibraryIndex): Candidate {
  const { command, args } = ranked;
  const steps =
    command.type === "workflow" && command.definition.steps.length > 0
      ? predictSteps(command, args, asked.situation, finder(index))
      : null;
  return {
    ...head(command),
    score: ranked.score,
    reasons: ranked.reasons,
    args,
    sources: ranked.sources,
    missing: ranked.missing,
    ...warningsFor({ command, args, steps: [command] }, asked, index),
    ...(steps ? { steps } : {}),
  };
}

/** A chain: the workflow of the library that is it, or its steps for `chain`. Behind its upstream it offers to pull first. */
function ofParts(parts: readonly Part[], score: number, asked: Asked, index: LibraryIndex): Candidate[] {
  const [only] = parts;
  const pushes = parts.find(({ command }) => command.slug === "git-commit-and-push");
  const behind = asked.situation.git?.behind ?? 0;
  const asIs =
    only && parts.length === 1 ? ofKnown(only, score, asked, index) : ofSteps(parts, score, asked, index);
  if (!asIs) return [];
  if (!pushes || behind === 0 || pushes.args.pull === true) return [asIs];
  const pulled = parts.map((part) =>
    part === pushes ? { ...part, args: { ...part.args, pull: true } } : part,
  );
  const first =
    only && parts.length === 1
      ? ofKnown(pulled[0]!, score, asked, index)
      : ofSteps(pulled, score, asked, index);
  if (!first) return [asIs];
  const { branch, upstream } = asked.situation.git ?? {};
  const said = `${branch ?? "the branch"} is ${behind} behind ${upstream ?? "its upstream"}`;
  first.reasons.push(`${said}: it pulls first`);
  asIs.warnings.push(`${said}: without pulling first it stops before anything is committed`);
  asIs.score -= 0.05;
  return [first, asIs];
}

function ofKnown(part: Part, score: number, asked: Asked, index: LibraryIndex): Candidate | null {
  const { command, args } = part;
  if (command.type !== "workflow") return null;
  const steps = predictSteps(command, args, asked.situation, finder(index));
  return {
    ...head(command),
    score,
    reasons: ["several commands in one", ...gitReasons(asked.situation)],
    args,
    sources: part.sources,
    missing: part.missing,
    ...warningsFor(
      { command, args, steps: stepCommands(steps, index) },
      asked,
      index,
      leftOut(steps, args, asked.situation),
    ),
    steps,
  };
}

function ofSteps(parts: readonly Part[], score: number, asked: Asked, index: LibraryIndex): Candidate | null {
  const chain = index.bySlug.get(CHAIN);
  if (chain === undefined) return null;
  const command = index.commands[chain]!;
  const { steps, missing } = chainSteps(parts);
  const find = finder(index);
  const shown = predict({ steps }, {}, asked.situation, find).flatMap((view, at) =>
    expand(view, steps[at]!, parts[at]!, asked, index),
  );
  const commands = parts.map((part) => part.command);
  return {
    ...head(command),
    name: commands.map(({ name }) => name).join(", then "),
    effect: strongest(commands.map(({ effect }) => effect)),
    score,
    reasons: [`${parts.length} commands, one after another`],
    args: { steps: steps.map(asWritten) },
    sources: {},
    missing,
    ...warningsFor({ command, args: {}, steps: commands }, asked, index, leftOut(shown, {}, asked.situation)),
    steps: shown,
  };
}

/** A part that stands for several commands is shown as those. */
function expand(
  view: StepView,
  step: WorkflowStep,
  part: Part,
  asked: Asked,
  index: LibraryIndex,
): StepView[] {
  if (!part.combined || part.command.type !== "workflow") return [{ ...view, look: false }];
  return predictSteps(part.command, part.args, asked.situation, finder(index)).map((inner) => ({
    ...inner,
    id: `${step.id ?? view.id}.${inner.id}`,
  }));
}

/** As a person would write the step: without what is as always. */
function asWritten({ id, command, args }: WorkflowStep): Json {
  return { ...(id === undefined ? {} : { id }), command, ...(Object.keys(args).length > 0 ? { args } : {}) };
}

function head({ slug, name, description, type, effect }: Command) {
  return { slug, name, description, type, effect };
}
function finder(index: LibraryIndex): (slug: string) => Command | undefined {
  return (slug) => {
    const at = index.bySlug.get(slug);
    return at === undefined ? undefined : index.commands[at];
  };
}
function stepCommands(steps: readonly StepView[], index: LibraryIndex): Command[] {
  return steps.flatMap(({ command }) => finder(index)(command) ?? []);
}

/** Files that a commit of what is staged leaves out are said, not taken. */
function leftOut(steps: readonly StepView[], args: Args, { git }: Situation): string[] {
  const adds = steps.find(({ command }) => command === "git-add");
  if (adds?.will !== "skip" || !git?.dirty || (git.staged ?? 0) === 0 || args.all === true) return [];
  return ["only what is staged is committed; other changes stay as they are (all: true takes them too)"];
}

function gitReasons({ git }: Situation): string[] {
  if (!git) return [];
  if (!git.dirty && (git.staged ?? 0) === 0 && (git.ahead ?? 0) === 0 && git.upstream)
    return [`${git.branch ?? "HEAD"} is clean and pushed: nothing to do`];
  return [];
}
