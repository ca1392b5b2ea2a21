/** What kind of argument a parameter takes, as its name, description and pattern tell. Pure. */
import type { Command, Parameter } from "../contracts/definition.ts";
import { problem } from "../library/parameters.ts";
import { MARKERS, NOUNS, PROSE, SWITCHES } from "./fill-roles.ts";
import { isVerb } from "./mood.ts";
import { isWeak } from "./vocabulary.ts";
import { stem, wordsOf } from "./words.ts";

/** Those that the place may tell go last. */
export function byPlace(a: Parameter, b: Parameter): number {
  return Number(a.from !== undefined) - Number(b.from !== undefined);
}

/** Required text that is no name of anything. */
export const NO_NAME = new Set([...PROSE, "url", "email", "bookmark", "commit", "csv", "kept", "to", "env"]);

export function isSql(parameter: Parameter, command: Command): boolean {
  if (["sql", "statement"].includes(parameter.name)) return true;
  return (
    /\bSQL\b|\bSELECT\b/.test(parameter.description) &&
    (command.category === "database" || /sql|query|execute/.test(command.slug))
  );
}

/** What a definition tells of a parameter's values. */
export interface Traits {
  /** Words, stemmed, for the thing that it names: "queue" of "the queue", "bucket" of a bucket's "its name". */
  nouns: ReadonlySet<string>;
  /** How the ids of such things begin: "cli_" of "the client's id, cli_…". */
  prefix: string | undefined;
  /** Its pattern refuses plain words, and is no address: what fits it is meant for it. */
  shaped: boolean;
  /** It is so long ago, or lasts so long: 1d, 12h. */
  period: boolean;
  /** It takes an address of somebody. */
  mail: boolean;
  /** It names a commit, or what stands for one. */
  revision: boolean;
  /** It names a branch. */
  branch: boolean;
  /** It is a place that something is written to. */
  written: boolean;
  /** It is made along with what the command makes: nothing comes from it, and nothing lies in it. */
  made: boolean;
  /** It is what a name begins with. */
  beginning: boolean;
  /** Values that its description names: "the model, as sonnet or opus". */
  examples: readonly string[];
  /** Words that say it is on, stemmed, and off, as they are. */
  on: readonly string[];
  off: readonly string[];
  /** Words in a row that say it is on: its name, and what people say for it. */
  spoken: readonly string[];
}

/** The parameters of a command by how they are filled. */
export interface Reading {
  traits: ReadonlyMap<string, Traits>;
  /** Known by how their values are written, whatever else is said. */
  certain: readonly Parameter[];
  /** Known by it where nothing else was said of the value. */
  patterned: readonly Parameter[];
  /** Named beside the word for the thing. */
  beside: readonly Parameter[];
  /** All words for things. */
  nouns: ReadonlySet<string>;
  /** Which parameters a word introduces: their names, and `MARKERS`. */
  introduces: ReadonlyMap<string, readonly Parameter[]>;
  /** The name that the command waits for. */
  waits: Parameter | undefined;
}

const known = new WeakMap<Command, Reading>();

/** What the definition tells of its parameters; worked out once for each command. */
export function readingOf(command: Command): Reading {
  let reading = known.get(command);
  if (!reading) {
    const { parameters } = command;
    const traits = new Map(parameters.map((one) => [one.name, read(one, command)]));
    const of = ({ name }: Parameter) => traits.get(name)!;
    // A file is looked for by its name.
    const byName = parameters.some(({ description }) => /\bwith \*/.test(description));
    reading = {
      traits,
      certain: parameters.filter(
        (p) => p.type === "secret" || of(p).mail || of(p).prefix !== undefined || of(p).examples.length > 0,
      ),
      patterned: parameters.filter(
        (p) =>
          of(p).shaped || of(p).revision || of(p).branch || (p.type === "string" && of(p).nouns.has("remot")),
      ),
      // What is written is introduced; a commit is known by how it is written.
      beside: parameters.filter(
        (p) =>
          !of(p).revision &&
          !(p.type === "path" && (of(p).written || byName)) &&
          (p.type === "string" || p.type === "path" || p.items !== undefined) &&
          !PROSE.has(p.name) &&
          p.name !== "config" &&
          p.name !== "env",
      ),
      nouns: new Set([...traits.values()].flatMap(({ nouns }) => [...nouns])),
      introduces: introducers(parameters),
      waits: [...parameters]
        .sort(byPlace)
        .find(
          (p) => p.required && p.type === "string" && !p.items && !isSql(p, command) && !NO_NAME.has(p.name),
        ),
    };
    known.set(command, reading);
  }
  return reading;
}

function introducers(parameters: readonly Parameter[]): Map<string, Parameter[]> {
  const all = new Map<string, Parameter[]>();
  for (const parameter of parameters) {
    if (parameter.type === "boolean") continue;
    for (const word of new Set([parameter.name.toLowerCase(), ...(MARKERS[parameter.name] ?? [])]))
      all.set(word, [...(all.get(word) ?? []), parameter]);
  }
  return all;
}

/** What the definition tells of one of its parameters. */
export function traitsOf({ name }: Parameter, command: Command): Traits {
  return readingOf(command).traits.get(name)!;
}

function read(parameter: Parameter, command: Command): Traits {
  const { name, description, type } = parameter;
  const [on, off] = type === "boolean" ? switchWords(parameter, command) : [[], []];
  const text = type === "string" || type === "secret";
  // A pattern that refuses plain words tells by itself what is meant.
  const strict =
    text &&
    parameter.pattern !== undefined &&
    ["word", "Word", "a-word"].every((one) => problem(parameter, one));
  return {
    nouns: nounsOf(parameter, command),
    prefix: /\b([a-z]+_)…/.exec(description)?.[1],
    shaped: strict && !/http|\[\^/.test(parameter.pattern ?? ""),
    period: strict && problem(parameter, "1d") === null,
    mail: name === "email" || /\baddress of a person\b/.test(description),
    revision: text && (/^(?:commit|start)$/.test(name) || parameter.default === "HEAD"),
    branch:
      text &&
      (/\bbranch\b/.test(description) || (name === "commit" && /\bagainst\b/.test(description))) &&
      name !== "ref" &&
      !command.parameters.some((one) => one.name === "start"),
    written: type === "path" && /\bto write\b|\bwhere to\b|new directory/.test(description),
    made: text && !parameter.required && /^an? .*\b(?:it|the new)\b/.test(description),
    beginning: text && /\bbegins? with\b/.test(description),
    examples: type === "string" ? (/\bas (\w+) or (\w+)$/.exec(description)?.slice(1) ?? []) : [],
    on,
    off,
    spoken:
      type === "boolean"
        ? [name.replaceAll("_", " "), name.replaceAll("_", "-"), ...(SWITCHES[name] ?? [])]
        : [],
  };
}

/** The first noun of its description, its own name, and other words for these. */
function nounsOf({ name, description }: Parameter, command: Command): Set<string> {
  const found = name === "name" || name === "id" || isWeak(name) ? [] : [name.replace(/_(?:id|s)$/, "")];
  const described =
    /^(?:or )?(?:only )?(?:of )?(?:this|the|an?|another|its|name of the|name or binding of the|binding of the|bucket of the|environment of the)\s+(?:new |stored |Pages |D1 |R2 )?([A-Za-z]+)(?:$|[;,.:]| to | for | with | in )/.exec(
      description,
    )?.[1];
  if (described && !/^(?:name|id|only|one|other|new)$/.test(described)) found.push(described);
  if (/^(?:its|their) (?:name|id)\b|^the \w+'s (?:id|name)\b/.test(description))
    found.push(
      ...command.slug.split("-").filter((word) => !isVerb(stem(word)) && !/^(?:git|wrangler|at)$/.test(word)),
    );
  const words = found.map((word) => word.toLowerCase());
  return new Set([...words, ...words.flatMap((word) => NOUNS[word] ?? [])].map(stem));
}

/** Words for on and for off: "the local database; false is the deployed one". */
function switchWords({ description }: Parameter, command: Command): [string[], string[]] {
  const [whole = "", second = ""] = description.split(/[;,]\s*false\b/);
  const first = whole.split(" instead of ")[0]!;
  const content = (text: string, as: (word: string) => string) => [
    ...new Set(
      wordsOf(text)
        .filter(
          (word) =>
            !isWeak(word) && !/^(?:only|too|makes?|others?|what|not|no|first|last|well|even|say)$/.test(word),
        )
        .map(as),
    ),
  ];
  const slug = new Set(wordsOf(command.slug).map(stem));
  // What tells of its contrary, too, would be switched by that: "changes that are not staged".
  const on = (/\b(?:not|never|without)\b/.test(first) ? [] : content(first, stem)).filter(
    (word) => !slug.has(word),
  );
  // "deployed" tells that it is not the local one, "before I deploy" does not.
  const off = content(second, (word) => word).filter((word) => !wordsOf(first).includes(word));
  return [on, off];
}
