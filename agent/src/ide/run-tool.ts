/** A short program of an action: started like a step's own program, so that nothing of its group outlives it. */
import { rmSync } from "node:fs";
import { NotStarted } from "../not-started.ts";
import { Capture } from "../probe.ts";
import { runProcess } from "../process.ts";
import { type ActionContext, ActionFailed } from "./context.ts";

const STDERR_BYTES = 16_384;
let started = 0;

export interface Tool {
  /** Absolute. */
  file: string;
  argv: string[];
  cwd: string;
  stdin?: string;
  env?: Record<string, string>;
  /** How much of its print is kept. */
  limitBytes?: number;
  /** Hears its print as it comes; `enough` ends the program. */
  onStdout?(bytes: Buffer, enough: () => void): void;
  timeoutMs?: number;
}
export interface ToolEnd {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  /** The print was longer than what was kept. */
  cut: boolean;
}

/** Runs it to its end. Throws ActionFailed when it cannot be started, takes too long or the step is stopped. */
export async function runTool(context: ActionContext, tool: Tool): Promise<ToolEnd> {
  const limit = tool.limitBytes ?? 8 * 1024 * 1024;
  const stdout = new Capture(limit);
  const stderr = new Capture(STDERR_BYTES);
  const enough = new AbortController();
  let bytes = 0;
  const name = `${++started}`;
  const markFile = `${context.scratch.mark}.${name}`;
  const end = await runProcess({
    program: tool.file,
    argv: tool.argv,
    cwd: tool.cwd,
    env: { ...context.env, ...tool.env, TW_OUTPUT: `${context.scratch.out}.${name}` },
    stdin: tool.stdin ?? null,
    merge: false,
    markFile,
    timeoutMs: tool.timeoutMs ?? 2 ** 31 - 1,
    graceMs: Math.min(context.config.graceMs, 2_000),
    drainMs: context.config.drainMs,
    stop: AbortSignal.any([context.signal, enough.signal]),
    onStarted: () => {},
    onStdout: (chunk) => {
      bytes += chunk.length;
      if (tool.onStdout) tool.onStdout(chunk, () => enough.abort());
      else stdout.add(chunk);
    },
    onStderr: (chunk) => stderr.add(chunk),
  }).catch((error: Error) => {
    throw new NotStarted("spawn_failed", `${tool.file} could not be started: ${error.message}`);
  });
  rmSync(markFile, { force: true });
  context.signal.throwIfAborted();
  if (end.ended === "timeout") throw new ActionFailed(`${tool.file} took too long and was ended.`, "timeout");
  return {
    code: end.code,
    signal: end.signal,
    stdout: stdout.text(),
    stderr: stderr.text().trim(),
    cut: bytes > limit,
  };
}
