/** Search with ripgrep, which comes with the agent. */
import { chmodSync, statSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { NotStarted } from "../not-started.ts";
import type { Outputs } from "../outputs.ts";
import {
  type ActionContext,
  ActionFailed,
  existingPath,
  fitting,
  neededArg,
  numberArg,
  shown,
  textArg,
} from "./context.ts";
import { runTool } from "./run-tool.ts";

const LINE_CHARS = 300;
/** Files past this are data. */
const FILE_SIZE = "8M";
const BASE = ["--no-config", "--no-messages", "--sort=path", `--max-filesize=${FILE_SIZE}`];

interface Match {
  file: string;
  line: number;
  column: number;
  text: string;
}

/** Outputs `matches` (file, line, column, text), `count`, `files`, `truncated`. */
export async function search(context: ActionContext): Promise<Outputs> {
  const query = neededArg(context, "query");
  const limit = numberArg(context, "limit") ?? 200;
  const below = textArg(context, "path");
  const where = below === undefined ? context.cwd : existingPath(context, below);
  const argv = [
    ...BASE,
    "--json",
    ...(context.args.regex === true ? [] : ["--fixed-strings"]),
    context.args.case_sensitive === true ? "--case-sensitive" : "--ignore-case",
    `--regexp=${query}`,
    "--",
    where,
  ];
  const matches: Match[] = [];
  let more = false;
  const lines = new LineReader((line) => {
    if (matches.length >= limit) more = true;
    else matches.push(...matchOf(context, line));
  });
  const end = await runTool(context, {
    file: await ripgrep(context),
    argv,
    cwd: context.cwd,
    onStdout(bytes, enough) {
      lines.add(bytes);
      if (more) enough();
    },
  });
  // 1 is "nothing found"; 2 is a fault, or one file among many that could not be read.
  if (!more && end.code !== 0 && end.code !== 1 && matches.length === 0)
    throw new ActionFailed(
      `The search could not be done: ${end.stderr.slice(0, 500) || `exit code ${end.code}`}`,
    );
  for (const { file, line, text } of matches) context.say(`${file}:${line}: ${text}`);
  const { items, truncated } = fitting(matches);
  return {
    matches: items as unknown as Outputs[string],
    count: matches.length,
    files: new Set(matches.map((match) => match.file)).size,
    truncated: truncated || more,
  };
}

/** Files of the step's directory in which ripgrep finds what these options say, in order. */
export async function filesWith(context: ActionContext, options: string[]): Promise<string[]> {
  const argv = [...BASE, "--files-with-matches", "--null", ...options, "--", context.cwd];
  const { stdout } = await runTool(context, { file: await ripgrep(context), argv, cwd: context.cwd });
  return stdout.split("\0").filter((file) => file !== "");
}

/** Files of the step's directory that have this word in them, in order. */
export async function filesWithWord(context: ActionContext, word: string): Promise<string[]> {
  const files = await filesWith(context, ["--word-regexp", "--fixed-strings", `--regexp=${word}`]);
  const source = (file: string) => /\.[cm]?[jt]sx?$/.test(file);
  // Prose mentions names too; what can declare one comes first.
  return [...files.filter(source), ...files.filter((file) => !source(file))];
}

async function ripgrep(context: ActionContext): Promise<string> {
  const { rgPath } = await import("@vscode/ripgrep").catch(() => {
    throw new NotStarted(
      "prerequisite_missing",
      "ripgrep did not come with this agent for this platform; install the agent anew.",
    );
  });
  context.guard.program("rg", rgPath, context.path);
  // Some package caches unpack it without the right to run it.
  if ((statSync(rgPath).mode & 0o111) === 0) chmodSync(rgPath, 0o755);
  return rgPath;
}

function matchOf(context: ActionContext, line: string): Match[] {
  let said: {
    type: string;
    data: {
      path: Said;
      lines: Said;
      line_number: number;
      submatches: { start: number }[];
    };
  };
  try {
    said = JSON.parse(line);
  } catch {
    return [];
  }
  const { data } = said;
  if (said.type !== "match") return [];
  const bytes = bytesOf(data.lines);
  const text = bytes.toString().replace(/[\r\n]+$/, "");
  // ripgrep counts bytes; people and editors count characters.
  const start = bytes.subarray(0, data.submatches[0]?.start ?? 0).toString().length;
  return [
    {
      file: shown(context, bytesOf(data.path).toString()),
      line: data.line_number,
      column: start + 1,
      text: text.length > LINE_CHARS ? `${text.slice(0, LINE_CHARS)}…` : text,
    },
  ];
}

/** ripgrep's: as text, or in base64 where it is none in UTF-8. */
type Said = { text: string } | { bytes: string };
function bytesOf(said: Said): Buffer {
  return "text" in said ? Buffer.from(said.text) : Buffer.from(said.bytes, "base64");
}

class LineReader {
  readonly #decoder = new StringDecoder("utf8");
  readonly #hear: (line: string) => void;
  #rest = "";
  constructor(hear: (line: string) => void) {
    this.#hear = hear;
  }
  add(bytes: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(bytes)).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#hear(line);
  }
}
