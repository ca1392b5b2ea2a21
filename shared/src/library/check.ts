/**
 * Is this a command definition? The schema, and what a schema cannot say: names that exist, patterns that compile, graphs
 * without cycles, no shell strings. Used by PUT, by the library's loader and by tests.
 */
import type * as z from "zod";
import {
  type ArgvItem,
  type CommandInput,
  commandInputSchema,
  type OutputsSpec,
  type Parameter,
  type Value,
} from "../contracts/definition.ts";
import type { Issue } from "../errors.ts";
import { buildGraph } from "./graph.ts";
import { slugCandidates } from "./names.ts";
import { missing, own, problem, unknownArgs } from "./parameters.ts";
import { shellIssues } from "./shell-strings.ts";

/** Every problem of the definition with the path of its field; none means that it may be stored. */
export function checkDefinition(input: unknown): Issue[] {
  const parsed = commandInputSchema.safeParse(input);
  return parsed.success ? checkMeaning(parsed.data) : schemaIssues(parsed.error.issues);
}

function checkMeaning(command: CommandInput): Issue[] {
  const names = new Set(command.parameters.map((parameter) => parameter.name));
  return [
    ...command.parameters.flatMap((parameter, index) =>
      parameterIssues(command.parameters, parameter, index),
    ),
    ...definitionIssues(command, names),
    ...command.requires.flatMap(({ when }, index) =>
      when ? unknownParam(names, when.param, `requires.${index}.when.param`) : [],
    ),
    ...rollbackIssues(command, names),
    ...command.examples.flatMap((example, index) => exampleIssues(command, example.args as never, index)),
  ];
}

function parameterIssues(all: Parameter[], parameter: Parameter, index: number): Issue[] {
  const at = `parameters.${index}`;
  const issues: Issue[] = [];
  const say = (field: string, message: string) => issues.push({ path: `${at}.${field}`, message });
  if (all.findIndex(({ name }) => name === parameter.name) < index)
    say("name", `there is already a parameter "${parameter.name}"`);
  if (parameter.type === "enum" && !parameter.options) say("options", "an enum needs its options");
  if (parameter.options && parameter.type !== "enum" && parameter.type !== "string")
    say("options", `a ${parameter.type} has no options`);
  if ((parameter.items || parameter.rest) && parameter.type !== "json")
    say(parameter.items ? "items" : "rest", "only a json parameter has it");
  if (parameter.min !== undefined && parameter.max !== undefined && parameter.min > parameter.max)
    say("min", "is greater than max");
  if (parameter.type === "secret" && parameter.default !== undefined)
    say("default", "a secret has no default: its value is never in a definition");
  if (parameter.required && parameter.default !== undefined)
    say("default", "a required parameter has no default; leave one of the two out");
  if (parameter.pattern !== undefined && !compiles(parameter.pattern))
    say("pattern", "is no regular expression");
  else if (parameter.default !== undefined && parameter.default !== null) {
    const message = problem(parameter, parameter.default as never);
    if (message !== null) say("default", message);
  }
  return issues;
}

function definitionIssues(command: CommandInput, names: Set<string>): Issue[] {
  switch (command.type) {
    case "builtin":
      return builtinIssues(command, names);
    case "external":
      return "url" in command.definition
        ? [
            ...valueIssues(command, names, command.definition.url, "definition.url"),
            ...Object.entries(command.definition.headers ?? {}).flatMap(([name, value]) =>
              valueIssues(command, names, value, `definition.headers.${name}`, true),
            ),
            ...outputIssues(command.definition.outputs, names, "definition.outputs"),
          ]
        : Object.entries(command.definition.args ?? {}).flatMap(([name, value]) =>
            valueIssues(command, names, value, `definition.args.${name}`),
          );
    case "workflow":
      return workflowIssues(command);
    case "api":
      return [];
  }
}

function builtinIssues(command: Extract<CommandInput, { type: "builtin" }>, names: Set<string>): Issue[] {
  const { definition } = command;
  const issues = [
    ...programIssues(command, names, definition, "definition"),
    ...Object.entries(definition.env ?? {}).flatMap(([name, value]) =>
      valueIssues(command, names, value, `definition.env.${name}`, true),
    ),
    ...valueIssues(command, names, definition.cwd, "definition.cwd"),
    ...valueIssues(command, names, definition.stdin, "definition.stdin", true),
    ...outputIssues(definition.outputs, names, "definition.outputs"),
  ];
  for (const list of ["before", "after"] as const)
    for (const [index, probe] of (definition[list] ?? []).entries()) {
      const at = `definition.${list}.${index}`;
      issues.push(...programIssues(command, names, probe, at));
      if (probe.when) issues.push(...unknownParam(names, probe.when.param, `${at}.when.param`));
      issues.push(...outputIssues(probe.outputs, names, `${at}.outputs`));
    }
  return issues;
}

function programIssues(
  command: CommandInput,
  names: Set<string>,
  { program, argv }: { program: string; argv: ArgvItem[] },
  at: string,
): Issue[] {
  const spaces = /\s/.test(program)
    ? [{ path: `${at}.program`, message: "is one program's name; its arguments belong in argv" }]
    : [];
  return [
    ...spaces,
    ...shellIssues(at, program, argv),
    ...argv.flatMap((item, index) => itemIssues(command, names, item, `${at}.argv.${index}`)),
  ];
}

function itemIssues(command: CommandInput, names: Set<string>, item: ArgvItem, at: string): Issue[] {
  if (typeof item === "string") return [];
  const when = item.when ? unknownParam(names, item.when.param, `${at}.when.param`) : [];
  if ("literal" in item) return when;
  if ("join" in item) return [...when, ...valueIssues(command, names, { join: item.join }, at)];
  if ("each" in item) {
    const list = command.parameters.find(({ name }) => name === item.each);
    const type =
      list && list.items === undefined
        ? [{ path: at, message: `${item.each} must be a json parameter with items` }]
        : [];
    return [...when, ...unknownParam(names, item.each, `${at}.each`), ...type];
  }
  return [...when, ...valueIssues(command, names, { param: item.param }, at)];
}

function valueIssues(
  command: CommandInput,
  names: Set<string>,
  value: Value | undefined,
  at: string,
  secretAllowed = false,
): Issue[] {
  if (value === undefined || typeof value === "string") return [];
  const params =
    "param" in value ? [value.param] : value.join.flatMap((p) => (typeof p === "string" ? [] : [p.param]));
  return params.flatMap((param) => {
    const secret = command.parameters.find(({ name }) => name === param)?.type === "secret";
    if (!secret) return unknownParam(names, param, at);
    if (secretAllowed && "param" in value) return [];
    return [
      {
        path: at,
        message: `the secret ${param} may only be a whole value of env, stdin or a header: others can read the rest`,
      },
    ];
  });
}

function outputIssues(spec: OutputsSpec | undefined, names: Set<string>, at: string): Issue[] {
  if (!spec) return [];
  if (spec.format === "regex") {
    if (spec.pattern === undefined)
      return [{ path: `${at}.pattern`, message: "format regex needs a pattern" }];
    if (!compiles(spec.pattern)) return [{ path: `${at}.pattern`, message: "is no regular expression" }];
    if (!spec.pattern.includes("(?<"))
      return [{ path: `${at}.pattern`, message: "has no named group, so it gives no output" }];
  }
  if (spec.format !== "file") return [];
  if (spec.param === undefined)
    return [{ path: `${at}.param`, message: "format file needs the parameter that names the file" }];
  return unknownParam(names, spec.param, `${at}.param`);
}

/** Graph of the steps. Whether their commands exist is for `checkReferences`, which can look them up. */
function workflowIssues(command: Extract<CommandInput, { type: "workflow" }>): Issue[] {
  const { steps, given } = command.definition;
  if (given !== undefined)
    return command.parameters.some(({ name, type }) => name === given && type === "json")
      ? []
      : [{ path: "definition.given", message: `there is no json parameter "${given}"` }];
  const empty = steps.flatMap((step, index) =>
    slugCandidates(step.command).length === 0
      ? [{ path: `definition.steps.${index}.command`, message: "names no command" }]
      : [],
  );
  if (empty.length > 0) return empty;
  // The last candidate is the name without its category, which is what the slug almost always is.
  const graph = buildGraph(
    command.definition,
    steps.map((step) => slugCandidates(step.command).at(-1)!),
  );
  if (!("issues" in graph)) return [];
  const known = new Set(steps.flatMap((step) => slugCandidates(step.command)));
  const sure = graph.issues.filter(
    ({ message }) => ![...known].some((slug) => message.startsWith(`there is no step "${slug}`)),
  );
  return sure.map((issue) => ({ ...issue, path: `definition.${issue.path}` }));
}

/** A command's own rollback sees its own args and outputs, nothing else. */
function rollbackIssues(command: CommandInput, names: Set<string>): Issue[] {
  const { rollback } = command;
  if (!rollback) return [];
  if (command.type === "workflow")
    return [{ path: "rollback", message: "a workflow is undone by the rollbacks of its steps" }];
  return Object.entries(rollback.args).flatMap(([name, value]) => {
    const from = (value as { from?: unknown } | null)?.from;
    if (typeof from !== "string") return [];
    const [root, param = ""] = from.split(".");
    if (root === "args") return unknownParam(names, param, `rollback.args.${name}.from`);
    return root === "outputs" || root === "context" || root === "item"
      ? []
      : [
          {
            path: `rollback.args.${name}.from`,
            message: "a command's own rollback knows args, outputs and context",
          },
        ];
  });
}

function exampleIssues(command: CommandInput, args: { [name: string]: never }, index: number): Issue[] {
  const at = `examples.${index}.args`;
  const unknown = unknownArgs(command.parameters, Object.keys(args), at);
  const wrong = command.parameters.flatMap((parameter) => {
    const value = own(args, parameter.name) ?? parameter.default;
    const message = value === undefined ? missing(parameter) : problem(parameter, value as never);
    return message === null ? [] : [{ path: `${at}.${parameter.name}`, message }];
  });
  return [...unknown, ...wrong];
}

function unknownParam(names: Set<string>, param: string, path: string): Issue[] {
  return names.has(param) ? [] : [{ path, message: `there is no parameter "${param}"` }];
}

function compiles(pattern: string): boolean {
  try {
    new RegExp(pattern, "u");
    return true;
  } catch {
    return false;
  }
}

type ZodIssues = z.core.$ZodIssue[];
/** The schema's issues; of a union only those of the alternative that was most likely meant. */
export function schemaIssues(issues: ZodIssues, at: PropertyKey[] = []): Issue[] {
  return issues.flatMap((issue) => {
    const path = [...at, ...issue.path];
    if (issue.code === "invalid_union" && issue.errors.length > 0) {
      const best = [...issue.errors].sort((a, b) => distance(a) - distance(b))[0]!;
      return schemaIssues(best, path);
    }
    const last = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const message = issue.code === "unrecognized_keys" ? "unknown field" : issue.message;
    return [{ path: [...path, ...last].map(String).join("."), message }];
  });
}

/** How far an alternative is from what was written: another type counts more than a wrong field, that more than a wrong value. */
function distance(issues: ZodIssues): number {
  return issues.reduce((sum, issue) => {
    if (issue.path.length === 0 && issue.code === "invalid_type") return sum + 100;
    return (
      sum +
      (issue.code === "unrecognized_keys" ? 10 * issue.keys.length : issue.code === "invalid_type" ? 8 : 1)
    );
  }, 0);
}
