/**
 * Processes that left their group (setsid, double fork). They still carry the step's environment: each attempt has its own
 * TW_OUTPUT path, which no other process has. And where the forker adopts orphans they are its children.
 */
import { readFileSync } from "node:fs";
import { processes, readStat } from "./group.ts";
import type { Launched } from "./launch.ts";

type Program = Pick<Launched, "pid" | "orphans">;
export interface Escapee {
  pid: number;
  /** Pid and command line. */
  line: string;
}

/** After a program's end: what of it still lives outside its group. */
export function findEscapees(tag: string, program: Program): Escapee[] {
  if (process.platform !== "linux") return [];
  const orphans = program.orphans();
  // Whatever escaped has lost its parent by now, so the orphans are all there can be.
  if (orphans) return orphans.pids.flatMap((pid) => look(pid, tag, program.pid, orphans.alone));
  const newer = processes().filter((pid) => pid > program.pid || program.pid - pid > 1_000_000);
  return newer.flatMap((pid) => look(pid, tag, program.pid));
}

/** Kills escapees until a scan finds no new one; a fork in flight shows in the next scan. Returns what was found. */
export async function endEscapees(tag: string, program: Program | null): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const lines = new Map<number, string>();
  for (let scan = 0; scan < 50; scan++) {
    const tagged = processes().flatMap((pid) => look(pid, tag, program?.pid ?? 0));
    const found = [...tagged, ...(program ? findEscapees(tag, program) : [])];
    if (found.length === 0) break;
    for (const { pid, line } of found) {
      lines.set(pid, line);
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Gone meanwhile.
      }
    }
    await new Promise((go) => setTimeout(go, 5));
  }
  return [...lines.values()];
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
