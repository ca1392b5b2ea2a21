/**
 * Processes that left their group (setsid, double fork). They still carry the step's environment: each attempt has its own
 * TW_OUTPUT path, which no other process has. And where the forker adopts orphans they are its children.
 */
import { readFileSync } from "node:fs";
import { processes, readStat } from "./group.ts";
import type { Launched } from "./launched.ts";

type Program = Pick<Launched, "pid" | "orphans">;
export interface Escapee {
  pid: number;
  /** Pid and command line, masked by whoever tells it. */
  line: string;
}

/** After a program's end: what of it still lives outside its group. */
export function findEscapees(tag: string, program: Program): Escapee[] {
  if (process.platform !== "linux") return [];
  const orphans = program.orphans();
  // Whatever escaped has lost its parent by now, so the orphans are all there can be.
  if (orphans) return orphans.pids.flatMap((pid) => look(pid, tag, program.pid, orphans.alone));
  // Numbers are given out in rising order and begin again at the system's highest.
  const newer = processes().filter((pid) => pid > program.pid || program.pid - pid > 16_384);
  return newer.flatMap((pid) => look(pid, tag, program.pid));
}

/** A process that forks itself away in front of every scan is given up after this long, and named as alive. */
const END_MS = 5_000;

/**
 * Kills escapees until two scans in a row find none: a fork in flight shows in the next scan, and one scan can miss a
 * process whose number is lower than its parent's. Returns what was found, and how it ended.
 */
export async function endEscapees(tag: string, program: Program | null): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const lines = new Map<number, string>();
  let left: Escapee[] = [];
  const end = performance.now() + END_MS;
  for (let empty = 0; empty < 2 && performance.now() < end; ) {
    const tagged = processes().flatMap((pid) => look(pid, tag, program?.pid ?? 0));
    left = [...tagged, ...(program ? findEscapees(tag, program) : [])];
    empty = left.length === 0 ? empty + 1 : 0;
    for (const { pid, line } of left) {
      lines.set(pid, line);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone meanwhile.
      }
    }
    // The first look of a scan must not see again what it has just killed.
    await new Promise((go) => setTimeout(go, left.length > 0 ? 3 : 0));
  }
  const alive = new Set(left.map(({ pid }) => pid));
  return [...lines].map(([pid, line]) => `${line} (${alive.has(pid) ? "still alive" : "ended"})`);
}

/**
 * The process, if it lives outside the group and has the tag. `alone`: one that threw its environment away and is newer
 * than the only program that ran is that program's too; one with another attempt's tag never is (a daemon left on purpose).
 */
function look(pid: number, tag: string, group: number, alone = false): Escapee[] {
  if (pid === process.pid) return [];
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "latin1");
    const anonymous = alone && pid > group && !environment.includes("TW_OUTPUT=");
    if (!environment.includes(tag) && !anonymous) return [];
    const stat = readStat(pid);
    if (stat === null || stat.state === "Z" || stat.state === "X" || stat.pgid === group) return [];
    const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
    return [{ pid, line: `${pid} ${line.slice(0, 200)}` }];
  } catch {
    // Gone meanwhile, or another user's.
    return [];
  }
}
