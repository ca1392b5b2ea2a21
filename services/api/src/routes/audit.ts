import { listAudit } from "@tw/shared/db/audit";
import { verifyAudit } from "@tw/shared/db/audit-seals";
import * as z from "zod";
import { answer, type Route, route } from "../route.ts";
import { auditEntrySchema, pageOf, paging, timeQuery } from "../schemas.ts";

/** The tenant's audit trail. */
export const auditRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/audit",
    summary: "Who did what, newest first",
    tag: "Audit",
    scope: "audit:read",
    query: z.strictObject({
      ...paging,
      cursor: z.coerce.number().int().min(1).optional(),
      since: timeQuery,
      actor: z.string().max(100).optional(),
      action: z.string().max(100).optional(),
    }),
    answers: { 200: { description: "A page of entries", schema: pageOf(auditEntrySchema) } },
    async handle({ env, caller, query }) {
      const found = await listAudit(env.DB, {
        tenantId: caller.tenantId,
        since: query.since ?? null,
        actor: query.actor ?? null,
        action: query.action ?? null,
        before: query.cursor ?? null,
        limit: query.limit + 1,
      });
      const items = found.slice(0, query.limit);
      const last = items.at(-1);
      return answer(200, {
        items,
        next_cursor: found.length > query.limit && last ? String(last.seq) : null,
      });
    },
  }),
  route({
    method: "GET",
    path: "/api/audit/verify",
    summary: "Computes the chain of seals again",
    tag: "Audit",
    scope: "audit:read",
    answers: {
      200: {
        description: "Whether no entry was changed, removed or slipped in",
        schema: z.strictObject({
          ok: z.boolean(),
          entries: z.int(),
          sealed: z.int(),
          head: z
            .string()
            .nullable()
            .describe("keep it elsewhere, and nobody can rewrite what came before it"),
          broken_at: z.int().optional(),
        }),
      },
    },
    async handle({ env, caller }) {
      return answer(200, await verifyAudit(env.DB, caller.tenantId));
    },
  }),
];
