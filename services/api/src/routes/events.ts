import { readEvents } from "@tw/shared/db/read-events";
import type { RunEvent } from "@tw/shared/engine/state";
import { isTerminal } from "@tw/shared/engine/statuses";
import { hubOf } from "@tw/shared/hub";
import { LIMITS } from "@tw/shared/limits";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { eventStream, wantsEvents } from "../event-stream.ts";
import { answer, type Route, route } from "../route.ts";
import { pinged, RunWatch } from "../watch.ts";

const eventSchema = z.object({
  seq: z.int(),
  type: z.string(),
  at: z.int(),
  step: z.string().optional(),
  data: z.record(z.string(), z.json()),
});
const seqSchema = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What happened to a run: history first, then live until it is over. */
export const eventRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/runs/{id}/events",
    summary: "What happened to a run, as server-sent events; the list with Accept: application/json",
    tag: "Runs",
    scope: "runs:read",
    query: z.strictObject({ after: seqSchema.default(0) }),
    answers: {
      200: {
        description: "Events after `after` (or after the Last-Event-ID), in order",
        schema: z.object({ items: z.array(eventSchema) }),
      },
    },
    async handle({ env, request, caller, params, query }) {
      const { tenantId } = caller;
      const runId = params.id as string;
      const resumed = seqSchema.safeParse(request.headers.get("last-event-id") ?? undefined);
      let after = Math.max(query.after, resumed.success ? resumed.data : 0);
      const first = await readEvents(env.DB, { tenantId, runId, after });
      if (!first) throw notFound("run");

      if (/application\/json/i.test(request.headers.get("accept") ?? "") && !wantsEvents(request)) {
        const items: RunEvent[] = [...first.events];
        let { more } = first;
        while (more) {
          const page = await readEvents(env.DB, { tenantId, runId, after: items.at(-1)?.seq ?? after });
          items.push(...(page?.events ?? []));
          more = page?.more === true && page.events.length > 0;
        }
        return answer(200, { items });
      }

      const watch = new RunWatch(hubOf(env.HUB as unknown as DurableObjectNamespace, tenantId), runId);
      return eventStream(
        async (sink) => {
          let page: typeof first | null = first;
          let attached = false;
          const send = async (events: RunEvent[]) => {
            for (const event of events) {
              await sink.send({ id: String(event.seq), event: event.type, data: event });
              after = event.seq;
            }
          };
          while (page && !sink.closed) {
            await send(page.events);
            if (!page.more && isTerminal(page.head.status) && after >= page.head.seq) break;
            // The first look may have been before the watch was open, so there is always one after it.
            if (!attached) await watch.open();
            else if (!page.more) {
              let told = await pinged(watch, after, LIMITS.rereadMs);
              for (; told && !told.over; told = await pinged(watch, after, LIMITS.rereadMs))
                await send(told.events);
              if (told) {
                await send(told.events);
                break;
              }
            }
            attached = true;
            page = await readEvents(env.DB, { tenantId, runId, after });
          }
          watch.close();
        },
        () => watch.close(),
      );
    },
  }),
];
