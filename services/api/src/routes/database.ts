import { dbQuery, dbTables, querySchema } from "@tw/shared/platform/query";
import { infrastructureStatus } from "@tw/shared/platform/status";
import * as z from "zod";
import { contextOf } from "../platform-route.ts";
import { answer, type Route, route } from "../route.ts";

const tag = "Platform";
const value = z.union([z.string(), z.number(), z.null()]);

/** The database as people may look at it, and the state of everything. */
export const databaseRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/db/tables",
    summary: "Tables that can be queried, with their columns and how many rows are yours",
    tag,
    scope: dbTables.scope,
    answers: {
      200: {
        description: "The tables you may read",
        schema: z.strictObject({
          items: z.array(
            z.strictObject({
              name: z.string(),
              also: z.array(z.string()),
              description: z.string(),
              rows: z.int(),
              columns: z.array(z.strictObject({ name: z.string(), type: z.string() })),
            }),
          ),
        }),
      },
    },
    handle: async (call) => answer(200, await dbTables.run(contextOf(call), {})),
  }),
  route({
    method: "POST",
    path: "/api/db/query",
    summary: "One SELECT over your workspace's own rows",
    tag,
    scope: dbQuery.scope,
    body: querySchema,
    answers: {
      200: {
        description: "The rows; `truncated` when there were more",
        schema: z.strictObject({
          columns: z.array(z.string()),
          rows: z.array(z.array(value)),
          truncated: z.boolean(),
          rows_read: z.int(),
          duration_ms: z.int(),
        }),
      },
    },
    handle: async (call) => answer(200, await dbQuery.run(contextOf(call), call.body)),
  }),
  route({
    method: "GET",
    path: "/api/infrastructure/status",
    summary: "What runs, what waits, what hangs, what failed",
    tag,
    scope: infrastructureStatus.scope,
    answers: {
      200: {
        description: "The state of the workspace",
        schema: z.looseObject({
          status: z.enum(["ok", "attention", "failing"]),
          checks: z.array(
            z.strictObject({
              name: z.string(),
              status: z.enum(["ok", "attention", "failing"]),
              message: z.string(),
            }),
          ),
        }),
      },
    },
    handle: async (call) => answer(200, await infrastructureStatus.run(contextOf(call), {})),
  }),
];
