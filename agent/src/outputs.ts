/** What a step puts out: what its program printed, what its probes found and what it wrote to TW_OUTPUT. */
import { readFileSync, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { OutputsSpec } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import { LIMITS } from "@tw/shared/limits";
import { maskText } from "./mask.ts";

export type Outputs = Record<string, Json>;
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,63}$/;
/** How much of a program's stdout is read for outputs; far more than outputs may hold. */
export const STDOUT_BYTES = 4 * 1024 * 1024;

export class OutputsError extends Error {
  override name = "OutputsError";
  readonly code: "outputs_too_large" | "outputs_invalid";
  constructor(code: OutputsError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** Outputs of one program's print, by the definition's spec. */
export async function printedOutputs(
  spec: OutputsSpec | null,
  stdout: string,
  file: string | null | undefined,
  cwd: string,
): Promise<Outputs> {
  if (!spec) return {};
  const { parseOutputs } = await import("@tw/shared/library/outputs");
  return parseOutputs(spec, { stdout, file: file ? fileFacts(file, cwd) : null }) as Outputs;
}

function fileFacts(file: string, cwd: string): { path: string; bytes: number } | null {
  const found = statSync(isAbsolute(file) ? file : resolve(cwd, file), { throwIfNoEntry: false });
  return found?.isFile() ? { path: file, bytes: found.size } : null;
}

/** The TW_OUTPUT file: a JSON object, or lines name=value. */
export function writtenOutputs(path: string): Outputs {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return {};
  if (size > 4 * LIMITS.outputBytes) throw tooLarge(size);
  const text = readFileSync(path, "utf8");
  if (text.trimStart().startsWith("{")) {
    try {
      return checkedNames(JSON.parse(text) as Outputs);
    } catch (error) {
      if (error instanceof OutputsError) throw error;
      throw new OutputsError(
        "outputs_invalid",
        `The file TW_OUTPUT is not JSON: ${(error as Error).message}`,
      );
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  return checkedNames(
    Object.fromEntries(
      lines.map((line) => {
        const at = line.indexOf("=");
        if (at < 1)
          throw new OutputsError(
            "outputs_invalid",
            `TW_OUTPUT must hold lines name=value; this is none: ${line.slice(0, 80)}`,
          );
        return [line.slice(0, at), line.slice(at + 1)];
      }),
    ),
  );
}

function checkedNames(outputs: Outputs): Outputs {
  const wrong = Object.keys(outputs).find((name) => !NAME.test(name));
  if (wrong !== undefined)
    throw new OutputsError(
      "outputs_invalid",
      `"${wrong.slice(0, 80)}" cannot name an output: letters, digits and _, starting with a letter.`,
    );
  return outputs;
}

/** Without secrets and within the size that is kept; throws OutputsError. */
export function finalOutputs(outputs: Outputs, secrets: Iterable<string>): Outputs {
  const text = JSON.stringify(outputs);
  const bytes = Buffer.byteLength(text);
  if (bytes > LIMITS.outputBytes) throw tooLarge(bytes);
  const known = [...secrets];
  return known.length === 0 ? outputs : (maskValues(outputs, known) as Outputs);
}

function maskValues(value: Json, secrets: string[]): Json {
  if (typeof value === "string") return maskText(value, secrets);
  if (Array.isArray(value)) return value.map((item) => maskValues(item, secrets));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [maskText(name, secrets), maskValues(item, secrets)]),
  );
}

function tooLarge(bytes: number): OutputsError {
  return new OutputsError(
    "outputs_too_large",
    `The step's outputs have ${bytes} bytes; ${LIMITS.outputBytes} are kept at most. Write large results to a file and put out its path.`,
  );
}
