/**
 * Starts one program so that its end is known even if this agent is killed meanwhile: a fixed shell script of ours holds the
 * program's hand. The script opens the mark file before the program starts and writes the exit code after it, so that the
 * next agent on this machine can tell "never started", "ran" and "ended with".
 */
import { readFileSync } from "node:fs";
import type { Readable } from "node:stream";

export interface LaunchSpec {
  /** Absolute. */
  program: string;
  argv: string[];
  cwd: string;
  env: Record<string, string>;
  stdin: string | null;
  /** stderr into stdout, in the true order; for programs whose stdout nobody parses. */
  merge: boolean;
  markFile: string;
}
export interface Launched {
  pid: number;
  stdout: Readable;
  stderr: Readable | null;
  exited: Promise<{ code: number | null; signal: string | null }>;
}

// The program and its arguments arrive as "$@", never as text. The traps keep the script alive through a SIGTERM to the
// group, so that it still writes how the program ended; caught signals are back at their default in the program itself.
const BODY = (redirect: string) =>
  `trap : TERM INT HUP; exec 3>"$0"; "$@" 3>&-${redirect}; c=$?; echo $c >&3; exit $c`;
const SEPARATE = BODY("");
const MERGED = BODY(" 2>&1");

let execaModule: typeof import("execa") | undefined;
/** Loads the spawning library ahead of the first job; it is the slowest part of a start. */
export async function warmUp(): Promise<void> {
  execaModule ??= await import("execa");
}

/** Starts the program in its own process group. Throws when it cannot be started at all. */
export async function launch(spec: LaunchSpec): Promise<Launched> {
  await warmUp();
  const subprocess = execaModule!.execa(
    "/bin/sh",
    ["-c", spec.merge ? MERGED : SEPARATE, spec.markFile, spec.program, ...spec.argv],
    {
      cwd: spec.cwd,
      env: spec.env,
      extendEnv: false,
      shell: false,
      detached: true,
      cleanup: false,
      reject: false,
      buffer: false,
      encoding: "buffer",
      ...(spec.stdin === null ? { stdin: "ignore" as const } : { input: spec.stdin }),
      stdout: "pipe",
      stderr: spec.merge ? "ignore" : "pipe",
    },
  );
  // Its own promise waits for the pipes' end; ours does not. Its failures are ours to report below.
  subprocess.catch(() => {});
  const child = subprocess.nodeChildProcess;
  const exited = new Promise<{ code: number | null; signal: string | null }>((settle) => {
    child.once("exit", (code, signal) => settle({ code, signal }));
  });
  if (child.pid === undefined) {
    const failed = await subprocess;
    throw new Error(
      (failed as { originalMessage?: string }).originalMessage ?? "the program could not be started",
    );
  }
  return { pid: child.pid, stdout: child.stdout!, stderr: child.stderr, exited };
}

/** What the mark file says: null when the program never started; `code` null while it has not ended by itself. */
export function readMark(markFile: string): { code: number | null } | null {
  try {
    const text = readFileSync(markFile, "latin1").trim();
    return { code: text === "" ? null : Number(text) };
  } catch {
    return null;
  }
}
