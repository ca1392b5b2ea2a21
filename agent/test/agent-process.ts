import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestHub } from "./hub.ts";
import { until } from "./until.ts";

const MAIN = resolve(import.meta.dirname, "../src/main.ts");
/** A shell is not among the default programs; most tests need one to misbehave with. */
const POLICY = { programs: ["sh", "setsid", "yes", "sh"] };

/** A real agent process on its own root and state directory, both removed at the end. */
export class AgentProcess {
  readonly dir = realpathSync(mkdtempSync(join(tmpdir(), "tw-agent-test-")));
  readonly root = join(this.dir, "root");
  readonly state = join(this.dir, "state");
  readonly #hub: TestHub;
  /** Of the next start. */
  readonly env: Record<string, string>;
  readonly #policy: string;
  child!: ChildProcess;
  stderr = "";
  exit: Promise<number | null> = Promise.resolve(null);
  /** Its exit, when all that it said has been read too; what it leaves behind may hold that up. */
  closed: Promise<number | null> = Promise.resolve(null);

  constructor(hub: TestHub, options: { env?: Record<string, string>; policy?: unknown } = {}) {
    this.#hub = hub;
    this.env = { ...options.env };
    this.#policy = join(this.dir, "policy.json");
    mkdirSync(this.root);
    mkdirSync(this.state, { mode: 0o700 });
    writePolicy(this.#policy, options.policy ?? POLICY);
  }

  /** Starts it (again) and waits until it has said hello. */
  async start(options: { wait?: boolean; stdin?: "pipe" | "ignore"; under?: string[] } = {}): Promise<this> {
    const before = this.#hub.of("ask").length;
    // `under`: a program that starts it, with a limit of the system for example.
    const [file, ...argv] = [...(options.under ?? []), process.execPath, MAIN, "agent", "start"];
    this.child = spawn(file as string, argv, {
      stdio: [options.stdin ?? "ignore", "ignore", "pipe"],
      env: {
        PATH: process.env.PATH,
        HOME: this.dir,
        // Compiled once for all tests, as it is on a person's machine.
        XDG_CACHE_HOME: resolve(import.meta.dirname, "../../node_modules/.cache"),
        TW_URL: this.#hub.url,
        TW_TOKEN: "tw_agent_token_of_the_test",
        TW_ROOT: this.root,
        TW_STATE: this.state,
        TW_POLICY: this.#policy,
        ...this.env,
      },
    });
    this.child.stderr!.on("data", (bytes) => (this.stderr += bytes));
    this.exit = new Promise((go) => this.child.once("exit", (code) => go(code)));
    this.closed = new Promise((go) => this.child.once("close", (code) => go(code)));
    if (options.wait !== false)
      await until(() => this.#hub.of("ask").length > before, `an agent that asks; it said: ${this.stderr}`);
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Holds up its main loop until `unblock`, where the test has loaded something into it that can. */
  async block(): Promise<void> {
    this.signal("SIGUSR2");
    await until(() => existsSync(join(this.dir, "blocked")), "the main loop's standstill");
  }
  unblock(): void {
    rmSync(join(this.dir, "blocked"), { force: true });
  }

  /** Dead at once, as by the kernel. */
  async crash(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.exit;
  }

  async remove(): Promise<void> {
    this.child?.kill("SIGCONT");
    this.child?.kill("SIGKILL");
    await this.exit;
    // What it started may be dying still, and write.
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function writePolicy(file: string, policy: unknown): void {
  writeFileSync(file, JSON.stringify(policy));
}

/** Does the process live? A zombie does not. */
export function lives(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
