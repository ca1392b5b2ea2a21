/** Is an answer right? The same measure for every way of finding commands. */
import type { Command } from "../../src/contracts/definition.ts";
import type { Candidate } from "../../src/resolution/candidates.ts";
import type { Learnt } from "../../src/resolution/learnt.ts";
import { buildIndex, type LibraryIndex } from "../../src/resolution/library-index.ts";
import { resolve } from "../../src/resolution/resolve.ts";
import type { Case } from "./load.ts";

export interface Tally {
  cases: number;
  top1: number;
  top3: number;
  /** Cases that name arguments, and those where all of them were filled in the right candidate. */
  withArgs: number;
  argsRight: number;
}

/** Commands that the case names and the library has. */
export function loaded(one: Case, slugs: ReadonlySet<string>): boolean {
  if (one.chain) return one.chain.every((slug) => slugs.has(slug));
  return one.slugs.length === 0 || one.slugs.some((slug) => slugs.has(slug));
}

/** Is it what the case means? A chain is its steps, without those that only look. */
export function isRight(candidate: Candidate, one: Case): boolean {
  if (one.slugs.includes(candidate.slug)) return true;
  if (!one.chain) return false;
  const steps = (candidate.steps ?? []).filter(({ look }) => !look).map(({ command }) => command);
  // What is only done when somebody is behind is no part of what was asked for.
  const asked = steps.filter((slug) => slug !== "git-pull" || one.chain?.includes("git-pull"));
  return same(asked) === same(one.chain);
}

/** A commit in a chain takes what has changed, whether somebody says so or not. */
function same(steps: readonly string[]): string {
  return steps
    .join(" ")
    .replace(/\bgit-(?:add git-commit|add-and-commit)(?= |$)/g, "git-commit")
    .replace(/\bgit-commit-and-push\b/g, "git-commit git-push");
}

/** What kind of case it is, for a breakdown. */
export function kindOf(one: Case): "chain" | "single" | "none" {
  return one.chain ? "chain" : one.slugs.length === 0 ? "none" : "single";
}

export function argsRight(candidate: Candidate, one: Case): boolean {
  return Object.entries(one.args).every(([name, value]) => {
    const steps = candidate.args.steps;
    const all = [
      candidate.args,
      ...(Array.isArray(steps) ? steps.map((step) => (step as { args?: object }).args ?? {}) : []),
    ];
    return all.some(
      (args) => JSON.stringify((args as { [name: string]: unknown })[name]) === JSON.stringify(value),
    );
  });
}

export function ask(one: Case, index: LibraryIndex): Candidate[] {
  const resolution = resolve(
    {
      text: one.text,
      situation: one.situation,
      usage: new Map(),
      active: [],
      place: { agent: null, cwd: null },
    },
    index,
  );
  // Suggestions below certainty are right for what means nothing.
  if (
    one.slugs.length === 0 &&
    !one.chain &&
    (resolution.kind === "none" || resolution.kind === "suggestions")
  )
    return [];
  return resolution.candidates;
}

export interface Miss {
  one: Case;
  got: string[];
  why: "command" | "args";
}

/** Counts over cases; what went wrong is listed for those that may be looked at. */
export function tally(
  cases: readonly Case[],
  commands: readonly Command[],
  learnt?: Learnt | null,
): { tally: Tally; misses: Miss[] } {
  const index = buildIndex(commands, learnt);
  const count: Tally = { cases: 0, top1: 0, top3: 0, withArgs: 0, argsRight: 0 };
  const misses: Miss[] = [];
  for (const one of cases) {
    const candidates = ask(one, index);
    count.cases += 1;
    const nothing = one.slugs.length === 0 && !one.chain;
    const at = nothing
      ? candidates.length === 0
        ? 0
        : -1
      : candidates.findIndex((candidate) => isRight(candidate, one));
    if (at === 0) count.top1 += 1;
    if (at >= 0 && at < 3) count.top3 += 1;
    const got = candidates
      .slice(0, 4)
      .map(
        (c) =>
          `${c.slug}${c.slug === "chain" || c.steps ? `[${(c.steps ?? []).filter((s) => !s.look).map((s) => s.command)}]` : ""} ${c.score}`,
      );
    if (at !== 0) misses.push({ one, got, why: "command" });
    if (Object.keys(one.args).length === 0) continue;
    count.withArgs += 1;
    const right = candidates[at];
    if (right && argsRight(right, one)) count.argsRight += 1;
    else if (at === 0)
      misses.push({ one, got: [`${right!.slug} ${JSON.stringify(right!.args)}`], why: "args" });
  }
  return { tally: count, misses };
}
