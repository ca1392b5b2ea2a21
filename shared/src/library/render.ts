/** From a planned call and its final arguments to what an agent runs. */
import type { JobStep } from "../contracts/agent-protocol.ts";
import type { BuiltinDefinition, Parameter, Requirement, Value } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanCall } from "../contracts/plan.ts";
import type { Issue } from "../errors.ts";
import { holds, type Item, renderArgv, renderValue, type Source } from "./argv.ts";
import { type Args, fromText, invalidArgs, own, pathProblem, validateArgs } from "./parameters.ts";

type Run = NonNullable<JobStep["run"]>;

/**
 * The program, argv, environment and stdin of a builtin call, every value final.
 * `args` may hold results of earlier steps, so they are validated here again. `cwd` is the plan's directory.
 * Throws `invalid_args`; secrets become `{secret: name}` and are never looked up here.
 */
export function renderRun(
  call: PlanCall,
  args: Args,
  requires: Requirement[],
  cwd: string | null = null,
): Run {
  if (call.exec.type !== "builtin") throw new Error(`${call.command} is not a program: ${call.exec.type}`);
  const final = finalArgs(call.parameters, args);
  return renderBuiltin(call.exec, call.parameters, final, requires, cwd);
}

/**
 * What the agent does itself: the action's arguments keep their types, and those that were not given are left out.
 * Throws `invalid_args`.
 */
export function renderAction(
  call: PlanCall,
  args: Args,
  requires: Requirement[],
  cwd: string | null,
): NonNullable<JobStep["action"]> {
  if (call.exec.type !== "ide") throw new Error(`${call.command} is no action: ${call.exec.type}`);
  const final = finalArgs(call.parameters, args);
  const issues: Issue[] = [];
  const source = checkedSource(call.parameters, final, issues);
  const given: Args = {};
  for (const [name, value] of Object.entries(call.exec.args)) {
    const param = paramOf(value);
    const item = param === null ? renderValue(value as Value, source) : own(final, param);
    if (item !== undefined && item !== null) given[name] = item;
  }
  return { name: call.exec.ide, args: given, cwd, requires: requiredOf(requires, source) };
}

/** The parameter of a value that is nothing else than one. */
function paramOf(value: Json): string | null {
  const param = value !== null && typeof value === "object" && !Array.isArray(value) ? value.param : null;
  return typeof param === "string" ? param : null;
}

function requiredOf(requires: Requirement[], source: Source): Json[] {
  return requires
    .filter((requirement) => !requirement.when || holds(requirement.when as { param: string }, source))
    .map(({ when: _when, ...requirement }) => requirement as Json);
}

/** Arguments as they go into a program or call: text outputs turned into the parameter's type, then validated. */
export function finalArgs(parameters: Parameter[], args: Args): Args {
  const typed: Args = { ...args };
  for (const parameter of parameters) {
    const value = own(typed, parameter.name);
    if (value !== undefined) typed[parameter.name] = fromText(parameter, value);
  }
  return validateArgs(parameters, typed).args;
}

/** Problems of the arguments known so far: those that stand where a program would take them for an option. */
export function positionalIssues(call: PlanCall, known: Args): Issue[] {
  if (call.exec.type !== "builtin") return [];
  const issues: Issue[] = [];
  const source = checkedSource(call.parameters, known, issues);
  renderArgv(call.exec.argv, source);
  for (const probe of [...(call.exec.before ?? []), ...(call.exec.after ?? [])])
    renderArgv(probe.argv, source);
  return issues;
}

function renderBuiltin(
  definition: BuiltinDefinition,
  parameters: Parameter[],
  args: Args,
  requires: Requirement[],
  cwd: string | null,
): Run {
  const issues: Issue[] = [];
  const source = checkedSource(parameters, args, issues);
  const probes = (list: BuiltinDefinition["before"]) =>
    (list ?? [])
      .filter(({ when }) => !when || holds(when as { param: string }, source))
      .map((probe) => ({
        program: probe.program,
        argv: renderArgv(probe.argv, source).map(asText),
        outputs: probe.outputs,
        required: probe.required,
        ...fileOf(probe.outputs.param, args),
      }));
  const env = Object.entries(definition.env ?? {}).flatMap(([name, value]) => {
    const item = renderValue(value, source);
    return item === null ? [] : [[name, item] as const];
  });
  const run: Run = {
    program: definition.program,
    argv: renderArgv(definition.argv, source),
    cwd: directory(cwd, definition, source, issues),
    env: Object.fromEntries(env),
    stdin: definition.stdin === undefined ? null : renderValue(definition.stdin, source),
    ok_codes: definition.ok_codes ?? [0],
    outputs: definition.outputs ?? null,
    file: fileOf(definition.outputs?.param, args).file ?? null,
    before: probes(definition.before),
    after: probes(definition.after),
    paths: pathsOf(definition, parameters, args),
    requires: requiredOf(requires, source),
  };
  if (issues.length > 0) throw invalidArgs(issues);
  return run;
}

/** Values of the arguments; a positional one with a leading hyphen becomes an issue unless its parameter allows it. */
function checkedSource(parameters: Parameter[], args: Args, issues: Issue[]): Source {
  const byName = new Map(parameters.map((parameter) => [parameter.name, parameter]));
  return {
    get: (name) => own(args, name),
    isSecret: (name) => byName.get(name)?.type === "secret",
    isPath: (name) => byName.get(name)?.type === "path" || byName.get(name)?.items === "path",
    positional(name, item) {
      const parameter = byName.get(name);
      // A negative number is no option, and only text can pose as one.
      if (typeof item !== "string" || !item.startsWith("-") || parameter?.type === "number") return;
      if (parameter?.allow_leading_dash || issues.some((issue) => issue.path === `args.${name}`)) return;
      issues.push({ path: `args.${name}`, message: "must not begin with a hyphen: it would be an option" });
    },
  };
}

/** The plan's directory and the definition's below it, as one path relative to the agent's root. */
function directory(
  base: string | null,
  definition: BuiltinDefinition,
  source: Source,
  issues: Issue[],
): string | null {
  const below = definition.cwd === undefined ? null : renderValue(definition.cwd, source);
  if (below === null) return base;
  const message = typeof below === "string" ? pathProblem(below) : "must not be a secret";
  if (message !== null) issues.push({ path: "cwd", message });
  return base === null ? asText(below) : `${base}/${asText(below)}`;
}

/** Every path among the arguments but the working directory itself, which is checked as such. */
function pathsOf(
  definition: BuiltinDefinition,
  parameters: Parameter[],
  args: Args,
): NonNullable<Run["paths"]> {
  const { cwd } = definition;
  const place = typeof cwd === "object" && "param" in cwd ? cwd.param : null;
  return parameters
    .filter(({ name, type, items }) => (type === "path" || items === "path") && name !== place)
    .flatMap(({ name, link }) =>
      [own(args, name) ?? []]
        .flat()
        .filter((path) => typeof path === "string")
        .map((path) => ({ path, link: link ?? false })),
    );
}

function fileOf(param: string | undefined, args: Args): { file?: string } {
  const value = param === undefined ? undefined : own(args, param);
  return typeof value === "string" ? { file: value } : {};
}

function asText(item: Item): string {
  return typeof item === "string" ? item : "";
}
