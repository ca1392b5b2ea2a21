/** From steps that may start to the job that runs them. */
import type { JobStep } from "../contracts/agent-protocol.ts";
import type { Json } from "../contracts/json.ts";
import type { PlanCall, PlanCondition, PlanStep, PlanValue } from "../contracts/plan.ts";
import { jobId } from "../ids.ts";
import { renderAction, renderRun, finalArgs as typedArgs } from "../library/render.ts";
import { LIMITS } from "../limits.ts";
import { type Draft, planOf, scopeOf, stepOf } from "./draft.ts";
import type { Job, Step } from "./state.ts";
import { resolveArgs, stepsRead, testCondition } from "./values.ts";

/** The final args of a step, checked against its parameters now that every earlier result is known. Throws a Refusal. */
export function finalArgs(draft: Draft, step: Step, call: PlanCall): { [name: string]: Json } {
  return typedArgs(call.parameters, resolveArgs(call.args, scopeOf(draft, step)));
}

/** One step as it travels in a job. Throws a Refusal when its args do not fit after all. */
export function renderStep(
  call: PlanCall,
  args: { [name: string]: Json },
  id: string,
  attempt: number,
  requires: PlanStep["requires"],
  /** The run's directory. */
  cwd: string | null,
): JobStep {
  const head = { step: id, attempt, command: call.command, effect: call.effect, timeout_s: call.timeout_s };
  if (call.exec.type === "ide") return { ...head, action: renderAction(call, args, requires, cwd) };
  return call.exec.type === "builtin"
    ? { ...head, run: renderRun(call, args, requires, cwd) }
    : { ...head, call: { exec: call.exec, args, secrets: secretArgs(call, args) } as unknown as Json };
}

/** Arguments that are the name of a stored secret, so that no consumer takes the name for the value. */
function secretArgs(call: PlanCall, args: { [name: string]: Json }): string[] {
  return call.parameters.filter((p) => p.type === "secret" && p.name in args).map((p) => p.name);
}

/** A job row for these rendered steps; its fence is one more than the run's newest. */
export function queueJob(
  draft: Draft,
  steps: JobStep[],
  of: { kind: Job["kind"]; purpose: Job["purpose"]; headroom: number },
): Job {
  const first = steps[0] as JobStep;
  draft.run.fence += 1;
  const job: Job = {
    id: jobId(draft.run.id, first.step, first.attempt, of.purpose, draft.run.fence),
    tenantId: draft.run.tenantId,
    runId: draft.run.id,
    kind: of.kind,
    purpose: of.purpose,
    status: "queued",
    steps,
    wantedAgentId: of.kind === "agent" ? draft.plan.agent.id : null,
    labels: of.kind === "agent" ? draft.plan.agent.labels : [],
    headroom: of.headroom,
    fence: draft.run.fence,
    agentId: null,
    requestId: null,
    leaseExpiresAt: null,
    leasedAt: null,
    cancelRequestedAt: null,
    reportSeq: 0,
    reports: [],
    createdAt: draft.now,
    finishedAt: null,
  };
  draft.newJobs.push(job);
  draft.jobs.set(job.id, job);
  return job;
}

export function kindOf(call: PlanCall): Job["kind"] {
  return call.exec.type === "builtin" || call.exec.type === "ide" ? "agent" : "call";
}

/**
 * The steps that can travel behind `first` in one job (step fusion): each needs the one before it and nothing unfinished,
 * has no gate, condition or argument that waits for a result of this very job, and runs on an agent too.
 */
export function fusedBehind(draft: Draft, first: Step): Step[] {
  const chain: Step[] = [];
  const inside = new Set([first.id]);
  let last = planOf(draft, first.id);
  if (first.item !== undefined) return chain;
  while (chain.length + 1 < LIMITS.fusedSteps) {
    const next = draft.plan.steps.find(
      (p) =>
        p.needs.includes(last.id) && stepOf(draft, p.id).status === "pending" && mayFuse(draft, p, inside),
    );
    if (!next || followers(draft, last.id) > 1) break;
    chain.push(stepOf(draft, next.id));
    inside.add(next.id);
    last = next;
  }
  return chain;
}

/** More than one follower means the work forks here; fusing would make one branch wait for the other. */
function followers(draft: Draft, id: string): number {
  return draft.plan.steps.filter((p) => p.needs.includes(id)).length;
}

function mayFuse(draft: Draft, p: PlanStep, inside: Set<string>): boolean {
  if (p.exec.type !== "builtin" || p.checkpoint || p.for_each) return false;
  const step = stepOf(draft, p.id);
  if (step.attempt >= step.maxAttempts) return false;
  if (!p.needs.every((id) => inside.has(id) || isSatisfied(draft, id))) return false;
  if (p.when && !testCondition(p.when, scopeOf(draft, step))) return false;
  const reads: (PlanValue | PlanCondition)[] = [...Object.values(p.args), ...(p.when ? [p.when] : [])];
  return reads.flatMap(stepsRead).every((id) => !inside.has(id));
}

/** Has this step ended in a way that lets the steps behind it go on? */
export function isSatisfied(draft: Draft, id: string): boolean {
  const step = stepOf(draft, id);
  return (
    step.status === "succeeded" ||
    step.status === "skipped" ||
    (step.status === "failed" && planOf(draft, id).continue_on_error)
  );
}
