/** One SELECT over the workspace's own rows, and the tables it may name. */
import * as z from "zod";
import { describeTables, runQuery } from "../db/query.ts";
import { LIMITS } from "../limits.ts";
import { action, json } from "./action.ts";

export const querySchema = z.strictObject({
  sql: z.string().min(1).max(LIMITS.queryChars),
  params: z
    .array(z.union([z.string().max(10_000), z.number(), z.null()]))
    .max(LIMITS.queryParameters)
    .default([]),
  limit: z.coerce.number().int().min(1).max(LIMITS.queryRows).default(100),
});

export const dbQuery = action({
  scope: "runs:read",
  input: querySchema,
  run: async ({ db, tenantId, scopes }, input) => ({
    ...(json(await runQuery(db, { tenantId, scopes, ...input })) as object),
  }),
});

export const dbTables = action({
  scope: "runs:read",
  input: z.strictObject({}),
  run: async ({ db, tenantId, scopes }) => ({ items: json(await describeTables(db, tenantId, scopes)) }),
});
