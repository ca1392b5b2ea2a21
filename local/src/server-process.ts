/** The server part as a process of its own: told what to do by its parent, and ended with it. */
import { flushCompileCache } from "node:module";
import { bootstrap, consoleLink } from "./bootstrap.ts";
import type { Identity } from "./data-folder.ts";
import { loadLibrary } from "./library.ts";
import { type Server, type ServerSettings, startServer } from "./server.ts";

/** From the parent, once. */
export type ServerOrder = {
  settings: Omit<ServerSettings, "onLog" | "linkKey" | "secretsKey" | "receiptKey">;
  identity: Identity;
  ownerEmail: string;
};
/** To the parent. */
export type ServerNews = { ready: { url: string; consoleUrl: string } } | { failed: string };

let server: Server | undefined;
let stopping = false;

async function stop(code: number): Promise<never> {
  if (!stopping) {
    stopping = true;
    // Miniflare ends workerd when this process exits, however long its own shutdown would take.
    setTimeout(() => process.exit(code || 1), 2_500).unref();
    await server?.stop().catch(() => {});
    process.exit(code);
  }
  return new Promise(() => {});
}

// Ctrl-C reaches every process of the terminal; the parent decides what happens then.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => void stop(0));
process.on("disconnect", () => void stop(0));
process.once("message", (order: ServerOrder) => void start(order));

async function start({ settings, identity, ownerEmail }: ServerOrder): Promise<void> {
  try {
    server = await startServer({
      ...settings,
      linkKey: identity.linkKey,
      secretsKey: identity.secretsKey,
      receiptKey: identity.receiptKey,
      notifyWebhookKey: identity.notifyWebhookKey,
      onLog: (level, message) => {
        const line = `${new Date().toISOString()} ${level} ${message}\n`;
        (level === "error" || level === "warn" ? process.stderr : process.stdout).write(line);
      },
    });
    await bootstrap(server.db, identity, ownerEmail, Date.now());
    await loadLibrary(server.db);
    const consoleUrl = await consoleLink(server.db, identity, server.url, Date.now());
    tell({ ready: { url: server.url, consoleUrl } });
    // Now, and not only at an orderly end: a killed server should start quickly again too.
    flushCompileCache();
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
    await stop(1);
  }
}

function tell(news: ServerNews): void {
  if (process.connected) process.send?.(news);
}
