/** A command's definition as people read and write it: its line, its YAML, the difference of two texts. Pure. */
import { stringify } from "yaml";
import type { Command, Json, Values } from "../../api/types.ts";
import { valueText } from "../../components/visible.ts";

type Loose = { [name: string]: unknown };

/** What runs, with parameters as <name> and what may be left out in brackets. Null for what is no program. */
export function lineOf(command: Pick<Command, "type" | "definition">): string | null {
  const definition = command.definition as Loose;
  if (command.type === "builtin")
    return [definition.program, ...((definition.argv as unknown[]) ?? []).map(itemText)]
      .map(String)
      .join(" ");
  if (command.type === "api") return `handler ${String(definition.handler)}`;
  if (command.type === "external")
    return typeof definition.ide === "string"
      ? `in the editor: ${definition.ide}`
      : `${String(definition.method ?? "GET")} ${valueWords(definition.url)}`;
  return null;
}

function itemText(item: unknown): string {
  if (typeof item === "string") return item === "" || /\s/.test(item) ? JSON.stringify(item) : item;
  const { flag, param, literal, each, join, when } = item as Loose;
  const text =
    typeof flag === "string"
      ? `${flag} <${param}>`
      : literal !== undefined
        ? String(literal)
        : each !== undefined
          ? `<${each}…>`
          : join !== undefined
            ? valueWords({ join })
            : `<${param}>`;
  return when !== undefined || flag !== undefined ? `[${text}]` : text;
}

function valueWords(value: unknown): string {
  if (typeof value === "string") return value;
  const { param, join } = (value ?? {}) as Loose;
  if (Array.isArray(join)) return join.map(valueWords).join("");
  return param === undefined ? valueText(value) : `<${param}>`;
}

/** What each type of command is, in few words. */
export const TYPE_WORDS: { [type in Command["type"]]: string } = {
  builtin: "program",
  api: "in the workspace",
  workflow: "workflow",
  external: "call or editor",
};

/** As a person would write them down: what it is first, then what it takes, then what runs. What is not named here follows by name. */
const KEYS =
  "name text type command description category effect required default options min max pattern aliases requires tool file git login version parameters args definition program argv steps id rollback when retry timeout_s examples".split(
    " ",
  );

/** A command as it is put, as YAML: what says nothing is left out. */
export function yamlOf(command: Values): string {
  const said = Object.entries(command).filter(
    ([name, value]) => value !== null && value !== "" && name !== "slug" && !emptyList(value),
  );
  return stringify(Object.fromEntries(said), {
    lineWidth: 100,
    sortMapEntries: (a, b) => place(a) - place(b),
  });
}

/** A number that orders keys: those of the list by their place in it, the others behind them as they are. */
function place({ key }: { key: unknown }): number {
  const at = KEYS.indexOf(String((key as { value?: unknown })?.value ?? key));
  return at < 0 ? KEYS.length : at;
}

const emptyList = (value: Json) => Array.isArray(value) && value.length === 0;

export interface DiffLine {
  sign: " " | "-" | "+";
  text: string;
}
/** More lines than this in both texts are shown as removed and added as a whole. */
const DIFF_CELLS = 4_000_000;

/** The shortest way from one text to the other, line by line. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = before.split("\n");
  const b = after.split("\n");
  if (a.length * b.length > DIFF_CELLS)
    return [
      ...a.map((text) => ({ sign: "-" as const, text })),
      ...b.map((text) => ({ sign: "+" as const, text })),
    ];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ sign: " ", text: a[i] as string });
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1)))
      lines.push({ sign: "-", text: a[i++] as string });
    else lines.push({ sign: "+", text: b[j++] as string });
  }
  return lines;
}

/** A command to begin with. */
export const TEMPLATE = `name: say hello
description: Greets somebody.
category: other
type: builtin
effect: read
parameters:
  - name: who
    type: string
    required: true
    description: whom to greet
definition:
  program: echo
  argv: [hello, { param: who }]
`;
