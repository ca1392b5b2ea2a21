/** What every action gets, and how it says that it could not do its work. */
import { realpathSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Json } from "@tw/shared/contracts/json";
import type { Config } from "../config.ts";
import { findProgram, isUnder } from "../find-program.ts";
import { NotStarted } from "../not-started.ts";
import type { Outputs } from "../outputs.ts";
import type { PolicyGuard } from "../policy.ts";
import type { ServicePorts } from "../services/ports.ts";

export interface ActionContext {
  args: { [name: string]: Json };
  /** The step's directory by its real path. */
  cwd: string;
  config: Config;
  guard: PolicyGuard;
  /** What programs started for this action find in their environment. */
  env: Record<string, string>;
  /** Where a program's bare name is looked up. */
  path: string;
  /** Aborted when the step is cancelled or its time is over. */
  signal: AbortSignal;
  /** Names for the files of programs it starts. */
  scratch: { mark: string; out: string };
  /** A line into the step's log. */
  say(line: string): void;
  services: ServicePorts;
}
export type Action = (context: ActionContext) => Promise<Outputs>;

/** The action could not do what was asked; the message says why and what to do. */
export class ActionFailed extends Error {
  override name = "ActionFailed";
  readonly code: string;
  constructor(message: string, code = "action_failed") {
    super(message);
    this.code = code;
  }
}

export function textArg({ args }: ActionContext, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" ? value : undefined;
}
export function numberArg({ args }: ActionContext, name: string): number | undefined {
  const value = args[name];
  return typeof value === "number" ? value : undefined;
}
/** A text argument the action cannot do without. */
export function neededArg(context: ActionContext, name: string): string {
  const value = textArg(context, name);
  if (value === undefined || value === "")
    throw new NotStarted("invalid_args", `The argument "${name}" is needed.`);
  return value;
}

/** The real path of a file the server named, which must lie where the policy lets this agent work. */
export function existingFile(context: ActionContext, file: string): string {
  const real = realPath(context, file);
  if (!statSync(real).isFile()) throw new NotStarted("invalid_args", `"${file}" is not a file.`);
  allowPath(context, real);
  return real;
}

/** The same of a file or a directory. */
export function existingPath(context: ActionContext, file: string): string {
  const real = realPath(context, file);
  if (statSync(real).isDirectory()) context.guard.cwd(relative(context.config.root, real) || ".");
  else allowPath(context, real);
  return real;
}

function realPath({ cwd, config }: ActionContext, file: string): string {
  const asked = resolve(cwd, file);
  // What lies outside is nobody's business: whether it is there is not told either.
  if (!isUnder(asked, config.root))
    throw new NotStarted("policy_denied", `"${file}" lies outside the agent's root.`);
  let real: string;
  try {
    real = realpathSync(asked);
  } catch {
    throw new NotStarted("invalid_args", `There is no "${file}" in ${shown({ cwd, config }, cwd)}.`);
  }
  if (!isUnder(real, config.root))
    throw new NotStarted("policy_denied", `"${file}" leads outside the agent's root.`);
  return real;
}

/** Throws PolicyDenied unless the file's directory is one in which this agent may work. */
export function allowPath({ guard, config }: Pick<ActionContext, "guard" | "config">, real: string): void {
  guard.cwd(relative(config.root, dirname(real)) || ".");
}

/** A path as people and later steps read it: from the step's directory, or where it lies beside that, from the root. */
export function shown({ cwd, config }: { cwd: string; config: Pick<Config, "root"> }, path: string): string {
  if (isUnder(path, cwd)) return relative(cwd, path) || ".";
  return isUnder(path, config.root) ? relative(cwd, path) : path;
}

/** The absolute path of a program the policy allows; null when it is nowhere. */
export function allowedProgram(context: ActionContext, program: string, from = context.cwd): string | null {
  const file = findProgram(program, from, context.config.root, context.path);
  context.guard.program(program, file, context.path);
  return file;
}

/** As many of the items as fit into a step's outputs beside everything else, and whether that were all. */
export function fitting<T>(items: T[], bytes = 24_000): { items: T[]; truncated: boolean } {
  let used = 0;
  for (const [i, item] of items.entries()) {
    used += Buffer.byteLength(JSON.stringify(item)) + 1;
    if (used > bytes) return { items: items.slice(0, i), truncated: true };
  }
  return { items, truncated: false };
}
