/**
 * Receipts: the approvals service's signed word that exactly this step of exactly this job may start. Everything in one is held
 * against what this agent was told itself; a server that can write anything but does not hold the key gets nowhere with it.
 */
import type { JobStep, LeasedJob } from "@tw/shared/contracts/agent-protocol";
import type { Receipt, ReceiptBody } from "@tw/shared/contracts/receipt";
import { LIMITS } from "@tw/shared/limits";
import { callDigest } from "@tw/shared/receipts/call-digest";
import { isSigned, keyId } from "@tw/shared/receipts/sign";
import { PolicyDenied } from "./policy.ts";

export interface Expected {
  /** The workspace this agent belongs to. */
  tenant: string;
  job: LeasedJob;
  step: JobStep;
  /** Public keys that are believed. */
  keys: string[];
  /** Somebody's vote, or an owner who broke the glass, must be in it. */
  votes: boolean;
  /** This machine's time of day, in ms. */
  now: number;
}

/** Throws PolicyDenied, with what does not fit, unless the receipt is for just this. */
export async function checkReceipt(receipt: Receipt, expected: Expected): Promise<ReceiptBody> {
  const ids = await Promise.all(expected.keys.map(keyId));
  const key = expected.keys[ids.indexOf(receipt.key_id)];
  if (key === undefined)
    throw refused(`it is signed with the key ${String(receipt.key_id).slice(0, 16)}, not with a pinned one`);
  if (!(await isSigned(key, receipt))) throw refused("its signature does not fit what it says");
  const body = JSON.parse(receipt.body) as ReceiptBody;
  const { job, step, tenant, now } = expected;
  const facts: [keyof ReceiptBody, unknown][] = [
    ["v", 1],
    ["tenant", tenant],
    ["run", job.run],
    ["job", job.job],
    ["fence", job.fence],
    ["purpose", job.purpose],
    ["step", step.step],
    ["attempt", step.attempt],
    ["command", step.command],
    ["effect", step.effect],
    ["plan_digest", job.plan_digest],
    ["call_digest", await callDigest(step)],
  ];
  const other = facts.find(([name, value]) => body[name] !== value);
  if (other) throw refused(`its ${other[0]} is another one than that of this job`);
  if (!(body.issued_at <= now + LIMITS.receiptClockMs))
    throw refused("it was issued later than it is on this machine's clock");
  if (!(body.expires_at > now - LIMITS.receiptClockMs)) throw refused("it has expired");
  const voted = body.checkpoints.some(({ votes, break_glass }) => votes.length > 0 || break_glass !== null);
  if (expected.votes && !voted)
    throw refused("nobody has voted, and this machine's policy asks for a vote; run it with a checkpoint");
  return body;
}

function refused(why: string): PolicyDenied {
  return new PolicyDenied(
    `This machine does not start it: the approvals service's receipt is not good, ${why}.`,
  );
}
