/** The workspace's approval policies, read and put into a compiled plan. Every way of starting a run goes through here. */
import type { ApprovalPolicy } from "../contracts/approval-policy.ts";
import type { Json } from "../contracts/json.ts";
import type { Plan } from "../contracts/plan.ts";
import { readPolicies } from "../db/approval-policies.ts";
import { findCommands } from "../db/commands.ts";
import { planDigest } from "../library/plan.ts";
import { applyPolicies } from "./plan-policies.ts";

/**
 * The plan with every checkpoint the policies ask for, and its digest. A plan that has them already stays as it is.
 * @param of.policies read before, in parallel with something else
 * @param of.categories of commands that were read already; the rest is read when a policy looks at tags
 */
export async function bindPolicies<T extends { plan: Plan; digest: string }>(
  db: D1Database,
  compiled: T,
  of: {
    tenantId: string;
    context: { [name: string]: Json };
    soleApprover: boolean;
    policies?: ApprovalPolicy[];
    categories?: Map<string, string>;
  },
): Promise<T> {
  const policies = of.policies ?? (await readPolicies(db, of.tenantId));
  const categories = new Map(of.categories);
  if (policies.some(({ enabled, match }) => enabled && match.tags)) {
    const slugs = [compiled.plan, ...compiled.plan.steps].map(({ command }) => command);
    const unread = [...new Set(slugs)].filter((slug) => !categories.has(slug));
    if (unread.length > 0)
      for (const { slug, category } of await findCommands(db, of.tenantId, unread))
        categories.set(slug, category);
  }
  const { tenantId, context, soleApprover } = of;
  const plan = applyPolicies(compiled.plan, policies, { tenantId, context, categories, soleApprover });
  return plan === compiled.plan ? compiled : { ...compiled, plan, digest: await planDigest(plan) };
}
