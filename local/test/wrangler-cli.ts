/** What the installed wrangler's command line takes, read from the very definitions its `--help` is printed from. */
import { createRequire } from "node:module";

interface Argument {
  type?: string;
  array?: boolean;
  hidden?: boolean;
  choices?: string[];
  alias?: string | string[];
}
interface Node {
  subtree: Map<string, Node>;
  definition?: { type: string; positionalArgs?: string[]; args?: { [name: string]: Argument } };
}
export interface Subcommand {
  path: string[];
  positionals: string[];
  /** By every name it can be written with, without hyphens in front. */
  flags: Map<string, Argument>;
}

const { experimental_getWranglerCommands: tree } = createRequire(import.meta.url)("wrangler") as {
  experimental_getWranglerCommands(): { registry: Node; globalFlags: { [name: string]: Argument } };
};
const { registry, globalFlags } = tree();

/** The subcommand that the first words of an argv name, or what is wrong with them. */
export function subcommand(words: string[]): Subcommand | string {
  let node = registry;
  const path: string[] = [];
  for (const word of words) {
    const next = node.subtree.get(word);
    if (!next) break;
    node = next;
    path.push(word);
  }
  const { definition } = node;
  if (definition?.type !== "command") return `wrangler ${words.join(" ")} is no command`;
  const positionals = definition.positionalArgs ?? [];
  const own = Object.entries(definition.args ?? {}).filter(
    ([name, { hidden }]) => !hidden && !positionals.includes(name),
  );
  const flags = new Map<string, Argument>();
  for (const [name, argument] of [...own, ...Object.entries(globalFlags)])
    for (const one of [name, ...[argument.alias ?? []].flat()]) flags.set(one, argument);
  return { path, positionals, flags };
}

/** What is wrong with an argv whose values are known or stand as "VALUE"; nothing when wrangler takes it. */
export function argvProblems(argv: string[]): string[] {
  const first = argv.findIndex((word) => word.startsWith("-"));
  const found = subcommand(first === -1 ? argv : argv.slice(0, first));
  if (typeof found === "string") return [found];
  const problems: string[] = [];
  let positionals = 0;
  const rest = argv.slice(found.path.length);
  for (let at = 0; at < rest.length; at += 1) {
    const word = rest[at] as string;
    if (word === "--") {
      positionals += rest.length - at - 1;
      break;
    }
    if (!word.startsWith("-")) {
      positionals += 1;
      continue;
    }
    const [name = "", glued] = word.replace(/^--?/, "").split(/=(.*)/s);
    const flag = found.flags.get(name);
    if (!flag) problems.push(`wrangler ${found.path.join(" ")} has no ${word}`);
    else if (flag.type !== "boolean" && glued === undefined) {
      const value = rest[at + 1];
      if (value === undefined) problems.push(`${word} needs a value`);
      else if (flag.choices && value !== "VALUE" && !flag.choices.includes(value))
        problems.push(`${word} is one of ${flag.choices.join(", ")}, not ${value}`);
      at += 1;
    }
  }
  const many = found.positionals.some((name) => /\.\.|specs$|keys$/.test(name));
  if (positionals > found.positionals.length && !many)
    problems.push(
      `wrangler ${found.path.join(" ")} takes ${found.positionals.length} values, not ${positionals}`,
    );
  return problems;
}
