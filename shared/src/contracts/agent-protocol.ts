/** Messages between an agent and its hub. `agent-protocol.md` says when each is sent; this file says what is in it. */
import * as z from "zod";
import { EFFECTS } from "../engine/statuses.ts";
import { LIMITS } from "../limits.ts";
import { outputsSchema } from "./definition.ts";
import { receiptSchema } from "./receipt.ts";
import { serviceDefinitionSchema } from "./service.ts";

export { CLOSE, PROTOCOL_VERSION } from "./agent-codes.ts";

const valueOrSecret = z.union([z.string(), z.strictObject({ secret: z.string() })]);
const jobProbeSchema = z.strictObject({
  program: z.string(),
  argv: z.array(z.string()),
  outputs: outputsSchema,
  required: z.boolean(),
  /** The value of `outputs.param`, when the spec names one. */
  file: z.string().optional(),
});

/** One step of a job, rendered: every value is final; a secret is named, never carried. */
export const jobStepSchema = z.strictObject({
  step: z.string(),
  attempt: z.int().min(1),
  command: z.string(),
  effect: z.enum(EFFECTS),
  timeout_s: z.number(),
  /** Of a `call` job (HTTP step or in-Worker handler); agents never see it. */
  call: z.json().optional(),
  run: z
    .strictObject({
      program: z.string(),
      argv: z.array(valueOrSecret),
      /** Relative to the agent's root. */
      cwd: z.string().nullable(),
      env: z.record(z.string(), valueOrSecret),
      stdin: valueOrSecret.nullable(),
      ok_codes: z.array(z.int()),
      outputs: outputsSchema.nullable(),
      /** The value of `outputs.param`, when the spec names one (`format: file`). */
      file: z.string().nullable(),
      before: z.array(jobProbeSchema),
      after: z.array(jobProbeSchema),
      /** Paths among the values: an agent refuses those that links lead out of its root. `link`: the link itself is meant. */
      paths: z.array(z.strictObject({ path: z.string(), link: z.boolean() })).optional(),
      /** Tools with version ranges, files and git facts the agent checks before it starts. */
      requires: z.array(z.json()),
    })
    .optional(),
  /** Instead of `run`: something the agent does itself, in the editor's place (`rename-symbol`) or with a service. */
  action: z
    .strictObject({
      name: z.string(),
      args: z.record(z.string(), z.json()),
      /** Relative to the agent's root. */
      cwd: z.string().nullable(),
      requires: z.array(z.json()),
    })
    .optional(),
});
export type JobStep = z.infer<typeof jobStepSchema>;

export const stepReportSchema = z.strictObject({
  step: z.string(),
  attempt: z.int().min(1),
  /** `not_started`: the agent never spawned it (policy, prerequisite, cancel, or an earlier step of the job failed). */
  state: z.enum(["running", "succeeded", "failed", "cancelled", "not_started"]),
  exit_code: z.int().nullable(),
  signal: z.string().nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  outputs: z.record(z.string(), z.json()).nullable(),
  /** How long it ran, by the agent's monotonic clock. No time of day from an agent is ever trusted. */
  duration_ms: z.number().nullable(),
  log_bytes: z.int(),
  log_truncated: z.boolean(),
  /** Processes that left the group: pid, command line, and in parentheses what became of them (`ended`, `left running`, `still alive`). */
  escapees: z.array(z.string()),
});
export type StepReport = z.infer<typeof stepReportSchema>;

/** What a look at one prerequisite found. `unknown`: nobody can tell before the program itself is run. */
export const lookSchema = z.strictObject({
  cwd: z.string(),
  /** The requirement as it was asked, by its canonical text. */
  requirement: z.string().max(2_000),
  state: z.enum(["met", "missing", "unknown"]),
  found: z.string().max(500).nullable(),
  message: z.string().max(1_000).nullable(),
});
export type Look = z.infer<typeof lookSchema>;

/** A service as the agent that keeps it finds it. */
export const serviceStateSchema = z.strictObject({
  name: z.string().max(64),
  status: z.enum(["unknown", "stopped", "starting", "running", "failed"]),
  pid: z.int().nullable(),
  restarts: z.int().min(0),
  message: z.string().max(500).nullable(),
});
export type ServiceState = z.infer<typeof serviceStateSchema>;

/** Agent to hub. Each request carries `id`; the answer has the same `id`. */
export const agentMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    id: z.string(),
    protocol: z.int(),
    version: z.string(),
    platform: z.string(),
    labels: z.array(z.string()),
    root: z.string(),
    capacity: z.int().min(1).max(64),
    policy_hash: z.string(),
    tools: z.record(z.string(), z.string()),
    facts: z.record(z.string(), z.json()),
    /** Name of its journal. The same as in its last hello: it knows of every job it ever began, so what it does not hold never started. */
    journal: z.string().max(64).optional(),
    /** Jobs the agent still works on or has results of. */
    holding: z.array(z.strictObject({ job: z.string(), fence: z.int() })),
  }),
  /** "What is there for me?" A repeated `request` gets the same lease back. */
  z.strictObject({
    type: z.literal("ask"),
    id: z.string(),
    request: z.string(),
    free: z.int().min(0).max(64),
  }),
  z.strictObject({
    type: z.literal("renew"),
    id: z.string(),
    jobs: z.array(z.strictObject({ job: z.string(), fence: z.int() })),
  }),
  /** Cumulative: every report so far of every step of the job. `seq` rises with each. */
  z.strictObject({
    type: z.literal("report"),
    id: z.string(),
    job: z.string(),
    fence: z.int(),
    seq: z.int().min(1),
    steps: z.array(stepReportSchema),
    done: z.boolean(),
    /** May the hub answer with the next leases at once? As in `ask`. */
    ask: z.strictObject({ request: z.string(), free: z.int().min(0).max(64) }).optional(),
  }),
  z.strictObject({
    type: z.literal("log"),
    id: z.string(),
    job: z.string(),
    fence: z.int(),
    step: z.string(),
    attempt: z.int(),
    start: z.int().min(0),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal("facts"), id: z.string(), facts: z.record(z.string(), z.json()) }),
  /** Answer to a `probe`, or, with `probe: null`, what a job's own look found otherwise than told last. */
  z.strictObject({
    type: z.literal("probed"),
    id: z.string(),
    probe: z.string().max(64).nullable(),
    looks: z.array(lookSchema).max(LIMITS.probeLooks),
  }),
  z.strictObject({ type: z.literal("draining"), id: z.string() }),
  /** The policy file of the agent's machine is another one. */
  z.strictObject({ type: z.literal("policy"), id: z.string(), hash: z.string().max(64) }),
  /** What a step that is about to start needs besides: secrets this machine does not have, a receipt of who let it run. */
  z.strictObject({
    type: z.literal("grant"),
    id: z.string(),
    job: z.string(),
    fence: z.int(),
    step: z.string(),
    attempt: z.int().min(1),
    secrets: z.array(z.string().max(64)).max(LIMITS.grantSecrets),
    receipt: z.boolean(),
  }),
  /** "What are these services?" `names: null`: all whose labels this agent has. */
  z.strictObject({
    type: z.literal("services"),
    id: z.string(),
    names: z.array(z.string().max(64)).max(LIMITS.servicesTold).nullable(),
  }),
  /** How the services of this agent's machine are. Names the workspace does not know are ignored. */
  z.strictObject({
    type: z.literal("service_states"),
    id: z.string(),
    states: z.array(serviceStateSchema).max(LIMITS.servicesTold),
  }),
]);
export type AgentMessage = z.infer<typeof agentMessageSchema>;

export const leasedJobSchema = z.strictObject({
  job: z.string(),
  run: z.string(),
  fence: z.int(),
  /** A duration: the agent measures it on its own monotonic clock, from before it asked. */
  lease_ms: z.int(),
  purpose: z.enum(["forward", "rollback"]),
  plan_digest: z.string(),
  steps: z.array(jobStepSchema),
});
export type LeasedJob = z.infer<typeof leasedJobSchema>;

/** Hub to agent. Without `id` it is a push, with one the answer to that request. */
export const hubMessageSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("welcome"),
    id: z.string(),
    agent_id: z.string(),
    tenant: z.string(),
    session: z.int(),
  }),
  /** `rivals`: other agents may take it too, so the more one holds the later it asks. */
  z.strictObject({ type: z.literal("nudge"), rivals: z.boolean().optional() }),
  /** Somebody wants to know where this agent is: tell the facts again if they are old. */
  z.strictObject({ type: z.literal("look") }),
  z.strictObject({ type: z.literal("cancel"), jobs: z.array(z.string()) }),
  /** Look at these prerequisites now; answered by `probed`. An agent that does not know it stays silent. */
  z.strictObject({
    type: z.literal("probe"),
    probe: z.string(),
    wants: z.array(z.strictObject({ cwd: z.string(), requirement: z.string() })).max(LIMITS.probeLooks),
  }),
  z.strictObject({ type: z.literal("leases"), id: z.string(), jobs: z.array(leasedJobSchema) }),
  z.strictObject({
    type: z.literal("renewed"),
    id: z.string(),
    jobs: z.array(
      z.strictObject({ job: z.string(), ok: z.boolean(), cancel: z.boolean(), lease_ms: z.int() }),
    ),
  }),
  /** Answer to report, log, facts, draining. `lost`: the fence is old; the agent kills and forgets the job. */
  z.strictObject({ type: z.literal("ok"), id: z.string(), leases: z.array(leasedJobSchema).optional() }),
  /** Definitions as the workspace has them; null for a service that is kept by agents of other labels. */
  z.strictObject({
    type: z.literal("services"),
    id: z.string(),
    services: z.array(
      z.strictObject({
        name: z.string(),
        labels: z.array(z.string()),
        definition: serviceDefinitionSchema.nullable(),
      }),
    ),
  }),
  z.strictObject({ type: z.literal("lost"), id: z.string(), job: z.string() }),
  /** Answer to `grant`. A secret the workspace does not keep is left out; `receipt` is null where none was asked for. */
  z.strictObject({
    type: z.literal("granted"),
    id: z.string(),
    secrets: z.record(z.string(), z.string()),
    receipt: receiptSchema.nullable(),
  }),
  z.strictObject({ type: z.literal("error"), id: z.string(), code: z.string(), message: z.string() }),
]);
export type HubMessage = z.infer<typeof hubMessageSchema>;

/**
 * Where sockets are blocked: `POST /api/agents/poll`. Answers to `messages` come in the same response; with none to answer
 * it waits up to `wait_s` for a push. `session` is null with the first `hello` and from then on what `welcome` said.
 */
export const pollRequestSchema = z.strictObject({
  session: z.int().nullable(),
  messages: z.array(agentMessageSchema).max(32),
  wait_s: z.number().min(0).max(25),
});
export type PollRequest = z.infer<typeof pollRequestSchema>;
export const pollResponseSchema = z.strictObject({ messages: z.array(hubMessageSchema) });
export type PollResponse = z.infer<typeof pollResponseSchema>;
