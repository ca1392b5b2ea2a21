/** Going past a checkpoint in an emergency, and looking at it afterwards. */
import { breakGlass, reviewBreakGlass } from "@tw/shared/db/break-glass";
import { checkpointDetail } from "@tw/shared/db/checkpoints";
import { Refusal } from "@tw/shared/errors";
import { sendHint } from "@tw/shared/queues/send";
import * as z from "zod";
import { notFound } from "../errors.ts";
import { answer, type Route, route } from "../route.ts";
import { checkpointSchema } from "../schemas.ts";

const answers = {
  200: { description: "The checkpoint", schema: z.strictObject({ checkpoint: checkpointSchema }) },
};

export const breakGlassRoutes: Route[] = [
  route({
    method: "POST",
    path: "/api/checkpoints/{id}/break-glass",
    summary:
      "Owners: approve without the votes it asks for; everybody who may vote is told, and it waits for a review",
    tag: "Checkpoints",
    scope: "checkpoints:decide",
    callers: ["person"],
    body: z.strictObject({
      reason: z.string().trim().min(10, "say why, in at least 10 characters").max(2_000),
      inputs: z.record(z.string().max(64), z.json()).optional(),
      plan_digest: z.string().max(64).optional().describe("of the plan you saw"),
    }),
    answers,
    creates: "plain",
    async handle({ env, caller, params, body, now }) {
      if (caller.user?.role !== "owner") throw new Refusal("forbidden", "Only owners go past a checkpoint.");
      const found = await breakGlass(
        env.DB,
        {
          tenantId: caller.tenantId,
          checkpointId: params.id as string,
          by: caller.actor,
          reason: body.reason,
          inputs: body.inputs ?? null,
          planDigest: body.plan_digest ?? null,
        },
        now,
      );
      if (!found) throw notFound("checkpoint");
      await sendHint(env.RUNS, [found.checkpoint.runId]);
      return answer(200, { checkpoint: checkpointDetail(found.checkpoint, found.votes) });
    },
  }),
  route({
    method: "POST",
    path: "/api/checkpoints/{id}/review",
    summary: "Owners and approvers: take note of a checkpoint somebody went past",
    tag: "Checkpoints",
    scope: "checkpoints:decide",
    callers: ["person"],
    body: z.strictObject({ comment: z.string().max(2_000).optional() }),
    answers,
    async handle({ env, caller, params, body, now }) {
      const found = await reviewBreakGlass(
        env.DB,
        {
          tenantId: caller.tenantId,
          checkpointId: params.id as string,
          by: caller.actor,
          comment: body.comment ?? null,
        },
        now,
      );
      if (!found) throw notFound("checkpoint");
      return answer(200, { checkpoint: checkpointDetail(found.checkpoint, found.votes) });
    },
  }),
];
