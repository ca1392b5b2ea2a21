import { auditStatement } from "@tw/shared/db/audit";
import { DELIVERY_STATUSES, listDeliveries, retryNotification } from "@tw/shared/db/delivery-log";
import { Refusal } from "@tw/shared/errors";
import { sendHint } from "@tw/shared/queues/send";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";
import { deliverySchema, pageOf, paging } from "../schemas.ts";

/** What became of each message, and another try of one that was given up. */
export const notificationRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/notifications",
    summary: "Messages to people and systems, newest first: what was sent, what waits, what failed and why",
    tag: "Notifications",
    scope: "runs:read",
    query: z.strictObject({
      ...paging,
      run: z.string().max(64).optional(),
      status: z.enum(DELIVERY_STATUSES).optional(),
    }),
    answers: { 200: { description: "A page of messages", schema: pageOf(deliverySchema) } },
    async handle({ env, caller, query }) {
      const items = await listDeliveries(env.DB, {
        tenantId: caller.tenantId,
        runId: query.run ?? null,
        status: query.status ?? null,
        before: before(query.cursor),
        limit: query.limit + 1,
      });
      const page = items.slice(0, query.limit);
      const last = page.at(-1);
      return answer(200, {
        items: page,
        next_cursor: items.length > query.limit && last ? `${last.created_at}.${last.id}` : null,
      });
    },
  }),
  route({
    method: "POST",
    path: "/api/notifications/{id}/retry",
    summary: "Try a message again that was given up",
    tag: "Notifications",
    scope: "runs:execute",
    answers: {
      202: { description: "It is tried now", schema: z.strictObject({ notification: deliverySchema }) },
    },
    creates: "plain",
    async handle({ env, caller, params, now }) {
      const id = params.id as string;
      const entry = {
        tenantId: caller.tenantId,
        at: now,
        actor: caller.actor,
        action: "notification.retried",
        target: id,
      };
      const found = await retryNotification(
        env.DB,
        { tenantId: caller.tenantId, id },
        (failed) => [auditStatement(env.DB, entry, failed)],
        now,
      );
      if (!found) throw notFound("notification");
      const { delivery, again } = found;
      if (!again && delivery.status === "sent")
        throw new Refusal("conflict", "This message was delivered already; there is nothing to try again.");
      if (delivery.run_id) await sendHint(env.NOTIFICATIONS, [delivery.run_id]);
      return answer(202, { notification: delivery });
    },
  }),
];

/** `created_at.id` of the last one seen. */
function before(cursor: string | undefined): { at: number; id: string } | null {
  if (cursor === undefined) return null;
  const match = /^(\d{1,15})\.(.{1,300})$/.exec(cursor);
  if (!match) throw new Refusal("bad_request", "cursor is not one that this list gave.");
  return { at: Number(match[1]), id: match[2] as string };
}
