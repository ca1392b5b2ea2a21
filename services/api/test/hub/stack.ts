/** A hub on workerd with a database of its own, and rows to put into it. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stepReport } from "@tw/shared/agents/step-report";
import type { JobStep, StepReport } from "@tw/shared/contracts/agent-protocol";
import type { RunEvent } from "@tw/shared/engine/state";
import { newId } from "@tw/shared/ids";
import { hashToken, newToken } from "@tw/shared/tokens";
import { build } from "esbuild";
import { Miniflare, NoOpLog } from "miniflare";
import { migrate } from "../../../../local/src/migrations.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");

export interface Stack {
  url: string;
  tenant: string;
  /** The owner's token. */
  token: string;
  db: D1Database;
  /** Warnings and errors the Worker printed. */
  problems: string[];
  request(
    path: string,
    init?: {
      method?: string;
      body?: unknown;
      token?: string;
      headers?: Record<string, string>;
      signal?: AbortSignal;
    },
  ): Promise<Response>;
  newAgent(labels?: string[]): Promise<{ id: string; token: string }>;
  committed(
    note: Partial<{
      nudge: boolean;
      cancel: string[];
      runs: { id: string; seq: number; terminal: boolean }[];
    }>,
  ): Promise<void>;
  stop(): Promise<void>;
}

export async function startStack(): Promise<Stack> {
  const state = await mkdtemp(join(tmpdir(), "tw-hub-"));
  const built = await build({
    entryPoints: [join(import.meta.dirname, "worker.ts")],
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2024",
    platform: "neutral",
    mainFields: ["browser", "module", "main"],
    conditions: ["workerd", "worker", "browser", "import", "default"],
    external: ["node:*", "cloudflare:*"],
    logLevel: "silent",
  });
  process.env.CLOUDFLARE_CF_FETCH_ENABLED = "false";
  const problems: string[] = [];
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
      {
        config: {
          name: "tw-api",
          compatibilityDate: "2026-10-01",
          compatibilityFlags: ["nodejs_compat"],
          env: {
            DB: { type: "d1", id: "hub-test" },
            RUNS: { type: "queue", name: "tw-runs" },
            HUB: { type: "durable-object", worker: "tw-api", exportName: "AgentHub" },
          },
          triggers: [
            {
              type: "queue",
              name: "tw-runs",
              maxBatchSize: 100,
              maxBatchTimeout: 0,
              maxRetries: 1,
              retryDelay: 1,
            },
          ],
          exports: { AgentHub: { type: "durable-object", storage: "sqlite" } },
          manifest: {
            mainModule: "index.js",
            modules: { "index.js": { type: "esm", contents: built.outputFiles[0]!.text } },
          },
        },
      },
    ],
  });
  const url = (await miniflare.ready).origin;
  const db = (await miniflare.getD1Database("DB", "tw-api")) as unknown as D1Database;
  await migrate(db, join(ROOT, "migrations"));
  await db.prepare("CREATE TABLE test_hints (run_id TEXT)").run();
  const tenant = newId("tenant", Date.now());
  const token = newToken();
  await db.batch([
    db.prepare("INSERT INTO tenants (id, name, created_at) VALUES (?, 'test', 0)").bind(tenant),
    db
      .prepare(
        "INSERT INTO users (id, tenant_id, email, name, role, created_at, updated_at) VALUES ('usr_1', ?, 'o@example.com', 'Olga', 'owner', 0, 0)",
      )
      .bind(tenant),
    db
      .prepare(
        "INSERT INTO tokens (hash, id, tenant_id, type, user_id, name, scopes_json, created_at) VALUES (?, 'tok_1', ?, 'person', 'usr_1', 'owner', '[\"admin\"]', 0)",
      )
      .bind(await hashToken(token), tenant),
  ]);
  const request: Stack["request"] = (path, init = {}) =>
    fetch(url + path, {
      method: init.method ?? (init.body === undefined ? "GET" : "POST"),
      headers: {
        authorization: `Bearer ${init.token ?? token}`,
        ...(init.body === undefined ? {} : { "content-type": "application/json" }),
        ...init.headers,
      },
      body: init.body === undefined ? undefined : JSON.stringify(init.body),
      signal: init.signal,
    });
  return {
    url,
    tenant,
    token,
    db,
    problems,
    request,
    async newAgent(labels = []) {
      const answer = await request("/api/agents", { body: { name: "laptop", labels } });
      const { agent, token } = (await answer.json()) as { agent: { id: string }; token: string };
      return { id: agent.id, token };
    },
    async committed(note) {
      await request(`/test/committed/${tenant}`, { body: { nudge: false, cancel: [], runs: [], ...note } });
    },
    async stop() {
      await miniflare.dispose();
      await rm(state, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

let runs = 0;
/** A running run with one event, and its id. */
export async function addRun(stack: Stack): Promise<string> {
  const id = newId("run", Date.now() + runs++);
  await stack.db
    .prepare(
      `INSERT INTO workflow_executions (id, tenant_id, command, command_version, status, txn, event_seq, next_check_at, plan_json, plan_digest, requested_by_json, created_at)
       VALUES (?, ?, 'x', 1, 'running', 'txn_0', 0, 1, '{}', 'digest', '{}', 0)`,
    )
    .bind(id, stack.tenant)
    .run();
  return id;
}

/** Commits events of a run, as the dispatcher does, without telling the hub. */
export async function addEvents(
  stack: Stack,
  run: string,
  from: number,
  types: string[],
  status = "running",
): Promise<void> {
  const events: RunEvent[] = types.map((type, i) => ({ seq: from + i, type, at: 1, data: {} }));
  const last = from + types.length - 1;
  const over = ["succeeded", "failed", "cancelled", "rejected"].includes(status);
  await stack.db.batch([
    stack.db
      .prepare(
        "INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json) VALUES (?, ?, ?, ?, 1, 'txn_1', ?)",
      )
      .bind(run, last, stack.tenant, from, JSON.stringify(events)),
    stack.db
      .prepare(
        "UPDATE workflow_executions SET event_seq = ?, status = ?, finished_at = ?, version = version + 1 WHERE id = ?",
      )
      .bind(last, status, over ? 1 : null, run),
  ]);
}

export function step(id: string, attempt = 1): JobStep {
  return { step: id, attempt, command: "echo", effect: "read", timeout_s: 10 };
}

/** A queued job of the run. */
export async function addJob(
  stack: Stack,
  run: string,
  options: Partial<{
    steps: JobStep[];
    labels: string[];
    agent: string;
    fence: number;
    purpose: string;
  }> = {},
): Promise<string> {
  const steps = options.steps ?? [step("build")];
  const purpose = options.purpose ?? "forward";
  const id = `job_${run.slice(4)}.${steps[0]!.step}.${steps[0]!.attempt}${purpose === "rollback" ? ".undo" : ""}`;
  await stack.db
    .prepare(
      `INSERT INTO jobs (id, tenant_id, run_id, kind, purpose, status, steps_json, wanted_agent_id, labels_json, headroom, fence, created_at)
       VALUES (?, ?, ?, 'agent', ?, 'queued', ?, ?, ?, 3, ?, ?)`,
    )
    .bind(
      id,
      stack.tenant,
      run,
      purpose,
      JSON.stringify(steps),
      options.agent ?? null,
      JSON.stringify(options.labels ?? []),
      options.fence ?? 1,
      Date.now(),
    )
    .run();
  return id;
}

/** A report of a step that took a millisecond. */
export function reported(id: string, state: StepReport["state"], attempt = 1): StepReport {
  return stepReport({ step: id, attempt }, state, {
    exit_code: state === "succeeded" ? 0 : null,
    duration_ms: 1,
  });
}

/** Waits until `look` gives something true; fails after thirty seconds. */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
): Promise<T> {
  const end = Date.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
