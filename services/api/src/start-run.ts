/** From a validated request to a stored run: the plan, the rows, the hint. */
import { bindPolicies } from "@tw/shared/approvals/bind-policies";
import type { ApprovalPolicy } from "@tw/shared/contracts/approval-policy";
import type { Command } from "@tw/shared/contracts/definition";
import type { Json } from "@tw/shared/contracts/json";
import type { Plan } from "@tw/shared/contracts/plan";
import { readAgent } from "@tw/shared/db/agents";
import { readPolicies } from "@tw/shared/db/approval-policies";
import { readRun } from "@tw/shared/db/read-runs";
import { runView } from "@tw/shared/db/run-view";
import type { Step } from "@tw/shared/engine/state";
import { Refusal } from "@tw/shared/errors";
import { compilePlan } from "@tw/shared/library/plan";
import { LIMITS } from "@tw/shared/limits";
import { sendHint } from "@tw/shared/queues/send";
import * as z from "zod";
import { notFound } from "./errors.ts";
import { commandLookup } from "./lookup.ts";
import { mayRun } from "./may-run.ts";
import { openRun } from "./open-run.ts";
import { type Answer, answer, type Call } from "./route.ts";

/** A stored row holds at most 2 MB; a plan leaves room for the rest of it. */
const PLAN_BYTES = 1_500_000;

const values = z.record(z.string().max(100), z.json());
/** What every way of asking for a run takes. */
export const askFields = {
  args: values.default({}),
  agent: z
    .strictObject({
      id: z.string().min(1).max(100).optional(),
      labels: z.array(z.string().min(1).max(64)).max(32).optional(),
    })
    .optional(),
  cwd: z.string().min(1).max(1_000).optional().describe("relative to the agent's root"),
  context: values.default({}),
  checkpoint: z.boolean().optional().describe("ask a person before the first step"),
  note: z.string().max(1_000).optional(),
  consent: z
    .array(z.string().min(1).max(64))
    .max(10)
    .optional()
    .describe("install commands that may run first when what they install is missing"),
};
const askSchema = z.strictObject(askFields);
export type RunAsk = z.output<typeof askSchema>;

export interface Compiled {
  plan: Plan;
  digest: string;
  warnings: string[];
}

/** What was read along with the token; `policies` is read here when it was not. */
export interface PlanKnown {
  known: Command[];
  voters: number;
  policies?: ApprovalPolicy[];
  /** Commands that install what is missing, to stand before the steps. */
  installs?: Command[];
}

/** Makes the plan of a command. Refuses with every problem at once; nothing is stored. */
export async function planFor(call: Call, command: Command, ask: RunAsk, more: PlanKnown): Promise<Compiled> {
  if (command.status === "deprecated")
    throw new Refusal(
      "conflict",
      `The command ${command.slug} is deprecated and starts no new runs. PUT /api/commands/${command.slug} brings it back.`,
    );
  checkSize("args", ask.args);
  checkSize("context", ask.context);
  const { tenantId } = call.caller;
  if (ask.agent?.id && !(await readAgent(call.env.DB, tenantId, ask.agent.id))) throw notFound("agent");
  const compiling = compilePlan({
    command,
    args: ask.args,
    context: ask.context,
    cwd: ask.cwd ?? null,
    agent: ask.agent ?? null,
    checkpoint: ask.checkpoint,
    installs: more.installs,
    lookup: commandLookup(call.env.DB, tenantId, [...more.known, command]),
    soleApprover: more.voters <= 1,
  });
  const [compiled, policies] = await Promise.all([
    compiling,
    more.policies ?? readPolicies(call.env.DB, tenantId),
  ]);
  return bindPolicies(call.env.DB, compiled, {
    tenantId,
    context: ask.context,
    soleApprover: more.voters <= 1,
    policies,
    categories: new Map([...more.known, command].map(({ slug, category }) => [slug, category])),
  });
}

/** Stores the run as far as it can go at once, and says how it stands. */
export async function startRun(
  call: Call,
  compiled: Compiled,
  of: {
    context: { [name: string]: Json };
    note: string | null;
    rerunOf?: string;
    parentRunId?: string;
    keep?: Step[];
  },
): Promise<Answer> {
  const { plan, digest } = compiled;
  mayRun(call.caller, plan);
  if (JSON.stringify(plan).length > PLAN_BYTES)
    throw new Refusal("invalid_args", "The plan of this run is too large to be stored. Split the workflow.", {
      issues: [{ path: "args", message: `the plan is larger than ${PLAN_BYTES} bytes` }],
    });
  const { run, decision } = await openRun(
    call.env,
    {
      id: call.newId("run"),
      tenantId: call.caller.tenantId,
      plan,
      planDigest: digest,
      args: plan.args,
      context: of.context,
      note: of.note,
      requestedBy: call.caller.actor,
      parentRunId: of.parentRunId ?? null,
      rerunOf: of.rerunOf ?? null,
      keep: of.keep ?? [],
    },
    call.now,
  );
  const steps = new Map([...(of.keep ?? []), ...(decision?.steps ?? [])].map((step) => [step.id, step]));
  const checkpoints = (decision?.checkpoints ?? []).map((checkpoint) => ({ checkpoint, votes: [] }));
  return accepted(runView(run, [...steps.values()], decision?.jobs ?? [], checkpoints));
}

/** The run that an earlier request with the same key made, if it got that far. */
export async function recoverRun(call: Call): Promise<Answer | null> {
  const run = await readRun(call.env.DB, call.caller.tenantId, call.newId("run"));
  if (!run) return null;
  await sendHint(call.env.RUNS, [run.id]);
  return accepted(run);
}

function accepted(run: { id: string }): Answer {
  return answer(202, { run }, { Location: `/api/runs/${run.id}` });
}

function checkSize(path: "args" | "context", value: unknown): void {
  if (JSON.stringify(value).length <= LIMITS.argsBytes) return;
  const message = `larger than ${LIMITS.argsBytes} bytes; put large data into a file or an output`;
  throw new Refusal("invalid_args", `${path}: ${message}`, { issues: [{ path, message }] });
}
