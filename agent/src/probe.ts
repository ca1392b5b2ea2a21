/** Runs a probe: a short read-only program whose print becomes outputs. */
import { StringDecoder } from "node:string_decoder";
import type { Config } from "./config.ts";
import { type Outputs, printedOutputs, STDOUT_BYTES } from "./outputs.ts";
import type { Prepared, Program, Run } from "./prepare-step.ts";
import { runProcess } from "./process.ts";

const PROBE_MS = 60_000;

export class ProbeFailed extends Error {
  override name = "ProbeFailed";
}

/** Outputs of all probes together. A failing one is ignored unless it is required; then ProbeFailed is thrown. */
export async function runProbes(
  specs: Run["before"],
  programs: Program[],
  prepared: Prepared,
  config: Config,
  scratch: { mark: string; out: string; env: Record<string, string> },
  stop: AbortSignal,
): Promise<Outputs> {
  const outputs: Outputs = {};
  for (const [i, spec] of specs.entries()) {
    if (stop.aborted) break;
    const captured = new Capture(STDOUT_BYTES);
    const complaint = new Capture(4_096);
    const end = await runProcess({
      program: programs[i]!.file,
      argv: programs[i]!.argv,
      cwd: prepared.cwd,
      env: scratch.env,
      stdin: null,
      merge: false,
      markFile: `${scratch.mark}.probe`,
      timeoutMs: PROBE_MS,
      graceMs: config.graceMs,
      drainMs: config.drainMs,
      stop,
      onStarted: () => {},
      onStdout: (bytes) => captured.add(bytes),
      onStderr: (bytes) => complaint.add(bytes),
    }).catch((error: Error) => error);
    const ok = !(end instanceof Error) && end.ended === "exit" && end.code === 0;
    if (ok)
      Object.assign(outputs, await printedOutputs(spec.outputs, captured.text(), spec.file, prepared.cwd));
    else if (spec.required && !stop.aborted) {
      const why =
        end instanceof Error
          ? end.message
          : end.ended === "timeout"
            ? "it took too long"
            : `it ended with ${end.code ?? end.signal}`;
      throw new ProbeFailed(
        `"${[spec.program, ...spec.argv].join(" ").slice(0, 200)}" must succeed before this step starts, but ${why}. ${complaint.text().trim().slice(-500)}`.trim(),
      );
    }
  }
  return outputs;
}

/** The first bytes of a stream as text. */
export class Capture {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  constructor(limit: number) {
    this.#limit = limit;
  }
  add(bytes: Buffer): void {
    if (this.#bytes >= this.#limit) return;
    this.#chunks.push(bytes.subarray(0, this.#limit - this.#bytes));
    this.#bytes += bytes.length;
  }
  text(): string {
    return new StringDecoder("utf8").write(Buffer.concat(this.#chunks));
  }
}
