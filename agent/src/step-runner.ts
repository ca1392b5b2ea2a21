/** One attempt of one step: checks, probes, the program, its outputs, and the report of how it went. */
import { StringDecoder } from "node:string_decoder";
import { stepReport } from "@tw/shared/agents/step-report";
import type { JobStep, LeasedJob, StepReport } from "@tw/shared/contracts/agent-protocol";
import { startTime } from "./group.ts";
import type { StopReason } from "./leases.ts";
import type { LogStream } from "./log-stream.ts";
import { Masker, maskText } from "./mask.ts";
import { NotStarted, stopped } from "./not-started.ts";
import {
  finalOutputs,
  type Outputs,
  OutputsError,
  printedOutputs,
  STDOUT_BYTES,
  writtenOutputs,
} from "./outputs.ts";
import { passFor } from "./pass.ts";
import { type Prepared, prepareStep } from "./prepare-step.ts";
import { Capture, ProbeFailed, runProbes } from "./probe.ts";
import { type ProcessEnd, runProcess } from "./process.ts";
import { type Scratch, type StepPorts, stepKey } from "./step-ports.ts";

/** A step that still runs after this long is shown as running and its process noted; a shorter one is not worth either. */
const LASTING_MS = 50;

/** Runs the step to its end. Never throws: whatever goes wrong is in the report. */
export async function runStep(
  job: LeasedJob,
  step: JobStep,
  stop: AbortSignal,
  scratch: Scratch,
  log: LogStream,
  ports: StepPorts,
): Promise<StepReport> {
  const { action } = step;
  if (action) {
    const { runAction } = await import("./ide/run-action.ts");
    return runAction(job, { ...step, action }, stop, scratch, log, ports);
  }
  let prepared: Prepared;
  try {
    const asking = await ports.grants?.of(job, step, stop);
    prepared = await prepareStep(step, ports.config, ports.guard, { tell: ports.tellFound, ...asking });
  } catch (error) {
    const code = error instanceof NotStarted ? error.code : "internal";
    return stepReport(step, "not_started", { error: { code, message: (error as Error).message } });
  }
  ports.checkLeases();
  if (stop.aborted) return stopped(step, stop.reason as StopReason);
  try {
    return await run(job, step, prepared, stop, scratch, log, ports);
  } catch (error) {
    if (error instanceof NotStarted)
      return stepReport(step, "not_started", { error: { code: error.code, message: error.message } });
    // The look before the start was ended with the job; the program was never started.
    if (error instanceof ProbeFailed && stop.aborted) return stopped(step, stop.reason as StopReason);
    const code = error instanceof ProbeFailed ? "probe_failed" : "spawn_failed";
    const message = maskText((error as Error).message, prepared.secrets);
    return stepReport(step, "failed", { error: { code, message } });
  }
}

async function run(
  job: LeasedJob,
  step: JobStep,
  prepared: Prepared,
  stop: AbortSignal,
  scratch: Scratch,
  log: LogStream,
  ports: StepPorts,
): Promise<StepReport> {
  const { config, journal } = ports;
  const spec = prepared.run;
  const pass = await passFor(job, step, config);
  prepared.secrets.push(...pass.secrets);
  const env = {
    ...prepared.env,
    ...pass.env,
    TW_RUN_ID: job.run,
    TW_STEP_ID: step.step,
    TW_ATTEMPT: String(step.attempt),
    TW_OUTPUT: scratch.out,
  };
  const probed = { ...scratch, env };
  const before = await runProbes(spec.before, prepared.before, prepared, config, probed, stop);

  journal.write({
    t: "spawning",
    job: job.job,
    step: step.step,
    key: stepKey(job, step),
    ...scratch,
    outputs: before,
  });
  await journal.synced().catch((error: Error) => {
    const message = `Nothing was started: the agent's journal cannot be written (${error.message}). Free some space on its machine.`;
    throw new NotStarted("journal_unwritable", message);
  });
  ports.checkLeases();
  if (stop.aborted) return stopped(step, stop.reason as StopReason);

  const captured = spec.outputs && spec.outputs.format !== "file" ? new Capture(STDOUT_BYTES) : null;
  const stdout = new LogWriter(log, prepared.secrets);
  const stderr = new LogWriter(log, prepared.secrets);
  let lasting: NodeJS.Timeout | undefined;
  const end = await runProcess({
    program: prepared.main.file,
    argv: prepared.main.argv,
    cwd: prepared.cwd,
    env,
    stdin: prepared.stdin,
    merge: captured === null,
    markFile: scratch.mark,
    timeoutMs: step.timeout_s * 1000,
    graceMs: config.graceMs,
    drainMs: config.drainMs,
    stop,
    onStarted: (pid) => {
      lasting = setTimeout(() => {
        ports.onLasting();
        const start = startTime(pid);
        ports.heartbeat.program(job.job, { pid, start, tag: `TW_OUTPUT=${scratch.out}` });
        try {
          journal.write({ t: "spawned", job: job.job, step: step.step, pid, start });
        } catch {
          // A full disk must not end the agent under a running program; the program's own files still tell of it.
        }
      }, LASTING_MS);
    },
    onStdout: (bytes) => {
      captured?.add(bytes);
      stdout.write(bytes);
    },
    onStderr: (bytes) => stderr.write(bytes),
  }).finally(() => {
    clearTimeout(lasting);
    ports.heartbeat.program(job.job, null);
  });
  stdout.end();
  stderr.end();
  // A command line may hold a secret.
  end.escapees = end.escapees.slice(0, 50).map((line) => maskText(line, prepared.secrets));
  for (const line of end.escapees) log.write(`\n[the agent: outside the step's process group: ${line}]\n`);
  log.finish();
  ports.checkLeases();

  const report = ended(step, end, stop, spec.ok_codes, log);
  if (report.error) report.error.message = withLastLine(report.error.message, stdout, stderr);
  let outputs: Outputs = before;
  try {
    if (end.ended === "exit") {
      const printed = await printedOutputs(spec.outputs, captured?.text() ?? "", spec.file, prepared.cwd);
      outputs = { ...outputs, ...printed };
      if (report.state === "succeeded")
        outputs = {
          ...outputs,
          ...(await runProbes(spec.after, prepared.after, prepared, config, probed, stop)),
        };
      outputs = { ...outputs, ...writtenOutputs(scratch.out) };
    }
    outputs = finalOutputs(outputs, prepared.secrets);
  } catch (error) {
    // The program has done its work, but what depends on its outputs cannot go on.
    if (report.state !== "succeeded") return { ...report, outputs: null };
    const code =
      error instanceof OutputsError ? error.code : error instanceof ProbeFailed ? "probe_failed" : "internal";
    return {
      ...report,
      state: "failed",
      outputs: null,
      error: { code, message: maskText((error as Error).message, prepared.secrets) },
    };
  }
  return { ...report, outputs: Object.keys(outputs).length > 0 ? outputs : null };
}

function ended(
  step: JobStep,
  end: ProcessEnd,
  stop: AbortSignal,
  okCodes: number[],
  log: LogStream,
): StepReport {
  const facts = {
    exit_code: end.code,
    signal: end.signal,
    duration_ms: Math.round(end.durationMs * 100) / 100,
    log_bytes: log.bytes,
    log_truncated: log.truncated,
    escapees: end.escapees,
  };
  const failed = (code: string, message: string) =>
    stepReport(step, "failed", { ...facts, error: { code, message } });
  if (end.ended === "timeout")
    return failed("timeout", `It ran longer than ${step.timeout_s} s and was ended.`);
  if (end.ended === "stopped") {
    if (stop.reason === "quit") return failed("interrupted", "The agent was stopped while this step ran.");
    return stepReport(step, "cancelled", facts);
  }
  if (end.code === null && end.signal === null)
    return failed(
      "interrupted",
      "The agent's starter process was killed while this ran; its group was ended.",
    );
  if (end.signal !== null) return failed("signal", `The program was ended by ${end.signal}.`);
  if (!okCodes.includes(end.code ?? -1))
    return failed("exit_code", `The program ended with exit code ${end.code}.`);
  return stepReport(step, "succeeded", facts);
}

function withLastLine(message: string, ...writers: LogWriter[]): string {
  const line = writers.map((writer) => writer.lastLine).findLast((text) => text !== "");
  return line ? `${message} It said: ${line}` : message;
}

/** Bytes of one stream into the log: whole characters, without secrets. */
class LogWriter {
  readonly #log: LogStream;
  readonly #decoder = new StringDecoder("utf8");
  readonly #masker: Masker;
  #end = "";
  constructor(log: LogStream, secrets: string[]) {
    this.#log = log;
    this.#masker = new Masker(secrets);
  }
  write(bytes: Buffer): void {
    this.#put(this.#masker.push(this.#decoder.write(bytes)));
  }
  end(): void {
    this.#put(this.#masker.push(this.#decoder.end()) + this.#masker.end());
  }
  #put(text: string): void {
    if (text === "") return;
    this.#log.write(text);
    this.#end = (this.#end + text.slice(-400)).slice(-400);
  }
  get lastLine(): string {
    return this.#end.trim().split("\n").at(-1)?.trim().slice(0, 300) ?? "";
  }
}
