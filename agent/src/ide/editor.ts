/** The editor itself, through its command line: open a file at a place, show two side by side. */
import { onPath } from "../find-program.ts";
import { NotStarted } from "../not-started.ts";
import type { Outputs } from "../outputs.ts";
import { type ActionContext, ActionFailed, existingFile, neededArg, numberArg, shown } from "./context.ts";
import { runTool } from "./run-tool.ts";

/** In this order; the first that is there and allowed. */
const EDITORS = ["cursor", "code"];
/** How an editor's command line finds the window of whoever sits here. */
const SESSION = [
  "DISPLAY",
  "WAYLAND_DISPLAY",
  "XAUTHORITY",
  "DBUS_SESSION_BUS_ADDRESS",
  "XDG_SESSION_TYPE",
  "XDG_CURRENT_DESKTOP",
  "VSCODE_IPC_HOOK_CLI",
];
const OPEN_MS = 60_000;

/** Outputs `editor`, `file`. */
export async function openFile(context: ActionContext): Promise<Outputs> {
  const file = existingFile(context, neededArg(context, "file"));
  const line = numberArg(context, "line");
  const place = [line, line === undefined ? undefined : numberArg(context, "column")].filter(
    (part) => part !== undefined,
  );
  const editor = await tell(context, ["--goto", [file, ...place].join(":")]);
  return { editor, file: shown(context, file) };
}

/** Outputs `editor`, `left`, `right`. */
export async function diffFiles(context: ActionContext): Promise<Outputs> {
  const left = existingFile(context, neededArg(context, "left"));
  const right = existingFile(context, neededArg(context, "right"));
  const editor = await tell(context, ["--diff", left, right]);
  return { editor, left: shown(context, left), right: shown(context, right) };
}

async function tell(context: ActionContext, argv: string[]): Promise<string> {
  // Never one that a project brings along: this is the person's own editor.
  const found = EDITORS.map((name) => ({ name, file: onPath(name, context.path) })).find(
    ({ file }) => file !== null,
  );
  if (!found?.file)
    throw new NotStarted(
      "prerequisite_missing",
      'Neither "cursor" nor "code" is on the PATH of this agent. In the editor, run "Shell Command: Install \'cursor\' command in PATH", then start the agent again.',
    );
  context.guard.program(found.name, found.file, context.path);
  const env: Record<string, string> = {};
  for (const name of SESSION) if (process.env[name] !== undefined) env[name] = process.env[name];
  const { code, signal, stdout, stderr } = await runTool(context, {
    file: found.file,
    argv,
    cwd: context.cwd,
    env,
    timeoutMs: OPEN_MS,
  });
  if (code !== 0)
    throw new ActionFailed(
      `${found.name} ended with ${signal ?? `exit code ${code}`}: ${(stderr || stdout).slice(0, 500)}`,
    );
  return found.name;
}
