/** Process groups by number: is anybody left, end them, and is a pid still the process it was. */

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** Sends a signal to a whole group. False when nobody was there. */
export function signalGroup(pgid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pgid, signal);
    return true;
  } catch (error) {
    // EPERM: somebody is there, but not ours to signal (macOS says so of zombies).
    return (error as NodeJS.ErrnoException).code === "EPERM" && signal === 0;
  }
}

/** SIGTERM, up to `graceMs`, SIGKILL; resolves when nobody of the group lives. */
export async function endGroup(pgid: number, graceMs: number): Promise<void> {
  if (!signalGroup(pgid, "SIGTERM")) return;
  if (await groupGone(pgid, graceMs)) return;
  signalGroup(pgid, "SIGKILL");
  await groupGone(pgid, 5_000);
}

/** Waits until the group is empty, up to `limitMs`. */
export async function groupGone(pgid: number, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs;
  for (let wait = 2; ; wait = Math.min(wait * 2, 50)) {
    if (!groupLives(pgid)) return true;
    if (performance.now() >= until) return false;
    await new Promise((go) => setTimeout(go, wait));
  }
}

/** Zombies do not count: with a careless PID 1 they stay for ever, and they can do nothing. */
export function groupLives(pgid: number): boolean {
  if (!signalGroup(pgid, 0)) return false;
  if (process.platform !== "linux") return true;
  return processes().some((pid) => {
    const stat = readStat(pid);
    return stat !== null && stat.pgid === pgid && stat.state !== "Z" && stat.state !== "X";
  });
}

/** When the process started, as the system tells it; null when there is none. Tells a reused pid from the old process. */
export function startTime(pid: number): string | null {
  if (process.platform === "linux") return readStat(pid)?.start ?? null;
  try {
    return execFileSync("/bin/ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || null;
  } catch {
    return null;
  }
}

/**
 * Is this pid's group still the one that was started then? Only the start time tells: pids are given out again. A group's
 * number is not while a member lives, so a dead leader's group is still its own.
 */
export function isStill(pid: number, start: string | null): boolean {
  const leader = startTime(pid);
  return leader === null || leader === start;
}

/** Changes with every boot: pids and start times of another boot mean nothing. */
export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "";
  }
}

/** All pids, on Linux. */
export function processes(): number[] {
  return readdirSync("/proc").map(Number).filter(Number.isInteger);
}

/** State, group and start time of a process, on Linux; null when there is none. */
export function readStat(pid: number): { state: string; pgid: number; start: string } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in parentheses and may hold anything.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", pgid: Number(fields[2]), start: fields[19] ?? "" };
  } catch {
    return null;
  }
}
