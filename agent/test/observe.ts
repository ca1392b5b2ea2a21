/** What a test sees of an agent and its programs from outside. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AgentProcess } from "./agent-process.ts";
import { until } from "./until.ts";

/** A number that a test's program wrote to a file under the root; 0 while there is none. */
export function pidIn(agent: AgentProcess, file: string): number {
  try {
    return Number(readFileSync(join(agent.root, file), "utf8")) || 0;
  } catch {
    return 0;
  }
}

/** Resident memory of a process, in MiB. */
export function memoryMiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** For what is about time itself: a lease that must run out. Everything else waits for a condition. */
export async function elapsed(ms: number): Promise<void> {
  const end = performance.now() + ms;
  await until(() => performance.now() > end, `${ms} ms to pass`, ms + 10_000);
}
