import { readRunStats } from "@tw/shared/db/run-stats";
import * as z from "zod";
import { answer, type Route, route } from "../route.ts";

const DAY_MS = 86_400_000;
const count = z.int().min(0);

/** How runs went, counted. */
export const runStatsRoutes: Route[] = [
  route({
    method: "GET",
    path: "/api/run-stats",
    summary: "Runs of the last days by day and by command: how many, how they ended, how long they took",
    tag: "Runs",
    scope: "runs:read",
    query: z.strictObject({
      days: z.coerce.number().int().min(1).max(90).default(30),
      offset_min: z.coerce
        .number()
        .int()
        .min(-14 * 60)
        .max(14 * 60)
        .default(0)
        .describe("minutes your clock is before UTC: your days are meant"),
    }),
    answers: {
      200: {
        description: "Counted over the newest 2,000 runs at most; `partial` says that there were more",
        schema: z.strictObject({
          days: z.array(
            z.strictObject({
              day: z.int(),
              runs: count,
              succeeded: count,
              failed: count,
              waited_ms: count.describe("until that day's checkpoints were decided"),
            }),
          ),
          commands: z.array(
            z.strictObject({
              command: z.string(),
              runs: count,
              succeeded: count,
              failed: count,
              durations_ms: z
                .array(z.int())
                .describe("of the newest that are over, oldest first, without what they waited for people"),
              waited_ms: z.array(z.int()).describe("how long each of these waited for people"),
            }),
          ),
          partial: z.boolean(),
        }),
      },
    },
    async handle({ env, caller, query, now }) {
      const offsetMs = query.offset_min * 60_000;
      const today = Math.floor((now + offsetMs) / DAY_MS) * DAY_MS - offsetMs;
      const since = today - (query.days - 1) * DAY_MS;
      return answer(200, await readRunStats(env.DB, { tenantId: caller.tenantId, since, offsetMs }));
    },
  }),
];
