/** Shapes of the answers, as api.md names them. The tests hold real answers against them; OpenAPI is made from them. */
import { NOTIFICATION_CHANNELS } from "@tw/shared/approvals/audience";
import { NOTIFICATION_KINDS } from "@tw/shared/approvals/request";
import {
  formFieldSchema,
  parameterSchema,
  requirementSchema,
  retrySchema,
  rollbackSchema,
} from "@tw/shared/contracts/definition";
import { DELIVERY_STATUSES } from "@tw/shared/db/delivery-log";
import {
  CHANNELS,
  CHECKPOINT_STATUSES,
  COMMAND_TYPES,
  EFFECTS,
  ROLES,
  ROLLBACK_STATUSES,
  RUN_STATUSES,
  STEP_STATUSES,
} from "@tw/shared/engine/statuses";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import { SCOPES } from "./scopes.ts";

export const time = z.int().describe("milliseconds since the epoch");
const values = z.record(z.string(), z.json());
/** Why a step failed, or a run that something started. */
export const errorSchema = z.strictObject({ code: z.string(), message: z.string() });

export const actorSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.enum(["person", "service", "agent", "system"]),
  })
  .meta({ id: "Actor" });

export const commandSchema = z
  .strictObject({
    id: z.string(),
    slug: z.string(),
    name: z.string(),
    description: z.string(),
    category: z.string(),
    type: z.enum(COMMAND_TYPES),
    version: z.int(),
    status: z.enum(["active", "inactive", "deprecated"]),
    is_public: z.boolean(),
    effect: z.enum(EFFECTS),
    aliases: z.array(z.string()),
    parameters: z.array(parameterSchema),
    requires: z.array(requirementSchema),
    rollback: rollbackSchema.optional(),
    timeout_s: z.number().optional(),
    retry: retrySchema.optional(),
    examples: z.array(z.strictObject({ text: z.string(), args: values })),
    definition: values.describe("see PUT /api/commands/{slug}"),
    usage_count: z.int(),
    last_used_at: time.nullable(),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Command" });

/** What became of one message. */
export const deliverySchema = z
  .strictObject({
    id: z.string(),
    run_id: z.string().nullable(),
    checkpoint_id: z.string().nullable(),
    channel: z.enum(NOTIFICATION_CHANNELS),
    kind: z.enum(NOTIFICATION_KINDS),
    to: z.string().describe("a person's address or name, or what reads the channel"),
    user_id: z.string().nullable(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    error: z.string().nullable().describe("of the last try that failed"),
    created_at: time,
    next_try_at: time.nullable(),
    sent_at: time.nullable(),
  })
  .meta({ id: "Delivery" });

export const checkpointSchema = z
  .looseObject({
    id: z.string(),
    run_id: z.string(),
    step: z.string(),
    name: z.string(),
    prompt: z.string(),
    status: z.enum(CHECKPOINT_STATUSES),
    required: z.int(),
    votes: z.array(
      z.strictObject({
        by: actorSchema,
        decision: z.enum(["approve", "reject"]),
        channel: z.enum(CHANNELS),
        comment: z.string().nullable(),
        at: time,
      }),
    ),
    form: z.array(formFieldSchema),
    plan_digest: z.string(),
    created_at: time,
    expires_at: time.nullable(),
    decided_at: time.nullable(),
    deliveries: z
      .array(deliverySchema)
      .optional()
      .describe("of one checkpoint: whom it reached, and whom not"),
    may_vote: z
      .strictObject({ yes: z.boolean(), why: z.string().nullable(), people: z.int() })
      .optional()
      .describe("of one checkpoint that waits: may the caller vote, why not, and how many people may"),
  })
  .meta({ id: "Checkpoint" });

export const runSchema = z
  .strictObject({
    id: z.string(),
    command: z.string(),
    command_version: z.int(),
    status: z.enum(RUN_STATUSES),
    args: values,
    context: values,
    requested_by: actorSchema,
    note: z.string().nullable(),
    plan_digest: z.string(),
    parent_run_id: z.string().nullable(),
    rerun_of: z.string().nullable(),
    created_at: time,
    started_at: time.nullable(),
    finished_at: time.nullable(),
    steps: z.array(
      z.strictObject({
        id: z.string(),
        command: z.string(),
        status: z.enum(STEP_STATUSES),
        attempt: z.int(),
        needs: z.array(z.string()),
        agent_id: z.string().nullable(),
        exit_code: z.int().nullable(),
        outputs: values.nullable(),
        error: errorSchema.nullable(),
        started_at: time.nullable(),
        finished_at: time.nullable(),
        rollback: z
          .strictObject({
            status: z.enum(ROLLBACK_STATUSES),
            command: z.string(),
            exit_code: z.int().nullable(),
            error: errorSchema.nullable(),
          })
          .nullable(),
      }),
    ),
    checkpoints: z.array(checkpointSchema),
    rollback: z.strictObject({
      status: z.enum(ROLLBACK_STATUSES),
      undone: z.array(z.string()),
      left: z.array(z.string()),
    }),
    error: z.strictObject({ code: z.string(), message: z.string(), step: z.string().nullable() }).nullable(),
    waiting_for: z
      .array(
        z.strictObject({
          steps: z.array(z.string()),
          labels: z.array(z.string()),
          agent_id: z.string().nullable(),
          since: time,
          message: z.string(),
        }),
      )
      .optional()
      .describe("only of one run: steps that no connected agent can take, and why"),
    undone_by: z.string().nullable().optional().describe("only in a list: the run that undid it"),
    undo: z
      .strictObject({
        possible: z.boolean(),
        until: time.nullable(),
        reason: z.string().nullable(),
        undone_by: z.string().nullable(),
        steps: z.array(
          z.strictObject({
            id: z.string(),
            captured: values,
            until: time,
            command: z.string(),
            args: values,
          }),
        ),
        left: z.array(z.strictObject({ id: z.string(), command: z.string(), reason: z.string() })),
      })
      .nullable()
      .optional()
      .describe("only of one run, once it is over"),
  })
  .meta({ id: "Run" });

export const planSchema = z
  .looseObject({
    command: z.string(),
    version: z.int(),
    effect: z.enum(EFFECTS),
    steps: z.array(z.looseObject({ id: z.string(), command: z.string(), needs: z.array(z.string()) })),
    checkpoints: z.array(z.looseObject({ step: z.string() })),
    rollback_on_error: z.boolean(),
    plan_digest: z.string(),
    warnings: z.array(z.string()),
    prerequisites: z
      .array(
        z.strictObject({
          step: z.string(),
          requirement: requirementSchema,
          state: z.enum(["met", "missing", "unknown"]),
          found: z.string().nullable(),
          message: z.string().nullable(),
          agent_id: z.string().nullable(),
          probed_at: time.nullable(),
          fix: z.union([z.strictObject({ command: z.string(), args: values }), z.string()]).nullable(),
          install: z.string().nullable(),
          blocks: z.boolean().describe("a run is not begun while it is missing"),
        }),
      )
      .optional(),
  })
  .meta({ id: "Plan" });

export const notificationsSchema = z
  .strictObject({
    email: z.boolean().optional().describe("false: no mail, as long as you are reached in Slack"),
    slack: z.boolean().optional().describe("true: messages to you alone, where a Slack bot is set up"),
  })
  .meta({ id: "Notifications" });

export const userSchema = z
  .strictObject({
    id: z.string(),
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    groups: z.array(z.string()),
    slack_user_id: z.string().nullable(),
    notifications: notificationsSchema,
    created_at: time,
  })
  .meta({ id: "User" });

export const tokenSchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    type: z.enum(["person", "service", "agent"]),
    scopes: z.array(z.enum(SCOPES)),
    user_id: z.string().nullable(),
    agent_id: z.string().nullable(),
    created_at: time,
    expires_at: time.nullable(),
    last_used_at: time.nullable().describe("Within the hour; null when it never was."),
  })
  .meta({ id: "Token" });

export const auditEntrySchema = z
  .strictObject({
    seq: z.int(),
    at: time,
    actor: actorSchema,
    action: z.string(),
    target: z.string(),
    target_name: z
      .string()
      .nullable()
      .describe("what it is called now, where it has a name and is still there"),
    detail: values,
  })
  .meta({ id: "AuditEntry" });

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ items: z.array(item), next_cursor: z.string().nullable() });
}

/** `?limit=&cursor=` of every list. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
  cursor: z.string().min(1).max(200).optional(),
};
/** A time in a query. The bound is the last moment a date can name. */
export const timeQuery = z.coerce.number().int().min(0).max(8_640_000_000_000_000).optional();
