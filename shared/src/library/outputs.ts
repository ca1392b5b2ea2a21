/** What a program printed, as named outputs. Pure: used by the agent and by the consumer of calls alike. */
import type { CommandInput, OutputsSpec } from "../contracts/definition.ts";
import type { Json } from "../contracts/json.ts";
import { LIMITS } from "../limits.ts";
import { own } from "./parameters.ts";

export type Outputs = { [name: string]: Json };
export interface Printed {
  stdout: string;
  /** The file named by `outputs.param`, when it exists after the program ran. */
  file?: { path: string; bytes: number } | null;
}

const LINES_BYTES = LIMITS.outputBytes - 4_096;
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;
// Colours and the like: a program that thinks it writes to a terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be removed
const ESCAPES = /\u001b\[[0-9;?]*[A-Za-z]/g;

/** The outputs the spec asks for. What was not printed is absent: an output is never made up. */
export function parseOutputs(spec: OutputsSpec, printed: Printed): Outputs {
  const stdout = printed.stdout.replace(ESCAPES, "");
  switch (spec.format) {
    case "json":
      return jsonOutputs(spec, stdout);
    case "porcelain":
      return gitStatus(stdout);
    case "lines":
      return lineOutputs(spec, stdout);
    case "regex":
      return namedGroups(spec, stdout);
    case "file":
      return printed.file ? { file: printed.file.path, bytes: printed.file.bytes } : {};
  }
}

/** As many lines as outputs may hold; a step does not fail for having printed more, but it is said. */
function lineOutputs(spec: OutputsSpec, stdout: string): Outputs {
  const all = lines(stdout);
  let room = LINES_BYTES;
  const fits = all.findIndex((line) => {
    room -= new TextEncoder().encode(JSON.stringify(line)).byteLength + 1;
    return room < 0;
  });
  const name = spec.name ?? "lines";
  return fits === -1 ? { [name]: all } : { [name]: all.slice(0, fits), truncated: true };
}

function lines(text: string): string[] {
  const all = text.split(/\r?\n/);
  if (all.at(-1) === "") all.pop();
  return all;
}

function namedGroups(spec: OutputsSpec, stdout: string): Outputs {
  const groups = new RegExp(spec.pattern ?? "(?!)", "mu").exec(stdout)?.groups ?? {};
  return Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined));
}

function jsonOutputs(spec: OutputsSpec, stdout: string): Outputs {
  const value = parseJson(stdout);
  if (value === undefined) return {};
  if (spec.select) {
    const found = Object.entries(spec.select).map(([name, path]) => [name, follow(value, path)] as const);
    return Object.fromEntries(found.filter((entry): entry is [string, Json] => entry[1] !== undefined));
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return { [spec.name ?? "value"]: value };
  return Object.fromEntries(Object.entries(value).filter(([name]) => NAME.test(name)));
}

/** The text as JSON; programs that print a banner first are read from the first line that opens a value. */
function parseJson(text: string): Json | undefined {
  const starts = [0, ...Array.from(text.matchAll(/^[[{]/gm), (match) => match.index)].slice(0, 50);
  for (const start of starts) {
    try {
      return JSON.parse(text.slice(start)) as Json;
    } catch {
      // The next place where a value may begin.
    }
  }
  return undefined;
}

/** Follows a path of keys and indexes, "0.results". */
export function follow(value: Json, path: string): Json | undefined {
  let at: Json | undefined = value;
  for (const key of path.split(".").filter((part) => part !== "")) {
    if (at === null || typeof at !== "object") return undefined;
    at = Array.isArray(at) ? at[Number(key)] : own(at, key);
    if (at === undefined) return undefined;
  }
  return at;
}

/** `git status --porcelain=v2 --branch` (without `-z`). `dirty`: something is not staged yet. */
function gitStatus(stdout: string): Outputs {
  const status = { staged: 0, unstaged: 0, untracked: 0, conflicted: 0 };
  const branch: Outputs = { branch: null, head: null, upstream: null, ahead: 0, behind: 0 };
  for (const line of lines(stdout)) {
    const [mark, first = "", ...rest] = line.split(" ");
    if (mark === "#") header(branch, first, rest);
    else if (mark === "1" || mark === "2") {
      if (first[0] !== ".") status.staged += 1;
      if (first[1] !== ".") status.unstaged += 1;
    } else if (mark === "u") {
      status.conflicted += 1;
      status.unstaged += 1;
    } else if (mark === "?") status.untracked += 1;
  }
  const dirty = status.unstaged + status.untracked > 0;
  return { ...branch, dirty, ...status, clean: !dirty && status.staged === 0 };
}

function header(branch: Outputs, name: string, rest: string[]): void {
  const value = rest.join(" ");
  // git writes "(detached)" and "(initial)" where there is no branch or no commit yet.
  if (name === "branch.head") branch.branch = value === "(detached)" ? null : value;
  else if (name === "branch.oid") branch.head = value === "(initial)" ? null : value;
  else if (name === "branch.upstream") branch.upstream = value;
  else if (name === "branch.ab") {
    branch.ahead = Number(rest[0]);
    branch.behind = -Number(rest[1]);
  }
}

const PORCELAIN = "branch head upstream ahead behind dirty staged unstaged untracked conflicted clean".split(
  " ",
);

/** The outputs a command can have, as far as its definition tells. */
export function outputNames(command: CommandInput): Set<string> {
  const { definition } = command;
  const specs: (OutputsSpec | undefined)[] = [];
  if ("outputs" in definition) specs.push(definition.outputs);
  if ("program" in definition)
    specs.push(...[...(definition.before ?? []), ...(definition.after ?? [])].map((probe) => probe.outputs));
  return new Set(specs.flatMap((spec) => (spec ? namesOf(spec) : [])));
}

function namesOf(spec: OutputsSpec): string[] {
  switch (spec.format) {
    case "json":
      return Object.keys(spec.select ?? {});
    case "porcelain":
      return PORCELAIN;
    case "lines":
      return [spec.name ?? "lines", "truncated"];
    case "regex":
      return Array.from((spec.pattern ?? "").matchAll(/\(\?<([A-Za-z]\w*)>/g), (match) => match[1]!);
    case "file":
      return ["file", "bytes"];
  }
}
