/**
 * What a step costs in D1 rows, hints and round trips. The real verbs (openRuns, reconcile, leases, reports) run here
 * against the workspace's own D1, so that every row D1 would bill is seen; only the transport between them is left out.
 */

import { stepReport } from "@tw/shared/agents/step-report";
import type { Command } from "@tw/shared/contracts/definition";
import { commandInputSchema } from "@tw/shared/contracts/definition";
import { SYSTEM } from "@tw/shared/db/commands";
import { createRun, type NewRun } from "@tw/shared/db/create-run";
import { leaseJobs, reportJob } from "@tw/shared/db/jobs";
import { newId } from "@tw/shared/ids";
import { draftCommand } from "@tw/shared/library/draft-command";
import { compilePlan } from "@tw/shared/library/plan";
import { LIMITS } from "@tw/shared/limits";
import { openRuns } from "@tw/shared/reconcile/open-runs";
import { reconcile } from "@tw/shared/reconcile/reconcile";
import type { Tell } from "@tw/shared/reconcile/tell";
import { countingD1 } from "./counting-d1.ts";
import type { BenchCommand } from "./plans.ts";
import { round } from "./stats.ts";

export interface Cost {
  steps: number;
  rowsReadPerStep: number;
  rowsWrittenPerStep: number;
  roundTripsPerRun: number;
  hintsPerRun: number;
  /** At list prices: D1 rows, queue operations (three a hint), requests. */
  dollarsPerMillionSteps: number;
}

/** List prices of Cloudflare in dollars per million: rows read, rows written, queue operations, requests. */
const PRICE = { rowsRead: 0.001, rowsWritten: 1, queueOperations: 0.4, requests: 0.3 };

export class CostMeter {
  readonly #counted;
  readonly #db: D1Database;
  readonly #tenant: string;
  readonly #commands = new Map<string, Command>();
  #hints = 0;

  constructor(db: D1Database, tenant: string, commands: BenchCommand[]) {
    this.#counted = countingD1(db);
    this.#db = this.#counted.db;
    this.#tenant = tenant;
    for (const { slug, body } of commands)
      this.#commands.set(slug, draftCommand(SYSTEM, slug, commandInputSchema.parse(body), 0));
  }

  /** Run `slug` `runs` times at once, all in one group, and count. */
  async measure(slug: string, runs: number): Promise<Cost> {
    const ids: string[] = [];
    const before = Date.now();
    this.#counted.reset();
    this.#hints = 0;
    const asked = await Promise.all(Array.from({ length: runs }, () => this.#newRun(slug)));
    for (const opened of await openRuns(this.#db, asked, this.#tell(), before)) {
      if ("error" in opened) throw opened.error;
      ids.push(opened.run.id);
    }
    await this.#drive(ids);
    const counts = { ...this.#counted.counts };
    const done = await this.#db
      .prepare(
        "SELECT count(*) AS n FROM workflow_executions WHERE status = 'succeeded' AND created_at >= ?1 AND id IN (SELECT value FROM json_each(?2))",
      )
      .bind(before, JSON.stringify(ids))
      .first<{ n: number }>();
    if (done?.n !== runs) throw new Error(`${slug}: ${done?.n} of ${runs} runs succeeded`);
    const command = this.#commands.get(slug) as Command & {
      definition: { steps: { for_each?: unknown[] }[] };
    };
    const steps = command.definition.steps.reduce((n, s) => n + 1 + (s.for_each?.length ?? 0), 0) * runs;
    const dollars =
      counts.rowsRead * PRICE.rowsRead +
      counts.rowsWritten * PRICE.rowsWritten +
      this.#hints * 3 * PRICE.queueOperations +
      (runs + this.#hints) * PRICE.requests;
    return {
      steps,
      rowsReadPerStep: round(counts.rowsRead / steps),
      rowsWrittenPerStep: round(counts.rowsWritten / steps),
      roundTripsPerRun: round(counts.roundTrips / runs),
      hintsPerRun: round(this.#hints / runs),
      dollarsPerMillionSteps: round(dollars / steps),
    };
  }

  /** Round trips that reconcile needs for one batch of `runs` hints. */
  async roundTrips(slug: string, runs: number): Promise<number> {
    const ids: string[] = [];
    for (let i = 0; i < runs; i++)
      ids.push((await createRun(this.#db, await this.#newRun(slug), Date.now())).id);
    this.#counted.reset();
    await reconcile(this.#db, ids, this.#tell(), Date.now);
    return this.#counted.counts.roundTrips;
  }

  async #newRun(slug: string): Promise<NewRun> {
    const command = this.#commands.get(slug) as Command;
    const { plan, digest } = await compilePlan({
      command,
      args: {},
      context: {},
      cwd: null,
      // Nobody else's: the workspace's own agent must not take what is counted here.
      agent: { id: "agt_bench" },
      soleApprover: true,
      lookup: async (wanted) => this.#commands.get(wanted) ?? null,
    });
    return {
      id: newId("run", Date.now()),
      tenantId: this.#tenant,
      plan,
      planDigest: digest,
      args: {},
      context: {},
      note: null,
      requestedBy: { id: "usr_bench", name: "bench", type: "person" },
    };
  }

  async #drive(ids: string[]): Promise<void> {
    for (;;) {
      const now = Date.now();
      const jobs = await leaseJobs(
        this.#db,
        {
          tenantId: this.#tenant,
          kind: "agent",
          agentId: "agt_bench",
          labels: [],
          requestId: newId("txn", now),
          max: 8,
          leaseMs: LIMITS.leaseMs,
          runIds: ids,
        },
        now,
      );
      if (jobs.length === 0) return;
      for (const job of jobs) {
        await reportJob(
          this.#db,
          {
            tenantId: this.#tenant,
            agentId: "agt_bench",
            job: job.job,
            fence: job.fence,
            seq: 1,
            steps: job.steps.map((step) => stepReport(step, "succeeded", { outputs: {}, duration_ms: 1 })),
            done: true,
          },
          Date.now(),
        );
        this.#hints += 1;
      }
      await reconcile(this.#db, [...new Set(jobs.map((j) => j.run))], this.#tell(), Date.now);
    }
  }

  #tell(): Tell {
    return {
      hint: async (_queue, runIds) => {
        this.#hints += Math.ceil(runIds.length / LIMITS.hintRuns);
      },
      hub: async () => {},
    };
  }
}
