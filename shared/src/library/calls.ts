/** One command made ready to run: a step's forward call, or the compensation of a step. */
import type { Command, Rollback } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Exec, PlanArgs, PlanCall, PlanCondition, PlanStep } from "../contracts/plan.ts";
import type { Issue } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { findCommand, type Lookup } from "./names.ts";
import { follow } from "./outputs.ts";
import { type Args, missing, own, problem, unknownArgs } from "./parameters.ts";
import { type Reach, toCondition, toValue } from "./references.ts";
import { positionalIssues } from "./render.ts";

export interface CallOptions {
  timeout_s?: number | undefined;
  retry?: PlanCall["retry"] | undefined;
}

/** The call of a command that is no workflow, with its arguments as the reach resolves them. */
export function planCall(
  command: Command,
  written: { [name: string]: Json },
  reach: Reach,
  path: string,
  options: CallOptions & { idle?: boolean } = {},
): PlanCall {
  const call = callOf(command, planArgs(command, written, reach, path, options.idle), options);
  // A call that will never run (its condition is known to be false) may lack what it likes.
  for (const issue of options.idle ? [] : positionalIssues(call, knownArgs(call.args)))
    reach.issues.push({ path: `${path}.${issue.path}`, message: issue.message });
  return call;
}

/** The call with arguments that are already resolved. */
export function callOf(command: Command, args: PlanArgs, options: CallOptions = {}): PlanCall {
  return {
    command: command.slug,
    version: command.version,
    effect: command.effect,
    exec: execOf(command),
    parameters: command.parameters,
    args,
    timeout_s: options.timeout_s ?? command.timeout_s ?? defaultTimeout(command),
    retry: options.retry ??
      command.retry ?? { max: command.effect === "read" ? LIMITS.readAttempts : 1, backoff_s: 1 },
  };
}

function defaultTimeout(command: Command): number {
  return command.type === "external" && "url" in command.definition
    ? LIMITS.callTimeoutS
    : LIMITS.stepTimeoutS;
}

function execOf(command: Command): Exec {
  switch (command.type) {
    case "builtin":
      return { type: "builtin", ...command.definition };
    case "api":
      return { type: "api", handler: command.definition.handler };
    case "external":
      return "url" in command.definition
        ? { type: "external", ...command.definition }
        : { type: "ide", ide: command.definition.ide, args: command.definition.args ?? {} };
    case "workflow":
      throw new Error(`${command.slug} is a workflow and has to be laid flat`);
  }
}

/** Arguments with facts and defaults filled in; what is known already is checked. */
export function planArgs(
  command: Command,
  written: { [name: string]: Json },
  reach: Reach,
  path: string,
  idle = false,
): PlanArgs {
  const { parameters } = command;
  reach.issues.push(...unknownArgs(parameters, Object.keys(written), `${path}.args`));
  const args: PlanArgs = {};
  for (const [name, value] of Object.entries(written)) {
    const resolved = toValue(value, reach, `${path}.args.${name}`);
    const parameter = parameters.find((candidate) => candidate.name === name);
    // As in validateArgs: null is "not given", but for json.
    if (
      resolved === undefined ||
      ("value" in resolved && resolved.value === null && parameter?.type !== "json")
    )
      continue;
    const message = "value" in resolved && parameter ? problem(parameter, resolved.value) : null;
    if (message !== null && !idle) reach.issues.push({ path: `${path}.args.${name}`, message });
    args[name] = resolved;
  }
  for (const parameter of parameters) {
    if (own(args, parameter.name) !== undefined) continue;
    const earlier = parameter.from?.startsWith("earlier.")
      ? reach.earlier(parameter.from.slice(8))
      : undefined;
    if (earlier) {
      args[parameter.name] = earlier;
      continue;
    }
    const value = fact(parameter.from, reach.context) ?? parameter.default;
    const message = value === undefined ? missing(parameter) : problem(parameter, value);
    if (message !== null && !idle) reach.issues.push({ path: `${path}.args.${parameter.name}`, message });
    if (value !== undefined) args[parameter.name] = { value };
  }
  return args;
}

/** The context's value for a parameter's `from`, when there is one. */
export function fact(from: string | undefined, context: Args): Json | undefined {
  const value = from === undefined ? undefined : follow(context, from);
  return value === null ? undefined : value;
}

/** The arguments that are values already. */
export function knownArgs(args: PlanArgs): Args {
  return Object.fromEntries(
    Object.entries(args).flatMap(([name, value]) => ("value" in value ? [[name, value.value] as const] : [])),
  );
}

/** The compensation of a step. */
export async function planRollback(
  rollback: Rollback,
  reach: Reach,
  lookup: Lookup,
  path: string,
): Promise<PlanStep["rollback"]> {
  const command = await findCommand(rollback.command, lookup);
  if (!command || command.status === "inactive") {
    reach.issues.push(unknownCommand(rollback.command, `${path}.command`));
    return null;
  }
  if (command.type === "workflow") {
    reach.issues.push({
      path: `${path}.command`,
      message: `${command.slug} is a workflow; a rollback is one command`,
    });
    return null;
  }
  const when: PlanCondition | null = rollback.when ? toCondition(rollback.when, reach, `${path}.when`) : null;
  const call = planCall(command, rollback.args, reach, path, {
    timeout_s: rollback.timeout_s,
    retry: rollback.retry,
  });
  return { ...call, when, ...(rollback.within_s === undefined ? {} : { within_s: rollback.within_s }) };
}

/** What to say of a name that no command has. */
export function unknownCommand(written: string, path: string): Issue {
  return { path, message: `there is no command "${written}" in this workspace` };
}
