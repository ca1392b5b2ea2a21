/**
 * What a step that is about to start is given besides its job: a receipt of the approvals service, and the workspace's own secrets.
 * A secret leaves only for the step that names it, under the live lease of the agent that asks, after the approvals service has
 * looked at the step itself; each time is recorded.
 */
import type { AgentMessage, HubMessage } from "@tw/shared/contracts/agent-protocol";
import { type Receipt, receiptSchema } from "@tw/shared/contracts/receipt";
import { readLeasedSteps } from "@tw/shared/db/job-holders";
import { leaseSecrets } from "@tw/shared/db/secrets";
import { Refusal } from "@tw/shared/errors";
import { secretsNamed } from "@tw/shared/receipts/call-digest";
import * as z from "zod";
import type { Env } from "./env.ts";
import { openSecret } from "./secret-box.ts";

export type Granting = Pick<Env, "DB" | "APPROVALS" | "SECRETS_KEY">;
type Ask = Extract<AgentMessage, { type: "grant" }>;

const answerSchema = z.union([
  z.strictObject({ receipt: receiptSchema.nullable() }),
  z.strictObject({ error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);

/** Answers one `grant`. Throws a Refusal with the reason, which the agent reports as the step's. */
export async function grant(
  ask: Ask,
  who: { tenantId: string; agentId: string },
  env: Granting,
  now: number,
): Promise<HubMessage> {
  const { tenantId, agentId } = who;
  const lease = await readLeasedSteps(env.DB, { tenantId, agentId, job: ask.job, fence: ask.fence }, now);
  if (!lease) return { type: "lost", id: ask.id, job: ask.job };
  const step = lease.steps.find((one) => one.step === ask.step && one.attempt === ask.attempt);
  if (!step) throw new Refusal("bad_request", `Job ${ask.job} has no step "${ask.step}" with this attempt.`);
  const named = secretsNamed(step);
  const foreign = ask.secrets.find((name) => !named.includes(name));
  if (foreign !== undefined)
    throw new Refusal("bad_request", `The step ${ask.step} does not name the secret "${foreign}".`);
  const receipt = await receiptFor({ tenant: tenantId, job: ask.job, fence: ask.fence, step: ask.step }, env);
  if (ask.receipt && !receipt)
    throw new Refusal(
      "policy_denied",
      "This workspace issues no receipts: whoever runs it sets RECEIPT_KEY; docs/security.md says how.",
    );
  const secrets = await open(ask, { ...who, runId: lease.runId }, env, now);
  return { type: "granted", id: ask.id, secrets, receipt: ask.receipt ? receipt : null };
}

/** The approvals service's word on this step; null when it agrees and has no key to sign with. */
async function receiptFor(
  of: { tenant: string; job: string; fence: number; step: string },
  env: Granting,
): Promise<Receipt | null> {
  const response = await env.APPROVALS.fetch("https://approvals/receipts", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(of),
  });
  const answered = answerSchema.safeParse(await response.json().catch(() => null));
  if (!answered.success) throw new Refusal("unavailable", "The approvals service did not answer.");
  if ("receipt" in answered.data) return answered.data.receipt;
  const { code, message } = answered.data.error;
  throw new Refusal(code === "policy_denied" ? "policy_denied" : "unavailable", message);
}

async function open(
  ask: Ask,
  who: { tenantId: string; agentId: string; runId: string },
  env: Granting,
  now: number,
): Promise<{ [name: string]: string }> {
  if (ask.secrets.length === 0) return {};
  const { tenantId, agentId, runId } = who;
  const { job, step, attempt } = ask;
  const rows = await leaseSecrets(
    env.DB,
    { tenantId, agentId, runId, job, step, attempt, names: ask.secrets },
    now,
  );
  const values = await Promise.all(
    rows.map(async (row) => [row.name, await openSecret(env.SECRETS_KEY, { tenantId, name: row.name }, row)]),
  );
  return Object.fromEntries(values);
}
