/** One language server of one project: a program that speaks LSP over its stdin and stdout, kept warm, bound in memory, ended with the agent. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { MessageConnection } from "vscode-jsonrpc/node";
import type { ServerCapabilities } from "vscode-languageserver-protocol";
import { ActionFailed } from "./context.ts";
import { changesSince, lookAt, type Snapshot } from "./snapshot.ts";

export interface ServerSpec {
  /** As people know it: `typescript-language-server`, `tsc --lsp`. */
  name: string;
  /** What was found: `TypeScript 5.9.3`. */
  version: string | null;
  file: string;
  argv: string[];
  env: Record<string, string>;
  /** The directory it is started for. */
  project: string;
  extensions: string[];
  initializationOptions: object;
  /** Answers when it asks how it is configured, by section. */
  settings?: { [section: string]: object };
  memoryMb: number;
}
const START_MS = 60_000;
const MEMORY_EVERY_MS = 2_000;
const STDERR_CHARS = 2_000;
/** More changed files than this and a new server is as quick. */
const REREAD_FILES = 200;

const living = new Set<LanguageServer>();
process.on("exit", () => {
  for (const server of living) server.kill("the agent ends");
});

export class LanguageServer {
  readonly spec: ServerSpec;
  capabilities: ServerCapabilities = {};
  /** Why it is of no use any more. */
  gone: string | null = null;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #connection: MessageConnection;
  readonly #dead: Promise<never>;
  #watchesFiles = false;
  #seen: Snapshot;
  #stderr = "";
  #memory: NodeJS.Timeout;

  private constructor(spec: ServerSpec, rpc: typeof import("vscode-jsonrpc/node"), seen: Snapshot) {
    this.spec = spec;
    this.#seen = seen;
    // Its own group: a server starts programs of its own, and all of them have to go with it.
    this.#child = spawn(spec.file, spec.argv, { cwd: spec.project, env: spec.env, detached: true });
    living.add(this);
    this.#child.stderr.on("data", (bytes) => {
      this.#stderr = (this.#stderr + bytes).slice(-STDERR_CHARS);
    });
    this.#child.stdin.on("error", () => {});
    this.#dead = new Promise<never>((_, fail) => {
      const over = (why: string) => {
        this.kill(why);
        fail(new ServerGone(`${spec.name} ended: ${this.gone ?? why}`));
      };
      this.#child.once("error", (error) => over(error.message));
      this.#child.once("exit", (code, signal) =>
        over(`${signal ?? `exit code ${code}`} ${this.#stderr}`.trim()),
      );
    });
    this.#dead.catch(() => {});
    this.#connection = rpc.createMessageConnection(
      new rpc.StreamMessageReader(this.#child.stdout),
      new rpc.StreamMessageWriter(this.#child.stdin),
    );
    this.#connection.onError(() => {});
    this.#connection.onRequest("client/registerCapability", (params) => {
      const { registrations = [] } = (params ?? {}) as { registrations?: { method: string }[] };
      if (registrations.some(({ method }) => method === "workspace/didChangeWatchedFiles"))
        this.#watchesFiles = true;
      return null;
    });
    this.#connection.onRequest("workspace/configuration", (params) =>
      ((params as { items?: { section?: string }[] }).items ?? []).map(
        ({ section }) => spec.settings?.[section ?? ""] ?? null,
      ),
    );
    // It may ask for anything; nothing of it is done behind a person's back, above all no edit.
    this.#connection.onRequest("workspace/applyEdit", () => ({ applied: false }));
    this.#connection.onRequest(() => null);
    this.#connection.listen();
    this.#memory = setInterval(() => this.#checkMemory(), MEMORY_EVERY_MS).unref();
  }

  /** Starts it and waits until it is ready. Throws ActionFailed. */
  static async start(spec: ServerSpec): Promise<LanguageServer> {
    const rpc = await import("vscode-jsonrpc/node");
    const seen = await lookAt(spec.project, spec.extensions);
    const server = new LanguageServer(spec, rpc, seen);
    const root = pathToFileURL(spec.project).href;
    try {
      const answer = await server.#send<{ capabilities: ServerCapabilities }>(
        "initialize",
        {
          processId: process.pid,
          rootUri: root,
          rootPath: spec.project,
          workspaceFolders: [{ uri: root, name: "project" }],
          capabilities: CAPABILITIES,
          initializationOptions: spec.initializationOptions,
        },
        AbortSignal.timeout(START_MS),
      );
      server.capabilities = answer.capabilities;
      await server.notify("initialized", {});
      return server;
    } catch (error) {
      server.kill("it did not start");
      throw new ActionFailed(`${spec.name} did not start: ${(error as Error).message}`);
    }
  }

  /** What the files are now. False: this server cannot be told and a new one is needed. */
  async catchUp(): Promise<boolean> {
    if (this.gone !== null) return false;
    const now = await lookAt(this.spec.project, this.spec.extensions);
    const changes = changesSince(this.#seen, now);
    this.#seen = now;
    if (changes.config) return false;
    const all = [...changes.made, ...changes.changed, ...changes.removed];
    if (all.length === 0) return true;
    if (this.#watchesFiles) {
      const told = (files: string[], type: number) =>
        files.map((file) => ({ uri: pathToFileURL(file).href, type }));
      await this.notify("workspace/didChangeWatchedFiles", {
        changes: [...told(changes.made, 1), ...told(changes.changed, 2), ...told(changes.removed, 3)],
      });
      return true;
    }
    if (changes.made.length + changes.removed.length > 0 || changes.changed.length > REREAD_FILES)
      return false;
    // What is opened and closed again is read anew.
    for (const file of changes.changed) await this.withOpen([file], async () => {});
    return true;
  }

  /**
   * With these files open, as an editor would have them, and closed afterwards: from then on the disk counts again.
   * @param texts what a file would be, where that is not what is on disk
   */
  async withOpen<T>(
    files: string[],
    work: () => Promise<T>,
    texts: ReadonlyMap<string, string> = new Map(),
  ): Promise<T> {
    for (const file of files) {
      const text = (texts.get(file) ?? readFileSync(file, "utf8")).replace(/^\uFEFF/, "");
      const textDocument = { uri: pathToFileURL(file).href, languageId: languageOf(file), version: 1, text };
      await this.notify("textDocument/didOpen", { textDocument });
    }
    try {
      return await work();
    } finally {
      for (const file of files)
        await this.notify("textDocument/didClose", { textDocument: { uri: pathToFileURL(file).href } }).catch(
          () => {},
        );
    }
  }

  /** Asks and waits. Throws ServerGone when it dies over it, ActionFailed with what it says against it. */
  async request<T>(method: string, params: object, signal: AbortSignal): Promise<T> {
    try {
      return await this.#send<T>(method, params, signal);
    } catch (error) {
      if (error instanceof ServerGone || signal.aborted) throw error;
      throw new ActionFailed(`${this.spec.name} refuses: ${(error as Error).message}`);
    }
  }

  async #send<T>(method: string, params: object, signal: AbortSignal): Promise<T> {
    const { CancellationTokenSource } = await import("vscode-jsonrpc/node");
    const cancel = new CancellationTokenSource();
    let stop = () => {};
    const stopped = new Promise<never>((_, fail) => {
      stop = () => {
        cancel.cancel();
        fail(signal.reason instanceof Error ? signal.reason : new Error("stopped"));
      };
      if (signal.aborted) stop();
      else signal.addEventListener("abort", stop, { once: true });
    });
    stopped.catch(() => {});
    try {
      const answer = this.#connection.sendRequest<T>(method, params, cancel.token);
      answer.catch(() => {});
      return await Promise.race([answer, this.#dead, stopped]);
    } finally {
      signal.removeEventListener("abort", stop);
      cancel.dispose();
    }
  }

  async notify(method: string, params: object): Promise<void> {
    if (this.gone !== null) throw new ServerGone(`${this.spec.name} ended: ${this.gone}`);
    await this.#connection.sendNotification(method, params);
  }

  onNotification(method: string, hear: (params: unknown) => void): { dispose(): void } {
    return this.#connection.onNotification(method, hear);
  }

  /** Ends it with everything it started, at once: it holds nothing that is not on disk. */
  kill(why: string): void {
    if (this.gone !== null) return;
    this.gone = why;
    living.delete(this);
    clearInterval(this.#memory);
    const { pid } = this.#child;
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It is dead already.
    }
    this.#connection.dispose();
  }

  #checkMemory(): void {
    const mb = this.#child.pid === undefined ? 0 : memoryOf(this.#child.pid) / 1_048_576;
    // Its own limit makes it collect; a server that goes far past it is ended.
    if (mb > this.spec.memoryMb * 1.5)
      this.kill(`it took ${Math.round(mb)} MB of memory; ${this.spec.memoryMb} MB are allowed`);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }
}

/** The server died; a new one may do better. */
export class ServerGone extends Error {
  override name = "ServerGone";
}

const CAPABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  workspace: {
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
    configuration: true,
    workspaceFolders: true,
  },
  textDocument: {
    synchronization: {},
    rename: { prepareSupport: true },
    diagnostic: {},
    publishDiagnostics: {},
    definition: { linkSupport: false },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    formatting: {},
  },
};

const LANGUAGES: { [extension: string]: string } = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "typescriptreact",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascriptreact",
  py: "python",
  rs: "rust",
  rb: "ruby",
};
function languageOf(file: string): string {
  const extension = file.slice(file.lastIndexOf(".") + 1).toLowerCase();
  return LANGUAGES[extension] ?? extension;
}

/** Resident bytes of a process and all below it; 0 where that cannot be known. */
function memoryOf(pid: number): number {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1").trim();
    const below = children === "" ? [] : children.split(" ").map(Number);
    return pages * 4_096 + below.reduce((sum, child) => sum + memoryOf(child), 0);
  } catch {
    return 0;
  }
}
