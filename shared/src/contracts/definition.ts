/**
 * What a command definition may say: the one schema behind `library/*.yaml`, `PUT /api/commands/{slug}` and the plan.
 * Everything is strict: an unknown field is an error, so that a typing mistake never becomes a silent default.
 */
import * as z from "zod";
import { COMMAND_TYPES, EFFECTS } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";

export const slugSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "lower-case words joined by single hyphens")
  .max(64);
/** A step's id within its workflow. A dot, slash and colon are kept for ids the engine derives. */
export const stepIdSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, "lower-case letters, digits, - and _")
  .max(64);
/** Name of a parameter, an output, a secret. */
export const nameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, "letters, digits and _, starting with a letter")
  .max(64);
const envNameSchema = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "capital letters, digits and _")
  .max(64);

export const PARAMETER_TYPES = ["string", "number", "boolean", "enum", "path", "secret", "json"] as const;

export const parameterSchema = z.strictObject({
  name: nameSchema,
  type: z.enum(PARAMETER_TYPES),
  required: z.boolean().default(false),
  default: z.json().optional(),
  description: z.string().max(500).default(""),
  /** Anchored by us: it must match the whole value. */
  pattern: z.string().max(300).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  options: z.array(z.string().max(200)).min(1).max(100).optional(),
  /** A context fact that fills it when the caller does not: `git.branch`, `wrangler.name`. */
  from: z.string().max(100).optional(),
  /** A positional that may begin with a hyphen. Without it a leading hyphen is refused (422). */
  allow_leading_dash: z.boolean().optional(),
  /** Of a path: a link is meant itself, never what it leads to; so only its directory must lie below the agent's root. */
  link: z.boolean().optional(),
  /** `json` only: the value is a list, each item of this type (as `{each}` in argv needs it). */
  items: z.enum(["string", "path"]).optional(),
  /** `json` only: arguments of any other name are taken too (`echo` gives back whatever it got). */
  rest: z.boolean().optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

/** A whole value: never split, never interpolated. `join` glues literals and patterned parameters into one value. */
export const valueSchema = z.union([
  z.string(),
  z.strictObject({ param: nameSchema }),
  z.strictObject({
    join: z
      .array(z.union([z.string(), z.strictObject({ param: nameSchema })]))
      .min(2)
      .max(8),
  }),
]);
export type Value = z.infer<typeof valueSchema>;

const itemWhenSchema = z.strictObject({
  param: nameSchema,
  equals: z.json().optional(),
  present: z.boolean().optional(),
});
export const argvItemSchema = z.union([
  z.string(),
  z.strictObject({ param: nameSchema, when: itemWhenSchema.optional() }),
  z.strictObject({
    flag: z.string().regex(/^--?[A-Za-z][\w-]*$/),
    param: nameSchema,
    when: itemWhenSchema.optional(),
  }),
  z.strictObject({ literal: z.string(), when: itemWhenSchema }),
  /** One argv item for each item of a list. */
  z.strictObject({ each: nameSchema, when: itemWhenSchema.optional() }),
  z.strictObject({
    join: z
      .array(z.union([z.string(), z.strictObject({ param: nameSchema })]))
      .min(2)
      .max(8),
    when: itemWhenSchema.optional(),
  }),
]);
export type ArgvItem = z.infer<typeof argvItemSchema>;

export const outputsSchema = z.strictObject({
  format: z.enum(["json", "porcelain", "lines", "regex", "file"]),
  /** `regex`: named groups become outputs; the first match counts. */
  pattern: z.string().max(500).optional(),
  /** `json`: output name → path of keys ("0.results"). Without it the top-level object's members are the outputs. */
  select: z.record(nameSchema, z.string().max(200)).optional(),
  /** `file`: the file (a parameter's value) whose path and size become `file` and `bytes`. `lines`: the output's name. */
  param: nameSchema.optional(),
  name: nameSchema.optional(),
});
export type OutputsSpec = z.infer<typeof outputsSchema>;

/** A read-only program run before or after the main one; what it prints becomes outputs (a restore point, say). */
export const probeSchema = z.strictObject({
  program: z.string().min(1).max(100),
  argv: z.array(argvItemSchema).max(50),
  outputs: outputsSchema,
  /** A probe that fails is ignored unless this is set; then the step fails before its program starts. */
  required: z.boolean().default(false),
  /** Run only when this holds for the command's args. */
  when: itemWhenSchema.optional(),
});

export const builtinSchema = z.strictObject({
  program: z
    .string()
    .regex(/^[A-Za-z0-9._/-]+$/, "a program's name or path, no spaces")
    .max(200),
  argv: z.array(argvItemSchema).max(100),
  cwd: valueSchema.optional(),
  env: z.record(envNameSchema, valueSchema).optional(),
  stdin: valueSchema.optional(),
  outputs: outputsSchema.optional(),
  /** Run before the program; its outputs are kept even when the program fails, for the rollback. */
  before: z.array(probeSchema).max(8).optional(),
  after: z.array(probeSchema).max(8).optional(),
  /** Exit codes that count as success; [0] unless said. */
  ok_codes: z.array(z.int().min(0).max(255)).min(1).max(10).optional(),
});
export type BuiltinDefinition = z.infer<typeof builtinSchema>;

export const apiSchema = z.strictObject({
  handler: z
    .string()
    .regex(/^[a-z][a-z0-9_.-]*$/)
    .max(64),
});

const httpExternalSchema = z.strictObject({
  url: valueSchema,
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  headers: z.record(z.string().regex(/^[A-Za-z][A-Za-z0-9-]*$/), valueSchema).optional(),
  body: z.json().optional(),
  expect: z
    .strictObject({
      status: z.union([z.int(), z.array(z.int()).min(1), z.strictObject({ param: nameSchema })]).default(200),
      body_matches: valueSchema.optional(),
    })
    .optional(),
  outputs: outputsSchema.optional(),
});
const ideExternalSchema = z.strictObject({
  ide: z.string().regex(/^[a-z][a-z-]*$/),
  args: z.record(nameSchema, valueSchema).optional(),
});
export const externalSchema = z.union([httpExternalSchema, ideExternalSchema]);
export type HttpExternal = z.infer<typeof httpExternalSchema>;

/** A reference to a result, as one whole value. */
export const refSchema = z.strictObject({
  from: z
    .string()
    .regex(
      /^(args\.[A-Za-z]\w*|outputs\.[A-Za-z]\w*|context(\.[A-Za-z]\w*)+|steps\.[a-z0-9][a-z0-9_-]*\.(outputs(\.[A-Za-z]\w*)?|status|inputs\.[A-Za-z]\w*)|item(\.[A-Za-z]\w*)*)$/,
      "args.NAME, context.A.B, steps.ID.outputs.NAME, steps.ID.inputs.NAME, steps.ID.status, item, or (in a rollback) outputs.NAME",
    ),
  /** Used when the reference leads to nothing. */
  default: z.json().optional(),
});
export type Ref = z.infer<typeof refSchema>;

export type Condition =
  | { from: string; equals?: unknown; not_equals?: unknown; present?: boolean; greater_than?: number }
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition };
export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({
      from: refSchema.shape.from,
      equals: z.json().optional(),
      not_equals: z.json().optional(),
      present: z.boolean().optional(),
      greater_than: z.number().optional(),
    }),
    z.strictObject({ all: z.array(conditionSchema).min(1).max(10) }),
    z.strictObject({ any: z.array(conditionSchema).min(1).max(10) }),
    z.strictObject({ not: conditionSchema }),
  ]),
) as z.ZodType<Condition>;

export const formFieldSchema = z.strictObject({
  name: nameSchema,
  label: z.string().max(200).optional(),
  type: z.enum(["string", "number", "boolean", "enum"]).default("string"),
  required: z.boolean().default(false),
  options: z.array(z.string()).optional(),
  default: z.json().optional(),
});
export type FormField = z.infer<typeof formFieldSchema>;

/** Where a checkpoint's messages go: through which channels (all that are set up, unless said), and to which Slack channel. */
export const notifySchema = z.strictObject({
  channels: z
    .array(z.enum(["email", "slack", "webhook"]))
    .min(1)
    .optional(),
  slack_channel: z
    .string()
    .regex(/^(?:[CG][A-Z0-9]{5,20}|#[\p{L}\p{N}_-]{1,80})$/u, "a channel's id (C0123456789) or #name")
    .optional(),
});
export type Notify = z.infer<typeof notifySchema>;

const groupSchema = z.string().min(1).max(64);
/** What both a step's own checkpoint and a policy of the workspace may ask beyond quorum, groups and form. All are optional. */
export const approvalRules = {
  /** So many of the approvals must come from members of the group (of any of them, where it is a list). */
  minimums: z
    .array(
      z.strictObject({
        group: z.union([groupSchema, z.array(groupSchema).min(1).max(20)]),
        min: z.int().min(1).max(20),
      }),
    )
    .max(20)
    .optional(),
  /** What an unanswered question leads to: `reject` also rolls back; `stop` ends the run and leaves what is done. */
  on_expiry: z.enum(["reject", "stop"]).optional(),
  /** Whoever has not voted is reminded again and again after this. */
  remind_every_s: z.int().min(60).max(LIMITS.checkpointMaxExpiryS).optional(),
  /** When nobody has decided after this, the members of another group are asked too, and count for every group. */
  escalate: z
    .strictObject({ after_s: z.int().min(60).max(LIMITS.checkpointMaxExpiryS), to: groupSchema })
    .optional(),
  /** A newer run of the same concurrency group makes this question moot: the older run is cancelled. */
  supersede: z.boolean().optional(),
  /** A link from a message is not enough: its person must be signed in. */
  sign_in: z.boolean().optional(),
  /** May an owner go past it with a reason? True unless said. */
  break_glass: z.boolean().optional(),
};

export const checkpointPolicySchema = z.strictObject({
  name: z.string().max(100).optional(),
  prompt: z.string().max(2000).optional(),
  quorum: z.int().min(1).max(20).default(1),
  groups: z.array(z.string().max(64)).max(20).default([]),
  /** Unset: not for destructive effects, unless the workspace has only one person who may vote. */
  requester_may_vote: z.boolean().optional(),
  form: z.array(formFieldSchema).max(20).default([]),
  /** Seconds until it expires; `never` only if said. */
  expires_s: z
    .union([z.int().min(1).max(LIMITS.checkpointMaxExpiryS), z.literal("never")])
    .default(LIMITS.checkpointExpiryS),
  notify: notifySchema.optional(),
  ...approvalRules,
});
export type CheckpointPolicy = z.infer<typeof checkpointPolicySchema>;

export const retrySchema = z.strictObject({
  /** Attempts in all, the first included. */
  max: z.int().min(1).max(LIMITS.attemptsMax),
  backoff_s: z.number().min(0).max(3600).default(1),
});
export type Retry = z.infer<typeof retrySchema>;

export const rollbackSchema = z.strictObject({
  command: z.string().min(1).max(80),
  args: z.record(nameSchema, z.json()).default({}),
  timeout_s: z.number().positive().max(LIMITS.stepTimeoutMaxS).optional(),
  retry: retrySchema.optional(),
  when: conditionSchema.optional(),
  /** For how long after the step what it captured is surely there; `LIMITS.undoS` unless said. */
  within_s: z.int().positive().max(LIMITS.undoS).optional(),
});
export type Rollback = z.infer<typeof rollbackSchema>;

export const workflowStepSchema = z.strictObject({
  id: stepIdSchema.optional(),
  command: z.string().min(1).max(80),
  args: z.record(nameSchema, z.json()).default({}),
  needs: z.array(stepIdSchema).max(LIMITS.workflowSteps).optional(),
  checkpoint: z.union([z.boolean(), checkpointPolicySchema]).default(false),
  when: conditionSchema.optional(),
  retry: retrySchema.optional(),
  timeout_s: z.number().positive().max(LIMITS.stepTimeoutMaxS).optional(),
  rollback: z.union([rollbackSchema, z.literal(false)]).optional(),
  continue_on_error: z.boolean().default(false),
  for_each: z.union([refSchema, z.array(z.json()).max(LIMITS.forEachItems)]).optional(),
});
export type WorkflowStep = z.infer<typeof workflowStepSchema>;

export const workflowSchema = z
  .strictObject({
    /** The brief's example repeats the workflow's name here; it is accepted and not used. */
    name: z.string().max(200).optional(),
    steps: z.array(workflowStepSchema).max(LIMITS.workflowSteps).default([]),
    /** Instead of `steps`: the `json` parameter whose value they are. */
    given: nameSchema.optional(),
    rollback_on_error: z.boolean().default(false),
    parallel_execution: z.boolean().default(false),
    human_checkpoints: z.array(z.string().max(100)).max(50).default([]),
    concurrency: z
      .strictObject({
        group: valueSchema,
        /** `project`: only runs on the same agent and in the same directory are one group. */
        scope: z.enum(["workspace", "project"]).default("workspace"),
        on_conflict: z.enum(["queue", "refuse", "supersede"]).default("queue"),
      })
      .optional(),
  })
  .superRefine(({ steps, given }, context) => {
    if (steps.length === 0 && given === undefined)
      context.addIssue({ code: "custom", path: ["steps"], message: "a workflow needs at least one step" });
    if (steps.length > 0 && given !== undefined)
      context.addIssue({ code: "custom", path: ["given"], message: "steps are written or given, not both" });
  });
export type WorkflowDefinition = z.infer<typeof workflowSchema>;

export const requirementSchema = z.strictObject({
  tool: z.string().max(64).optional(),
  version: z.string().max(64).optional(),
  file: z.union([z.string().max(200), z.array(z.string().max(200)).max(10)]).optional(),
  git: z.enum(["repository", "remote"]).optional(),
  login: z.string().max(64).optional(),
  /** Slug of the command that sets it up. */
  fix: slugSchema.optional(),
  /** Slug of a command that is safe to run to get it; run only with the caller's consent. */
  install: slugSchema.optional(),
  /** Checked only when this holds for the command's own args (a dry run needs no login). */
  when: itemWhenSchema.optional(),
});
export type Requirement = z.infer<typeof requirementSchema>;

const common = {
  name: z.string().min(1).max(100),
  description: z.string().max(2000).default(""),
  category: z.string().max(50).default("other"),
  effect: z.enum(EFFECTS).default("write"),
  aliases: z.array(z.string().max(100)).max(50).default([]),
  parameters: z.array(parameterSchema).max(50).default([]),
  requires: z.array(requirementSchema).max(20).default([]),
  rollback: rollbackSchema.nullable().optional(),
  timeout_s: z.number().positive().max(LIMITS.stepTimeoutMaxS).optional(),
  retry: retrySchema.optional(),
  examples: z
    .array(z.strictObject({ text: z.string().max(300), args: z.record(nameSchema, z.json()).default({}) }))
    .max(10)
    .default([]),
};

/** A command as it is put: what stands in `library/` and what `PUT /api/commands/{slug}` takes. */
export const commandInputSchema = z.discriminatedUnion("type", [
  z.strictObject({ ...common, type: z.literal("builtin"), definition: builtinSchema }),
  z.strictObject({ ...common, type: z.literal("api"), definition: apiSchema }),
  z.strictObject({ ...common, type: z.literal("workflow"), definition: workflowSchema }),
  z.strictObject({ ...common, type: z.literal("external"), definition: externalSchema }),
]);
export type CommandInput = z.infer<typeof commandInputSchema>;

/** What a person wrote: YAML of the same definition. It is kept for its comments and order, and never read as a definition. */
export const sourceSchema = z.string().max(LIMITS.sourceChars);
const [builtin, api, workflow, external] = commandInputSchema.options;
const source = { source: sourceSchema.optional() };
/** The body of a PUT: a command, and its text beside it. */
export const commandPutSchema = z.discriminatedUnion("type", [
  builtin.extend(source),
  api.extend(source),
  workflow.extend(source),
  external.extend(source),
]);

/** A stored command version. `id` is `cmd_...`; `tenant_id` is `system` for the public library. */
export type Command = CommandInput & {
  id: string;
  tenant_id: string;
  slug: string;
  version: number;
  status: "active" | "inactive" | "deprecated";
  is_public: boolean;
  usage_count: number;
  last_used_at: number | null;
  created_at: number;
  updated_at: number;
};
export const COMMAND_TYPE_SCHEMA = z.enum(COMMAND_TYPES);
