import type { Json } from "../contracts/json.ts";
import type { Plan } from "../contracts/plan.ts";
import type { Actor, Run, RunEvent, Step } from "../engine/state.ts";
import { Refusal } from "../errors.ts";
import { newId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { auditStatement } from "./audit.ts";
import { type Row, runFromRow, STEP_COLUMNS, stepToRow } from "./rows.ts";
import { once } from "./write.ts";

export interface NewRun {
  /** Made by the caller with `newId("run", now)`, or derived from its idempotency key: the same id never makes two runs. */
  id: string;
  tenantId: string;
  plan: Plan;
  planDigest: string;
  args: { [name: string]: Json };
  context: { [name: string]: Json };
  note: string | null;
  requestedBy: Actor;
  parentRunId?: string | null;
  rerunOf?: string | null;
  /** Settled steps that a rerun keeps. */
  keep?: Step[];
}

const STAMPED = "EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ?1 AND w.txn = ?2)";

/**
 * Store a run, ready to be looked at: its row, its first event and an audit entry, all or nothing.
 * With the id of a run that exists already that run is given back and nothing changes.
 * @throws Refusal `conflict` when its concurrency group is taken and says `refuse`
 */
export async function createRun(db: D1Database, n: NewRun, now: number): Promise<Run> {
  const stamp = newId("txn", now);
  const group = n.plan.concurrency?.group ?? null;
  const refuse = n.plan.concurrency?.on_conflict === "refuse";
  const event: RunEvent = {
    seq: 1,
    type: "run.created",
    at: now,
    data: {
      status: "queued",
      rollback: "none",
      command: n.plan.command,
      version: n.plan.version,
      requested_by: { ...n.requestedBy },
    },
  };
  const statements = [
    db
      .prepare(
        `INSERT INTO workflow_executions (id, tenant_id, command, command_version, status, txn, event_seq, next_check_at, plan_json, plan_digest,
           args_json, context_json, note, requested_by_json, parent_run_id, rerun_of, concurrency_group, created_at, deadline_at)
         SELECT ?1, ?3, ?4, ?5, 'queued', ?2, 1, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17
         WHERE NOT (?18 AND EXISTS (SELECT 1 FROM workflow_executions o WHERE o.tenant_id = ?3 AND o.concurrency_group = ?15 AND o.next_check_at IS NOT NULL))
         ON CONFLICT (id) DO NOTHING`,
      )
      .bind(
        n.id,
        stamp,
        n.tenantId,
        n.plan.command,
        n.plan.version,
        now + LIMITS.firstCheckMs,
        JSON.stringify(n.plan),
        n.planDigest,
        JSON.stringify(n.args),
        JSON.stringify(n.context),
        n.note,
        JSON.stringify(n.requestedBy),
        n.parentRunId ?? null,
        n.rerunOf ?? null,
        group,
        now,
        now + n.plan.timeout_s * 1000,
        refuse ? 1 : 0,
      ),
    db
      .prepare(
        `INSERT INTO run_events (run_id, seq, tenant_id, first_seq, at, txn, events_json) SELECT ?1, 1, ?3, 1, ?4, ?2, ?5 WHERE ${STAMPED}`,
      )
      .bind(n.id, stamp, n.tenantId, now, JSON.stringify([event])),
    auditStatement(
      db,
      {
        tenantId: n.tenantId,
        at: now,
        actor: n.requestedBy,
        action: "run.create",
        target: n.id,
        detail: { command: n.plan.command, version: n.plan.version, plan_digest: n.planDigest },
      },
      {
        sql: "EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ?7 AND w.txn = ?8)",
        values: [n.id, stamp],
      },
    ),
  ];
  if (n.keep?.length) {
    statements.push(
      db
        .prepare(
          `INSERT INTO step_executions (${STEP_COLUMNS.join(", ")})
           SELECT ${STEP_COLUMNS.map((c) => `d.value ->> '$.${c}'`).join(", ")} FROM json_each(?3) d WHERE ${STAMPED}`,
        )
        .bind(n.id, stamp, JSON.stringify(n.keep.map((s) => stepToRow(n.id, n.tenantId, s)))),
    );
  }
  if (n.plan.concurrency?.on_conflict === "supersede") {
    const cancel = { by: n.requestedBy, reason: `superseded by ${n.id}` };
    statements.push(
      db
        .prepare(
          `UPDATE workflow_executions SET cancel_requested_at = ?4, cancel_json = ?5, version = version + 1, next_check_at = ?4
           WHERE tenant_id = ?3 AND concurrency_group = ?6 AND next_check_at IS NOT NULL AND id <> ?1 AND outcome IS NULL
             AND cancel_requested_at IS NULL AND ${STAMPED}`,
        )
        .bind(n.id, stamp, n.tenantId, now, JSON.stringify(cancel), group),
    );
  } else if (group !== null) {
    // Older runs that wait at a question which a newer run makes moot.
    const cancel = { by: n.requestedBy, reason: `superseded by ${n.id}` };
    statements.push(
      db
        .prepare(
          `UPDATE workflow_executions SET cancel_requested_at = ?4, cancel_json = ?5, version = version + 1, next_check_at = ?4
           WHERE tenant_id = ?3 AND concurrency_group = ?6 AND next_check_at IS NOT NULL AND id <> ?1 AND outcome IS NULL
             AND cancel_requested_at IS NULL AND ${STAMPED}
             AND EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.run_id = workflow_executions.id AND c.status = 'pending'
               AND json_extract(c.policy_json, '$.supersede') = 1)`,
        )
        .bind(n.id, stamp, n.tenantId, now, JSON.stringify(cancel), group),
    );
  }
  const read = db
    .prepare("SELECT * FROM workflow_executions WHERE id = ?1 AND tenant_id = ?2")
    .bind(n.id, n.tenantId);
  const row = await once<Row | null>(
    async () => ((await db.batch<Row>([...statements, read])).at(-1)?.results[0] ?? null) as Row | null,
    () => read.first<Row>(),
    (found) => found !== null,
  );
  if (row) return runFromRow(row);
  throw new Refusal(
    "conflict",
    `Another run of concurrency group ${JSON.stringify(group)} is not over yet, and ${n.plan.command} says to refuse then.`,
  );
}
