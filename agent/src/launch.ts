/**
 * Starts one program so that its end is known even if this agent is killed meanwhile: a small process of ours is its parent,
 * outlives the agent, and writes the mark file: the pid before the program starts, the exit code after it. So the next agent
 * on this machine can tell "never started", "ran" and "ended with". Two ways: a forker that serves all (fast; needs perl),
 * or a shell script around each.
 */
import { readFileSync } from "node:fs";

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
  onStdout(bytes: Buffer): void;
  onStderr(bytes: Buffer): void;
}
export interface Exit {
  code: number | null;
  signal: string | null;
}
export interface Launched {
  pid: number;
  exited: Promise<Exit>;
  /** All output was read; a grandchild that holds the pipes can put this off for ever. */
  drained: Promise<void>;
  /** Reads no more output. */
  cut(): void;
  /** Processes started by programs of ours whose parents have ended; `alone`: by no other program than this one. */
  orphans(): { pids: number[]; alone: boolean } | null;
}
export type Launch = (spec: LaunchSpec) => Promise<Launched>;

let chosen: Promise<Launch> | undefined;

/** Starts the program in its own process group. Throws when it cannot be started at all. */
export const launch: Launch = async (spec) => (await warmUp())(spec);

/** Gets ready ahead of the first job. Chosen once: the forker where perl is, unless TW_LAUNCH=shell says otherwise. */
export function warmUp(): Promise<Launch> {
  chosen ??= choose();
  return chosen;
}

async function choose(): Promise<Launch> {
  if (process.env.TW_LAUNCH !== "shell") {
    const { startForker } = await import("./launch-forker.ts");
    const forker = await startForker().catch(() => null);
    if (forker) return forker;
  }
  return (await import("./launch-shell.ts")).launchWithShell;
}

/** What the mark file says: null when the program never started; `code` null while it has not ended by itself. */
export function readMark(markFile: string): { pid: number | null; code: number | null } | null {
  try {
    const [pid, code] = readFileSync(markFile, "latin1").split("\n");
    return { pid: pid ? Number(pid) : null, code: code ? Number(code) : null };
  } catch {
    return null;
  }
}
