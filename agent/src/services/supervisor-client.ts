/** The agent's line to the supervisor: starts one where none is, asks, hears what changes. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import type { ServiceState } from "@tw/shared/contracts/agent-protocol";
import type { Config } from "../config.ts";
import { type Answer, type Request, servicesFolder, socketPath, type Told } from "./program.ts";
import type { Left } from "./supervised.ts";

type Good = Exclude<Answer, { error: string }>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
const START_MS = 15_000;
const ANSWER_MS = 60_000;

export class SupervisorClient {
  readonly #config: Pick<Config, "stateDir" | "root">;
  readonly #hear: (state: ServiceState) => void;
  readonly #waiting = new Map<number, { done(answer: Good): void; fail(error: Error): void }>();
  #socket: Promise<Socket> | null = null;
  #next = 0;

  constructor(config: Pick<Config, "stateDir" | "root">, hear: (state: ServiceState) => void) {
    this.#config = config;
    this.#hear = hear;
  }

  /** Is there anything to supervise, or somebody who does? Asked before one is started for nothing. */
  get needed(): boolean {
    const { stateDir } = this.#config;
    if (existsSync(socketPath(stateDir))) return true;
    try {
      const left = JSON.parse(
        readFileSync(join(servicesFolder(stateDir), "services.json"), "utf8"),
      ) as Left[];
      return left.length > 0;
    } catch {
      return false;
    }
  }

  /** Asks; once more when the supervisor was killed meanwhile. Throws with a sentence. */
  async ask(request: DistributiveOmit<Request, "id">): Promise<Good> {
    try {
      return await this.#ask(request);
    } catch (error) {
      if (!(error instanceof LineLost)) throw error;
      return this.#ask(request);
    }
  }

  close(): void {
    void this.#socket?.then((socket) => socket.destroy()).catch(() => {});
    this.#socket = null;
  }

  async #ask(request: DistributiveOmit<Request, "id">): Promise<Good> {
    this.#socket ??= this.#open();
    const socket = await this.#socket.catch((error) => {
      this.#socket = null;
      throw error;
    });
    const id = ++this.#next;
    return new Promise<Good>((done, fail) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        fail(new Error("The supervisor of services does not answer."));
      }, ANSWER_MS);
      const over = () => {
        clearTimeout(timer);
        this.#waiting.delete(id);
      };
      this.#waiting.set(id, {
        done: (answer) => {
          over();
          done(answer);
        },
        fail: (error) => {
          over();
          fail(error);
        },
      });
      socket.write(`${JSON.stringify({ ...request, id })}\n`);
    });
  }

  async #open(): Promise<Socket> {
    const { stateDir } = this.#config;
    const path = socketPath(stateDir);
    let socket = await tryConnect(path);
    let said = "";
    if (!socket) {
      said = this.#start();
      const end = performance.now() + START_MS;
      for (let wait = 10; !socket && performance.now() < end; wait = Math.min(wait * 2, 200)) {
        await new Promise((go) => setTimeout(go, wait));
        socket = await tryConnect(path);
      }
    }
    if (!socket) throw new Error(`The supervisor of services did not start. What it said is in ${said}.`);
    this.#listen(socket);
    return socket;
  }

  #listen(socket: Socket): void {
    // The agent's own end must not wait for it.
    socket.unref();
    // Lines pass the socket's errors on, and one that nobody hears ends the process.
    const lines = createInterface({ input: socket }).on("error", () => {});
    lines.on("line", (line) => {
      const said = JSON.parse(line) as Answer | Told;
      if ("state" in said) this.#hear(said.state);
      else if ("error" in said) this.#waiting.get(said.id)?.fail(new Error(said.error));
      else this.#waiting.get(said.id)?.done(said);
    });
    const lost = () => {
      this.#socket = null;
      for (const { fail } of this.#waiting.values()) fail(new LineLost("the supervisor of services ended"));
    };
    socket.on("error", () => {}).on("close", lost);
  }

  #start(): string {
    const { stateDir, root } = this.#config;
    const folder = servicesFolder(stateDir);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, "supervisor.log");
    const log = openSync(file, "w", 0o600);
    // Beside this file, with the same ending: compiled or not.
    const main = join(import.meta.dirname, `supervisor-process${extname(import.meta.filename)}`);
    const { TW_TOKEN: _token, TW_OUTPUT: _output, ...env } = process.env;
    const child = spawn(process.execPath, [main, stateDir, root], {
      cwd: root,
      env,
      detached: true,
      stdio: ["ignore", log, log],
    });
    child.on("error", () => {});
    child.unref();
    return file;
  }
}

class LineLost extends Error {
  override name = "LineLost";
}

function tryConnect(path: string): Promise<Socket | null> {
  return new Promise((done) => {
    const socket = connect(path);
    socket.once("connect", () => {
      done(socket);
    });
    socket.once("error", () => done(null));
  });
}
