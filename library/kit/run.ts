/** Runs a program with an argv. What it prints goes on to stderr, so that stdout holds only the result. */
import { spawnSync } from "node:child_process";
import { Failed, type Words } from "./words.ts";

const OUTPUT_BYTES = 64 * 1024 * 1024;

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

interface More {
  input?: string;
  cwd?: string;
  /** An open file that takes the bytes it prints, as they are. */
  into?: number;
  /** Beyond the environment of every call. */
  env?: { [name: string]: string };
}

/** An environment in which wrangler asks nothing, colours nothing and tells nobody. */
export function wranglerEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CI: "true",
    NO_COLOR: "1",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_WRITE_LOGS: "false",
  };
}

/** Runs to the end, whatever the exit code. */
export function attempt(program: string, argv: string[], shown = true, more: More = {}): Ran {
  const { input, cwd, into, env } = more;
  const child = spawnSync(program, argv, {
    encoding: "utf8",
    maxBuffer: OUTPUT_BYTES,
    stdio: [input === undefined ? "ignore" : "pipe", into ?? "pipe", "pipe"],
    env: { ...wranglerEnv(), ...env },
    ...(input === undefined ? {} : { input }),
    ...(cwd === undefined ? {} : { cwd }),
  });
  // One that ended before it had read its input: how it ended and what it said is the news.
  const unread =
    (child.error as NodeJS.ErrnoException | undefined)?.code === "EPIPE" && child.status !== null;
  if (child.error && !unread) throw new Failed(notRun(program, child.error));
  const stdout = child.stdout ?? "";
  if (shown) process.stderr.write(stdout + child.stderr);
  return { code: child.status ?? 1, stdout, stderr: child.stderr };
}

function notRun(program: string, error: NodeJS.ErrnoException): string {
  if (error.code === "ENOENT") return `${program} was not found, neither in the project nor on PATH`;
  if (error.code === "ENOBUFS") return `${program} printed more than ${OUTPUT_BYTES / 1024 ** 2} MiB`;
  return `${program} could not be run: ${error.message}`;
}

/** Runs and fails when the program does. */
export function run(program: string, argv: string[], shown = true, more: More = {}): Ran {
  return succeeded(program, argv, attempt(program, argv, shown, more), shown);
}

function succeeded(program: string, argv: string[], ran: Ran, shown: boolean): Ran {
  if (ran.code === 0) return ran;
  const reason = ran.stderr.trim().split("\n").filter(Boolean).slice(0, 12).join("\n");
  throw new Failed(
    `${program} ${argv.slice(0, 3).join(" ")} ended with ${ran.code}${shown ? "" : `\n${reason}`}`,
  );
}

/** The flags that say which wrangler environment and storage are meant; `--local` unless `--remote` is said. */
export function wranglerFlags(words: Words): string[] {
  const flags = [words.has("remote") ? "--remote" : "--local"];
  for (const name of ["env", "config"]) {
    const value = words.value(name);
    if (value !== undefined) flags.push(`--${name}=${value}`);
  }
  return flags;
}
