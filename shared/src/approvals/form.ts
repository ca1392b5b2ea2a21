/** The form of a checkpoint: what an approver fills in, typed and checked. Pure. */
import type { FormField } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import type { Issue } from "../errors.ts";
import { LIMITS } from "../limits.ts";

export type Inputs = { [name: string]: Json };

/** Typed values of the form, or what is wrong with each field. Defaults fill what is left out. */
export function checkInputs(
  fields: FormField[],
  given: Inputs | null,
): { inputs: Inputs } | { issues: Issue[] } {
  const issues: Issue[] = [];
  const inputs: Inputs = {};
  const values = given ?? {};
  for (const name of Object.keys(values))
    if (!fields.some((field) => field.name === name))
      issues.push({ path: `inputs.${name}`, message: `this checkpoint has no field "${name}"` });
  for (const field of fields) {
    const value = Object.hasOwn(values, field.name) ? values[field.name] : field.default;
    if (value === undefined || value === null || value === "") {
      if (field.required)
        issues.push({ path: `inputs.${field.name}`, message: `${labelOf(field)} is required` });
      continue;
    }
    const problem = wrongWith(field, value as Json);
    if (problem) issues.push({ path: `inputs.${field.name}`, message: `${labelOf(field)} ${problem}` });
    else inputs[field.name] = value as Json;
  }
  return issues.length > 0 ? { issues } : { inputs };
}

/** What a browser sent, made into the types the fields ask for. What does not convert stays text and is refused by the check. */
export function inputsFromForm(fields: FormField[], text: (name: string) => string | null): Inputs {
  const inputs: Inputs = {};
  for (const field of fields) {
    const value = text(field.name);
    if (field.type === "boolean") inputs[field.name] = value !== null;
    else if (value !== null && value.trim() !== "")
      inputs[field.name] = field.type === "number" ? toNumber(value) : value;
    else inputs[field.name] = null;
  }
  return inputs;
}

/** The words an approver sees for a field. */
export function labelOf(field: FormField): string {
  return field.label ?? field.name.replaceAll("_", " ");
}

function toNumber(text: string): number | string {
  const value = Number(text.trim());
  return Number.isFinite(value) ? value : text;
}

function wrongWith(field: FormField, value: Json): string | null {
  switch (field.type) {
    case "number":
      return typeof value === "number" && Number.isFinite(value) ? null : "must be a number";
    case "boolean":
      // A required box is one that must be ticked: "I have read the plan".
      if (typeof value !== "boolean") return "must be true or false";
      return field.required && !value ? "must be ticked" : null;
    case "enum":
      return typeof value === "string" && (field.options ?? []).includes(value)
        ? null
        : `must be one of ${(field.options ?? []).join(", ")}`;
    default:
      if (typeof value !== "string") return "must be text";
      return value.length > LIMITS.commentChars ? `is longer than ${LIMITS.commentChars} characters` : null;
  }
}
