/** What the start of a program is given and gives back, and the mark that it leaves. */
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

/** What the mark file says: null when the program never started; `code` null while it has not ended by itself. */
export function readMark(markFile: string): { pid: number | null; code: number | null } | null {
  try {
    const [pid, code] = readFileSync(markFile, "latin1").split("\n");
    return { pid: pid ? Number(pid) : null, code: code ? Number(code) : null };
  } catch {
    return null;
  }
}
