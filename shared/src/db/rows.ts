/** Rows of D1 to objects of the engine and back. The only place that knows the columns' names. */
import type { Checkpoint, Job, Run, Step } from "../engine/state.ts";

export type Row = { [column: string]: unknown };

function parse<T>(text: unknown): T {
  return (text === null || text === undefined ? null : JSON.parse(text as string)) as T;
}
function text(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

export function runFromRow(r: Row): Run {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    command: r.command as string,
    commandVersion: r.command_version as number,
    status: r.status as Run["status"],
    rollbackStatus: r.rollback_status as Run["rollbackStatus"],
    version: r.version as number,
    txn: r.txn as string,
    eventSeq: r.event_seq as number,
    fence: r.fence as number,
    nextCheckAt: r.next_check_at as number | null,
    throws: r.throws as number,
    plan: parse(r.plan_json),
    planDigest: r.plan_digest as string,
    args: parse(r.args_json),
    context: parse(r.context_json),
    note: r.note as string | null,
    requestedBy: parse(r.requested_by_json),
    parentRunId: r.parent_run_id as string | null,
    rerunOf: r.rerun_of as string | null,
    concurrencyGroup: r.concurrency_group as string | null,
    outcome: r.outcome as Run["outcome"],
    cancelRequestedAt: r.cancel_requested_at as number | null,
    cancel: parse(r.cancel_json),
    createdAt: r.created_at as number,
    startedAt: r.started_at as number | null,
    finishedAt: r.finished_at as number | null,
    deadlineAt: r.deadline_at as number | null,
    error: parse(r.error_json),
  };
}

export function stepFromRow(r: Row): Step {
  const item = r.item_json as string | null;
  return {
    id: r.id as string,
    status: r.status as Step["status"],
    attempt: r.attempt as number,
    maxAttempts: r.max_attempts as number,
    position: r.position as number,
    jobId: r.job_id as string | null,
    agentId: r.agent_id as string | null,
    exitCode: r.exit_code as number | null,
    outputs: parse(r.outputs_json),
    error: parse(r.error_json),
    wakeAt: r.wake_at as number | null,
    item: item === null ? undefined : JSON.parse(item),
    children: r.children as number | null,
    startedAt: r.started_at as number | null,
    startedSeq: r.started_seq as number | null,
    finishedAt: r.finished_at as number | null,
    rollbackStatus: r.rollback_status as Step["rollbackStatus"],
    rollbackAttempt: r.rollback_attempt as number,
    rollback: parse(r.rollback_json),
  };
}

/** A step as the row that `json_each` spreads into columns. Texts are already JSON where the column is. */
export function stepToRow(runId: string, tenantId: string, s: Step): Row {
  return {
    run_id: runId,
    id: s.id,
    tenant_id: tenantId,
    status: s.status,
    attempt: s.attempt,
    max_attempts: s.maxAttempts,
    position: s.position,
    job_id: s.jobId,
    agent_id: s.agentId,
    exit_code: s.exitCode,
    outputs_json: text(s.outputs),
    error_json: text(s.error),
    wake_at: s.wakeAt,
    item_json: s.item === undefined ? null : JSON.stringify(s.item),
    children: s.children,
    started_at: s.startedAt,
    started_seq: s.startedSeq,
    finished_at: s.finishedAt,
    rollback_status: s.rollbackStatus,
    rollback_attempt: s.rollbackAttempt,
    rollback_json: text(s.rollback),
  };
}
export const STEP_COLUMNS = Object.keys(stepToRow("", "", {} as Step));

export function jobFromRow(r: Row): Job {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    runId: r.run_id as string,
    kind: r.kind as Job["kind"],
    purpose: r.purpose as Job["purpose"],
    status: r.status as Job["status"],
    steps: parse(r.steps_json),
    wantedAgentId: r.wanted_agent_id as string | null,
    labels: parse(r.labels_json),
    headroom: r.headroom as number,
    fence: r.fence as number,
    agentId: r.agent_id as string | null,
    requestId: r.request_id as string | null,
    leaseExpiresAt: r.lease_expires_at as number | null,
    leasedAt: r.leased_at as number | null,
    cancelRequestedAt: r.cancel_requested_at as number | null,
    reportSeq: r.report_seq as number,
    reports: parse<Job["reports"] | null>(r.report_json) ?? [],
    createdAt: r.created_at as number,
    finishedAt: r.finished_at as number | null,
  };
}

/** A new job as the row that `json_each` spreads into columns; what only a lease or report sets is left out. */
export function jobToRow(j: Job): Row {
  return {
    id: j.id,
    tenant_id: j.tenantId,
    run_id: j.runId,
    kind: j.kind,
    purpose: j.purpose,
    status: j.status,
    steps_json: JSON.stringify(j.steps),
    wanted_agent_id: j.wantedAgentId,
    labels_json: JSON.stringify(j.labels),
    headroom: j.headroom,
    fence: j.fence,
    created_at: j.createdAt,
  };
}

export function checkpointFromRow(r: Row): Checkpoint {
  return {
    id: r.id as string,
    tenantId: r.tenant_id as string,
    runId: r.run_id as string,
    stepId: r.step_id as string,
    name: r.name as string,
    prompt: r.prompt as string,
    reason: r.reason as Checkpoint["reason"],
    status: r.status as Checkpoint["status"],
    policy: parse(r.policy_json),
    form: parse<Checkpoint["form"] | null>(r.form_json) ?? [],
    inputs: parse(r.inputs_json),
    planDigest: r.plan_digest as string,
    context: parse(r.context_json),
    announcedAt: r.announced_at as number | null,
    nextTellAt: (r.next_tell_at ?? null) as number | null,
    escalatedAt: (r.escalated_at ?? null) as number | null,
    changed: parse(r.changed_json),
    breakGlass: parse(r.break_glass_json),
    createdAt: r.created_at as number,
    expiresAt: r.expires_at as number | null,
    decidedAt: r.decided_at as number | null,
    decidedBy: parse(r.decided_by_json),
  };
}

/** A new checkpoint as the row that `json_each` spreads into columns. */
export function checkpointToRow(c: Checkpoint): Row {
  return {
    id: c.id,
    tenant_id: c.tenantId,
    run_id: c.runId,
    step_id: c.stepId,
    name: c.name,
    prompt: c.prompt,
    reason: c.reason,
    status: c.status,
    policy_json: JSON.stringify(c.policy),
    form_json: JSON.stringify(c.form),
    plan_digest: c.planDigest,
    context_json: JSON.stringify(c.context),
    created_at: c.createdAt,
    expires_at: c.expiresAt,
    next_tell_at: c.nextTellAt,
  };
}
