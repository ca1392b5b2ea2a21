/** What is wrong with a draft, by the server's own checks, and what is likely wrong. */
import "./no-eval.ts";
import { type Command, commandInputSchema } from "@tw/shared/contracts/definition";
import { checkDefinition } from "@tw/shared/library/check";
import { checkReferences } from "@tw/shared/library/check-references";
import type { Lookup } from "@tw/shared/library/names";
import type { Values } from "./document.ts";
import type { Flow } from "./flow.ts";

export interface Finding {
  /** `definition.steps.3.args.file`; what is at a step names its position. */
  path: string;
  message: string;
  /** A note keeps nobody from saving. */
  kind: "problem" | "note";
  /** Position of the step it is about. */
  step: number | null;
}

/** All that keeps the draft from being saved, as the server would say it. */
export async function check(input: Values, slug: string, lookup: Lookup): Promise<Finding[]> {
  const wrong = checkDefinition(input);
  if (wrong.length > 0) return wrong.map(finding);
  const parsed = commandInputSchema.parse(input);
  if (parsed.type !== "workflow")
    return [
      finding({ path: "type", message: "is not a workflow; other commands are edited in the library" }),
    ];
  const command = { ...parsed, slug, version: 1, status: "active" } as Command;
  const own: Lookup = async (asked) => (asked === slug ? command : lookup(asked));
  return (await checkReferences(command, own)).map(finding);
}

function finding({ path, message }: { path: string; message: string }): Finding {
  return { path, message, kind: "problem", step: stepOf(path) };
}

export function stepOf(path: string): number | null {
  const index = /^definition\.steps\.(\d+)/.exec(path)?.[1];
  return index === undefined ? null : Number(index);
}

/** What the field is called within its step or command: "args.file". */
export function fieldOf({ path }: Pick<Finding, "path">): string {
  return path.replace(/^definition\.(steps\.\d+\.?)?/, "");
}

/**
 * Outputs that nobody declares: a program may still print them, so this is no problem for sure. And results that are of another
 * type than the argument they are for, as far as types are known before the run.
 */
export function notesOf(flow: Flow): Finding[] {
  const outputs = new Map(flow.steps.map((step) => [step.id, step]));
  const types = new Map(flow.parameters.map(({ name, type }) => [name, type]));
  return flow.steps.flatMap((step) =>
    Object.entries(step.draft.args).flatMap(([name, value]) => {
      const from = (value as { from?: unknown } | null)?.from;
      if (typeof from !== "string") return [];
      const note = (message: string): Finding => ({
        path: `definition.steps.${step.index}.args.${name}`,
        message,
        kind: "note",
        step: step.index,
      });
      const [root, id = "", what, output] = from.split(".");
      if (root === "steps" && what === "outputs" && output) {
        const other = outputs.get(id);
        if (!other || other.outputs.length === 0 || other.outputs.includes(output)) return [];
        return [
          note(`${other.id} says nothing of an output "${output}"; it has ${other.outputs.join(", ")}`),
        ];
      }
      const wanted = step.command?.parameters.find((parameter) => parameter.name === name)?.type;
      const given = root === "args" ? types.get(id) : undefined;
      if (!wanted || !given || fits(given, wanted)) return [];
      return [note(`is a ${wanted}, and ${from} is a ${given}`)];
    }),
  );
}

const TEXTS = ["string", "path", "enum"];
function fits(given: string, wanted: string): boolean {
  if (given === wanted || given === "json") return true;
  if (wanted === "json") return given !== "secret";
  // Text may turn out to be what is wanted; the run checks it again. Numbers and booleans are taken as text.
  if (TEXTS.includes(given)) return wanted !== "secret";
  return given !== "secret" && TEXTS.includes(wanted);
}
