/** Several clauses as one chain: what flows from one to the next, and which known workflow does the same with less. Pure. */
import type { Command, WorkflowStep } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { stepIds } from "../library/graph.ts";
import { outputNames } from "../library/outputs.ts";
import { type Args, own } from "../library/parameters.ts";
import { fillArgs } from "./fill.ts";
import type { LibraryIndex } from "./library-index.ts";
import type { Here, Ranked } from "./rank.ts";
import type { Heard } from "./understood.ts";
import { stem, type Token, wordsOf } from "./words.ts";

/** One clause, read: the commands it may mean, best first, and its words. */
export interface Clause {
  ranked: Ranked[];
  tokens: Token[];
}
/** A part of a chain: a command, and the clauses it stands for. */
export interface Part {
  command: Command;
  args: Args;
  missing: string[];
  /** It stands for several commands, which it runs only as far as needed. */
  combined: boolean;
  sources: Ranked["sources"];
  heard: Heard;
}

/** Neighbouring commands that a workflow of the library does with less, longest first; a question mark: may be left out. */
interface Rule {
  of: string[];
  is: string;
  args?: Args;
  /** It has a meaning of its own, so alone it is not read as its parts. */
  alone?: boolean;
}
const argsOf = (rule: Rule): Args => rule.args ?? {};
const COMBINED: Rule[] = [
  // The whole way holds committing and pushing already.
  { of: ["git-add?", "git-commit", "git-push", "workflow-deploy"], is: "workflow-deploy", alone: true },
  { of: ["git-add?", "git-commit", "git-push", "deploy"], is: "workflow-deploy", alone: true },
  { of: ["workflow-deploy", "deploy"], is: "workflow-deploy", alone: true },
  { of: ["git-pull", "git-add?", "git-commit", "git-push"], is: "git-commit-and-push", args: { pull: true } },
  { of: ["git-add?", "git-commit", "git-pull", "git-push"], is: "git-commit-and-push", args: { pull: true } },
  { of: ["git-add?", "git-commit", "git-push"], is: "git-commit-and-push" },
  { of: ["git-add", "git-commit"], is: "git-add-and-commit" },
];
/** In a chain a commit takes what the steps before it changed. */
const IN_CHAIN: Rule[] = [{ of: ["git-commit"], is: "git-add-and-commit" }];

/** Is it a workflow that stands for several commands, and is read as them? */
export function standsForSeveral(command: Command): boolean {
  return COMBINED.some((rule) => rule.is === command.slug && !rule.alone);
}

/** The parts of a chain, or null when a clause means nothing. */
export function composeParts(
  clauses: readonly Clause[],
  whole: string,
  index: LibraryIndex,
  here: Here,
): Part[] | null {
  const chosen: Ranked[] = [];
  for (const [at, clause] of clauses.entries()) {
    const before = chosen.at(-1)?.command;
    const best = before ? linked(clause, before) : clause.ranked[0];
    if (!best) return null;
    chosen[at] = best;
  }
  const parts: Part[] = [];
  for (let at = 0; at < chosen.length; ) {
    const known = combinedAt(chosen, at, index, clauses.length > 1);
    if (!known) {
      const { command, args, missing, sources, heard } = chosen[at]!;
      parts.push({ command, args, missing, sources, heard, combined: false });
      at += 1;
      continue;
    }
    const tokens = clauses.slice(at, at + known.length).flatMap((clause) => clause.tokens);
    const own = fillArgs(known.command, tokens, takenBy(tokens, known.command), here.situation, whole);
    const args = {
      ...fromParts(chosen.slice(at, at + known.length), known.command),
      ...own.args,
      ...known.args,
    };
    parts.push({
      command: known.command,
      args,
      missing: own.missing.filter((name) => args[name] === undefined),
      sources: own.sources,
      heard: { command: known.command, tokens, used: own.used },
      combined: true,
    });
    at += known.length;
  }
  return parts;
}

/** A candidate that takes what the one before puts out goes first: "export the database and upload it". */
function linked({ ranked, tokens }: Clause, before: Command): Ranked | undefined {
  const outputs = outputNames(before);
  const top = ranked[0];
  if (!top || !outputs.has("file")) return top;
  // "it" is what was made: whatever takes a file is meant, also where another command has the nearer name.
  const pronoun = tokens.some(({ word }) => ["it", "that", "them"].includes(word));
  const near = ranked.filter(({ score }) => score > (pronoun ? 0.3 : top.score - 0.25));
  const takers = near.filter(
    ({ command, missing }) => command.type === "builtin" && missing.includes("file"),
  );
  // Where the place tells the rest, that is the likelier one.
  const told = ({ sources }: Ranked) => Object.values(sources).filter(({ from }) => from === "fact").length;
  return takers.sort((a, b) => told(b) - told(a))[0] ?? top;
}

const PRONOUNS = new Set(["it", "its", "them", "their"]);

/** The clause with what its pronoun stands for: "pause the queue orders and purge it" purges a queue. Null without one. */
export function referring(
  tokens: readonly Token[],
  before: Command,
  index: LibraryIndex,
): { tokens: Token[]; noun: string } | null {
  const noun = wordsOf(before.slug)
    .map(stem)
    .findLast((word) => index.nouns.has(word));
  if (noun === undefined || !tokens.some(({ word }) => PRONOUNS.has(word))) return null;
  return {
    noun,
    tokens: tokens.map((token) =>
      PRONOUNS.has(token.word) ? { ...token, kind: "word", text: noun, word: noun } : token,
    ),
  };
}

/** The same with the thing of the clause before as its own, where it needs one. */
export function inheriting(ranked: Ranked, before: Ranked, noun: string): Ranked {
  const args = { ...ranked.args };
  for (const { name, required } of ranked.command.parameters) {
    const value = name === noun ? (before.args[noun] ?? before.args.name) : before.args[name];
    if (value !== undefined && (name === noun || (required && ranked.missing.includes(name))))
      args[name] = value;
  }
  return { ...ranked, args, missing: ranked.missing.filter((name) => args[name] === undefined) };
}

function combinedAt(
  chosen: readonly Ranked[],
  at: number,
  index: LibraryIndex,
  chain: boolean,
): { command: Command; length: number; args: Args } | null {
  for (const rule of [...COMBINED, ...(chain ? IN_CHAIN : [])]) {
    const length = fits(rule.of, chosen, at);
    const found = index.bySlug.get(rule.is);
    if (length > 0 && found !== undefined)
      return { command: index.commands[found]!, length, args: argsOf(rule) };
  }
  return null;
}

/** How many commands from `at` on the pattern takes; 0 when it does not fit. */
function fits(pattern: readonly string[], chosen: readonly Ranked[], at: number): number {
  let next = at;
  for (const wanted of pattern) {
    const optional = wanted.endsWith("?");
    if (chosen[next]?.command.slug === (optional ? wanted.slice(0, -1) : wanted)) next += 1;
    else if (!optional) return 0;
  }
  return next - at;
}

/** Arguments that the parts were given, for parameters of the same name. */
function fromParts(parts: readonly Ranked[], command: Command): Args {
  const args: Args = {};
  for (const part of parts)
    for (const name of Object.keys(part.sources))
      if (command.parameters.some((p) => p.name === name)) args[name] = part.args[name]!;
  return args;
}

function takenBy(tokens: readonly Token[], command: Command): Set<number> {
  const words = new Set(command.slug.split("-"));
  return new Set(tokens.flatMap((token, at) => (words.has(token.word) ? [at] : [])));
}

/** The steps of an ad-hoc chain: one after another, each stopping the rest when it fails; files flow on. */
export function chainSteps(parts: readonly Part[]): { steps: WorkflowStep[]; missing: string[] } {
  const drafts = parts.map(
    ({ command }): WorkflowStep => ({
      command: command.slug,
      args: {},
      checkpoint: false,
      continue_on_error: false,
    }),
  );
  const ids = stepIds(
    drafts,
    parts.map(({ command }) => command.slug),
  );
  const missing: string[] = [];
  const steps = parts.map((part, at): WorkflowStep => {
    const args: { [name: string]: Json } = { ...part.args };
    const lacking = new Set(part.missing);
    const source = parts.slice(0, at).findLastIndex((earlier) => outputNames(earlier.command).has("file"));
    if (source >= 0 && lacking.has("file")) {
      args.file = { from: `steps.${ids[source]}.outputs.file` };
      lacking.delete("file");
      const name = fileName(parts[source]!);
      if (lacking.has("key") && name !== null) {
        args.key = name;
        lacking.delete("key");
      }
    }
    // A branch or tag that was just made is the one that is pushed.
    const made = parts.slice(0, at).findLast(({ command }) => command.slug === "git-branch-create");
    if (
      part.command.slug === "git-push" &&
      made &&
      args.branch === undefined &&
      typeof made.args.name === "string"
    ) {
      args.branch = made.args.name;
      args.set_upstream = true;
    }
    missing.push(...[...lacking].map((name) => `${ids[at]}.${name}`));
    return { ...drafts[at]!, id: ids[at]!, args };
  });
  return { steps, missing };
}

/** Where the step's file will be, when that is known. */
function fileName({ command, args }: Part): string | null {
  const { definition } = command;
  const name = "outputs" in definition ? definition.outputs?.param : undefined;
  const path =
    name === undefined
      ? undefined
      : (own(args, name) ?? command.parameters.find((p) => p.name === name)?.default);
  return typeof path === "string" ? (path.split("/").at(-1) ?? null) : null;
}
