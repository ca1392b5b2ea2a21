/** What a reading of the words is in the answer: a command alone, a workflow that is several, or a chain of steps. Pure. */
import type { Command, WorkflowStep } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Effect } from "../engine/statuses.ts";
import { strongest } from "../library/gates.ts";
import type { Args } from "../library/parameters.ts";
import { chainSteps, type Part } from "./compose.ts";
import type { Source } from "./fill.ts";
import type { LibraryIndex } from "./library-index.ts";
import { predict, predictSteps, type StepView } from "./predict.ts";
import type { Ranked, Usage } from "./rank.ts";
import type { Situation } from "./situation.ts";
import { type ActiveRun, type Place, warningsFor } from "./warnings.ts";

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
export interface Asked {
  text: string;
  situation: Situation;
  usage: Usage;
  active: readonly ActiveRun[];
  place: Place;
  /** The last word may be a beginning: somebody is typing. */
  typing?: boolean;
}

/** A command alone. Of a workflow its steps are shown. */
export function ofRanked(ranked: Ranked, asked: Asked, index: LibraryIndex): Candidate {
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
export function ofParts(
  parts: readonly Part[],
  score: number,
  asked: Asked,
  index: LibraryIndex,
): Candidate[] {
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
