/**
 * The real dispatcher in workerd with real D1 and real queues. Beside it a small tw-api that owns the hub and writes down
 * what the dispatcher tells it, since nothing here connects agents.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createRun, type NewRun } from "@tw/shared/db/create-run";
import { createUser } from "@tw/shared/db/users";
import { newId } from "@tw/shared/ids";
import { Miniflare, NoOpLog } from "miniflare";
import { bundleWorkers } from "../../../local/src/bundle.ts";
import { migrate } from "../../../local/src/migrations.ts";
import { startTicks } from "../../../local/src/ticks.ts";
import { miniflareWorker, readConfig } from "../../../local/src/workers.ts";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");
export const TENANT = "ten_test";

export interface QueueResult {
  outcome: string;
  ackAll: boolean;
  explicitAcks: string[];
  retryMessages: { msgId: string; delaySeconds?: number }[];
}
export interface Workbench {
  db: D1Database;
  /** Runs a consumer with messages made by hand, as the platform would: twice, out of order, late, with any body. */
  deliver(
    queue: string,
    messages: { id?: string; body: unknown; attempts?: number; timestamp?: Date }[],
  ): Promise<QueueResult>;
  /** Sends through the real queue. */
  hint(runIds: string[]): Promise<void>;
  sweep(): Promise<void>;
  /** Calls the cron handler again and again, as the launcher does, until the returned function is called. */
  tick(everyMs: number): () => Promise<void>;
  run(plan: NewRun["plan"], more?: Partial<NewRun>): Promise<string>;
  /** Warnings and errors the dispatcher printed. */
  problems: string[];
  stop(): Promise<void>;
}

const HUB = `import { DurableObject } from "cloudflare:workers";
export class AgentHub extends DurableObject { async committed() {} }
export default { fetch: () => new Response(null, { status: 404 }) };`;

export async function startWorkbench(): Promise<Workbench> {
  const state = await mkdtemp(join(tmpdir(), "tw-dispatcher-"));
  const config = await readConfig(ROOT, "dispatcher");
  const code = await bundleWorkers(ROOT, ["dispatcher"]);
  const problems: string[] = [];
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const producers = Object.fromEntries(
    config.queues.producers.map(({ binding, queue }) => [binding, { type: "queue" as const, name: queue }]),
  );
  const miniflare = new Miniflare({
    host: "127.0.0.1",
    port: 0,
    cf: false,
    log: new NoOpLog(),
    logRequests: false,
    resourcePersistencePath: state,
    // Apart from every other workspace of this machine.
    enableDevRegistry: false,
    unsafeLocalExplorer: false,
    unsafeObservability: false,
    handleStructuredLogs: ({ level, message }) => {
      if (level === "warn" || level === "error") problems.push(`${level}: ${message}`);
    },
    workers: [
      miniflareWorker(config, code.get("dispatcher") ?? "", { ALLOW_PRIVATE_FETCH: "true" }, undefined),
      {
        config: {
          name: "tw-api",
          compatibilityDate: config.compatibility_date,
          env: producers,
          exports: { AgentHub: { type: "durable-object", storage: "sqlite" } },
          manifest: { mainModule: "hub.js", modules: { "hub.js": { type: "esm", contents: HUB } } },
        },
      },
    ],
  });
  await miniflare.ready;
  const db = (await miniflare.getD1Database("DB", "tw-dispatcher")) as unknown as D1Database;
  await migrate(db as never, join(ROOT, "migrations"));
  await db.prepare("INSERT INTO tenants (id, name, created_at) VALUES (?, 'Test', 0)").bind(TENANT).run();
  // A handler does what whoever asked for the run may do.
  const owner = {
    id: "usr_test",
    tenantId: TENANT,
    email: "test@example.com",
    name: "Test",
    role: "owner" as const,
  };
  await createUser(db, { ...owner, groups: [], slackUserId: null }, [], 0);
  const worker = await miniflare.getWorker("tw-dispatcher");
  const queue = await miniflare.getQueueProducer("RUNS", "tw-api");
  let delivered = 0;
  const sweep = async () => {
    const { outcome } = await worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() });
    if (outcome !== "ok") throw new Error(`the tick ended with ${outcome}`);
  };
  return {
    db,
    problems,
    deliver: async (name, messages) => {
      const made = messages.map((m) => ({
        id: `by-hand-${delivered++}`,
        timestamp: new Date(),
        attempts: 1,
        ...m,
      }));
      return (await worker.queue(name, made as never)) as unknown as QueueResult;
    },
    hint: async (runIds) => void (await queue.send({ v: 1, runs: runIds })),
    sweep,
    tick: (everyMs) => {
      const ticks = startTicks(
        (service) => (service === "dispatcher" ? sweep() : Promise.resolve()),
        everyMs,
        (m) => problems.push(m),
      );
      return () => ticks.stop();
    },
    run: async (plan, more = {}) => {
      const now = Date.now();
      const run = await createRun(
        db,
        {
          id: newId("run", now),
          tenantId: TENANT,
          plan,
          planDigest: "test",
          args: {},
          context: {},
          note: null,
          requestedBy: { id: "usr_test", name: "Test", type: "person" },
          ...more,
        },
        now,
      );
      return run.id;
    },
    stop: async () => {
      await miniflare.dispose();
      await rm(state, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
