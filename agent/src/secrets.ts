/**
 * Secrets of this machine. Looked for in TW_SECRET_<NAME> of the agent's environment, then the system's keychain, then `secrets.json`
 * (mode 0600) in the state directory, each time anew, so that a changed value needs no restart. What none of them has is asked of
 * the workspace when the step starts.
 */
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { SECRET_MIN_CHARS } from "./secret-forms.ts";

export class SecretError extends Error {
  override name = "SecretError";
}
export type Store = "keychain" | "file";
export type Source = "environment" | Store;

/** What of a secret's name is shown where there is no value. */
const SERVICE = "tw-agent";

/** The value this machine has; undefined when it has none. Throws SecretError when a store cannot be trusted. */
export function localSecret(
  name: string,
  stateDir: string,
  env: NodeJS.ProcessEnv,
): { value: string; from: Source } | undefined {
  const given = env[environmentName(name)];
  if (given !== undefined) return { value: checked(name, given), from: "environment" };
  const kept = fromKeychain(name, stateDir);
  if (kept !== undefined) return { value: checked(name, kept), from: "keychain" };
  const written = readFile(stateDir)[name];
  return written === undefined ? undefined : { value: checked(name, written), from: "file" };
}

/** What the step is told when neither this machine nor the workspace has the secret. */
export function missing(name: string, stateDir: string): SecretError {
  return new SecretError(
    `The secret "${name}" is neither on this machine nor in the workspace. Run tw secret set ${name} here, set ${environmentName(name)} for the agent, or add it to ${fileOf(stateDir)}.`,
  );
}

export function environmentName(name: string): string {
  return `TW_SECRET_${name.toUpperCase()}`;
}

/** Refuses a value that could not be kept out of logs. */
export function checked(name: string, value: string): string {
  if (value.length >= SECRET_MIN_CHARS) return value;
  throw new SecretError(
    `The secret "${name}" is shorter than ${SECRET_MIN_CHARS} characters: too short to be kept out of logs.`,
  );
}

/** Keeps a value. `keychain` throws when this machine has none that can be used. */
export function setSecret(name: string, value: string, stateDir: string, store: Store): void {
  checked(name, value);
  if (store === "keychain") {
    entryOf(name, stateDir).setPassword(value);
    noteKept(stateDir, name, true);
    return;
  }
  writeFile(stateDir, { ...readFile(stateDir), [name]: value });
}

/** Forgets it everywhere it is kept; answers where it was. */
export function deleteSecret(name: string, stateDir: string): Store[] {
  const gone: Store[] = [];
  if (keptNames(stateDir).includes(name)) {
    if (entryOf(name, stateDir).deletePassword()) gone.push("keychain");
    noteKept(stateDir, name, false);
  }
  const { [name]: value, ...rest } = readFile(stateDir);
  if (value !== undefined) {
    writeFile(stateDir, rest);
    gone.push("file");
  }
  return gone;
}

/** The names this machine has, and where from. Never a value. */
export function listSecrets(stateDir: string, env: NodeJS.ProcessEnv): { name: string; from: Source }[] {
  const prefix = environmentName("");
  const found = [
    ...Object.keys(env)
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ name: name.slice(prefix.length), from: "environment" as const })),
    ...keptNames(stateDir).map((name) => ({ name, from: "keychain" as const })),
    ...Object.keys(readFile(stateDir)).map((name) => ({ name, from: "file" as const })),
  ];
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Can this machine's keychain be written to? */
export function hasKeychain(stateDir: string): boolean {
  try {
    const probe = entryOf("tw-probe", stateDir);
    probe.setPassword("is this here");
    return probe.deletePassword();
  } catch {
    return false;
  }
}

interface Entry {
  getPassword(): string | null;
  setPassword(value: string): void;
  deletePassword(): boolean;
}
/** One entry per state directory and name: two agents of one person may have different secrets. */
function entryOf(name: string, stateDir: string): Entry {
  // A native module: only loaded where a keychain is used.
  const { Entry } = createRequire(import.meta.url)("@napi-rs/keyring") as {
    Entry: new (service: string, account: string) => Entry;
  };
  return new Entry(SERVICE, `${stateDir}/${name}`);
}

function fromKeychain(name: string, stateDir: string): string | undefined {
  if (!keptNames(stateDir).includes(name)) return undefined;
  try {
    const value = entryOf(name, stateDir).getPassword();
    if (value !== null) return value;
  } catch (error) {
    throw new SecretError(`The keychain did not give the secret "${name}": ${(error as Error).message}`);
  }
  throw new SecretError(
    `The secret "${name}" is not in the keychain any more. Run tw secret set ${name} again.`,
  );
}

/** Which names are in the keychain: asking one that is locked could open a window. */
function keptNames(stateDir: string): string[] {
  try {
    return JSON.parse(readFileSync(join(stateDir, "keychain.json"), "utf8")) as string[];
  } catch {
    return [];
  }
}
function noteKept(stateDir: string, name: string, kept: boolean): void {
  const names = new Set(keptNames(stateDir));
  if (kept) names.add(name);
  else names.delete(name);
  replace(join(stateDir, "keychain.json"), JSON.stringify([...names]));
}

function fileOf(stateDir: string): string {
  return join(stateDir, "secrets.json");
}

function readFile(stateDir: string): { [name: string]: string } {
  const file = fileOf(stateDir);
  let text: string;
  try {
    if ((statSync(file).mode & 0o077) !== 0)
      throw new SecretError(`Others can read ${file}. Run: chmod 600 ${file}`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  let all: unknown;
  try {
    all = JSON.parse(text);
  } catch {
    throw new SecretError(`${file} is not JSON. It should be {"NAME": "value"}.`);
  }
  if (all === null || typeof all !== "object" || Array.isArray(all))
    throw new SecretError(`${file} should be {"NAME": "value"}.`);
  return Object.fromEntries(Object.entries(all).filter((entry) => typeof entry[1] === "string"));
}

function writeFile(stateDir: string, all: { [name: string]: string }): void {
  replace(fileOf(stateDir), `${JSON.stringify(all, null, 2)}\n`);
}

/** Never half written, never readable by others, not even for a moment. */
function replace(file: string, text: string): void {
  mkdirSync(join(file, ".."), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}.part`;
  writeFileSync(part, text, { mode: 0o600 });
  renameSync(part, file);
}
