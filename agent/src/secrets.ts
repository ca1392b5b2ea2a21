/** Secrets live on this machine: TW_SECRET_<NAME> of the agent's environment, or `secrets.json` (mode 0600) in the state directory. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SECRET_MIN_CHARS } from "./mask.ts";

export class SecretError extends Error {
  override name = "SecretError";
}

/** The value of a secret, read anew each time so that a rotation needs no restart. Throws SecretError naming what to do. */
export function readSecret(name: string, stateDir: string, env: NodeJS.ProcessEnv): string {
  const file = join(stateDir, "secrets.json");
  const value = env[`TW_SECRET_${name.toUpperCase()}`] ?? fromFile(file, name);
  if (value === undefined)
    throw new SecretError(
      `The secret "${name}" is not on this machine. Set TW_SECRET_${name.toUpperCase()} for the agent, or add it to ${file}.`,
    );
  if (value.length < SECRET_MIN_CHARS)
    throw new SecretError(
      `The secret "${name}" is shorter than ${SECRET_MIN_CHARS} characters: too short to be kept out of logs.`,
    );
  return value;
}

function fromFile(file: string, name: string): string | undefined {
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new SecretError(`Others can read ${file}. Run: chmod 600 ${file}`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch {
    throw new SecretError(`${file} is not JSON. It should be {"NAME": "value"}.`);
  }
  const value =
    all !== null && typeof all === "object" && Object.hasOwn(all, name)
      ? (all as Record<string, unknown>)[name]
      : undefined;
  return typeof value === "string" ? value : undefined;
}
