/**
 * Starts one program so that its end is known even if this agent is killed meanwhile: a small process of ours is its parent,
 * outlives the agent, and writes the mark file: the pid before the program starts, the exit code after it. So the next agent
 * on this machine can tell "never started", "ran" and "ended with". Two ways: a forker that serves all (fast; needs perl),
 * or a shell script around each.
 */
import type { Launch } from "./launched.ts";

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
