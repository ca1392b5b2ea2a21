/** Arguments while they are typed: text in fields, and what is sent. Pure. */
import type { Json, Parameter, Values } from "../api/types.ts";

/** What stands in the fields. A boolean is "true", "false" or "" (not said). */
export interface Draft {
  [name: string]: string;
}

/** The fields of a command's form, filled with what is known. */
export function draftOf(parameters: readonly Parameter[], args: Values): Draft {
  return Object.fromEntries(
    parameters.map((parameter) => {
      const value = args[parameter.name];
      return [parameter.name, value === undefined ? "" : fieldText(parameter, value)];
    }),
  );
}

function fieldText(parameter: Parameter, value: Json): string {
  if (isLines(parameter) && Array.isArray(value)) return value.join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A list of texts is written one on each line. */
export function isLines(parameter: Parameter): boolean {
  return parameter.type === "json" && parameter.items !== undefined;
}

/** What is sent, and what cannot be sent as it stands. An empty field is an argument that is not given. */
export function readDraft(
  parameters: readonly Parameter[],
  draft: Draft,
): { args: Values; problems: { [name: string]: string } } {
  const args: Values = {};
  const problems: { [name: string]: string } = {};
  for (const parameter of parameters) {
    const text = draft[parameter.name] ?? "";
    if (text === "") {
      if (parameter.required && parameter.default === undefined && !parameter.from)
        problems[parameter.name] = "is needed";
      continue;
    }
    const read = readField(parameter, text);
    if ("problem" in read) problems[parameter.name] = read.problem;
    else args[parameter.name] = read.value;
  }
  return { args, problems };
}

function readField(parameter: Parameter, text: string): { value: Json } | { problem: string } {
  switch (parameter.type) {
    case "number": {
      const value = Number(text);
      if (!Number.isFinite(value)) return { problem: "must be a number" };
      if (parameter.min !== undefined && value < parameter.min)
        return { problem: `must be at least ${parameter.min}` };
      if (parameter.max !== undefined && value > parameter.max)
        return { problem: `must be at most ${parameter.max}` };
      return { value };
    }
    case "boolean":
      return { value: text === "true" };
    case "json": {
      if (isLines(parameter)) return { value: text.split("\n").filter((line) => line !== "") };
      try {
        return { value: JSON.parse(text) as Json };
      } catch {
        return { problem: "is not JSON" };
      }
    }
    default:
      return patternProblem(parameter, text) ?? { value: text };
  }
}

function patternProblem(parameter: Parameter, text: string): { problem: string } | null {
  if (!parameter.pattern) return null;
  try {
    // Anchored as the server does it; what this engine cannot read, the server judges.
    return new RegExp(`^(?:${parameter.pattern})$`, "u").test(text)
      ? null
      : { problem: `must match ${parameter.pattern}` };
  } catch {
    return null;
  }
}

/** The command as one would type it: `workflow deploy --env production`. */
export function typed(name: string, args: Values): string {
  const parts = Object.entries(args).map(([key, value]) => {
    if (value === true) return `--${key}`;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `--${key} ${/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`}`;
  });
  return [name, ...parts].join(" ");
}
