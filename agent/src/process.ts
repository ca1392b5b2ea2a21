/** One program from start to certain end: output as it comes, time-out, cancel, and nobody of its group left behind. */
import { endEscapees, findEscapees } from "./escapees.ts";
import { endGroup, groupLives, isStill } from "./group.ts";
import { launch } from "./launch.ts";
import type { LaunchSpec } from "./launched.ts";

export interface ProcessOptions extends LaunchSpec {
  timeoutMs: number;
  graceMs: number;
  drainMs: number;
  /** Aborted: end the program now. */
  stop: AbortSignal;
  onStarted(pid: number): void;
}
export interface ProcessEnd {
  ended: "exit" | "timeout" | "stopped";
  code: number | null;
  signal: string | null;
  durationMs: number;
  escapees: string[];
}

/** Runs it. Throws only when it could not be started. */
export async function runProcess(options: ProcessOptions): Promise<ProcessEnd> {
  const began = performance.now();
  const tag = `TW_OUTPUT=${options.env.TW_OUTPUT}`;
  const program = await launch(options).catch(async (error) => {
    // Whoever failed to start it may have failed a moment too late.
    await endEscapees(tag, null);
    throw error;
  });
  options.onStarted(program.pid);

  const end = await untilEnd(program, options);
  const durationMs = performance.now() - began;

  const clean = end.ended === "exit" && end.code === 0;
  // What a successful program left running on purpose (a daemon) is told of below; after anything else it is ended.
  const ended = clean ? [] : await endEscapees(tag, program);
  // A grandchild may hold the pipes open for ever: wait a little for what is in them, then cut.
  await within(program.drained, options.drainMs);
  // Whoever is left of the group has lost its parent; where orphans are known and there are none, nobody is.
  const nobody = program.orphans()?.pids.length === 0;
  if (end.ended === "exit" && !nobody && groupLives(program.pid)) await endGroup(program.pid, 500);
  program.cut();
  const escapees =
    clean && !nobody ? findEscapees(tag, program).map((found) => `${found.line} (left running)`) : ended;
  // What not even SIGKILL ends waits in the kernel, for a disk that is gone for example. It must not go unsaid.
  if (end.ended !== "exit" && groupLives(program.pid))
    escapees.push(`${program.pid} and its process group (still alive)`);
  return { ...end, durationMs, escapees };
}

async function untilEnd(
  program: Awaited<ReturnType<typeof launch>>,
  { timeoutMs, graceMs, stop }: ProcessOptions,
): Promise<Pick<ProcessEnd, "ended" | "code" | "signal">> {
  let timer: NodeJS.Timeout | undefined;
  let onStop = () => {};
  const stopped = new Promise<"stopped">((go) => {
    onStop = () => go("stopped");
    if (stop.aborted) onStop();
    else stop.addEventListener("abort", onStop, { once: true });
  });
  const timedOut = new Promise<"timeout">((go) => {
    timer = setTimeout(() => go("timeout"), Math.min(timeoutMs, 2 ** 31 - 1));
  });
  const first = await Promise.race([program.exited, stopped, timedOut]);
  clearTimeout(timer);
  stop.removeEventListener("abort", onStop);
  if (typeof first !== "string") return { ended: "exit", ...first };

  await endGroup(program.pid, graceMs);
  const exit = (await within(program.exited, 2_000)) ?? { code: null, signal: "SIGKILL" };
  // Ended by our signal the script reports 128+n; the signal itself is the truer answer.
  const signal = exit.signal ?? (exit.code === 143 ? "SIGTERM" : exit.code === 137 ? "SIGKILL" : null);
  return { ended: first, code: signal ? null : exit.code, signal };
}

async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((go) => {
    timer = setTimeout(() => go(null), ms);
  });
  const value = await Promise.race([promise, late]);
  clearTimeout(timer);
  return value;
}

/** An orphan of an earlier agent: ended if it is still the process it was. True when something of it lived. */
export async function endOrphan(
  pid: number | null,
  start: string | null,
  tag: string,
  graceMs: number,
): Promise<boolean> {
  let lived = false;
  if (pid !== null) {
    lived = isStill(pid, start) && groupLives(pid);
    if (lived) await endGroup(pid, graceMs);
  }
  return (await endEscapees(tag, null)).length > 0 || lived;
}
