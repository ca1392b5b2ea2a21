/** One service of the `process` driver: started, watched, started again with backoff, ended with all it started. */
import { spawn } from "node:child_process";
import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import { ownEnv } from "../env.ts";
import { endEscapees } from "../escapees.ts";
import { bootId, endGroup, groupLives, startTime } from "../group.ts";
import { answers } from "./health.ts";
import { logPath, type ServiceProgram, servicesFolder } from "./program.ts";

/** What of it is on disk, so that whoever comes next can take it up. */
export interface Left {
  program: ServiceProgram;
  wanted: "running" | "stopped";
  process: { pid: number; start: string | null; boot: string; at: number } | null;
  restarts: number;
}
export interface Surroundings {
  stateDir: string;
  root: string;
  /** Something changed: to be told and written down. */
  changed(service: Supervised): void;
}
const GRACE_MS = 10_000;
/** A program that lives this long has started. */
const UP_MS = 500;
/** One that lived this long has forgotten its earlier ends. */
const STEADY_MS = 60_000;
const BACKOFF_MAX_MS = 60_000;
const LOOK_MS = 1_000;
/** A program that never answered is not held to be hanging before this. */
const STARTING_MS = 60_000;

export class Supervised {
  program: ServiceProgram;
  #wanted: Left["wanted"] = "stopped";
  #process: Left["process"] = null;
  #restarts = 0;
  #status: ServiceState["status"] = "stopped";
  #message: string | null = null;
  /** Ends in a row that came soon after the start. */
  #quick = 0;
  #again: NodeJS.Timeout | undefined;
  #look: NodeJS.Timeout | undefined;
  #up: NodeJS.Timeout | undefined;
  #healthTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  #answered = false;
  /** Why it is being ended by us. */
  #ending: "stop" | "hangs" | null = null;
  #work: Promise<void> = Promise.resolve();
  readonly #at: Surroundings;

  constructor(program: ServiceProgram, at: Surroundings) {
    this.program = program;
    this.#at = at;
  }

  get state(): ServiceState {
    const { name } = this.program;
    const pid = this.#process?.pid ?? null;
    return { name, status: this.#status, pid, restarts: this.#restarts, message: this.#message };
  }
  get record(): Left {
    const { program } = this;
    return { program, wanted: this.#wanted, process: this.#process, restarts: this.#restarts };
  }
  get idle(): boolean {
    return this.#wanted === "stopped" && this.#process === null;
  }

  /** Takes up what a supervisor before this one left: the process if it is still the same one, else a new one if it is wanted. */
  adopt({ wanted, process, restarts }: Left): void {
    this.#wanted = wanted;
    this.#restarts = restarts;
    const lives =
      process !== null &&
      process.boot === bootId() &&
      process.start !== null &&
      startTime(process.pid) === process.start &&
      groupLives(process.pid);
    if (lives && process) {
      this.#process = process;
      if (wanted === "stopped") void this.stop();
      else this.#watch(process.pid, null);
      return;
    }
    if (process !== null && process.boot === bootId()) void endEscapees(this.#tag, null);
    if (wanted === "running") this.#restart("it ended while nobody watched");
  }

  /** @returns whether it was not running before */
  async start(program: ServiceProgram): Promise<boolean> {
    // One that is just being ended is let end.
    await this.#work;
    const runs = this.#process !== null && this.#ending === null;
    if (runs && this.#wanted === "running") return false;
    this.program = program;
    this.#wanted = "running";
    this.#quick = 0;
    this.#restarts = 0;
    clearTimeout(this.#again);
    if (this.#process === null) this.#spawn();
    return true;
  }

  /** Ends it and all it started. @returns whether it ran, or was to run */
  async stop(): Promise<boolean> {
    const was = this.#wanted === "running" || this.#process !== null;
    this.#wanted = "stopped";
    clearTimeout(this.#again);
    this.#end("stop");
    await this.#work;
    if (this.#process === null) this.#set("stopped", null);
    return was;
  }

  #spawn(): void {
    const { name, program, file, argv, cwd, env } = this.program;
    const log = openSync(logPath(this.#at.stateDir, name), "a", 0o600);
    try {
      // A line of ours only on a line of its own.
      const { size } = fstatSync(log);
      writeSync(
        log,
        `${size > 0 ? "\n" : ""}[${new Date().toISOString()}] started: ${[program, ...argv].join(" ")}\n`,
      );
      const own = { ...ownEnv(program.split("/").at(-1) ?? "", this.#at.root, process.env), ...env };
      const child = spawn(file, argv, {
        cwd,
        // By this all that it starts is found again, wherever it goes.
        env: { ...own, TW_SERVICE: name, ...tagOf(this.#tag) },
        detached: true,
        // To the file itself: the program goes on printing when this process is gone.
        stdio: ["ignore", log, log],
      });
      child.once("error", (error) => {
        if (child.pid === undefined) this.#over(`it could not be started: ${error.message}`, 127);
      });
      if (child.pid === undefined) return;
      child.unref();
      const { pid } = child;
      this.#process = { pid, start: startTime(pid), boot: bootId(), at: Date.now() };
      this.#watch(pid, child);
    } finally {
      closeSync(log);
    }
  }

  #watch(pid: number, child: ReturnType<typeof spawn> | null): void {
    this.#ending = null;
    this.#failures = 0;
    this.#answered = false;
    const { health } = this.program;
    this.#set("starting", null);
    if (child) child.once("exit", (code, signal) => this.#exited(pid, code, signal));
    else {
      const { start } = this.#process ?? {};
      // Not our child: its end shows only by its absence, and its exit code is nobody's to know.
      this.#look = setInterval(() => {
        if (startTime(pid) !== start || !groupLives(pid)) this.#exited(pid, null, null);
      }, LOOK_MS);
    }
    if (health === null) this.#up = setTimeout(() => this.#set("running", null), UP_MS);
    else this.#askHealth();
  }

  #askHealth(): void {
    const { health } = this.program;
    if (health === null) return;
    const began = performance.now();
    const ask = async () => {
      const pid = this.#process?.pid;
      const complaint = await answers(health);
      if (pid === undefined || this.#process?.pid !== pid || this.#ending !== null) return;
      if (complaint === null) {
        this.#failures = 0;
        this.#answered = true;
        this.#set("running", null);
      } else if (this.#answered || performance.now() - began > STARTING_MS) {
        this.#failures += 1;
        if (this.#failures >= health.failures) {
          const hangs = `it does not answer: ${complaint}`;
          if (this.program.restart === "no") this.#set("failed", hangs);
          else {
            this.#message = hangs;
            this.#end("hangs");
            return;
          }
        }
      }
      // More often until it is up: whoever started it waits.
      const waitMs = this.#answered ? health.every_s * 1_000 : Math.min(250, health.every_s * 1_000);
      this.#healthTimer = setTimeout(() => void ask(), waitMs);
    };
    this.#healthTimer = setTimeout(() => void ask(), 50);
  }

  #end(why: "stop" | "hangs"): void {
    const running = this.#process;
    if (running === null) return;
    if (this.#ending !== null) {
      this.#ending = why;
      return;
    }
    this.#ending = why;
    this.#work = (async () => {
      await endGroup(running.pid, GRACE_MS);
      await endEscapees(this.#tag, null);
      if (this.#process === running) this.#exited(running.pid, null, "SIGTERM");
    })();
  }

  #exited(pid: number, code: number | null, signal: string | null): void {
    if (this.#process?.pid !== pid) return;
    clearInterval(this.#look);
    const lived = Date.now() - this.#process.at;
    const how = signal ? `ended by ${signal}` : code === null ? "ended" : `ended with exit code ${code}`;
    if (this.#ending === "stop") {
      this.#gone("stopped", null);
      return;
    }
    const hung = this.#ending === "hangs";
    if (lived > STEADY_MS) this.#quick = 0;
    const message = hung ? this.#message : how;
    // What it left behind would stand in the way of the next one, with its ports and files.
    this.#work = (async () => {
      await endGroup(pid, GRACE_MS);
      await endEscapees(this.#tag, null);
    })();
    void this.#work.then(() => this.#over(message ?? how, hung ? 1 : code));
  }

  /** It is gone by itself. `code`: null when nobody knows. */
  #over(how: string, code: number | null): void {
    const { restart } = this.program;
    if (this.#wanted === "stopped") this.#gone("stopped", null);
    else if (restart === "always" || (restart === "on-failure" && code !== 0)) this.#restart(how);
    else {
      this.#wanted = "stopped";
      this.#gone(code === 0 ? "stopped" : "failed", how);
    }
  }

  #restart(how: string): void {
    const first = Number(process.env.TW_SERVICE_BACKOFF_MS ?? 1_000);
    const waitMs = Math.min(BACKOFF_MAX_MS, first * 2 ** Math.min(this.#quick, 16));
    this.#quick += 1;
    this.#gone("failed", `${how}; will be started again in ${Math.ceil(waitMs / 100) / 10} s`);
    this.#again = setTimeout(() => {
      if (this.#wanted !== "running" || this.#process !== null) return;
      this.#restarts += 1;
      this.#spawn();
    }, waitMs);
  }

  #gone(status: ServiceState["status"], message: string | null): void {
    clearInterval(this.#look);
    clearTimeout(this.#up);
    clearTimeout(this.#healthTimer);
    this.#process = null;
    this.#ending = null;
    this.#set(status, message);
  }

  #set(status: ServiceState["status"], message: string | null): void {
    if (status === "running" || status === "failed") clearTimeout(this.#up);
    this.#status = status;
    this.#message = message?.slice(0, 500) ?? null;
    this.#at.changed(this);
  }

  get #tag(): string {
    return `TW_OUTPUT=${join(servicesFolder(this.#at.stateDir), `${this.program.name}.tag`)}`;
  }
}

function tagOf(tag: string): Record<string, string> {
  const at = tag.indexOf("=");
  return { [tag.slice(0, at)]: tag.slice(at + 1) };
}
