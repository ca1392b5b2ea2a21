/** Approval policies of a workspace: which steps they are about, and what a checkpoint before them must ask at least. */
import * as z from "zod";
import { EFFECTS } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";
import { approvalRules, formFieldSchema, notifySchema } from "./definition.ts";

const words = z.array(z.string().min(1).max(100)).min(1).max(50);

/** Every part that is given must match; within a part one of the list is enough. An empty match is about every step. */
export const policyMatchSchema = z.strictObject({
  effects: z.array(z.enum(EFFECTS)).min(1).max(3).optional(),
  /** By the step's argument `env` or `environment`, else the run's, else the context's. Known only while running: matches. */
  environments: words.optional(),
  /** A command's category, or one of the run's `context.tags`. */
  tags: words.optional(),
  /** Slugs; `*` at the end stands for anything. Of the step, or of the command that was run. */
  commands: words.optional(),
  /** Only of use in a policy of the whole installation. */
  tenants: words.optional(),
});
export type PolicyMatch = z.infer<typeof policyMatchSchema>;

/** What a matching step's checkpoint must ask at least. A matching step without a checkpoint gets one. */
export const policyDemandSchema = z.strictObject({
  prompt: z.string().max(2000).optional(),
  quorum: z.int().min(1).max(20).optional(),
  groups: z.array(z.string().min(1).max(64)).max(20).optional(),
  requester_may_vote: z.boolean().optional(),
  form: z.array(formFieldSchema).max(20).optional(),
  expires_s: z.union([z.int().min(1).max(LIMITS.checkpointMaxExpiryS), z.literal("never")]).optional(),
  notify: notifySchema.optional(),
  ...approvalRules,
});
export type PolicyDemand = z.infer<typeof policyDemandSchema>;

export const policyNameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "small letters, digits and hyphens");

export const approvalPolicyInputSchema = z.strictObject({
  description: z.string().max(500).default(""),
  enabled: z.boolean().default(true),
  match: policyMatchSchema.default({}),
  require: policyDemandSchema.default({}),
});
export type ApprovalPolicyInput = z.infer<typeof approvalPolicyInputSchema>;

export type ApprovalPolicy = ApprovalPolicyInput & {
  tenant_id: string;
  name: string;
  created_at: number;
  updated_at: number;
};
