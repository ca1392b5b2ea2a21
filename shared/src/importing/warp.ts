/** Warp workflows: a command line with `{{arguments}}`. Plain words become an argv; what needs a shell a script to confirm. */
import type { ArgvItem, Parameter, Value } from "../contracts/definition.ts";
import {
  aliasesOf,
  baseName,
  described,
  ImportError,
  type ImportFile,
  type ImportItem,
  parameterName,
  ready,
  skipped,
  slugOf,
} from "./item.ts";
import { asScript, plainWords, type Word } from "./words.ts";
import { readYaml } from "./yaml-file.ts";

interface Argument {
  name: string;
  param: string;
  parameter: Parameter;
}

/** One item for each document. Throws ImportError when the YAML is broken. */
export function readWarp({ path, text }: ImportFile): ImportItem[] {
  return documentsOf(path, text).map((document, index) => {
    const name = textOf(document.name) ?? `${baseName(path).replace(/\.ya?ml$/, "")}-${index + 1}`;
    // The file's place says nothing about where the command runs, so it is not part of its name.
    const draft = { kind: "warp" as const, path, name, slug: slugOf("warp", baseName(path), name) };
    const line = textOf(document.command);
    if (line === null || line.trim() === "") return skipped(draft, "it has no command");
    const args = argumentsOf(document.arguments, line);
    const common = {
      name: name.slice(0, 100),
      description: described(textOf(document.description), name),
      category: "imported",
      aliases: [...new Set([...aliasesOf(name, name), ...tagsOf(document.tags)])].slice(0, 20),
      parameters: args.map(({ parameter }) => parameter),
    };
    const plain = plainWords(line);
    if ("words" in plain) {
      const made = definitionOf(plain.words, args);
      if (typeof made === "string") return skipped(draft, made);
      const warnings = plain.words.some(isSentence)
        ? [
            `what is put in becomes part of a longer text that ${made.program} reads; it may mean something there`,
          ]
        : [];
      return ready(
        { ...draft, warnings },
        {
          ...common,
          type: "builtin",
          requires: [{ tool: made.program }],
          definition: made,
        },
      );
    }
    return scripted(draft, common, { line, args, why: plain.why });
  });
}

/** Needs a shell: a script file, which a person looks at and puts under the agent's root. */
function scripted(
  draft: { kind: "warp"; path: string; name: string; slug: string },
  common: { name: string; description: string; category: string; aliases: string[]; parameters: Parameter[] },
  { line, args, why }: { line: string; args: Argument[]; why: string },
): ImportItem {
  const path = `.tw/scripts/${draft.slug}.sh`;
  const text = asScript(
    line,
    args.map(({ name }) => name),
  );
  const warnings = [
    `it needs a shell (${why}), so it runs from the file ${path}: read it before you confirm`,
    ...(args.length === 0
      ? []
      : [
          "what is put in arrives as one value each, but a program that takes such a value as code (awk, sed, a second shell) would run it",
        ]),
  ];
  return ready(
    { ...draft, warnings },
    {
      ...common,
      type: "builtin",
      // Positions: one that is not given must not move the others.
      parameters: common.parameters.map((p) =>
        p.required || p.default !== undefined ? p : { ...p, default: "" },
      ),
      requires: [{ tool: "bash" }, { file: path }],
      definition: { program: "bash", argv: [path, ...args.map(({ param }) => ({ param }))] },
    },
    { path, text },
  );
}

function definitionOf(
  words: Word[],
  args: Argument[],
): { program: string; argv: ArgvItem[]; env?: { [name: string]: Value } } | string {
  const paramOf = (name: string) => args.find((argument) => argument.name === name)!.param;
  const env: { [name: string]: Value } = {};
  const rest = [...words];
  for (let assigned = assignment(rest[0]); assigned; assigned = assignment(rest[0])) {
    env[assigned.name] = glued(assigned.value, paramOf);
    rest.shift();
  }
  const [program, ...others] = rest;
  const name = program?.length === 1 && typeof program[0] === "string" ? program[0] : null;
  if (name === null || name === "")
    return "the program itself is filled in at the time; name it in the definition";
  if (["sudo", "doas", "su"].includes(name))
    return `${name} asks for a password at a terminal, where nobody sits`;
  if (["cd", "export", "source", ".", "alias", "eval", "set", "unset"].includes(name))
    return `${name} changes the shell it is typed in, which does not exist here`;
  const argv = others.map((word): ArgvItem => {
    const value = glued(word, paramOf);
    return typeof value === "string" || "join" in value ? value : { param: value.param };
  });
  return { program: name, argv, ...(Object.keys(env).length > 0 ? { env } : {}) };
}

/** A placeholder within a text of several words, as in a query. */
function isSentence(word: Word): boolean {
  return word.length > 1 && word.some((part) => typeof part === "string" && /\s/.test(part));
}

function assignment(word: Word | undefined): { name: string; value: Word } | null {
  const [first, ...rest] = word ?? [];
  const match = typeof first === "string" ? /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(first) : null;
  return match ? { name: match[1]!, value: match[2] === "" ? rest : [match[2]!, ...rest] } : null;
}

/** An empty text beside a placeholder (`"{{x}}"`) is left out: in front of it it would hide that the value stands alone. */
function glued(word: Word, paramOf: (name: string) => string): Value {
  const parts = word
    .filter((part) => part !== "")
    .map((part) => (typeof part === "string" ? part : { param: paramOf(part.param) }));
  if (parts.length === 0) return "";
  return parts.length === 1 ? parts[0]! : { join: parts };
}

/** Those the file declares that its command uses, and those it uses without saying so. */
function argumentsOf(declared: unknown, line: string): Argument[] {
  const used = [
    ...new Set(Array.from(line.matchAll(/\{\{\s*([A-Za-z_][\w-]*)\s*\}\}/g), (match) => match[1]!)),
  ];
  const said = (Array.isArray(declared) ? declared : []).filter(isRecord);
  const taken = new Set<string>();
  return used.map((name) => {
    const one = said.find((argument) => textOf(argument.name) === name);
    const given = one ? scalarOf(one.default_value) : null;
    const param = parameterName(name, taken);
    return {
      name,
      param,
      parameter: {
        name: param,
        type: "string",
        required: given === null,
        description: described(one ? textOf(one.description) : null, name).slice(0, 500),
        max: 4_000,
        ...(given === null ? {} : { default: given }),
      },
    };
  });
}

function documentsOf(path: string, text: string): { [name: string]: unknown }[] {
  const values = readYaml(path, text);
  if (values.length === 0 || !values.every(isRecord)) throw new ImportError(`${path} holds no Warp workflow`);
  return values as { [name: string]: unknown }[];
}

function tagsOf(tags: unknown): string[] {
  return Array.isArray(tags)
    ? tags.flatMap((tag) => (typeof tag === "string" ? [tag.slice(0, 100)] : []))
    : [];
}
export function isRecord(value: unknown): value is { [name: string]: unknown } {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
export function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}
/** A default as text; `~` is none. */
export function scalarOf(value: unknown): string | null {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : null;
}
