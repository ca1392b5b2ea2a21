/**
 * Processes that left their group (setsid, double fork) still carry the step's environment. On Linux they are found by it:
 * each attempt has its own TW_OUTPUT path, which no other process has.
 */
import { readFileSync } from "node:fs";
import { processes } from "./group.ts";

/** The pid handed out last on this machine. Nothing newer than a step's own pid means nothing can have escaped it. */
function lastPid(): number {
  return Number(readFileSync("/proc/loadavg", "latin1").trim().split(" ").at(-1));
}

/** Living processes with the attempt's tag, apart from those in `known`. */
export function findEscapees(
  tag: string,
  leader: number,
  known = new Set<number>(),
): { pid: number; line: string }[] {
  if (process.platform !== "linux") return [];
  const last = lastPid();
  // Pids rise until they wrap, so only those handed out after the leader can be its children.
  const newer = (pid: number) => (last >= leader ? pid > leader && pid <= last : true);
  if (last >= leader && last - leader <= 4) return candidates(range(leader + 1, last), tag, known);
  return candidates(processes().filter(newer), tag, known);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
}

function candidates(pids: number[], tag: string, known: Set<number>): { pid: number; line: string }[] {
  const found = [];
  for (const pid of pids) {
    if (known.has(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(tag)) continue;
      // A zombie's environ reads empty, so what is left here lives.
      const line = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").join(" ").trim();
      found.push({ pid, line: `${pid} ${line.slice(0, 200)}` });
    } catch {
      // Gone meanwhile, or another user's.
    }
  }
  return found;
}

/** Kills escapees until a scan finds no new one; a fork in flight shows in the next scan. Returns what was found. */
export async function endEscapees(tag: string, leader: number): Promise<string[]> {
  const lines = new Map<number, string>();
  for (let scan = 0; scan < 50; scan++) {
    const found = findEscapees(tag, leader);
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
