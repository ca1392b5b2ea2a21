/** Format a document with what the project formats with: its own formatter, this machine's settings, or the language server. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TextEdit } from "vscode-languageserver-protocol";
import { findProgram, isUnder } from "../find-program.ts";
import { NotStarted } from "../not-started.ts";
import type { Outputs } from "../outputs.ts";
import { serverFor } from "./choose-server.ts";
import { type ActionContext, ActionFailed, existingFile, neededArg, shown } from "./context.ts";
import { applyEdits, readText } from "./edits.ts";
import { runTool } from "./run-tool.ts";
import { withServer } from "./servers.ts";
import { readSettings } from "./settings.ts";
import { splitBom, withEdits } from "./text.ts";

/** A formatter that reads the text from stdin and prints the new one. */
interface Formatter {
  name: string;
  program: string;
  argv(file: string): string[];
  /** Where it is set up: it is run there, so that it finds its settings. */
  dir: string;
}
const BIOME = ["biome.json", "biome.jsonc", ".biome.json", ".biome.jsonc"];
const PRETTIER = /^(\.prettierrc(\..+)?|prettier\.config\.[cm]?[jt]s)$/;
const FORMAT_MS = 60_000;

/** Outputs of applyEdits, and `formatter`. */
export async function formatDocument(context: ActionContext): Promise<Outputs> {
  const file = existingFile(context, neededArg(context, "file"));
  const before = readText(file);
  const formatter = await formatterFor(context, file);
  const made = formatter
    ? { after: await formatWith(context, formatter, file, before), by: formatter.name }
    : await formatByServer(context, file, before);
  const outputs = await applyEdits(context, [{ file, before, after: made.after }]);
  context.say(
    `${shown(context, file)}: ${outputs.changed ? "formatted" : "already as it should be"} (${made.by})`,
  );
  return { ...outputs, formatter: made.by };
}

async function formatterFor(context: ActionContext, file: string): Promise<Formatter | null> {
  const { formatters } = await readSettings(context.config.stateDir);
  const own = formatters.find((one) => one.extensions.includes(extname(file)));
  if (own) {
    const [program = "", ...argv] = own.command;
    return {
      name: program,
      program,
      argv: (path) => argv.map((item) => (item === "{file}" ? path : item)),
      dir: dirname(file),
    };
  }
  // The nearest settings say what a project formats with; biome before prettier where both lie side by side, as editors do.
  for (let dir = dirname(file); isUnder(dir, context.config.root); dir = dirname(dir)) {
    const names = readdirSync(dir);
    if (BIOME.some((name) => names.includes(name)) && installed(context, "biome", dir)) return biome(dir);
    if (
      (names.some((name) => PRETTIER.test(name)) || prettierInPackage(dir)) &&
      installed(context, "prettier", dir)
    )
      return prettier(dir);
    if (dir === context.config.root) break;
  }
  // Without settings, an installed one is still the project's choice.
  if (installed(context, "prettier", dirname(file))) return prettier(dirname(file));
  if (installed(context, "biome", dirname(file))) return biome(dirname(file));
  return null;
}

const biome = (dir: string): Formatter => ({
  name: "biome",
  program: "biome",
  argv: (path) => ["format", `--stdin-file-path=${path}`],
  dir,
});
const prettier = (dir: string): Formatter => ({
  name: "prettier",
  program: "prettier",
  argv: (path) => [`--stdin-filepath=${path}`],
  dir,
});

/** Only the project's own: one on PATH has another version, and another idea of beauty. */
function installed({ config }: ActionContext, program: string, dir: string): boolean {
  return findProgram(program, dir, config.root, "") !== null;
}

function prettierInPackage(dir: string): boolean {
  try {
    return JSON.parse(readFileSync(join(dir, "package.json"), "utf8")).prettier !== undefined;
  } catch {
    return false;
  }
}

async function formatWith(
  context: ActionContext,
  formatter: Formatter,
  file: string,
  before: string,
): Promise<string> {
  const found = findProgram(formatter.program, formatter.dir, context.config.root, context.path);
  context.guard.program(formatter.program, found, context.path);
  if (found === null)
    throw new NotStarted(
      "prerequisite_missing",
      `The formatter "${formatter.program}" was not found: neither in the project nor on PATH.`,
    );
  const { bom, body } = splitBom(before);
  const { code, signal, stdout, stderr, cut } = await runTool(context, {
    file: found,
    argv: formatter.argv(file),
    cwd: existsSync(formatter.dir) ? formatter.dir : dirname(file),
    stdin: body,
    timeoutMs: FORMAT_MS,
    limitBytes: 32 * 1024 * 1024,
  });
  if (code !== 0)
    throw new ActionFailed(
      `${formatter.name} could not format ${shown(context, file)} (${signal ?? `exit code ${code}`}): ${stderr.slice(0, 800)}`,
    );
  if (cut || (stdout === "" && body.trim() !== ""))
    throw new ActionFailed(`${formatter.name} did not give the whole text back; nothing was changed.`);
  return bom + splitBom(stdout).body;
}

async function formatByServer(
  context: ActionContext,
  file: string,
  before: string,
): Promise<{ after: string; by: string }> {
  const spec = await serverFor(context, file).catch((error) => {
    if (!(error instanceof NotStarted) || error.code !== "prerequisite_missing") throw error;
    throw new NotStarted(
      "prerequisite_missing",
      `The project has no formatter for ${shown(context, file)}: neither prettier nor biome is installed in it. ${error.message}`,
    );
  });
  const edits = await withServer(context, spec, (server) => {
    if (!server.capabilities.documentFormattingProvider)
      throw new NotStarted(
        "prerequisite_missing",
        `The project has no formatter, and ${spec.name} does not format.`,
      );
    const body = splitBom(before).body;
    const indent = /^(\t| {2,8})\S/m.exec(body)?.[1] ?? "  ";
    const params = {
      textDocument: { uri: pathToFileURL(file).href },
      options: { tabSize: indent === "\t" ? 4 : Math.min(indent.length, 4), insertSpaces: indent !== "\t" },
    };
    return server.withOpen([file], () =>
      server.request<TextEdit[] | null>("textDocument/formatting", params, context.signal),
    );
  });
  return { after: withEdits(before, edits ?? []), by: spec.name };
}
