/**
 * Receipts for agents. This service believes neither the dispatcher nor the hub about what is to run: from the run's own rows it
 * derives again what the step must be, holds the job against that, counts the votes, and only then signs. Its key is held by no other
 * service. It believes the database's rows of plans and votes; docs/security.md says what follows from that.
 */
import { standing } from "@tw/shared/approvals/policy";
import type { JobStep } from "@tw/shared/contracts/agent-protocol";
import type { Receipt, ReceiptBody } from "@tw/shared/contracts/receipt";
import { type CheckpointWithVotes, checkpointsOfRuns } from "@tw/shared/db/checkpoints";
import { readJobRun } from "@tw/shared/db/job-holders";
import { loadRuns } from "@tw/shared/db/load-runs";
import { keepReceipt } from "@tw/shared/db/receipts";
import { approvedHead } from "@tw/shared/engine/decide-checkpoint";
import { undoScope } from "@tw/shared/engine/decide-end";
import { type Draft, openDraft, parentOf, planOf, stepOf } from "@tw/shared/engine/draft";
import { finalArgs, renderStep } from "@tw/shared/engine/make-job";
import type { Job } from "@tw/shared/engine/state";
import { resolveArgs } from "@tw/shared/engine/values";
import { Refusal } from "@tw/shared/errors";
import { canonicalJson } from "@tw/shared/library/canonical";
import { planDigest } from "@tw/shared/library/plan";
import { finalArgs as typedArgs } from "@tw/shared/library/render";
import { LIMITS } from "@tw/shared/limits";
import { callDigest } from "@tw/shared/receipts/call-digest";
import { fingerprint, keyId, publicPart, signReceipt } from "@tw/shared/receipts/sign";
import { type Context, Hono } from "hono";
import * as z from "zod";
import type { Env } from "./env.ts";

const askSchema = z.strictObject({
  tenant: z.string().max(100),
  job: z.string().max(400),
  fence: z.int(),
  step: z.string().max(200),
});
export type ReceiptAsk = z.infer<typeof askSchema>;

/** Reached over the service binding only: the api passes neither of these paths on. */
export function receiptRoutes(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.get("/approval-key", async (c) => {
    const key = c.env.RECEIPT_KEY && publicPart(c.env.RECEIPT_KEY);
    if (!key) return c.json({ error: { code: "not_found", message: "No RECEIPT_KEY is set." } }, 404);
    return c.json({ key, key_id: await keyId(key), fingerprint: await fingerprint(key) });
  });
  app.post("/receipts", async (c) => {
    const ask = askSchema.safeParse(await c.req.json().catch(() => null));
    if (!ask.success) return failed(c, new Refusal("bad_request", "Not a question about a step."));
    try {
      return c.json({ receipt: await issueReceipt(c.env, ask.data, Date.now()) });
    } catch (error) {
      return failed(c, error);
    }
  });
  return app;
}

function failed(c: Context, error: unknown): Response {
  if (error instanceof Refusal)
    return c.json({ error: { code: error.code, message: error.message } }, error.status as 400);
  console.error(`approvals: a receipt failed: ${error instanceof Error ? error.stack : String(error)}`);
  return c.json({ error: { code: "unavailable", message: "The receipt could not be made." } }, 503);
}

/**
 * The receipt for one step of a leased job; null when all is well and there is no key to sign with.
 * @throws Refusal `policy_denied` with what does not fit
 */
export async function issueReceipt(env: Env, ask: ReceiptAsk, now: number): Promise<Receipt | null> {
  const draft = await draftOf(env.DB, ask, now);
  const job = draft.jobs.get(ask.job);
  if (!job || job.tenantId !== ask.tenant || job.fence !== ask.fence)
    throw refused("there is no such job of this run under this fence");
  if (job.status !== "leased" || (job.leaseExpiresAt ?? 0) <= now) throw refused("the job is not leased now");
  const index = job.steps.findIndex((one) => one.step === ask.step);
  const sent = job.steps[index];
  if (!sent) throw refused(`the job has no step ${ask.step}`);
  if ((await planDigest(draft.run.plan)) !== draft.run.planDigest)
    throw refused("the plan of the run is not the one its digest was made of");
  const derived = derive(draft, job, sent, index);
  if (canonicalJson(derived) !== canonicalJson(sent))
    throw refused("what the job says is not what the approved plan gives");
  const checkpoints = await questions(env.DB, draft, job, ask.step);
  if (!env.RECEIPT_KEY) return null;
  const { run } = draft;
  const body: ReceiptBody = {
    v: 1,
    tenant: ask.tenant,
    run: run.id,
    job: job.id,
    fence: job.fence,
    purpose: job.purpose,
    step: sent.step,
    attempt: sent.attempt,
    command: sent.command,
    effect: sent.effect,
    plan_digest: run.planDigest,
    call_digest: await callDigest(sent),
    requested_by: { id: run.requestedBy.id, name: run.requestedBy.name, type: run.requestedBy.type },
    checkpoints,
    issued_at: now,
    expires_at: now + LIMITS.receiptMs,
  };
  const receipt = await signReceipt(env.RECEIPT_KEY, body);
  await keepReceipt(env.DB, { body, receipt }, now);
  return receipt;
}

async function draftOf(db: D1Database, ask: ReceiptAsk, now: number): Promise<Draft> {
  const runId = await readJobRun(db, ask.tenant, ask.job);
  const { snapshots } = runId ? await loadRuns(db, [runId]) : { snapshots: [] };
  const snapshot = snapshots.find(({ run }) => run.tenantId === ask.tenant);
  if (!snapshot) throw refused("there is no such job of a run that is under way");
  return openDraft(snapshot, now);
}

/** The step as the plan, the results so far and the approved HEAD make it. */
function derive(draft: Draft, job: Job, sent: JobStep, index: number): JobStep {
  const step = stepOf(draft, sent.step);
  const planned = planOf(draft, sent.step);
  if (job.purpose === "rollback") {
    if (draft.run.outcome === null || planned.rollback === null)
      throw refused("nothing is being undone there");
    const args = typedArgs(
      planned.rollback.parameters,
      resolveArgs(planned.rollback.args, undoScope(draft, step)),
    );
    return renderStep(planned.rollback, args, sent.step, sent.attempt, [], draft.plan.cwd);
  }
  const args = finalArgs(draft, step, planned);
  const derived = renderStep(planned, args, sent.step, sent.attempt, planned.requires, draft.plan.cwd);
  const head = index === 0 ? approvedHead(draft, step) : null;
  if (head !== null) (derived.run ?? derived.action)?.requires.push({ git_head: head });
  return derived;
}

/** The approved questions this step stands behind. Throws when its own was not approved for this very plan. */
async function questions(
  db: D1Database,
  draft: Draft,
  job: Job,
  stepId: string,
): Promise<ReceiptBody["checkpoints"]> {
  const all = (await checkpointsOfRuns(db, job.tenantId, [job.runId])).get(job.runId) ?? [];
  const gates = all.filter(({ checkpoint }) => checkpoint.reason === "gate");
  // A child of a fan-out stands where its parent does.
  const parent = parentOf(stepOf(draft, stepId));
  const own = parent === null ? [stepId] : [stepId, parent];
  const stands = behind(draft, own);
  const approved = gates.filter(
    ({ checkpoint }) => stands.has(checkpoint.stepId) && isApproved(checkpoint, draft.run.planDigest, all),
  );
  const gated = draft.plan.steps.some((one) => own.includes(one.id) && one.checkpoint !== null);
  const answered = approved.some(({ checkpoint }) => own.includes(checkpoint.stepId));
  if (job.purpose === "forward" && gated && !answered)
    throw refused(`the question before ${stepId} was not approved for this plan`);
  return approved.map(({ checkpoint, votes }) => ({
    id: checkpoint.id,
    step: checkpoint.stepId,
    votes: votes
      .filter((vote) => vote.decision === "approve" && vote.planDigest === draft.run.planDigest)
      .map(({ userId, name, channel, at }) => ({ by: userId, name, channel, at })),
    break_glass: checkpoint.breakGlass && {
      by: checkpoint.breakGlass.by.id,
      reason: checkpoint.breakGlass.reason,
    },
  }));
}

/** Approved, for this plan, and by votes that count; or an owner went past it. The row's status alone is not believed. */
function isApproved(
  checkpoint: CheckpointWithVotes["checkpoint"],
  digest: string,
  all: CheckpointWithVotes[],
): boolean {
  if (checkpoint.status !== "approved" || checkpoint.planDigest !== digest) return false;
  if (checkpoint.breakGlass !== null) return true;
  const votes = all.find((one) => one.checkpoint.id === checkpoint.id)?.votes ?? [];
  return standing(checkpoint.policy, votes, digest, checkpoint.escalatedAt !== null).decided === "approved";
}

/** The step and everything it needs, however far back. */
function behind(draft: Draft, ids: string[]): Set<string> {
  const found = new Set<string>();
  const todo = [...ids];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...(draft.plan.steps.find((one) => one.id === id)?.needs ?? []));
  }
  return found;
}

function refused(why: string): Refusal {
  return new Refusal("policy_denied", `No receipt is given for this step: ${why}.`);
}
