/** `tw` as a process, and a workspace that answers what a test tells it to. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "../src/main.ts");

export interface Said {
  code: number | null;
  out: string;
  err: string;
}
export interface Tw {
  child: ChildProcess;
  /** What it has said so far. */
  said: Said;
  ended: Promise<Said>;
}

/** A home of its own; `remove` takes it away. */
export function emptyHome(): { home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), "tw-home-"));
  return { home, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Starts it without a terminal; with `shell` as what a shell does with it, `"$@"` being the command. */
export function begin(argv: string[], env: NodeJS.ProcessEnv, shell = '"$@"'): Tw {
  return watched(
    spawn("bash", ["-c", `set -o pipefail; ${shell}`, "tw", process.execPath, MAIN, ...argv], options(env)),
  );
}

/** Starts it on a terminal. */
export function onTerminal(argv: string[], env: NodeJS.ProcessEnv): Tw {
  return programOnTerminal([process.execPath, MAIN, ...argv], env);
}

/** Starts it on a terminal of so many columns. */
export function onNarrow(columns: number, argv: string[], env: NodeJS.ProcessEnv): Tw {
  const line = ["stty", "cols", columns, ";", "exec", process.execPath, MAIN, ...argv].join(" ");
  return programOnTerminal(["sh", "-c", line], env);
}

/** Starts any program on a terminal. */
export function programOnTerminal(argv: string[], env: NodeJS.ProcessEnv, cwd?: string): Tw {
  const line = argv.map((word) => `'${word}'`).join(" ");
  const its = { ...options({ TERM: "xterm", ...env }), ...(cwd ? { cwd } : {}) };
  return watched(spawn("script", ["-qfec", line, "/dev/null"], its));
}

function options(env: NodeJS.ProcessEnv) {
  const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
  return {
    stdio,
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(import.meta.dirname, "../../node_modules/.cache"),
      ...env,
    },
  };
}

function watched(child: ChildProcess): Tw {
  const said: Said = { code: null, out: "", err: "" };
  child.stdout?.on("data", (bytes) => {
    said.out += bytes;
  });
  child.stderr?.on("data", (bytes) => {
    said.err += bytes;
  });
  const ended = new Promise<Said>((go) => child.once("close", (code) => go({ ...said, code })));
  return { child, said, ended };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Answers by path; what it does not know is `404`. `leave` drops every line and takes no new one. */
export async function fakeWorkspace(answers: { [path: string]: object | Answer }) {
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? "/", "http://x").pathname];
    if (typeof answer === "function") return answer(request, response);
    response.writeHead(answer ? 200 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { error: { message: "There is no such thing." } }));
  });
  await new Promise<void>((go) => server.listen(0, "127.0.0.1", go));
  const leave = async () => {
    const closed = new Promise((go) => server.close(go));
    server.closeAllConnections();
    await closed;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, leave };
}

/** Server-sent events that go on. */
export function stream(...events: { event: string; data: object }[]): Answer {
  return (_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": there\n\n");
    for (const { event, data } of events)
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
}
