import { cronProblem, nextAt, nextRuns } from "@tw/shared/automation/cron";
import { auditStatement } from "@tw/shared/db/audit";
import { readCommand } from "@tw/shared/db/commands";
import {
  deleteSchedule,
  type Fire,
  lastFires,
  listFires,
  listSchedules,
  putSchedule,
  readSchedule,
  type Schedule,
} from "@tw/shared/db/schedules";
import { countVoters } from "@tw/shared/db/tenants";
import { Refusal } from "@tw/shared/errors";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Call, type Route, route } from "../route.ts";
import { errorSchema, pageOf, paging } from "../schemas.ts";
import { askFields, planFor } from "../start-run.ts";

const time = z.int();
/** What is asked for when something happens by itself. */
export const storedAskFields = {
  command: z.string().min(1).max(80),
  args: askFields.args,
  agent: askFields.agent,
  cwd: askFields.cwd,
  checkpoint: askFields.checkpoint,
  note: askFields.note,
};
const fields = {
  name: z.string().trim().min(1).max(100),
  cron: z.string().trim().min(9).max(100).describe("minute hour day month weekday"),
  time_zone: z.string().min(1).max(64).describe("such as Europe/Berlin"),
  ...storedAskFields,
  overlap: z
    .enum(["skip", "allow"])
    .describe("skip: not while the run before is still under way; allow: as the command's concurrency says"),
  catch_up: z.boolean().describe("after a time in which nothing ran: one run for all that was missed"),
  enabled: z.boolean(),
};
const newSchema = z.strictObject({
  ...fields,
  time_zone: fields.time_zone.default("UTC"),
  overlap: fields.overlap.default("skip"),
  catch_up: fields.catch_up.default(true),
  enabled: fields.enabled.default(true),
});
const changeSchema = z.strictObject({ ...fields, args: askFields.args.unwrap() }).partial();

const fireSchema = z.strictObject({
  due_at: time,
  at: time.describe("when it was fired"),
  status: z.enum(["pending", "started", "refused", "skipped"]),
  run_id: z.string().nullable(),
  run_status: z.string().nullable().describe("how its run stands now"),
  run_error: errorSchema.nullable().optional().describe("why its run failed, where it did"),
  catch_up: z.boolean().describe("it came late, and stands for what was missed"),
  missed: z.int(),
  message: z.string().nullable(),
});
export const scheduleSchema = z
  .strictObject({
    id: z.string(),
    ...fields,
    user_id: z
      .string()
      .describe("who last set it: runs are asked for by them, with the rights they have then"),
    next_at: time.nullable(),
    next_runs: z.array(time).describe("the next five, as things stand"),
    last: fireSchema.nullable().optional().describe("in the list: what became of its last time"),
    created_at: time,
    updated_at: time,
  })
  .meta({ id: "Schedule" });
const one = z.strictObject({ schedule: scheduleSchema });

/** Commands that run by the clock. */
export const scheduleRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/schedules",
    summary: "Schedules, newest first",
    tag: "Automation",
    scope: "runs:read",
    query: z.strictObject(paging),
    answers: { 200: { description: "A page of schedules", schema: pageOf(scheduleSchema) } },
    async handle({ env, caller, query, now }) {
      const ask = { tenantId: caller.tenantId, before: query.cursor ?? null, limit: query.limit + 1 };
      const found = await listSchedules(env.DB, ask);
      const items = found.slice(0, query.limit);
      const last = await lastFires(env.DB, {
        tenantId: caller.tenantId,
        scheduleIds: items.map(({ id }) => id),
      });
      return answer(200, {
        items: items.map((schedule) => {
          const fire = last.get(schedule.id);
          return { ...scheduleBody(schedule, now), last: fire ? fireBody(fire) : null };
        }),
        next_cursor: found.length > query.limit ? (items.at(-1)?.id ?? null) : null,
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/schedules",
    summary: "Let a command run by the clock; it is asked for by you",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    body: newSchema,
    answers: { 201: { description: "The schedule", schema: one } },
    creates: "plain",
    async handle(call) {
      const { name, cron, time_zone, command, overlap, catch_up, enabled, ...ask } = call.body;
      const schedule: Schedule = {
        id: call.newId("schedule"),
        tenantId: call.caller.tenantId,
        name,
        cron,
        timeZone: time_zone,
        command,
        ask,
        overlap,
        catchUp: catch_up,
        enabled,
        userId: call.caller.actor.id,
        nextAt: null,
        createdAt: call.now,
        updatedAt: call.now,
      };
      const body = await save(call, schedule, "schedule.created");
      return answer(201, { schedule: body }, { Location: `/api/schedules/${schedule.id}` });
    },
  }),
  route({
    method: "GET",
    path: "/api/schedules/{id}",
    summary: "One schedule, with what became of its last times",
    tag: "Automation",
    scope: "runs:read",
    answers: { 200: { description: "The schedule", schema: one.extend({ fires: z.array(fireSchema) }) } },
    async handle({ env, caller, params, now }) {
      const { tenantId } = caller;
      const id = params.id as string;
      const [schedule, fires] = await Promise.all([
        readSchedule(env.DB, tenantId, id),
        listFires(env.DB, { tenantId, scheduleId: id, limit: 20 }),
      ]);
      if (!schedule) throw notFound("schedule");
      return answer(200, { schedule: scheduleBody(schedule, now), fires: fires.map(fireBody) });
    },
  }),
  route({
    method: "PUT",
    path: "/api/schedules/{id}",
    summary: "Change a schedule; what is left out stays. From then on it is asked for by you",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    body: changeSchema,
    answers: { 200: { description: "The schedule as changed", schema: one } },
    async handle(call) {
      const before = await readSchedule(call.env.DB, call.caller.tenantId, call.params.id as string);
      if (!before) throw notFound("schedule");
      const { name, cron, time_zone, command, overlap, catch_up, enabled, ...ask } = call.body;
      const schedule: Schedule = {
        ...before,
        name: name ?? before.name,
        cron: cron ?? before.cron,
        timeZone: time_zone ?? before.timeZone,
        command: command ?? before.command,
        overlap: overlap ?? before.overlap,
        catchUp: catch_up ?? before.catchUp,
        enabled: enabled ?? before.enabled,
        ask: { ...before.ask, ...ask },
        // Else whoever may change it could have things done with somebody else's rights.
        userId: call.caller.actor.id,
        updatedAt: call.now,
      };
      return answer(200, { schedule: await save(call, schedule, "schedule.changed") });
    },
  }),
  route({
    method: "DELETE",
    path: "/api/schedules/{id}",
    summary: "Delete a schedule; runs it has started go on",
    tag: "Automation",
    scope: "runs:execute",
    callers: ["person"],
    answers: { 204: { description: "It starts nothing any more" } },
    async handle({ env, caller, params, now }) {
      const { tenantId, actor } = caller;
      const id = params.id as string;
      const audit = auditStatement(
        env.DB,
        { tenantId, at: now, actor, action: "schedule.deleted", target: id },
        { sql: "EXISTS (SELECT 1 FROM schedules WHERE id = ?7 AND tenant_id = ?1)", values: [id] },
      );
      if (!(await deleteSchedule(env.DB, { tenantId, id }, [audit]))) throw notFound("schedule");
      return answer(204, null);
    },
  }),
];

/** Refuses what could never run, now and not at night: a pattern, a zone, a command, its arguments. */
async function save(call: Call, schedule: Schedule, action: string) {
  const { env, caller, now } = call;
  const problem = cronProblem(schedule.cron, schedule.timeZone);
  if (problem)
    throw new Refusal("invalid_args", `${problem.path}: ${problem.message}`, { issues: [problem] });
  await checkAsk(call, schedule.command, schedule.ask);
  schedule.nextAt = schedule.enabled ? nextAt(schedule.cron, schedule.timeZone, now) : null;
  const audit = auditStatement(env.DB, {
    tenantId: caller.tenantId,
    at: now,
    actor: caller.actor,
    action,
    target: schedule.id,
    detail: {
      cron: schedule.cron,
      time_zone: schedule.timeZone,
      command: schedule.command,
      enabled: schedule.enabled,
    },
  });
  await putSchedule(env.DB, schedule, [audit]);
  return scheduleBody(schedule, now);
}

/**
 * Plans the command once, so that a wrong argument is said when it is written down.
 * @param later arguments that come with each message, and may be missing now
 */
export async function checkAsk(
  call: Call,
  slug: string,
  ask: Schedule["ask"],
  later: readonly string[] = [],
) {
  const { tenantId } = call.caller;
  const [command, voters] = await Promise.all([
    readCommand(call.env.DB, tenantId, slug),
    countVoters(call.env.DB, tenantId),
  ]);
  if (!command) throw notFound("command");
  try {
    await planFor(call, command, { context: {}, ...ask }, { known: [], voters });
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== "invalid_args" || !error.issues) throw error;
    const issues = error.issues.filter(({ path }) => !later.some((name) => path === `args.${name}`));
    if (issues.length > 0)
      throw new Refusal("invalid_args", `${issues[0]?.path}: ${issues[0]?.message}`, { issues });
  }
  return command;
}

function scheduleBody(s: Schedule, now: number): z.input<typeof scheduleSchema> {
  return {
    id: s.id,
    name: s.name,
    cron: s.cron,
    time_zone: s.timeZone,
    command: s.command,
    ...s.ask,
    overlap: s.overlap,
    catch_up: s.catchUp,
    enabled: s.enabled,
    user_id: s.userId,
    next_at: s.nextAt,
    next_runs: s.enabled ? nextRuns(s.cron, s.timeZone, now, 5) : [],
    created_at: s.createdAt,
    updated_at: s.updatedAt,
  };
}

function fireBody(fire: Fire): z.infer<typeof fireSchema> {
  return {
    due_at: fire.dueAt,
    at: fire.at,
    status: fire.status,
    run_id: fire.status === "started" ? fire.runId : null,
    run_status: fire.status === "started" ? (fire.runStatus ?? null) : null,
    run_error: fire.status === "started" ? (fire.runError ?? null) : null,
    catch_up: fire.status === "started" && fire.message !== null,
    missed: fire.missed,
    message: fire.message,
  };
}
