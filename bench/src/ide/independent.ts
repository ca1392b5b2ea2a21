/** What is true of a project by other means than the agent's: TypeScript's own API, tsc, grep, a digest of all bytes. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";

const run = promisify(execFile);
const CLASSIC = "5.9.3";

/** `at`: the text that ends with the name where it is declared, when the file declares it more than once. */
export interface Named {
  file: string;
  symbol: string;
  at?: string;
}

/** One of the two. */
export interface Asked {
  references?: Named;
  mentions?: string;
}

/** Installs the TypeScript whose API is asked, apart from the project's own. */
export async function installClassic(dir: string): Promise<void> {
  mkdirSync(dir);
  writeFileSync(join(dir, "package.json"), '{"private":true}');
  const argv = ["install", "--no-audit", "--no-fund", `typescript@${CLASSIC}`];
  await run("npm", argv, { cwd: dir, timeout: 300_000 });
}

export class Independent {
  readonly #thread: Worker;
  constructor(classic: string, dir: string) {
    this.#thread = new Worker(join(import.meta.dirname, "typescript-api.ts"), {
      workerData: { classic, dir },
    });
  }
  /** Places `file:line:column` at which what is declared under this name in this file is used, the declarations included. */
  references(named: Named): Promise<Set<string>> {
    return this.#ask({ references: named });
  }
  /** Places at which the name stands in comments and strings. */
  mentions(symbol: string): Promise<Set<string>> {
    return this.#ask({ mentions: symbol });
  }
  async #ask(asked: Asked): Promise<Set<string>> {
    this.#thread.postMessage(asked);
    const [answer] = await once(this.#thread, "message");
    return answer as Set<string>;
  }
  async end(): Promise<void> {
    await this.#thread.terminate();
  }
}

/** The project's own tsc: its errors as `file:line:column code`, and how long it took. */
export async function compiled(dir: string): Promise<{ errors: string[]; s: number }> {
  const began = performance.now();
  const argv = [join(dir, "node_modules/typescript/bin/tsc"), "--noEmit", "--pretty", "false", "-p", dir];
  const { stdout } = await run(process.execPath, argv, { cwd: dir, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error) => error,
  );
  const errors = [...String(stdout).matchAll(/^(.+?)\((\d+),(\d+)\): error (TS\d+)/gm)];
  return {
    errors: errors.map(([, file, line, column, code]) => `${file}:${line}:${column} ${code}`).sort(),
    s: (performance.now() - began) / 1_000,
  };
}

/** One digest of the paths and bytes of all files but those that were installed and git's own. */
export function digestOf(dir: string): string {
  const all = createHash("sha256");
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name))
    .filter((path) => !/\/(node_modules|\.git)\//.test(path.slice(dir.length)))
    .sort())
    all.update(`${entry}\0`).update(createHash("sha256").update(readFileSync(entry)).digest());
  return all.digest("hex");
}

/** Lines `file:line` in which grep finds it, in files git knows. */
export async function grepped(
  dir: string,
  {
    query,
    regex,
    case_sensitive,
    path,
  }: { query: string; regex?: boolean; case_sensitive?: boolean; path?: string },
): Promise<string[]> {
  const flags = [
    "-rn",
    regex ? "-P" : "-F",
    ...(case_sensitive ? [] : ["-i"]),
    "--exclude-dir=node_modules",
    "--exclude-dir=.git",
  ];
  const argv = [...flags, "-e", query, path ?? "."];
  const { stdout } = await run("grep", argv, { cwd: dir, maxBuffer: 256 * 1024 * 1024 }).catch(
    (error) => error,
  );
  return [...String(stdout).matchAll(/^(?:\.\/)?(.+?):(\d+):/gm)]
    .map(([, file, line]) => `${file}:${line}`)
    .sort();
}

/** Resident bytes of a process and all below it. */
export function memoryOf(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    const below = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1")
      .trim()
      .split(" ")
      .filter(Boolean);
    return pages * 4_096 + below.reduce((sum, child) => sum + memoryOf(Number(child)), 0);
  } catch {
    return 0;
  }
}
