import { readCommand } from "@tw/shared/db/commands";
import { listRuns } from "@tw/shared/db/read-runs";
import { countVoters } from "@tw/shared/db/tenants";
import {
  costImportSchema,
  costListSchema,
  costSumSchema,
  costsAdd,
  costsImport,
  costsList,
  costsRemove,
  costsSum,
  newCostSchema,
} from "@tw/shared/platform/costs";
import {
  employeeChangeSchema,
  employeeListSchema,
  employeesCreate,
  employeesGet,
  employeesLeave,
  employeesList,
  employeesUpdate,
  newEmployeeSchema,
} from "@tw/shared/platform/employees";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { contextOf, costShape, employeeShape } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";
import { pageOf, paging, runSchema } from "../schemas.ts";
import { askFields, planFor, recoverRun, startRun } from "../start-run.ts";

const employee = z.strictObject({ employee: employeeShape });
const tag = "MeauxOS";
const BACKUP = "meauxos-backup";

/** MeauxOS: costs, employees, backups. */
export const meauxosRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/meauxos/costs",
    summary: "Costs by month and category; the last twelve months unless said",
    tag,
    scope: costsSum.scope,
    query: costSumSchema,
    answers: {
      200: {
        description: "Sums, newest month first",
        schema: z.strictObject({
          from: z.string(),
          to: z.string(),
          items: z.array(
            z.strictObject({
              month: z.string(),
              category: z.string(),
              currency: z.string(),
              amount_minor: z.int(),
              count: z.int(),
            }),
          ),
          totals: z.array(z.strictObject({ currency: z.string(), amount_minor: z.int() })),
        }),
      },
    },
    handle: async (call) => answer(200, await costsSum.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/meauxos/costs/entries",
    summary: "Single costs, newest first",
    tag,
    scope: costsList.scope,
    query: costListSchema,
    answers: { 200: { description: "A page of costs", schema: pageOf(costShape) } },
    handle: async (call) => answer(200, await costsList.run(contextOf(call), call.query)),
  }),
  route({
    method: "POST",
    path: "/api/meauxos/costs",
    summary: "Add a cost",
    tag,
    scope: costsAdd.scope,
    body: newCostSchema,
    answers: { 201: { description: "The cost", schema: z.strictObject({ cost: costShape }) } },
    creates: "plain",
    handle: async (call) => answer(201, await costsAdd.run(contextOf(call), call.body)),
  }),
  route({
    method: "POST",
    path: "/api/meauxos/costs/import",
    summary: "Take the costs of a CSV: all rows or none; with `dry_run` only show what would be taken",
    tag,
    scope: costsImport.scope,
    body: costImportSchema,
    answers: {
      200: {
        description: "What was taken, what was there already, what is wrong",
        schema: z.strictObject({
          rows: z.int(),
          valid: z.int(),
          duplicates: z.int(),
          imported: z.int(),
          error_count: z.int(),
          errors: z.array(z.strictObject({ line: z.int(), field: z.string(), message: z.string() })),
          preview: z.array(costShape),
        }),
      },
    },
    handle: async (call) => answer(200, await costsImport.run(contextOf(call), call.body)),
  }),
  route({
    method: "DELETE",
    path: "/api/meauxos/costs/{id}",
    summary: "Remove a cost",
    tag,
    scope: costsRemove.scope,
    answers: { 204: { description: "Removed" } },
    async handle(call) {
      await costsRemove.run(contextOf(call), { id: call.params.id as string });
      return answer(204, null);
    },
  }),
  route({
    method: "GET",
    path: "/api/meauxos/employees",
    summary: "Employees, oldest first",
    tag,
    scope: employeesList.scope,
    query: employeeListSchema,
    answers: { 200: { description: "A page of employees", schema: pageOf(employeeShape) } },
    handle: async (call) => answer(200, await employeesList.run(contextOf(call), call.query)),
  }),
  route({
    method: "GET",
    path: "/api/meauxos/employees/{id}",
    summary: "One employee",
    tag,
    scope: employeesGet.scope,
    answers: { 200: { description: "The employee", schema: employee } },
    handle: async (call) =>
      answer(200, await employeesGet.run(contextOf(call), { id: call.params.id as string })),
  }),
  route({
    method: "POST",
    path: "/api/meauxos/employees",
    summary: "Add an employee",
    tag,
    scope: employeesCreate.scope,
    body: newEmployeeSchema,
    answers: { 201: { description: "The employee", schema: employee } },
    creates: "plain",
    async handle(call) {
      const made = await employeesCreate.run(contextOf(call), call.body);
      return answer(201, made, {
        Location: `/api/meauxos/employees/${(made.employee as { id: string }).id}`,
      });
    },
  }),
  route({
    method: "PUT",
    path: "/api/meauxos/employees/{id}",
    summary: "Change what is given of an employee; null takes a value away",
    tag,
    scope: employeesUpdate.scope,
    body: employeeChangeSchema,
    answers: { 200: { description: "The employee", schema: employee } },
    handle: async (call) =>
      answer(200, await employeesUpdate.run(contextOf(call), { id: call.params.id as string, ...call.body })),
  }),
  route({
    method: "DELETE",
    path: "/api/meauxos/employees/{id}",
    summary: "An employee leaves; their record stays",
    tag,
    scope: employeesLeave.scope,
    answers: { 200: { description: "The employee", schema: employee } },
    handle: async (call) =>
      answer(200, await employeesLeave.run(contextOf(call), { id: call.params.id as string })),
  }),
  route({
    method: "GET",
    path: "/api/meauxos/backup",
    summary: "Backups: the runs that made them, newest first",
    tag,
    scope: "runs:read",
    query: z.strictObject(paging),
    answers: { 200: { description: "A page of runs", schema: pageOf(runSchema) } },
    async handle({ env, caller, query }) {
      const { items, nextCursor } = await listRuns(env.DB, {
        tenantId: caller.tenantId,
        status: null,
        command: BACKUP,
        requestedBy: null,
        since: null,
        before: query.cursor ?? null,
        limit: query.limit,
      });
      return answer(200, { items, next_cursor: nextCursor });
    },
  }),
  route({
    method: "POST",
    path: "/api/meauxos/backup",
    summary: "Start a backup of database and files",
    tag,
    scope: "runs:execute",
    body: z.strictObject(askFields),
    answers: { 202: { description: "The run", schema: z.strictObject({ run: runSchema }) } },
    creates: "plain",
    recover: recoverRun,
    async handle(call) {
      const { env, caller, body } = call;
      const [command, voters] = await Promise.all([
        readCommand(env.DB, caller.tenantId, BACKUP),
        countVoters(env.DB, caller.tenantId),
      ]);
      if (!command) throw notFound("command");
      const compiled = await planFor(call, command, body, { known: [], voters });
      return startRun(call, compiled, { context: body.context, note: body.note ?? null });
    },
  }),
];
