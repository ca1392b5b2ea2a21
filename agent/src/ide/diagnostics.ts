/** Errors and warnings: of one file by its language server, of a whole TypeScript project by its own compiler, which is what its build says. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Diagnostic } from "vscode-languageserver-protocol";
import { isUnder } from "../find-program.ts";
import { NotStarted } from "../not-started.ts";
import type { Outputs } from "../outputs.ts";
import { findTypescript, serverFor } from "./choose-server.ts";
import { type ActionContext, ActionFailed, existingFile, fitting, shown, textArg } from "./context.ts";
import type { LanguageServer } from "./language-server.ts";
import { runTool } from "./run-tool.ts";
import { withServer } from "./servers.ts";

export interface Problem {
  file: string;
  line: number;
  column: number;
  severity: "error" | "warning" | "info";
  code: string;
  message: string;
}
const WANTED: { [severity: string]: Problem["severity"][] } = {
  error: ["error"],
  warning: ["error", "warning"],
  all: ["error", "warning", "info"],
};
/** A server that tells by itself is taken to have told all when it said nothing for this long. */
const QUIET_MS = 1_500;
const TOLD_MS = 20_000;
const REFERENCES = 50;
const ERRORS = ["syntacticDiagnosticsSync", "semanticDiagnosticsSync"];

/** Outputs `problems` (file, line, column, severity, code, message), `errors`, `warnings`, `by`, `truncated`. */
export async function diagnostics(context: ActionContext): Promise<Outputs> {
  const given = textArg(context, "file");
  const { problems, by } = given === undefined ? await ofProject(context) : await ofFile(context, given);
  const wanted = WANTED[textArg(context, "severity") ?? "warning"] ?? WANTED.warning!;
  const told = problems
    .filter(({ severity }) => wanted.includes(severity))
    .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line || a.column - b.column));
  for (const { file, line, column, severity, code, message } of told)
    context.say(`${file}:${line}:${column}: ${severity} ${code}: ${message}`);
  const { items, truncated } = fitting(told);
  const count = (severity: Problem["severity"]) => problems.filter((one) => one.severity === severity).length;
  return {
    problems: items as unknown as Outputs[string],
    errors: count("error"),
    warnings: count("warning"),
    by,
    truncated,
  };
}

async function ofFile(context: ActionContext, given: string): Promise<{ problems: Problem[]; by: string }> {
  const file = existingFile(context, given);
  const spec = await serverFor(context, file);
  const found = await withServer(context, spec, (server) =>
    server.withOpen(
      [file],
      async () => (await askedFor(context, server, file)) ?? (await told(context, server, file)),
    ),
  );
  return { problems: found.map((one) => problemOf(shown(context, file), one)), by: spec.name };
}

/** The errors of a file that is open in the server; null when this server cannot be asked, and tells when it likes. */
export async function openErrors(
  context: ActionContext,
  server: LanguageServer,
  file: string,
): Promise<Problem[] | null> {
  const found = await askedFor(context, server, file, ERRORS);
  const problems = found?.map((one) => problemOf(shown(context, file), one));
  return problems?.filter(({ severity }) => severity === "error") ?? null;
}

async function askedFor(
  context: ActionContext,
  server: LanguageServer,
  file: string,
  kinds = [...ERRORS, "suggestionDiagnosticsSync"],
): Promise<Diagnostic[] | null> {
  if (server.capabilities.diagnosticProvider) return pulled(context, server, file);
  if (server.spec.name === "typescript-language-server") return fromTsserver(context, server, file, kinds);
  return null;
}

async function pulled(context: ActionContext, server: LanguageServer, file: string): Promise<Diagnostic[]> {
  const answer = await server.request<{ items?: Diagnostic[] }>(
    "textDocument/diagnostic",
    { textDocument: { uri: pathToFileURL(file).href } },
    context.signal,
  );
  return answer.items ?? [];
}

interface TsDiagnostic {
  message: string;
  category: string;
  code: number;
  startLocation: { line: number; offset: number };
}
/** It tells by itself when it thinks that nobody types any more; asked for at once, tsserver answers at once. */
async function fromTsserver(
  context: ActionContext,
  server: LanguageServer,
  file: string,
  kinds: string[],
): Promise<Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const command of kinds) {
    const answer = await server.request<{ body?: TsDiagnostic[] }>(
      "workspace/executeCommand",
      { command: "typescript.tsserverRequest", arguments: [command, { file, includeLinePosition: true }] },
      context.signal,
    );
    for (const { message, category, code, startLocation } of answer?.body ?? []) {
      const start = { line: startLocation.line - 1, character: startLocation.offset - 1 };
      const severity = category === "error" ? 1 : category === "warning" ? 2 : 3;
      found.push({ range: { start, end: start }, message, code: code, source: "typescript", severity });
    }
  }
  return found;
}

async function told(context: ActionContext, server: LanguageServer, file: string): Promise<Diagnostic[]> {
  const uri = pathToFileURL(file).href;
  let newest: Diagnostic[] = [];
  return new Promise((done, fail) => {
    let quiet: NodeJS.Timeout | undefined;
    const finish = () => {
      hearing.dispose();
      clearTimeout(quiet);
      clearTimeout(last);
      context.signal.removeEventListener("abort", stop);
      done(newest);
    };
    const stop = () => {
      finish();
      fail(context.signal.reason as Error);
    };
    const last = setTimeout(finish, TOLD_MS);
    context.signal.addEventListener("abort", stop, { once: true });
    const hearing = server.onNotification("textDocument/publishDiagnostics", (params) => {
      const said = params as { uri: string; diagnostics: Diagnostic[] };
      if (said.uri !== uri) return;
      newest = said.diagnostics;
      clearTimeout(quiet);
      quiet = setTimeout(finish, QUIET_MS);
    });
  });
}

function problemOf(file: string, { range, severity, code, source, message }: Diagnostic): Problem {
  const name =
    code === undefined ? (source ?? "") : `${source === "typescript" || source === "ts" ? "TS" : ""}${code}`;
  return {
    file,
    line: range.start.line + 1,
    column: range.start.character + 1,
    severity: severity === 1 || severity === undefined ? "error" : severity === 2 ? "warning" : "info",
    code: name,
    message: (typeof message === "string" ? message : message.value).slice(0, 500),
  };
}

async function ofProject(context: ActionContext): Promise<{ problems: Problem[]; by: string }> {
  const dir = above(context, ["tsconfig.json", "jsconfig.json"]);
  if (dir === null)
    throw new NotStarted(
      "prerequisite_missing",
      `There is no tsconfig.json in ${shown(context, context.cwd)} or above. Say which "file" to look at.`,
    );
  const typescript = findTypescript(dir, context.config.root);
  const tsc = typescript && join(typescript.dir, "bin", "tsc");
  context.guard.program("tsc", tsc, context.path);
  if (tsc === null || !existsSync(tsc))
    throw new NotStarted(
      "prerequisite_missing",
      "The project has no TypeScript. Install it, for example with npm-install.",
    );
  const compile = async (argv: string[]) => {
    const ended = await runTool(context, { file: process.execPath, argv: [tsc, ...argv], cwd: dir });
    if (ended.signal !== null) throw new ActionFailed(`tsc was ended by ${ended.signal}. ${ended.stderr}`);
    return ended;
  };
  const problems: Problem[] = [];
  const config = existsSync(join(dir, "tsconfig.json")) ? "tsconfig.json" : "jsconfig.json";
  for (const project of await projectsOf(config, compile)) {
    const { code, stdout, stderr } = await compile(["--noEmit", "--pretty", "false", "-p", project]);
    const found = parseTsc(stdout, (file) => shown(context, join(dir, file)));
    if (code !== 0 && found.length === 0)
      throw new ActionFailed(`tsc ended with exit code ${code}: ${(stdout + stderr).slice(0, 800)}`);
    problems.push(...found);
  }
  const unique = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return { problems: [...unique.values()], by: `tsc ${typescript?.version}` };
}

/** A config that only names others checks nothing by itself: then those are checked. */
async function projectsOf(
  config: string,
  compile: (argv: string[]) => Promise<{ stdout: string }>,
): Promise<string[]> {
  const { stdout } = await compile(["--showConfig", "-p", config]);
  try {
    const { files, references } = JSON.parse(stdout) as { files?: string[]; references?: { path: string }[] };
    if ((files ?? []).length === 0 && references && references.length > 0)
      return references.slice(0, REFERENCES).map(({ path }) => path);
  } catch {
    // A config without files ends in an error text; then the check itself says so.
  }
  return [config];
}

/** Lines `src/a.ts(3,5): error TS2322: …`, and `error TS18003: …` of the project itself. */
export function parseTsc(text: string, nameOf: (file: string) => string): Problem[] {
  const problems: Problem[] = [];
  for (const line of text.split(/\r?\n/)) {
    const [, file, row, column, category, code, message] =
      /^(?:(.+?)\((\d+),(\d+)\): )?(error|warning|message) (TS\d+): (.*)$/.exec(line) ?? [];
    if (code === undefined || message === undefined) continue;
    problems.push({
      file: file === undefined ? "" : nameOf(file),
      line: Number(row ?? 1),
      column: Number(column ?? 1),
      severity: category === "error" ? "error" : category === "warning" ? "warning" : "info",
      code,
      message: message.slice(0, 500),
    });
  }
  return problems;
}

function above({ cwd, config }: ActionContext, names: string[]): string | null {
  for (let dir = cwd; isUnder(dir, config.root); dir = dirname(dir)) {
    if (names.some((name) => existsSync(join(dir, name)))) return dir;
    if (dir === config.root) break;
  }
  return null;
}
