import {
  type Command,
  type CommandInput,
  commandInputSchema,
  slugSchema,
} from "@tw/shared/contracts/definition";
import { policiesStatement, policyFromRow } from "@tw/shared/db/approval-policies";
import {
  bestBySlug,
  commandFromRow,
  executionStatements,
  findCommands,
  readCommand,
} from "@tw/shared/db/commands";
import { countVoters, votersStatement } from "@tw/shared/db/tenants";
import { Refusal } from "@tw/shared/errors";
import { draftCommand } from "@tw/shared/library/draft-command";
import { describePlan } from "@tw/shared/library/plan";
import type { Prerequisite } from "@tw/shared/prerequisites/report";
import * as z from "zod";
import { checkCommand } from "../check-command.ts";
import { badShape, notFound } from "../errors.ts";
import { installsOf, prerequisitesOf, refuseMissing } from "../prerequisites.ts";
import { type Answer, answer, type Call, type Route, route } from "../route.ts";
import { planSchema, runSchema } from "../schemas.ts";
import {
  askFields,
  type Compiled,
  type PlanKnown,
  planFor,
  type RunAsk,
  recoverRun,
  startRun,
} from "../start-run.ts";

const executeSchema = z.strictObject({
  ...askFields,
  dry_run: z.boolean().default(false).describe("answer with the plan and do nothing"),
});
type ExecuteBody = z.output<typeof executeSchema>;

const answers = {
  200: { description: "With `dry_run`: what would happen", schema: z.strictObject({ plan: planSchema }) },
  202: {
    description: "The run: over already when it needed nobody",
    schema: z.strictObject({ run: runSchema }),
  },
};
/** The command, the commands of its steps, the number of voters and the policies come with the token, in one round trip. */
const preload = (db: D1Database, hash: string, params: { [name: string]: string }) => [
  ...executionStatements(db, hash, params.slug ?? ""),
  votersStatement(db, hash),
  policiesStatement(db, hash),
];

/** Running commands and workflows, and seeing first what that would do. */
export const executeRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/commands/{slug}/execute",
    summary: "Run a command",
    tag: "Commands",
    scope: "runs:execute",
    body: executeSchema,
    answers,
    creates: "plain",
    preload,
    recover: recoverRun,
    handle: (call) => execute(call, "command"),
  }),
  route({
    method: "POST",
    path: "/api/workflows/{slug}/execute",
    summary: "Run a workflow",
    tag: "Commands",
    scope: "runs:execute",
    body: executeSchema,
    answers,
    creates: "plain",
    preload,
    recover: recoverRun,
    handle: (call) => execute(call, "workflow"),
  }),
  route({
    method: "POST",
    path: "/api/plan",
    summary: "What a run would do, resolved; nothing is done",
    tag: "Commands",
    scope: "commands:read",
    body: z.strictObject({
      ...askFields,
      command: z.string().min(1).max(80),
      definition: commandInputSchema
        .optional()
        .describe("a draft: planned as if it were stored as that command; asks for commands:write too"),
    }),
    answers: { 200: answers[200] },
    async handle(call) {
      const { env, caller, body } = call;
      const { definition, ...ask } = body;
      const [command, voters] = await Promise.all([
        definition
          ? draftOf(call, ask.command, definition)
          : readCommand(env.DB, caller.tenantId, ask.command),
        countVoters(env.DB, caller.tenantId),
      ]);
      if (!command) throw notFound("command");
      const { compiled, found } = await prepared(call, command, ask, { known: [], voters }, false);
      return planned(compiled, found);
    },
  }),
];

/** A definition that is not stored, as the command it would be. Only who may store it may have it planned. */
async function draftOf(call: Call, name: string, input: CommandInput): Promise<Command> {
  const { env, caller, now } = call;
  if (!caller.scopes.includes("commands:write"))
    throw new Refusal("forbidden", "To plan a draft takes the scope commands:write, which you do not hold.");
  const slug = slugSchema.safeParse(name);
  if (!slug.success) throw badShape("command", slug.error);
  await checkCommand(env.DB, caller.tenantId, slug.data, input, now);
  return draftCommand(caller.tenantId, slug.data, input, now);
}

async function execute(call: Call<ExecuteBody>, kind: "command" | "workflow"): Promise<Answer> {
  const [commands = [], steps = [], voters = [], policies = []] = call.preloaded;
  const command = commands[0] ? commandFromRow(commands[0]) : null;
  if (!command || (kind === "workflow" && command.type !== "workflow")) throw notFound(kind);
  const { dry_run, ...ask }: ExecuteBody & RunAsk = call.body;
  const more = {
    known: bestBySlug(steps.map(commandFromRow)),
    voters: Number(voters[0]?.voters ?? 0),
    policies: policies.map(policyFromRow),
  };
  const { compiled, found } = await prepared(call, command, ask, more, !dry_run);
  if (dry_run) return planned(compiled, found);
  refuseMissing(found, ask.consent ?? []);
  return startRun(call, compiled, { context: ask.context, note: ask.note ?? null });
}

/** The plan and what it needs; with the steps that install what is missing when the caller consents to them. */
export async function prepared(
  call: Call,
  command: Command,
  ask: RunAsk,
  more: PlanKnown,
  trust: boolean,
): Promise<{ compiled: Compiled; found: Prerequisite[] }> {
  const compiled = await planFor(call, command, ask, more);
  const found = await prerequisitesOf(call, compiled.plan, { trust });
  const wanted = installsOf(found, ask.consent ?? []);
  if (wanted.length === 0) return { compiled, found };
  const installs = await findCommands(call.env.DB, call.caller.tenantId, wanted);
  const inOrder = wanted.flatMap((slug) => installs.find((one) => one.slug === slug) ?? []);
  return { compiled: await planFor(call, command, ask, { ...more, installs: inOrder }), found };
}

function planned({ plan, digest, warnings }: Compiled, prerequisites: Prerequisite[]): Answer {
  return answer(200, {
    plan: { ...describePlan(plan, digest), plan_digest: digest, warnings, prerequisites },
  });
}
