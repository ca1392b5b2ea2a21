/**
 * New runs: their rows, first events and audit entries, all or nothing for each run. What can be decided at once is stored
 * decided (`reconcile/open-runs.ts`), so that a run that needs nobody is over with the one commit that makes it.
 */
import type { Json } from "../contracts/json.ts";
import type { Plan } from "../contracts/plan.ts";
import type { Decision } from "../engine/decide.ts";
import type { Actor, Run, RunEvent, Step } from "../engine/state.ts";
import { Refusal } from "../errors.ts";
import { newId } from "../ids.ts";
import { LIMITS } from "../limits.ts";
import { COMMIT_RUNS_SQL, chunks } from "./commit-runs.ts";
import { checkpointToRow, jobToRow, type Row, runFromRow, stepToRow } from "./rows.ts";
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

/** A run as it is to be stored. */
export interface Opening {
  run: Run;
  keep: Step[];
  /** What follows at once; null leaves that to the first hint. */
  decision: Decision | null;
}

const field = (column: string) => `d.value ->> '$.${column}'`;
const RUN_COLUMNS = [
  "id",
  "tenant_id",
  "command",
  "command_version",
  "status",
  "rollback_status",
  "event_seq",
  "fence",
  "next_check_at",
  "plan_json",
  "plan_digest",
  "args_json",
  "context_json",
  "note",
  "requested_by_json",
  "parent_run_id",
  "rerun_of",
  "concurrency_group",
  "outcome",
  "created_at",
  "started_at",
  "finished_at",
  "deadline_at",
  "error_json",
] as const;

export const CREATE_RUNS_SQL = {
  /** `refuse`: not while another run of its concurrency group is not over. */
  runs: `INSERT INTO workflow_executions (${RUN_COLUMNS.join(", ")}, txn)
         SELECT ${RUN_COLUMNS.map(field).join(", ")}, ?2 FROM json_each(?1) d
         WHERE NOT (${field("refuse")} AND EXISTS (SELECT 1 FROM workflow_executions o
           WHERE o.tenant_id = ${field("tenant_id")} AND o.concurrency_group = ${field("concurrency_group")} AND o.next_check_at IS NOT NULL))
         ON CONFLICT (id) DO NOTHING`,
  audit: `INSERT INTO audit (tenant_id, seq, at, actor_json, action, target, detail_json)
          SELECT ${field("tenant_id")}, (SELECT coalesce(max(seq), 0) FROM audit WHERE tenant_id = ${field("tenant_id")})
              + row_number() OVER (PARTITION BY ${field("tenant_id")} ORDER BY d.key),
            ${field("created_at")}, ${field("requested_by_json")}, 'run.create', ${field("id")}, ${field("detail_json")}
          FROM json_each(?1) d WHERE EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ${field("id")} AND w.txn = ?2)`,
  /** Every live run of the group is asked to stop, or only those that wait at a question which a newer run makes moot. */
  supersede: `UPDATE workflow_executions SET cancel_requested_at = ?4, cancel_json = ?5, version = version + 1, next_check_at = ?4
              WHERE tenant_id = ?3 AND concurrency_group = ?6 AND next_check_at IS NOT NULL AND id <> ?1 AND outcome IS NULL
                AND cancel_requested_at IS NULL AND EXISTS (SELECT 1 FROM workflow_executions w WHERE w.id = ?1 AND w.txn = ?2)
                AND (?7 OR EXISTS (SELECT 1 FROM command_checkpoints c WHERE c.run_id = workflow_executions.id AND c.status = 'pending'
                  AND json_extract(c.policy_json, '$.supersede') = 1))`,
  stamps: "SELECT id, txn FROM workflow_executions WHERE id IN (SELECT value FROM json_each(?1))",
} as const;

/** The run as it is before anything was decided about it. */
export function newRun(n: NewRun, now: number): Run {
  return {
    id: n.id,
    tenantId: n.tenantId,
    command: n.plan.command,
    commandVersion: n.plan.version,
    status: "queued",
    rollbackStatus: "none",
    version: 1,
    txn: "",
    eventSeq: 1,
    fence: 0,
    nextCheckAt: now + LIMITS.firstCheckMs,
    throws: 0,
    plan: n.plan,
    planDigest: n.planDigest,
    args: n.args,
    context: n.context,
    note: n.note,
    requestedBy: n.requestedBy,
    parentRunId: n.parentRunId ?? null,
    rerunOf: n.rerunOf ?? null,
    concurrencyGroup: n.plan.concurrency?.group ?? null,
    outcome: null,
    cancelRequestedAt: null,
    cancel: null,
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    deadlineAt: now + n.plan.timeout_s * 1000,
    error: null,
  };
}

/**
 * Store runs in one D1 batch of set-based statements, whose number does not grow with the number of runs. A run with a concurrency
 * group goes alone: what its group says is looked at by the statement that stores it.
 * @returns ids of the runs this call made. Of the others a run with that id was there already, or the group refused it.
 */
export async function createRuns(
  db: D1Database,
  openings: Opening[],
  stamp: string,
  now: number,
): Promise<Set<string>> {
  const grouped = openings.find(({ run }) => run.concurrencyGroup !== null);
  if (grouped && openings.length > 1)
    throw new Error(`${grouped.run.id} has a concurrency group and must be stored alone`);
  const statements: D1PreparedStatement[] = [];
  const add = (sql: string, rows: Row[], ...more: unknown[]) => {
    for (const json of chunks(rows)) statements.push(db.prepare(sql).bind(json, stamp, ...more));
  };
  add(CREATE_RUNS_SQL.runs, openings.map(runRow));
  add(COMMIT_RUNS_SQL.steps, openings.flatMap(stepRows));
  const decided = openings.flatMap(({ decision }) => decision ?? []);
  add(
    COMMIT_RUNS_SQL.jobs,
    decided.flatMap((d) => d.jobs.map(jobToRow)),
  );
  add(
    COMMIT_RUNS_SQL.checkpoints,
    decided.flatMap((d) => d.checkpoints.map(checkpointToRow)),
  );
  add(COMMIT_RUNS_SQL.events, openings.map(eventRow));
  add(
    COMMIT_RUNS_SQL.usage,
    decided.filter((d) => d.run.startedAt !== null).map((d) => ({ id: d.run.id })),
  );
  add(CREATE_RUNS_SQL.audit, openings.map(auditRow));
  if (grouped) statements.push(supersede(db, grouped.run, stamp, now));
  const ids = JSON.stringify(openings.map(({ run }) => run.id));
  const stamps = db.prepare(CREATE_RUNS_SQL.stamps).bind(ids);
  const mine = (rows: { id: string; txn: string }[]) => rows.filter(({ txn }) => txn === stamp);
  const made = await once(
    async () =>
      mine((await db.batch<{ id: string; txn: string }>([...statements, stamps])).at(-1)?.results ?? []),
    async () => mine((await stamps.all<{ id: string; txn: string }>()).results),
    (found) => found.length > 0,
  );
  return new Set(made.map(({ id }) => id));
}

/**
 * Store one run as it was asked for, to be looked at by the first hint.
 * With the id of a run that exists already that run is given back and nothing changes.
 * @throws Refusal `conflict` when its concurrency group is taken and says `refuse`
 */
export async function createRun(db: D1Database, n: NewRun, now: number): Promise<Run> {
  const run = newRun(n, now);
  const stamp = newId("txn", now);
  const made = await createRuns(db, [{ run, keep: n.keep ?? [], decision: null }], stamp, now);
  if (made.has(run.id)) return { ...run, txn: stamp };
  return existing(db, run);
}

/** The run that has this id already. @throws Refusal `conflict` when there is none: its concurrency group refused it */
export async function existing(db: D1Database, { id, tenantId, plan, concurrencyGroup }: Run): Promise<Run> {
  const row = await db
    .prepare("SELECT * FROM workflow_executions WHERE id = ?1 AND tenant_id = ?2")
    .bind(id, tenantId)
    .first<Row>();
  if (row) return runFromRow(row);
  throw new Refusal(
    "conflict",
    `Another run of concurrency group ${JSON.stringify(concurrencyGroup)} is not over yet, and ${plan.command} says to refuse then.`,
  );
}

function runRow({ run: asked, decision }: Opening): Row {
  const run = decision?.run ?? asked;
  return {
    id: run.id,
    tenant_id: run.tenantId,
    command: run.command,
    command_version: run.commandVersion,
    status: run.status,
    rollback_status: run.rollbackStatus,
    event_seq: run.eventSeq,
    fence: run.fence,
    next_check_at: run.nextCheckAt,
    plan_json: JSON.stringify(run.plan),
    plan_digest: run.planDigest,
    args_json: JSON.stringify(run.args),
    context_json: JSON.stringify(run.context),
    note: run.note,
    requested_by_json: JSON.stringify(run.requestedBy),
    parent_run_id: run.parentRunId,
    rerun_of: run.rerunOf,
    concurrency_group: run.concurrencyGroup,
    outcome: run.outcome,
    created_at: run.createdAt,
    started_at: run.startedAt,
    finished_at: run.finishedAt,
    deadline_at: run.deadlineAt,
    error_json: run.error === null ? null : JSON.stringify(run.error),
    refuse: run.plan.concurrency?.on_conflict === "refuse" ? 1 : 0,
  };
}

function stepRows({ run, keep, decision }: Opening): Row[] {
  const steps = new Map([...keep, ...(decision?.steps ?? [])].map((step) => [step.id, step]));
  return [...steps.values()].map((step) => stepToRow(run.id, run.tenantId, step));
}

/** One commit, one row: that it was created, and all that followed at once. */
function eventRow({ run, decision }: Opening): Row {
  const created: RunEvent = {
    seq: 1,
    type: "run.created",
    at: run.createdAt,
    data: {
      status: "queued",
      rollback: "none",
      command: run.command,
      version: run.commandVersion,
      requested_by: { ...run.requestedBy },
    },
  };
  const events = [created, ...(decision?.events ?? [])];
  return {
    run_id: run.id,
    seq: events.length,
    tenant_id: run.tenantId,
    first_seq: 1,
    at: run.createdAt,
    events_json: JSON.stringify(events),
  };
}

function auditRow({ run }: Opening): Row {
  return {
    id: run.id,
    tenant_id: run.tenantId,
    created_at: run.createdAt,
    requested_by_json: JSON.stringify(run.requestedBy),
    detail_json: JSON.stringify({
      command: run.command,
      version: run.commandVersion,
      plan_digest: run.planDigest,
    }),
  };
}

function supersede(db: D1Database, run: Run, stamp: string, now: number): D1PreparedStatement {
  const cancel = JSON.stringify({ by: run.requestedBy, reason: `superseded by ${run.id}` });
  const all = run.plan.concurrency?.on_conflict === "supersede" ? 1 : 0;
  return db
    .prepare(CREATE_RUNS_SQL.supersede)
    .bind(run.id, stamp, run.tenantId, now, cancel, run.concurrencyGroup, all);
}
