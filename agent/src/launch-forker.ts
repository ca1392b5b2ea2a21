/** The agent's side of `forker.pl`: one small process that forks all programs and outlives this one. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { onPath } from "./find-program.ts";
import { type Exit, type Launch, type Launched, type LaunchSpec, readMark } from "./launched.ts";

const READY_MS = 3_000;
/** Linux: the number of prctl, see forker.pl. */
const PRCTL: { [arch: string]: number } = process.platform === "linux" ? { x64: 157, arm64: 167 } : {};
const NOTHING = Buffer.alloc(0);
const SIGNALS = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

interface Program {
  spec: LaunchSpec;
  started(pid: number): void;
  failed(error: Error): void;
  exited(exit: Exit): void;
  drained(): void;
  /** Frames still to come. */
  left: Set<string>;
}

/** Starts a forker and returns its launch function; a forker that died is replaced at the next launch. Rejects without perl. */
export async function startForker(): Promise<Launch> {
  const perl = onPath("perl", `/usr/bin:/bin:${process.env.PATH ?? ""}`);
  if (!perl) throw new Error("no perl on this machine");
  let forker = new Forker(perl);
  await forker.ready;
  return async (spec) => {
    if (forker.dead) forker = new Forker(perl);
    await forker.ready;
    return forker.launch(spec);
  };
}

class Forker {
  readonly ready: Promise<void>;
  dead = false;
  readonly #programs = new Map<number, Program>();
  readonly #stdin: Writable;
  readonly #pid: number;
  readonly #pids = new Map<number, number>();
  /** Asked for, and not heard of yet: their processes are there without a name, and are nobody's orphans. */
  readonly #starting = new Set<number>();
  #adopts = false;
  #next = 0;
  /** What is read of a frame that has not come whole. */
  #rest: Buffer = NOTHING;
  /** The frame of output that is being read. */
  #output: { kind: string; id: number; left: number } | null = null;
  #isReady: () => void = () => {};

  constructor(perl: string) {
    // Plain spawn: this is the only one, and the library that is kind to many would double this process's size.
    const child = spawn(perl, [join(import.meta.dirname, "forker.pl"), String(PRCTL[process.arch] ?? 0)], {
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
      // A signal meant for the agent's group must not reach it.
      detached: true,
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#pid = child.pid ?? 0;
    const died = new Promise<void>((settle) => {
      child.once("error", () => settle()).once("exit", () => settle());
    }).then(() => this.#died());
    this.#stdin = child.stdin;
    this.#stdin.on("error", () => {});
    child.stdout.on("data", (bytes: Buffer) => this.#read(bytes));
    this.ready = new Promise((ready, fail) => {
      const timer = setTimeout(() => fail(new Error("the forker does not answer")), READY_MS);
      this.#isReady = () => {
        clearTimeout(timer);
        ready();
      };
      void died.then(() => fail(new Error("the forker did not start")));
    });
    this.ready.catch(() => {});
  }

  launch(spec: LaunchSpec): Promise<Launched> {
    const id = ++this.#next;
    let exited: (exit: Exit) => void = () => {};
    let drained: () => void = () => {};
    const handle = {
      exited: new Promise<Exit>((settle) => {
        exited = settle;
      }),
      drained: new Promise<void>((settle) => {
        drained = settle;
      }),
      cut: () => {
        if (this.#programs.has(id)) this.#send(["K", id, ""]);
      },
      orphans: () => this.#orphans(),
    };
    this.#starting.add(id);
    const launched = new Promise<Launched>((started, failed) => {
      this.#programs.set(id, {
        spec,
        started: (pid) => started({ pid, ...handle }),
        failed,
        exited,
        drained,
        left: new Set(["X", "C"]),
      });
    });
    const env = Object.entries(spec.env).map(([name, value]) => `${name}=${value}`);
    const argv = [spec.program, ...spec.argv];
    const stdin = spec.stdin === null ? 0 : 1;
    this.#send([
      "S",
      id,
      spec.markFile,
      spec.cwd,
      spec.merge ? 1 : 0,
      stdin,
      argv.length,
      ...argv,
      env.length,
      ...env,
      spec.stdin ?? "",
    ]);
    return launched;
  }

  /** Processes whose parents have ended; null where they cannot be known. */
  #orphans(): { pids: number[]; alone: boolean } | null {
    if (!this.#adopts || this.dead) return null;
    try {
      const children = readFileSync(`/proc/${this.#pid}/task/${this.#pid}/children`, "latin1");
      const leaders = new Set(this.#pids.values());
      const pids = children
        .split(" ")
        .map(Number)
        .filter((pid) => pid > 0 && !leaders.has(pid));
      return { pids, alone: leaders.size === 0 && this.#starting.size === 0 };
    } catch {
      return null;
    }
  }

  #send(fields: (string | number)[]): void {
    // A NUL cannot be in an argument or a variable; one that is there would shift all that follows.
    if (fields.slice(0, -1).some((field) => typeof field === "string" && field.includes("\0")))
      throw new Error("a value holds a NUL character");
    const body = Buffer.from(fields.join("\0"), "utf8");
    const head = Buffer.alloc(4);
    head.writeUInt32BE(body.length);
    this.#stdin.write(Buffer.concat([head, body]));
  }

  #read(bytes: Buffer): void {
    let buffer = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#output) {
        // Output needs no whole frame: it is passed on as it comes, so that a flood is not copied together first.
        const part = buffer.subarray(0, this.#output.left);
        if (part.length > 0) this.#frame(this.#output.kind, this.#output.id, part);
        buffer = buffer.subarray(part.length);
        this.#output.left -= part.length;
        if (this.#output.left > 0) break;
        this.#output = null;
      }
      if (buffer.length < 9) break;
      const kind = String.fromCharCode(buffer[0]!);
      const id = buffer.readUInt32BE(1);
      const length = buffer.readUInt32BE(5);
      if (kind === "O" || kind === "E") this.#output = { kind, id, left: length };
      else if (buffer.length < 9 + length) break;
      else this.#frame(kind, id, buffer.subarray(9, 9 + length));
      buffer = buffer.subarray(this.#output ? 9 : 9 + length);
    }
    this.#rest = buffer.length > 0 ? Buffer.from(buffer) : NOTHING;
  }

  #frame(kind: string, id: number, bytes: Buffer): void {
    if (kind === "R") {
      this.#adopts = bytes.toString() === "1";
      this.#isReady();
    }
    const program = this.#programs.get(id);
    if (!program) return;
    if (kind === "P" || kind === "F") this.#starting.delete(id);
    if (kind === "O") program.spec.onStdout(bytes);
    else if (kind === "E") program.spec.onStderr(bytes);
    else if (kind === "P") {
      this.#pids.set(id, Number(bytes.toString()));
      program.started(Number(bytes.toString()));
    } else if (kind === "C") program.drained();
    else if (kind === "X") {
      const [code = 0, signal = 0] = bytes.toString().split(" ").map(Number);
      const name = SIGNALS.get(signal) ?? `signal ${signal}`;
      program.exited(signal === 0 ? { code, signal: null } : { code: null, signal: name });
    } else if (kind === "F") program.failed(new Error(bytes.toString()));
    if (kind === "F" || kind === "C" || kind === "X") this.#over(id, program, kind);
  }

  #over(id: number, program: Program, kind: string): void {
    program.left.delete(kind);
    if (kind === "X") this.#pids.delete(id);
    if (kind === "F" || program.left.size === 0) this.#programs.delete(id);
  }

  /** Somebody killed it. What it had started lives on without anybody to learn its end; the caller ends the group. */
  #died(): void {
    this.dead = true;
    for (const program of this.#programs.values()) {
      // Perhaps its start was noted on disk and not told any more.
      const pid = readMark(program.spec.markFile)?.pid ?? null;
      if (pid !== null) program.started(pid);
      program.failed(new Error("the forker ended"));
      program.exited({ code: null, signal: null });
      program.drained();
    }
    this.#programs.clear();
    this.#starting.clear();
  }
}
