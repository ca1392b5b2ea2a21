/** Keeps a part of the workspace running: starts it again when it dies, later each time, and writes down what it prints. */
import type { ChildProcess } from "node:child_process";
import { createWriteStream, renameSync, statSync, type WriteStream } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { descendants, killAll } from "./processes.ts";

/** The pause before the n-th start in a row; a part that ran this long is taken for well again. */
const BACKOFF_MS = [100, 250, 500, 1_000, 2_000, 5_000];
const WELL_MS = 20_000;
/** A log this large at a start is put aside; one older one is kept. */
const LOG_BYTES = 10 * 1024 * 1024;

export type Part = {
  name: string;
  logFile: string;
  /** Starts the process, its stdout and stderr piped. Awaited before every start, the first included. */
  start(): Promise<ChildProcess>;
  /** How long it has to end by itself when asked. */
  stopWithinMs: number;
  /** Whether what it prints as an error is shown at the terminal too, or only written down. */
  echo: boolean;
  say(line: string): void;
};

export type Supervised = {
  pid(): number | undefined;
  /** Asks the part to end, and kills it with everything below it when it does not. */
  stop(): Promise<void>;
};

/** Runs `part` until stopped. */
export function supervise(part: Part): Supervised {
  const log = openLog(part.logFile);
  const stopping = new AbortController();
  let child: ChildProcess | undefined;
  let failures = 0;

  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const startedAt = Date.now();
      try {
        child = await part.start();
        note(log, `${part.name} started as process ${child.pid}`);
        const how = await ended(child, log, part);
        child = undefined;
        if (stopping.signal.aborted) return;
        note(log, `${part.name} ended ${how}`);
        part.say(`The ${part.name} ended ${how} and is started again; see ${part.logFile}`);
      } catch (error) {
        if (stopping.signal.aborted) return;
        note(log, `${part.name} could not be started: ${String(error)}`);
        part.say(`The ${part.name} could not be started: ${String(error)}`);
      }
      failures = Date.now() - startedAt > WELL_MS ? 0 : failures + 1;
      const pause = BACKOFF_MS[Math.min(failures, BACKOFF_MS.length) - 1] ?? BACKOFF_MS[0];
      await delay(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();

  return {
    pid: () => child?.pid,
    async stop() {
      stopping.abort();
      const last = child;
      if (last?.pid !== undefined) {
        // Asked twice: the agent finishes its work at the first signal and breaks it off, reported, at the second.
        for (const _ of [1, 2]) {
          last.kill("SIGTERM");
          await Promise.race([loop, delay(part.stopWithinMs / 2, undefined, { ref: false })]);
          if (child === undefined) break;
        }
        if (last.exitCode === null && last.signalCode === null) {
          note(log, `${part.name} did not end within ${part.stopWithinMs} ms and was killed`);
          await killAll([...descendants(last.pid), last.pid]);
        }
      }
      await loop;
      log.end();
    },
  };
}

function ended(child: ChildProcess, log: WriteStream, part: Part): Promise<string> {
  child.stdout?.on("data", (chunk: Buffer) => log.write(chunk));
  child.stderr?.on("data", (chunk: Buffer) => {
    log.write(chunk);
    if (part.echo) part.say(chunk.toString().trimEnd());
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // Not "close": a grandchild that holds the pipe must not keep the part from being started again.
    child.once("exit", (code, signal) => resolve(signal ? `by ${signal}` : `with code ${code}`));
  });
}

function openLog(file: string): WriteStream {
  try {
    if (statSync(file).size > LOG_BYTES) renameSync(file, `${file}.old`);
  } catch {
    // The first start.
  }
  const log = createWriteStream(file, { flags: "a", mode: 0o600 });
  // A full disk costs the log, not the workspace.
  log.on("error", () => {});
  return log;
}

function note(log: WriteStream, text: string): void {
  log.write(`${new Date().toISOString()} ${text}\n`);
}
