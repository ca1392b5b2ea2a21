/** A workspace for tests: the four real Workers on a free port and a folder of their own, with the library and an owner. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bootstrap, consoleLink } from "../bootstrap.ts";
import { type Identity, newIdentity } from "../data-folder.ts";
import { loadLibrary } from "../library.ts";
import { type Server, type ServerSettings, startServer } from "../server.ts";
import { copyState } from "./prepared.ts";

export type Workspace = {
  url: string;
  /** The owner's. */
  token: string;
  tenant: string;
  /** The registered agent, and the token it connects with; none is started. */
  agent: { id: string; token: string };
  identity: Identity;
  /** For assertions and for what has no route. It is slow for hundreds of statements; use json_each. */
  db: D1Database;
  data: string;
  scheduled: Server["scheduled"];
  /** `fetch` with the owner's token and a JSON body. */
  request(
    path: string,
    init?: { method?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Response>;
  /** A fresh link that signs the owner in once, as the launcher prints it. */
  consoleUrl(): Promise<string>;
  /** Warnings and errors the Workers printed. */
  problems: string[];
  /** Stops the Workers; `keep` leaves the folder for another start. */
  stop(options?: { keep?: boolean }): Promise<void>;
};

export type WorkspaceOptions = Partial<Omit<ServerSettings, "state" | "linkKey">> & {
  /** Of an earlier workspace that was stopped with `keep`. */
  data?: string;
  identity?: Identity;
  ownerEmail?: string;
  /** false: no library, for a start that is quicker still. */
  library?: boolean;
};

/** Starts one; the caller stops it. */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "tw-test-")));
  const identity = options.identity ?? newIdentity(Date.now());
  const problems: string[] = [];
  const library = options.library !== false;
  const copied = !options.data && !options.root && (await copyState(join(data, "state"), library));
  const server = await startServer({
    ...options,
    state: join(data, "state"),
    linkKey: identity.linkKey,
    secretsKey: options.secretsKey ?? identity.secretsKey,
    receiptKey: identity.receiptKey,
    notifyWebhookKey: options.notifyWebhookKey ?? identity.notifyWebhookKey,
    onLog(level, message) {
      if (level === "warn" || level === "error") problems.push(`${level}: ${message}`);
      options.onLog?.(level, message);
    },
  });
  await bootstrap(server.db, identity, options.ownerEmail ?? "owner@example.com", Date.now());
  if (library && !copied) await loadLibrary(server.db);
  return {
    url: server.url,
    token: identity.ownerToken,
    tenant: identity.tenant,
    agent: { id: identity.agent, token: identity.agentToken },
    identity,
    db: server.db,
    data,
    scheduled: server.scheduled,
    problems,
    consoleUrl: () => consoleLink(server.db, identity, server.url, Date.now()),
    request: (path, init = {}) =>
      fetch(server.url + path, {
        method: init.method ?? (init.body === undefined ? "GET" : "POST"),
        headers: {
          authorization: `Bearer ${identity.ownerToken}`,
          // workerd ends a connection that has been idle for 5 s, just when a busy test might use it again.
          connection: "close",
          ...(init.body === undefined ? {} : { "content-type": "application/json" }),
          ...init.headers,
        },
        body: init.body === undefined ? undefined : JSON.stringify(init.body),
      }),
    async stop({ keep = false } = {}) {
      await server.stop();
      if (!keep) await rm(data, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
