/** What else runs on this machine: found by a mark in the environment that every part of a workspace carries. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** Environment names of the mark: the data folder, and which part it is. Agents do not hand them on to what they run. */
export const MARK_DATA = "TW_WORKSPACE_DATA";
export const MARK_PART = "TW_WORKSPACE_PART";

/** True while a process with this id runs (a zombie does not). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  const state = procStat(pid)?.state;
  return state === undefined || state !== "Z";
}

/** When a process started, in clock ticks since boot: with the id it names one process for ever. Undefined where there is no /proc. */
export function startOf(pid: number): string | undefined {
  return procStat(pid)?.start;
}

/** The parent and, when that is only the shell npm put between, the parent's parent. */
export function ancestors(pid: number, levels: number): number[] {
  const found: number[] = [];
  let at: number | undefined = procStat(pid)?.parent;
  while (at !== undefined && at > 1 && found.length < levels) {
    found.push(at);
    at = procStat(at)?.parent;
  }
  return found;
}

/** Ids of the running processes marked as belonging to `data` (and to `part`, if given), without this one. */
export function marked(data: string, part?: string): number[] {
  const wanted = `${MARK_DATA}=${data}`;
  return allPids().filter((pid) => {
    if (pid === process.pid) return false;
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return (
        environment.includes(wanted) &&
        (part === undefined || environment.includes(`${MARK_PART}=${part}`)) &&
        isAlive(pid)
      );
    } catch {
      return false; // Ended meanwhile, or another user's.
    }
  });
}

/** All processes below `pid`, children first found first. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const other of allPids()) {
    const parent = procStat(other)?.parent;
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), other]);
  }
  const found: number[] = [];
  const walk = (at: number): void => {
    for (const child of children.get(at) ?? []) {
      found.push(child);
      walk(child);
    }
  };
  walk(pid);
  return found;
}

/** Kills these processes at once and waits until they are gone. */
export async function killAll(pids: number[], withinMs = 3_000): Promise<void> {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // Gone already.
    }
  }
  const until = Date.now() + withinMs;
  while (pids.some(isAlive) && Date.now() < until) await delay(20);
}

function allPids(): number[] {
  try {
    return readdirSync("/proc")
      .map(Number)
      .filter((pid) => pid > 1);
  } catch {
    return [];
  }
}

function procStat(pid: number): { state: string; parent: number; start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command name stands in brackets and may hold anything, brackets too.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", parent: Number(fields[1]), start: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
