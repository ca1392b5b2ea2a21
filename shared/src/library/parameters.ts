/** Values of a command's parameters: checked when a plan is made, and again where a step's output flows in. */
import type { Parameter } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { type Issue, Refusal } from "../errors.ts";

export type Args = { [name: string]: Json };

/** Longest value that is matched against a pattern; a pattern of somebody's own may be slow on more. */
const PATTERN_VALUE_CHARS = 4_096;
/** Longest value of a parameter that becomes an item of argv; the kernel takes 128 KiB. */
const STRING_CHARS = 65_536;
const ARG_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
export const SECRET_NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;

/** All arguments with defaults filled in. Throws `invalid_args` with every problem, each at `args.NAME`. */
export function validateArgs(parameters: Parameter[], args: unknown): { args: Args } {
  if (args === null || typeof args !== "object" || Array.isArray(args))
    throw invalidArgs([{ path: "args", message: "must be an object of argument names and values" }]);
  const given = args as Args;
  const issues = unknownArgs(parameters, Object.keys(given), "args");
  // Only what passed as a known or a free name gets this far.
  const checked: Args = Object.fromEntries(freeArgs(parameters, given));
  for (const parameter of parameters) {
    const value = givenOrDefault(parameter, own(given, parameter.name));
    const message = value === undefined ? missing(parameter) : problem(parameter, value);
    if (message !== null) issues.push({ path: `args.${parameter.name}`, message });
    else if (value !== undefined) checked[parameter.name] = value;
  }
  if (issues.length > 0) throw invalidArgs(issues);
  return { args: checked };
}

/** Does the command take arguments of other names than it declares? */
export function takesMore(parameters: Parameter[]): boolean {
  return parameters.some((parameter) => parameter.rest);
}

function freeArgs(parameters: Parameter[], given: Args): [string, Json][] {
  if (!takesMore(parameters)) return [];
  const known = new Set(parameters.map((parameter) => parameter.name));
  return Object.entries(given).filter(([name]) => !known.has(name));
}

/** The refusal for wrong arguments; its message names the first problem so that it stands alone. */
export function invalidArgs(issues: Issue[]): Refusal {
  const first = issues[0]!;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  return new Refusal("invalid_args", `${first.path}: ${first.message}${more}`, { issues });
}

/** An issue for each name that no parameter has. */
export function unknownArgs(parameters: Parameter[], names: string[], path: string): Issue[] {
  const known = new Set(parameters.map((parameter) => parameter.name));
  const rest = takesMore(parameters);
  const list = [...known].join(", ");
  return names
    .filter((name) => !known.has(name) && !(rest && ARG_NAME.test(name)))
    .map((name) => ({
      path: `${path}.${name}`,
      message: known.size === 0 ? "the command takes no arguments" : `unknown argument; it takes ${list}`,
    }));
}

/** The value that holds when `value` was given: null counts as not given, except for `json`. */
export function givenOrDefault(parameter: Parameter, value: Json | undefined): Json | undefined {
  if (value === undefined || (value === null && parameter.type !== "json")) return parameter.default;
  return value;
}

/** What to say when nothing was given, or null when that is fine. */
export function missing(parameter: Parameter): string | null {
  if (!parameter.required) return null;
  const wanted = parameter.options ? `one of ${parameter.options.join(", ")}` : `a ${parameter.type}`;
  return `missing; ${parameter.description || `${wanted} is needed`}`;
}

/** What is wrong with the value, or null. */
export function problem(parameter: Parameter, value: Json): string | null {
  switch (parameter.type) {
    case "number":
      return numberProblem(parameter, value);
    case "boolean":
      return typeof value === "boolean" ? null : `must be true or false, not ${kind(value)}`;
    case "enum":
      return typeof value === "string" && (parameter.options ?? []).includes(value)
        ? null
        : `must be one of ${(parameter.options ?? []).join(", ")}`;
    case "secret":
      return typeof value === "string" && SECRET_NAME.test(value)
        ? null
        : "must be the name of a stored secret (letters, digits and _), never its value";
    case "json":
      return parameter.items ? listProblem(parameter, parameter.items, value) : null;
    case "path":
      return stringProblem(parameter, value) ?? pathProblem(value as string);
    case "string":
      return stringProblem(parameter, value);
  }
}

/** Why the text cannot be a path below the working directory, or null. */
export function pathProblem(path: string): string | null {
  if (path === "") return "must not be empty";
  if (path.includes("\0")) return "must not contain a NUL character";
  if (/^([\\/]|[A-Za-z]:[\\/]|~(\/|$))/.test(path)) return "must be relative to the working directory";
  let depth = 0;
  for (const part of path.split(/[\\/]/)) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return "must not lead out of the working directory";
  }
  return null;
}

/**
 * Outputs of programs are often text: "3" for a number, "true" for a boolean. Gives the value the parameter means,
 * or the value unchanged, which is then refused like any other.
 */
export function fromText(parameter: Parameter, value: Json): Json {
  if (typeof value === "string") {
    if (parameter.type === "number" && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
    if (parameter.type === "boolean" && (value === "true" || value === "false")) return value === "true";
  }
  if (parameter.type === "string" && (typeof value === "number" || typeof value === "boolean"))
    return String(value);
  return value;
}

/** A member of the object itself, never of its prototype. */
export function own<T>(object: { [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function numberProblem(parameter: Parameter, value: Json): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return `must be a number, not ${kind(value)}`;
  if (parameter.min !== undefined && value < parameter.min) return `must be at least ${parameter.min}`;
  if (parameter.max !== undefined && value > parameter.max) return `must be at most ${parameter.max}`;
  return null;
}

function stringProblem(parameter: Parameter, value: Json): string | null {
  if (typeof value !== "string") return `must be a string, not ${kind(value)}`;
  if (value.includes("\0")) return "must not contain a NUL character";
  // Half of a surrogate pair has no bytes: it would arrive as another character.
  if (!value.isWellFormed()) return "must be well-formed Unicode";
  if (value === "" && parameter.required && parameter.min === undefined) return "must not be empty";
  if (parameter.min !== undefined && value.length < parameter.min)
    return `must have at least ${parameter.min} characters`;
  if (value.length > (parameter.max ?? STRING_CHARS))
    return `must have at most ${parameter.max ?? STRING_CHARS} characters`;
  if (parameter.options && !parameter.options.includes(value))
    return `must be one of ${parameter.options.join(", ")}`;
  if (parameter.pattern === undefined) return null;
  if (value.length > PATTERN_VALUE_CHARS) return `must have at most ${PATTERN_VALUE_CHARS} characters`;
  return anchored(parameter.pattern).test(value) ? null : `must match ${parameter.pattern}`;
}

function listProblem(parameter: Parameter, items: "string" | "path", value: Json): string | null {
  if (!Array.isArray(value)) return `must be a list, not ${kind(value)}`;
  const { min, max, ...item } = parameter;
  if (min !== undefined && value.length < min) return `must have at least ${min} items`;
  if (value.length > (max ?? 1_000)) return `must have at most ${max ?? 1_000} items`;
  for (const [index, entry] of value.entries()) {
    const message =
      stringProblem({ ...item, type: items }, entry) ??
      (items === "path" ? pathProblem(entry as string) : null);
    if (message !== null) return `item ${index} ${message}`;
  }
  return null;
}

const compiled = new Map<string, RegExp>();
/** The pattern must match the whole value, also one of several lines. */
function anchored(pattern: string): RegExp {
  let regex = compiled.get(pattern);
  if (!regex) {
    if (compiled.size > 1_000) compiled.clear();
    regex = new RegExp(`^(?:${pattern})$`, "u");
    compiled.set(pattern, regex);
  }
  return regex;
}

function kind(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value === "object" ? "an object" : `a ${typeof value}`;
}
