/** What somebody should know before starting it: the same under way already, a double in the library. Pure. */
import type { Command } from "../contracts/definition.ts";
import { renderValue, type Source } from "../library/argv.ts";
import { type Args, own } from "../library/parameters.ts";
import type { LibraryIndex } from "./library-index.ts";

/** A run that is not over. */
export interface ActiveRun {
  id: string;
  command: string;
  status: string;
  /** The group it shares with others, when it has one. */
  group: string | null;
}
/** Where it would run: what a group of scope `project` is made of. */
export interface Place {
  agent: string | null;
  cwd: string | null;
}

/** What is said of a candidate: sentences for people, and the runs some of them are about. */
export interface Warned {
  warnings: string[];
  /** Ids of runs that are not over and that it would meet, in the order of their sentences. */
  under_way: string[];
}

/** Empty when there is nothing to say. `steps` are the commands it consists of, or itself; `first` is said before the rest. */
export function warningsFor(
  of: { command: Command; args: Args; steps: readonly Command[] },
  at: { active: readonly ActiveRun[]; place: Place },
  index: LibraryIndex,
  first: readonly string[] = [],
): Warned {
  const met = conflicts(of, at.active, at.place);
  return {
    warnings: [...first, ...met.map(({ says }) => says), ...doubles(of.command, index)],
    under_way: met.map(({ id }) => id),
  };
}

function conflicts(
  { command, args, steps }: { command: Command; args: Args; steps: readonly Command[] },
  active: readonly ActiveRun[],
  place: Place,
): { id: string; says: string }[] {
  const met: { id: string; says: string }[] = [];
  const group = groupOf(command, args, place);
  for (const run of active) {
    if (group !== null && run.group !== null && sameGroup(run.group, group)) {
      met.push({
        id: run.id,
        says: `${run.command} is ${doing(run.status)} for the same target; this one ${consequence(command)}`,
      });
      continue;
    }
    const same =
      run.command === command.slug ||
      steps.some(({ slug, effect }) => slug === run.command && effect === "destructive");
    if (same && command.effect !== "read" && command.slug !== "chain")
      met.push({ id: run.id, says: `${run.command} is ${doing(run.status)} already` });
  }
  return met.slice(0, 3);
}

interface Group {
  name: string;
  place: string | null;
}
function groupOf(command: Command, args: Args, place: Place): Group | null {
  const concurrency = command.type === "workflow" ? command.definition.concurrency : undefined;
  if (!concurrency) return null;
  const defaults: Args = Object.fromEntries(
    command.parameters.flatMap((p) => (p.default === undefined ? [] : [[p.name, p.default]])),
  );
  const source: Source = {
    get: (name) => own(args, name) ?? own(defaults, name) ?? "",
    isSecret: () => false,
  };
  const name = renderValue(concurrency.group, source);
  if (typeof name !== "string" || name === "") return null;
  return { name, place: concurrency.scope === "project" ? (place.cwd ?? ".") : null };
}

/** A group of scope `project` ends with the agent and the directory. The agent may be any, so the directory decides. */
function sameGroup(held: string, { name, place }: Group): boolean {
  if (place === null) return held === name;
  return held.startsWith(`${name} [`) && held.endsWith(`,${JSON.stringify(place)}]`);
}

function doing(status: string): string {
  return status === "waiting"
    ? "waiting for a person"
    : status === "rolling_back"
      ? "rolling back"
      : status === "queued"
        ? "about to start"
        : "running";
}
function consequence(command: Command): string {
  const how = command.type === "workflow" ? command.definition.concurrency?.on_conflict : undefined;
  return how === "refuse" ? "would be refused" : how === "supersede" ? "would end it" : "would wait for it";
}

const MADE = new WeakMap<LibraryIndex, Map<string, string[]>>();
/** Commands that do the very same under two names. */
function doubles(command: Command, index: LibraryIndex): string[] {
  let made = MADE.get(index);
  if (!made) {
    made = new Map();
    for (const one of index.commands) {
      const key = doesWhat(one);
      made.set(key, [...(made.get(key) ?? []), one.slug]);
    }
    MADE.set(index, made);
  }
  const others = (made.get(doesWhat(command)) ?? []).filter((slug) => slug !== command.slug);
  return others.length === 0 ? [] : [`does the same as ${others.slice(0, 3).join(", ")}`];
}

function doesWhat({ type, definition, parameters, rollback }: Command): string {
  return JSON.stringify({
    type,
    definition,
    parameters: parameters.map(({ name, type: of }) => `${name}:${of}`),
    rollback: rollback ?? null,
  });
}
