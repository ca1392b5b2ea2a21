/**
 * The version of a tool, asked once for each state of its file. What was learnt is kept on disk under the file's fingerprint
 * (real path, inode, size, times), so that neither a restart nor the next look starts anything while nothing changed.
 */
import { execFile } from "node:child_process";
import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

interface Known {
  print: string;
  /** Null: it was asked and did not say. */
  version: string | null;
}
const ENTRIES = 500;
const ASK_MS = 3_000;

let known = new Map<string, Known>();
let file: string | null = null;
let writing = false;
/** Looks at the same tool at the same moment are one. */
const asking = new Map<string, Promise<string | null>>();

/** Takes over what an earlier life of the agent learnt, and keeps what this one learns. A broken file is forgotten. */
export function rememberTools(stateDir: string): void {
  file = join(stateDir, "tools.json");
  try {
    const entries = Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, Known>);
    known = new Map(entries.filter(([, one]) => typeof one?.print === "string"));
  } catch {
    known = new Map();
  }
}

/** The version of the program at `path`; null when it does not say. */
export async function toolVersion(path: string): Promise<string | null> {
  const real = realpathSync(path);
  if (real === realpathSync(process.execPath)) return process.versions.node;
  // What npm installed says so in its package.json; that is cheaper than any memory, and npm sets no honest times.
  const packaged = packageVersion(real);
  if (packaged) return packaged;
  const { ino, size, mtimeMs, ctimeMs } = statSync(real);
  const print = `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  const held = known.get(real);
  if (held?.print === print) return held.version;
  const key = `${real} ${print}`;
  const running =
    asking.get(key) ??
    askVersion(path).then((version) => {
      learn(real, { print, version });
      asking.delete(key);
      return version;
    });
  asking.set(key, running);
  return running;
}

function learn(real: string, one: Known): void {
  known.delete(real);
  known.set(real, one);
  for (const oldest of known.keys()) {
    if (known.size <= ENTRIES) break;
    known.delete(oldest);
  }
  if (file === null || writing) return;
  writing = true;
  setImmediate(() => {
    writing = false;
    try {
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(known)), { mode: 0o600 });
      renameSync(`${file}.new`, file as string);
    } catch {
      // It is asked again in the next life.
    }
  });
}

function packageVersion(real: string): string | null {
  if (!real.includes("/node_modules/")) return null;
  for (let dir = dirname(real); dir !== dirname(dir); dir = dirname(dir)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(dir, "package.json"), "utf8")) as Record<
        string,
        string
      >;
      if (name && version) return version;
    } catch {
      // Further up.
    }
  }
  return null;
}

function askVersion(path: string): Promise<string | null> {
  return new Promise((answer) => {
    const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "" };
    execFile(path, ["--version"], { timeout: ASK_MS, env }, (error, stdout) => {
      answer(error ? null : (/\d+\.\d+(\.\d+)?[\w.+-]*/.exec(stdout)?.[0] ?? null));
    });
  });
}
