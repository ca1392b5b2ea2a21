/** Starts the real launcher for a test, and knows every process that belongs to it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ROOT } from "../src/ports.ts";
import { isAlive, killAll, marked } from "../src/processes.ts";

export type Ready = {
  url: string;
  token: string;
  tenant: string;
  agent_id: string | null;
  data: string;
  console_url: string;
};
export type Launched = {
  child: ChildProcess;
  pid: number;
  stdout(): string;
  stderr(): string;
  /** The first line of stdout, once it is there. */
  ready(): Promise<Ready>;
  exit: Promise<number | NodeJS.Signals>;
};

const folders: string[] = [];
const launched: ChildProcess[] = [];

/** A new empty folder, removed after the test. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "tw-launch-"));
  folders.push(made);
  return made;
}

/** Runs `node local/start.mjs` with these flags. */
export function launch(...flags: string[]): Launched {
  const env = {
    ...process.env,
    TW_OWNER_EMAIL: "olga@example.com",
    INIT_CWD: undefined,
    npm_lifecycle_event: undefined,
  };
  const child = spawn(process.execPath, [join(ROOT, "local", "start.mjs"), ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  launched.push(child);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exit = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once("close", (code, signal) => resolve(signal ?? code ?? -1));
  });
  return {
    child,
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    exit,
    async ready() {
      await until(
        () => stdout.includes("\n") || child.exitCode !== null || child.signalCode !== null,
        "the launcher is ready",
        () => stderr,
      );
      if (!stdout.includes("\n"))
        throw new Error(`The launcher ended with ${child.signalCode ?? child.exitCode}: ${stderr}`);
      return JSON.parse(stdout.slice(0, stdout.indexOf("\n")));
    },
  };
}

/** Waits for a condition, at most 110 s. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  detail: () => string = () => "",
): Promise<void> {
  const end = Date.now() + 110_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}. ${detail()}`);
    await delay(25);
  }
}

/** Ends whatever a test left, and removes its folders. */
export async function cleanUp(): Promise<void> {
  const pids = launched.splice(0).flatMap((child) => (child.pid && isAlive(child.pid) ? [child.pid] : []));
  await killAll(pids);
  for (const path of folders.splice(0)) {
    await killAll(marked(path));
    rmSync(path, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** An API request as the owner. */
export async function ask<T>(ready: Ready, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(ready.url + path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${ready.token}`,
      // workerd ends a connection that has been idle for 5 s, just when a busy test might use it again.
      connection: "close",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
