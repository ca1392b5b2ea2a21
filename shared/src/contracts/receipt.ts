/** A receipt: what the approvals service has found true of one step of one job, signed with a key that no other service holds. */
import * as z from "zod";
import { EFFECTS } from "../engine/statuses.ts";

export const receiptSchema = z.strictObject({
  /** Canonical JSON of a `ReceiptBody`. The signature is over these very bytes. */
  body: z.string().max(100_000),
  /** Ed25519, base64url. */
  signature: z.string().max(100),
  /** Which key: the first 16 hex digits of the SHA-256 of the raw public key. */
  key_id: z.string().max(16),
});
export type Receipt = z.infer<typeof receiptSchema>;

const voteSchema = z.strictObject({ by: z.string(), name: z.string(), channel: z.string(), at: z.int() });
export const receiptBodySchema = z.strictObject({
  v: z.literal(1),
  tenant: z.string(),
  run: z.string(),
  job: z.string(),
  fence: z.int(),
  purpose: z.enum(["forward", "rollback"]),
  step: z.string(),
  attempt: z.int(),
  command: z.string(),
  effect: z.enum(EFFECTS),
  plan_digest: z.string(),
  /** SHA-256 of the canonical JSON of the step as it is sent: program, argv, directory, environment, prerequisites, all of it. */
  call_digest: z.string(),
  /** Who asked for the run. */
  requested_by: z.strictObject({ id: z.string(), name: z.string(), type: z.string() }),
  /** Questions this step stands behind, each approved for this plan; none when nothing asks for approval. */
  checkpoints: z.array(
    z.strictObject({
      id: z.string(),
      step: z.string(),
      votes: z.array(voteSchema),
      /** An owner went past the question, and why. */
      break_glass: z.strictObject({ by: z.string(), reason: z.string() }).nullable(),
    }),
  ),
  issued_at: z.int(),
  expires_at: z.int(),
});
export type ReceiptBody = z.infer<typeof receiptBodySchema>;
